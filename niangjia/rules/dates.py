"""The one place that says how ages and months are counted; both interpreters and every explanation use it.

Policy decisions written here, to be changed here and nowhere else:

* A whole month is reached on the same day of a later month. When that month has no such day (31 January plus one
  month, 29 February plus a year) it is reached on that month's last day: a person born on 29 February turns a year
  older on 28 February of a common year.
* A year of age is reached on the birthday itself (Civil Code art. 1259: "not less than" includes the figure).
* Dates have no time of day and no zone; "today" is always handed in.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal

CountUnit = Literal["years", "months", "days"]
MONTHS_IN: dict[CountUnit, int] = {"years": 12, "months": 1}


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day; OverflowError outside years 1-9999."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"{day} plus {months} months leaves the calendar")
    if day.day <= 28:  # every month has it
        return date(year, month_index + 1, day.day)
    return date(year, month_index + 1, min(day.day, calendar.monthrange(year, month_index + 1)[1]))


def whole_months(since: date, as_of: date) -> int:
    """How many whole months have passed; for a date still to come, the floor (negative)."""
    months = (as_of.year - since.year) * 12 + as_of.month - since.month
    # The candidate above is right or one too many: only the day of the month is left to compare.
    if since.day <= as_of.day or as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]:
        return months
    return months - 1


def whole_units(unit: CountUnit, since: date, as_of: date) -> int:
    """Whole years, months or days from one date to another."""
    if unit == "days":
        return (as_of - since).days
    return whole_months(since, as_of) // MONTHS_IN[unit]


def first_day_reaching(unit: CountUnit, since: date, count: int) -> date:
    """The first day on which `count` whole units have passed; OverflowError outside the calendar."""
    if unit == "days":
        return since + timedelta(days=count)
    return add_months(since, count * MONTHS_IN[unit])


def latest_date_with(unit: CountUnit, count: int, as_of: date) -> date:
    """The latest starting date that has reached `count` whole units on `as_of`; OverflowError outside the calendar."""
    if unit == "days":
        return as_of - timedelta(days=count)
    months = count * MONTHS_IN[unit]
    latest = add_months(as_of, -months)
    # On a month's last day several starting dates arrive together (28, 29, 30 and 31 January plus one month).
    while latest < date.max and add_months(latest + timedelta(days=1), months) <= as_of:
        latest += timedelta(days=1)
    return latest
