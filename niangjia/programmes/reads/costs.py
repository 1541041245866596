"""What a version costs: the amount each, as far as past applications show it; how far the money goes and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Sum

from niangjia.kit import clock
from niangjia.programmes.definition import Definition
from niangjia.programmes.models import Application, Entitlement, Programme, Round
from niangjia.programmes.reads.comparing import Comparison

SAMPLE = 500  # past applications whose answers tell the amount each
RATE_DAYS = 180
UNDER_WAY = (Application.State.DRAFT, Application.State.IN_REVIEW, Application.State.RETURNED)


@dataclass(frozen=True, slots=True)
class Each:
    """What one grant comes to in fen: the least, the most, and the mean of `seen` past applications (0: not seen)."""

    least: int
    most: int
    mean: int
    seen: int

    @property
    def is_certain(self) -> bool:
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Cost:
    """One version's bill: who suits, bounded by the places, times the amount each."""

    each: Each
    people: int
    total: int
    budget_ends: date | None


@dataclass(frozen=True, slots=True)
class Costs:
    """Both versions' bills, and what they stand on."""

    before: Cost
    after: Cost
    quota: int | None
    left: int | None  # of the newest round's budget, in fen
    granted: int  # grants promised in the time looked at: the observed rate
    since: date | None

    @property
    def more(self) -> int:
        return self.after.total - self.before.total

    @property
    def difference(self) -> int:
        return abs(self.more)

    @property
    def enough_for(self) -> int | None:
        """How many grants the money left pays under the new version."""
        if self.left is None or not self.after.each.mean:
            return None
        return self.left // self.after.each.mean


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Applications that keep the version they were made under."""

    number: int
    count: int


def costs(programme: Programme, before: Definition, after: Definition, found: Comparison) -> Costs | None:
    """The bill of both versions; nothing where neither gives money."""
    if not (before.grant.amount or after.grant.amount):
        return None
    answers = _past_answers(programme)
    newest = _newest_round(programme)
    quota = newest.quota if newest else None
    left = newest.budget.available if newest and newest.budget else None
    rate, granted, since = _observed(programme)
    each = (_each(before, answers), _each(after, answers))
    people = tuple(min(count, quota) if quota else count for count in (found.before("yes"), found.after("yes")))
    ends = _ends(rate, left, each, people)
    old, new = (Cost(one, count, one.mean * count, end) for one, count, end in zip(each, people, ends, strict=True))
    return Costs(old, new, quota, left, granted, since)


def _past_answers(programme: Programme) -> list[dict[str, Any]]:
    """Of the newest applications handed in for this practice within the union's subtree."""
    past = Application.objects.handed_in().filter(
        round__version__programme__practice=programme.practice, union__path__startswith=programme.organisation.path
    )
    return [one.answers for one in past.only("answers").order_by("-pk")[:SAMPLE]]


def _each(definition: Definition, answers: Sequence[dict[str, Any]]) -> Each:
    amount = definition.grant.amount
    if amount is None:
        return Each(0, 0, 0, 0)
    if amount.fixed_fen is not None:
        return Each(amount.fixed_fen, amount.fixed_fen, amount.fixed_fen, len(answers))
    possible = list(amount.table.rows.values()) if amount.table else [0, amount.cap_fen or 0]
    seen = [sum_ for one in answers if (sum_ := amount.of(one))]
    mean = sum(seen) // len(seen) if seen else (min(possible) + max(possible)) // 2
    return Each(min(possible), max(possible), mean, len(seen))


def _newest_round(programme: Programme) -> Round | None:
    return Round.objects.filter(version__programme=programme).select_related("budget").order_by("-opens_at").first()


def _observed(programme: Programme) -> tuple[float, int, date | None]:
    """Fen promised a day of late, how many grants that were, and since when."""
    since = clock.now() - timedelta(days=RATE_DAYS)
    kept = Entitlement.objects.exclude(state=Entitlement.State.VOID).filter(
        application__round__version__programme=programme, promised_at__gte=since
    )
    told = kept.aggregate(sum=Sum("amount_fen"), count=Count("pk"), first=Min("promised_at"))
    if not told["sum"]:
        return 0.0, 0, None
    first = told["first"].astimezone(clock.SHANGHAI).date()
    return told["sum"] / max(1, (clock.today() - first).days), told["count"], first


def _ends(
    rate: float, left: int | None, each: Sequence[Each], people: Sequence[int]
) -> tuple[date | None, date | None]:
    """When the money is gone: before, at the rate seen; after, at that rate as people and amounts change it."""
    if not rate or left is None:
        return None, None
    weights = [one.mean * count for one, count in zip(each, people, strict=True)]
    days = left / rate
    grown = days * weights[0] / weights[1] if weights[1] else 0.0
    return _in_days(days), _in_days(grown) if grown else None


def _in_days(days: float) -> date | None:
    return clock.today() + timedelta(days=int(days)) if days < 3650 else None


def under_way(programme: Programme) -> tuple[UnderWay, ...]:
    """How many applications are under way, by the version they keep."""
    counted = (
        Application.objects.filter(round__version__programme=programme, state__in=UNDER_WAY)
        .order_by("round__version__number")
        .values_list("round__version__number")
        .annotate(count=Count("pk"))
    )
    return tuple(UnderWay(number, count) for number, count in counted)
