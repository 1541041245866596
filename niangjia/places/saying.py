"""Times of bookings as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from niangjia.kit import clock


def slot(starts: datetime, ends: datetime) -> str:
    """`6月12日 18:00–19:00`."""
    local, until = starts.astimezone(clock.SHANGHAI), ends.astimezone(clock.SHANGHAI)
    return f"{date_format(local.date(), _('j M'))} {local:%H:%M}–{until:%H:%M}"


def slots(times: Iterable[tuple[datetime, datetime]]) -> str:
    """Several, the day said once where it stays the same."""
    parts: list[str] = []
    day = None
    for starts, ends in times:
        local, until = starts.astimezone(clock.SHANGHAI), ends.astimezone(clock.SHANGHAI)
        parts.append(slot(starts, ends) if local.date() != day else f"{local:%H:%M}–{until:%H:%M}")
        day = local.date()
    return ", ".join(parts)
