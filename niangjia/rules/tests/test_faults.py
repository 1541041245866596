"""Every fault says in both languages what is wrong, where, and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from niangjia.rules import Clause, Fact, FactType, Parameter, RuleFault, RuleFaults, Schema, Scope, compile_clauses
from niangjia.rules.sentences import SENTENCES
from niangjia.rules.tests.vocabulary import SCHEMA

LONG_PRODUCT = "household.income" + " * household.size" * 8 + " > person.wage"
RULES = {  # a rule -> the code of its fault and the text under the carets
    "person.age >= 18 and person.member": ("habit", "and"),
    "person.age = 18": ("bad_character_instead", "="),
    "person.age ≥ 18": ("bad_character_instead", "≥"),
    "person.age >= １8": ("bad_character_instead", "１"),
    "person.employment == “gig”": ("bad_character_instead", "“"),
    "person.age >= 18;": ("bad_character", ";"),
    'person.employment == "gig': ("open_text", '"'),
    "person.age <> 18": ("habit", "<>"),
    "(person.age >= 18": ("expected_at_end", "18"),
    "(person.age >= 18]": ("expected", "]"),
    "person.age >=": ("expected_value_at_end", ">="),
    "": ("expected_value_at_end", "^"),
    "person.member person.member": ("unexpected", "person"),
    "18 <= person.age < 60": ("chained", "<"),
    "person.": ("name_after_dot", "person."),
    "person.age == null": ("null", "null"),
    "person.agee >= 18": ("unknown_name_guess", "person.agee"),
    "zzzzzz": ("unknown_name", "zzzzzz"),
    'person.employment == "gigg"': ("unknown_code", '"gigg"'),
    "year_since(person.joined) > 1": ("unknown_function", "year_since(person.joined)"),
    'person.region.endsWith("33")': ("unknown_method", 'person.region.endsWith("33")'),
    "has(person.age, 3)": ("arguments", "has(person.age, 3)"),
    "person.age + 1": ("not_a_condition", "person.age + 1"),
    "person.wage + person.member > 3": ("wanted_number", "person.member"),
    "today() > person.member": ("unlike", "today() > person.member"),
    'person.wage > default(person.tags, "crane")': ("compare_tags", 'person.wage > default(person.tags, "crane")'),
    "(person.member && person.member) + 1 > 3": ("wanted_number", "person.member && person.member"),
    "has(3)": ("wanted_fact", "3"),
    "years_since(person.age) > 3": ("wanted_date_fact", "person.age"),
    "person.age in param.flexible": ("wanted_code_fact", "person.age"),
    'person.age > "x"': ("unlike", 'person.age > "x"'),
    'person.employment < "gig"': ("only_equal", 'person.employment < "gig"'),
    "person.tags == person.tags": ("compare_tags", "person.tags == person.tags"),
    "1 < 2": ("two_constants", "1 < 2"),
    "person.wage > person.age": ("mixed_units", "person.wage > person.age"),
    "person.wage * person.wage > 3": ("money_times_money", "person.wage * person.wage"),
    "person.age / person.wage > 3": ("number_by_money", "person.age / person.wage"),
    'default(person.skill_level, "x") > 3': ("list_item", '"x"'),
    "default(person.member, 3)": ("default_kind", "3"),
    "default(person.joined, 3) > today()": ("default_of", "person.joined"),
    "default(person.skill_level, 99) > 3": ("default_bounds", "99"),
    'person.joined > date("2026-02-30")': ("bad_date", '"2026-02-30"'),
    "person.age in []": ("empty_list", "[]"),
    "[1] == [1]": ("list_alone", "[1]"),
    "person.age in [1, person.age]": ("list_item", "person.age"),
    'person.age in person.employment': ("in_what", "person.employment"),
    "person.employment in person.tags": ("tag_not_constant", "person.employment"),
    "person.region.startsWith(3)": ("prefix_not_constant", "person.region.startsWith(3)"),
    "person.wage / person.skill_level > 3": ("division", "person.skill_level"),
    "person.wage - person.wage > 3": ("cancels", "person.wage - person.wage > 3"),
    "person.wage * person.wage / 2 > 3": ("money_times_money", "person.wage * person.wage"),
    LONG_PRODUCT: ("overflow", LONG_PRODUCT),
    "person.age > person.skill_level": ("age_mixed", "person.age > person.skill_level"),
    "person.age > 1234567890123456789": ("too_many_digits", "1234567890123456789"),
    "person.joined + 1 > 2": ("wanted_number", "person.joined"),
    "param.flexible > 3": ("unlike", "param.flexible > 3"),
    "-person.tags > 3": ("wanted_number", "person.tags"),
    "years_since(person.joined && true) > 3": ("wanted_fact", "person.joined && true"),
    "has(person.age) in [1]": ("wanted_number", "has(person.age)"),
}  # fmt: skip


def fault_of(rule: str) -> RuleFault:
    with pytest.raises(RuleFaults) as caught:
        compile_clauses([Clause("k", "require", "", "", rule)], SCHEMA)
    return caught.value.faults[0]


@pytest.mark.parametrize(("rule", "expected"), RULES.items())
def test_a_fault_points_at_the_words_that_are_wrong(rule: str, expected: tuple[str, str]) -> None:
    fault = fault_of(rule)
    assert fault.code == expected[0]
    assert fault.place is not None
    column = fault.place.column - 1
    assert (rule[column : column + fault.place.length] or "^") == expected[1]


def test_the_caret_stands_under_the_fault_in_both_languages() -> None:
    fault = fault_of("person.member &&\n  person.agee >= 18")
    assert fault.render("en") == (
        "k:2:3: there is no fact or parameter called 'person.agee'\n"
        "  person.agee >= 18\n"
        "  ^^^^^^^^^^^\n"
        "write instead: person.age"
    )
    assert fault.render("zh-hans") == (
        "k:2:3: 没有叫“person.agee”的事项或参数\n  person.agee >= 18\n  ^^^^^^^^^^^\n应改为：person.age"
    )


def test_the_caret_keeps_step_under_chinese_words() -> None:
    fault = fault_of('person.region == "新昌" && person.agee > 3')
    carets = fault.render("en").splitlines()[2]
    assert carets.count("　") == 2
    assert carets.index("^") == fault.column - 1


def test_all_faults_of_all_clauses_are_told_at_once() -> None:
    clauses = [
        Clause("first", "require", "", "", "person.agee > 3 && person.wage > person.age"),
        Clause("second", "require", "", "", "person.member &"),
        Clause("second", "require", "", "", "person.member"),
        Clause("Fourth", "maybe", "", "", "person.member", if_unknown="pass"),  # type: ignore[arg-type]
    ]
    with pytest.raises(RuleFaults) as caught:
        compile_clauses(clauses, SCHEMA)
    assert [(fault.origin, fault.code) for fault in caught.value.faults] == [
        ("first", "unknown_name_guess"),
        ("first", "mixed_units"),
        ("second", "bad_character_instead"),
        ("", "clause_twice"),
        ("", "clause_key"),
        ("", "clause_kind"),
        ("", "clause_if_unknown"),
    ]


@pytest.mark.parametrize(
    ("facts", "parameters", "code"),
    [
        ([Fact("person.a", FactType.NUM)] * 2, [], "schema_twice"),
        ([Fact("Person", FactType.NUM)], [], "schema_path"),
        ([Fact("person.in", FactType.NUM)], [], "schema_path"),
        ([Fact("person.a", FactType.NUM, column="drop table")], [], "schema_column"),
        ([Fact("person.a", FactType.CODE)], [], "schema_no_codes"),
        ([Fact("person.a", FactType.TAGS, values={"a|b": ("", "")})], [], "schema_code_bar"),
        ([Fact("person.a", FactType.NUM, derive=("years", "person.b"))], [], "schema_derive"),
        (
            [
                Fact("person.b", FactType.DATE),
                Fact("person.a", FactType.NUM, derive=("years", "person.b"), fresh_days=3),
            ],
            [],
            "schema_derive_fresh",
        ),
        ([Fact("person.a", FactType.NUM, stamp_column="a_on")], [], "schema_fresh"),
        ([Fact("person.a", FactType.NUM, lo=3, hi=2)], [], "schema_bounds"),
        ([], [Parameter("param.a", FactType.TEXT)], "schema_parameter_type"),
        ([], [Parameter("param.a", FactType.TAGS, Scope.REGION)], "schema_list_region"),
    ],
)
def test_a_vocabulary_that_could_not_be_judged_alike_everywhere_is_refused(
    facts: list[Fact], parameters: list[Parameter], code: str
) -> None:
    with pytest.raises(RuleFaults) as caught:
        Schema(facts, parameters)
    assert code in {fault.code for fault in caught.value.faults}


def test_every_sentence_is_used_and_every_fault_has_a_sentence_in_both_languages() -> None:
    package = Path(__file__).parents[1]
    written = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py") if path.name != "sentences.py")
    used = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', written))
    assert set(SENTENCES) <= used
    for sentence in SENTENCES.values():
        assert sorted(re.findall(r"\{\w+\}", sentence.zh)) == sorted(re.findall(r"\{\w+\}", sentence.en))
        assert bool(sentence.hint_zh) == bool(sentence.hint_en)
        assert re.search(r"[一-鿿]", sentence.zh)
        assert not re.search(r"[一-鿿]", sentence.en + sentence.hint_en)
