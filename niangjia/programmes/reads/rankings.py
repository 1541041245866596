"""The ranking of a round at a step: order, ties, places, quota floors and ceilings, computed live from the records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.matching import reads as facts
from niangjia.matching.reads import REGION, packs
from niangjia.programmes import records
from niangjia.programmes.definition import Definition, Quota, Rank
from niangjia.programmes.models import Decision, Round, StepRun
from niangjia.rules import Clause, Known, Verdict, compile_clauses, weigh


@dataclass(frozen=True, slots=True)
class RankRow:
    """One candidate's place. `score` is in hundredths of a point of 100, the mean of the judges who scored."""

    run_id: int
    application_id: int
    number: str
    name: str
    union: str
    score: Fraction | None
    judges: int
    submitted_at: datetime | None
    groups: frozenset[str]
    place: int = 0
    tied: bool = False
    selected: bool = False
    why_not: str = ""

    @property
    def points(self) -> str:
        return "" if self.score is None else f"{float(self.score) / 100:.2f}"


@dataclass(frozen=True, slots=True)
class QuotaState:
    """How the selection stands against one floor or ceiling."""

    key: str
    label: str
    have: int
    least: int | None
    most: int | None

    @property
    def ok(self) -> bool:
        return (self.least is None or self.have >= self.least) and (self.most is None or self.have <= self.most)


@dataclass(frozen=True, slots=True)
class Ranking:
    rows: tuple[RankRow, ...]
    places: int | None
    quotas: tuple[QuotaState, ...]
    digest: str

    @property
    def selected(self) -> int:
        return sum(row.selected for row in self.rows)

    @property
    def broken_quotas(self) -> list[str]:
        return [f"{one.label} {one.have}" for one in self.quotas if not one.ok]


def ranking(of: Round, step: str) -> Ranking:
    """Everybody waiting at a rank step, in order, with who would be selected now."""
    definition = of.definition
    rank = definition.rank
    assert rank is not None, "a rank step without a rank section does not load"
    runs = list(
        StepRun.objects.filter(application__round=of, step=step, state=StepRun.State.OPEN)
        .select_related("application__person", "application__union")
        .order_by("application")
    )
    known = facts.facts_of_many([run.application.person_id for run in runs])
    scores = _scores(definition, [run.application_id for run in runs])
    in_group = _grouper(rank.quotas)
    rows = [
        _row(run, scores.get(run.application_id, []), in_group(known.get(run.application.person_id, {})))
        for run in runs
    ]
    answers = {run.pk: run.application.answers for run in runs}
    facts_by_run = {run.pk: known.get(run.application.person_id, {}) for run in runs}
    keys = {row.run_id: _sort_key(rank, row, facts_by_run[row.run_id], answers[row.run_id]) for row in rows}
    rows.sort(key=lambda row: (keys[row.run_id], _tie_key(rank, row, of)))
    rows = _with_places(rows, keys)
    places = min(of.quota, len(rows)) if of.quota else len(rows)
    chosen = select([(row.run_id, row.groups) for row in rows], places, rank.quotas)
    rows = [_settled(row, row.run_id in chosen, places) for row in rows]
    return Ranking(tuple(rows), of.quota, quota_states(rows, places, rank.quotas), _digest(rows))


def _row(run: StepRun, given: Sequence[int], groups: frozenset[str]) -> RankRow:
    application = run.application
    return RankRow(
        run_id=run.pk,
        application_id=application.pk,
        number=application.number or "",
        name=application.person.name,
        union=application.union.name,
        score=Fraction(sum(given), len(given)) if given else None,
        judges=len(given),
        submitted_at=application.submitted_at,
        groups=groups,
    )


def _scores(definition: Definition, application_ids: Sequence[int]) -> dict[int, list[int]]:
    """Each application's totals, one for each judge who scored (a recused judge gives none)."""
    scored = {step.key: step for step in definition.steps if step.kind == "score"}
    given = Decision.objects.filter(
        run__application__in=application_ids, run__step__in=list(scored), verdict=Decision.Verdict.RECORD
    ).select_related("run")
    totals: dict[int, list[int]] = {}
    for decision in given.order_by("pk"):
        total = records.hundredths(scored[decision.run.step], decision.record)
        totals.setdefault(decision.run.application_id, []).append(total)
    return totals


def _grouper(quotas: Sequence[Quota]) -> Callable[[dict[str, Known]], frozenset[str]]:
    """Which quota groups a person falls into, by the rule language; what is not known puts nobody into a group."""
    clauses = compile_clauses(
        [Clause(one.key, "require", one.label.zh, one.label.en, one.rule) for one in quotas], facts.schema()
    )

    def groups(known: dict[str, Known]) -> frozenset[str]:
        if not quotas:
            return frozenset()
        weighed = weigh(clauses, known, as_of=clock.today(), parameters=packs().store, region_path=REGION)
        return frozenset(one.key for one in weighed.clauses if one.verdict is Verdict.TRUE)

    return groups


