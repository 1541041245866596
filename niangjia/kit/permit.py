"""A permission is a value with a reason: the page shows it, the action requires it."""

from __future__ import annotations

from dataclasses import dataclass

from niangjia.kit.refusal import Forbidden, Sentence


@dataclass(frozen=True, slots=True)
class Permit:
    """Yes, or no with the sentence why not."""

    allowed: bool
    reason: Sentence = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Go on, or raise `Forbidden` with the reason."""
        if not self.allowed:
            raise Forbidden(self.reason)


YES = Permit(True)


def no(reason: Sentence) -> Permit:
    return Permit(False, reason)


def permit(allowed: bool, otherwise: Sentence) -> Permit:
    return YES if allowed else Permit(False, otherwise)
