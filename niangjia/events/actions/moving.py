"""Moving from one date to another in one step, and asking for one more of them: neither costs what one has."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.giving_up import refill_and_save, refuse_checked_in
from niangjia.events.actions.lateness import note_if_late
from niangjia.events.happenings import SeatsMoved
from niangjia.events.models import HOPING, Activity, Claim, Occurrence, Registration
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_change_claim
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail

State = Registration.State


@transaction.atomic
def move_to_date(registration: Registration, occurrence: Occurrence, *, actor: Actor) -> Registration:
    """Change a held date for another that has room. The date left goes to the next in line in the same breath."""
    seating = Seating.of(registration.claim.activity_id)
    registration = Registration.objects.select_related("claim", "occurrence").get(pk=registration.pk)
    claim = registration.claim
    claim.activity = seating.activity
    can_change_claim(actor, claim).require()
    _refuse_unmovable(seating, registration, occurrence)
    groups, seats = registration.groups, registration.seats
    note_if_late(seating, registration, actor)
    seating.free(registration, State.CANCELLED)
    if seating.full_pool(occurrence.pk, groups, seats) is not None:
        # No seat has been written yet, and the refusal takes the note back.
        raise Conflict(
            _("That date is full. You keep the one you have."),
            remedy=_("Look again later, or give yours up and stand in line for the other."),
            code="date_full",
        )
    claim = registration.claim
    wanted = [one for one in claim.wanted if one != registration.occurrence_id]
    claim.wanted = wanted if occurrence.pk in wanted else [*wanted, occurrence.pk]
    lost = max(0, claim.take - len(claim.wanted))  # it asked for this date already, besides the one it held
    claim.take, claim.short = claim.take - lost, claim.short - lost
    moved = seating.seat(claim, occurrence.pk, seats=seats)
    refill_and_save(seating)
    trail.record(actor, "move_to_date", claim, left=registration.pk, taken=moved.pk)
    announce(SeatsMoved((registration.pk,), "cancelled"))
    return moved


def _refuse_unmovable(seating: Seating, registration: Registration, occurrence: Occurrence) -> None:
    activity = seating.activity
    if activity.state != Activity.State.ANNOUNCED or registration.state != State.REGISTERED:
        raise Conflict(_("This registration has ended already."))
    if activity.all_dates or registration.claim.team_id is not None:
        raise Invalid(_("Here dates cannot be changed one for another."), code="not_movable")
    if not seating.is_on(registration.occurrence_id):
        raise Conflict(_("It has begun; a seat can no longer be given back."))
    refuse_checked_in(registration)
    if not seating.is_on(occurrence.pk) or seating.occurrences[occurrence.pk].is_for_teams:
        raise Invalid(
            _("A date you chose can no longer be had."), remedy=_("Choose among the dates shown."), code="no_such_date"
        )
    if Registration.objects.live().filter(claim=registration.claim_id, occurrence=occurrence).exists():
        raise Conflict(_("You hold a seat on this date already."), code="held_already")


@transaction.atomic
def ask_for_date_too(claim: Claim, occurrence: Occurrence, *, actor: Actor) -> Claim:
    """Say that this date would suit as well. No more dates are asked for than before, and the place in line stays."""
    seating = Seating.of(claim.activity_id)
    activity = seating.activity
    claim = Claim.objects.get(pk=claim.pk)
    claim.activity = activity
    can_change_claim(actor, claim).require()
    if occurrence.pk in claim.wanted:
        return claim
    waits = claim.state in HOPING and (claim.waits or claim.state != Claim.State.ADMITTED)
    if activity.state != Activity.State.ANNOUNCED or not claim.short or not waits:
        raise Conflict(_("You do not wait for a date of this."), code="not_waiting")
    if activity.all_dates or claim.team_id is not None:
        raise Invalid(_("Here dates cannot be changed one for another."), code="not_movable")
    if not seating.is_on(occurrence.pk) or seating.occurrences[occurrence.pk].is_for_teams:
        raise Invalid(
            _("A date you chose can no longer be had."), remedy=_("Choose among the dates shown."), code="no_such_date"
        )
    claim.wanted = [*claim.wanted, occurrence.pk]
    seating.note(claim)
    refill_and_save(seating)
    trail.record(actor, "ask_for_date_too", claim, occurrence=occurrence.pk)
    return claim
