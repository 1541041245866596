"""What not coming without a word delays, for how long, and how it is made good. It never bars and is never public.

An absence counts for some days (the dated pack `no_show`), and so does a seat given up later than was free. Coming
to the next activity of that union, or giving a seat that others wait for back in time, makes one good. An absence the
union excuses never was; nor is one at an activity that was announced as heeding none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField as Moment
from django.db.models import ExpressionWrapper, F

from niangjia.events.models import CAME, MISSED, Activity, Occurrence, Presence, Registration
from niangjia.kit import clock
from niangjia.matching import reads as matching
from niangjia.orgs.models import Organisation

DAYS, HOURS, MOST = "param.no_show_days", "param.no_show_hours", "param.no_show_most_hours"


@dataclass(frozen=True, slots=True)
class Policy:
    """For how many days an absence counts, by how many hours each delays, and how many at most."""

    days: int
    hours: int
    most_hours: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Absences of one person that still count with one organiser: how many, until when, and the delay they make."""

    count: int
    until: datetime
    delay: timedelta


def policy_of(organisation: Organisation) -> Policy:
    """What is in force today at the organiser's place; without figures nothing counts."""
    store, place = matching.packs().store, organisation.division_code or None
    figures = [store.at(path, clock.today(), place) for path in (DAYS, HOURS, MOST)]
    days, hours, most = (int(str(one.value)) if one is not None else 0 for one in figures)
    return Policy(days, hours, most)


def missed_by(people: Collection[int], organisation: Organisation, *, at: datetime) -> dict[int, Missed]:
    """By person what still counts with this organiser; who has nothing to make good is absent here."""
    policy = policy_of(organisation)
    since = at - timedelta(days=policy.days)
    seen = Presence.objects.filter(
        person__in=people, occurrence__activity__organisation=organisation, occurrence__starts_at__range=(since, at)
    ).exclude(state__in=MISSED, occurrence__activity__heeds_absences=False)
    moments: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for who, starts_at, state in seen.order_by().values_list("person", "occurrence__starts_at", "state"):
        if state in MISSED or state in CAME:
            moments[who].append((starts_at, state in MISSED))
    absent = [who for who, found in moments.items() if any(missed for _at, missed in found)]
    for who, given_back in _given_back(absent, organisation, since):
        moments[who].append((given_back, False))
    return {who: one for who in absent if (one := _missed(moments[who], policy)) is not None}


def counts_if_given_up(registration: Registration, occurrence: Occurrence, activity: Activity, *, at: datetime) -> bool:
    """Whether giving this seat up at that moment counts as an absence does.

    It was free until `cancel_hours` before the start; always to whom the seat was given later than that, or whose date
    was moved after they took it, and where the activity heeds no absences. A team's seats count for the captain, who
    answers for them and gave them up: the members had no say.
    """
    free_until = occurrence.starts_at - timedelta(hours=activity.cancel_hours)
    moved = occurrence.moved_at is not None and registration.made_at <= occurrence.moved_at
    is_heeded = activity.heeds_absences and registration.state == Registration.State.REGISTERED
    return is_heeded and not moved and registration.made_at <= free_until < at < occurrence.starts_at


def _given_back(people: Collection[int], organisation: Organisation, since: datetime) -> list[tuple[int, datetime]]:
    """Seats others waited for, given back while it was free to do so."""
    if not people:
        return []
    free_until = ExpressionWrapper(
        F("occurrence__starts_at") - F("claim__activity__cancel_hours") * timedelta(hours=1), output_field=Moment()
    )
    rows = (
        Registration.objects.filter(
            person__in=people,
            state=Registration.State.CANCELLED,
            ended_at__gt=since,
            claim__activity__organisation=organisation,
            claim__activity__state=Activity.State.ANNOUNCED,
        )
        .filter(ended_at__lte=free_until)
        .scarce()
    )
    return [(who, ended) for who, ended in rows.order_by().values_list("person", "ended_at") if ended is not None]


def _missed(moments: list[tuple[datetime, bool]], policy: Policy) -> Missed | None:
    """Each thing made good takes away the oldest absence before it."""
    standing: list[datetime] = []
    for at, is_absence in sorted(moments):
        if is_absence:
            standing.append(at)
        elif standing:
            standing.pop(0)
    if not standing:
        return None
    hours = min(policy.hours * len(standing), policy.most_hours)
    return Missed(len(standing), standing[-1] + timedelta(days=policy.days), timedelta(hours=hours))


def delayed(activity: Activity, opens_at: datetime, missed: Missed | None) -> datetime:
    """From when somebody may register first come, first served: later, and never past half of the window."""
    if missed is None or activity.mode != Activity.Mode.FIRST_COME:
        return opens_at
    return min(opens_at + missed.delay, max(opens_at, opens_at + (activity.closes_at - opens_at) / 2))
