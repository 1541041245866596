"""Places themselves: put on record, changed, given up; their hours and closures; what was seen at their doors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Membership, Organisation
from niangjia.places import flow, hours, saying, settling
from niangjia.places.actions.bookings import own_person
from niangjia.places.checking import ancestors_and_self
from niangjia.places.happenings import BookingsMoved, ClosedReportAnswered, PlaceReportedClosed
from niangjia.places.models import ClosedReport, Closure, OpeningHours, Place, Visit
from niangjia.places.models_booking import Booking, Resource
from niangjia.places.permissions import can_add_place, can_keep_door, can_report_closed, can_run, can_visit
from niangjia.trail import actions as trail

CHANGEABLE = frozenset({
    "kind", "name", "host", "host_name", "sharing", "division_code", "address", "latitude", "longitude", "phone",
    "facilities", "area_m2", "stars", "holidays", "prime_from", "prime_until", "prime_days_off", "opened_on",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of hours to be: the day (0 Monday … 6, 7 holiday, 8 make-up day), from–until in minutes."""

    day: int
    opens: int
    closes: int


@transaction.atomic
def add_place(organisation: Organisation, *, actor: Actor, kind: str, name: str, address: str, **rest: Any) -> Place:
    """Put a place on record for the union that runs it."""
    can_add_place(actor, organisation).require()
    _known(rest)
    rest.setdefault("division_code", organisation.division_code)
    with keeping(Place):
        place = Place.objects.create(
            organisation=organisation, kind=kind, name=name.strip(), address=address.strip(), **rest
        )
    trail.record(actor, "add_place", place)
    return place


def _known(fields: Iterable[str]) -> None:
    odd = sorted(set(fields) - CHANGEABLE)
    if odd:
        raise Invalid(_("A place has no field “%(field)s”.") % {"field": odd[0]})


@transaction.atomic
def change_place(place: Place, *, actor: Actor, **changes: Any) -> Place:
    """Correct what is on record about a place."""
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    _known(changes)
    for field, value in changes.items():
        setattr(place, field, value)
    with keeping(Place):
        place.save(update_fields=list(changes) or None)
    trail.record(actor, "change_place", place, fields=sorted(changes))
    return place


@transaction.atomic
def give_up_place(place: Place, *, actor: Actor) -> Place:
    """Note that a place is no more. Bookings ahead stand in the way until they are cancelled."""
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    ahead = Booking.objects.ahead(clock.now()).filter(resource__place=place).count()
    if ahead:
        raise Conflict(
            ngettext("%(count)d booking lies ahead.", "%(count)d bookings lie ahead.", ahead) % {"count": ahead},
            remedy=_("Close the place for that time first; who booked is told why."),
        )
    place.closed_on = clock.today()
    with keeping(Place):
        place.save(update_fields=["closed_on"])
    trail.record(actor, "give_up_place", place)
    return place


@transaction.atomic
def set_hours(
    place: Place, lines: Sequence[Line], *, actor: Actor, since: date | None = None, until: date | None = None,
    cancel_bookings: bool = False,
) -> list[OpeningHours]:  # fmt: skip
    """Put up new hours from a day on, for good or until a day; the standing ones end the day before.

    Bookings that would then lie outside the hours are cancelled only when asked: nobody comes to a locked door unheard.
    """
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    since = since or clock.today()
    if not lines:
        raise Invalid(
            _("These hours open on no day."),
            remedy=_("Write down one day at least, or close the place for a time, with the reason."),
        )
    if until is not None and until < since:
        sentence = _("Hours cannot end before they begin to hold.")
        raise Invalid(sentence, faults={"until": sentence})
    if until is None:
        standing = place.hours.filter(Q(valid_until=None) | Q(valid_until__gte=since), valid_from__lt=since)
        standing.update(valid_until=since - date.resolution)
        place.hours.filter(valid_from__gte=since).delete()
    else:
        _make_room(place, since, until)
    with keeping(OpeningHours):
        made = OpeningHours.objects.bulk_create(
            OpeningHours(place=place, day=one.day, opens=one.opens, closes=one.closes, valid_from=since,
                         valid_until=until)
            for one in lines
        )  # fmt: skip
    outside = _outside_hours(place, since, until)
    _require_asked(outside, cancel_bookings)
    trail.record(actor, "set_hours", place, since=since.isoformat(), lines=len(made), cancelled=len(outside))
    _cancel(outside, _("The opening hours have changed."), actor)
    settling.offer_waiting(place)
    return made


