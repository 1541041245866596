"""What an address or a form names, taken at its word only when it is one."""

from __future__ import annotations


def whole_number(text: str, *, digits: int = 17) -> int | None:
    """The whole number that was asked for; none for anything else. `²` is a digit to Python and yet no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
