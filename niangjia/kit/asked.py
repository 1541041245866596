"""What an address or a form names, taken at its word only when it is one."""

from __future__ import annotations

from datetime import date, datetime

from niangjia.kit import clock

YEARS = range(1900, 2101)  # beyond them a day more or less may fall off the calendar of the machine


def whole_number(text: str, *, digits: int = 17) -> int | None:
    """The whole number that was asked for; none for anything else. `²` is a digit to Python and yet no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def day(text: str) -> date | None:
    """The day that was asked for, in years that people live in; none for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def moment(text: str) -> datetime | None:
    """The moment that was asked for, in Shanghai where no zone is said; none for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=clock.SHANGHAI)
