"""Who asked for an activity where the union chooses, with what may be known of them and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from niangjia.events.models import Activity, Claim, Pool, Registration
from niangjia.events.reads.desk import AT_MOST, activity_run_by
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import Membership

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asker:
    """One claim to be decided: from which union, in which groups, and how often they had a scarce seat in a year."""

    claim: Claim
    union: str
    groups: str
    had: int


@dataclass(frozen=True, slots=True)
class AskingPage:
    """Those who wait for an answer, who asked first standing first, and those who got a no."""

    activity: Activity
    asking: Sequence[Asker]
    count: int
    declined: Sequence[Claim]
    left: int | None  # seats free on all dates together; none: without limit


def asking(actor: Actor, activity_id: int) -> AskingPage:
    """The claims of one activity that somebody must decide."""
    activity = activity_run_by(actor, activity_id)
    claims = Claim.objects.filter(activity=activity)
    open_still = claims.filter(state=Claim.State.ASKED)
    declined = claims.filter(state=Claim.State.DECLINED).select_related("person").order_by("rank")
    return AskingPage(
        activity=activity,
        asking=_askers(activity, list(open_still.select_related("person").order_by("rank")[:AT_MOST])),
        count=open_still.count(),
        declined=list(declined[:AT_MOST]),
        left=_left(activity),
    )


def _askers(activity: Activity, claims: Sequence[Claim]) -> list[Asker]:
    people = [one.person_id for one in claims]
    belonging = Membership.objects.members().main().filter(person__in=people)
    unions = dict(belonging.order_by("pk").values_list("person", "union__name"))
    titles = {group.key: group.title for group in activity.groups.all()}
    had = _had(activity, people)
    return [
        Asker(
            one,
            unions.get(one.person_id, ""),
            "、".join(titles[key] for key in one.groups if key in titles),
            had.get(one.person_id, 0),
        )
        for one in claims
    ]


def _had(activity: Activity, people: Sequence[int]) -> dict[int, int]:
    rows = (
        Registration.objects.filter(
            person__in=people,
            state=Registration.State.REGISTERED,
            claim__activity__organisation=activity.organisation_id,
            made_at__gt=clock.now() - YEAR,
        )
        .exclude(claim__activity=activity)
        .scarce()
    )
    return dict(rows.order_by().values_list("person").annotate(Count("pk")))


def _left(activity: Activity) -> int | None:
    pools = list(Pool.objects.filter(activity=activity, group=None, occurrence__isnull=False))
    if any(pool.ceiling is None for pool in pools):
        return None
    return sum((pool.ceiling or 0) - pool.taken for pool in pools)
