"""Many programmes in one scan get the answers that each person alone gets, with the same reasons and counts."""

from __future__ import annotations

from collections import Counter

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


def test_conditions_that_lack_different_things_in_the_same_places_are_told_apart(duck: Execute) -> None:
    world = build_world(186149051)
    assert bulk_differences(world, run_bulk(world, duck, "duckdb", "?")) == []


def test_more_programmes_than_a_word_has_bits(duck: Execute) -> None:
    world = build_world(7, people=25)
    assert bulk_differences(world, run_bulk(world, duck, "duckdb", "?", at_least=130)) == []


def test_conditions_too_wide_for_joint_cells_are_written_out(duck: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("niangjia.rules.lookups.MOST_CELLS", 4)
    for seed in (3, 4, 5):
        world = build_world(seed, people=25)
        assert bulk_differences(world, run_bulk(world, duck, "duckdb", "?")) == []


def test_bulk_tells_all_kinds_of_answers(duck: Execute) -> None:
    kinds: Counter[str] = Counter()
    for seed in range(6):
        counts = run_bulk(build_world(seed), duck, "duckdb", "?").counts
        for each in counts.programmes.values():
            kinds.update({"yes": each.yes, "one_fact": each.one_fact, "open": each.open, "no": each.no})
        assert counts.questions
    assert min(kinds[kind] for kind in ("yes", "one_fact", "open", "no")) > kinds.total() * 0.03, kinds
