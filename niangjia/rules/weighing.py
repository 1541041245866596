"""weigh: one person against a set of clauses, with the reason for every answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from niangjia.rules import single, wording
from niangjia.rules.changes import nearest_change
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.errors import RuleFault
from niangjia.rules.findings import (
    ClauseFinding,
    FactUsed,
    Finding,
    NearestChange,
    ParameterUsed,
    Verdict,
    facts_digest,
    parameters_digest,
)
from niangjia.rules.parameters import Figure, ParameterStore, figure_faults
from niangjia.rules.schema import Fact, FactType, Parameter, Scope, Stored
from niangjia.rules.turning import Situation

MOST_BOUND = 1_000  # clause sets of some day
MOST_PLACES = 10_000  # of some clause set
KINDS: dict[FactType, type] = {
    FactType.NUM: int, FactType.MONEY: int, FactType.BOOL: bool, FactType.DATE: date,
    FactType.CODE: str, FactType.TEXT: str, FactType.TAGS: frozenset,
}  # fmt: skip
MAKE: Any = tuple.__new__  # a named tuple in the order of its fields: half the time of its own constructor
WORST_FIRST = (Verdict.FALSE, Verdict.UNKNOWN)
VERDICTS = {True: Verdict.TRUE, False: Verdict.FALSE, None: Verdict.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Known:
    """A fact's value with where it came from and the day it was true; without a day it counts as current."""

    value: Stored
    source: str = ""
    as_of: date | None = None


FactValue = Stored | Known


def weigh(
    clauses: ClauseSet,
    facts: Mapping[str, FactValue],
    *,
    as_of: date,
    parameters: ParameterStore,
    region_path: str | None = None,
) -> Finding:
    """Judge one person: FALSE if any clause fails, else UNKNOWN if any is open, else TRUE.

    `facts` maps fact paths to stored values (money in fen); absent or None is unknown, and so is a value older than the
    fact's `fresh_days`. `region_path` names the fact with the person's division code.
    """
    return _Person(_bound(clauses, as_of, parameters, region_path), facts).finding()


class _Read(NamedTuple):
    """A fact to be read of everybody, and what a plain value of it is: its exact kind and, of a number, its bounds."""

    path: str
    fact: Fact
    kind: type
    bounds: tuple[int, int] | None


class _Judged(NamedTuple):
    """A clause made into a function, and the facts its finding tells: those it reads and the place of its figures."""

    clause: CompiledClause
    judge: single.Judge
    excludes: bool
    told: tuple[str, ...]


class _Bound:
    """A set of clauses on one day, under some figures: all that is the same for everybody, worked out once."""

    def __init__(self, clauses: ClauseSet, as_of: date, store: ParameterStore, place: Fact | None) -> None:
        self.of = clauses
        self.as_of = as_of
        self.store = store
        self.place = place if clauses.is_regional else None
        needed = dict.fromkeys((*clauses.facts, self.place) if self.place else clauses.facts)
        self.reads = [_Read(fact.path, fact, KINDS[fact.type], _bounds(fact)) for fact in needed]
        self.clauses = [
            _Judged(clause, single.judge(clause.test), clause.excludes, self.told(clause)) for clause in clauses.clauses
        ]

    def told(self, clause: CompiledClause) -> tuple[str, ...]:
        paths = dict.fromkeys(fact.path for fact in clause.facts)
        if self.place is not None and clause.is_regional:
            paths[self.place.path] = None
        return tuple(paths)


@lru_cache(maxsize=MOST_BOUND)
def _bound(clauses: ClauseSet, as_of: date, store: ParameterStore, region_path: str | None) -> _Bound:
    return _Bound(clauses, as_of, store, clauses.place_fact(region_path))


class _Place:
    """The figures in force at one place, and what of them each clause rests on."""

    def __init__(self, bound: _Bound, region: str | None) -> None:
        self.store = bound.store
        self.region = region
        self.as_of = bound.as_of
        found = {each.path: self.look_up(each, bound.as_of) for each in bound.of.parameters}
        self.today: single.Figures = lambda parameter: found[parameter.path]
        used = {path: _parameter_used(path, figure) for path, figure in found.items()}
        self.used = [tuple([used[each.path] for each in one.clause.parameters]) for one in bound.clauses]
        self.digest = parameters_digest(used.values())

    def on(self, day: date) -> single.Figures:
        return self.today if day == self.as_of else lambda parameter: self.look_up(parameter, day)

    def look_up(self, parameter: Parameter, day: date) -> Figure | None:
        """A regional figure is unknown while the person's place is; it is not the nation's."""
        region = self.region if parameter.scope is Scope.REGION else None
        if parameter.scope is Scope.REGION and region is None:
            return None
        found = self.store.at(parameter.path, day, region)
        for fault in figure_faults(parameter, found) if found else ():
            raise fault
        return found


