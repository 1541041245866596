"""The code at the door of a resource: fixed on a printed sheet, or another one every minute on a screen."""

from __future__ import annotations

import hashlib
import hmac

from niangjia.kit import clock
from niangjia.places.models_booking import Resource

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
LENGTH = 8
TURN_SECONDS = 60


def code(resource: Resource, turns_ago: int = 0) -> str:
    """The code that is valid now, or was `turns_ago` turns before."""
    turn = str(int(clock.now().timestamp()) // TURN_SECONDS - turns_ago) if resource.rotating_code else "sheet"
    digest = hmac.new(bytes.fromhex(resource.door_secret), turn.encode(), hashlib.sha256).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])


def is_right(resource: Resource, given: str) -> bool:
    """Whether somebody stands at the door: a code that has just turned is still good, phones are slow."""
    typed = given.strip().upper()
    return any(hmac.compare_digest(code(resource, turns_ago).encode(), typed.encode()) for turns_ago in (0, 1))
