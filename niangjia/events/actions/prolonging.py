"""A series goes on: dates are added to it while people hold seats, stand in line and press."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import models, transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.announcing import Date
from niangjia.events.actions.arranging import refuse_too_few
from niangjia.events.actions.dating import shorten_offers
from niangjia.events.actions.permitting import drop_permit
from niangjia.events.happenings import DatesAdded
from niangjia.events.models import Activity, Claim, Occurrence, Pool, Registration
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail

DECIDED = (Claim.State.DECLINED, Claim.State.UNDECIDED)


@transaction.atomic
def add_dates(activity: Activity, dates: Sequence[Date], *, actor: Actor) -> list[Occurrence]:
    """Add dates to a series. Whoever holds the whole course holds them too; who waits for a date hears of them.

    Groups have of a new date what they have of the last one. Refused when it has fewer seats than the course holds.
    """
    activity = Activity.objects.lock(activity.pk)
    can_run_activity(actor, activity).require()
    before = list(Occurrence.objects.filter(activity=activity))
    refuse_fixed(activity, before)
    _refuse_impossible(activity, before, dates)
    dropped = drop_permit(activity)
    course = along(activity, before) if activity.all_dates else {}
    with keeping(Occurrence, Pool):
        added = [_put_down(activity, date, before[-1]) for date in dates]
        seating = Seating(activity)
        seated = _take_along(seating, course, added)
        waiting = _widen_line(seating, before, added) if activity.all_dates else _told_of(activity)
        seating.recount()
        refuse_too_few(seating)
        shorten_offers(activity, added)
        seating.save()
    numbers = tuple(one.pk for one in added)
    trail.record(actor, "add_dates", activity, dates=list(numbers), along=len(seated), permit_dropped=dropped)
    if activity.state == Activity.State.ANNOUNCED:
        announce(DatesAdded(numbers, seated, waiting))
    return added


def refuse_fixed(activity: Activity, dates: Sequence[Occurrence]) -> None:
    """Refuse where the dates are not a series of one kind: called off, a trip by its route, a contest by its items."""
    if activity.state == Activity.State.CALLED_OFF:
        raise Conflict(_("“%s” has been called off.") % activity.title, remedy=_("Put it on anew."))
    if activity.kind != Activity.Kind.ORDINARY or any(one.title or one.is_for_teams for one in dates):
        raise Invalid(
            _("“%s” is no series: no date can be added to it.") % activity.title,
            remedy=_("Put it on once more instead."),
            code="no_series",
        )


def _refuse_impossible(activity: Activity, before: Sequence[Occurrence], dates: Sequence[Date]) -> None:
    if not dates:
        raise Invalid(_("Say which dates are added."), faults={"starts_1": _("Choose the first of them.")})
    starts = [date.starts_at for date in dates]
    if min(starts) <= clock.now():
        raise Invalid(_("A date would have begun already."), faults={"starts_1": _("Choose a later one.")})
    planned = [one.starts_at for one in before if one.state == Occurrence.State.PLANNED]
    if len({*planned, *starts}) < len(planned) + len(starts):
        raise Conflict(_("Two dates would begin at the same moment."), remedy=_("Choose another time."))
    by_each = activity.mode == Activity.Mode.FIRST_COME and not activity.all_dates
    if not by_each and min(starts) < activity.closes_at:
        raise Conflict(
            _("A date would begin before registration closes, on %s.") % say_moment(activity.closes_at),
            remedy=_("Choose a later date: those who enter until then must have their chance."),
        )


def _put_down(activity: Activity, date: Date, like: Occurrence) -> Occurrence:
    """The new date with its seats; the groups' as they are on the last date."""
    occurrence = Occurrence.objects.create(
        activity=activity, starts_at=date.starts_at, ends_at=date.ends_at, location=date.location
    )
    own = [
        Pool(group_id=pool.group_id, ceiling=pool.ceiling, floor=pool.floor, merges_at=pool.merges_at)
        for pool in Pool.objects.filter(occurrence=like, group__isnull=False)
    ]
    for pool in (Pool(ceiling=date.seats), *own):
        pool.activity, pool.occurrence = activity, occurrence
        pool.save()
    return occurrence


def _to_go(dates: Sequence[Occurrence]) -> list[int]:
    """The dates still to come of those there were."""
    now = clock.now()
    return [one.pk for one in dates if one.state == Occurrence.State.PLANNED and one.starts_at > now]


def along(activity: Activity, dates: Sequence[Occurrence]) -> dict[int, list[Registration]]:
    """By claim the seats of those who hold the whole course: every date to come, or the last when all have begun.

    Whoever gave up an evening of it, or was seated on one by hand, is not among them.
    """
    planned = [one.pk for one in dates if one.state == Occurrence.State.PLANNED]
    course = _to_go(dates) or planned[-1:]
    found: dict[int, list[Registration]] = defaultdict(list)
    live = Registration.objects.live().filter(occurrence__in=course, claim__activity=activity)
    for one in live.select_related("claim").order_by("pk"):
        found[one.claim_id].append(one)
    return {claim: held for claim, held in found.items() if len(held) == len(course)}


def _take_along(
    seating: Seating, course: dict[int, list[Registration]], added: Sequence[Occurrence]
) -> tuple[int, ...]:
    """Seat those of the course on the new dates as they sit on the others; what is only offered stays one offer."""
    numbers = [one.pk for one in added]
    first = min(one.starts_at for one in added)
    for held in course.values():
        claim, offered = held[0].claim, Registration.State.OFFERED
        like = next((one for one in held if one.state == offered), held[0])
        seating.widen(claim, numbers)
        for number in numbers:
            given = seating.seat(claim, number, seats=like.seats, offered=like.state == offered)
            given.offer_until = min(like.offer_until, first) if like.offer_until else None
    return tuple(held[0].person_id for held in course.values())


def _widen_line(seating: Seating, before: Sequence[Occurrence], added: Sequence[Occurrence]) -> tuple[int, ...]:
    """Let those who ask for the whole course and have no seat of it ask for the new dates too: all of them or none.

    Returns whom it concerns; who was not chosen is not told, and gets the whole course by a later yes.
    """
    course = _to_go(before)
    if not course:
        return ()
    asking = Claim.objects.filter(activity=seating.activity, team=None, wanted__contains=course, short__gt=0)
    hoping = []
    for claim in asking.exclude(state=Claim.State.WITHDRAWN).order_by("pk"):
        if claim.state == Claim.State.ADMITTED and not claim.waits:
            continue
        seating.widen(claim, [one.pk for one in added])
        if claim.state not in DECIDED:
            hoping.append(claim.person_id)
    return tuple(hoping)


def in_hope(activity: Activity) -> models.QuerySet[Claim]:
    """Those who ask for a date and have not all they asked for: in line, in the draw, or being decided on."""
    claims = Claim.objects.filter(activity=activity, team=None, short__gt=0).hoping()
    return claims.exclude(state=Claim.State.ADMITTED, waits=False).order_by("pk")


def _told_of(activity: Activity) -> tuple[int, ...]:
    return tuple(in_hope(activity).values_list("person", flat=True))
