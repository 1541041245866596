"""Changing the dates of a series: this one, this and those that follow, or all; and calling some of them off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from niangjia.events.actions.arranging import refuse_too_few
from niangjia.events.actions.giving_up import refill_and_save
from niangjia.events.actions.permitting import drop_permit
from niangjia.events.happenings import DatesCalledOff, DatesChanged
from niangjia.events.models import Activity, Claim, Occurrence, Pool, Registration
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_run_activity
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail


class Reach(models.TextChoices):
    """Which dates of a series a change is for."""

    THIS = "this", gettext_lazy("this date only")
    FOLLOWING = "following", gettext_lazy("this and all that follow")
    ALL = "all", gettext_lazy("all dates to come")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a date. The dates within reach move by as much as this one; what is none stays as it is."""

    starts_at: datetime | None = None
    minutes: int | None = None
    location: str | None = None
    seats: int | None = None


def _reached(seating: Seating, occurrence_id: int, reach: Reach) -> list[Occurrence]:
    """The dates within reach that are still to come; refused when the one it begins with is not."""
    if not seating.is_on(occurrence_id):
        raise Conflict(_("This date has begun or is called off."), remedy=_("Choose a date that is still to come."))
    here = seating.occurrences[occurrence_id]
    if reach == Reach.THIS:
        return [here]
    ahead = [one for one in seating.occurrences.values() if seating.is_on(one.pk)]
    return [one for one in ahead if reach == Reach.ALL or one.starts_at >= here.starts_at]


@transaction.atomic
def change_dates(occurrence: Occurrence, *, reach: Reach, change: Change, actor: Actor) -> list[Occurrence]:
    """Move dates, or change their length, place or seats. Who holds a seat keeps it, is told, and may give it up."""
    seating = Seating.of(occurrence.activity_id)
    can_run_activity(actor, seating.activity).require()
    reached = _reached(seating, occurrence.pk, reach)
    here = seating.occurrences[occurrence.pk]
    shift = change.starts_at - here.starts_at if change.starts_at is not None else timedelta(0)
    moved = [one for one in reached if _changed(one, shift, change)]
    _refuse_impossible(seating, moved)
    for one in moved:
        one.moved_at = seating.now
    is_larger = change.seats is not None and any(
        one.group is None and one.ceiling is not None and one.occurrence_id in {date.pk for date in reached}
        and one.ceiling < change.seats for one in seating.pools
    )  # fmt: skip
    dropped = drop_permit(seating.activity) if moved or is_larger else ""
    with keeping(Occurrence, Pool):
        Occurrence.objects.bulk_update(moved, ["starts_at", "ends_at", "location", "moved_at"])
        shorten_offers(seating.activity, moved)
        if change.seats is not None:
            _resize(seating, {one.pk for one in reached}, change.seats)
        refill_and_save(seating)
    trail.record(
        actor, "change_dates", seating.activity, dates=[one.pk for one in reached], reach=str(reach.value),
        shift=str(shift), seats=change.seats, permit_dropped=dropped,
    )  # fmt: skip
    if moved and seating.activity.state == Activity.State.ANNOUNCED:
        announce(DatesChanged(tuple(one.pk for one in moved)))
    return reached


def _changed(one: Occurrence, shift: timedelta, change: Change) -> bool:
    """Put the change into one date; whether it is now at another time or place."""
    before = (one.starts_at, one.ends_at, one.location)
    lasts = timedelta(minutes=change.minutes) if change.minutes is not None else one.ends_at - one.starts_at
    one.starts_at += shift
    one.ends_at = one.starts_at + lasts
    one.location = change.location if change.location is not None else one.location
    return before != (one.starts_at, one.ends_at, one.location)


