"""What every verb on bookings stands on: enter a place, settle what is due, claim a time, give it to who waits.

Whoever enters a place holds its lock until the transaction ends and finds it as the clock says it should be: holds past
their time are over, slots nobody came for are free. Nobody has to wait for the minute in which the job runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, NotFound, Refusal
from niangjia.people.models import Person
from niangjia.places import flow, occupancy, quotas, slots
from niangjia.places.checking import Wanted, require_bookable
from niangjia.places.happenings import BookingsMoved
from niangjia.places.models import Place
from niangjia.places.models_booking import Booking, BookingSeries, Resource, SlotWish
from niangjia.trail import actions as trail

CLOCK = Actor.system("bookings")
OFFER_LASTS = timedelta(minutes=30)
NIGHT_FROM, NIGHT_UNTIL = 22, 8  # an offer made at night waits for the morning
State, HeldFor, Wish = Booking.State, Booking.HeldFor, SlotWish.State


class BookedAlready(Conflict):
    """The same person has this very slot: a second tap, or another page of the same phone."""

    code = "mine"

    def __init__(self, booking_id: int) -> None:
        super().__init__(_("You have booked this already."), remedy=_("Look under “My bookings”."))
        self.booking_id = booking_id


def enter(place_id: int) -> Place:
    """Lock a place and settle what the clock has decided in it."""
    place = Place.objects.lock(place_id)
    settle_due(place)
    return place


def resource_in(place: Place, resource_id: int) -> Resource:
    resource = Resource.objects.select_related("parent__parent").get(pk=resource_id, place=place)
    resource.place = place
    return resource


def booking_in(place: Place, booking_id: int) -> Booking:
    rows = Booking.objects.select_related("resource__parent__parent", "person", "series", "employer")
    booking = rows.get(pk=booking_id, resource__place=place)
    booking.resource.place = place
    return booking


def place_of(booking: Booking) -> int:
    found = Resource.objects.filter(bookings=booking.pk).values_list("place", flat=True).first()
    if found is None:
        raise NotFound
    return found


def settle_due(place: Place) -> list[Booking]:
    """End what is due in a locked place, and offer what that frees."""
    now = clock.now()
    rows = Booking.objects.filter(resource__place=place).select_related("resource", "person").order_by("pk")
    over = list(rows.filter(state=State.HELD, held_until__lte=now))
    begun = rows.filter(state=State.CONFIRMED, starts_at__lt=now, resource__grace_minutes__isnull=False)
    missed = [one for one in begun if occupancy.is_due(one, now)]
    for one in over:
        _end(one, "expire_holds", _("Not answered in time."))
    for one in missed:
        _end(one, "release_no_shows", "")
    gone = SlotWish.objects.waiting().filter(resource__place=place, ends_at__lte=now)
    gone.update(state=Wish.LAPSED)
    if over:
        trail.record_many(CLOCK, "expire_holds", over)
        announce(BookingsMoved(tuple(one.pk for one in over), "expired"))
    if missed:
        trail.record_many(CLOCK, "release_no_shows", missed)
        announce(BookingsMoved(tuple(one.pk for one in missed), "released"))
    if over or missed:
        offer_waiting(place)
    return over + missed


def _end(booking: Booking, verb: str, reason: str) -> None:
    was_offer = booking.is_offer
    flow.advance(booking, verb)
    end(booking, reason)
    if was_offer:
        SlotWish.objects.filter(booking=booking).update(state=Wish.LAPSED)


def end(booking: Booking, reason: str) -> None:
    """Write down that a booking is over and give its time back. What is freed is offered by who calls."""
    booking.reason, booking.ended_at = reason, clock.now()
    booking.save(update_fields=["state", "reason", "ended_at"])
    occupancy.give_back(booking)


def claim(
    wanted: Wanted, *, person: Person, purpose: str = "", accessories: Mapping[int, int] | None = None,
    series: BookingSeries | None = None, notice: bool = True,
) -> Booking:  # fmt: skip
    """Take a time for somebody: the terms, the quotas, then the time itself."""
    require_bookable(wanted, notice=notice)
    resource = wanted.resource
    own = Booking.objects.live().filter(person=person, resource=resource, starts_at=wanted.starts).first()
    if own is not None:
        raise BookedAlready(own.pk)
    employer = quotas.employer_of(person.pk)
    quotas.require_within(wanted, employer=employer)
    now = clock.now()
    held = resource.needs_approval and not wanted.by_officer
    booking = Booking(
        resource=resource, person=person, employer=employer, series=series, starts_at=wanted.starts,
        ends_at=wanted.ends, slots=wanted.slots, prime=wanted.prime, people=wanted.people, purpose=purpose.strip(),
        state=State.HELD if held else State.CONFIRMED,
        held_for=HeldFor.APPROVAL if held else "",
        held_until=held_until(resource, wanted.starts) if held else None,
        confirmed_at=None if held else now,
    )  # fmt: skip
    booking.save()
    occupancy.take(booking)
    occupancy.lend(booking, accessories or {})
    return booking


def held_until(resource: Resource, starts: datetime) -> datetime:
    """Until when a request waits for its answer: the hours the resource gives, but never past the beginning."""
    now = clock.now()
    return max(min(now + timedelta(hours=resource.hold_hours), starts), now + timedelta(minutes=1))


def offer_waiting(place: Place) -> list[Booking]:
    """Offer what is free to who waits for it, in the order they came, one at a time for each slot.

    Who cannot take it now (a quota is used up, the hours have changed) keeps their place in the line.
    """
    now = clock.now()
    waiting = SlotWish.objects.waiting().filter(resource__place=place, ends_at__gt=now).order_by("pk")
    made = []
    for wish in waiting.select_related("resource__parent__parent", "person"):
        wish.resource.place = place
        deadline = wish.starts_at + (wish.ends_at - wish.starts_at) / 2  # a walk-in still gets half of it
        if now >= deadline or not _is_free(wish):
            continue
        wanted = Wanted(wish.resource, wish.starts_at, wish.ends_at, wish.person_id)
        try:
            require_bookable(wanted, notice=False)
            quotas.require_within(wanted, employer=quotas.employer_of(wish.person_id))
        except Refusal:
            continue
        made.append(_offer(wish, wanted, min(_morning(now + OFFER_LASTS), deadline)))
    if made:
        trail.record_many(CLOCK, "offer_free_slots", made)
        announce(BookingsMoved(tuple(one.pk for one in made), "offered"))
    return made


def _is_free(wish: SlotWish) -> bool:
    return not slots.occupied(wish.resource, *wish.resource.occupied_by(wish.starts_at, wish.ends_at))


def _offer(wish: SlotWish, wanted: Wanted, until: datetime) -> Booking:
    booking = Booking.objects.create(
        resource=wish.resource, person=wish.person, employer=quotas.employer_of(wish.person_id),
        starts_at=wish.starts_at, ends_at=wish.ends_at, slots=wanted.slots, prime=wanted.prime, state=State.HELD,
        held_for=HeldFor.OFFER, held_until=until,
    )  # fmt: skip
    occupancy.take(booking)
    wish.state, wish.booking = Wish.OFFERED, booking
    wish.save(update_fields=["state", "booking"])
    return booking


def _morning(until: datetime) -> datetime:
    """An offer does not run out while people sleep."""
    local = until.astimezone(clock.SHANGHAI)
    if local.hour >= NIGHT_FROM:
        local += timedelta(days=1)
    elif local.hour >= NIGHT_UNTIL:
        return until
    return clock.start_of(local.date()) + timedelta(hours=NIGHT_UNTIL) + OFFER_LASTS
