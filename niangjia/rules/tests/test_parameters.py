"""Figures are found by day and place, with the text that sets them."""

from __future__ import annotations

from datetime import date

import pytest

from niangjia.rules import (
    Clause,
    Fact,
    FactType,
    Parameter,
    ParameterRow,
    ParameterStore,
    RuleFault,
    RuleFaults,
    Schema,
    Scope,
    Stored,
    Verdict,
    compile_clauses,
    region_table_sql,
    weigh,
)
from niangjia.rules.parameters import division_chain
from niangjia.rules.tests.vocabulary import DAY, REGION, SCHEMA, STORE

P = "param.line"


@pytest.mark.parametrize(
    ("region", "day", "value", "cite"),
    [
        ("330624", date(2026, 12, 31), 110_000, "市通知二"),
        ("330624", date(2027, 1, 1), 120_000, "县通知三"),
        ("330624102", date(2027, 1, 1), 120_000, "县通知三"),
        ("330602", date(2027, 1, 1), 110_000, "市通知二"),
        ("330600", date(2025, 6, 30), 100_000, "省通知一"),
        ("330600", date(2025, 7, 1), 110_000, "市通知二"),
        ("3301", date(2026, 1, 1), 100_000, "省通知一"),
        ("330000", date(2026, 1, 1), 100_000, "省通知一"),
    ],
)
def test_the_nearest_place_with_a_figure_in_force_wins(region: str, day: date, value: int, cite: str) -> None:
    figure = STORE.at(P, day, region)
    assert figure is not None
    assert (figure.value, figure.cite) == (value, cite)


@pytest.mark.parametrize(("region", "day"), [("4403", DAY), ("3306", date(2023, 12, 31)), (None, DAY)])
def test_no_figure_is_no_figure(region: str | None, day: date) -> None:
    assert STORE.at(P, day, region) is None


def test_a_place_inherits_from_those_above_it() -> None:
    assert division_chain("330624102") == ("330624102", "330624", "3306", "33", None)
    assert division_chain("330624000000") == ("330624", "3306", "33", None)
    assert division_chain("") == (None,)


def test_an_ended_figure_gives_way_to_the_one_above() -> None:
    store = ParameterStore(
        [
            ParameterRow(P, None, date(2020, 1, 1), 1, "a"),
            ParameterRow(P, "33", date(2021, 1, 1), 2, "b"),
            ParameterRow(P, "33", date(2022, 1, 1), None, "c"),
        ]
    )
    found = [store.at(P, date(year, 6, 1), "3306") for year in (2019, 2020, 2021, 2022)]
    assert [figure and figure.value for figure in found] == [None, 1, 2, 1]


def test_the_snapshot_holds_what_every_place_would_be_told() -> None:
    table = STORE.snapshot(DAY, ["330624", "3301", "4403"], SCHEMA.parameters.values())
    line = table.columns.index("p_line")
    assert {row[0]: row[line] for row in table.rows} == {"330624": 110_000, "3301": 100_000, "4403": None}
    assert "p_flexible" not in table.columns


def test_a_date_that_nobody_has_set_anywhere_is_still_a_date_in_the_table_of_places() -> None:
    start = Parameter("param.start", FactType.DATE, Scope.REGION)
    store = ParameterStore([ParameterRow("param.start", "33", date(2020, 1, 1), None, "ended")])
    table = store.snapshot(DAY, ["330624"], [start])
    assert "CAST(NULL AS DATE)" in region_table_sql(table, "duckdb")


def test_two_figures_from_one_day_are_refused() -> None:
    row = ParameterRow(P, "33", date(2020, 1, 1), 1, "a")
    with pytest.raises(RuleFaults) as caught:
        ParameterStore([row, row._replace(region="330000")])
    assert caught.value.faults[0].code == "figure_twice"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ParameterRow("param.rate", None, date(2020, 1, 1), 5001, "a"), "figure_value"),
        (ParameterRow("param.rate", None, date(2020, 1, 1), date(2020, 1, 1), "a"), "figure_value"),
        (ParameterRow("param.rate", None, date(2020, 1, 1), True, "a"), "figure_value"),
        (ParameterRow("param.rate", "33", date(2020, 1, 1), 1, "a"), "figure_region"),
    ],
)
def test_a_figure_outside_what_the_proof_relies_on_is_refused_by_both_interpreters(
    row: ParameterRow, code: str
) -> None:
    schema = Schema([Fact("person.n", FactType.NUM)], [Parameter("param.rate", FactType.NUM, hi=5000)])
    clauses = compile_clauses([Clause("k", "require", "", "", "person.n > param.rate")], schema)
    store = ParameterStore([row])
    with pytest.raises(RuleFaults) as caught:
        store.require_fit(clauses.parameters)
    assert caught.value.faults[0].code == code
    if code == "figure_value":
        with pytest.raises(RuleFault):
            weigh(clauses, {"person.n": 1}, as_of=DAY, parameters=store)


def test_regional_figures_need_to_know_which_fact_is_the_place() -> None:
    known = [Fact("person.n", FactType.NUM), Fact(REGION, FactType.TEXT)]
    schema = Schema(known, [Parameter("param.rate", FactType.NUM, Scope.REGION)])
    clauses = compile_clauses([Clause("k", "require", "", "", "person.n > param.rate")], schema)
    store = ParameterStore([ParameterRow("param.rate", "33", date(2020, 1, 1), 1, "a")])
    facts: dict[str, Stored] = {"person.n": 5}
    for path, code in ((None, "no_region_path"), ("person.n", "bad_region_path")):
        with pytest.raises(RuleFault) as caught:
            weigh(clauses, facts, as_of=DAY, parameters=store, region_path=path)
        assert caught.value.code == code
    finding = weigh(clauses, facts, as_of=DAY, parameters=store, region_path=REGION)
    assert (finding.verdict, finding.missing, finding.one_fact_away) == (Verdict.UNKNOWN, (REGION,), REGION)
    elsewhere = weigh(clauses, {**facts, REGION: "44"}, as_of=DAY, parameters=store, region_path=REGION)
    assert elsewhere.clauses[0].missing_parameters == ("param.rate",)
    assert elsewhere.one_fact_away is None
