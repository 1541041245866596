"""What somebody answered, page by page, in words: for the applicant who checks it and whoever reads it later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import money
from niangjia.programmes.answers import is_shown
from niangjia.programmes.definition import Definition, Field
from niangjia.programmes.models import Attachment

MASKED_FROM = 8


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question with its answer in words; empty when it was not answered."""

    key: str
    label: str
    value: str
    required: bool
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerPage:
    key: str
    title: str
    lines: tuple[AnswerLine, ...]

    @property
    def has_words(self) -> bool:
        """Whether there is something beside files to read."""
        return any(not line.files for line in self.lines)


def summary(definition: Definition, answers: Mapping[str, Any], files: Iterable[Attachment]) -> tuple[AnswerPage, ...]:
    """Every question that was put, with its answer; a page without questions is left out."""
    language = (get_language() or "zh")[:2]
    by_field: dict[str, list[Attachment]] = defaultdict(list)
    for file in files:
        by_field[file.field].append(file)
    pages = []
    for page in definition.form:
        lines = tuple(
            AnswerLine(
                field.key,
                field.label.text(language),
                say(field, answers.get(field.key), language),
                field.required,
                tuple(by_field[field.key]),
            )
            for field in page.fields
            if is_shown(field, answers)
        )
        if lines:
            pages.append(AnswerPage(page.key, page.title.text(language), lines))
    return tuple(pages)


def say(field: Field, value: Any, language: str) -> str:
    """One stored answer in words; what was typed wrongly as it was typed. A bank card keeps its last digits."""
    if value in (None, ""):
        return ""
    if field.type == "money" and isinstance(value, int):
        return money.yuan(value)
    if field.type == "yes_no" and isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.type == "choice":
        return {choice.value: choice.label.text(language) for choice in field.choices}.get(str(value), str(value))
    if field.type == "bank_card" and len(str(value)) > MASKED_FROM:
        return f"**** {str(value)[-4:]}"
    return str(value)
