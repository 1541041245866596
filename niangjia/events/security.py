"""The public-security permit for large events: who needs one, from which police, and by when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from niangjia.kit import clock

# State Council Decree 505, articles 2, 11 and 12: counted for each date, not for all of them together.
NEEDS_ONE_FROM, CITY_FROM = 1_000, 5_000
BEFORE = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class SecurityPermit:
    """A permit that must be held: how many are expected on the largest date, and the last day to apply."""

    expected: int
    apply_by: date

    @property
    def is_city(self) -> bool:
        """Whether the city's police decide, not the county's."""
        return self.expected >= CITY_FROM

    @property
    def is_late(self) -> bool:
        return clock.today() > self.apply_by


def security_permit(dates: Iterable[tuple[datetime, int | None]]) -> SecurityPermit | None:
    """What these dates with their seats need; nothing below a thousand people on each."""
    large = [(starts_at, seats) for starts_at, seats in dates if seats is not None and seats >= NEEDS_ONE_FROM]
    if not large:
        return None
    first = min(starts_at for starts_at, _seats in large).astimezone(clock.SHANGHAI).date()
    return SecurityPermit(max(seats for _starts_at, seats in large), first - BEFORE)
