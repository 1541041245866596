"""An import whose process is killed leaves nothing behind but the file, and begins again to the same end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from niangjia.kit import clock
from niangjia.orgs.models import Organisation
from niangjia.orgs.models_roster import RosterBatch, RosterProgress, RosterRow
from niangjia.orgs.roster import actions, reads
from niangjia.orgs.roster.tests.factories import HEAD, someone
from niangjia.orgs.tests.factories import REGISTRY, make_employer, make_member, make_union
from niangjia.trail.models import Line
from niangjia.web.commands.rosters import roster

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 300
# Where the import stands when it is killed: before the statement that asks for this lock on this table.
MOMENTS = (
    ("before a row is read", "orgs_rosterbatch", "EXCLUSIVE"),
    ("all read, nothing compared", "people_person", "ACCESS EXCLUSIVE"),
    ("people made", "orgs_membership", "SHARE"),
    ("members made", "orgs_employment", "SHARE"),
    ("all written but what it made of each row", "orgs_rosterrow", "SHARE"),
    ("all but the trail", "trail_line", "SHARE"),
)


def url() -> str:
    given = connection.settings_dict
    return f"postgresql://{given['USER']}@/{given['NAME']}?host={quote(str(given['HOST']))}"


def picture() -> list[Any]:
    """What an import makes, without the numbers and moments that differ from one run to the next."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT p.name, p.name_key, p.sex, p.birth_date, p.id_hash, p.phone_hash, p.id_number <> '', p.phone <> '',
                m.union_id, m.state, m.since, e.employer_id, e.occupation, e.since
            FROM people_person p LEFT JOIN orgs_membership m ON m.person_id = p.id
            LEFT JOIN orgs_employment e ON e.person_id = p.id ORDER BY p.id_hash, p.name""")
        return list(cursor.fetchall())


def said(batch: RosterBatch) -> list[Any]:
    """What was said of each row, and the trail of how many people."""
    lines = Line.objects.filter(verb="import_roster", thing_type="people.person", detail__roster=batch.pk)
    return [
        lines.count(),
        *RosterRow.objects.filter(batch=batch).order_by("number").values_list("row", "verdict", "faults"),
    ]


@pytest.fixture
def union() -> Organisation:
    union = make_union()
    make_employer(union, "某某厂")
    return union


@pytest.fixture
def file(union: Organisation) -> bytes:
    """Clean rows, refused ones, and one who is a member already."""
    member = make_member(union).person
    lines = [",".join((*HEAD, "所在单位", "工种")), f"{member.name},,{member.phone},某某厂,电工"]
    for number in range(ROWS):
        name, id_number, phone = someone("张" + "一二三四五六七八九"[number % 9])
        if number % 50 == 0:
            id_number = id_number[:17] + ("0" if id_number[17] != "0" else "1")
        lines.append(f"{name},{id_number},{phone},某某厂,焊工")
    return "\n".join(lines).encode()


def received(union: Organisation, file: bytes) -> RosterBatch:
    return actions.receive_roster([file], actor=REGISTRY, union=union, name="名册.csv")


@contextmanager
def held(table: str, mode: str) -> Iterator[psycopg.Connection[Any]]:
    """Nobody passes this table while we are inside."""
    with psycopg.connect(url()) as server:
        server.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield server
        server.rollback()


def wait_for(server: psycopg.Connection[Any], query: str, wanted: bool) -> None:
    for _attempt in range(1200):
        [found] = server.execute(query).fetchone() or [False]
        if found is wanted:
            return
        time.sleep(0.05)
    raise AssertionError(query)


_OURS = "SELECT oid FROM pg_database WHERE datname = current_database()"
_WAITING = f"SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND database = ({_OURS}))"
_BUSY = f"""SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity WHERE datid = ({_OURS}) AND pid <> pg_backend_pid() AND state <> 'idle')"""


def kill_at(batch: RosterBatch, table: str, mode: str) -> None:
    """Begin the import in a process of its own, and kill it when it waits at this table."""
    command = [sys.executable, "-m", "niangjia.web.cli", "import", "roster", "--resume", str(batch.pk), "--json"]
    with held(table, mode) as server:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url()}, stdout=subprocess.DEVNULL)
        wait_for(server, _WAITING, wanted=True)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    with psycopg.connect(url(), autocommit=True) as server:
        wait_for(server, _BUSY, wanted=False)


def test_an_import_that_was_broken_off_is_found_and_resumed_by_its_number(union: Organisation, file: bytes):
    batch = received(union, file)
    kill_at(batch, "orgs_membership", "SHARE")
    assert reads.broken_off() == []  # a moment ago: it may still be on its way
    RosterProgress.objects.filter(batch=batch).update(at=clock.now() - timedelta(minutes=10))
    assert [one.pk for one in reads.broken_off()] == [batch.pk]
    with transaction.atomic():
        RosterBatch.objects.lock(batch.pk)
        with ThreadPoolExecutor(1) as other:
            assert other.submit(_elsewhere).result() == []  # somebody is at work on it
    answer = CliRunner().invoke(roster, ["--resume", str(batch.pk), "--json"])
    assert json.loads(answer.stdout)["counts"]["people"] == ROWS - ROWS // 50
    assert reads.broken_off() == []


def _elsewhere() -> list[RosterBatch]:
    try:
        return reads.broken_off()
    finally:
        connection.close()


def test_with_a_preview_between_it_ends_the_same(union: Organisation, file: bytes):
    at_once = actions.import_roster(received(union, file), actor=REGISTRY)
    wanted, rows = picture(), said(at_once)[1:]
    actions.undo_roster(at_once, actor=REGISTRY)
    previewed = actions.read_roster(received(union, file), actor=REGISTRY)
    assert said(previewed)[1:] == rows
    applied = actions.apply_roster(previewed, actor=REGISTRY)
    assert applied.counts == at_once.counts
    assert picture() == wanted
    assert said(applied)[1:] == rows
    left = RosterRow.objects.filter(batch=applied).exclude(id_number="", phone="", verdict__in=("ok", "warned"))
    assert set(left.values_list("verdict", "id_number", "phone")) == {("refused", "", "")}


def test_killed_at_any_moment_it_leaves_nothing_and_resumes_to_the_same_end(union: Organisation, file: bytes):
    unbroken = actions.import_roster(received(union, file), actor=REGISTRY)
    wanted, verdicts = picture(), said(unbroken)
    assert unbroken.counts["people"] == ROWS - ROWS // 50
    actions.undo_roster(unbroken, actor=REGISTRY)
    before = picture()
    batch = received(union, file)
    for moment, table, mode in MOMENTS:
        kill_at(batch, table, mode)
        assert picture() == before, moment
        batch.refresh_from_db()
        assert (batch.state, RosterRow.objects.filter(batch=batch).exists()) == ("received", False), moment
    again = actions.import_roster(batch, actor=REGISTRY)
    assert again.counts == unbroken.counts
    assert picture() == wanted
    assert said(again) == verdicts
    assert actions.import_roster(batch, actor=REGISTRY).state == "applied"
    assert picture() == wanted
