"""The facts table follows every write: whoever reads it reads what the registers say."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Forbidden
from niangjia.matching import actions, reads, table
from niangjia.matching.models import Change
from niangjia.matching.relation import EVERYBODY, from_sources
from niangjia.matching.tests.crowd import DEEDS, Crowd
from niangjia.orgs.tests.factories import make_household, make_member, make_person, make_union
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.rules.sources import FactSource, sources
from niangjia.trail.models import Line

KEEPER = Actor.system("matching")
Rows = dict[int, dict[str, Any]]


def _rows(statement: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row.pop("person_id"): row for row in rows}


def kept() -> Rows:
    """What stands in the table, without asking whether it may be read."""
    return _rows(f"SELECT person_id, {', '.join(table.declared().names)} FROM {table.NAME}")


def live(as_of: date | None = None) -> Rows:
    """What the registers say."""
    return _rows(from_sources(sources(), people=EVERYBODY, as_of=as_of or clock.today()))


def read() -> Rows:
    """What a reader is given."""
    return _rows(reads.facts_relation(as_of=clock.today()))


def one_by_one() -> dict[int, dict[str, Any]]:
    """What is known of each person alone, by column."""
    facts = reads.schema().facts
    return {
        person: {facts[path].column: known.value for path, known in reads.facts_of(person).items()}
        for person in Person.objects.filter(merged_into=None, erased_on=None).values_list("pk", flat=True).order_by()
    }


def known_only(rows: Rows) -> Rows:
    columns = {fact.column for fact in reads.schema().facts.values()}
    return {
        person: {column: value for column, value in row.items() if value is not None and column in columns}
        for person, row in rows.items()
    }


LIVES = st.lists(st.sampled_from([*sorted(DEEDS), "a day passes", "refresh"]), min_size=4, max_size=25)


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), deeds=LIVES)
def test_whatever_happens_the_table_says_what_the_registers_say(seed: int, deeds: list[str], tmp_path: Path) -> None:
    with transaction.atomic():
        crowd, now = Crowd(seed, tmp_path, people_first=4), clock.now()
        actions.refresh_facts(actor=KEEPER)
        for deed in deeds:
            now += timedelta(days=1 if deed == "a day passes" else 0)
            with clock.at(now):
                if deed == "refresh":
                    actions.refresh_facts(actor=KEEPER)
                elif deed in DEEDS:
                    crowd.deed(deed)
        with clock.at(now):
            from_registers = live()
            assert read() == from_registers
            actions.refresh_facts(actor=KEEPER)
            assert kept() == from_registers
            assert read() == from_registers
            assert not Change.objects.exists()
            assert actions.rebuild_facts(actor=KEEPER).changed == 0
            assert kept() == from_registers
            assert known_only(from_registers) == one_by_one()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_kind_of_deed_changes_somebodys_facts(tmp_path: Path) -> None:
    """Or the property above would prove little."""
    crowd = Crowd(3, tmp_path)
    without_effect = set(DEEDS)
    for _turn in range(40):
        for name in sorted(without_effect):
            actions.refresh_facts(actor=KEEPER)
            crowd.deed(name)
            if actions.refresh_facts(actor=KEEPER).changed:
                without_effect.discard(name)
    assert not without_effect


@pytest.mark.django_db
def test_only_whose_facts_changed_are_read_anew() -> None:
    union = make_union()
    one, other, _bystander = (make_member(union).person for _ in range(3))
    household = make_household(one)
    people.add_household_member(household, other, relation="spouse", actor=KEEPER)
    actions.refresh_facts(actor=KEEPER)
    people.update_person(one, name="改了名字", actor=KEEPER)
    assert actions.refresh_facts(actor=KEEPER).noted == 0
    third = make_person()
    actions.refresh_facts(actor=KEEPER)
    people.add_household_member(household, third, relation="child", actor=KEEPER)
    assert actions.refresh_facts(actor=KEEPER).noted == 3  # the household, and nobody else


@pytest.mark.django_db
def test_rows_carry_the_time_they_last_changed_and_no_other_row_is_written() -> None:
    union = make_union()
    one, other = (make_member(union).person for _ in range(2))
    first = actions.refresh_facts(actor=KEEPER)
    people.update_person(one, sex="F", actor=KEEPER)
    second = actions.refresh_facts(actor=KEEPER)
    actions.rebuild_facts(actor=KEEPER)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person_id, {table.GENERATION} FROM {table.NAME} ORDER BY 1")
        assert dict(cursor.fetchall()) == {one.pk: second.generation, other.pk: first.generation}


@pytest.mark.django_db
def test_a_day_that_comes_is_noticed_without_a_write() -> None:
    member = make_member(make_union(), since=clock.today() + timedelta(days=1))
    actions.refresh_facts(actor=KEEPER)
    assert kept()[member.person_id]["worker_union_member"] is False
    with clock.at(clock.now() + timedelta(days=1)):
        assert read()[member.person_id]["worker_union_member"] is True  # the table holds for yesterday: not read
        again = actions.refresh_facts(actor=KEEPER)
        assert (again.noted, again.changed) == (1, 1)
        assert kept()[member.person_id]["worker_union_member"] is True


@pytest.mark.django_db
def test_a_number_out_of_bounds_is_unknown_and_stops_nobody() -> None:
    person = make_member(make_union()).person
    people.declare_fact(person, fact="worker.trade_years", value=10**10, actor=KEEPER)
    actions.refresh_facts(actor=KEEPER)
    assert kept()[person.pk]["worker_trade_years"] is None
    assert "worker.trade_years" not in reads.facts_of(person.pk)


@pytest.mark.django_db
def test_a_merged_record_speaks_no_more_and_an_erased_person_is_not_found() -> None:
    heir, gone, erased = make_person(), make_person(), make_person()
    actions.refresh_facts(actor=KEEPER)
    assert set(kept()) == {heir.pk, gone.pk, erased.pk}
    people.merge_people(heir, gone, actor=KEEPER)
    people.erase(erased, actor=KEEPER)
    assert set(read()) == {heir.pk}
    actions.refresh_facts(actor=KEEPER)
    assert set(kept()) == {heir.pk}
    assert reads.facts_of(gone.pk) == reads.facts_of(erased.pk) == {}


@pytest.mark.django_db
def test_the_table_is_made_anew_when_other_facts_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    make_member(make_union())
    actions.refresh_facts(actor=KEEPER)
    fewer = sources()[:-1]
    monkeypatch.setattr(table, "sources", lambda: fewer)
    assert table.standing().day is None  # never read while it is not what is declared
    monkeypatch.setattr(actions, "sources", lambda: fewer)
    actions.refresh_facts(actor=KEEPER)
    assert table.standing().day == clock.today()
    assert set(next(iter(kept().values()))) == {column for source in fewer for column in source.columns}


@pytest.mark.django_db
def test_only_the_system_keeps_the_table_and_the_trail_tells_of_it() -> None:
    person = make_member(make_union()).person
    with pytest.raises(Forbidden):
        actions.refresh_facts(actor=Actor(kind="person", name="x", person_id=person.pk))
    actions.refresh_facts(actor=KEEPER)
    actions.refresh_facts(actor=KEEPER)
    assert [line.verb for line in Line.objects.filter(actor_name="matching")] == ["rebuild_facts"]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_during_a_refresh_is_not_lost() -> None:
    """Many hands write while the table is brought up to date again and again; at the end nothing is missing."""
    union = make_union()
    members = [make_member(union).person for _ in range(6)]
    actions.refresh_facts(actor=KEEPER)
    over, faults = threading.Event(), list[BaseException]()

    def keep() -> None:
        try:
            while not over.is_set():
                actions.refresh_facts(actor=KEEPER)
        except BaseException as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            connection.close()

    def write(mine: list[Person]) -> None:
        try:
            for years in range(1, 21):
                for person in mine:
                    people.declare_fact(
                        person, fact="worker.trade_years", value=years + members.index(person), actor=KEEPER
                    )
        except BaseException as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(members[nth::3],)) for nth in range(3)]
    keepers = [threading.Thread(target=keep) for _ in range(2)]
    for thread in [*keepers, *writers]:
        thread.start()
    for thread in writers:
        thread.join(timeout=60)
    over.set()
    for thread in keepers:
        thread.join(timeout=60)
    assert not faults
    actions.refresh_facts(actor=KEEPER)
    assert kept() == live()
    last = {person.pk: 20 + nth for nth, person in enumerate(members)}
    assert {person: row["worker_trade_years"] for person, row in kept().items()} == last


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_still_open_during_a_refresh_is_found_by_the_next() -> None:
    """The writer has written and not committed; the refresh neither waits for it nor forgets it."""
    person = make_member(make_union()).person
    actions.refresh_facts(actor=KEEPER)
    written, refreshed = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                people.update_person(person, sex="F", actor=KEEPER)
                written.set()
                refreshed.wait(timeout=20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(timeout=20)
    assert actions.refresh_facts(actor=KEEPER).noted == 0
    refreshed.set()
    writer.join(timeout=20)
    assert actions.refresh_facts(actor=KEEPER).changed == 1
    assert kept()[person.pk]["worker_sex"] == "F"


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_a_source_says_of_every_table_it_reads_what_a_change_there_touches(source: FactSource) -> None:
    tree = sqlglot.parse_one(source.sql % {"as_of": "DATE '2026-01-01'"}, read="postgres")
    defined = {cte.alias for cte in tree.find_all(exp.CTE)}
    read_there = {found.name for found in tree.find_all(exp.Table)} - defined - {"wanted"}
    assert read_there
    assert read_there <= {touch.table for touch in source.changed_by}
