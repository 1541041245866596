"""Every "no" that a person reads: a code for machines, a sentence for people, and what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Refusal(Exception):
    """Something was asked that cannot be done. The sentence says what is wrong and where; the remedy what next."""

    code = "refused"
    status = 422

    def __init__(self, sentence: Sentence, *, remedy: Sentence = "", code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy
        self.code = code or type(self).code

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class Forbidden(Refusal):
    """The actor can see the thing but has not the power to do this to it."""

    code = "forbidden"
    status = 403


class NotFound(Refusal):
    """There is no such thing, or none that this actor may know of: to an outsider both look alike."""

    code = "not_found"
    status = 404

    def __init__(
        self,
        sentence: Sentence = _("This page does not exist, or it is not yours to see."),
        *,
        remedy: Sentence = _("Check the address, or go back to the home page."),
    ) -> None:
        super().__init__(sentence, remedy=remedy)


class Conflict(Refusal):
    """The thing has moved on since the actor looked at it."""

    code = "conflict"
    status = 409


class Invalid(Refusal):
    """Input that cannot be accepted; `faults` names the field of each fault."""

    code = "invalid"
    status = 422

    def __init__(
        self, sentence: Sentence, *, remedy: Sentence = "", faults: dict[str, Sentence] | None = None, code: str = ""
    ) -> None:
        super().__init__(sentence, remedy=remedy, code=code)
        self.faults = faults or {}
