"""Many worlds asked of a Spark cluster in one job, for a job costs a second whatever it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from niangjia.rules import VerdictSql, region_table_sql, select_verdicts
from niangjia.rules.tests.engines import Answers, differences
from niangjia.rules.tests.worlds import REGION, World

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def differences_on_spark(worlds: list[World], spark: SparkSession, folder: Path) -> list[list[str]]:
    """For each world what the cluster answered otherwise than the single interpreter."""
    asked: list[VerdictSql] = []
    selects: list[str] = []
    for number, world in enumerate(worlds):
        _load(world, number, spark, folder)
        for clauses in world.sets:
            bulk = select_verdicts(
                clauses, as_of=world.as_of, parameters=world.store, dialect="spark", region_path=REGION
            )
            judged = bulk.query(f"people{number}", ["person_id"], region_table=f"places{number}")
            answers = ", ".join(f"`c_{key}`" for key in bulk.clauses)
            selects.append(
                f"SELECT {len(asked)} AS asked, person_id, array({answers}) AS answers, verdict, missing, uncovered"
                f" FROM ({judged})"
            )
            asked.append(bulk)
    answered: list[list[Answers]] = [[] for _ in asked]
    for row in sorted(spark.sql(" UNION ALL ".join(selects)).collect()):
        bulk = asked[row.asked]
        given = {f"c_{key}": answer for key, answer in zip(bulk.clauses, row.answers, strict=True)}
        missing = frozenset(bulk.paths_in(row.missing))
        given |= {"verdict": row.verdict, "missing": missing, "uncovered": row.uncovered}
        answered[row.asked].append(given)
    counts = [len(world.sets) for world in worlds]
    starts = [sum(counts[:number]) for number in range(len(counts))]
    return [
        differences(world, answered[start : start + count])
        for world, start, count in zip(worlds, starts, counts, strict=True)
    ]


def _load(world: World, number: int, spark: SparkSession, folder: Path) -> None:
    """The people as a Parquet file that DuckDB wrote, as snapshots are; the places as a view."""
    path = folder / f"people{number}.parquet"
    kept_as_parquet(world, path)
    declared = ", ".join(f"{name} {kind.replace('TEXT', 'STRING')}" for name, kind in world.columns.items())
    spark.read.schema(declared).parquet(str(path)).createOrReplaceTempView(f"people{number}")
    places = world.store.snapshot(world.as_of, world.regions(), world.schema.parameters.values())
    spark.sql(region_table_sql(places, "spark")).createOrReplaceTempView(f"places{number}")


def kept_as_parquet(world: World, path: Path) -> None:
    """The people of a world in a file."""
    kinds = world.columns
    with duckdb.connect() as duck:
        duck.execute(f"CREATE TABLE people ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
        rows = [[row[name] for name in kinds] for row in world.rows]
        duck.executemany(f"INSERT INTO people VALUES ({', '.join('?' * len(kinds))})", rows)
        duck.execute(f"COPY people TO '{path}' (FORMAT parquet)")
