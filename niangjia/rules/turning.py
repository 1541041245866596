"""Where a condition turns: the values of one fact at which its answer may change, all other facts staying as they are.

Solved from the rule itself with exact fractions. What is found here is a candidate only: whoever uses it puts it to the
interpreter that judges people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from niangjia.rules import ir, single, tree
from niangjia.rules.clauses import CompiledClause
from niangjia.rules.errors import Source
from niangjia.rules.lowering import Lowering, NoFigure, Ratio
from niangjia.rules.parameters import InForce, ParameterStore
from niangjia.rules.polynomial import Polynomial, add
from niangjia.rules.schema import Fact, Scope, Stored

Root = tuple[int, int]  # above and below the line, either of them below zero or not
ONE_DAY = timedelta(days=1)
MOST_KEPT = 10_000  # conditions of some day whose sums are kept


class Situation(NamedTuple):
    """A clause, the person's known values, and the figures in force on any day."""

    clause: CompiledClause
    values: Mapping[str, Stored]
    as_of: date
    store: ParameterStore
    figures_on: Callable[[date], single.Figures]

    def passes(self, values: Mapping[str, Stored], day: date) -> bool:
        holds = self.clause.judge(single.Case(values, day, self.figures_on(day)))
        return holds is (not self.clause.excludes)

    def trying(self, fact: Fact) -> Callable[[Stored], bool]:
        """Whether the clause passes with a value of one fact, all else staying as it is."""
        values = dict(self.values)
        case = single.Case(values, self.as_of, self.figures_on(self.as_of))
        path, judge, wanted = fact.path, self.clause.judge, not self.clause.excludes

        def passes(value: Stored) -> bool:
            values[path] = value
            return judge(case) is wanted

        return passes


def number_roots(situation: Situation, leaf: tree.Leaf, fact: Fact) -> list[Root]:
    """The exact values of a number fact, in its stored unit, at which a condition turns."""
    return _roots(situation, leaf, _as_column(leaf, fact))


@lru_cache(maxsize=MOST_KEPT)
def _as_column(leaf: tree.Leaf, fact: Fact) -> frozenset[ir.Variable]:
    """What stands for a number fact in the sums of a condition: its column, with and without a fallback."""
    wanted: set[ir.Variable] = {ir.Column(fact.column)}
    for part in tree.parts(leaf):
        if isinstance(part, tree.FactOr) and part.fact is fact and isinstance(part.fallback, int):
            wanted.add(ir.Column(fact.column, part.fallback))
    return frozenset(wanted)


def around(root: Root) -> set[int]:
    """The whole numbers on, next below and next above a root."""
    top, bottom = root
    below, further = divmod(top, bottom)
    return {below, below + 1} if further else {below, below + 1, below - 1}


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
    roots = _roots(situation, leaf, _as_variable(elapsed))
    return sorted({top // bottom + step for top, bottom in roots for step in (0, 1)})


def gap_counts(situation: Situation, leaf: tree.Leaf, gap: tree.DaysBetween) -> list[int]:
    """The days between two dates around which a condition may turn."""
    roots = _roots(situation, leaf, _as_variable(gap))
    return sorted({value for root in roots for value in around(root)})


@lru_cache(maxsize=MOST_KEPT)
def _as_variable(counted: tree.Since | tree.DaysBetween) -> frozenset[ir.Variable]:
    if isinstance(counted, tree.Since):
        return frozenset({ir.Elapsed(counted.unit, counted.fact.column)})
    return frozenset({ir.Gap(counted.first.column, counted.last.column)})


def _roots(situation: Situation, leaf: tree.Leaf, wanted: frozenset[ir.Variable]) -> list[Root]:
    """Where the sums of a condition are zero in the wanted variable, all others as they are."""
    lines = _lines(situation.clause.source, leaf, situation.as_of, situation.store, wanted)
    if not lines:
        return []
    columns = column_values(situation)
    roots = [line.root(columns) for line in lines]
    return [root for root in roots if root is not None]


class Line(NamedTuple):
    """A sum as a straight line in one variable: the terms it is multiplied by and those added, in whole numbers."""

    slope: tuple[ir.Term, ...]
    rest: tuple[ir.Term, ...]

    def root(self, columns: Mapping[str, Stored]) -> Root | None:
        """Where it is zero; None when it is level or something in it is not known."""
        slope, rest = _total(self.slope, columns), _total(self.rest, columns)
        return (-rest, slope) if slope and rest is not None else None


@lru_cache(maxsize=MOST_KEPT)
def _lines(
    source: Source, leaf: tree.Leaf, as_of: date, store: ParameterStore, wanted: frozenset[ir.Variable]
) -> tuple[Line, ...]:
    """They are the same for everybody on one day."""
    lines = (_line(equation, wanted) for equation in _equations(source, leaf, as_of, store))
    return tuple(line for line in lines if line is not None)


def _line(equation: Polynomial, wanted: frozenset[ir.Variable]) -> Line | None:
    """The sum sorted by the wanted variable; None when it does not occur, or not only plainly."""
    whole = lcm(*(coefficient.denominator for coefficient in equation.values()))
    terms: tuple[list[ir.Term], list[ir.Term]] = ([], [])
    for product, coefficient in equation.items():
        others = tuple(each for each in product if each not in wanted)
        degree = len(product) - len(others)
        if degree > 1:
            return None
        terms[degree].append((int(coefficient * whole), others))
    rest, slope = terms
    return Line(tuple(slope), tuple(rest)) if slope else None


def _total(terms: tuple[ir.Term, ...], columns: Mapping[str, Stored]) -> int | None:
    total = 0
    for coefficient, product in terms:
        term = coefficient
        for each in product:
            known = _value(each, columns)
            if known is None:
                return None
            term *= known
        total += term
    return total


def _equations(source: Source, leaf: tree.Leaf, as_of: date, store: ParameterStore) -> tuple[Polynomial, ...]:
    """The sums whose zero is where a number condition turns."""
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
