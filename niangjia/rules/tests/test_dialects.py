"""A rule that one engine could not be asked is refused for all of them: nothing is answered by some engines only."""

from __future__ import annotations

import pytest
from sqlglot import exp

from niangjia.rules import RuleFaults, fragments, require_dialects, select_verdicts
from niangjia.rules.fragments import DIALECTS, Dialect
from niangjia.rules.tests.vocabulary import DAY, REGION, STORE, rules

GAP = "days_between(person.joined, person.contract_end) > 30"
TAG = '"crane" in person.tags'
PARTS = {  # a part of SQL -> a rule that cannot be written without it
    exp.StrPosition: TAG,
    exp.Substring: 'person.region.startsWith("33")',
    exp.Coalesce: "default(person.member, false)",
    exp.Mul: "household.income / household.size < param.line",
    exp.In: 'person.employment in ["gig", "none"]',
    exp.Cast: "person.age >= 18",
}


def taken_away(monkeypatch: pytest.MonkeyPatch, dialect: Dialect, *parts: type[exp.Expr]) -> None:
    monkeypatch.setitem(fragments.WORDS, dialect, fragments.WORDS[dialect] - {*parts})


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(("part", "rule"), PARTS.items(), ids=[part.__name__ for part in PARTS])
def test_a_clause_a_dialect_has_no_words_for_is_named_with_that_dialect(
    monkeypatch: pytest.MonkeyPatch, dialect: Dialect, part: type[exp.Expr], rule: str
) -> None:
    clauses = rules("person.member", rule)
    require_dialects(clauses)
    taken_away(monkeypatch, dialect, part)
    with pytest.raises(RuleFaults) as caught:
        require_dialects(clauses)
    fault = caught.value.faults[-1]
    assert (fault.code, fault.origin, fault.place and fault.place.text) == ("dialect_lacks", "k1", rule)
    assert fault.zh.startswith(f"{dialect} 没有与“{part.__name__}”相当的写法")
    assert fault.en.startswith(f"{dialect} has no words for '{part.__name__}'")


def test_days_between_dates_are_said_in_the_words_of_each_dialect_and_in_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for dialect in DIALECTS:
        taken_away(monkeypatch, dialect, exp.Sub, exp.DateDiff)
    with pytest.raises(RuleFaults) as caught:
        require_dialects(rules("person.member", GAP))
    assert {fault.en.split()[0] for fault in caught.value.faults} == set(DIALECTS)


def test_a_bulk_query_is_refused_rather_than_written_in_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    taken_away(monkeypatch, "spark", exp.StrPosition)
    bulk = select_verdicts(rules(TAG), as_of=DAY, parameters=STORE, dialect="spark", region_path=REGION)
    with pytest.raises(fragments.Lacking):
        bulk.query("facts", ["person_id"])


def test_a_division_which_each_engine_rounds_in_its_own_way_is_never_written() -> None:
    for dialect in DIALECTS:
        with pytest.raises(fragments.Lacking, match=f"{dialect} has no words for 'Div'"):
            fragments.written(exp.Div(this=exp.column("income"), expression=exp.column("size")), dialect)


def test_a_text_never_becomes_a_variable_of_spark() -> None:
    assert fragments.written(fragments.text("${env:HOME}"), "spark") == r"'\u0024{env:HOME}'"
