"""Many programmes in one scan get the answers that each person alone gets, with the same reasons and counts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from niangjia.rules.tests.bulk import bulk_differences, run_bulk
from niangjia.rules.tests.engines import Execute, duckdb_runner
from niangjia.rules.tests.test_equivalence import SEEDS
from niangjia.rules.tests.worlds import build_world

RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def duck() -> Execute:
    return duckdb_runner()


@settings(max_examples=30, deadline=None, suppress_health_check=RELAXED)
@given(seed=SEEDS)
def test_many_programmes_in_one_scan_say_what_the_single_interpreter_says(duck: Execute, seed: int) -> None:
    world = build_world(seed)
    assert bulk_differences(world, run_bulk(world, duck, "duckdb", "?")) == []
