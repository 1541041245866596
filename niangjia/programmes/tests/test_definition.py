"""The programme file: the catalogue says what it should, amounts are exact, texts survive being written again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.matching.reads import packs, schema
from niangjia.programmes.declared import DECLARED_FACTS
from niangjia.programmes.definition import (
    Amount,
    Bilingual,
    Definition,
    catalogue,
    diff_definitions,
    digest,
    dump_definition,
    load_definition,
)
from niangjia.programmes.definition.labels import LABELS, WORDS
from niangjia.programmes.definition.parts import Part
from niangjia.programmes.loading import practice

PRACTICES = ("craftsman", "degree-subsidy", "double-hundred", "solar-aid")


def loaded(key: str) -> Definition:
    return practice(key).definition


def edited(key: str, *changes: tuple[str, str]) -> Definition:
    text = practice(key).text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load_definition(text, schema=schema(), packs=packs())


def test_the_catalogue_holds_the_four_practices_and_each_was_tried_on_its_examples() -> None:
    assert tuple(one.definition.id for one in catalogue()) == PRACTICES
    assert all(len(one.definition.examples) >= 7 for one in catalogue())
    assert all(one.digest == digest(one.text) for one in catalogue())


@pytest.mark.parametrize("key", PRACTICES)
def test_every_condition_of_the_catalogue_is_shown_failing_or_open_by_an_example(key: str) -> None:
    of = loaded(key)
    shown = {name for one in of.examples for name, verdict in one.clauses.items() if verdict != "true"}
    always = {"member"} if key in ("degree-subsidy", "double-hundred") else set()
    assert {clause.key for clause in of.clauses()} - shown <= always


def test_solar_aid_goes_through_the_steps_in_the_order_of_the_page() -> None:
    kinds = [(step.key, step.kind) for step in loaded("solar-aid").steps]
    assert kinds == [
        ("review", "review"), ("screening", "review"), ("plan", "rank"), ("survey", "survey"), ("papers", "review"),
        ("agreement", "sign"), ("installation", "deliver"), ("payment", "grant"),
    ]  # fmt: skip


def test_the_craftsman_quotas_are_those_published_and_the_weights_come_to_a_hundred() -> None:
    of = loaded("craftsman")
    assert of.rank is not None
    assert {one.key: (one.at_least_percent, one.at_most_percent) for one in of.rank.quotas} == {
        "front_line": (60, None), "women": (20, None), "heads": (None, 15),
    }  # fmt: skip
    assert sum(one.weight for one in of.step("judging").criteria) == 100
    assert of.step("notice").notice_workdays == 5


@pytest.mark.parametrize(
    ("key", "published"),
    [
        ("solar-aid", [("=", 10), (">=", 3000), ("<=", 5000)]),
        ("degree-subsidy", [("=", 6845), ("=", 4202), (">", 18_000_000)]),
        ("double-hundred", [("=", 100), ("=", 1_000_000), ("=", 3)]),
        ("craftsman", [("=", 33)]),
    ],
)
def test_the_published_figures_stand_with_the_comparators_of_the_page(
    key: str, published: list[tuple[str, int]]
) -> None:
    assert [(one.comparator, one.published) for one in loaded(key).source.figures] == published


def test_a_step_is_followed_by_the_next_until_none_is_left() -> None:
    of = loaded("degree-subsidy")
    seen, step = [], of.step_after(None)
    while step is not None:
        seen.append(step.key)
        step = of.step_after(step.key)
    assert seen == [step.key for step in of.steps]
    with pytest.raises(KeyError):
        of.step("nowhere")


@given(base=st.integers(-(10**9), 10**12), percent=st.integers(1, 100), cap=st.integers(0, 10**9))
def test_a_share_is_whole_fen_never_above_its_cap_and_never_above_its_share(base: int, percent: int, cap: int) -> None:
    amount = Amount(field="tuition", percent=percent, cap_fen=cap).of({"tuition": base})
    assert 0 <= amount <= cap
    assert amount * 100 <= max(base, 0) * percent
    assert amount == cap or (amount + 1) * 100 > max(base, 0) * percent


@pytest.mark.parametrize("answer", [None, "", "12", True, 0, -5, 1.5])
def test_an_answer_that_is_no_sum_brings_nothing(answer: object) -> None:
    assert Amount(field="tuition", percent=50, cap_fen=100).of({"tuition": answer}) == 0


def test_a_table_pays_by_the_answer() -> None:
    of = edited("degree-subsidy", ("amount: {field: tuition_paid, percent: 60, cap_fen: 450000}",
                                   "amount: {table: {field: level, rows: {college: 50000, bachelor: 90000}}}"),
                ("amount_fen: 432000", "amount_fen: 50000"), ("amount_fen: 450000", "amount_fen: 90000"),
                ("amount_fen: 450000", "amount_fen: 90000"), ("amount_fen: 449999", "amount_fen: 90000"))  # fmt: skip
    assert [of.grant.amount_of({"level": level}) for level in ("college", "bachelor", "none")] == [50000, 90000, 0]


@pytest.mark.parametrize("key", PRACTICES)
def test_a_definition_written_out_reads_back_the_same_and_is_written_the_same_way(key: str) -> None:
    text = dump_definition(loaded(key))
    again = load_definition(text, schema=schema(), packs=packs())
    assert again == loaded(key)
    assert dump_definition(again) == text


WORDS_OF_ANY_KIND = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@settings(deadline=None)
@given(said=WORDS_OF_ANY_KIND.map(str.strip).filter(bool))
def test_any_words_survive_being_written_out(said: str) -> None:
    of = loaded("double-hundred").model_copy(update={"title": Bilingual(zh=said, en=said)})
    assert load_definition(dump_definition(of), schema=schema(), packs=packs()).title.zh == said


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "null", "~", "true", "007", "1e3", "1:30", "2026-01-01", "0x1f", "-", "# a", "a: b"]
)
def test_words_that_look_like_something_else_stay_words(word: str) -> None:
    of = loaded("double-hundred").model_copy(update={"title": Bilingual(zh=word, en=word)})
    assert load_definition(dump_definition(of), schema=schema(), packs=packs()).title.en == word


def test_a_plain_no_is_a_word_and_not_a_truth() -> None:
    assert (
        edited("double-hundred", ("- {value: other, label", "- {value: no, label")).fields()["trade"].choices[-1].value
        == "no"
    )


# --- changes --------------------------------------------------------------------------------------------------------


def told(old: Definition, new: Definition) -> list[tuple[str, str, str]]:
    return [(one.label.zh, one.before.zh, one.after.zh) for one in diff_definitions(old, new)]


@pytest.mark.parametrize("key", PRACTICES)
def test_nothing_changed_is_nothing_told(key: str) -> None:
    assert diff_definitions(loaded(key), loaded(key)) == []


def test_a_changed_figure_is_told_by_the_names_people_use() -> None:
    old, new = loaded("solar-aid"), edited("solar-aid", ("due_workdays: 15", "due_workdays: 20"))
    assert told(old, new) == [("步骤“联合勘察” · 办理时限（工作日）", "15", "20")]
    (change,) = diff_definitions(old, new)
    assert (change.path, change.label.en) == (
        "steps.survey.due_workdays",
        "step “Joint survey” · time limit (working days)",
    )


def test_money_is_told_in_yuan_and_a_share_in_percent() -> None:
    text = [
        ("percent: 60, cap_fen: 450000", "percent: 50, cap_fen: 300000"),
        *((f"amount_fen: {was}", "amount_fen: 300000") for was in (432000, 450000, 450000, 449999)),
    ]
    changes = told(loaded("degree-subsidy"), edited("degree-subsidy", *text))
    assert changes[:2] == [("发放 · 金额 · 比例", "60%", "50%"), ("发放 · 金额 · 最高金额", "¥4,500", "¥3,000")]


def test_a_condition_taken_out_and_one_put_in_are_told_by_their_sentences() -> None:
    old = loaded("double-hundred")
    gone = old.model_copy(update={"exclude": []})
    sentence = "“已经有本科或更高学历”"
    assert told(old, gone) == [("排除条件", sentence, "（无）")]
    assert told(gone, old) == [("排除条件", "（无）", sentence)]


def test_another_order_of_the_same_steps_is_told_as_an_order() -> None:
    old = loaded("degree-subsidy")
    new = old.model_copy(update={"steps": [old.steps[1], old.steps[0], *old.steps[2:]]})
    assert [label for label, _, _ in told(old, new)] == ["步骤 · 顺序"]


def test_who_acts_is_told_in_words() -> None:
    old, new = (
        loaded("solar-aid"),
        edited("solar-aid", ("who: {level: own, office: handler}", "who: {level: township, office: chair}")),
    )
    assert told(old, new) == [("步骤“基层工会审核” · 谁办理", "所在工会经办人", "乡镇（街道）工会主席")]


def test_every_part_of_a_file_has_a_name_in_both_languages() -> None:
    parts: list[type[Part]] = [Definition]
    for part in parts:
        for name, field in part.model_fields.items():
            assert all(LABELS[(field.alias or name).rstrip("_")]), name
        parts += [one for one in Part.__subclasses__() if one not in parts and one is not Bilingual]
    assert all(all(said) for said in WORDS.values())


# --- facts and packs ------------------------------------------------------------------------------------------------


def test_each_declared_fact_has_a_question_in_both_languages() -> None:
    assert all(fact.ask_zh and fact.ask_en and fact.label_zh and fact.label_en for fact in DECLARED_FACTS)


def test_every_figure_of_the_packs_is_dated_and_cited() -> None:
    assert {"craftsman", "degree"} <= set(packs().names)
    figure = packs().store.at("param.degree_contract_months", date(2022, 1, 1))
    assert figure is not None
    assert (figure.value, bool(figure.cite)) == (12, True)
    assert packs().store.at("param.degree_contract_months", date(2019, 12, 31)) is None
