"""Working days: State Council holidays and make-up days, from the `chinesecalendar` tables.

The starting day is not counted (Civil Code art. 201); a count of working days never ends on a holiday (art. 203).
Years whose holidays the State Council has not announced yet count Monday to Friday.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar


def is_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after_workdays(start: date, count: int) -> date:
    """The day on which `count` working days after `start` have passed."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` has passed."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def is_public_holiday(day: date) -> bool:
    """A day of a public holiday as the State Council set it, weekends within it included."""
    return day in chinese_calendar.holidays


def is_make_up_day(day: date) -> bool:
    """A Saturday or Sunday that is worked in exchange for a holiday."""
    return day in chinese_calendar.workdays
