"""Working days as the State Council set them for 2026, make-up days included."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.kit import workdays

days = st.dates(date(2024, 1, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),  # New Year's Day, a Thursday
        (date(2026, 1, 4), True),  # a Sunday made up for it
        (date(2026, 2, 14), True),  # a Saturday made up for the Spring Festival
        (date(2026, 2, 17), False),  # Chinese New Year
        (date(2026, 2, 23), False),  # its last day, a Monday
        (date(2026, 2, 28), True),  # a Saturday made up for it
        (date(2026, 5, 1), False),
        (date(2026, 5, 9), True),  # a Saturday made up for Labour Day
        (date(2026, 9, 20), True),  # a Sunday made up for the National Day
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
    ],
)
def test_2026_is_counted_as_announced(day: date, works: bool) -> None:
    assert workdays.is_workday(day) is works


def test_a_year_not_announced_yet_counts_monday_to_friday() -> None:
    assert workdays.is_workday(date(2040, 10, 1))  # a Monday
    assert not workdays.is_workday(date(2040, 10, 6))


def test_five_working_days_over_the_spring_festival_take_two_weeks() -> None:
    assert workdays.after_workdays(date(2026, 2, 12), 5) == date(2026, 2, 26)


@given(days, st.integers(0, 40))
def test_counting_forward_and_counting_between_agree(start: date, count: int) -> None:
    end = workdays.after_workdays(start, count)
    assert workdays.workdays_between(start, end) == count
    assert count == 0 or workdays.is_workday(end)


@given(days, days)
def test_time_that_has_passed_counts_below_zero(one: date, other: date) -> None:
    assert workdays.workdays_between(one, other) == -workdays.workdays_between(other, one) or one == other
