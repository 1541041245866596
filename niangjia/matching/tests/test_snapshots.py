"""A snapshot is the facts of everybody, to the last value, whichever way they are read."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Refusal
from niangjia.matching import actions, reads, snapshots
from niangjia.matching.carrying import Carrier
from niangjia.matching.tests.crowd import DEEDS, Crowd
from niangjia.matching.tests.test_table import live

pytestmark = pytest.mark.django_db
KEEPER = Actor.system("matching")


def silent(done: float, what: str) -> None:
    """Tell nobody."""


@pytest.fixture
def crowd(tmp_path: Path) -> Crowd:
    crowd = Crowd(5, tmp_path, people_first=12)
    for _turn in range(2):
        for name in sorted(DEEDS):
            crowd.deed(name)
    return crowd


def in_files(folder: Path) -> dict[int, dict[str, Any]]:
    with duckdb.connect() as engine:
        found = engine.execute(f"SELECT * FROM read_parquet('{folder}/*.parquet')")
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {row.pop("person_id"): row for row in rows}


def test_a_snapshot_holds_what_the_registers_say(crowd: Crowd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "Carrier", partial(Carrier, piece_rows=5))
    actions.refresh_facts(actor=KEEPER)
    told: list[str] = []
    taken = reads.take_snapshot(
        tmp_path / "s", as_of=clock.today(), tell=lambda done, what: told.append(f"{done}{what}")
    )
    assert in_files(tmp_path / "s") == live()
    assert taken.rows == len(live())
    assert len(list((tmp_path / "s").glob("*.parquet"))) == -(-taken.rows // 5) == len(told)
    assert any(row["worker_titles"] == "" for row in live().values())  # nobody's title is known, and is not NULL
    assert any(row["worker_region"] is None for row in live().values())


def test_a_snapshot_is_the_same_from_the_table_and_from_the_registers(crowd: Crowd, tmp_path: Path) -> None:
    from_registers = reads.take_snapshot(tmp_path / "a", as_of=clock.today(), tell=silent)
    actions.refresh_facts(actor=KEEPER)
    from_table = reads.take_snapshot(tmp_path / "b", as_of=clock.today(), tell=silent)
    assert from_registers.digest == from_table.digest
    assert reads.read_snapshot(tmp_path / "b") == from_table
    crowd.join()
    assert reads.take_snapshot(tmp_path / "c", as_of=clock.today(), tell=silent).digest != from_table.digest


def test_a_snapshot_can_be_of_another_day(crowd: Crowd, tmp_path: Path) -> None:
    long_ago = clock.today() - timedelta(days=2000)
    taken = reads.take_snapshot(tmp_path / "then", as_of=long_ago, tell=silent)
    assert taken.generation is None
    assert in_files(tmp_path / "then") == live(long_ago) != live()


def test_a_snapshot_of_some_facts_has_their_columns_and_days(crowd: Crowd, tmp_path: Path) -> None:
    taken = reads.take_snapshot(
        tmp_path / "s", as_of=clock.today(), tell=silent, paths=("worker.age", "household.income")
    )
    assert list(taken.columns) == ["person_id", "household_income", "household_income_on", "worker_birth_date"]


def test_what_an_earlier_run_left_is_replaced_and_a_broken_run_is_no_snapshot(crowd: Crowd, tmp_path: Path) -> None:
    (tmp_path / "00007.parquet").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("mine")
    reads.take_snapshot(tmp_path, as_of=clock.today(), tell=silent)
    assert in_files(tmp_path) == live()
    assert (tmp_path / "notes.txt").exists()
    assert json.loads((tmp_path / "snapshot.json").read_text())["as_of"] == clock.today().isoformat()
    (tmp_path / "snapshot.json").unlink()
    with pytest.raises(Refusal, match=str(tmp_path)):
        reads.read_snapshot(tmp_path)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="file"):
        reads.take_snapshot(tmp_path / "file" / "s", as_of=clock.today(), tell=silent)
