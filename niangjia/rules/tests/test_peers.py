"""Mistakes that other engines made in the field, kept here so that ours never does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pytest

from niangjia.rules import Clause, Fact, FactType, RuleFaults, Schema, Stored, Verdict, compile_clause
from niangjia.rules.bulk import Bulk
from niangjia.rules.sql import select_verdicts
from niangjia.rules.tests.vocabulary import DAY, REGION, SCHEMA, STORE, judge, rules, verdict


def matched(rule: str, people: Sequence[tuple[int, int | None, int | None]]) -> list[int]:
    """The persons of a small table (id, household income, disabled members) that a rule matches in SQL."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE people"
        " (id BIGINT, household_income BIGINT, household_disabled_members BIGINT, household_size BIGINT)"
    )
    connection.executemany("INSERT INTO people VALUES (?, ?, ?, 3)", people)
    bulk = select_verdicts(rules(rule), as_of=DAY, parameters=STORE, dialect="duckdb", region_path=REGION)
    rows = connection.execute(bulk.query("people", ["id"])).fetchall()
    matched = sorted(row[0] for row in rows if row[2] == "true")
    assert matched == listed(connection, rule), "one programme and many are asked alike"
    return matched


def listed(connection: duckdb.DuckDBPyConnection, rule: str) -> list[int]:
    """The same persons as the list of a run of many programmes."""
    programmes = {"other": rules("household.size >= 1"), "asked": rules(rule)}
    bulk = Bulk(programmes, as_of=DAY, parameters=STORE, dialect="duckdb", region_path=REGION)
    source = "(SELECT id AS person_id, * FROM people)"
    made = [*bulk.tables(), ("bulk_cells", bulk.cells(source))]
    for name, select in (*made, ("bulk_judged", bulk.judged()), ("bulk_listed", bulk.listed())):
        connection.execute(f"CREATE TEMP TABLE {name} AS {select}")
    return sorted(
        person for person, key, verdict, _ in connection.execute(bulk.lists()).fetchall()
        if (key, verdict) == ("asked", "yes")
    )  # fmt: skip


def test_arithmetic_compares_the_amount_and_never_the_primary_key() -> None:
    """OpenSPP2 #956: an aggregate inside arithmetic became a comparison on the id and matched every record."""
    people = [(1, 100_000, 0), (2, 300_000, 0), (999_999, 100_000, 0)]
    assert matched("household.income * 2 + 0 > 5000", people) == [2]


def test_a_counting_condition_keeps_its_predicate() -> None:
    """OpenSPP2 #955: a count of members with a property counted all members instead."""
    people = [(1, None, 0), (2, None, 1), (3, None, 2), (4, None, None)]
    assert matched("household.disabled_members > 1", people) == [3]


def test_one_member_failing_does_not_fail_the_household() -> None:
    """PolicyEngine us #8139: a whole household was refused because one member failed."""
    home: dict[str, Stored] = {"household.income": 100_000, "household.size": 3}
    rule = "household.income / household.size < 500 && person.member"
    assert verdict(rule, {**home, "person.member": True}) is Verdict.TRUE
    assert verdict(rule, {**home, "person.member": False}) is Verdict.FALSE


def test_a_household_fact_cannot_leave_open_whether_any_or_all_members_count() -> None:
    """PolicyEngine us #8961: ANY and ALL over members is the commonest policy bug."""
    with pytest.raises(RuleFaults) as caught:
        Schema([Fact("household.illnesses", FactType.TAGS, level="household", values={"cancer": ("", "")})])
    assert [fault.code for fault in caught.value.faults] == ["schema_household_tags"]
    with pytest.raises(RuleFaults) as caught:
        Schema([Fact("person.income", FactType.MONEY, level="household"), Fact("household.size", FactType.NUM)])
    assert [fault.code for fault in caught.value.faults] == ["schema_level", "schema_level"]


def test_an_exemption_is_not_a_requirement() -> None:
    """PolicyEngine us #8617: an exemption was coded as a requirement."""
    exempt = 'person.age >= 60 || person.employment == "none"'
    young_without_work: dict[str, Stored] = {"person.birth_date": date(2000, 1, 1), "person.employment": "none"}
    assert verdict(exempt, young_without_work) is Verdict.TRUE


def test_a_missing_fact_is_never_a_default_value() -> None:
    """OpenFisca: a missing input silently became zero, and nobody without a recorded income was ever refused."""
    assert verdict("household.income < 1000", {}) is Verdict.UNKNOWN
    assert matched("household.income < 1000", [(1, None, 0), (2, 5, 0)]) == [2]


def test_a_date_in_a_rule_is_a_date() -> None:
    """openIMIS: a date value was cast to nothing and the condition was lost."""
    rule = 'person.contract_end <= date("2026-12-31")'
    assert verdict(rule, {"person.contract_end": date(2026, 12, 31)}) is Verdict.TRUE
    assert verdict(rule, {"person.contract_end": date(2027, 1, 1)}) is Verdict.FALSE
    with pytest.raises(RuleFaults):
        compile_clause(Clause("k", "require", "", "", 'person.contract_end <= "2026-12-31"'), SCHEMA)


def test_large_amounts_are_exact() -> None:
    """OpenFisca: amounts above 167 772.16 yuan lose their fen in 32-bit floats."""
    facts: dict[str, Stored] = {"household.income": 16_777_217}
    assert verdict("household.income == 167772.17", facts) is Verdict.TRUE
    assert verdict("household.income == 167772.16", facts) is Verdict.FALSE


def test_every_no_has_a_named_clause() -> None:
    """OpenFisca, openIMIS: the answer was a bare no, because AND is a multiplication there."""
    finding = judge("person.skill_level >= 3", {"person.skill_level": 2})
    assert [(clause.key, clause.verdict) for clause in finding.clauses] == [("k0", Verdict.FALSE)]
    assert finding.clauses[0].facts[0].value == 2


def test_bulk_never_divides_whatever_stands_in_a_row() -> None:
    """A divisor is proved above zero from the bounds of its fact; no cell is judged by a value outside them."""
    assert matched("100 / household.size > 200", [(1, None, 0)]) == []
