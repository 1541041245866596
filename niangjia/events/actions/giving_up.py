"""Giving up what one holds, and answering an offer: every freed seat goes to the next in line in the same breath."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.lateness import note_if_late
from niangjia.events.happenings import SeatsMoved
from niangjia.events.models import CAME, HOPING, Claim, Presence, Registration
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


@transaction.atomic
def withdraw(claim: Claim, *, actor: Actor) -> Claim:
    """Give up everything asked for: the entry in the draw, the place in line, every seat not yet begun."""
    seating = Seating.of(claim.activity_id)
    claim = Claim.objects.get(pk=claim.pk)
    claim.activity = seating.activity
    can_change_claim(actor, claim).require()
    if claim.state not in HOPING:  # given up already, or decided on: there is nothing to give up
        return claim
    live = Registration.objects.live().filter(claim=claim, occurrence__starts_at__gt=clock.now())
    live = live.exclude(presences__state__in=CAME)
    ended = list(live.select_related("occurrence"))
    for registration in ended:
        registration.claim = claim
        note_if_late(seating, registration, actor)
        seating.free(registration, State.CANCELLED)
    claim.state = Claim.State.WITHDRAWN
    seating.note(claim)
    refill_and_save(seating)
    trail.record(actor, "withdraw", claim, registrations=len(ended))
    if ended:
        announce(SeatsMoved(tuple(one.pk for one in ended), "cancelled"))
    return claim


@transaction.atomic
def accept_offer(registration: Registration, *, actor: Actor) -> Registration:
    """Take an offered seat. Taken twice, it is taken."""
    _seating, registration = _locked(registration)
    can_change_claim(actor, registration.claim).require()
    if registration.state == State.REGISTERED:
        return registration
    if registration.state != State.OFFERED or (registration.offer_until or clock.now()) <= clock.now():
        raise Conflict(
            _("This offer has ended, and the seat went to the next in line."),
            remedy=_("You can ask for a seat again."),
            code="offer_over",
        )
    registration.state, registration.offer_until = State.REGISTERED, None
    registration.save(update_fields=["state", "offer_until"])
    trail.record(actor, "accept_offer", registration.claim, registration=registration.pk)
    return registration


@transaction.atomic
def decline_offer(registration: Registration, *, actor: Actor) -> Registration:
    """Say no to an offered seat; it goes to the next in line."""
    seating, registration = _locked(registration)
    can_change_claim(actor, registration.claim).require()
    if registration.state == State.DECLINED:
        return registration
    if registration.state != State.OFFERED:
        raise Conflict(_("This is not an open offer any more."), code="offer_over")
    give_up(seating, registration, State.DECLINED)
    refill_and_save(seating)
    trail.record(actor, "decline_offer", registration.claim, registration=registration.pk)
    return registration


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
