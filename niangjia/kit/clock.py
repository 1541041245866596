"""One clock. Stored in UTC, thought in Asia/Shanghai; a test or a story sets it with `at`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("fixed_clock", default=None)


def now() -> datetime:
    return _fixed.get() or datetime.now(tz=SHANGHAI)


def today() -> date:
    """The day it is in Shanghai."""
    return now().astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def end_of(day: date) -> datetime:
    """The last moment of a day in Shanghai."""
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def is_quiet(moment: datetime) -> bool:
    """Whether people sleep: from ten in the evening to eight nobody is told what can wait until the morning."""
    return not 8 <= moment.astimezone(SHANGHAI).hour < 22


@contextlib.contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Everything inside happens at this moment. Stories enact past years with it."""
    fixed = moment if isinstance(moment, datetime) else start_of(moment) + timedelta(hours=9)
    token = _fixed.set(fixed)
    try:
        yield
    finally:
        _fixed.reset(token)
