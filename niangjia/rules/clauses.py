"""Named clauses: the unit in which a rule is written, cited, explained, counted and appealed against."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import get_args

from niangjia.rules import single, tree
from niangjia.rules.checker import check
from niangjia.rules.errors import RuleFault, RuleFaults, Source
from niangjia.rules.findings import ClauseKind, IfUnknown
from niangjia.rules.lowering import prove
from niangjia.rules.schema import Fact, FactType, Parameter, Schema, Scope

KEY = re.compile(r"[a-z][a-z0-9_-]{0,49}")


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a policy. "require" must hold; "exclude" must not. `rule` is its text in the rule language."""

    key: str
    kind: ClauseKind
    text_zh: str
    text_en: str
    rule: str
    basis: str = ""
    if_unknown: IfUnknown = "ask"
    appeal_to: str = ""


@dataclass(frozen=True, eq=False)
class CompiledClause:
    """A clause whose rule has been checked and proved; nothing in it depends on a day or a figure."""

    clause: Clause
    source: Source
    test: tree.Test
    facts: tuple[Fact, ...]
    parameters: tuple[Parameter, ...]

    @property
    def key(self) -> str:
        return self.clause.key

    @property
    def excludes(self) -> bool:
        return self.clause.kind == "exclude"

    @cached_property
    def judge(self) -> single.Judge:
        """Its rule as a function of a case."""
        return single.judge(self.test)

    @cached_property
    def leaves(self) -> tuple[tree.Leaf, ...]:
        return tuple(tree.leaves(self.test))

    @cached_property
    def timed(self) -> tuple[tree.Leaf, ...]:
        """The conditions whose answer may change as days pass, all facts and figures staying as they are."""
        counted = (tree.Today, tree.Since)
        return tuple(leaf for leaf in self.leaves if any(isinstance(part, counted) for part in tree.parts(leaf)))

    @cached_property
    def is_regional(self) -> bool:
        return any(parameter.scope is Scope.REGION for parameter in self.parameters)


@dataclass(frozen=True, eq=False)
class ClauseSet:
    """The clauses of one programme, in the order written."""

    clauses: tuple[CompiledClause, ...]
    schema: Schema
    facts: tuple[Fact, ...] = field(init=False)
    parameters: tuple[Parameter, ...] = field(init=False)

    def __post_init__(self) -> None:
        facts = {fact.path: fact for clause in self.clauses for fact in clause.facts}
        parameters = {parameter.path: parameter for clause in self.clauses for parameter in clause.parameters}
        object.__setattr__(self, "facts", tuple(facts.values()))
        object.__setattr__(self, "parameters", tuple(parameters.values()))

    @cached_property
    def is_regional(self) -> bool:
        return any(clause.is_regional for clause in self.clauses)

    @cached_property
    def digest(self) -> str:
        """Names the exact rules: equal texts give equal digests."""
        written = [f"{each.key}\x1f{each.clause.kind}\x1f{each.clause.rule}" for each in self.clauses]
        return hashlib.sha256("\x1e".join(written).encode()).hexdigest()

    def place_fact(self, region_path: str | None) -> Fact | None:
        """The fact holding the person's division code; refuses when regional figures are used and none is named."""
        if region_path is None:
            if self.is_regional:
                raise RuleFault("no_region_path")
            return None
        fact = self.schema.facts.get(region_path)
        if fact is None or fact.type not in (FactType.CODE, FactType.TEXT):
            raise RuleFault("bad_region_path", name=region_path)
        return fact


def compile_clause(clause: Clause, schema: Schema) -> CompiledClause:
    """Read, check and prove one clause; RuleFaults tells everything wrong with it."""
    source = Source(clause.rule, clause.key)
    faults = [*_heading_faults(clause)]
    try:
        test = check(source, schema)
        prove(source, test)
    except RuleFaults as found:
        faults.extend(found.faults)
    except RuleFault as fault:
        faults.append(fault)
    if faults:
        raise RuleFaults(faults)
    facts: dict[str, Fact] = {}
    parameters: dict[str, Parameter] = {}
    for leaf in tree.leaves(test):
        reads = tree.reads(leaf)
        facts |= {fact.path: fact for fact in (*reads.needed, *reads.optional)}
        parameters |= {parameter.path: parameter for parameter in reads.parameters}
    return CompiledClause(clause, source, test, tuple(facts.values()), tuple(parameters.values()))


def compile_clauses(clauses: Iterable[Clause], schema: Schema) -> ClauseSet:
    """Compile all clauses of a programme; RuleFaults tells everything wrong in any of them at once."""
    compiled: list[CompiledClause] = []
    faults: list[RuleFault] = []
    keys: set[str] = set()
    for clause in clauses:
        if clause.key in keys:
            faults.append(RuleFault("clause_twice", key=clause.key))
        keys.add(clause.key)
        try:
            compiled.append(compile_clause(clause, schema))
        except RuleFaults as found:
            faults.extend(found.faults)
    if faults:
        raise RuleFaults(faults)
    return ClauseSet(tuple(compiled), schema)


def _heading_faults(clause: Clause) -> Iterable[RuleFault]:
    if not KEY.fullmatch(clause.key):
        yield RuleFault("clause_key", key=clause.key)
    if clause.kind not in get_args(ClauseKind):
        yield RuleFault("clause_kind", key=clause.key, kind=clause.kind)
    if clause.if_unknown not in get_args(IfUnknown):
        yield RuleFault("clause_if_unknown", key=clause.key, value=clause.if_unknown)
