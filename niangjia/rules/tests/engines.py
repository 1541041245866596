"""Run a world on a database and compare every clause of every person with the single interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb

from niangjia.rules import ClauseSet, Verdict, region_table_sql, select_verdicts, weigh
from niangjia.rules.fragments import Dialect
from niangjia.rules.tests.worlds import REGION, Row, World

Answers = dict[str, Any]
Execute = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
ANSWERS = {True: Verdict.TRUE, False: Verdict.FALSE, None: Verdict.UNKNOWN}


def run(world: World, execute: Execute, dialect: Dialect, mark: str) -> list[list[Answers]]:
    """For each set of clauses the rows of the bulk query, one per person."""
    loaded(world, execute, dialect, mark)
    return [answers(world, clauses, execute, dialect) for clauses in world.sets]


def loaded(world: World, execute: Execute, dialect: Dialect, mark: str) -> None:
    """Put the world's people and its table of places into the database."""
    columns = world.columns
    execute("DROP TABLE IF EXISTS people_facts", ())
    execute("DROP TABLE IF EXISTS places", ())
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    execute(f"CREATE TEMPORARY TABLE people_facts ({listed})", ())
    one = f"({', '.join([mark] * len(columns))})"
    values = [row[name] for row in world.rows for name in columns]
    execute(f"INSERT INTO people_facts VALUES {', '.join([one] * len(world.rows))}", values)
    places = region_table_sql(
        world.store.snapshot(world.as_of, world.regions(), world.schema.parameters.values()), dialect
    )
    execute(f"CREATE TEMPORARY TABLE places AS {places}", ())


def answers(world: World, clauses: ClauseSet, execute: Execute, dialect: Dialect) -> list[Answers]:
    bulk = select_verdicts(clauses, as_of=world.as_of, parameters=world.store, dialect=dialect, region_path=REGION)
    names = ["person_id", *(f"c_{key}" for key in bulk.clauses), "verdict", "missing", "uncovered"]
    query = bulk.query("people_facts", ["person_id"], region_table="places") + ' ORDER BY "person_id"'
    rows = [dict(zip(names, row, strict=True)) for row in execute(query, ())]
    return [{**row, "missing": frozenset(bulk.paths_in(row["missing"]))} for row in rows]


def differences(world: World, answered: list[list[Answers]]) -> list[str]:
    """Every answer the database gave otherwise than the single interpreter, with the rule and the person."""
    return [
        difference
        for clauses, rows in zip(world.sets, answered, strict=True)
        for row, given in zip(world.rows, rows, strict=True)
        for difference in differences_of(world, clauses, row, given)
    ]


def differences_of(world: World, clauses: ClauseSet, row: Row, given: Answers) -> Iterator[str]:
    finding = weigh(clauses, world.facts_of(row), as_of=world.as_of, parameters=world.store, region_path=REGION)
    for clause, compiled in zip(finding.clauses, clauses.clauses, strict=True):
        answer = ANSWERS[given[f"c_{clause.key}"]]
        if answer is not clause.verdict:
            yield f"{compiled.clause.rule}: single {clause.verdict}, SQL {answer}, for {row}"
    if given["verdict"] != finding.verdict.value:
        yield f"verdict: single {finding.verdict}, SQL {given['verdict']}, for {row}"
    lacking = {path for clause in finding.clauses for path in clause.missing_parameters}
    missing = {*finding.missing, *lacking} if finding.verdict is Verdict.UNKNOWN else set()
    if given["missing"] != missing:
        yield f"missing: single {missing}, SQL {given['missing']}, for {row}"
    if given["uncovered"]:
        yield f"no figures for the place of {row}"


def duckdb_runner() -> Execute:
    connection = duckdb.connect()

    def execute(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return connection.execute(statement, list(values) or None).fetchall()

    return execute
