"""What the officers who run places see: the list with its figures, one place, the week of its rooms, the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from niangjia.kit import clock, dates
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import Invalid, NotFound
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import bodies_of
from niangjia.places import doors, hours, slots
from niangjia.places.models import ClosedReport, Closure, OpeningHours, Place
from niangjia.places.models_booking import Accessory, Booking, QuotaRule, Resource
from niangjia.places.occupancy import door_opens
from niangjia.places.permissions import can_answer_booking, can_change_booking, can_keep_door, can_run
from niangjia.places.quotas import sentence
from niangjia.places.reads.booking import TONES

AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One place with what was counted for it between two days."""

    place: Place
    person_times: int
    bookings: int
    checked_in: int
    no_shows: int
    reports: int


@dataclass(frozen=True, slots=True)
class Desk:
    rows: tuple[Row, ...]
    since: date
    until: date
    requests: int
    reports: tuple[ClosedReport, ...]
    bodies: tuple[Organisation, ...]

    @property
    def person_times(self) -> int:
        return sum(row.person_times for row in self.rows)

    @property
    def bookings(self) -> int:
        return sum(row.bookings for row in self.rows)

    @property
    def no_shows(self) -> int:
        return sum(row.no_shows for row in self.rows)


def desk(actor: Actor, *, since: date, until: date, words: str = "", kind: str = "") -> Desk:
    """The places I run, with their use from one day to another. Every figure is counted from records. Six queries."""
    found = Place.objects.run_by(actor).select_related("organisation", "host")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(address__icontains=words))
    if kind:
        found = found.filter(kind=kind)
    places = list(found[:AT_MOST])
    ids = [place.pk for place in places]
    visits = dict(
        Place.objects.filter(pk__in=ids, visits__day__range=(since, until))
        .order_by().values("pk").annotate(times=Sum("visits__times")).values_list("pk", "times")
    )  # fmt: skip
    between = Q(starts_at__gte=clock.start_of(since), starts_at__lte=clock.end_of(until))
    counted = {
        row["resource__place"]: row
        for row in Booking.objects.filter(between, resource__place__in=ids)
        .order_by().values("resource__place")
        .annotate(
            made=Count("pk", filter=~Q(state__in=("refused", "expired"))),
            came=Count("pk", filter=Q(state="checked_in")),
            missed=Count("pk", filter=Q(state="released")),
        )
    }  # fmt: skip
    reports = dict(
        ClosedReport.objects.standing().filter(place__in=ids, day__range=(since, until))
        .order_by().values_list("place").annotate(Count("pk"))
    )  # fmt: skip
    waiting = ClosedReport.objects.run_by(actor).filter(state=ClosedReport.State.ASKED)
    return Desk(
        rows=tuple(
            _row(place, counted.get(place.pk, {}), visits.get(place.pk, 0), reports.get(place.pk, 0))
            for place in places
        ),
        since=since,
        until=until,
        requests=_requests(actor).count(),
        reports=tuple(waiting.select_related("place", "person")[:20]),
        bodies=bodies_of(actor),
    )  # fmt: skip


def _row(place: Place, counted: Mapping[str, Any], person_times: int, reports: int) -> Row:
    made, came, missed = (counted.get(key, 0) for key in ("made", "came", "missed"))
    return Row(place, person_times, made, came, missed, reports)


def body_for(actor: Actor, organisation_id: int) -> Organisation:
    found = Organisation.objects.visible_to(actor).unions().filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    return found


def place_for(actor: Actor, place_id: int) -> Place:
    """A place the actor runs or hosts; to all others there is no such desk."""
    found = Place.objects.run_by(actor).select_related("organisation", "host").filter(pk=place_id).first()
    if found is None:
        raise NotFound
    return found


def resource_for(actor: Actor, resource_id: int) -> Resource:
    rows = Resource.objects.run_by(actor).select_related("place__organisation", "place__host", "parent__parent")
    found = rows.filter(pk=resource_id).first()
    if found is None:
        raise NotFound
    return found


def closure_for(actor: Actor, closure_id: int) -> Closure:
    found = Closure.objects.filter(place__in=Place.objects.run_by(actor), pk=closure_id)
    closure = found.select_related("place__organisation").first()
    if closure is None:
        raise NotFound
    return closure


