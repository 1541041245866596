"""What others may hear of activities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["registered", "offered", "waiting", "entered", "cancelled", "declined", "lapsed"]


@dataclass(frozen=True, slots=True)
class SeatsMoved:
    """Registrations that just came to be, were offered or ended; for the people who hold them."""

    registration_ids: tuple[int, ...]
    what: What


@dataclass(frozen=True, slots=True)
class LotsDrawn:
    """A draw was made: everybody who entered can look up where they stood."""

    activity_id: int


@dataclass(frozen=True, slots=True)
class ActivityCalledOff:
    """An activity will not be: whoever held a seat, stood in line or in the draw is told why."""

    activity_id: int
    reason: str
