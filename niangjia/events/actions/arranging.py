"""Changing how many seats there are, and for whom, while people hold and wait for them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.giving_up import refill_and_save
from niangjia.events.actions.permitting import drop_permit
from niangjia.events.admission import gates, lottery
from niangjia.events.models import Claim, Occurrence, Pool, Registration
from niangjia.events.occupancy import Seating, held_dates
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.people.models import Person
from niangjia.trail import actions as trail


def _pool(seating: Seating, pool_id: int) -> Pool:
    return next(pool for pool in seating.pools if pool.pk == pool_id)


@transaction.atomic
def resize_pool(
    pool: Pool, *, ceiling: int | None, floor: int | None = None, merges_at: datetime | None = None, actor: Actor
) -> Pool:
    """Set how many seats a pool has at most (none: without limit), at least, and until when these are kept.

    New room goes to those in line.
    """
    seating = Seating.of(pool.activity_id)
    can_run_activity(actor, seating.activity).require()
    pool = _pool(seating, pool.pk)
    is_larger = pool.ceiling is not None and (ceiling is None or ceiling > pool.ceiling)
    dropped = drop_permit(seating.activity) if is_larger else ""
    pool.ceiling = ceiling
    kept_until = merges_at or pool.merges_at
    if floor and kept_until is not None and kept_until <= seating.now:
        raise Invalid(
            _("Seats cannot be kept until a moment that has passed."), faults={"merges_at": _("Choose a later one.")}
        )
    if floor is not None:
        pool.floor = floor
    if merges_at is not None:
        pool.merges_at = merges_at
        Pool.objects.filter(pk=pool.pk).update(merges_at=merges_at)
    seating.recount()
    refuse_too_few(seating)
    with keeping(Pool):
        refill_and_save(seating)
    trail.record(
        actor, "resize_pool", seating.activity, pool=pool.pk, ceiling=ceiling, floor=pool.floor, permit_dropped=dropped
    )
    return pool


def refuse_too_few(seating: Seating) -> None:
    """Refuse when more seats are taken or kept back than there would be."""
    for each in seating.pools:
        if each.ceiling is not None and each.taken + each.held_back > each.ceiling:
            raise Conflict(
                _("%(taken)d seats are taken and %(kept)d kept back; %(ceiling)d would be too few.")
                % {"taken": each.taken, "kept": each.held_back, "ceiling": each.ceiling},
                remedy=_("Choose a number that leaves everybody their seat."),
                code="too_few_seats",
            )


@transaction.atomic
def merge_pools(activity_id: int, *, actor: Actor) -> int:
    """Give the seats kept for groups to everybody once their time has come. Returns how many pools merged."""
    seating = Seating.of(activity_id)
    can_run_activity(actor, seating.activity).require()
    due = [pool for pool in seating.pools if pool.floor and pool.merges_at and pool.merges_at <= clock.now()]
    for pool in due:
        pool.floor = 0
    if due:
        seating.recount()
        refill_and_save(seating)
        trail.record(actor, "merge_pools", seating.activity, pools=[pool.pk for pool in due])
    return len(due)


@transaction.atomic
def seat_by_hand(occurrence: Occurrence, person: Person, *, reason: str, seats: int = 1, actor: Actor) -> Registration:
    """Seat somebody past line and ceiling. The pools that are full grow by as much, and the reason is kept.

    An activity that grows so needs its security permit anew, as one that is enlarged does.
    """
    seating = Seating.of(occurrence.activity_id)
    activity = seating.activity
    can_run_activity(actor, activity).require()
    if not reason.strip():
        raise Invalid(_("Say why this person is seated past the line."), faults={"reason": _("It is kept.")})
    if not seating.is_on(occurrence.pk):
        raise Conflict(_("This date has begun or is called off."))
    held = Registration.objects.live().filter(occurrence=occurrence, person=person).first()
    if held is not None:
        return held
    claim = claim_by_hand(seating, occurrence.pk, person, seats=seats)
    dropped = ""
    if seating.full_pool(occurrence.pk, claim.groups, seats) is not None:
        seating.make_room(occurrence.pk, claim.groups, seats)
        dropped = drop_permit(activity)
    registration = seating.seat(claim, occurrence.pk, seats=seats)
    refill_and_save(seating)
    trail.record(actor, "seat_by_hand", claim, reason=reason.strip(), occurrence=occurrence.pk, permit_dropped=dropped)
    return registration


def claim_by_hand(seating: Seating, occurrence_id: int, person: Person, *, seats: int) -> Claim:
    """The claim of somebody an officer seats: the one that stands, asking for this date too, or a new one."""
    if seating.occurrences[occurrence_id].is_for_teams:
        raise Invalid(_("This is for teams."), code="for_teams")
    activity = seating.activity
    if (shut := gates.shut_for(activity, [person.pk]).get(person.pk)) is not None:
        raise shut
    activity.last_rank += 1
    activity.save(update_fields=["last_rank"])
    claim, born = Claim.objects.get_or_create(
        activity=activity,
        person=person,
        team=None,
        defaults={
            "state": Claim.State.ADMITTED, "wanted": [occurrence_id], "take": 1, "short": 1, "seats": seats,
            "rank": activity.last_rank, "token": lottery.new_token(), "waits": False,
        },
    )  # fmt: skip
    claim.activity = activity
    if not born:
        _widen(claim, occurrence_id)
    return claim


def _widen(claim: Claim, occurrence_id: int) -> None:
    """Let a claim ask for this date too.

    One that is not being served (given up, in the draw, not decided or not chosen) asks for this date alone: what was
    given up is not given back thereby, and nobody wins without a lot. Otherwise the seat counts among those asked for
    where no more may be held, and comes on top where all of them are held.
    """
    if claim.state != Claim.State.ADMITTED:
        claim.ask_anew([occurrence_id], 1, held_dates([claim])[claim.pk])
        claim.state, claim.waits = Claim.State.ADMITTED, False
        return
    is_new = occurrence_id not in claim.wanted
    if is_new:
        claim.wanted = [*claim.wanted, occurrence_id]
    if not claim.short or (is_new and claim.take < claim.activity.most_dates):
        claim.take, claim.short = claim.take + 1, claim.short + 1
