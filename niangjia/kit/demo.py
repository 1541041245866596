"""The demo's world, as those see it who stand below the stories that make it.

The stories register it from above when Django starts; the sign-in page and the `demo` command ask for it here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of the cast whom a visitor of the demo can sign in as, by phone."""

    name: str
    role: str
    phone: str


@dataclass(frozen=True, slots=True)
class World:
    """`plant` enacts the stories on an empty database and leaves a standing one alone; `cast` says who lives there."""

    plant: Callable[[], None]
    cast: Callable[[], Sequence[Visitor]]


_registered: list[World] = []


def register(world: World) -> None:
    """Make this the demo's world. Call in `AppConfig.ready`; the last call stands."""
    _registered[:] = [world]


def plant() -> None:
    """Fill an empty database with the world; nothing happens where no world is registered."""
    for world in _registered:
        world.plant()


def cast() -> Sequence[Visitor]:
    """Who can sign in to the demo."""
    return [visitor for world in _registered for visitor in world.cast()]
