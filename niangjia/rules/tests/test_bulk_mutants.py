"""The tests of bulk can fail: each seeded slip in its cells, lookups, words or sums is noticed, and in `single` too."""

from __future__ import annotations

import types
from dataclasses import replace

import pytest

from niangjia.rules import bulk, cells, compile_clauses, lookups, single, tally, weighing
from niangjia.rules.findings import ClauseKind
from niangjia.rules.tests.bulk import bulk_differences, run_bulk
from niangjia.rules.tests.engines import Execute, duckdb_runner
from niangjia.rules.tests.test_mutants import TELLING, mutated
from niangjia.rules.tests.worlds import World, build_world

CELLS = [
    ("            return (limit + 1,)", "            return (limit,)"),
    (
        '        case "<" | ">=":\n            return (limit,)',
        '        case "<" | ">=":\n            return (limit - 1,)',
    ),
    ("return (limit, limit + 1)", "return (limit,)"),
    ("(item, item + 1)", "(item,)"),
    ("self._halved(column, middle + 1, high)", "self._halved(column, middle, high - 1)"),
    ("fragments.integer(1), fragments.integer(0)", "fragments.integer(0), fragments.integer(1)"),
    ("fragments.case(fragments.is_null(column.copy()), unknown, self._known(column))", "self._known(column)"),
    ("for number, mark in enumerate(self.marks)", "for number, mark in enumerate(self.marks[:-1])"),
]
LOOKUPS = [
    ("elif holds is each.clause.excludes:", "elif holds is False:"),
    (
        "setdefault(signature(clause), Condition(clause)).programmes |= 1 << number",
        "setdefault(signature(clause), Condition(clause)).programmes |= 1 << number % 2",
    ),
    ("return (clause.clause.kind, clause.clause.rule)", 'return ("", clause.clause.rule)'),
    ("for path in (*facts, *(parameter.path for parameter in parameters))", "for path in facts"),
    ("if clause.is_regional:", "if False:"),
    ("if number >> bit & 1:", "if number == 1 << bit:"),
    ("its.answers << self.answers", "its.answers << 1"),
    ("_lacks(mine, its)", "mine.lacks"),
    ("both[path] = both.get(path, 0) | programmes", "both[path] = programmes"),
    ("mine.fails | its.fails", "mine.fails ^ its.fails"),
    ("At(first.lookup, first.bit + self.bit)", "At(first.lookup, self.bit)"),
    ('f"NOT ({self.sql', 'f"({self.sql'),
    ('f"{mask} <> 0"', 'f"{mask} > 1"'),
]
BULK = [
    ("fresh(fact, self.as_of)", "fragments.column(fact.column)"),
    ("prod(steps[at + 1 :])", "prod(steps[at:])"),
    ("self.paths = sorted(lacking & known)", "self.paths = sorted(lacking)"),
    ("f\"(some_{word} & ~(no_{word} | more_{word})) AS one_{word}\"", "f\"(some_{word} & ~no_{word}) AS one_{word}\""),
    ("~(no_{word} | some_{word} | more_{word})) AS yes_{word}", "~(no_{word} | some_{word})) AS yes_{word}"),
    ("(more_{word} & ~no_{word}) AS open_{word}", "(more_{word}) AS open_{word}"),
    ("f'({first} & {second})'", "f'({first} | {second})'"),
    ("if path >> bit & 1)", "if path >> bit == 1)"),
    ("return bits >> word * MOST_BITS & ((1 << MOST_BITS) - 1)", "return bits & ((1 << MOST_BITS) - 1)"),
    ("return 1 << number % MOST_BITS", "return 1 << number % (MOST_BITS - 1)"),
    ("count(DISTINCT {PERSON})", "count({PERSON})"),
    ("(open_{word} >> {first})", "(open_{word} >> {first + 1})"),
    ('columns[name] = [one | other', 'columns[name] = [one + 0 * other'),
    ("LEFT JOIN {places}", "JOIN {places}"),
]  # fmt: skip
TALLY = [
    ("self.people - no - unknown", "self.people - no"),
    ("self.people - yes - one - opened", "self.people - yes - one"),
    ("key=lambda each: (-each.answers, each.path)", "key=lambda each: each.path"),
    ("if lacks != YES:", "if True:"),
]
SINGLE = [
    ("if answer is decides:", "if answer is None:"),
    ("one[0] * other[1], other[0] * one[1]", "one[0] * one[1], other[0] * other[1]"),
    ("return (one[0] * other[1], one[1] * other[0])", "return (one[0] * other[1] // other[0], one[1])"),
    ("return (one[0] * other[1] - other[0] * one[1]", "return (other[0] * one[1] - one[0] * other[1]"),
    ("            known = fallback\n", "            known = None\n"),
    ("return None if answer is None else not answer", "return not answer"),
    ("(ends - begins).days", "(begins - ends).days"),
    ("result = None", "pass"),
]


