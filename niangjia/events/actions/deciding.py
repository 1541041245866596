"""Where the union chooses: each claim gets a yes or a no with its reason; what nobody decided lapses in the open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.happenings import ClaimsDecided, SeatsMoved
from niangjia.events.models import Activity, Claim
from niangjia.events.occupancy import Seating, held_dates
from niangjia.events.permissions import can_run_activity
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail

State = Claim.State


@dataclass(frozen=True, slots=True)
class Choice:
    """Yes or no to one claim; a no says why, in a sentence the person reads."""

    claim_id: int
    yes: bool
    reason: str = ""


@transaction.atomic
def decide_claims(activity: Activity, choices: Sequence[Choice], *, actor: Actor) -> list[Claim]:
    """Say yes or no to claims, in the order given: a yes is seated, or stands in line when the seats are gone.

    One that was decided already stays as it was; a no may still become a yes. All or none are decided.
    """
    seating = Seating.of(activity.pk)
    activity = seating.activity
    can_run_activity(actor, activity).require()
    if activity.mode != Activity.Mode.APPROVAL or activity.state != Activity.State.ANNOUNCED:
        raise Conflict(_("There is nothing to choose for “%s”.") % activity.title)
    claims = {
        one.pk: one for one in Claim.objects.filter(activity=activity, pk__in=[choice.claim_id for choice in choices])
    }
    decided: list[Claim] = []
    for choice in choices:
        claim = claims.get(choice.claim_id)
        if claim is None:
            raise Invalid(_("One of those you chose did not ask for this activity."), code="no_such_claim")
        if choice.yes and claim.state in (State.ASKED, State.DECLINED):
            _admit(seating, claim)
        elif not choice.yes and claim.state == State.ASKED:
            _decline(claim, choice.reason)
        else:
            continue
        decided.append(claim)
    _write(seating, decided)
    trail.record_each("decide_claims", [(actor, claim) for claim in decided])
    return decided


def _admit(seating: Seating, claim: Claim) -> None:
    activity = seating.activity
    activity.last_rank += 1
    # Chosen when the seats are gone, they stand in line and are told so: a yes is not lost to a box left unticked.
    claim.state, claim.rank, claim.reason, claim.waits = State.ADMITTED, activity.last_rank, "", True
    seating.serve(claim, held_dates([claim])[claim.pk])


def _decline(claim: Claim, reason: str) -> None:
    if not reason.strip():
        raise Invalid(
            _("Say why these are not chosen."), faults={"reason": _("The person reads it.")}, code="no_reason"
        )
    claim.state, claim.reason = State.DECLINED, reason.strip()[:300]


def _write(seating: Seating, decided: Sequence[Claim]) -> None:
    Claim.objects.bulk_update(decided, ["state", "rank", "reason", "waits"], batch_size=1000)
    seating.save()
    Activity.objects.filter(pk=seating.activity.pk).update(last_rank=seating.activity.last_rank)
    if seating.born:
        announce(SeatsMoved(tuple(one.pk for one in seating.born), "registered"))
    seated = {one.claim_id for one in seating.born}
    _tell([one.pk for one in decided if one.state == State.DECLINED], "declined")
    _tell([one.pk for one in decided if one.state == State.ADMITTED and one.pk not in seated], "in_line")


def _tell(claim_ids: Sequence[int], what: Literal["declined", "in_line", "undecided"]) -> None:
    if claim_ids:
        announce(ClaimsDecided(tuple(claim_ids), what))


@transaction.atomic
def lapse_undecided(activity_id: int, *, actor: Actor) -> int:
    """End the claims nobody decided by the day that was named; those who asked are told so. Returns how many."""
    seating = Seating.of(activity_id)
    can_run_activity(actor, seating.activity).require()
    late = list(Claim.objects.overdue(seating.now).filter(activity=activity_id).order_by("pk"))
    for claim in late:
        claim.state = State.UNDECIDED
    Claim.objects.bulk_update(late, ["state"], batch_size=1000)
    trail.record_many(actor, "lapse_undecided", late)
    _tell([claim.pk for claim in late], "undecided")
    return len(late)
