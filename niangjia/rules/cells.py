"""The cells of a fact: ranges of its values that no condition of any programme tells apart.

Thirty programmes that ask for thirty ages cut the dates of birth into some thirty ranges. Whoever stands in one range
gets the same thirty answers, so one look at the range gives them all; a value that stands for the range is judged by
the single interpreter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from sqlglot import exp

from niangjia.rules import fragments, ir
from niangjia.rules.schema import Fact, FactType, Stored
from niangjia.rules.tree import Comparison

CALENDAR = (date.min.toordinal(), date.max.toordinal())


class Entangled(Exception):
    """A condition ties columns together, or reads a text's letters: no cells of single columns answer it."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one fact, counted from 0; the last is for the unknown.

    Numbers and dates are cut (`marks` are where a new cell begins), codes and texts are picked out one by one (the cell
    before the last is for all others).
    """

    fact: Fact
    marks: tuple[int, ...] | tuple[str, ...]

    @property
    def values(self) -> tuple[Stored, ...]:
        """For every cell a value that stands for it."""
        match self.fact.type:
            case FactType.NUM | FactType.MONEY:
                return (self.fact.bounds[0], *(int(mark) for mark in self.marks), None)
            case FactType.DATE:
                return (date.min, *(date.fromordinal(int(mark)) for mark in self.marks), None)
            case FactType.BOOL:
                return (False, True, None)
            case FactType.TAGS:
                return (frozenset(), None)
            case FactType.CODE | FactType.TEXT:
                other = "x" * (1 + max((len(str(mark)) for mark in self.marks), default=0))
                return (*(str(mark) for mark in self.marks), other, None)

    def number(self, column: exp.Expr) -> exp.Expr:
        """The number of the cell a row stands in."""
        unknown = fragments.integer(len(self.values) - 1)
        return fragments.case(fragments.is_null(column.copy()), unknown, self._known(column))

    def _known(self, column: exp.Expr) -> exp.Expr:
        match self.fact.type:
            case FactType.NUM | FactType.MONEY | FactType.DATE:
                return self._halved(column, 0, len(self.marks))
            case FactType.BOOL:
                return fragments.case(column.copy(), fragments.integer(1), fragments.integer(0))
            case FactType.TAGS:
                return fragments.integer(0)
            case FactType.CODE | FactType.TEXT:
                picked = [
                    exp.If(
                        this=exp.EQ(this=column.copy(), expression=fragments.text(str(mark))),
                        true=fragments.integer(number),
                    )
                    for number, mark in enumerate(self.marks)
                ]
                other = fragments.integer(len(self.marks))
                return exp.Case(ifs=picked, default=other) if picked else other

    def _halved(self, column: exp.Expr, low: int, high: int) -> exp.Expr:
        """The cell by halving: a value is compared with few marks, not with all."""
        if low == high:
            return fragments.integer(low)
        middle = (low + high) // 2
        mark = int(self.marks[middle])
        at = fragments.day(date.fromordinal(mark)) if self.fact.type is FactType.DATE else fragments.integer(mark)
        below = exp.LT(this=column.copy(), expression=at)
        return fragments.case(below, self._halved(column, low, middle), self._halved(column, middle + 1, high))


def cells_of(fact: Fact, marks: Iterable[int | str]) -> Cells:
    """The cells that these marks make; what lies outside a fact's bounds, or outside the calendar, marks nothing."""
    if fact.type in (FactType.CODE, FactType.TEXT):
        return Cells(fact, tuple(sorted({str(mark) for mark in marks})))
    low, high = CALENDAR if fact.type is FactType.DATE else fact.bounds
    return Cells(fact, tuple(sorted({int(mark) for mark in marks if low < int(mark) <= high})))


def marks(condition: ir.Condition) -> Iterator[tuple[str, int | str]]:
    """The columns a condition reads and where its answer may turn in each; Entangled when it is not of that kind."""
    match condition:
        case ir.Known() | ir.Unknown() | ir.Truth() | ir.IsKnown():
            return
        case ir.Guarded() | ir.Not():
            yield from marks(condition.of)
        case ir.And() | ir.Or():
            for part in condition.of:
                yield from marks(part)
        case ir.Same():
            yield from marks(condition.left)
            yield from marks(condition.right)
        case ir.Linear(terms=((1, (ir.Column(name=name),)),)):
            yield from ((name, mark) for mark in _cuts(condition.operator, condition.limit))
        case ir.NumberAmong(variable=ir.Column(name=name)):
            yield from ((name, mark) for item in condition.items for mark in (item, item + 1))
        case ir.DateLimit():
            yield from ((condition.column, mark) for mark in _cuts(condition.operator, condition.limit.toordinal()))
        case ir.CodeAmong():
            yield from ((condition.code.name, item) for item in condition.items)
        case ir.CodeIs(other=str() as other):
            yield condition.code.name, other
        case ir.Linear() | ir.NumberAmong() | ir.CodeIs() | ir.DateOrder() | ir.Prefix() | ir.Tag():
            raise Entangled
        case _:
            assert_never(condition)


def _cuts(operator: Comparison, limit: int) -> tuple[int, ...]:
    match operator:
        case "<" | ">=":
            return (limit,)
        case "<=" | ">":
            return (limit + 1,)
        case "==" | "!=":
            return (limit, limit + 1)
