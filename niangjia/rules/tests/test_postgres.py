"""PostgreSQL gives the answers of the single interpreter; the only file of the package that needs a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings

from niangjia.rules.tests.bulk import bulk_differences, run_bulk
from niangjia.rules.tests.engines import Execute, differences, run
from niangjia.rules.tests.test_equivalence import SEEDS
from niangjia.rules.tests.worlds import build_world

RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def postgres(db) -> Execute:
    def execute(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values) or None)
            return cursor.fetchall() if cursor.description else []

    return execute


@settings(max_examples=25, deadline=None, suppress_health_check=RELAXED)
@given(seed=SEEDS)
def test_postgresql_answers_every_clause_as_the_single_interpreter_does(postgres: Execute, seed: int) -> None:
    world = build_world(seed)
    assert differences(world, run(world, postgres, "postgres", "%s")) == []


@settings(max_examples=12, deadline=None, suppress_health_check=RELAXED)
@given(seed=SEEDS)
def test_postgresql_says_of_many_programmes_what_the_single_interpreter_says(postgres: Execute, seed: int) -> None:
    world = build_world(seed, people=25)
    assert bulk_differences(world, run_bulk(world, postgres, "postgres", "%s")) == []