def rule_for(actor: Actor, rule_id: int) -> QuotaRule:
    found = QuotaRule.objects.filter(place__in=Place.objects.run_by(actor), pk=rule_id)
    rule = found.select_related("place__organisation").first()
    if rule is None:
        raise NotFound
    return rule


def report_for(actor: Actor, report_id: int) -> ClosedReport:
    found = ClosedReport.objects.run_by(actor).filter(pk=report_id).select_related("place__organisation").first()
    if found is None:
        raise NotFound
    return found


def booking_for(actor: Actor, booking_id: int) -> Booking:
    rows = Booking.objects.filter(resource__place__in=Place.objects.kept_by(actor), pk=booking_id)
    found = rows.select_related("resource__place__organisation", "resource__place__host", "person").first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class BookingDesk:
    """One booking as the officer of its place sees it."""

    booking: Booking
    tone: str
    answer: Permit | None  # none: nothing is asked
    can_cancel: bool
    is_expected: bool


def booking_desk(actor: Actor, booking_id: int) -> BookingDesk:
    booking, now = booking_for(actor, booking_id), clock.now()
    stands = booking.state in (Booking.State.HELD, Booking.State.CONFIRMED) and booking.ends_at > now
    asks = booking.state == Booking.State.HELD and not booking.is_offer
    return BookingDesk(
        booking=booking,
        tone=TONES[booking.state],
        answer=can_answer_booking(actor, booking) if asks else None,
        can_cancel=stands and bool(can_change_booking(actor, booking)),
        is_expected=booking.state == Booking.State.CONFIRMED and door_opens(booking) <= now < booking.ends_at,
    )


