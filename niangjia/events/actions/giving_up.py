"""Giving up what one holds, and answering an offer: every freed seat goes to the next in line in the same breath."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.lateness import note_if_late
from niangjia.events.happenings import SeatsMoved
from niangjia.events.models import HOPING, Claim, Presence, Registration
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_change_claim
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict
from niangjia.trail import actions as trail

State = Registration.State


def refill_and_save(seating: Seating) -> None:
    """Give what is free to those in line, write everything, and tell whom it concerns."""
    seating.refill()
    seating.save()
    for state, what in ((State.REGISTERED, "registered"), (State.OFFERED, "offered")):
        moved = tuple(one.pk for one in seating.born if one.state == state)
        if moved:
            announce(SeatsMoved(moved, what))  # type: ignore[arg-type]


def _locked(registration: Registration) -> tuple[Seating, Registration]:
    seating = Seating.of(registration.claim.activity_id)
    found = Registration.objects.select_related("claim", "occurrence").get(pk=registration.pk)
    found.claim.activity = seating.activity
    return seating, found


@transaction.atomic
def cancel_registration(registration: Registration, *, actor: Actor) -> Registration:
    """Give up the seats of one date, which go to the next in line. What else the claim asks for, it goes on asking."""
    seating, registration = _locked(registration)
    can_change_claim(actor, registration.claim).require()
    if registration.state == State.CANCELLED:
        return registration
    if registration.state not in (State.OFFERED, State.REGISTERED):
        raise Conflict(_("This registration has ended already."))
    if registration.occurrence.starts_at <= clock.now():
        raise Conflict(_("It has begun; a seat can no longer be given back."))
    refuse_checked_in(registration)
    is_late = note_if_late(seating, registration, actor)
    give_up(seating, registration, State.CANCELLED)
    refill_and_save(seating)
    trail.record(actor, "cancel_registration", registration.claim, registration=registration.pk, late=is_late)
    announce(SeatsMoved((registration.pk,), "cancelled"))
    return registration


def refuse_checked_in(registration: Registration) -> None:
    """Who has come in before the start can no longer give the seat to somebody else."""
    if Presence.objects.came().filter(registration=registration).exists():
        raise Conflict(_("You have been checked in already."), code="checked_in")


def give_up(seating: Seating, registration: Registration, state: Registration.State) -> None:
    """Free the seats and ask for that date no more; a claim that asks for nothing else is withdrawn."""
    claim = registration.claim
    seating.free(registration, state)
    if claim.take == 1:
        claim.state = Claim.State.WITHDRAWN
        return
    claim.wanted = [occurrence for occurrence in claim.wanted if occurrence != registration.occurrence_id]
    claim.take, claim.short = claim.take - 1, claim.short - 1


def settle_for(seating: Seating, claim: Claim, held: Collection[int] = ()) -> None:
    """Let a claim ask for nothing but the dates it holds; one that holds none is withdrawn."""
    claim.state = Claim.State.ADMITTED if held else Claim.State.WITHDRAWN
    if held:
        claim.ask_anew((), 0, held)
    seating.note(claim)


@transaction.atomic
def withdraw(claim: Claim, *, actor: Actor) -> Claim:
    """Give up everything asked for: the entry in the draw, the place in line, every seat not yet begun."""
    seating = Seating.of(claim.activity_id)
    claim = Claim.objects.get(pk=claim.pk)
    claim.activity = seating.activity
    can_change_claim(actor, claim).require()
    if claim.state not in HOPING:  # given up already, or decided on: there is nothing to give up
        return claim
    live = Registration.objects.live().filter(claim=claim).select_related("occurrence").order_by("pk")
    came = set(Presence.objects.came().filter(registration__in=live).values_list("registration", flat=True))
    is_theirs = {one: one.pk in came or one.occurrence.starts_at <= seating.now for one in live}  # begun, or let in
    ended = [one for one in live if not is_theirs[one]]
    for registration in ended:
        registration.claim = claim
        note_if_late(seating, registration, actor)
        seating.free(registration, State.CANCELLED)
    settle_for(seating, claim, [one.occurrence_id for one in live if is_theirs[one]])
    refill_and_save(seating)
    trail.record(actor, "withdraw", claim, registrations=len(ended))
    if ended:
        announce(SeatsMoved(tuple(one.pk for one in ended), "cancelled"))
    return claim


def _offered_with(registration: Registration, seating: Seating) -> list[Registration]:
    """What one answer is for: the seat offered, of a course its seats on all dates."""
    if not seating.activity.all_dates:
        return [registration]
    offers = list(Registration.objects.filter(claim=registration.claim_id, state=State.OFFERED).order_by("pk"))
    for one in offers:
        one.claim = registration.claim
    return offers


@transaction.atomic
def accept_offer(registration: Registration, *, actor: Actor) -> Registration:
    """Take an offered seat, of a course on all of its dates. Taken twice, it is taken."""
    seating, registration = _locked(registration)
    can_change_claim(actor, registration.claim).require()
    if registration.state == State.REGISTERED:
        return registration
    if registration.state != State.OFFERED or (registration.offer_until or clock.now()) <= clock.now():
        raise Conflict(
            _("This offer has ended, and the seat went to the next in line."),
            remedy=_("You can ask for a seat again."),
            code="offer_over",
        )
    for one in _offered_with(registration, seating):
        one.state, one.offer_until = State.REGISTERED, None
        one.save(update_fields=["state", "offer_until"])
    registration.state, registration.offer_until = State.REGISTERED, None
    trail.record(actor, "accept_offer", registration.claim, registration=registration.pk)
    return registration


@transaction.atomic
def decline_offer(registration: Registration, *, actor: Actor) -> Registration:
    """Say no to an offered seat; it goes to the next in line. For the other dates asked for the place in line stays."""
    seating, registration = _locked(registration)
    can_change_claim(actor, registration.claim).require()
    if registration.state == State.DECLINED:
        return registration
    if registration.state != State.OFFERED:
        raise Conflict(_("This is not an open offer any more."), code="offer_over")
    for one in _offered_with(registration, seating):
        _decline(seating, one)
    refill_and_save(seating)
    trail.record(actor, "decline_offer", registration.claim, registration=registration.pk)
    return registration


def _decline(seating: Seating, offer: Registration) -> None:
    """A no is to this date alone, though one date was all they asked for; who asked for no other has given up."""
    claim = offer.claim
    others = [one for one in claim.wanted if one != offer.occurrence_id]
    if claim.waits and len(others) >= claim.take and any(seating.is_on(one) for one in others):
        seating.free(offer, State.DECLINED)
        offer.claim.wanted = others
    else:
        give_up(seating, offer, State.DECLINED)


@transaction.atomic
def lapse_offers(activity_id: int, *, actor: Actor) -> int:
    """End the offers nobody answered in time, and offer those seats to the next in line. Returns how many ended."""
    seating = Seating.of(activity_id)
    late = Registration.objects.filter(
        claim__activity=seating.activity, state=State.OFFERED, offer_until__lte=clock.now()
    )
    ended = list(late.select_related("claim").order_by("pk"))
    for registration in ended:
        registration.claim.activity = seating.activity
        can_change_claim(actor, registration.claim).require()
        give_up(seating, registration, State.LAPSED)
    refill_and_save(seating)
    trail.record_many(actor, "lapse_offers", [one.claim for one in ended])
    if ended:
        announce(SeatsMoved(tuple(one.pk for one in ended), "lapsed"))
    return len(ended)
