"""What others may hear about places and bookings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BookingsMoved:
    """Bookings came to be, or moved on: held, confirmed, refused, offered, moved, cancelled, expired, released,
    checked_in. `by_person` is who did it; the person concerned is not told of their own doing."""

    booking_ids: tuple[int, ...]
    what: str
    by_person: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceReportedClosed:
    """A worker stood before a closed door in opening hours; whoever runs the place is asked."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ClosedReportAnswered:
    """The host has answered; the worker who came wants to know."""

    report_id: int