def _outside_hours(place: Place, since: date, until: date | None) -> list[Booking]:
    """The bookings ahead that lie outside the hours as they stand now, between two days."""
    ahead = _expected(place).filter(starts_at__gte=max(clock.start_of(since), clock.now()))
    if until is not None:
        ahead = ahead.filter(starts_at__lte=clock.end_of(until))
    standing = list(place.hours.all())
    return [one for one in ahead if not hours.holds(place, standing, one.starts_at, one.ends_at)]


def _expected(place: Place) -> QuerySet[Booking]:
    """Bookings of a place for which somebody is still to come."""
    rows = Booking.objects.live().exclude(state=Booking.State.CHECKED_IN).filter(resource__place=place)
    return rows.select_related("resource__parent__parent").order_by("starts_at", "pk")


def _require_asked(touched: Sequence[Booking], cancel_bookings: bool) -> None:
    if touched and not cancel_bookings:
        raise Conflict(
            ngettext(
                "%(count)d booking lies in this time, the first %(first)s.",
                "%(count)d bookings lie in this time, the first %(first)s.",
                len(touched),
            )
            % {"count": len(touched), "first": saying.slot(touched[0].starts_at, touched[0].ends_at)},
            remedy=_("Choose another time, or have them cancelled: who booked is told the reason."),
            code="bookings_in_the_way",
        )


def _cancel(touched: Sequence[Booking], reason: str, actor: Actor) -> None:
    """End what lies in the way; who booked is told why."""
    for booking in touched:
        flow.advance(booking, "cancel_booking")
        settling.end(booking, reason)
    if touched:
        trail.record_many(actor, "cancel_booking", list(touched))
        announce(BookingsMoved(tuple(one.pk for one in touched), "cancelled", actor.person_id))


def _make_room(place: Place, since: date, until: date) -> None:
    """Hours for a season: what stands is cut around it and goes on afterwards."""
    after = until + date.resolution
    for line in place.hours.filter(valid_from__lte=until).exclude(valid_until__lt=since):
        ends = line.valid_until
        if ends is None or ends > until:
            OpeningHours.objects.create(
                place=place, day=line.day, opens=line.opens, closes=line.closes, valid_from=after, valid_until=ends
            )
        if line.valid_from >= since:
            line.delete()
        else:
            line.valid_until = since - date.resolution
            line.save(update_fields=["valid_until"])


@transaction.atomic
def close_for(
    place: Place, *, actor: Actor, starts: datetime, ends: datetime, reason: str, resource: Resource | None = None,
    allowed: Sequence[Organisation] = (), cancel_bookings: bool = False,
) -> Closure:  # fmt: skip
    """Close a place, or one resource, for a time. Bookings in it are cancelled only when asked."""
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    if resource is not None and resource.place_id != place.pk:
        raise Invalid(_("%(what)s is not in %(place)s.") % {"what": resource, "place": place})
    if ends <= clock.now():
        sentence = _("This time is over; nobody comes then any more.")
        raise Invalid(sentence, faults={"ends": sentence})
    with keeping(Closure):
        closure = Closure.objects.create(
            place=place, resource=resource, starts_at=starts, ends_at=ends, reason=reason.strip()
        )
    closure.allowed.set(allowed)
    touched = _touched(closure, [body.path for body in allowed])
    _require_asked(touched, cancel_bookings)
    trail.record(actor, "close_for", closure, cancelled=len(touched))
    _cancel(touched, closure.reason, actor)
    settling.offer_waiting(place)
    return closure


