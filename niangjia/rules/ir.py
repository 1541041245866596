"""Conditions over whole numbers, dates and codes only: what is left when decimals, divisions and ages are worked out.

Every engine answers these alike: no division, no rounding, no clock, no engine's own calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from niangjia.rules.dates import CountUnit
from niangjia.rules.tree import Comparison


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """A column of the fact table or of the table of places; a fallback stands in for NULL."""

    name: str
    fallback: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Days from one date column to another."""

    first: str
    last: str


@dataclass(frozen=True, slots=True, order=True)
class Elapsed:
    """Whole units since a date column; never reaches SQL, it becomes a limit on the column."""

    unit: CountUnit
    name: str


Variable = Column | Gap | Elapsed
Term = tuple[int, tuple[Variable, ...]]  # a coefficient times a product


@dataclass(frozen=True, slots=True)
class Known:
    """A plain answer."""

    value: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A parameter has no figure on this day."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """The condition if all the columns are known; unknown otherwise, whatever the condition says."""

    columns: tuple[str, ...]
    of: Condition


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of terms compared with a whole number."""

    terms: tuple[Term, ...]
    operator: Comparison
    limit: int


@dataclass(frozen=True, slots=True)
class NumberAmong:
    variable: Column | Gap
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TextColumn:
    name: str
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class CodeAmong:
    code: TextColumn
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeIs:
    equal: bool
    code: TextColumn
    other: TextColumn | str


@dataclass(frozen=True, slots=True)
class DateLimit:
    column: str
    operator: Comparison
    limit: date


@dataclass(frozen=True, slots=True)
class DateOrder:
    column: str
    operator: Comparison
    other: str


@dataclass(frozen=True, slots=True)
class Prefix:
    column: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Tag:
    column: str
    tag: str


@dataclass(frozen=True, slots=True)
class Truth:
    column: str
    fallback: bool | None


@dataclass(frozen=True, slots=True)
class IsKnown:
    column: str


@dataclass(frozen=True, slots=True)
class Same:
    equal: bool
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Not:
    of: Condition


@dataclass(frozen=True, slots=True)
class And:
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    of: tuple[Condition, ...]


Condition = (
    Known | Unknown | Guarded | Linear | NumberAmong | CodeAmong | CodeIs | DateLimit | DateOrder
    | Prefix | Tag | Truth | IsKnown | Same | Not | And | Or
)  # fmt: skip
