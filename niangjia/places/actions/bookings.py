"""From the request to the door: book, approve, refuse, move, cancel, check in; and what the clock does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.people.models import Person
from niangjia.places import doors, flow, occupancy, quotas, saying, settling
from niangjia.places.checking import Wanted, require_bookable
from niangjia.places.happenings import BookingsMoved
from niangjia.places.models import Place
from niangjia.places.models_booking import Booking, Resource, SlotWish
from niangjia.places.permissions import (
    can_accept,
    can_answer_booking,
    can_book,
    can_change_booking,
    can_check_in,
    can_keep_bookings,
    can_run,
)
from niangjia.trail import actions as trail

State, HeldFor = Booking.State, Booking.HeldFor


@transaction.atomic
def book(
    resource: Resource, *, actor: Actor, starts: datetime, ends: datetime, person: Person | None = None,
    people: int = 1, purpose: str = "", accessories: Mapping[int, int] | None = None,
) -> Booking:  # fmt: skip
    """Book a time. Confirmed at once, or held until an officer answers where the resource says so."""
    place = settling.enter(resource.place_id)
    who = person or own_person(actor)
    can_book(actor, place, who.pk).require()
    wanted = Wanted(
        settling.resource_in(place, resource.pk), starts, ends, who.pk, people=people,
        by_officer=is_for_others(actor, place, who.pk),
    )  # fmt: skip
    booking = settling.claim(wanted, person=who, purpose=purpose, accessories=accessories)
    _wish_is_met(booking)
    trail.record(actor, "book", booking)
    announce(BookingsMoved((booking.pk,), booking.state, actor.person_id))
    return booking


def own_person(actor: Actor) -> Person:
    if actor.person_id is None:
        raise Invalid(_("Say for whom the booking is."))
    return Person.objects.get(pk=actor.person_id)


def is_for_others(actor: Actor, place: Place, person_id: int) -> bool:
    """An officer's own booking is under the same terms as everybody's."""
    return actor.person_id != person_id and bool(can_run(actor, place))


def _wish_is_met(booking: Booking) -> None:
    """Who booked the slot they waited for waits no longer."""
    met = SlotWish.objects.waiting().filter(resource=booking.resource, person=booking.person)
    met.filter(starts_at=booking.starts_at).update(state=SlotWish.State.TAKEN)


@transaction.atomic
def approve_booking(booking: Booking, *, actor: Actor) -> Booking:
    """Say yes to a request that is held."""
    place = settling.enter(settling.place_of(booking))
    booking = settling.booking_in(place, booking.pk)
    can_answer_booking(actor, booking).require()
    _require_request(booking)
    flow.advance(booking, "approve_booking")
    _confirm(booking)
    trail.record(actor, "approve_booking", booking)
    announce(BookingsMoved((booking.pk,), "confirmed", actor.person_id))
    return booking


def _require_request(booking: Booking) -> None:
    if booking.is_offer:
        raise Conflict(
            _("This slot is offered to somebody who waited; they answer themselves."),
            remedy=_("If they do not, it goes to the next."),
        )


def _confirm(booking: Booking) -> None:
    booking.held_for, booking.held_until, booking.confirmed_at = "", None, clock.now()
    booking.save(update_fields=["state", "held_for", "held_until", "confirmed_at"])


@transaction.atomic
def refuse_booking(booking: Booking, *, actor: Actor, reason: str) -> Booking:
    """Say no to a request, with the reason the worker reads."""
    place = settling.enter(settling.place_of(booking))
    booking = settling.booking_in(place, booking.pk)
    can_answer_booking(actor, booking).require()
    _require_request(booking)
    if not reason.strip():
        sentence = _("Say why the booking is not approved.")
        raise Invalid(sentence, faults={"reason": sentence})
    flow.advance(booking, "refuse_booking")
    settling.end(booking, reason.strip())
    trail.record(actor, "refuse_booking", booking)
    announce(BookingsMoved((booking.pk,), "refused", actor.person_id))
    settling.offer_waiting(place)
    return booking


@transaction.atomic
def accept_offer(booking: Booking, *, actor: Actor) -> Booking:
    """Take a slot that was offered. Where an officer approves bookings, it is held on for their answer."""
    place = settling.enter(settling.place_of(booking))
    booking = settling.booking_in(place, booking.pk)
    can_accept(actor, booking).require()
    if not booking.is_offer:
        raise Conflict(
            _("This cannot be done now: the booking is “%(state)s”.") % {"state": booking.get_state_display()},
            remedy=flow.WHAT_NOW[booking.state],
        )
    if booking.resource.needs_approval:
        booking.held_for = HeldFor.APPROVAL
        booking.held_until = settling.held_until(booking.resource, booking.starts_at)
        booking.save(update_fields=["held_for", "held_until"])
    else:
        flow.advance(booking, "accept_offer")
        _confirm(booking)
    SlotWish.objects.filter(booking=booking).update(state=SlotWish.State.TAKEN)
    trail.record(actor, "accept_offer", booking)
    announce(BookingsMoved((booking.pk,), booking.state, actor.person_id))
    return booking


@transaction.atomic
def move_booking(booking: Booking, *, actor: Actor, starts: datetime, ends: datetime) -> Booking:
    """Give a booking another time. When that is taken, the old time stays."""
    place = settling.enter(settling.place_of(booking))
    booking = settling.booking_in(place, booking.pk)
    can_change_booking(actor, booking).require()
    flow.advance(booking, "move_booking")
    shift(booking, actor=actor, starts=starts, ends=ends)
    if booking.series_id is not None:
        booking.detached = True
        booking.save(update_fields=["detached"])
    trail.record(actor, "move_booking", booking)
    announce(BookingsMoved((booking.pk,), "moved", actor.person_id))
    settling.offer_waiting(place)
    return booking


def shift(booking: Booking, *, actor: Actor, starts: datetime, ends: datetime) -> None:
    """The new time under the terms of a new booking: within hours and quotas, free, accessories there."""
    place = booking.resource.place
    by_officer = is_for_others(actor, place, booking.person_id)
    if booking.starts_at <= clock.now() and not by_officer:
        raise Conflict(_("This booking has begun."), remedy=_("Book another slot."))
    if booking.resource.needs_approval and not by_officer:
        raise Conflict(
            _("An officer approved this time and no other."), remedy=_("Cancel it, and ask for the other time.")
        )
    wanted = Wanted(
        booking.resource, starts, ends, booking.person_id, people=booking.people, by_officer=by_officer
    )  # fmt: skip
    require_bookable(wanted)
    quotas.require_within(wanted, employer=booking.employer, but=booking)
    booking.starts_at, booking.ends_at, booking.slots, booking.prime = starts, ends, wanted.slots, wanted.prime
    occupancy.require_accessories(booking)
    occupancy.move(booking)
    booking.save(update_fields=["starts_at", "ends_at", "slots", "prime"])


@transaction.atomic
def cancel_booking(booking: Booking, *, actor: Actor, reason: str = "") -> Booking:
    """Give a booking up. The slot is offered to who waits for it, else it is anybody's."""
    place = settling.enter(settling.place_of(booking))
    booking = settling.booking_in(place, booking.pk)
    can_change_booking(actor, booking).require()
    if actor.person_id != booking.person_id and not reason.strip():
        sentence = _("Say why: the worker reads it.")
        raise Invalid(sentence, faults={"reason": sentence})
    was_offer = booking.is_offer
    flow.advance(booking, "cancel_booking")
    settling.end(booking, reason.strip())
    if was_offer:
        SlotWish.objects.filter(booking=booking).update(state=SlotWish.State.LET_GO)
    trail.record(actor, "cancel_booking", booking)
    announce(BookingsMoved((booking.pk,), "cancelled", actor.person_id))
    settling.offer_waiting(place)
    return booking


