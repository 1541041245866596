"""A story enacts a practice through the verbs the pages call, and counts what the newspaper published."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from niangjia.kit import clock

ROWS = Path(__file__).resolve().parent / "data" / "rows.yaml"
# What the page's word for a figure asks of the count. `~` is "about": within a tenth.
COMPARATORS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<=": operator.le,
    "~": lambda counted, published: abs(counted - published) * 10 <= published,
}
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _of: int) -> None:
    """A story told without a progress bar."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One figure of the page, and the query that counts it from the records a story leaves."""

    name: str
    unit: str
    published: int
    comparator: str
    count: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Telling:
    """How a story is told: in full, or at a fraction for tests and the demo (figures then fall short, and say so)."""

    share: float = 1.0
    progress: Progress = silent

    def of(self, full: int) -> int:
        """A number of people at this telling's scale, never below one."""
        return max(1, round(full * self.share))


@dataclass(frozen=True, slots=True)
class Story:
    """One practice, or several that belong together, by the rows of the dossier."""

    key: str
    title: str
    rows: tuple[int, ...]
    enact: Callable[[Telling], None]
    figures: tuple[PublishedFigure, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    figure: PublishedFigure
    counted: int

    @property
    def ok(self) -> bool:
        return COMPARATORS[self.figure.comparator](self.counted, self.figure.published)

    def as_json(self) -> dict[str, object]:
        figure = self.figure
        return {
            "name": figure.name,
            "unit": figure.unit,
            "published": figure.published,
            "comparator": figure.comparator,
            "counted": self.counted,
            "ok": self.ok,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """A story that was enacted: how long it took, and what was counted afterwards."""

    story: Story
    seconds: float
    figures: tuple[Counted, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return bool(self.figures) and all(one.ok for one in self.figures)

    def as_json(self) -> dict[str, object]:
        return {
            "key": self.story.key,
            "rows": list(self.story.rows),
            "ok": self.ok,
            "seconds": round(self.seconds, 1),
            "figures": [one.as_json() for one in self.figures],
        }


def month_and_day(moment: datetime | None) -> int:
    """The day as pages print it, as month·100 + day; nothing when there is none."""
    local = moment.astimezone(clock.SHANGHAI) if moment is not None else None
    return local.month * 100 + local.day if local is not None else 0


def tell(story: Story, telling: Telling) -> Told:
    """Enact a story in the database at hand and count its figures."""
    began = time.perf_counter()
    story.enact(telling)
    seconds = time.perf_counter() - began
    return Told(story, seconds, tuple(Counted(figure, figure.count()) for figure in story.figures))


@dataclass(frozen=True, slots=True)
class Row:
    """One practice of the dossier."""

    row: int
    place: str
    title: str


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """All the practices there are, by their number."""
    return tuple(Row(**entry) for entry in yaml.safe_load(ROWS.read_text("utf-8")))


def missing_rows(stories: Sequence[Story]) -> list[Row]:
    """The practices that no story enacts yet."""
    enacted = {row for story in stories for row in story.rows}
    return [row for row in rows() if row.row not in enacted]
