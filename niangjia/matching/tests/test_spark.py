"""DuckDB, PostgreSQL and the cluster leave the same lists, counts and reasons, and the single interpreter agrees."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from django.db import connection

from niangjia.kit.refusal import Refusal
from niangjia.matching.engines import Engine, Job
from niangjia.matching.engines.duckdb import DuckEngine
from niangjia.matching.engines.postgres import PostgresEngine
from niangjia.matching.engines.spark import SparkEngine, connected, require_meaning
from niangjia.rules.tests.bulk import Run, bulk_differences, programmes
from niangjia.rules.tests.engines import Execute, loaded
from niangjia.rules.tests.on_spark import kept_as_parquet
from niangjia.rules.tests.worlds import REGION, World, build_world
from tests.support.spark import MASTER

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def matched(engine: Engine, world: World, facts: Path, out: Path) -> Run:
    """What an engine left in its directory."""
    told: list[float] = []
    job = Job(programmes(world), world.as_of, world.store, REGION)
    counts = engine.match(job, facts, out, reasons=True, tell=lambda done, _: told.append(done))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert json.loads((out / "counts.json").read_text("utf-8")) == counts.to_json()
    lists = rows(out / "lists", "person_id, programme, verdict, missing")
    bits = json.loads((out / "reasons.json").read_text("utf-8"))
    return Run(programmes(world), [tuple(row.values()) for row in lists], rows(out / "reasons", "*"), bits, counts)


def postgres_runner(cursor: Any) -> Execute:
    def execute(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        cursor.execute(statement, list(values) or None)
        return cursor.fetchall() if cursor.description else []

    return execute


def rows(directory: Path, columns: str) -> list[dict[str, Any]]:
    with duckdb.connect() as duck:
        found = duck.execute(f"SELECT {columns} FROM '{directory}/*.parquet' ORDER BY ALL")
        names = [name for name, *_ in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("seed", [3, 11])
def test_the_same_facts_give_the_same_rows_on_the_cluster_in_duckdb_and_in_postgresql(
    db: None, spark: SparkSession, tmp_path: Path, seed: int
) -> None:
    world = build_world(seed, rules=9, people=60)
    facts = tmp_path / "a snapshot 快照"
    facts.mkdir()
    kept_as_parquet(world, facts / "part.parquet")
    (facts / "snapshot.json").write_text("{}", "utf-8")
    duck = matched(DuckEngine(threads=1), world, facts, tmp_path / "duck")
    cluster = matched(SparkEngine(MASTER), world, facts, tmp_path / "cluster")
    with connection.cursor() as cursor:
        loaded(world, postgres_runner(cursor), "postgres", "%s")
        postgres = matched(PostgresEngine(cursor, "SELECT * FROM people_facts"), world, facts, tmp_path / "postgres")
    assert cluster == duck == postgres
    assert bulk_differences(world, cluster) == []


def test_of_nobody_the_cluster_and_duckdb_say_nothing(spark: SparkSession, tmp_path: Path) -> None:
    world = build_world(3, rules=9, people=2)
    facts = tmp_path / "facts"
    facts.mkdir()
    kept_as_parquet(world, tmp_path / "some.parquet")
    with duckdb.connect() as duck:
        duck.execute(f"COPY (SELECT * FROM '{tmp_path}/some.parquet' WHERE false) TO '{facts}/none.parquet'")
    cluster, alone = (matched(each, world, facts, tmp_path / "out") for each in (SparkEngine(MASTER), DuckEngine()))
    assert cluster.counts == alone.counts
    assert (cluster.counts.people, cluster.lists) == (0, [])


def test_a_machine_without_pyspark_or_java_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refusal, match="Java") as refused, connected("local[1]"):
        pass
    assert "duckdb" in str(refused.value.remedy)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(Refusal, match="pyspark") as refused, connected("local[1]"):
        pass
    assert "niangjia[spark]" in str(refused.value.remedy)


def test_a_cluster_on_which_the_same_words_mean_something_else_is_refused(spark: SparkSession) -> None:
    other = spark.newSession()
    other.conf.set("spark.sql.ansi.enabled", "false")
    with pytest.raises(Refusal, match=r"spark\.sql\.ansi\.enabled"):
        require_meaning(other)
