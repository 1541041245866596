"""weigh: one person against a set of clauses, with the reason for every answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from niangjia.rules import single, wording
from niangjia.rules.changes import nearest_change
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.errors import RuleFault
from niangjia.rules.findings import (
    ClauseFinding,
    FactUsed,
    Finding,
    Json,
    NearestChange,
    ParameterUsed,
    Verdict,
    fact_to_json,
    parameter_to_json,
)
from niangjia.rules.parameters import Figure, ParameterStore, figure_faults
from niangjia.rules.schema import Fact, FactType, Parameter, Scope, Stored
from niangjia.rules.turning import Situation

TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
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
    place = clauses.place_fact(region_path)
    person = _Person(clauses, facts, as_of, parameters, place)
    findings = tuple(person.judge(clause) for clause in clauses.clauses)
    verdicts = {finding.verdict for finding in findings}
    overall = next((v for v in (Verdict.FALSE, Verdict.UNKNOWN) if v in verdicts), Verdict.TRUE)
    return Finding(
        verdict=overall,
        clauses=findings,
        as_of=as_of,
        parameters_digest=_digest([parameter_to_json(used) for used in person.parameters_used.values()]),
        facts_digest=_digest([fact_to_json(used) for used in person.facts_used.values()]),
        rules_digest=clauses.digest,
    )


class _Person:
    """The facts of one person resolved once, and the figures of their place looked up once."""

    def __init__(
        self,
        clauses: ClauseSet,
        facts: Mapping[str, FactValue],
        as_of: date,
        store: ParameterStore,
        place: Fact | None,
    ) -> None:
        self.schema = clauses.schema
        self.as_of = as_of
        self.store = store
        self.place = place
        self.facts_used: dict[str, FactUsed] = {}
        self.values: dict[str, Stored] = {}
        needed = (*clauses.facts, place) if place is not None and clauses.is_regional else clauses.facts
        for fact in needed:
            used = _as_used(fact, facts.get(fact.path), as_of)
            self.facts_used[fact.path] = used
            self.values[fact.path] = None if used.stale else used.value
        self.figures: dict[tuple[str, date], Figure | None] = {}
        self.today = self.figures_on(as_of)
        self.case = single.Case(self.values, as_of, self.today)
        self.parameters_used = {each.path: self.parameter_used(each) for each in clauses.parameters}

    @property
    def region(self) -> str | None:
        region = self.values.get(self.place.path) if self.place else None
        return region if isinstance(region, str) else None

    def figures_on(self, day: date) -> single.Figures:
        def figure(parameter: Parameter) -> Figure | None:
            key = (parameter.path, day)
            if key not in self.figures:
                self.figures[key] = self.look_up(parameter, day)
            return self.figures[key]

        return figure

    def look_up(self, parameter: Parameter, day: date) -> Figure | None:
        """A regional figure is unknown while the person's place is; it is not the nation's."""
        region = self.region if parameter.scope is Scope.REGION else None
        if parameter.scope is Scope.REGION and region is None:
            return None
        found = self.store.at(parameter.path, day, region)
        for fault in figure_faults(parameter, found) if found else ():
            raise fault
        return found

    def parameter_used(self, parameter: Parameter) -> ParameterUsed:
        figure = self.today(parameter)
        if figure is None:
            return ParameterUsed(parameter.path, None)
        return ParameterUsed(parameter.path, figure.value, figure.cite, figure.valid_from, figure.region)

    def judge(self, clause: CompiledClause) -> ClauseFinding:
        holds = single.truth(clause.test, self.case)
        if clause.excludes and holds is not None:
            holds = not holds
        missing, missing_parameters = self.missing(clause) if holds is None else ((), ())
        change: NearestChange | None = None
        if missing:
            change = self.question(missing[0])
        elif holds is False:
            change = nearest_change(Situation(clause, self.values, self.as_of, self.store, self.figures_on))
        used = [self.facts_used[fact.path] for fact in clause.facts]
        if clause.is_regional and self.place is not None and self.place not in clause.facts:
            used.append(self.facts_used[self.place.path])
        return ClauseFinding(
            key=clause.key,
            kind=clause.clause.kind,
            verdict=VERDICTS[holds],
            if_unknown=clause.clause.if_unknown,
            facts=tuple(used),
            parameters=tuple(self.parameters_used[parameter.path] for parameter in clause.parameters),
            missing=missing,
            missing_parameters=missing_parameters,
            nearest_change=change,
        )

    def missing(self, clause: CompiledClause) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The facts to ask for, the person's place among them, and the parameters nobody has set."""
        facts, parameters = single.missing(clause.test, self.case)
        if self.place is not None and self.region is None:
            regional = [parameter for parameter in parameters if parameter.scope is Scope.REGION]
            if regional and self.place.path not in facts:
                facts.append(self.place.path)
            parameters = [parameter for parameter in parameters if parameter.scope is not Scope.REGION]
        return tuple(facts), tuple(parameter.path for parameter in parameters)

    def question(self, path: str) -> NearestChange:
        zh, en = wording.say_question(self.schema.facts[path], self.facts_used[path].stale)
        return NearestChange("ask", path, zh, en)


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


def _digest(used: list[Json]) -> str:
    return hashlib.sha256(TEXT.encode(used).encode()).hexdigest()
