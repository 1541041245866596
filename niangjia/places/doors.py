"""The code at the door of a resource: fixed on a printed sheet, or another one every minute on a screen."""

from __future__ import annotations

from niangjia.kit import clock, codes
from niangjia.places.models_booking import Resource

TURN_SECONDS = 60


def code(resource: Resource, turns_ago: int = 0) -> str:
    """The code that is valid now, or was `turns_ago` turns before."""
    turn = str(int(clock.now().timestamp()) // TURN_SECONDS - turns_ago) if resource.rotating_code else "sheet"
    return codes.spelt(bytes.fromhex(resource.door_secret), turn)


def is_right(resource: Resource, given: str) -> bool:
    """Whether somebody stands at the door: a code that has just turned is still good, phones are slow."""
    return any(codes.is_same(code(resource, turns_ago), given) for turns_ago in (0, 1))
