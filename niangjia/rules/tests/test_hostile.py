"""Hostile text costs nothing: it is refused quickly, with a sentence, and never with a crash."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.rules import Clause, RuleFaults, compile_clause, load_pack, select_verdicts, weigh
from niangjia.rules.tests.vocabulary import DAY, REGION, SCHEMA, STORE, rules

BOMBS = {
    "1" + " + 1" * 1900 + " > person.age": "too_deep",
    "(" * 5000 + "person.member" + ")" * 2000: "too_deep",
    "!" * 7000 + "person.member": "too_deep",
    "-" * 7000 + "person.age": "unexpected",
    "[" * 3000: "too_deep",
    "has(" * 1500: "too_deep",
    "person.member && " * 460 + "person.member": None,
    "person.age in [" + "1," * 2500 + "1]": "too_many_parts",
    "x" * 9000: "too_long",
    "person.age > " + "9" * 4000: "too_many_digits",
    "(person.wage + household.size * person.wage)" + " * (household.size + 1)" * 20 + " > 1": "overflow",
    " * ".join(["(household.size + person.skill_level + days_between(person.joined, person.birth_date) + 1)"] * 12)
    + " > 1": "too_complex",
    "\x00": "bad_character",
    "person.member\u202e": "bad_character",
    'person.region == "a\\"': "open_text",
}


def refused(read: Callable[[], object]) -> RuleFaults | None:
    """The faults a text is refused with, or None; any other exception is a crash and fails the test."""
    try:
        read()
    except RuleFaults as found:
        return found
    return None


@pytest.mark.parametrize(("text", "code"), BOMBS.items(), ids=lambda value: str(value)[:24])
def test_a_bomb_is_refused_within_a_moment(text: str, code: str | None) -> None:
    started = time.perf_counter()
    found = refused(lambda: compile_clause(Clause("k", "require", "", "", text), SCHEMA))
    assert (found is None) == (code is None)
    if found is not None:
        assert {fault.code for fault in found.faults} == {code}
        assert len(found.render("zh")) < 4000
    assert time.perf_counter() - started < 2


WORDS = st.sampled_from(
    ["person.age", "person.member", "person.wage", "person.tags", "param.line", "(", ")", "[", "]", "&&", "||", "!",
     "<", "==", "in", "+", "-", "*", "/", "18", "0.5", '"gig"', "has(", "default(", "today()", ",", ".", "date(",
     "person.employment", "years_since(", "person.joined", "true", "startsWith", "household.size", "\n", "// x\n"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(words=st.lists(WORDS, max_size=12))
def test_any_row_of_words_is_judged_or_refused_with_a_sentence(words: list[str]) -> None:
    found = refused(lambda: rules(" ".join(words)))
    if found is not None:
        assert all(fault.zh and fault.en and fault.line >= 1 for fault in found.faults)
        return
    clauses = rules(" ".join(words))
    weigh(clauses, {}, as_of=DAY, parameters=STORE, region_path=REGION)
    select_verdicts(clauses, as_of=DAY, parameters=STORE, dialect="postgres", region_path=REGION).query("t", ["id"])


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_refused_with_a_sentence(text: str) -> None:
    for read in (lambda: rules(text), lambda: load_pack(text, "file")):
        found = refused(read)
        assert found is None or (found.render("zh") and found.render("en"))


def test_a_quote_in_a_rule_stays_text_in_sql() -> None:
    clauses = rules("person.region == \"x' OR '1'='1\"")
    sql = select_verdicts(clauses, as_of=DAY, parameters=STORE, dialect="postgres", region_path=REGION)
    assert sql.clauses["k0"] == "\"f\".\"person_region\" = 'x'' OR ''1''=''1'"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1]\nb: [" + ", ".join(["*a"] * 50) + "]",
        "pack: !!python/object:os.system x",
        "[" * 200,
        "{" * 200 + "}" * 200,
        "pack: x\nparameters:\n  param.a: {type: num, values: [" + "[" * 50,
        "x" * 500_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_rule_pack_cannot_explode(text: str) -> None:
    with pytest.raises(RuleFaults) as caught:
        load_pack(text, "file")
    assert caught.value.faults[0].code in {"pack_form", "pack_size", "pack_yaml"}
