"""The dates of a series: every so often on these weekdays until a day, public holidays left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from niangjia.kit.workdays import is_public_holiday

AT_MOST = 60  # dates of one series; a year of weekly classes
STEPS = {"week": 1, "fortnight": 2}
WEEK = timedelta(days=7)


def days(
    first: date, *, every: str, until: date, weekdays: Collection[int] = (), skip_holidays: bool = True
) -> list[date]:
    """The days of a series from its first to `until`; the first is the officer's own choice and always in it.

    `every`: week, fortnight, or month (the same weekday of the month: its second Saturday). `weekdays`: Monday is 0.
    """
    found = [first]
    for day in _monthly(first) if every == "month" else _weekly(first, STEPS[every], weekdays or (first.weekday(),)):
        if day > until or len(found) > AT_MOST:
            break
        if not (skip_holidays and is_public_holiday(day)):
            found.append(day)
    return found


def _weekly(first: date, step: int, weekdays: Collection[int]) -> Iterator[date]:
    monday = first - timedelta(days=first.weekday())
    while True:
        for weekday in sorted(weekdays):
            if (day := monday + timedelta(days=weekday)) > first:
                yield day
        monday += WEEK * step


def _monthly(first: date) -> Iterator[date]:
    nth, month = (first.day - 1) // 7, first.replace(day=1)
    while True:
        month = (month + timedelta(days=32)).replace(day=1)
        day = month + timedelta(days=(first.weekday() - month.weekday()) % 7) + WEEK * nth
        if day.month == month.month:  # a fifth Saturday is not in every month
            yield day


def usual_close(limit: datetime, opens_at: datetime) -> datetime:
    """When registration closes if nobody says: a day before, and never before it has been open for an hour."""
    return max(limit - timedelta(days=1), min(limit, opens_at + timedelta(hours=1)))