OTHER: dict[ClauseKind, ClauseKind] = {"require": "exclude", "exclude": "require"}


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [both_ways(build_world(seed, rules=6, people=30, always=TELLING)) for seed in range(200, 212)]


def both_ways(world: World) -> World:
    """The world with some of its conditions asked the other way round as well."""
    clauses = [each.clause for each in world.clauses.clauses]
    turned = [replace(each, key=f"{each.key}-turned", kind=OTHER[each.kind]) for each in clauses[-3:]]
    return replace(world, clauses=compile_clauses([*clauses, *turned], world.schema))


@pytest.fixture(scope="module")
def duck() -> Execute:
    return duckdb_runner()


def first_difference(worlds: list[World], duck: Execute) -> str | None:
    """Something told otherwise than by the single interpreter; to fall over is to be noticed too."""
    for number, world in enumerate(worlds):
        found = bulk_differences(world, run_bulk(world, duck, "duckdb", "?", at_least=1 if number else 70))
        if found:
            return found[0]
    return None


def test_the_unharmed_bulk_agrees_on_these_worlds(worlds: list[World], duck: Execute) -> None:
    assert first_difference(worlds, duck) is None


def put_in(monkeypatch: pytest.MonkeyPatch, module: types.ModuleType, mutant: types.ModuleType) -> None:
    match module.__name__.rpartition(".")[2]:
        case "cells":
            monkeypatch.setattr(lookups, "cells_of", mutant.cells_of)
            monkeypatch.setattr(lookups, "marks", mutant.marks)
            monkeypatch.setattr(lookups, "Entangled", mutant.Entangled)
        case "lookups":
            monkeypatch.setattr(bulk, "Lookups", mutant.Lookups)
        case "bulk":
            monkeypatch.setattr("niangjia.rules.tests.bulk.Bulk", mutant.Bulk)
        case "tally":
            monkeypatch.setattr("niangjia.rules.tests.bulk.Tally", mutant.Tally)
        case "single":
            monkeypatch.setattr(weighing, "single", mutant)
            monkeypatch.setattr(weighing, "_bound", weighing._bound.__wrapped__)  # nothing kept from the unharmed one


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        pytest.param(module, old, new, id=f"{module.__name__.rpartition('.')[2]}-{number}")
        for module, slips in ((cells, CELLS), (lookups, LOOKUPS), (bulk, BULK), (tally, TALLY), (single, SINGLE))
        for number, (old, new) in enumerate(slips)
    ],
)
def test_a_slip_is_noticed(
    worlds: list[World], duck: Execute, monkeypatch: pytest.MonkeyPatch, module: types.ModuleType, old: str, new: str
) -> None:
    put_in(monkeypatch, module, mutated(module, old, new))
    try:
        found = first_difference(worlds, duck)
    except Exception as fault:  # noqa: BLE001 - a mutant may break in any way
        found = str(fault)
    assert found
