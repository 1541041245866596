"""Proven activities an officer puts on in one step: each a file in `data`, with where it was proven.

Read and checked when first asked for; whatever is wrong in a file is told with its line and a sentence.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from niangjia.events.forms.order import PLACES
from niangjia.events.models import Activity
from niangjia.kit import clock
from niangjia.kit.refusal import Invalid, NotFound, Sentence

FOLDER = Path(__file__).resolve().parent / "data"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Short = Annotated[str, Field(min_length=1, max_length=80)]
Loc = tuple[str | int, ...]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """A text in both languages."""

    zh: str = Field(min_length=1, max_length=2000)
    en: str = Field(min_length=1, max_length=2000)

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class Origin(_Part):
    """Where a practice was proven: the number of its source, the place, and what was published of it."""

    row: int = Field(ge=1, le=121)
    place: Short
    figures: Words | None = None


class Item(_Part):
    """One item of a contest: of how many a team is (none: for single people), and how many seats it has."""

    title: Words
    people: int | None = Field(default=None, ge=2, le=100)
    seats: int | None = Field(default=None, ge=1, le=100_000)


class Repeat(_Part):
    """How its dates follow one another."""

    every: Literal["week", "fortnight", "month"]
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    weeks: int = Field(ge=1, le=52)


class Practice(_Part):
    """One proven activity, with everything but date and place filled in."""

    key: str = Field(pattern="^[a-z][a-z0-9-]{2,31}$")
    icon: str = Field(pattern="^[a-z0-9-]+$")
    title: Words
    summary: Words
    proven: tuple[Origin, ...] = Field(min_length=1)
    mode: Activity.Mode
    at: str = Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    minutes: Literal[15, 30, 60, 90, 120, 180, 240, 480]
    seats: int | None = Field(default=None, ge=1, le=100_000)
    most_seats: int = Field(default=1, ge=1, le=20)
    cancel_hours: int = Field(default=24, ge=0, le=240)
    audience: Literal["members", "front_line", "new_form"] = "members"
    keep: int | None = Field(default=None, ge=1, le=100_000)
    ahead: tuple[Literal["never_won", "front_line", "new_form", "hardship"], ...] = Field(default=(), max_length=3)
    rest_days: Literal[0, 30, 90, 180, 365] = 0
    notice_days: int = Field(default=10, ge=1, le=90)
    items: tuple[Item, ...] = Field(default=(), max_length=5)
    repeat: Repeat | None = None
    all_dates: bool = False
    most_dates: int = Field(default=1, ge=1, le=60)

    @model_validator(mode="after")
    def _holds_together(self) -> Practice:
        if self.keep and (self.seats is None or self.keep > self.seats):
            raise ValueError("keep")
        if self.items and self.repeat is not None:
            raise ValueError("items")
        if (self.all_dates or self.most_dates > 1) and self.repeat is None:
            raise ValueError("all_dates" if self.all_dates else "most_dates")
        return self

    def begins_at(self, now: datetime) -> datetime:
        """When it would first be: early enough to be known, on its own weekday, at its own time."""
        day = now.astimezone(clock.SHANGHAI).date() + timedelta(days=self.notice_days)
        wanted = {WEEKDAYS.index(name) for name in self.repeat.weekdays} if self.repeat else set()
        while wanted and day.weekday() not in wanted:
            day += timedelta(days=1)
        return datetime.combine(day, time.fromisoformat(self.at), clock.SHANGHAI)

    def initial(self, now: datetime) -> dict[str, Any]:
        """The officer's form as this practice fills it in."""
        starts = self.begins_at(now)
        filled: dict[str, Any] = {
            "practice": self.key, "title": str(self.title), "summary": str(self.summary), "starts_1": starts,
            "mode": self.mode.value,
            "minutes": self.minutes, "seats": self.seats, "most_seats": self.most_seats, "audience": self.audience,
            "keep": self.keep, "cancel_hours": self.cancel_hours, "rest_days": self.rest_days,
            **dict(zip(PLACES, self.ahead, strict=False)),
        }  # fmt: skip
        for n, item in enumerate(self.items, start=1):
            filled |= {f"item_{n}": str(item.title), f"item_{n}_people": item.people, f"item_{n}_seats": item.seats}
        if self.repeat is not None:
            filled |= {
                "every": self.repeat.every,
                "weekdays": [str(WEEKDAYS.index(name)) for name in self.repeat.weekdays],
                "until": starts.date() + timedelta(weeks=self.repeat.weeks) - timedelta(days=1),
                "all_dates": self.all_dates,
                "most_dates": self.most_dates,
            }
        return filled


@lru_cache(maxsize=1)
def practices() -> tuple[Practice, ...]:
    """Every practice of activities, in the order of their files."""
    return tuple(load(path.read_text("utf-8"), path.name) for path in sorted(FOLDER.glob("*.yaml")))


def practice(key: str) -> Practice:
    """The practice of this name."""
    for found in practices():
        if found.key == key:
            return found
    raise NotFound


def load(text: str, origin: str) -> Practice:
    """The practice a file describes; `Invalid` names every fault by file and line."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise _refused({f"{origin}:{mark.line + 1 if mark else 1}": _("This line cannot be read as YAML.")}) from fault
    if not isinstance(data, dict):
        raise _refused({f"{origin}:1": _("A practice is written as lines of “name: value”.")})
    try:
        return Practice.model_validate(data)
    except ValidationError as found:
        faults: dict[str, Sentence] = {}
        for one in found.errors():
            faults.setdefault(
                f"{origin}:{_line(root, one['loc'])}", _sentence(one["type"], one["loc"], str(one["msg"]))
            )
        raise _refused(faults) from found


def _refused(faults: dict[str, Sentence]) -> Invalid:
    listed = " ".join(f"{where}: {sentence}" for where, sentence in faults.items())
    return Invalid(
        _("A practice of activities cannot be read. %s") % listed,
        remedy=_("Correct these lines of the file, then start again."),
        faults=faults,
        code="wrong_practice",
    )


def _sentence(kind: str, loc: Loc, told: str) -> str:
    name = str(loc[-1]) if loc else told.rpartition(", ")[2]
    sentences = {
        "missing": _("“%s” is missing."),
        "extra_forbidden": _("There is nothing called “%s” in a practice."),
        "value_error": _("“%s” does not go with the rest: seats kept need seats, several dates need a repeat."),
    }
    return sentences.get(kind, _("“%s” has a value that cannot be used here.")) % name


def _line(root: Any, loc: Loc) -> int:
    """The line on which a value stands; of a missing one, the line of the part that lacks it."""
    node, line = root, 1
    for step in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        entry = next(((name, value) for name, value in pairs if name.value == step), None)
        if entry is None:
            break
        node, line = entry[1], entry[0].start_mark.line + 1
    return line
