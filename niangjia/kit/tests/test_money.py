"""Yuan in, fen inside, yuan out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.kit import money
from niangjia.kit.refusal import Invalid


@given(st.integers(-(10**14), 10**14))
def test_an_amount_shown_and_typed_again_is_the_same_amount(fen: int) -> None:
    assert money.fen(money.yuan(fen).replace("¥", "")) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("3000", 300_000), ("¥3,000", 300_000), ("12.5元", 1250), ("１２．５０", 1250), ("￥1，234", 123_400), (" 0 ", 0)],
)
def test_people_write_money_in_many_ways(typed: str, fen: int) -> None:
    assert money.fen(typed) == fen


@pytest.mark.parametrize("typed", ["", "三百", "1.234", "1e20", "NaN", "Infinity", "-Infinity", "1 2", "--1"])
def test_what_is_no_amount_is_refused_and_not_rounded(typed: str) -> None:
    with pytest.raises(Invalid):
        money.fen(typed)


@pytest.mark.parametrize(("fen", "shown"), [(300_000, "¥3,000"), (1250, "¥12.50"), (-5, "-¥0.05"), (0, "¥0")])
def test_money_is_shown_without_empty_decimals(fen: int, shown: str) -> None:
    assert money.yuan(fen) == shown