def _touched(closure: Closure, allowed: Sequence[str]) -> list[Booking]:
    """The bookings a closure would end: in its time, of its resource, of nobody on the allowed list."""
    rows = _expected(closure.place).filter(starts_at__lt=closure.ends_at, ends_at__gt=closure.starts_at)
    found = []
    for booking in rows:
        if closure.resource_id is not None and closure.resource_id not in ancestors_and_self(booking.resource):
            continue
        unions = Membership.objects.members().filter(person=booking.person_id).values_list("union__path", flat=True)
        if not any(mine.startswith(path) for mine in unions for path in allowed):
            found.append(booking)
    return found


@transaction.atomic
def lift_closure(closure: Closure, *, actor: Actor) -> Closure:
    """Open again before the time."""
    place = settling.enter(closure.place_id)
    can_run(actor, place).require()
    if closure.lifted_at is None:
        closure.lifted_at = clock.now()
        closure.save(update_fields=["lifted_at"])
        trail.record(actor, "lift_closure", closure)
        settling.offer_waiting(place)
    return closure


@transaction.atomic
def report_closed(place: Place, *, actor: Actor) -> ClosedReport:
    """Tell that a place was closed in its hours. The host is asked; everybody sees it until they answer."""
    place = Place.objects.lock(place.pk)
    can_report_closed(actor).require()
    person = own_person(actor)
    now = clock.now()
    closures = place.closures.touching(now, now + date.resolution)
    if not hours.is_open(place, list(place.hours.all()), list(closures), now):
        said = hours.lines(place.hours.all(), clock.today())
        raise Conflict(
            _("%(place)s is not open at this time, as its hours say.") % {"place": place},
            remedy="; ".join(f"{line.days} {line.hours}" for line in said),
            code="closed_as_said",
        )
    with keeping(ClosedReport):
        report = ClosedReport.objects.create(place=place, person=person)
    trail.record(actor, "report_closed", report)
    announce(PlaceReportedClosed(report.pk))
    return report


@transaction.atomic
def answer_closed_report(report: ClosedReport, *, actor: Actor, was_closed: bool, answer: str) -> ClosedReport:
    """Answer the worker who found the door shut: what happened, in a sentence."""
    place = Place.objects.lock(report.place_id)
    report = ClosedReport.objects.select_related("person").get(pk=report.pk)
    report.place = place
    can_keep_door(actor, place).require()
    if report.state != ClosedReport.State.ASKED:
        raise Conflict(_("This report has been answered already."), remedy=_("Reload the list."))
    if not answer.strip():
        sentence = _("Answer the worker in a sentence.")
        raise Invalid(sentence, faults={"answer": sentence})
    report.state = ClosedReport.State.TRUE if was_closed else ClosedReport.State.WRONG
    report.answer, report.answered_at = answer.strip(), clock.now()
    report.save(update_fields=["state", "answer", "answered_at"])
    trail.record(actor, "answer_closed_report", report)
    announce(ClosedReportAnswered(report.pk))
    return report


@transaction.atomic
def visit(place: Place, *, actor: Actor) -> Visit:
    """Count one's use of a place, once a day. Tapping again changes nothing."""
    can_visit(actor).require()
    _require_standing(place, clock.today())
    found, is_new = Visit.objects.get_or_create(place=place, person=own_person(actor), day=clock.today())
    if is_new:
        trail.record(actor, "visit", found)
    return found


@transaction.atomic
def count_visits(place: Place, *, actor: Actor, times: int, day: date | None = None) -> Visit:
    """Put down how many came on a day without tapping, as the host counted; a second count corrects the first."""
    can_keep_door(actor, place).require()
    day = day or clock.today()
    if day > clock.today() or times < 0:
        raise Invalid(_("Count a day that has been, with a number of people."))
    _require_standing(place, day)
    found, _is_new = Visit.objects.update_or_create(place=place, person=None, day=day, defaults={"times": times})
    trail.record(actor, "count_visits", found, times=times)
    return found


def _require_standing(place: Place, day: date) -> None:
    if not Place.objects.standing(day).filter(pk=place.pk).exists():
        raise Conflict(_("%(place)s was not open on this day: it had not begun, or is given up.") % {"place": place})