def _sort_key(rank: Rank, row: RankRow, known: dict[str, Known], answers: dict[str, Any]) -> tuple[Any, ...]:
    parts: list[Any] = []
    for key in rank.order:
        value: Any = {
            "score": row.score,
            "submitted": row.submitted_at.timestamp() if row.submitted_at else None,
            "fact": known[key.path].value if key.path in known else None,
            "answer": answers.get(key.path or ""),
        }[key.by]
        if key.codes:
            value = _code_place(value, key.codes)
        parts.append((value is None, _sign(value, key.direction)))  # what is not known comes last
    return tuple(parts)


def _code_place(value: Any, codes: Sequence[str]) -> int:
    """Where a code (or the best of several tags) stands in the stated order; after all of them when it is in none."""
    held = value if isinstance(value, frozenset | set | list) else str(value or "").strip("|").split("|")
    return min((codes.index(one) for one in held if one in codes), default=len(codes))


def _sign(value: Any, direction: str) -> Any:
    if value is None:
        return 0
    if isinstance(value, bool | int | float | Fraction):
        return -value if direction == "desc" else value
    return str(value)


def _tie_key(rank: Rank, row: RankRow, of: Round) -> Any:
    if rank.tie_break == "draw":
        return hashlib.sha256(f"{of.pk}:{of.opened_at.isoformat()}:{row.number}".encode()).hexdigest()
    return (row.submitted_at.timestamp() if row.submitted_at else 0.0, row.application_id)


def _with_places(rows: Sequence[RankRow], keys: dict[int, Any]) -> list[RankRow]:
    placed = []
    for at, row in enumerate(rows):
        tied = any(
            0 <= beside < len(rows) and keys[rows[beside].run_id] == keys[row.run_id] for beside in (at - 1, at + 1)
        )
        placed.append(replace(row, place=at + 1, tied=tied))
    return placed


def _settled(row: RankRow, selected: bool, places: int) -> RankRow:
    why = (
        ""
        if selected
        else _("Place %(place)d; this round has %(places)d places.") % {"place": row.place, "places": places}
    )
    return replace(row, selected=selected, why_not=why)


def bounds(quota: Quota, places: int) -> tuple[int | None, int | None]:
    """A quota's floor and ceiling in heads. A percentage rounds in the quota's favour: floors up, ceilings down."""
    least, most = quota.at_least, quota.at_most
    if quota.at_least_percent is not None:
        least = -(-places * quota.at_least_percent // 100)
    if quota.at_most_percent is not None:
        most = places * quota.at_most_percent // 100
    return least, most


def select(candidates: Sequence[tuple[int, frozenset[str]]], places: int, quotas: Sequence[Quota]) -> set[int]:
    """Who is selected: the best in order within the ceilings, then the fewest exchanges that fill the floors."""
    limits = {one.key: bounds(one, places) for one in quotas}
    chosen: list[tuple[int, frozenset[str]]] = []
    for candidate in candidates:
        if len(chosen) < places and _fits(candidate, chosen, limits):
            chosen.append(candidate)
    for key, (least, _most) in limits.items():
        waiting = [one for one in candidates if one not in chosen and key in one[1]]
        while least is not None and _count(chosen, key) < least and waiting:
            entering = waiting.pop(0)
            if len(chosen) < places and _fits(entering, chosen, limits):
                chosen.append(entering)
            elif (leaving := _who_leaves(chosen, entering, key, limits)) is not None:
                chosen.remove(leaving)
                chosen.append(entering)
    return {run_id for run_id, _groups in chosen}


Limits = dict[str, tuple[int | None, int | None]]


def _count(chosen: Sequence[tuple[int, frozenset[str]]], key: str) -> int:
    return sum(key in groups for _run, groups in chosen)


def _fits(candidate: tuple[int, frozenset[str]], chosen: Sequence[tuple[int, frozenset[str]]], limits: Limits) -> bool:
    ceilings = {key: most for key, (_least, most) in limits.items() if most is not None}
    return all(key not in candidate[1] or _count(chosen, key) < most for key, most in ceilings.items())


def _who_leaves(
    chosen: list[tuple[int, frozenset[str]]],
    entering: tuple[int, frozenset[str]],
    key: str,
    limits: Limits,
) -> tuple[int, frozenset[str]] | None:
    """The lowest selected outside this group whose going breaks no floor and lets the newcomer in."""
    for leaving in reversed(chosen):
        if key in leaving[1]:
            continue
        rest = [one for one in chosen if one is not leaving]
        floors_hold = all(
            least is None or other not in leaving[1] or _count([*rest, entering], other) >= least
            for other, (least, _most) in limits.items()
        )
        if floors_hold and _fits(entering, rest, limits):
            return leaving
    return None


def quota_states(rows: Sequence[RankRow], places: int, quotas: Sequence[Quota]) -> tuple[QuotaState, ...]:
    language = (get_language() or "zh")[:2]
    chosen = [row for row in rows if row.selected]
    return tuple(
        QuotaState(
            one.key, one.label.text(language), sum(one.key in row.groups for row in chosen), *bounds(one, places)
        )
        for one in quotas
    )


def _digest(rows: Sequence[RankRow]) -> str:
    told = "\n".join(f"{row.run_id} {row.place} {row.score} {row.selected}" for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()
