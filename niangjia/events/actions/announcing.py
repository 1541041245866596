"""Preparing an activity, announcing it, calling it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.events.admission import eligibility, lottery
from niangjia.events.happenings import ActivityCalledOff, DemandAnswered
from niangjia.events.models import Activity, Group, Occurrence, Pool, Registration, Tier
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_organise, can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, Sentence
from niangjia.orgs.models import Organisation
from niangjia.rules import RuleFaults
from niangjia.trail import actions as trail


@dataclass(frozen=True, slots=True)
class Share:
    """What one group gets of every date: at most, at least, and until when its seats are kept."""

    key: str
    title: str
    rule: str
    ceiling: int | None = None
    floor: int = 0
    opens_at: datetime | None = None
    merges_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """People who are served before the rest: by a rule, or by having had no scarce seat of ours for so many days."""

    title: str
    title_en: str = ""
    rule: str = ""
    without_days: int | None = None


@dataclass(frozen=True, slots=True)
class Date:
    """One date: when, where, how many seats (none: without limit); and for teams, of how many (0: not for teams)."""

    starts_at: datetime
    ends_at: datetime
    location: str = ""
    seats: int | None = None
    title: str = ""
    team_least: int = 0
    team_most: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """An activity as an officer writes it down. `together` is a limit over all dates: the bus that two visits share."""

    title: str
    opens_at: datetime
    closes_at: datetime
    dates: Sequence[Date]
    mode: Activity.Mode = Activity.Mode.DRAW
    shares: Sequence[Share] = ()
    ahead: Sequence[Ahead] = ()  # the first comes first
    together: int | None = None
    more: dict[str, Any] = field(default_factory=dict)  # further columns of Activity


@transaction.atomic
def draft_activity(plan: Plan, *, organisation: Organisation, actor: Actor) -> Activity:
    """Write an activity down with its dates, groups and seats. Only its officers see it until it is announced."""
    can_organise(actor, organisation).require()
    _refuse_impossible(plan)
    with keeping(Activity, Occurrence, Group, Pool, Tier):
        activity = Activity.objects.create(
            organisation=organisation,
            title=plan.title.strip(),
            mode=plan.mode,
            opens_at=plan.opens_at,
            closes_at=plan.closes_at,
            **plan.more,
        )
        groups = {
            share.key: Group.objects.create(
                activity=activity, key=share.key, title=share.title, rule=share.rule, opens_at=share.opens_at
            )
            for share in plan.shares
        }
        for date in plan.dates:
            occurrence = Occurrence.objects.create(
                activity=activity, starts_at=date.starts_at, ends_at=date.ends_at, location=date.location,
                title=date.title, team_least=date.team_least, team_most=date.team_most,
            )  # fmt: skip
            Pool.objects.create(activity=activity, occurrence=occurrence, ceiling=date.seats, held_back=kept_back(plan))
            Pool.objects.bulk_create(
                Pool(
                    activity=activity,
                    occurrence=occurrence,
                    group=groups[share.key],
                    ceiling=share.ceiling,
                    floor=share.floor,
                    merges_at=share.merges_at,
                )
                for share in plan.shares
            )
        Tier.objects.bulk_create(
            Tier(
                activity=activity, place=place, title=one.title, title_en=one.title_en, rule=one.rule,
                without_days=one.without_days,
            )
            for place, one in enumerate(plan.ahead, start=1)
        )  # fmt: skip
        if plan.together is not None:
            Pool.objects.create(activity=activity, ceiling=plan.together, held_back=kept_back(plan) * len(plan.dates))
    trail.record(actor, "draft_activity", activity, dates=len(plan.dates))
    return activity


def kept_back(plan: Plan) -> int:
    """How many seats of each date are kept for groups."""
    return sum(share.floor for share in plan.shares)


def _refuse_impossible(plan: Plan) -> None:
    if not plan.title.strip():
        raise Invalid(_("An activity needs a title."), faults={"title": _("Give it a name.")})
    if not plan.dates:
        raise Invalid(_("An activity needs a date."), faults={"dates": _("Add the first date.")})
    if plan.more.get("all_dates") and any(date.team_most for date in plan.dates):
        raise Invalid(
            _("A team enters one item; one registration for all dates is for single people."),
            code="teams_for_all_dates",
        )
    each = kept_back(plan)
    for kept, seats in [(each, date.seats) for date in plan.dates] + [(each * len(plan.dates), plan.together)]:
        if seats is not None and kept > seats:
            raise Invalid(
                _("%(kept)d seats are kept for groups, and there are %(seats)d.") % {"kept": kept, "seats": seats},
                remedy=_("Keep back fewer, or add seats."),
            )


@transaction.atomic
def announce_activity(activity: Activity, *, actor: Actor) -> Activity:
    """Show an activity to those it is for. Of a draw the seed is promised now, before anybody can enter."""
    activity = Activity.objects.lock(activity.pk)
    can_run_activity(actor, activity).require()
    if activity.state == Activity.State.ANNOUNCED:
        return activity
    if activity.state != Activity.State.DRAFT:
        raise Conflict(_("“%s” has been called off.") % activity.title, remedy=_("Put it on anew."))
    refuse_wrong_rules(activity)
    activity.state = Activity.State.ANNOUNCED
    if activity.mode == Activity.Mode.DRAW:
        activity.seed = lottery.new_seed()
        activity.commitment = lottery.sha(activity.seed)
    activity.save(update_fields=["state", "seed", "commitment"])
    trail.record(actor, "announce_activity", activity, commitment=activity.commitment)
    if activity.answers_id is not None:
        announce(DemandAnswered(activity.pk))
    return activity


def refuse_wrong_rules(activity: Activity) -> None:
    """Conditions and groups must be in the language of rules before anybody is held against them."""
    language = get_language() or "zh"
    faults: dict[str, Sentence] = {}
    for name, compiled in (
        ("conditions", partial(eligibility.conditions_of, activity.conditions)),
        ("groups", partial(eligibility.compiled_groups, list(activity.groups.all()))),
        ("tiers", partial(eligibility.compiled_tiers, list(activity.tiers.all()))),
    ):
        try:
            compiled()
        except RuleFaults as found:
            faults[name] = found.render(language)
    if faults:
        raise Invalid(_("Who this is for cannot be read yet."), faults=faults, code="wrong_rules")


@transaction.atomic
def call_off(activity: Activity, *, reason: str, actor: Actor) -> Activity:
    """Call off what is still to come: every seat of it is freed, everybody who held one is told why."""
    seating = Seating.of(activity.pk)
    activity = seating.activity
    can_run_activity(actor, activity).require()
    if not reason.strip():
        raise Invalid(_("Say why it is called off."), faults={"reason": _("Those who registered will read it.")})
    if activity.state == Activity.State.CALLED_OFF:
        return activity
    if activity.state == Activity.State.DRAFT:
        raise Conflict(_("“%s” has not been announced, so there is nothing to call off.") % activity.title)
    activity.state = Activity.State.CALLED_OFF
    activity.save(update_fields=["state"])
    Occurrence.objects.filter(activity=activity, ends_at__gt=clock.now()).update(state=Occurrence.State.CALLED_OFF)
    held = Registration.objects.live().filter(occurrence__activity=activity, occurrence__ends_at__gt=clock.now())
    ended = list(held.select_related("claim").order_by("pk"))
    for registration in ended:
        seating.free(registration, Registration.State.CANCELLED)
    seating.save()
    trail.record(actor, "call_off", activity, reason=reason.strip(), registrations=len(ended))
    announce(ActivityCalledOff(activity.pk, reason.strip()))
    return activity
