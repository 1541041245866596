"""What would change the answer: one day, one fact or one question, always confirmed by the interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.rules import Finding, Known, NearestChange, Stored, Verdict, weigh
from niangjia.rules.tests.vocabulary import DAY, REGION, STORE, judge, rules
from niangjia.rules.tests.worlds import REGION as WORLD_REGION
from niangjia.rules.tests.worlds import build_world


def change(rule: str, facts: dict[str, Stored], kind: str = "require") -> NearestChange | None:
    return judge(rule, facts, kind=kind).clauses[0].nearest_change


def test_time_alone_will_do_and_the_day_is_told() -> None:
    found = change("months_since(person.joined) >= 6", {"person.joined": date(2026, 9, 1)})
    assert found is not None
    assert (found.kind, found.path, found.day, found.count, found.unit) == (
        "date", "person.joined", date(2027, 3, 1), 6, "months",
    )  # fmt: skip
    assert found.sentence("en") == "from 2027-03-01, when months since joining reach 6"
    assert found.sentence("zh-hans") == "2027年3月1日起，入会满6个月"


def test_an_age_is_told_by_its_own_name() -> None:
    found = change("person.age >= 18", {"person.birth_date": date(2009, 2, 28)})
    assert found is not None
    assert found.sentence("zh") == "2027年2月28日起，年龄满18岁"
    assert found.sentence("en") == "from 2027-02-28, when age reaches 18"


def test_the_months_may_come_from_a_parameter() -> None:
    found = change("months_since(person.joined) >= param.least_months", {"person.joined": date(2026, 8, 31)})
    assert found is not None
    assert found.day == date(2027, 2, 28)


def test_an_exclusion_ends_when_its_time_has_run() -> None:
    found = change("days_since(person.joined) < 90", {"person.joined": date(2026, 11, 1)}, kind="exclude")
    assert found is not None
    assert found.day == date(2027, 1, 30)


def test_a_new_figure_on_a_later_day_is_seen() -> None:
    facts: dict[str, Stored] = {"person.wage": 115_000, REGION: "330624"}
    found = change("person.wage <= param.line", facts)
    assert found is not None
    assert (found.kind, found.day) == ("date", date(2027, 1, 1))
    assert found.sentence("zh") == "2027年1月1日起，低保标准调整"


@pytest.mark.parametrize(
    ("rule", "facts", "kind", "how", "to", "sentence"),
    [
        ("person.skill_level >= 3", {"person.skill_level": 1}, "require", "at_least", (3,), "技能等级达到3（现为1）"),
        ("person.skill_level > 3", {"person.skill_level": 1}, "require", "at_least", (4,), "技能等级达到4（现为1）"),
        ("person.wage < 3000", {"person.wage": 412_345}, "require", "at_most", (299_999,),
         "月工资不超过2,999.99元（现为4,123.45元）"),
        ("person.wage * 12 < household.income", {"person.wage": 400_000, "household.income": 1_200_001}, "require",
         "at_most", (100_000,), "月工资不超过1,000.00元（现为4,000.00元）"),
        ("person.wage <= param.line", {"person.wage": 400_000, REGION: "330602"}, "require", "at_most", (110_000,),
         "月工资不超过1,100.00元（现为4,000.00元）"),
        ("person.skill_level in [2, 5]", {"person.skill_level": 3}, "require", "is", (2,), "技能等级为2（现为3）"),
        ("person.member", {"person.member": False}, "require", "is", (True,), "是工会会员为是（现为否）"),
        ('person.employment in ["gig", "none"]', {"person.employment": "formal"}, "require", "is", ("gig", "none"),
         "用工形式为“灵活就业”或“失业”（现为“正式”）"),
        ('person.employment == "none"', {"person.employment": "none"}, "exclude", "is", ("formal", "gig"),
         "用工形式为“正式”或“灵活就业”（现为“失业”）"),
        ('"crane" in person.tags', {"person.tags": "|nurse|"}, "require", "has", ("crane",), "证书中有“塔吊证”"),
        ('person.region.startsWith("3306")', {REGION: "3301"}, "require", "starts_with", ("3306",),
         "所在地区以“3306”开头（现为“3301”）"),
        ('person.contract_end > date("2026-12-31")', {"person.contract_end": date(2026, 6, 1)}, "require",
         "on_or_after", (date(2027, 1, 1),), "合同到期日在2027年1月1日或以后（现为2026年6月1日）"),
    ],
)  # fmt: skip
def test_the_fact_that_must_change_is_told_with_its_threshold(
    rule: str, facts: dict[str, Stored], kind: str, how: str, to: tuple[Stored, ...], sentence: str
) -> None:
    found = change(rule, facts, kind)
    assert found is not None
    assert (found.kind, found.how, found.to) == ("fact", how, to)
    assert found.sentence("zh") == sentence
    assert found.sentence("en")


def test_the_one_question_is_the_facts_own() -> None:
    found = change("person.wage < 3000", {})
    assert found is not None
    assert (found.kind, found.path, found.sentence("zh")) == ("ask", "person.wage", "上个月到手工资多少元？")
    other = change("person.member", {})
    assert other is not None
    assert other.sentence("en") == "please tell us: union member"


def test_nothing_is_promised_when_no_single_change_is_enough() -> None:
    rule = 'person.member && person.employment == "gig"'
    assert change(rule, {"person.member": False, "person.employment": "formal"}) is None


def test_nothing_is_told_about_a_clause_that_passes() -> None:
    assert change("person.member", {"person.member": True}) is None


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_every_change_told_makes_the_clause_pass(seed: int) -> None:
    world = build_world(seed, people=12)

    def weighed(facts: Mapping[str, Stored | Known], day: date) -> Finding:
        return weigh(world.clauses, facts, as_of=day, parameters=world.store, region_path=WORLD_REGION)

    for row in world.rows:
        facts = {path: each.value if isinstance(each, Known) else each for path, each in world.facts_of(row).items()}
        for clause in weighed(facts, world.as_of).clauses:
            found = clause.nearest_change
            if found is None or found.kind == "ask":
                continue
            assert clause.verdict is Verdict.FALSE
            for to in found.to or (None,):
                tags = found.now if isinstance(found.now, frozenset) else None
                value = to if tags is None else tags ^ {str(to)}
                changed = facts if found.kind == "date" else {**facts, found.path: value}
                again = weighed(changed, found.day or world.as_of)
                assert again.clause(clause.key).verdict is Verdict.TRUE


def test_a_stale_value_is_asked_for_again() -> None:
    clauses = rules("person.wage < 3000")
    facts = {"person.wage": Known(100_000, "payroll", date(2026, 8, 11))}
    finding = weigh(clauses, facts, as_of=DAY, parameters=STORE, region_path=REGION)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.clauses[0].facts[0].stale
    fresh = {"person.wage": Known(100_000, "payroll", date(2026, 8, 12))}
    assert weigh(clauses, fresh, as_of=DAY, parameters=STORE, region_path=REGION).verdict is Verdict.TRUE
