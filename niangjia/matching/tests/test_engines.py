"""PostgreSQL on the facts table and DuckDB on a snapshot of it leave the same rows, and those of one person alone."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from django.db import connection, transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.matching import actions, reads
from niangjia.matching.engines import Job, postgres
from niangjia.matching.engines.duckdb import DuckEngine
from niangjia.matching.engines.postgres import PostgresEngine
from niangjia.matching.tests.crowd import DEEDS, Crowd
from niangjia.people.models import Person
from niangjia.programmes.definition import catalogue
from niangjia.programmes.loading import clauses_of
from niangjia.rules import Verdict, weigh

pytestmark = pytest.mark.django_db


def rows(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as engine:
        files = f"SELECT * FROM read_parquet('{folder}/*.parquet')"
        names = sorted(column[0] for column in engine.execute(files).description or ())
        return sorted(engine.execute(f"SELECT {', '.join(names)} FROM ({files}) f").fetchall(), key=repr)


@pytest.fixture
def crowd(tmp_path: Path) -> Crowd:
    crowd = Crowd(11, tmp_path, people_first=20)
    for _turn in range(3):
        for name in sorted(DEEDS):
            crowd.deed(name)
    return crowd


def test_postgresql_and_duckdb_leave_the_same(crowd: Crowd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "PIECE_ROWS", 7)
    programmes = {one.definition.id: clauses_of(one.text) for one in catalogue()}
    job = Job(programmes, clock.today(), reads.packs().store, reads.REGION)
    actions.refresh_facts(actor=Actor.system("matching"))
    reads.take_snapshot(tmp_path / "facts", as_of=clock.today(), tell=lambda *_told: None)
    one, other = tmp_path / "duckdb", tmp_path / "postgres"
    counted = DuckEngine(threads=1).match(job, tmp_path / "facts", one, reasons=True)
    with transaction.atomic(), connection.cursor() as cursor:
        engine = PostgresEngine(cursor, reads.facts_relation(as_of=clock.today()))
        assert engine.match(job, tmp_path, other, reasons=True) == counted
    assert rows(one / "lists") == rows(other / "lists") != []
    assert rows(one / "reasons") == rows(other / "reasons")
    for name in ("counts.json", "reasons.json"):
        assert json.loads((one / name).read_text()) == json.loads((other / name).read_text())
    everybody = Person.objects.filter(merged_into=None, erased_on=None).values_list("pk", flat=True)
    for key, clauses in programmes.items():
        alone = [
            weigh(
                clauses, reads.facts_of(person), as_of=job.as_of, parameters=job.parameters, region_path=job.region_path
            )
            for person in everybody
        ]
        assert sum(each.verdict is Verdict.TRUE for each in alone) == counted.programmes[key].yes
        assert sum(each.verdict is Verdict.FALSE for each in alone) == counted.programmes[key].no


def test_of_nobody_there_is_a_snapshot_all_the_same(tmp_path: Path) -> None:
    programmes = {one.definition.id: clauses_of(one.text) for one in catalogue()}
    job = Job(programmes, clock.today(), reads.packs().store, reads.REGION)
    reads.take_snapshot(tmp_path / "facts", as_of=clock.today(), tell=lambda *_told: None)
    counted = DuckEngine(threads=1).match(job, tmp_path / "facts", tmp_path / "out")
    assert (counted.people, sum(one.yes + one.no for one in counted.programmes.values())) == (0, 0)
