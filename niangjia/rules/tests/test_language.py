"""What a rule means: unknown is neither yes nor no, amounts are exact, ages follow the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from niangjia.rules import Stored, Verdict
from niangjia.rules.tests.vocabulary import judge, verdict

YES, NO, OPEN = Verdict.TRUE, Verdict.FALSE, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        ("person.member && person.skill_level > 3", {"person.member": False}, NO),
        ("person.member && person.skill_level > 3", {"person.member": True}, OPEN),
        ("person.member || person.skill_level > 3", {"person.member": True}, YES),
        ("person.member || person.skill_level > 3", {"person.member": False}, OPEN),
        ("!person.member", {}, OPEN),
        ("has(person.member)", {}, NO),
        ("default(person.member, true)", {}, YES),
        ("person.skill_level - person.skill_level + 1 > person.skill_level - 7", {}, OPEN),
        ('person.employment == "gig" || person.employment != "gig"', {}, OPEN),
        ('person.employment in ["gig", "none"]', {}, OPEN),
        ('"crane" in person.tags', {}, OPEN),
        ('"crane" in person.tags', {"person.tags": "||"}, NO),
        ("person.member == (person.skill_level > 3)", {"person.member": True}, OPEN),
    ],
)
def test_unknown_follows_kleenes_logic(rule: str, facts: dict[str, Stored], expected: Verdict) -> None:
    assert verdict(rule, facts) is expected


@pytest.mark.parametrize(("income", "expected"), [(329_999, YES), (330_000, NO), (330_001, NO)])
def test_a_household_exactly_on_the_line_is_judged_to_the_fen(income: int, expected: Verdict) -> None:
    facts: dict[str, Stored] = {"household.income": income, "household.size": 3, "person.region": "330602"}
    assert verdict("household.income / household.size < param.line", facts) is expected


def test_a_third_of_the_income_times_three_is_the_income() -> None:
    for income in range(100_000, 100_030):
        facts: dict[str, Stored] = {"household.income": income, "person.wage": income}
        assert verdict("household.income / 3 * 3 == person.wage", facts) is YES


@pytest.mark.parametrize(
    ("born", "as_of", "age"),
    [
        (date(2004, 2, 29), date(2022, 2, 27), 17),
        (date(2004, 2, 29), date(2022, 2, 28), 18),
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2000, 3, 31), date(2026, 3, 30), 25),
        (date(2000, 3, 31), date(2026, 3, 31), 26),
    ],
)
def test_age_counts_whole_years_and_leap_day_births_turn_on_28_february(born: date, as_of: date, age: int) -> None:
    assert verdict(f"person.age == {age}", {"person.birth_date": born}, as_of) is YES


def test_a_list_parameter_is_looked_up_on_the_day() -> None:
    assert verdict("person.employment in param.flexible", {"person.employment": "gig"}) is YES
    assert verdict("person.employment in param.flexible", {"person.employment": "formal"}) is NO
    assert verdict("person.employment in param.flexible", {"person.employment": "gig"}, date(2019, 1, 1)) is OPEN


def test_an_exclusion_passes_only_when_its_rule_is_known_to_be_false() -> None:
    assert judge("person.member", {"person.member": False}, kind="exclude").verdict is YES
    assert judge("person.member", {"person.member": True}, kind="exclude").verdict is NO
    assert judge("person.member", {}, kind="exclude").verdict is OPEN
