"""One person judged: the checked tree walked directly with exact fractions and the real calendar.

Unknown is None and follows Kleene's logic: a comparison with an unknown part is unknown; "and" is false as soon as one
part is false, "or" true as soon as one is true, and otherwise unknown wins.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
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
Figures = Callable[[Parameter], Figure | None]
Number = int | Fraction


class Case:
    """One person on one day: known values by fact path (stale ones already left out) and the figures in force."""

    __slots__ = ("as_of", "figures", "values")

    def __init__(self, values: Mapping[str, Stored], as_of: date, figures: Figures) -> None:
        self.values = values
        self.as_of = as_of
        self.figures = figures


def truth(test: tree.Test, case: Case) -> bool | None:
    """True, False, or None when the facts do not say."""
    match test:
        case tree.CompareNumbers() | tree.CompareDates():
            left, right = value(test.left, case), value(test.right, case)
            return None if left is None or right is None else COMPARE[test.operator](left, right)
        case tree.All():
            return _all(test, case)
        case tree.Either():
            return _either(test, case)
        case tree.Flag():
            known = case.values.get(test.fact.path)
            return test.fallback if known is None else bool(known)
        case tree.CompareCodes():
            left, right = value(test.left, case), value(test.right, case)
            return None if left is None or right is None else (left == right) is test.equal
        case tree.AmongCodes() | tree.AmongNumbers():
            item = value(test.value, case)
            return None if item is None else item in test.items
        case tree.Not():
            of = truth(test.of, case)
            return None if of is None else not of
        case _:
            return _rarer_truth(test, case)


def _rarer_truth(test: tree.Test, case: Case) -> bool | None:
    match test:
        case tree.Has():
            return case.values.get(test.fact.path) is not None
        case tree.StartsWith():
            text = case.values.get(test.fact.path)
            return None if text is None else str(text).startswith(test.prefix)
        case tree.HasTag():
            tags = case.values.get(test.fact.path)
            return test.tag in tags if isinstance(tags, frozenset) else None
        case tree.AmongListed():
            code, figure = value(test.value, case), case.figures(test.parameter)
            if code is None or figure is None:
                return None
            assert isinstance(figure.value, tuple)
            return code in figure.value
        case tree.SameTruth():
            left, right = truth(test.left, case), truth(test.right, case)
            return None if left is None or right is None else (left is right) is test.equal
        case tree.Always():
            return test.value
    raise AssertionError(test)


def _all(test: tree.All, case: Case) -> bool | None:
    result: bool | None = True
    for part in test.of:
        of = truth(part, case)
        if of is False:
            return False
        if of is None:
            result = None
    return result


def _either(test: tree.Either, case: Case) -> bool | None:
    result: bool | None = False
    for part in test.of:
        of = truth(part, case)
        if of is True:
            return True
        if of is None:
            result = None
    return result


def value(of: tree.Value, case: Case) -> Number | str | date | None:
    """The exact value of an expression, in yuan where it is money, or None when something in it is unknown."""
    match of:
        case tree.Constant():
            return of.value
        case tree.FactValue():
            return _scaled(case.values.get(of.fact.path), of.fact.scale)
        case tree.ParameterValue():
            figure = case.figures(of.parameter)
            return None if figure is None else _scaled(figure.value, of.parameter.scale)
        case tree.Since():
            day = case.values.get(of.fact.path)
            return whole_units(of.unit, day, case.as_of) if isinstance(day, date) else None
        case tree.Arithmetic():
            return _arithmetic(of, case)
        case tree.FactOr():
            known = case.values.get(of.fact.path)
            return _scaled(of.fallback if known is None else known, of.fact.scale)
        case tree.Negative():
            number = _number(of.of, case)
            return None if number is None else -number
        case tree.Today():
            return case.as_of
        case tree.DaysBetween():
            first, last = case.values.get(of.first.path), case.values.get(of.last.path)
            return (last - first).days if isinstance(first, date) and isinstance(last, date) else None


def _arithmetic(of: tree.Arithmetic, case: Case) -> Number | None:
    left, right = _number(of.left, case), _number(of.right, case)
    if left is None or right is None:
        return None
    match of.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return Fraction(left) / right


def _number(of: tree.Value, case: Case) -> Number | None:
    number = value(of, case)
    assert number is None or isinstance(number, int | Fraction)
    return number


def _scaled(stored: Stored, scale: int) -> Number | str | date | None:
    if scale and isinstance(stored, int):
        return Fraction(stored, 10**scale)
    assert stored is None or isinstance(stored, int | str | date)
    return stored


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
