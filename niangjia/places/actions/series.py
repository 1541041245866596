"""Bookings that come again every week. What cannot be had is told date by date, with the choice to book the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, Refusal
from niangjia.people.models import Person
from niangjia.places import flow, hours, settling
from niangjia.places.actions.bookings import is_for_others, own_person, shift
from niangjia.places.checking import Wanted
from niangjia.places.happenings import BookingsMoved
from niangjia.places.models import Place
from niangjia.places.models_booking import Booking, BookingSeries, Resource
from niangjia.places.permissions import can_book, can_change_booking
from niangjia.trail import actions as trail

LONGEST = 60  # dates in one series


@dataclass(frozen=True, slots=True)
class Missed:
    """A date of a series that cannot be had, and why."""

    day: date
    refusal: Refusal

    @property
    def sentence(self) -> str:
        return f"{date_format(self.day, _('j M'))}: {self.refusal}"


class SomeDatesTaken(Conflict):
    """Not every date of a series can be had. Nothing is booked until the person chooses to book the rest."""

    code = "some_dates_taken"

    def __init__(self, missed: Sequence[Missed], possible: int) -> None:
        sentence = ngettext(
            "%(count)d date of this series cannot be had.", "%(count)d dates of this series cannot be had.", len(missed)
        ) % {"count": len(missed)}
        remedy = _("The other %(count)d are free: book those, or choose another time.") % {"count": possible}
        super().__init__(sentence, remedy=remedy if possible else _("Choose another time."))
        self.missed = tuple(missed)
        self.possible = possible


@dataclass(frozen=True, slots=True)
class Booked:
    """A series as it came to be: what is booked, and what could not be had."""

    series: BookingSeries
    bookings: tuple[Booking, ...]
    missed: tuple[Missed, ...]


@transaction.atomic
def book_series(
    resource: Resource, *, actor: Actor, first_day: date, last_day: date, starts: int, minutes: int,
    every_weeks: int = 1, person: Person | None = None, people: int = 1, purpose: str = "", rest: bool = False,
) -> Booked:  # fmt: skip
    """Book the same time every week. With `rest`, the dates that can be had; else all of them or none."""
    place = settling.enter(resource.place_id)
    who = person or own_person(actor)
    can_book(actor, place, who.pk).require()
    resource = settling.resource_in(place, resource.pk)
    with keeping(BookingSeries):
        series = BookingSeries.objects.create(
            resource=resource, person=who, first_day=first_day, last_day=last_day, every_weeks=every_weeks,
            starts=starts, minutes=minutes, purpose=purpose.strip(),
        )  # fmt: skip
    days = series.days()
    if len(days) > LONGEST:
        raise Invalid(
            _("A series has %(most)d dates at most; this has %(count)d.") % {"most": LONGEST, "count": len(days)}
        )
    by_officer = is_for_others(actor, place, who.pk)

    def one(day: date) -> Booking:
        wanted = Wanted(
            resource, hours.moment(day, starts), hours.moment(day, starts + minutes), who.pk, people=people,
            by_officer=by_officer,
        )  # fmt: skip
        return settling.claim(wanted, person=who, purpose=purpose, series=series)

    made, missed = _date_by_date(days, one)
    if not made or (missed and not rest):
        raise SomeDatesTaken(missed, len(made))
    trail.record(actor, "book_series", series, booked=len(made), missed=len(missed))
    trail.record_many(actor, "book_series", made)
    announce(BookingsMoved(tuple(booking.pk for booking in made), made[0].state, actor.person_id))
    return Booked(series, tuple(made), tuple(missed))


def _date_by_date(days: Sequence[date], book: Callable[[date], Booking]) -> tuple[list[Booking], list[Missed]]:
    """Each date by itself: what one refuses undoes nothing of the others."""
    made, missed = [], []
    for day in days:
        try:
            with transaction.atomic():
                made.append(book(day))
        except Refusal as refusal:
            missed.append(Missed(day, refusal))
    return made, missed


def _ahead(series: BookingSeries, since: date) -> list[Booking]:
    """The bookings of a series from a day on that have not begun and were not changed apart from it."""
    rows = Booking.objects.live().filter(series=series, detached=False, starts_at__gte=clock.start_of(since))
    return list(rows.filter(starts_at__gt=clock.now()).order_by("starts_at"))


@transaction.atomic
def change_series(
    series: BookingSeries, *, actor: Actor, starts: int, minutes: int, since: date | None = None, rest: bool = False
) -> Booked:
    """Give another time to this date and those that follow (`since`), or to all that have not begun.

    What has been stays as it was, under the old version; the new version says from when it holds. A date that cannot
    have the new time keeps the old one, when the person chooses to change the rest.
    """
    place = settling.enter(series.resource.place_id)
    since = max(since or clock.today(), clock.today())
    found = [settling.booking_in(place, one.pk) for one in _ahead(series, since)]
    for booking in found:
        can_change_booking(actor, booking).require()
    if not found:
        raise Conflict(_("No date of this series lies ahead."), remedy=_("Book a new one."))
    with keeping(BookingSeries):
        new = BookingSeries.objects.create(
            resource=series.resource, person=series.person, version=series.version + 1, replaces=series,
            first_day=_day(found[0]), last_day=max(series.last_day, _day(found[-1])), every_weeks=series.every_weeks,
            starts=starts, minutes=minutes, purpose=series.purpose,
        )  # fmt: skip
    by_day = {_day(booking): booking for booking in found}

    def one(day: date) -> Booking:
        booking = by_day[day]
        shift(
            booking, actor=actor, starts=hours.moment(day, starts), ends=hours.moment(day, starts + minutes)
        )  # fmt: skip
        return booking

    made, missed = _date_by_date(list(by_day), one)
    if not made or (missed and not rest):
        raise SomeDatesTaken(missed, len(made))
    Booking.objects.filter(pk__in=[booking.pk for booking in found]).update(series=new)
    trail.record(actor, "change_series", new, moved=len(made), kept=len(missed))
    trail.record_many(actor, "change_series", made)
    announce(BookingsMoved(tuple(booking.pk for booking in made), "moved", actor.person_id))
    settling.offer_waiting(place)
    return Booked(new, tuple(made), tuple(missed))


def _day(booking: Booking) -> date:
    return booking.starts_at.astimezone(clock.SHANGHAI).date()


@transaction.atomic
def cancel_series(series: BookingSeries, *, actor: Actor, since: date | None = None, reason: str = "") -> list[Booking]:
    """Cancel this date and those that follow (`since`), or all that have not begun."""
    place: Place = settling.enter(series.resource.place_id)
    found = [settling.booking_in(place, one.pk) for one in _ahead(series, since or clock.today())]
    for booking in found:
        can_change_booking(actor, booking).require()
        flow.advance(booking, "cancel_booking")
        settling.end(booking, reason.strip())
    trail.record(actor, "cancel_series", series, cancelled=len(found))
    trail.record_many(actor, "cancel_series", found)
    if found:
        announce(BookingsMoved(tuple(booking.pk for booking in found), "cancelled", actor.person_id))
    settling.offer_waiting(place)
    return found
