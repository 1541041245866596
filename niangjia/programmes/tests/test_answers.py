"""What people type into a form, as it is kept: exact, or told in a sentence what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.kit.refusal import Invalid
from niangjia.programmes import answers
from niangjia.programmes.definition import Bilingual, Choice, Field
from niangjia.programmes.definition.parts import ShowIf

A_CARD = "4111111111111111"


def field(kind: str, **more: Any) -> Field:
    return Field(key="asked", type=kind, label=Bilingual(zh="问题", en="Question"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("money", "3000", 300_000), ("money", "￥１，２３４．５０元", 123_450), ("money", 500, 500),
        ("number", " １２ ", 12), ("number", "1,200", 1200),
        ("date", "2026年3月1日", "2026-03-01"), ("date", "2026.3.1", "2026-03-01"),
        ("date", "２０２６/03/01", "2026-03-01"),
        ("yes_no", "yes", True), ("yes_no", False, False), ("yes_no", "false", False),
        ("bank_card", "4111 1111 1111 1111", A_CARD), ("bank_card", "４１１１１１１１１１１１１１１１", A_CARD),
        ("text", "  你好 ", "你好"), ("phone", "138 0000 0000", "13800000000"),
    ],
)  # fmt: skip
def test_an_answer_is_kept_in_one_form_however_it_was_typed(kind: str, typed: Any, kept: Any) -> None:
    assert answers.typed(field(kind), typed) == kept
    assert answers.typed(field(kind), kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("money", "三千"), ("money", "1.234"), ("money", "-5"), ("number", "1.5"), ("number", "x"),
        ("date", "2026-02-30"), ("date", "3月"), ("yes_no", "maybe"),
        ("bank_card", "4111111111111112"), ("bank_card", "12345"), ("bank_card", "卡号六二二二"), ("phone", "12345"),
        ("text", "长" * 201), ("choice", "not offered"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_right_is_refused_in_a_sentence(kind: str, typed: Any) -> None:
    with pytest.raises(Invalid) as refused:
        answers.typed(field(kind), typed)
    assert str(refused.value.sentence)


@pytest.mark.parametrize("kind", ["text", "money", "number", "date", "yes_no", "bank_card", "choice", "phone"])
@pytest.mark.parametrize("nothing", ["", "   ", None])
def test_nothing_typed_is_no_answer(kind: str, nothing: Any) -> None:
    assert answers.typed(field(kind), nothing) is None


def test_bounds_are_told_in_the_unit_people_type() -> None:
    with pytest.raises(Invalid, match="¥100"):
        answers.typed(field("money", min=10_000), "50")
    with pytest.raises(Invalid, match="30"):
        answers.typed(field("number", max=30), "31")


@given(st.integers(0, 10**18 - 1), st.integers(0, 9))
def test_a_card_number_with_one_mistyped_digit_never_passes(body: int, wrong: int) -> None:
    text = f"{body:018d}"
    doubled = [int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(text))]
    card = text + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)
    assert answers.typed(field("bank_card"), card) == card
    place = body % 19
    mistyped = card[:place] + str(wrong) + card[place + 1 :]
    if mistyped != card:
        with pytest.raises(Invalid):
            answers.typed(field("bank_card"), mistyped)


@pytest.mark.parametrize("said", ["yes", "true", "True", True])
@pytest.mark.parametrize("asked", [True, "true"])
def test_a_question_that_follows_a_yes_is_shown_as_typed_and_as_kept(said: Any, asked: Any) -> None:
    follows = field("text", show_if=ShowIf.model_validate({"field": "before", "is": [asked]}))
    assert answers.is_shown(follows, {"before": said})
    for no in ("no", "false", False, "", None):
        assert not answers.is_shown(follows, {"before": no})
    assert not answers.is_shown(follows, {})


def test_a_question_that_follows_a_choice_is_shown_for_that_choice_only() -> None:
    follows = field("text", show_if=ShowIf.model_validate({"field": "home", "is": ["own", 3]}))
    assert answers.is_shown(follows, {"home": "own"})
    assert answers.is_shown(follows, {"home": "3"})
    assert not answers.is_shown(follows, {"home": "rented"})


def test_every_fault_of_a_form_is_told_at_once_by_its_field() -> None:
    label = Bilingual(zh="问题", en="Question")
    fields = [
        Field(key="cost", type="money", label=label),
        Field(key="day", type="date", label=label),
        Field(key="kind", type="choice", label=label, choices=[Choice(value="a", label=label)]),
        Field(key="note", type="text", label=label, required=False),
    ]
    with pytest.raises(Invalid) as refused:
        answers.typed_all(fields, {"cost": "很多", "day": ""})
    assert set(refused.value.faults) == {"cost", "day", "kind"}
    given = {"cost": "1", "day": "2026-1-2", "kind": "a", "note": ""}
    assert answers.typed_all(fields, given) == {"cost": 100, "day": "2026-01-02", "kind": "a"}


def test_a_question_that_is_not_shown_is_neither_needed_nor_kept() -> None:
    label = Bilingual(zh="问题", en="Question")
    fields = [
        Field(key="own", type="yes_no", label=label),
        Field(key="deed", type="text", label=label, show_if=ShowIf.model_validate({"field": "own", "is": [True]})),
    ]
    assert answers.typed_all(fields, {"own": "no", "deed": "x"}) == {"own": False}
    with pytest.raises(Invalid):
        answers.typed_all(fields, {"own": "yes"})
