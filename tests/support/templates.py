"""A variable that a template names and nobody gave fails the test instead of rendering as nothing."""

from __future__ import annotations

import sys
from pathlib import Path

OURS = Path(__file__).resolve().parents[2] / "niangjia"


class UndefinedVariable(AssertionError):
    """Our template names a variable that its view did not give."""


def _template() -> str:
    """The template whose node is being rendered, found on the stack: Django does not pass it."""
    frame = sys._getframe(2)
    while frame is not None:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if origin is not None:
            return str(origin.name)
        frame = frame.f_back  # type: ignore[assignment]
    return "<unknown>"


class Undefined(str):
    """Stands where `string_if_invalid` does. Django formats it with the variable's name: that is when we speak.

    `{% if x %}` and `{% include … with %}` do not come here; libraries' own templates are let be.
    """

    __slots__ = ()

    def __new__(cls) -> Undefined:
        return super().__new__(cls, "%s")

    def __mod__(self, missing: object) -> str:
        template = _template()
        if template.startswith(str(OURS)) or template == "<unknown source>":
            raise UndefinedVariable(f"{template}: undefined variable {missing!s}")
        return ""