_place = lru_cache(maxsize=MOST_PLACES)(_Place)


class _Person:
    """The facts of one person, each resolved once."""

    def __init__(self, bound: _Bound, facts: Mapping[str, FactValue]) -> None:
        self.bound = bound
        used_of: dict[str, FactUsed] = {}
        values: dict[str, Stored] = {}
        for path, fact, kind, bounds in bound.reads:
            given = facts.get(path)
            if type(given) is kind and (bounds is None or bounds[0] <= given <= bounds[1]):  # type: ignore[operator]
                used_of[path] = MAKE(FactUsed, (path, given, "", None, False))
                values[path] = given  # type: ignore[assignment]
            else:
                used_of[path] = used = _as_used(fact, given, bound.as_of)
                values[path] = None if used.stale else used.value
        self.facts, self.values = used_of, values
        region = self.values[bound.place.path] if bound.place else None
        self.region = region if isinstance(region, str) else None
        self.place = _place(bound, self.region)
        self.case = single.Case(self.values, bound.as_of, self.place.today)

    def finding(self) -> Finding:
        findings = tuple(map(self.judge, self.bound.clauses, self.place.used))
        found = [finding.verdict for finding in findings]
        return Finding(
            verdict=next(filter(found.__contains__, WORST_FIRST), Verdict.TRUE),
            clauses=findings,
            as_of=self.bound.as_of,
            parameters_digest=self.place.digest,
            facts_digest=facts_digest(self.facts.values()),
            rules_digest=self.bound.of.digest,
        )

    def judge(self, one: _Judged, parameters: tuple[ParameterUsed, ...]) -> ClauseFinding:
        clause, judge, excludes, told = one
        holds = judge(self.case)
        if excludes and holds is not None:
            holds = not holds
        missing, missing_parameters = self.missing(clause) if holds is None else ((), ())
        change: NearestChange | None = None
        if missing:
            change = self.question(missing[0])
        elif holds is False:
            change = nearest_change(Situation(clause, self.values, self.bound.as_of, self.bound.store, self.place.on))
        written = clause.clause
        facts = tuple(map(self.facts.__getitem__, told))
        made: ClauseFinding = MAKE(
            ClauseFinding,
            (
                written.key, written.kind, VERDICTS[holds], written.if_unknown,
                facts, parameters, missing, missing_parameters, change,
            ),
        )  # fmt: skip
        return made

    def missing(self, clause: CompiledClause) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The facts to ask for, the person's place among them, and the parameters nobody has set."""
        facts, parameters = single.missing(clause.test, self.case)
        place = self.bound.place
        if place is not None and self.region is None:
            regional = [parameter for parameter in parameters if parameter.scope is Scope.REGION]
            if regional and place.path not in facts:
                facts.append(place.path)
            parameters = [parameter for parameter in parameters if parameter.scope is not Scope.REGION]
        return tuple(facts), tuple(parameter.path for parameter in parameters)

    def question(self, path: str) -> NearestChange:
        zh, en = wording.say_question(self.bound.of.schema.facts[path], self.facts[path].stale)
        return NearestChange("ask", path, zh, en)


def _bounds(fact: Fact) -> tuple[int, int] | None:
    return fact.bounds if KINDS[fact.type] is int else None


def _parameter_used(path: str, figure: Figure | None) -> ParameterUsed:
    if figure is None:
        return ParameterUsed(path, None)
    return ParameterUsed(path, figure.value, figure.cite, figure.valid_from, figure.region)


def _as_used(fact: Fact, given: FactValue, as_of: date) -> FactUsed:
    known = given if isinstance(given, Known) else Known(given)
    value = single.as_tags(known.value) if fact.type is FactType.TAGS else known.value
    if value is None:
        return FactUsed(fact.path, None, known.source, known.as_of)
    if not single.fits(value, fact.type, fact.bounds):
        raise RuleFault("fact_value", name=fact.path, kind=fact.type.value, value=str(value)[:60])
    too_old = fact.fresh_days is not None and known.as_of is not None
    stale = too_old and (as_of - known.as_of).days > fact.fresh_days  # type: ignore[operator]
    return FactUsed(fact.path, value, known.source, known.as_of, stale)
