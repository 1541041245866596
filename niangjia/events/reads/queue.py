"""What of our activities needs an officer: drafts, people to be answered, windows that close, permits to apply for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce

from niangjia.events.models import Activity, Claim, Occurrence
from niangjia.events.reads.desk import run_by
from niangjia.events.security import NEEDS_ONE_FROM, security_permit
from niangjia.kit import clock
from niangjia.kit.actor import Actor

CLOSING = timedelta(days=2)
SHOWN = 20
State = Activity.State


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: `what` is draft, choose, closing or permit; `people` wait for it; `due` is the last moment."""

    activity: Activity
    what: str
    due: datetime
    people: int = 0

    @property
    def is_late(self) -> bool:
        return self.due <= clock.now()


def tasks(actor: Actor) -> list[Task]:
    """What is to be done, the most pressing first; so much as a page can show. Four queries."""
    found = [*_drafts(actor), *_to_choose(actor), *_closing(actor), *_permits(actor)]
    return sorted(found, key=lambda task: (task.due, task.activity.pk))[:SHOWN]


def _drafts(actor: Actor) -> Iterator[Task]:
    """Drafts with a date to come; one whose dates have all passed needs nobody."""
    to_come = Q(occurrences__starts_at__gt=clock.now())
    drafts = run_by(actor).filter(to_come, state=State.DRAFT).distinct().order_by("opens_at")
    return (Task(one, "draft", one.opens_at) for one in drafts[:SHOWN])


def _to_choose(actor: Actor) -> Iterator[Task]:
    asking = Count("claims", filter=Q(claims__state=Claim.State.ASKED))
    chosen = run_by(actor).filter(state=State.ANNOUNCED, mode=Activity.Mode.APPROVAL).annotate(asking=asking)
    for one in chosen.filter(asking__gt=0).order_by("closes_at")[:SHOWN]:
        yield Task(one, "choose", one.decide_by or one.closes_at, one.asking)


def _closing(actor: Actor) -> Iterator[Task]:
    now = clock.now()
    soon = run_by(actor).filter(state=State.ANNOUNCED, closes_at__gt=now, closes_at__lte=now + CLOSING)
    return (Task(one, "closing", one.closes_at) for one in soon.order_by("closes_at")[:SHOWN])


def _permits(actor: Actor) -> Iterator[Task]:
    """Dates to come for a thousand people or more for which no permit is recorded."""
    people = Coalesce("occurrences__pools__ceiling", "expected")
    large = Q(
        Q(occurrences__pools__ceiling__gte=NEEDS_ONE_FROM)
        | Q(occurrences__pools__ceiling=None, expected__gte=NEEDS_ONE_FROM),
        occurrences__starts_at__gt=clock.now(),
        occurrences__state=Occurrence.State.PLANNED,
        occurrences__pools__isnull=False,
        occurrences__pools__group=None,
    )
    without = run_by(actor).exclude(state=State.CALLED_OFF).filter(permit_number="")
    found = without.annotate(first=Min("occurrences__starts_at", filter=large), most=Max(people, filter=large))
    for one in found.filter(first__isnull=False).order_by("first")[:SHOWN]:
        needed = security_permit([(one.first, one.most)])
        if needed is not None:
            yield Task(one, "permit", clock.end_of(needed.apply_by), needed.expected)