def _refuse_impossible(seating: Seating, moved: list[Occurrence]) -> None:
    activity = seating.activity
    if any(one.starts_at <= seating.now for one in moved):
        raise Invalid(_("A date would have begun already."), faults={"starts_at": _("Choose a later one.")})
    planned = [one for one in seating.occurrences.values() if one.state == Occurrence.State.PLANNED]
    if len({(one.starts_at, one.title) for one in planned}) < len(planned):  # items of a contest may run side by side
        raise Conflict(_("Two dates would begin at the same moment."), remedy=_("Choose another time."))
    if activity.mode != Activity.Mode.FIRST_COME and any(one.starts_at < activity.closes_at for one in moved):
        raise Conflict(
            _("A date would begin before registration closes, on %s.") % say_moment(activity.closes_at),
            remedy=_("Choose a later date: those who enter until then must have their chance."),
        )


def shorten_offers(activity: Activity, moved: list[Occurrence]) -> None:
    """An offer ends when its date begins, at the latest; that of a course when any of its dates does."""
    for one in moved:
        whose = {"claim__activity": activity} if activity.all_dates else {"occurrence": one}
        offers = Registration.objects.filter(**whose, state=Registration.State.OFFERED, offer_until__gt=one.starts_at)
        offers.update(offer_until=one.starts_at)


def _resize(seating: Seating, dates: set[int], seats: int) -> None:
    for pool in seating.pools:
        if pool.group is None and pool.occurrence_id in dates:
            pool.ceiling = seats
    seating.recount()
    refuse_too_few(seating)


@transaction.atomic
def call_off_dates(occurrence: Occurrence, *, reach: Reach, reason: str, actor: Actor) -> list[Occurrence]:
    """Call dates off: their seats are freed, whoever asked for them is told why, and goes on asking for the others."""
    seating = Seating.of(occurrence.activity_id)
    activity = seating.activity
    can_run_activity(actor, activity).require()
    if not reason.strip():
        raise Invalid(_("Say why it is called off."), faults={"reason": _("Those who registered will read it.")})
    if activity.state != Activity.State.ANNOUNCED:
        raise Conflict(_("“%s” is not announced, so nothing of it can be called off.") % activity.title)
    reached = _reached(seating, occurrence.pk, reach)
    if not any(seating.is_on(pk) for pk in seating.occurrences if pk not in {one.pk for one in reached}):
        raise Conflict(
            _("No date would be left."), remedy=_("Call the whole activity off instead."), code="no_date_left"
        )
    for one in reached:
        one.state = Occurrence.State.CALLED_OFF
    Occurrence.objects.bulk_update(reached, ["state"])
    people = _ask_no_more(seating, {one.pk for one in reached})
    refill_and_save(seating)
    gone = tuple(one.pk for one in reached)
    trail.record(actor, "call_off_dates", activity, dates=list(gone), reason=reason.strip(), people=len(people))
    announce(DatesCalledOff(gone, people, reason.strip()))
    return reached


def _ask_no_more(seating: Seating, gone: set[int]) -> tuple[int, ...]:
    """Free the seats of dates that will not be, and let no claim ask for them. Returns whom it concerns."""
    asking = Claim.objects.filter(activity=seating.activity, wanted__overlap=list(gone))
    claims = {claim.pk: claim for claim in asking.exclude(state=Claim.State.WITHDRAWN).order_by("pk")}
    live = Registration.objects.live().filter(claim__in=claims)
    holding = dict.fromkeys(claims, 0)
    for registration in live.order_by("pk"):
        registration.claim = claims[registration.claim_id]
        registration.claim.activity = seating.activity
        if registration.occurrence_id in gone:
            seating.free(registration, Registration.State.CANCELLED)
        else:
            holding[registration.claim_id] += 1
    for claim in claims.values():
        left = [wanted for wanted in claim.wanted if wanted not in gone]
        if not left:
            claim.state = Claim.State.WITHDRAWN
        else:
            claim.wanted, claim.take = left, min(claim.take, len(left))
        claim.short = claim.take - holding[claim.pk]
        seating.note(claim)
    return tuple(dict.fromkeys(who for _claim, who in Claim.objects.filter(pk__in=claims).people()))
