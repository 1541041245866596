"""A Spark cluster of several processes gives the answers of the single interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from niangjia.rules import fragments, sql
from niangjia.rules.tests.on_spark import differences_on_spark
from niangjia.rules.tests.test_equivalence import SEEDS
from niangjia.rules.tests.test_mutants import mutated
from niangjia.rules.tests.worlds import TRICKY, build_world

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WORLDS = 4  # to a job: 1,600 answers, a dozen verdicts
TELLING = ["days_between(person.d1, person.d2) > 10", f'person.text == "{TRICKY}"']
SLIPS = [
    ("exp.DateDiff(this=last, expression=first)", "exp.DateDiff(this=first, expression=last)"),
    ('sql.replace("${", "\\\\u0024{") if dialect == "spark" else sql', "sql"),
]


def test_the_cluster_is_several_processes_none_of_them_ours(spark: SparkSession) -> None:
    status = spark.sparkContext._jsc.sc().statusTracker()
    spark.range(4, numPartitions=4).selectExpr("sum(id)").collect()
    executors = [info.host() + str(info.port()) for info in status.getExecutorInfos()]
    assert len(set(executors)) == 3  # the driver and two workers
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
    ours = [command for command in commands if spark.sparkContext.applicationId.encode() in command]
    # An executor that was replaced may still be on its way out.
    assert sum(b"CoarseGrainedExecutorBackend" in command for command in ours) >= 2


@settings(
    max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(seeds=st.lists(SEEDS, min_size=WORLDS, max_size=WORLDS, unique=True))
def test_spark_answers_every_clause_as_the_single_interpreter_does(
    spark: SparkSession, tmp_path: Path, seeds: list[int]
) -> None:
    worlds = [build_world(seed) for seed in seeds]
    assert differences_on_spark(worlds, spark, tmp_path) == [[] for _ in worlds]


@pytest.mark.parametrize(("old", "new"), SLIPS)
def test_a_slip_in_the_words_for_spark_is_noticed(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    world = build_world(100, rules=1, people=30, always=TELLING)
    harmed = mutated(fragments, old, new)
    monkeypatch.setattr(sql, "fragments", harmed)
    (found,) = differences_on_spark([world], spark, tmp_path)
    assert found