def unions_named(actor: Actor, names: Sequence[str]) -> tuple[Organisation, ...]:
    """The unions of the actor's subtree with these names; one that is not there is refused by its name."""
    found = {one.name: one for one in Organisation.objects.visible_to(actor).unions().filter(name__in=names)}
    missing = [name for name in names if name not in found]
    if missing:
        sentence = _("There is no union called “%(name)s” under yours.") % {"name": missing[0]}
        raise Invalid(sentence, remedy=_("Write the name as it stands under “Unions”."), faults={"allowed": sentence})
    return tuple(found[name] for name in dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class QuotaLine:
    rule: QuotaRule
    sentence: str


@dataclass(frozen=True, slots=True)
class PlaceDesk:
    """One place with everything its officers set."""

    place: Place
    run: Permit
    door: Permit
    lines: tuple[hours.HoursLine, ...]
    coming: tuple[tuple[date, tuple[hours.HoursLine, ...]], ...]  # other hours that are put up already, and from when
    closures: tuple[Closure, ...]
    resources: tuple[Resource, ...]
    accessories: tuple[Accessory, ...]
    quotas: tuple[QuotaLine, ...]
    reports: tuple[ClosedReport, ...]


def hours_today(place: Place) -> list[OpeningHours]:
    """The lines that hold today: what an officer starts from when they put up new hours."""
    today = clock.today()
    return list(place.hours.exclude(valid_until__lt=today).filter(valid_from__lte=today))


def place_desk(actor: Actor, place_id: int) -> PlaceDesk:
    place, now, today = place_for(actor, place_id), clock.now(), clock.today()
    own = list(place.hours.all())
    rules = place.quotas.filter(Q(valid_until=None) | Q(valid_until__gte=today)).select_related("resource", "place")
    return PlaceDesk(
        place=place,
        run=can_run(actor, place),
        door=can_keep_door(actor, place),
        lines=hours.lines(own, today),
        coming=tuple((day, hours.lines(own, day)) for day in sorted({one.valid_from for one in own}) if day > today),
        closures=tuple(
            place.closures.filter(lifted_at=None, ends_at__gt=now)
            .select_related("resource")
            .prefetch_related("allowed")
        ),
        resources=tuple(place.resources.standing().select_related("parent")),
        accessories=tuple(place.accessories.all()),
        quotas=tuple(QuotaLine(rule, sentence(rule)) for rule in rules),
        reports=tuple(place.closed_reports.select_related("person")[:10]),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """What a room is in one hour of one day."""

    kind: str  # free, busy, wait, off
    booking: Booking | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """All rooms of a place on one day, or one room on seven."""

    place: Place
    day: date
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    before: date
    after: date
    said: str  # the day, or the first and the last of the week


def week(actor: Actor, place_id: int, day: date, resource_id: int | None) -> Week:
    """The calendar of a place: every room for one day, or one room for its week, hour by hour."""
    place = place_for(actor, place_id)
    can_keep_door(actor, place).require()
    own, standing = list(place.hours.all()), list(place.resources.standing())
    one = next((each for each in standing if each.pk == resource_id), None)
    first = day - timedelta(days=day.weekday()) if one is not None else day
    days = [first + timedelta(days=n) for n in range(7)] if one is not None else [day]
    columns = [(each, on) for on in days for each in ([one] if one is not None else standing)]
    live = slots.live_on(
        [each.pk for each in standing], clock.start_of(days[0]), clock.end_of(days[-1])
    )  # fmt: skip
    closed = list(place.closures.touching(clock.start_of(days[0]), clock.end_of(days[-1])))
    tree, spans = slots.tree_of(place.pk), {on: hours.spans(place, own, on) for on in days}
    opens = min((span[0] for found in spans.values() for span in found), default=8 * 60)
    closes = max((span[1] for found in spans.values() for span in found), default=18 * 60)
    rows = []
    for minute in range(opens // 60 * 60, closes, 60):
        cells = []
        for each, on in columns:
            begins, ends = hours.moment(on, minute), hours.moment(on, minute + 60)
            taken = [
                b for b in live if b.starts_at < ends and b.ends_at > begins and tree.touches(b.resource_id, each.pk)
            ]
            is_off = not any(a < minute + 60 and b > minute for a, b in spans[on]) or any(
                c.starts_at < ends and c.ends_at > begins and c.resource_id in (None, *tree.above(each.pk))
                for c in closed
            )
            cells.append(_cell(taken[0] if taken else None, is_off=is_off))
        rows.append((f"{minute // 60:02d}:00", tuple(cells)))
    heads = [_head(on) for on in days] if one is not None else [each.name for each in standing]
    step = timedelta(days=7 if one is not None else 1)
    said = _head(days[0]) if one is None else f"{dates.say_day(days[0])} – {dates.say_day(days[-1])}"
    return Week(place, first, tuple(heads), tuple(rows), first - step, first + step, said)


def _head(on: date) -> str:
    """A day of the week's calendar, with its weekday: what officers look for first."""
    return f"{dates.say_day(on)} {date_format(on, 'D')}"


def _cell(booking: Booking | None, *, is_off: bool) -> Cell:
    if booking is not None:
        return Cell("wait" if booking.state == Booking.State.HELD else "busy", booking)
    return Cell("off" if is_off else "free")


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits for an answer, and who is expected at the doors today."""

    requests: tuple[Booking, ...]
    today: tuple[Booking, ...]


def _requests(actor: Actor) -> QuerySet[Booking]:
    rows = Booking.objects.filter(resource__place__in=Place.objects.kept_by(actor), state=Booking.State.HELD)
    return rows.filter(held_for=Booking.HeldFor.APPROVAL)


def queue(actor: Actor) -> Queue:
    today = clock.today()
    names = ("resource__place__organisation", "person")
    at_doors = Booking.objects.filter(
        resource__place__in=Place.objects.kept_by(actor), starts_at__lt=clock.end_of(today),
        ends_at__gt=clock.start_of(today), state__in=("confirmed", "checked_in", "released"),
    )  # fmt: skip
    return Queue(
        requests=tuple(_requests(actor).select_related(*names).order_by("held_until", "pk")[:200]),
        today=tuple(at_doors.select_related(*names).order_by("starts_at", "pk")[:500]),
    )


def door_code(resource: Resource) -> str:
    return doors.code(resource)


def month_of(day: date) -> tuple[date, date]:
    """The days from the first of the month to `day`: what a desk shows when nobody asks for others."""
    return day.replace(day=1), day