@transaction.atomic
def check_in(booking: Booking, *, actor: Actor, code: str = "") -> Booking:
    """Note that the person is there: by the code at the door, or by name by whoever keeps the door."""
    place = settling.enter(settling.place_of(booking))
    booking = settling.booking_in(place, booking.pk)
    at_the_door = bool(code) and doors.is_right(booking.resource, code)
    if code and not at_the_door:
        raise Invalid(
            _("This is not the code of %(what)s.") % {"what": booking.resource},
            remedy=_("Scan the code at the door again; on a screen it changes every minute."),
            faults={"code": _("Scan again.")},
        )
    can_check_in(actor, booking, with_code=at_the_door).require()
    now = clock.now()
    flow.advance(booking, "check_in")
    if not occupancy.door_opens(booking) <= now < booking.ends_at:
        raise Conflict(
            _("Check-in for %(slot)s opens %(count)d minutes before.")
            % {
                "slot": saying.slot(booking.starts_at, booking.ends_at), "count": booking.resource.check_in_from,
            }
        )  # fmt: skip
    booking.checked_in_at = now
    booking.door = Booking.Door.CODE if at_the_door else Booking.Door.NAME
    booking.save(update_fields=["state", "checked_in_at", "door"])
    trail.record(actor, "check_in", booking)
    announce(BookingsMoved((booking.pk,), "checked_in", actor.person_id))
    return booking


@transaction.atomic
def expire_holds(*, actor: Actor) -> int:
    """End the requests and offers that nobody answered in time, and offer what that frees. How many ended."""
    can_keep_bookings(actor).require()
    due = Booking.objects.filter(state=State.HELD, held_until__lte=clock.now())
    return _settle(due.values_list("resource__place", flat=True), lambda one: one.state == State.EXPIRED)


@transaction.atomic
def release_no_shows(*, actor: Actor) -> int:
    """Give the slots nobody came for to others, and keep the fact. How many were given."""
    can_keep_bookings(actor).require()
    now = clock.now()
    begun = Booking.objects.filter(state=State.CONFIRMED, starts_at__lt=now, resource__grace_minutes__isnull=False)
    return _settle(begun.values_list("resource__place", flat=True), lambda one: one.state == State.RELEASED)


def _settle(place_ids: Iterable[int], counts: Callable[[Booking], bool]) -> int:
    return sum(
        counts(one)
        for place_id in sorted(set(place_ids))
        for one in settling.settle_due(Place.objects.lock(place_id))
    )  # fmt: skip


@transaction.atomic
def offer_free_slots(place: Place, *, actor: Actor) -> list[Booking]:
    """Offer what is free in a place to who waits for it, after its hours or its terms have changed."""
    place = settling.enter(place.pk)
    can_run(actor, place).require()
    return settling.offer_waiting(place)
