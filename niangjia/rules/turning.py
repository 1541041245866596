"""Where a condition turns: the values of one fact at which its answer may change, all other facts staying as they are.

Solved from the rule itself with exact fractions. What is found here is a candidate only: whoever uses it puts it to the
interpreter that judges people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from niangjia.rules import ir, single, tree
from niangjia.rules.clauses import CompiledClause
from niangjia.rules.errors import Source
from niangjia.rules.lowering import Lowering, NoFigure, Ratio
from niangjia.rules.parameters import InForce, ParameterStore
from niangjia.rules.polynomial import Polynomial, add
from niangjia.rules.schema import Fact, Scope, Stored

ONE_DAY = timedelta(days=1)
MOST_KEPT = 10_000  # conditions of some day whose sums are kept


@dataclass(frozen=True, slots=True)
class Situation:
    """A clause, the person's known values, and the figures in force on any day."""

    clause: CompiledClause
    values: Mapping[str, Stored]
    as_of: date
    store: ParameterStore
    figures_on: Callable[[date], single.Figures]

    def passes(self, values: Mapping[str, Stored], day: date) -> bool:
        verdict = single.truth(self.clause.test, single.Case(values, day, self.figures_on(day)))
        return verdict is (not self.clause.excludes)

    def passes_with(self, fact: Fact, value: Stored) -> bool:
        return self.passes({**self.values, fact.path: value}, self.as_of)


def number_roots(situation: Situation, leaf: tree.Leaf, fact: Fact) -> list[Fraction]:
    """The exact values of a number fact, in its stored unit, at which a condition turns."""
    wanted: set[ir.Variable] = {ir.Column(fact.column)}
    for part in tree.parts(leaf):
        if isinstance(part, tree.FactOr) and part.fact is fact and isinstance(part.fallback, int):
            wanted.add(ir.Column(fact.column, part.fallback))
    columns = column_values(situation)
    roots = (root_of(equation, wanted, columns) for equation in equations(situation, leaf))
    return [root for root in roots if root is not None]


def around(root: Fraction) -> set[int]:
    """The whole numbers on, next below and next above a root."""
    return {ceil(root) - 1, floor(root), ceil(root), floor(root) + 1}


def number_turns(situation: Situation, leaf: tree.Leaf, fact: Fact) -> set[int]:
    """The stored numbers around which a condition may turn: on the threshold, a unit below and a unit above."""
    return {value for root in number_roots(situation, leaf, fact) for value in around(root)}


def date_limits(situation: Situation, leaf: tree.Leaf, fact: Fact) -> list[date]:
    """The days a date is compared with."""
    if not isinstance(leaf, tree.CompareDates) or fact not in tree.reads(leaf).needed:
        return []
    case = single.Case(situation.values, situation.as_of, situation.figures_on(situation.as_of))
    limits = [single.plain(side)(case) for side in (leaf.left, leaf.right) if not _is(side, fact)]
    return [limit for limit in limits if isinstance(limit, date) and date.min < limit < date.max]


def date_turns(situation: Situation, leaf: tree.Leaf, fact: Fact) -> set[date]:
    """The days around which a comparison of dates may turn."""
    limits = date_limits(situation, leaf, fact)
    return {limit + step for limit in limits for step in (-ONE_DAY, timedelta(), ONE_DAY)}


def _is(side: tree.Value, fact: Fact) -> bool:
    return isinstance(side, tree.FactValue) and side.fact is fact


def elapsed_counts(situation: Situation, leaf: tree.Leaf, elapsed: tree.Since) -> list[int]:
    """The whole years, months or days since a date after which a condition may answer otherwise."""
    variable, columns = ir.Elapsed(elapsed.unit, elapsed.fact.column), column_values(situation)
    roots = (root_of(equation, {variable}, columns) for equation in equations(situation, leaf))
    return sorted({count for root in roots if root is not None for count in (floor(root), floor(root) + 1)})


def gap_counts(situation: Situation, leaf: tree.Leaf, gap: tree.DaysBetween) -> list[int]:
    """The days between two dates around which a condition may turn."""
    variable, columns = ir.Gap(gap.first.column, gap.last.column), column_values(situation)
    roots = (root_of(equation, {variable}, columns) for equation in equations(situation, leaf))
    return sorted({value for root in roots if root is not None for value in around(root)})


def equations(situation: Situation, leaf: tree.Leaf) -> tuple[Polynomial, ...]:
    """The sums whose zero is where a number condition turns."""
    return _equations(situation.clause.source, leaf, situation.as_of, situation.store)


@lru_cache(maxsize=MOST_KEPT)
def _equations(source: Source, leaf: tree.Leaf, as_of: date, store: ParameterStore) -> tuple[Polynomial, ...]:
    """They are the same for everybody on one day."""
    lowering = Lowering(source, as_of, InForce(store, as_of))
    try:
        match leaf:
            case tree.CompareNumbers():
                return (lowering.difference(leaf).top,)
            case tree.AmongNumbers():
                ratio: Ratio = lowering.ratio(leaf.value)
                return tuple(add(ratio.top, ratio.bottom, -item) for item in leaf.items)
            case _:
                return ()
    except NoFigure:
        return ()


def root_of(equation: Polynomial, wanted: set[ir.Variable], columns: Mapping[str, Stored]) -> Fraction | None:
    """Where the sum is zero in the wanted variable, all others as they are; None when it is not a straight line."""
    slope = rest = Fraction(0)
    for product, coefficient in equation.items():
        degree, times = 0, coefficient
        for each in product:
            if each in wanted:
                degree += 1
                continue
            known = _value(each, columns)
            if known is None:
                return None
            times *= known
        if degree > 1:
            return None
        slope, rest = (slope + times, rest) if degree else (slope, rest + times)
    return -rest / slope if slope else None


def _value(variable: ir.Variable, columns: Mapping[str, Stored]) -> int | None:
    match variable:
        case ir.Column():
            stored = columns.get(variable.name)
            known = variable.fallback if stored is None else stored
            return known if isinstance(known, int) else None
        case ir.Gap():
            first, last = columns.get(variable.first), columns.get(variable.last)
            return (last - first).days if isinstance(first, date) and isinstance(last, date) else None
        case ir.Elapsed():
            return None


def column_values(situation: Situation) -> dict[str, Stored]:
    """What is known, by column: the facts of the clause and the figures of the place."""
    columns = {fact.column: situation.values.get(fact.path) for fact in situation.clause.facts}
    figures = situation.figures_on(situation.as_of)
    for parameter in situation.clause.parameters:
        figure = figures(parameter) if parameter.scope is Scope.REGION else None
        if figure is not None:
            columns[parameter.column] = figure.value
    return columns
