"""One person judged: the checked tree answered with exact fractions and the real calendar.

Unknown is None and follows Kleene's logic: a comparison with an unknown part is unknown; "and" is false as soon as one
part is false, "or" true as soon as one is true, and otherwise unknown wins.

A tree never changes, so it is made into functions once and these are asked for every person. A number is a pair, how
many and of how many: no division is carried out, and none is rounded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from niangjia.rules import tree
from niangjia.rules.dates import whole_units
from niangjia.rules.parameters import Figure
from niangjia.rules.schema import FactType, Parameter, Stored

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MOST_KEPT = 50_000  # conditions and values made into functions
Figures = Callable[[Parameter], Figure | None]


class Case:
    """One person on one day: known values by fact path (stale ones already left out) and the figures in force."""

    __slots__ = ("as_of", "figures", "values")

    def __init__(self, values: Mapping[str, Stored], as_of: date, figures: Figures) -> None:
        self.values = values
        self.as_of = as_of
        self.figures = figures


Judge = Callable[[Case], bool | None]
Number = Callable[[Case], tuple[int, int] | None]  # above and below the line; what is below is above zero
Plain = Callable[[Case], str | date | None]


def truth(test: tree.Test, case: Case) -> bool | None:
    """True, False, or None when the facts do not say."""
    return judge(test)(case)


@lru_cache(maxsize=MOST_KEPT)
def judge(test: tree.Test) -> Judge:
    """The condition as a function of a case."""
    match test:
        case tree.CompareNumbers():
            return _numbers_compared(number(test.left), number(test.right), COMPARE[test.operator])
        case tree.CompareDates():
            return _compared(plain(test.left), plain(test.right), COMPARE[test.operator])
        case tree.CompareCodes():
            return _compared(plain(test.left), plain(test.right), operator.eq if test.equal else operator.ne)
        case tree.All():
            return _joined([judge(part) for part in test.of], decides=False)
        case tree.Either():
            return _joined([judge(part) for part in test.of], decides=True)
        case tree.Not():
            return _negated(judge(test.of))
        case tree.SameTruth():
            return _compared(judge(test.left), judge(test.right), operator.is_ if test.equal else operator.is_not)
        case tree.Always(value=value):
            return lambda _: value
        case tree.AmongNumbers(items=items):
            return _answered(number(test.value), lambda pair: Fraction(*pair) in items)
        case tree.AmongCodes(items=items):
            return _answered(plain(test.value), lambda code: code in items)
        case tree.AmongListed():
            return _among_listed(plain(test.value), test.parameter)
        case _:
            return _of_fact(test)


def _of_fact(test: tree.Flag | tree.Has | tree.StartsWith | tree.HasTag) -> Judge:
    """The conditions that read one fact as it is stored."""
    path = test.fact.path
    match test:
        case tree.Flag(fallback=fallback):
            return lambda case: fallback if (known := case.values.get(path)) is None else bool(known)
        case tree.Has():
            return lambda case: case.values.get(path) is not None
        case tree.StartsWith(prefix=prefix):
            return _answered(lambda case: case.values.get(path), lambda text: str(text).startswith(prefix))
        case tree.HasTag(tag=tag):
            return _answered(lambda case: case.values.get(path), lambda tags: tag in tags)


def _compared(left: Callable[[Case], Any], right: Callable[[Case], Any], compare: Callable[[Any, Any], bool]) -> Judge:
    def compared(case: Case) -> bool | None:
        one = left(case)
        if one is None:
            return None
        other = right(case)
        return None if other is None else compare(one, other)

    return compared


def _numbers_compared(left: Number, right: Number, compare: Callable[[Any, Any], bool]) -> Judge:
    def compared(case: Case) -> bool | None:
        one = left(case)
        if one is None:
            return None
        other = right(case)
        return None if other is None else compare(one[0] * other[1], other[0] * one[1])

    return compared


def _joined(parts: list[Judge], *, decides: bool) -> Judge:
    """ "and" is decided by one that is false, "or" by one that is true."""

    def joined(case: Case) -> bool | None:
        result: bool | None = not decides
        for part in parts:
            answer = part(case)
            if answer is decides:
                return decides
            if answer is None:
                result = None
        return result

    return joined


def _negated(of: Judge) -> Judge:
    def negated(case: Case) -> bool | None:
        answer = of(case)
        return None if answer is None else not answer

    return negated


def _answered(of: Callable[[Case], Any], answer: Callable[[Any], bool]) -> Judge:
    def answered(case: Case) -> bool | None:
        known = of(case)
        return None if known is None else answer(known)

    return answered


def _among_listed(of: Plain, parameter: Parameter) -> Judge:
    def among(case: Case) -> bool | None:
        code, figure = of(case), case.figures(parameter)
        if code is None or figure is None:
            return None
        assert isinstance(figure.value, tuple)
        return code in figure.value

    return among


@lru_cache(maxsize=MOST_KEPT)
def plain(of: tree.Value) -> Plain:
    """A date, code or text as a function of a case."""
    match of:
        case tree.Constant(value=str() | date() as value):
            return lambda _: value
        case tree.Today():
            return lambda case: case.as_of
        case tree.FactValue(fact=fact):
            path = fact.path
            return lambda case: case.values.get(path)  # type: ignore[return-value]
        case tree.FactOr(fact=fact, fallback=str() as fallback):
            path = fact.path
            return lambda case: fallback if (known := case.values.get(path)) is None else known  # type: ignore[return-value]
        case tree.ParameterValue(parameter=parameter):
            return lambda case: None if (figure := case.figures(parameter)) is None else figure.value  # type: ignore[return-value]
    raise AssertionError(of)


@lru_cache(maxsize=MOST_KEPT)
def number(of: tree.Value) -> Number:
    """The exact value of a sum, in yuan where it is money, as a function of a case; None when a part is unknown."""
    match of:
        case tree.Constant(value=Fraction() as value):
            pair = value.as_integer_ratio()
            return lambda _: pair
        case tree.FactValue(fact=fact):
            return _stored(fact.path, 10**fact.scale, None)
        case tree.FactOr(fact=fact, fallback=int() as fallback):
            return _stored(fact.path, 10**fact.scale, fallback)
        case tree.ParameterValue(parameter=parameter):
            below = 10**parameter.scale
            return lambda case: None if (figure := case.figures(parameter)) is None else (figure.value, below)  # type: ignore[return-value]
        case tree.Since(unit=unit, fact=fact):
            path = fact.path
            return lambda case: (
                None if (day := case.values.get(path)) is None else (whole_units(unit, day, case.as_of), 1)  # type: ignore[arg-type]
            )
        case tree.DaysBetween(first=first, last=last):
            return _gap(first.path, last.path)
        case tree.Negative():
            return _calculated("-", lambda _: (0, 1), number(of.of))
        case tree.Arithmetic():
            return _calculated(of.operator, number(of.left), number(of.right))
    raise AssertionError(of)


def _stored(path: str, below: int, fallback: int | None) -> Number:
    def stored(case: Case) -> tuple[int, int] | None:
        known = case.values.get(path)
        if known is None:
            known = fallback
        return None if known is None else (known, below)  # type: ignore[return-value]

    return stored


def _gap(first: str, last: str) -> Number:
    def gap(case: Case) -> tuple[int, int] | None:
        begins, ends = case.values.get(first), case.values.get(last)
        return ((ends - begins).days, 1) if isinstance(begins, date) and isinstance(ends, date) else None

    return gap


def _calculated(how: tree.Operator, left: Number, right: Number) -> Number:
    def calculated(case: Case) -> tuple[int, int] | None:
        one, other = left(case), right(case)
        if one is None or other is None:
            return None
        match how:
            case "+":
                return (one[0] * other[1] + other[0] * one[1], one[1] * other[1])
            case "-":
                return (one[0] * other[1] - other[0] * one[1], one[1] * other[1])
            case "*":
                return (one[0] * other[0], one[1] * other[1])
            case "/":  # by a divisor proved to be above zero
                return (one[0] * other[1], one[1] * other[0])

    return calculated


def missing(test: tree.Test, case: Case) -> tuple[list[str], list[Parameter]]:
    """The facts whose absence leaves the condition unknown, and the parameters that have no figure.

    Only parts that are themselves unknown count: in `a && b` with `a` false, nothing is missing.
    """
    if truth(test, case) is not None:
        return [], []
    if not isinstance(test, tree.Join):
        reads = tree.reads(test)
        facts = [fact.path for fact in reads.needed if case.values.get(fact.path) is None]
        return facts, [parameter for parameter in reads.parameters if case.figures(parameter) is None]
    facts, parameters = [], []
    for kid in tree.kids(test):
        more_facts, more_parameters = missing(kid, case)
        facts += [path for path in more_facts if path not in facts]
        parameters += [parameter for parameter in more_parameters if parameter not in parameters]
    return facts, parameters


def as_tags(stored: Stored) -> Stored:
    """Tags in the form the interpreter reads: a set, whether given as a set or as '|a|b|'."""
    if isinstance(stored, str):
        return frozenset(tag for tag in stored.split("|") if tag)
    return stored


def fits(stored: Stored, kind: FactType, bounds: tuple[int, int]) -> bool:
    """Whether a stored value is of its fact's kind and inside its declared bounds."""
    match kind:
        case FactType.NUM | FactType.MONEY:
            whole = isinstance(stored, int) and not isinstance(stored, bool)
            return whole and bounds[0] <= int(stored) <= bounds[1]  # type: ignore[arg-type]
        case FactType.BOOL:
            return isinstance(stored, bool)
        case FactType.DATE:
            return type_is_date(stored)
        case FactType.TAGS:
            return isinstance(stored, frozenset)
        case FactType.CODE | FactType.TEXT:
            return isinstance(stored, str)


def type_is_date(stored: Stored) -> bool:
    """A date, and not a moment: a datetime would bring a time zone into the rules."""
    return type(stored) is date
