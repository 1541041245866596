"""Inviting people: a seat held for each, or first come among them; and saying no to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.giving_up import refill_and_save, settle_for
from niangjia.events.admission import lottery
from niangjia.events.happenings import PeopleInvited
from niangjia.events.models import Activity, Claim, Invitation, Registration
from niangjia.events.occupancy import Seating, held_dates
from niangjia.events.permissions import can_answer_invitation, can_run_activity
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Membership
from niangjia.trail import actions as trail


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of inviting: who is invited now, who was already, and who is no member of the unions below."""

    new: tuple[int, ...]
    already: tuple[int, ...]
    outside: tuple[int, ...]


@transaction.atomic
def invite_people(
    activity: Activity, people: Sequence[int], *, ends_at: datetime, held: bool = False, actor: Actor
) -> Invited:
    """Invite members of the organiser and of the unions below it, until a day. `held`: each has a seat until then.

    Whose invitation has ended, or who said no, can be invited anew.
    """
    seating = Seating.of(activity.pk)
    activity = seating.activity
    can_run_activity(actor, activity).require()
    _refuse_wrong_time(seating, ends_at)
    wanted = list(dict.fromkeys(people))
    belonging = Membership.objects.members().main().filter(union__path__startswith=activity.path, person__in=wanted)
    inside = set(belonging.order_by().values_list("person", flat=True))
    known = {one.person_id: one for one in Invitation.objects.filter(activity=activity, person__in=wanted)}
    standing = {who for who, one in known.items() if one.declined_at is None and one.is_open_at(seating.now)}
    new = [who for who in wanted if who in inside and who not in standing]
    rows = [
        Invitation(activity=activity, person_id=who, ends_at=ends_at, is_held=held, made_at=seating.now) for who in new
    ]
    Invitation.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["activity", "person"],
        update_fields=["ends_at", "is_held", "made_at", "declined_at"],
    )  # fmt: skip
    if held:
        _hold(seating, new, ends_at)
    trail.record(actor, "invite_people", activity, people=len(new), held=held)
    if new:
        announce(PeopleInvited(activity.pk, tuple(new)))
    already = tuple(who for who in wanted if who in inside and who in standing)
    return Invited(tuple(new), already, tuple(who for who in wanted if who not in inside))


def _refuse_wrong_time(seating: Seating, ends_at: datetime) -> None:
    activity = seating.activity
    if activity.mode != Activity.Mode.INVITATION or activity.state != Activity.State.ANNOUNCED:
        raise Conflict(_("Nobody can be invited to “%s”.") % activity.title)
    if ends_at <= seating.now:
        raise Invalid(_("An invitation must end later than now."), faults={"ends_at": _("Choose a later time.")})
    if not any(seating.is_on(one) for one in seating.occurrences):
        raise Conflict(_("This date has begun or is called off."))


def _hold(seating: Seating, people: Sequence[int], ends_at: datetime) -> None:
    """A seat for each until the invitation ends: on the first date with room, of a course on all of its dates."""
    activity = seating.activity
    dates = [pk for pk in seating.occurrences if seating.is_on(pk)]
    claims = {one.person_id: one for one in Claim.objects.filter(activity=activity, person__in=people, team=None)}
    held = held_dates(claims.values())
    for who in people:
        claim = claims.get(who)
        if claim is not None and held[claim.pk]:
            continue  # by hand, or from an earlier date of the series
        _offer(seating, claim or Claim(activity=activity, person_id=who, token=lottery.new_token()), dates, ends_at)
    Activity.objects.filter(pk=activity.pk).update(last_rank=activity.last_rank)
    seating.save()


def _offer(seating: Seating, claim: Claim, dates: Sequence[int], ends_at: datetime) -> None:
    activity = seating.activity
    activity.last_rank += 1
    course = activity.all_dates
    fits = [one for one in dates if seating.full_pool(one, (), 1) is None]
    if not fits or (course and len(fits) < len(dates)):
        raise Conflict(
            _("There are not seats for all of them to be held."),
            remedy=_("Invite fewer, add seats, or let the first of the invited have them."),
            code="too_few_seats",
        )
    chosen = fits if course else fits[:1]
    claim.state, claim.wanted, claim.take = Claim.State.ADMITTED, chosen, len(chosen)
    claim.short, claim.seats, claim.waits, claim.groups = len(chosen), 1, False, []
    claim.rank, claim.claimed_at = activity.last_rank, seating.now
    claim.save()
    for date in chosen:
        offer = seating.seat(claim, date, offered=True)
        offer.offer_until = min(ends_at, seating.occurrences[date].starts_at)


@transaction.atomic
def decline_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Say no to an invitation: a seat held for it goes to the next in line, and a place in line is given up.

    Said twice, it is said; until the invitation ends one may still change one's mind.
    """
    seating = Seating.of(invitation.activity_id)
    invitation = Invitation.objects.get(pk=invitation.pk)
    can_answer_invitation(actor, invitation).require()
    if invitation.declined_at is not None:
        return invitation
    claim = Claim.objects.filter(activity=seating.activity, person=invitation.person_id, team=None).first()
    if claim is not None and claim.state == Claim.State.ADMITTED:
        _give_all_up(seating, claim)
    refill_and_save(seating)
    invitation.declined_at = seating.now
    invitation.save(update_fields=["declined_at"])
    trail.record(actor, "decline_invitation", invitation)
    return invitation


def _give_all_up(seating: Seating, claim: Claim) -> None:
    """What was only offered or waited for; a seat that is taken is given up where its consequence is told."""
    live = list(Registration.objects.live().filter(claim=claim).order_by("pk"))
    if any(one.state == Registration.State.REGISTERED for one in live):
        raise Conflict(
            _("You hold a seat here already."),
            remedy=_("If you cannot come, give it up on the page of the activity."),
            code="holds_a_seat",
        )
    for registration in live:
        registration.claim = claim
        seating.free(registration, Registration.State.DECLINED)
    settle_for(seating, claim)
