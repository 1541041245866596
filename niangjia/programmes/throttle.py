"""Slowing down guesses at public doors. Counted in the cache: light, and forgotten when the server restarts."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from niangjia.people.actions import TooOften

QUARTER = 15 * 60


def _key(what: str, whose: str) -> str:
    return f"throttle:{what}:{whose}"


def require(what: str, whose: str, *, most: int) -> None:
    """Refuse when this was noted `most` times in the last quarter of an hour."""
    if cache.get(_key(what, whose), 0) >= most:
        raise TooOften(_("Too many tries."), remedy=_("Please wait a quarter of an hour, then try again."))


def note(what: str, whose: str) -> None:
    """Count one more."""
    key = _key(what, whose)
    cache.add(key, 0, QUARTER)
    cache.incr(key)
