"""The equivalence tests can fail: each seeded slip in lowering or SQL is noticed."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from niangjia.rules import lowering, sql
from niangjia.rules.tests.engines import Execute, differences, duckdb_runner, run
from niangjia.rules.tests.worlds import World, build_world

LOWERING = [
    ("whole = ceil(limit) if operator", "whole = floor(limit) if operator"),
    (" else floor(limit)\n        if isinstance", " else ceil(limit)\n        if isinstance"),
    ('bound = ceil(limit) if operator in ("<", ">=") else floor(limit)', "bound = floor(limit)"),
    ("        if coefficient < 0:\n            operator = MIRRORED[operator]\n", ""),
    ("-bound, MIRRORED[operator]", "-bound, operator"),
    ('operator, count = ">=", count + 1', 'operator, count = ">=", count'),
    ('"<=" if operator == ">=" else ">", latest', '"<" if operator == ">=" else ">=", latest'),
    ("(count < 0) == (operator", "(count > 0) == (operator"),
    ("left, right, operator = right, left, MIRRORED[operator]", "left, right = right, left"),
    ('_guarded(_columns({variable}), ir.Known(operator == "!="))', 'ir.Known(operator == "!=")'),
    ("_guarded(() if code.fallback is not None else (code.name,), ir.Known(False))", "ir.Known(False)"),
    ("return ir.Unknown()", "return ir.Known(False)"),
    ("Ratio(top, polynomial.multiply(left.bottom, right.top), used)", "Ratio(top, left.bottom, used)"),
    ("return _sum(left, right, -1)\n            case", "return _sum(right, left, -1)\n            case"),
    ("ir.Column(fact.column, fallback)", "ir.Column(fact.column, 0)"),
    ("ir.Gap(value.first.column, value.last.column)", "ir.Gap(value.last.column, value.first.column)"),
    ("return ir.Truth(leaf.fact.column, leaf.fallback)", "return ir.Truth(leaf.fact.column, None)"),
    ("ir.CodeIs(leaf.equal, ", "ir.CodeIs(True, "),
]
SQL = [
    ("if coefficient < 0]", "if coefficient > 99]"),
    ("if of.limit or not right:", "if not right:"),
    ('fragments.text(f"|{of.tag}|")', "fragments.text(of.tag)"),
    ('"<": exp.LT', '"<": exp.LTE'),
    ("joined(exp.Or, [self.condition(part)", "joined(exp.And, [self.condition(part)"),
    ("if clause.excludes else condition", "if False else condition"),
    ("(exp.EQ if of.equal else exp.NEQ)(this=left", "exp.EQ(this=left"),
    ("length=fragments.integer(len(of.prefix))", "length=fragments.integer(len(of.prefix.encode()))"),
    ("fragments.coalesce(column, fragments.boolean(of.fallback))", "column"),
    ("timedelta(days=fact.fresh_days)", "timedelta(days=fact.fresh_days + 1)"),
    ("return masks[0] if masks else None", "return None"),
    ("else fragments.coalesce(column, fragments.text(of.fallback))", "else column"),
    ("self.bit(self.place.path), none_set", "none_set, none_set"),
]
TELLING = [  # what random rules hit too seldom
    "person.wage - household.income >= -123456.785",
    "person.wage - person.cost < 0.005",
    "household.income - 2 * person.wage > 1000",
    "person.c0 in param.codes",
    "default(person.b0, true) && person.b1",
    '"rane" in person.tags',
    "!(person.b0 || person.wage > 5)",
    "person.wage > 0.125",
    "days_between(person.d1, person.d2) > 10",
    "person.wage < param.line",
]


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [build_world(seed, rules=6, people=30, always=TELLING) for seed in range(100, 116)]


@pytest.fixture(scope="module")
def duck() -> Execute:
    return duckdb_runner()


def first_difference(worlds: list[World], duck: Execute) -> str | None:
    for world in worlds:
        found = differences(world, run(world, duck, "duckdb", "?"))
        if found:
            return found[0]
    return None


def mutated(module: types.ModuleType, old: str, new: str) -> types.ModuleType:
    """The module with one piece of its text exchanged, under a name of its own."""
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    assert old in text, f"the mutant no longer fits the code: {old}"
    mutant = types.ModuleType(f"{module.__name__}_mutant")
    sys.modules[mutant.__name__] = mutant
    try:
        exec(compile(text.replace(old, new), mutant.__name__, "exec"), mutant.__dict__)
    finally:
        del sys.modules[mutant.__name__]
    return mutant


def test_the_unharmed_interpreters_agree_on_the_worlds_the_mutants_are_judged_on(
    worlds: list[World], duck: Execute
) -> None:
    assert first_difference(worlds, duck) is None


@pytest.mark.parametrize(("old", "new"), LOWERING)
def test_a_slip_in_lowering_is_noticed(
    worlds: list[World], duck: Execute, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    monkeypatch.setattr("niangjia.rules.sql.Lowering", mutated(lowering, old, new).Lowering)
    assert first_difference(worlds, duck)


@pytest.mark.parametrize(("old", "new"), SQL)
def test_a_slip_in_sql_is_noticed(
    worlds: list[World], duck: Execute, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    monkeypatch.setattr("niangjia.rules.tests.engines.select_verdicts", mutated(sql, old, new).select_verdicts)
    assert first_difference(worlds, duck)
