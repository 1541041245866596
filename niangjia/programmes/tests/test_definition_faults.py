"""Wrong programme files: each kind of fault is told on its line, in a sentence that says what to write instead."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.matching.reads import packs, schema
from niangjia.programmes.definition import DefinitionFault, DefinitionFaults, load_definition
from niangjia.programmes.definition.sentences import SENTENCES
from niangjia.programmes.loading import practice
from niangjia.programmes.tests.bad_definitions import BAD, Bad


def faults_of(text: str) -> list[DefinitionFault]:
    with pytest.raises(DefinitionFaults) as refused:
        load_definition(text, schema=schema(), packs=packs())
    return refused.value.faults


def broken(bad: Bad) -> str:
    text = practice(bad.practice).text
    assert bad.old in text, "the catalogue has changed; so must this case"
    return text.replace(*bad.also, 1).replace(bad.old, bad.new, 1)


def line_of(bad: Bad, text: str) -> int:
    if bad.at == "\0":
        return text.count("\n") + 1
    at = text.find(bad.at) if bad.at else text.find(bad.new.strip("\n").split("\n")[0])
    assert at >= 0
    return text.count("\n", 0, at) + 1


@pytest.mark.parametrize("bad", BAD, ids=[f"{number}-{bad.code}" for number, bad in enumerate(BAD)])
def test_a_fault_is_told_on_its_line_in_words(bad: Bad) -> None:
    text = broken(bad)
    told = [one for one in faults_of(text) if one.code == bad.code and bad.says in one.zh]
    assert [one.line for one in told[:1]] == [line_of(bad, text)], [one.zh for one in faults_of(text)]
    assert told[0].zh.startswith(f"第{told[0].line}行")
    assert told[0].en.startswith(f"Line {told[0].line}")


def test_a_fault_brings_few_others_with_it() -> None:
    assert all(len(faults_of(broken(bad))) <= 4 for bad in BAD)


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    text = practice("solar-aid").text
    changes = [
        ("icon: sun", "icon: 5"),
        ("due_workdays: 15", "due_workday: 15"),
        ("reserve_at: plan", "reserve_at: x1"),
        ("rule: worker.union.member", "rule: worker.union.membr"),
        ("{date}", "{dat}"),
    ]
    for old, new in changes:
        text = text.replace(old, new, 1)
    faults = faults_of(text)
    assert {"quote_it", "unknown_key_guess", "unknown_step", "rule", "placeholder"} <= {one.code for one in faults}
    assert [one.line for one in faults] == sorted(one.line for one in faults)


def test_what_refers_to_a_part_that_is_itself_wrong_is_not_blamed() -> None:
    text = (
        practice("solar-aid")
        .text.replace("    key: plan", "    kye: plan")
        .replace("  - key: plan\n", "  - kye: plan\n")
    )
    assert {one.code for one in faults_of(text)} == {"unknown_key_guess", "missing"}


def test_the_caret_stands_under_the_word_of_the_rule_that_is_wrong() -> None:
    text = practice("degree-subsidy").text.replace(
        "months_since(worker.employment.since)", "months_since(worker.union.member)"
    )
    (fault,) = faults_of(text)
    line = text.split("\n")[fault.line - 1]
    assert line[fault.column - 1 :].startswith("worker.union.member")
    shown, carets = fault.excerpt.split("\n")
    assert shown[carets.index("^") :].startswith("worker.union.member")


@pytest.mark.parametrize(
    "style", ["    rule: |\n      {}\n      {}\n", "    rule: >-\n      {}\n      {}\n", '    rule: "{}\n      {}"\n']
)
def test_the_place_inside_a_rule_is_found_however_it_is_quoted(style: str) -> None:
    rule = style.format("worker.union.member &&", "worker.union.membr")
    text = practice("solar-aid").text.replace("    rule: worker.union.member\n", rule, 1)
    (fault,) = faults_of(text)
    assert text.split("\n")[fault.line - 1][fault.column - 1 :].startswith("worker.union.membr")


def test_a_doubled_key_names_both_places() -> None:
    text = practice("solar-aid").text.replace("  - key: screening\n", "  - key: review\n", 1)
    told = [one.zh for one in faults_of(text) if one.code == "key_twice"]
    assert len(told) == 1
    assert "步骤“review”重名（前一个在第" in told[0]


NO_PROGRAMMES = [
    ("", "file_empty"),
    ("# nothing\n", "file_empty"),
    ("- a\n- b\n", "not_table"),
    ("just words\n", "not_table"),
    ("? [a, b]\n: c\n", "yaml_name"),
]


@pytest.mark.parametrize(("text", "code"), NO_PROGRAMMES)
def test_a_text_that_is_no_programme_is_refused_in_words(text: str, code: str) -> None:
    assert [one.code for one in faults_of(text)] == [code]


def test_an_empty_table_is_told_all_that_is_missing() -> None:
    missing = {one.path for one in faults_of("{}")}
    assert {"id", "title", "require", "form", "steps", "grant", "examples"} <= missing


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x]\n"
        + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(8)),
        "[" * 150_000,
        "{a: " * 30_000,
        "- " * 90_000,
        "x: " + "9" * 150_000,
        "a: b\n" * 40_000,
        "[" + "x, " * 60_000,
        "k" * 199_000,
        "x" * 250_000,
        "id: !!python/object/apply:os.system ['true']",
        "\u0000\u0001",
        "a: \ud800",
    ],
    ids=range(12),
)
def test_hostile_text_is_refused_in_moments(bomb: str) -> None:
    began = time.monotonic()
    assert faults_of(bomb)
    assert time.monotonic() - began < 5


LINES = st.integers(0, 200)
SCRAPS = st.sampled_from(
    ["", "{", "]", ":", '"', "'", "\t", "&", "*a", "|", "- ", "null", "1.5", "true", "[]", "x: y", "9" * 30, "，"]
)


@settings(deadline=None, max_examples=60)
@given(edits=st.lists(st.tuples(LINES, st.integers(0, 40), SCRAPS, st.booleans()), min_size=1, max_size=3))
def test_no_edit_of_a_file_brings_anything_but_faults_on_its_lines(edits: list[tuple[int, int, str, bool]]) -> None:
    lines = practice("craftsman").text.split("\n")
    for line, column, scrap, keeps in edits:
        at = line % len(lines)
        lines[at] = lines[at][:column] + scrap + (lines[at][column:] if keeps else "")
    told: list[DefinitionFault] = []
    try:
        load_definition("\n".join(lines), schema=schema(), packs=packs())
    except DefinitionFaults as refused:
        told = refused.faults
    assert all(1 <= one.line <= len(lines) + 1 and one.zh and one.en for one in told)


def test_an_invisible_mark_at_the_beginning_is_forgiven() -> None:
    text = "\ufeff" + practice("solar-aid").text.replace("\n", "\r\n")
    assert load_definition(text, schema=schema(), packs=packs()).id == "solar-aid"


def test_every_sentence_is_there_in_both_languages_and_asks_for_the_same_words() -> None:
    for code, sentence in SENTENCES.items():
        fields = [{part.split("}")[0] for part in text.split("{")[1:]} for text in sentence]
        assert fields[0] == fields[1], code
        assert all(sentence), code


def test_the_table_of_wrong_files_covers_nearly_every_fault() -> None:
    covered = {bad.code for bad in BAD} | {
        "file_empty",
        "not_table",
        "yaml_name",
        "key_twice",
        "file_size",
        "number_digits",
    }
    rest = SENTENCES.keys() - covered
    assert len(rest) <= 24, sorted(rest)
