"""The demo world: what the stories leave behind, and who lives in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whom a visitor of the demo can sign in as."""

    name: str
    role: str
    phone: str


def plant() -> None:
    """Enact the stories on an empty database; a world that stands is left as it is."""


def cast() -> list[Visitor]:
    """Who can sign in."""
    return []
