"""The promise of the package: one person judged alone and a population judged in SQL get the same answers."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.rules.tests.engines import Execute, differences, duckdb_runner, run
from niangjia.rules.tests.worlds import build_world

SEEDS = st.integers(min_value=0, max_value=2**32)
RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def duck() -> Execute:
    return duckdb_runner()


@settings(max_examples=30, deadline=None, suppress_health_check=RELAXED)
@given(seed=SEEDS)
def test_duckdb_answers_every_clause_as_the_single_interpreter_does(duck: Execute, seed: int) -> None:
    world = build_world(seed)
    assert differences(world, run(world, duck, "duckdb", "?")) == []


def test_the_random_worlds_hold_all_three_answers_and_every_kind_of_condition(duck: Execute) -> None:
    answers: Counter[object] = Counter()
    verdicts: Counter[str] = Counter()
    rules = ""
    for seed in range(12):
        world = build_world(seed)
        rules += " ".join(clause.clause.rule for clause in world.clauses.clauses)
        for row in chain.from_iterable(run(world, duck, "duckdb", "?")):
            answers.update(value for name, value in row.items() if name.startswith("c_"))
            verdicts[row["verdict"]] += 1
    for counted in (answers, verdicts):
        assert len(counted) == 3
        assert min(counted.values()) > sum(counted.values()) * 0.08, counted
    for written in ("param.line", "param.start", "_since(", "days_between", "default(", "/ ", " in [", "startsWith"):
        assert written in rules
