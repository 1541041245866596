"""Short codes people read from a screen and type: letters that do not look like one another, worked out from a key."""

from __future__ import annotations

import hashlib
import hmac

import segno
from django.utils.safestring import SafeString, mark_safe

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def spelt(key: bytes, said: str, length: int = 8) -> str:
    """The code for what is said, which only who has the key can work out (HMAC-SHA256)."""
    digest = hmac.new(key, said.encode(), hashlib.sha256).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:length])


def is_same(code: str, given: str) -> bool:
    """Whether somebody typed this code, in small letters or large."""
    return hmac.compare_digest(code.encode(), given.strip().upper().encode())


def qr(text: str, *, scale: int = 5) -> SafeString:
    """The text as a QR code, dark on white whatever the theme: phones read it from a lit screen."""
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(scale=scale, light="#fff")
    return mark_safe(drawn)  # noqa: S308 - drawn by us; the text stands in it only as squares
