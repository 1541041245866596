"""Ages and months are counted one way only, and its forward and backward readings agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from niangjia.rules.dates import CountUnit, add_months, first_day_reaching, latest_date_with, whole_months, whole_units

DAYS = st.dates(min_value=date(1920, 1, 1), max_value=date(2080, 12, 31))
UNITS = st.sampled_from(("years", "months", "days"))
COUNTS = st.integers(min_value=-40, max_value=900)


@given(since=DAYS, as_of=DAYS)
@example(since=date(2024, 2, 29), as_of=date(2025, 2, 28))
@example(since=date(2026, 1, 31), as_of=date(2026, 2, 28))
def test_whole_months_is_the_most_months_that_can_be_added(since: date, as_of: date) -> None:
    months = whole_months(since, as_of)
    assert add_months(since, months) <= as_of < add_months(since, months + 1)


@given(unit=UNITS, since=DAYS, count=COUNTS)
def test_a_count_is_reached_on_its_day_and_not_the_day_before(unit: CountUnit, since: date, count: int) -> None:
    day = first_day_reaching(unit, since, count)
    assert whole_units(unit, since, day) == count
    assert whole_units(unit, since, day - timedelta(days=1)) == count - 1


@given(unit=UNITS, as_of=DAYS, count=COUNTS)
@example(unit="months", as_of=date(2026, 2, 28), count=1)
@example(unit="years", as_of=date(2025, 2, 28), count=1)
def test_the_latest_date_has_reached_the_count_and_the_next_has_not(unit: CountUnit, as_of: date, count: int) -> None:
    latest = latest_date_with(unit, count, as_of)
    assert whole_units(unit, latest, as_of) >= count
    assert whole_units(unit, latest + timedelta(days=1), as_of) < count


def test_counting_past_the_calendar_is_an_overflow() -> None:
    for unit in ("years", "months", "days"):
        with pytest.raises(OverflowError):
            first_day_reaching(unit, date(2026, 1, 1), 10**7)
        with pytest.raises(OverflowError):
            latest_date_with(unit, 10**7, date(2026, 1, 1))
