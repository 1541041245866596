"""A finding can be kept, read again and explained, and names the one fact that would settle it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.rules import (
    Clause,
    Fact,
    FactType,
    FactUsed,
    Finding,
    Known,
    RuleFault,
    Schema,
    Stored,
    Verdict,
    compile_clauses,
    region_table_sql,
    select_verdicts,
    weigh,
)
from niangjia.rules.findings import fact_to_json, facts_digest
from niangjia.rules.tests.vocabulary import DAY, REGION, SCHEMA, STORE, judge, rules
from niangjia.rules.tests.worlds import build_world

PERSON: dict[str, Stored | Known] = {
    "person.wage": Known(100_000, "payroll 2026-10", date(2026, 10, 31)),
    REGION: "330602",
    "person.tags": "|nurse|crane|",
    "person.birth_date": date(2000, 1, 1),
}


def weighed(*texts: str, facts: dict[str, Stored | Known] | None = None) -> Finding:
    given = PERSON if facts is None else facts
    return weigh(rules(*texts), given, as_of=DAY, parameters=STORE, region_path=REGION)


def test_a_clause_shows_the_facts_and_figures_it_used_with_source_and_date() -> None:
    clause = weighed("person.wage < param.line").clauses[0]
    wage, place = clause.facts
    assert (wage.path, wage.value, wage.source, wage.as_of) == (
        "person.wage", 100_000, "payroll 2026-10", date(2026, 10, 31),
    )  # fmt: skip
    assert (place.path, place.value) == (REGION, "330602")
    figure = clause.parameters[0]
    assert (figure.value, figure.cite, figure.valid_from, figure.region) == (
        110_000,
        "市通知二",
        date(2025, 7, 1),
        "3306",
    )


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_a_finding_survives_json(seed: int) -> None:
    world = build_world(seed, people=6)
    for row in world.rows:
        finding = weigh(
            world.clauses, world.facts_of(row), as_of=world.as_of, parameters=world.store, region_path=REGION
        )
        assert Finding.from_json(json.loads(json.dumps(finding.to_json()))) == finding


values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.text(), st.dates(), st.frozensets(st.text(min_size=1)),
)  # fmt: skip


@given(
    used=st.lists(st.builds(FactUsed, st.text(), values, st.text(), st.one_of(st.none(), st.dates()), st.booleans()))
)
def test_the_digest_of_facts_is_that_of_their_json(used: list[FactUsed]) -> None:
    told = json.dumps([fact_to_json(fact) for fact in used], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert facts_digest(used) == hashlib.sha256(told.encode()).hexdigest()


def test_the_verdict_is_no_before_open_before_yes() -> None:
    assert weighed("person.age >= 18", "person.wage < 5000").verdict is Verdict.TRUE
    assert weighed("person.age >= 18", "person.member").verdict is Verdict.UNKNOWN
    assert weighed("person.age >= 60", "person.member").verdict is Verdict.FALSE
    assert weighed().verdict is Verdict.TRUE


def test_one_fact_away_is_exactly_one_missing_fact() -> None:
    assert weighed("person.member", "person.age >= 18").one_fact_away == "person.member"
    assert weighed("person.member", "person.member || person.skill_level > 3").one_fact_away is None
    assert weighed("person.member", "person.age >= 60").one_fact_away is None
    assert weighed("person.member && person.wage < param.cap").one_fact_away == "person.member"


def test_digests_change_with_what_they_stand_for_and_with_nothing_else() -> None:
    base = weighed("person.wage < param.line")
    same = weighed("person.wage < param.line", facts={**PERSON, "person.member": True})
    assert (base.facts_digest, base.parameters_digest, base.rules_digest) == (
        same.facts_digest, same.parameters_digest, same.rules_digest,
    )  # fmt: skip
    other = weighed("person.wage < param.line", facts={**PERSON, REGION: "3301"})
    assert other.facts_digest != base.facts_digest
    assert other.parameters_digest != base.parameters_digest
    assert weighed("person.wage <= param.line").rules_digest != base.rules_digest


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("person.wage", -1),
        ("person.wage", True),
        ("person.wage", "100"),
        ("person.member", 1),
        ("person.joined", "2026-01-01"),
        ("person.employment", 3),
        ("person.skill_level", 9),
        ("person.tags", 3),
    ],
)
def test_a_value_of_a_wrong_kind_or_out_of_bounds_is_refused_by_name(path: str, value: Stored) -> None:
    rule = {
        "person.wage": "person.wage > 1", "person.member": "person.member", "person.joined": "person.joined < today()",
        "person.employment": 'person.employment == "gig"', "person.skill_level": "person.skill_level > 1",
        "person.tags": '"crane" in person.tags',
    }[path]  # fmt: skip
    with pytest.raises(RuleFault) as caught:
        judge(rule, {path: value})
    assert caught.value.code == "fact_value"
    assert path in caught.value.zh


def test_people_one_fact_away_can_be_grouped_in_sql() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE people (id BIGINT, person_member BOOLEAN, person_wage BIGINT, person_region TEXT)")
    people = [
        (1, True, 1, "3306"),
        (2, None, 1, "3306"),
        (3, True, None, "3306"),
        (4, None, None, None),
        (5, None, 10**7, "33"),
    ]
    connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", people)
    places = region_table_sql(STORE.snapshot(DAY, ["3306", "33"], SCHEMA.parameters.values()), "duckdb")
    connection.execute(f"CREATE TABLE places AS {places}")
    bulk = select_verdicts(
        rules("person.member", "person.wage < param.line"),
        as_of=DAY, parameters=STORE, dialect="duckdb", region_path=REGION,
    )  # fmt: skip
    query = bulk.query("people", ["id"], region_table="places")
    grouped = connection.execute(
        f"SELECT missing, list(id ORDER BY id) FROM ({query}) WHERE verdict = 'unknown' GROUP BY missing"
    ).fetchall()
    assert {bulk.paths_in(mask): ids for mask, ids in grouped} == {
        ("person.member",): [2],
        ("person.wage",): [3],
        ("person.member", "person.wage", REGION): [4],
    }
    assert bulk.bit("person.wage") in {mask for mask, _ in grouped}


def test_a_place_without_a_row_of_figures_is_told_and_not_taken_for_unknown() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE people (id BIGINT, person_wage BIGINT, person_region TEXT)")
    connection.execute("INSERT INTO people VALUES (1, 1, '3306'), (2, 1, '3301'), (3, 1, NULL)")
    places = region_table_sql(STORE.snapshot(DAY, ["3306"], SCHEMA.parameters.values()), "duckdb")
    connection.execute(f"CREATE TABLE places AS {places}")
    bulk = select_verdicts(
        rules("person.wage < param.line"), as_of=DAY, parameters=STORE, dialect="duckdb", region_path=REGION
    )
    rows = connection.execute(f"SELECT id, uncovered FROM ({bulk.query('people', ['id'], 'places')}) ORDER BY id")
    assert rows.fetchall() == [(1, False), (2, True), (3, False)]


def test_an_empty_table_of_places_is_still_a_table() -> None:
    connection = duckdb.connect()
    places = region_table_sql(STORE.snapshot(DAY, [], SCHEMA.parameters.values()), "duckdb")
    connection.execute(f"CREATE TABLE places AS {places}")
    assert connection.execute("SELECT count(*) FROM places").fetchone() == (0,)


def test_the_sql_of_a_rule_is_what_it_was() -> None:
    clauses = rules("household.income / household.size <= 1.5 * param.line && months_since(person.joined) >= 6")
    for dialect in ("postgres", "duckdb"):
        bulk = select_verdicts(clauses, as_of=DAY, parameters=STORE, dialect=dialect, region_path=REGION)
        assert bulk.clauses["k0"] == (
            '(2 * CAST("f"."household_income" AS BIGINT) <= 3 * CAST("f"."household_size" AS BIGINT)'
            ' * CAST("r"."p_line" AS BIGINT)) AND ("f"."person_joined" <= CAST(\'2026-05-10\' AS DATE))'
        )


def test_an_unknown_dialect_or_too_many_facts_is_refused() -> None:
    with pytest.raises(RuleFault) as caught:
        select_verdicts(rules("person.member"), as_of=DAY, parameters=STORE, dialect="mysql")  # type: ignore[arg-type]
    assert caught.value.code == "dialect"
    many = Schema([Fact(f"person.x{index}", FactType.BOOL) for index in range(63)])
    wide = compile_clauses([Clause("k", "require", "", "", " && ".join(many.facts))], many)
    with pytest.raises(RuleFault) as caught:
        select_verdicts(wide, as_of=DAY, parameters=STORE, dialect="duckdb")
    assert caught.value.code == "too_many_facts"


def test_a_finding_on_another_day_is_another_finding() -> None:
    finding = judge("person.age >= 27", {"person.birth_date": date(2000, 1, 1)})
    assert finding.verdict is Verdict.FALSE
    later = judge("person.age >= 27", {"person.birth_date": date(2000, 1, 1)}, as_of=DAY + timedelta(days=60))
    assert later.verdict is Verdict.TRUE
