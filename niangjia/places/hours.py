"""When a place is open: hours by day, public holidays and make-up days, closures; and what counts as prime time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from niangjia.kit import clock, workdays
from niangjia.places.models import Closure, DayOfHours, Holidays, OpeningHours, Place, said

Span = tuple[int, int]  # minutes after midnight, from–until
Time = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class HoursLine:
    """One line of the sign at the door: these days, these hours."""

    days: str
    hours: str


def moment(day: date, minute: int) -> datetime:
    return clock.start_of(day) + timedelta(minutes=minute)


def spans(place: Place, hours: Iterable[OpeningHours], day: date) -> tuple[Span, ...]:
    """The hours of one day, closures left aside; none before it opened or since it was given up. `hours` are all the
    lines of this place."""
    if day < place.opened_on or (place.closed_on is not None and day >= place.closed_on):
        return ()
    valid = [line for line in hours if line.valid_from <= day and (line.valid_until is None or line.valid_until >= day)]
    for kind, is_it in (
        (DayOfHours.HOLIDAY, workdays.is_public_holiday(day)),
        (DayOfHours.MAKE_UP, workdays.is_make_up_day(day)),
    ):
        own = [line for line in valid if line.day == kind]
        if is_it and own:
            return _spans(own)
        if is_it and kind == DayOfHours.HOLIDAY and place.holidays == Holidays.CLOSED:
            return ()
    return _spans(line for line in valid if line.day == day.weekday())


def _spans(lines: Iterable[OpeningHours]) -> tuple[Span, ...]:
    """In order, those that touch or overlap joined."""
    joined: list[Span] = []
    for opens, closes in sorted((line.opens, line.closes) for line in lines):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def is_open(place: Place, hours: Sequence[OpeningHours], closures: Iterable[Closure], now: datetime) -> bool:
    """Whether somebody at the door finds it open at this moment. Closures of single resources leave the door open."""
    if any(one.resource_id is None and one.starts_at <= now < one.ends_at for one in closures):
        return False
    local = now.astimezone(clock.SHANGHAI)
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in spans(place, hours, local.date()))


def holds(place: Place, hours: Iterable[OpeningHours], starts: datetime, ends: datetime) -> bool:
    """Whether a time lies inside one span of the hours of its day; past midnight is another day."""
    day = starts.astimezone(clock.SHANGHAI).date()
    return any(
        moment(day, opens) <= starts and ends <= moment(day, closes) for opens, closes in spans(place, hours, day)
    )


def lines(hours: Iterable[OpeningHours], day: date) -> tuple[HoursLine, ...]:
    """The sign at the door as of this day: neighbouring days with the same hours on one line."""
    by_day: dict[int, list[OpeningHours]] = {}
    for line in hours:
        if line.valid_from <= day and (line.valid_until is None or line.valid_until >= day):
            by_day.setdefault(line.day, []).append(line)
    runs: list[tuple[list[int], tuple[Span, ...]]] = []
    for number in sorted(by_day):
        found = _spans(by_day[number])
        is_next = runs and runs[-1][1] == found and runs[-1][0][-1] == number - 1 and number <= DayOfHours.SUNDAY
        if is_next:
            runs[-1][0].append(number)
        else:
            runs.append(([number], found))
    return tuple(HoursLine(_days(numbers), said_spans(found)) for numbers, found in runs)


def _days(numbers: Sequence[int]) -> str:
    first, last = DayOfHours(numbers[0]).label, DayOfHours(numbers[-1]).label
    return str(first) if len(numbers) == 1 else f"{first} – {last}"


def said_spans(found: Iterable[Span]) -> str:
    """`12:00–20:30`."""
    return ", ".join(f"{said(opens)}–{said(closes)}" for opens, closes in found)


def is_prime(place: Place, starts: datetime, ends: datetime) -> bool:
    """Whether a booking touches the hours that everybody wants: evenings, and days off if the place says so."""
    local = starts.astimezone(clock.SHANGHAI)
    if place.prime_days_off and not workdays.is_workday(local.date()):
        return True
    if place.prime_from is None or place.prime_until is None:
        return False
    day = local.date()
    return starts < moment(day, place.prime_until) and ends > moment(day, place.prime_from)
