"""Figures about few people are not shown to those who may not see the people themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

SMALL = 10  # people; below it a figure points at somebody (docs: cells under ten are suppressed)


@dataclass(frozen=True, slots=True)
class Row:
    """One group of workers: how many suit before and after, who gains, who loses. `shown` is no when it is few."""

    label: str
    before: int
    after: int
    gains: int
    loses: int
    shown: bool = True

    @property
    def figures(self) -> tuple[int, int, int, int]:
        return self.before, self.after, self.gains, self.loses

    @property
    def is_small(self) -> bool:
        return any(0 < figure < SMALL for figure in self.figures)

    @property
    def size(self) -> int:
        return sum(self.figures)


def hide_small(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with those about few people hidden, each whole: gains, losses, before and after give one another away.

    One hidden row alone could be worked out from the total, so the next smallest is hidden with it.
    """
    hidden = {at for at, row in enumerate(rows) if row.is_small}
    if len(hidden) == 1:
        others = [at for at, row in enumerate(rows) if at not in hidden and row.size]
        if others:
            hidden.add(min(others, key=lambda at: (rows[at].size, at)))
    return tuple(replace(row, shown=False) if at in hidden else row for at, row in enumerate(rows))
