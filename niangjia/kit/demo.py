"""The demo's world, as those see it who stand below the stories that make it.

The stories register it from above when Django starts; the sign-in page and the `demo` command ask for it here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of the cast whom a visitor of the demo can sign in as, by phone."""

    name: str
    role: str
    phone: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Something worth a look: the name of the visitor to sign in as, the page, and what is to be seen there."""

    who: str
    path: str
    what: str


@dataclass(frozen=True, slots=True)
class World:
    """`plant` enacts the stories on an empty database and leaves a standing one alone; `cast` says who lives there,
    `sights` what to look at."""

    plant: Callable[[], None]
    cast: Callable[[], Sequence[Visitor]]
    sights: Callable[[], Sequence[Sight]] = tuple


KEPT = "NIANGJIA_DEMO_CAST"  # from the `demo` command to the servers it starts
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
    if kept := os.environ.get(KEPT):
        return [Visitor(*one) for one in json.loads(kept)]
    return [visitor for world in _registered for visitor in world.cast()]


def sights() -> Sequence[Sight]:
    """What is worth a look."""
    return [sight for world in _registered for sight in world.sights()]


def keep_cast() -> Sequence[Visitor]:
    """Those who can sign in now still can after they have applied, signed or decided: a visitor may come back."""
    visitors = cast()
    os.environ[KEPT] = json.dumps([astuple(visitor) for visitor in visitors])
    return visitors
