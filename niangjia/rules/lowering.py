"""Checked tree to whole-number conditions for one day: decimals multiplied out, divisions crossed, ages made dates.

What must hold is proved from declared bounds, when the rule is saved: a divisor is above zero, no product leaves 64
bits, an age is compared with a constant only. A rule that cannot be proved is refused; there is no other way to run it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Protocol

from niangjia.rules import ir, polynomial, tree
from niangjia.rules.dates import latest_date_with
from niangjia.rules.errors import Source, Span
from niangjia.rules.polynomial import Polynomial
from niangjia.rules.schema import Fact, FactType, Parameter, Scope, Stored

INT_LIMIT = 2**62
MOST_DAYS = date.max.toordinal()
MIRRORED: dict[tree.Comparison, tree.Comparison] = {
    "<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=",
}  # fmt: skip


class Bindings(Protocol):
    """Where lowering gets parameters: one value for the nation, or a column of the table of places."""

    def national(self, parameter: Parameter) -> Stored: ...

    def has_column(self, parameter: Parameter) -> bool: ...


class NoFigure(Exception):
    """A parameter has no figure on this day: the condition is unknown for everybody."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """top / bottom with bottom above zero, and every variable mentioned on the way."""

    top: Polynomial
    bottom: Polynomial
    used: frozenset[ir.Variable]


ONE: Polynomial = {(): Fraction(1)}


class Lowering:
    """Lowers the conditions of one rule for one day."""

    def __init__(self, source: Source, as_of: date, bindings: Bindings, *, refuse_cancelled: bool = False) -> None:
        self.source = source
        self.as_of = as_of
        self.bindings = bindings
        self.refuse_cancelled = refuse_cancelled
        self.bounds: dict[ir.Variable, tuple[int, int]] = {}

    def condition(self, test: tree.Test) -> ir.Condition:
        """The whole-number form of a condition."""
        match test:
            case tree.All():
                return ir.And(tuple(self.condition(part) for part in test.of))
            case tree.Either():
                return ir.Or(tuple(self.condition(part) for part in test.of))
            case tree.Not():
                return ir.Not(self.condition(test.of))
            case tree.SameTruth():
                return ir.Same(test.equal, self.condition(test.left), self.condition(test.right))
        try:
            return self.leaf(test)
        except NoFigure:
            return ir.Unknown()
        except polynomial.TooManyTerms:
            raise self.source.fault("too_complex", test.span) from None

    def leaf(self, leaf: tree.Leaf) -> ir.Condition:
        match leaf:
            case tree.Always():
                return ir.Known(leaf.value)
            case tree.Flag():
                return ir.Truth(leaf.fact.column, leaf.fallback)
            case tree.Has():
                return ir.IsKnown(leaf.fact.column)
            case tree.StartsWith():
                return ir.Prefix(leaf.fact.column, leaf.prefix)
            case tree.HasTag():
                return ir.Tag(leaf.fact.column, leaf.tag)
            case tree.AmongCodes():
                return ir.CodeAmong(_text_column(leaf.value), tuple(sorted(leaf.items)))
            case tree.AmongListed():
                return self.among_listed(leaf)
            case tree.AmongNumbers():
                return self.among_numbers(leaf)
            case tree.CompareCodes():
                other = leaf.right
                right = str(other.value) if isinstance(other, tree.Constant) else _text_column(other)
                return ir.CodeIs(leaf.equal, _text_column(leaf.left), right)
            case tree.CompareDates():
                return self.compare_dates(leaf)
            case tree.CompareNumbers():
                difference = self.difference(leaf)
                return self.compare(leaf.span, leaf.operator, difference.top, difference.used)

    # --- codes and dates --------------------------------------------------------------------------------------------

    def among_listed(self, leaf: tree.AmongListed) -> ir.Condition:
        codes = self.national(leaf.parameter)
        assert isinstance(codes, tuple)
        code = _text_column(leaf.value)
        if codes:
            return ir.CodeAmong(code, tuple(sorted(set(codes))))
        return _guarded(() if code.fallback is not None else (code.name,), ir.Known(False))

    def compare_dates(self, leaf: tree.CompareDates) -> ir.Condition:
        left, right, operator = self.date_side(leaf.left), self.date_side(leaf.right), leaf.operator
        if isinstance(left, date):
            if isinstance(right, date):
                return ir.Known(_holds(operator, (left - right).days))
            left, right, operator = right, left, MIRRORED[operator]
        if isinstance(right, date):
            return ir.DateLimit(left, operator, right)
        return ir.DateOrder(left, operator, right)

    def date_side(self, side: tree.Value) -> date | str:
        """A day, or the column that holds one."""
        match side:
            case tree.Constant(value=date() as day):
                return day
            case tree.Today():
                return self.as_of
            case tree.FactValue(fact=fact):
                return fact.column
            case tree.ParameterValue(parameter=parameter) if parameter.scope is Scope.REGION:
                return self.place_column(parameter)
            case tree.ParameterValue(parameter=parameter):
                figure = self.national(parameter)
                assert isinstance(figure, date)
                return figure
        raise AssertionError(side)

    def national(self, parameter: Parameter) -> Stored:
        stored = self.bindings.national(parameter)
        if stored is None:
            raise NoFigure
        return stored

    def place_column(self, parameter: Parameter) -> str:
        if not self.bindings.has_column(parameter):
            raise NoFigure
        return parameter.column

    # --- numbers ----------------------------------------------------------------------------------------------------

    def difference(self, leaf: tree.CompareNumbers) -> Ratio:
        """left − right; both denominators are above zero, so the sign is that of the top alone."""
        left, right = self.ratio(leaf.left), self.ratio(leaf.right)
        return _sum(left, right, -1)

    def ratio(self, value: tree.Value) -> Ratio:
        match value:
            case tree.Constant(value=Fraction() as number):
                return Ratio(polynomial.constant(number), ONE, frozenset())
            case tree.FactValue(fact=fact):
                return self.variable(ir.Column(fact.column), fact.scale, fact.bounds)
            case tree.FactOr(fact=fact, fallback=int() as fallback):
                return self.variable(ir.Column(fact.column, fallback), fact.scale, fact.bounds)
            case tree.ParameterValue(parameter=parameter):
                return self.parameter(parameter)
            case tree.Since():
                return self.variable(ir.Elapsed(value.unit, value.fact.column), 0, (-MOST_DAYS, MOST_DAYS))
            case tree.DaysBetween():
                return self.variable(ir.Gap(value.first.column, value.last.column), 0, (-MOST_DAYS, MOST_DAYS))
            case tree.Negative():
                of = self.ratio(value.of)
                return Ratio(polynomial.add({}, of.top, -1), of.bottom, of.used)
            case tree.Arithmetic():
                return self.arithmetic(value)
        raise AssertionError(value)

    def variable(self, of: ir.Variable, scale: int, bounds: tuple[int, int]) -> Ratio:
        self.bounds[of] = bounds
        return Ratio(polynomial.variable(of, scale), ONE, frozenset({of}))

    def parameter(self, parameter: Parameter) -> Ratio:
        if parameter.scope is Scope.REGION:
            return self.variable(ir.Column(self.place_column(parameter)), parameter.scale, parameter.bounds)
        stored = self.national(parameter)
        assert isinstance(stored, int)
        return Ratio(polynomial.constant(Fraction(stored, 10**parameter.scale)), ONE, frozenset())

    def arithmetic(self, value: tree.Arithmetic) -> Ratio:
        left, right = self.ratio(value.left), self.ratio(value.right)
        used = left.used | right.used
        match value.operator:
            case "+":
                return _sum(left, right, 1)
            case "-":
                return _sum(left, right, -1)
            case "*":
                top = polynomial.multiply(left.top, right.top)
                return Ratio(top, polynomial.multiply(left.bottom, right.bottom), used)
            case "/":
                if polynomial.span(right.top, self.bounds)[0] <= 0:
                    raise self.source.fault("division", value.right.span)
                top = polynomial.multiply(left.top, right.bottom)
                return Ratio(top, polynomial.multiply(left.bottom, right.top), used)

    def among_numbers(self, leaf: tree.AmongNumbers) -> ir.Condition:
        ratio = self.ratio(leaf.value)
        answers = [
            self.compare(leaf.span, "==", polynomial.add(ratio.top, ratio.bottom, -item), ratio.used)
            for item in sorted(leaf.items)
        ]
        plain = [answer for answer in answers if isinstance(answer, ir.Linear) and _lone_variable(answer)]
        if plain and len(plain) == len(answers) and len({answer.terms for answer in plain}) == 1:
            variable = plain[0].terms[0][1][0]
            assert not isinstance(variable, ir.Elapsed)
            return ir.NumberAmong(variable, tuple(answer.limit for answer in plain))
        return answers[0] if len(answers) == 1 else ir.Or(tuple(answers))

    def compare(
        self, span: Span, operator: tree.Comparison, top: Polynomial, used: frozenset[ir.Variable]
    ) -> ir.Condition:
        """`top operator 0` as a whole-number condition; a variable that fell out still has to be known."""
        gone = used - polynomial.variables(top)
        if gone and self.refuse_cancelled:
            raise self.source.fault("cancels", span)
        limit = -top.get((), Fraction(0))
        terms = {product: coefficient for product, coefficient in top.items() if product}
        if not terms:
            answer: ir.Condition = ir.Known(_holds(operator, -limit))
        elif len(terms) == 1 and len(next(iter(terms))) == 1:
            answer = self.compare_one(operator, terms, limit)
        else:
            answer = self.compare_many(span, operator, terms, limit)
        return _guarded(_columns(gone), answer)

    def compare_one(self, operator: tree.Comparison, terms: Polynomial, limit: Fraction) -> ir.Condition:
        """coefficient × variable against a limit, as variable against a whole number: an index can be used."""
        ((product, coefficient),) = terms.items()
        variable = product[0]
        limit /= coefficient
        if coefficient < 0:
            operator = MIRRORED[operator]
        if operator in ("==", "!=") and limit.denominator != 1:
            return _guarded(_columns({variable}), ir.Known(operator == "!="))
        whole = ceil(limit) if operator in ("<", ">=") else floor(limit)
        if isinstance(variable, ir.Elapsed):
            return self.elapsed(variable, operator, whole)
        if abs(whole) >= INT_LIMIT:
            return _guarded(_columns({variable}), ir.Known(_holds(operator, -whole)))
        return ir.Linear(((1, (variable,)),), operator, whole)

    def compare_many(self, span: Span, operator: tree.Comparison, terms: Polynomial, limit: Fraction) -> ir.Condition:
        if any(isinstance(each, ir.Elapsed) for each in polynomial.variables(terms)):
            raise self.source.fault("age_mixed", span)
        common = lcm(limit.denominator, *(coefficient.denominator for coefficient in terms.values()))
        whole = sorted(((int(coefficient * common), product) for product, coefficient in terms.items()), key=repr)
        divisor = gcd(*(coefficient for coefficient, _ in whole))
        limit = limit * common / divisor
        whole = [(coefficient // divisor, product) for coefficient, product in whole]
        if operator in ("==", "!=") and limit.denominator != 1:
            return _guarded(_columns(polynomial.variables(terms)), ir.Known(operator == "!="))
        bound = ceil(limit) if operator in ("<", ">=") else floor(limit)
        if sum(coefficient < 0 for coefficient, _ in whole) * 2 > len(whole):
            whole = [(-coefficient, product) for coefficient, product in whole]
            bound, operator = -bound, MIRRORED[operator]
        self.refuse_overflow(span, whole, bound)
        return ir.Linear(tuple(whole), operator, bound)

    def refuse_overflow(self, span: Span, terms: Iterable[ir.Term], limit: int) -> None:
        total = abs(limit)
        for coefficient, product in terms:
            largest = abs(coefficient)
            for each in product:
                largest *= max(1, *(abs(bound) for bound in self.bounds[each]))
            total += largest
        if total >= INT_LIMIT:
            raise self.source.fault("overflow", span)

    def elapsed(self, variable: ir.Elapsed, operator: tree.Comparison, count: int) -> ir.Condition:
        """So many years, months or days since a date, as a limit on that date."""
        match operator:
            case "==":
                return ir.And((self.elapsed(variable, ">=", count), self.elapsed(variable, "<=", count)))
            case "!=":
                return ir.Or((self.elapsed(variable, "<", count), self.elapsed(variable, ">", count)))
            case ">":
                operator, count = ">=", count + 1
            case "<=":
                operator, count = "<", count + 1
        try:
            latest = latest_date_with(variable.unit, count, self.as_of)
        except OverflowError:
            return _guarded((variable.name,), ir.Known((count < 0) == (operator == ">=")))
        return ir.DateLimit(variable.name, "<=" if operator == ">=" else ">", latest)


@dataclass(frozen=True, slots=True)
class Sample:
    """Stands in for real figures while a rule is proved: every parameter at one end of its declared bounds."""

    largest: bool

    def national(self, parameter: Parameter) -> Stored:
        if parameter.type is FactType.DATE:
            return date(2000, 1, 1)
        if parameter.type is FactType.TAGS:
            return ("code",)
        low, high = parameter.bounds
        if not self.largest:
            return low
        # A figure that shares no factor with ten keeps every decimal place, so the products are as large as they get.
        return next((figure for figure in range(high, max(low, high - 10), -1) if gcd(figure, 10) == 1), high)

    def has_column(self, parameter: Parameter) -> bool:
        return True


def prove(source: Source, test: tree.Test) -> None:
    """Refuse a rule that could not be judged alike by every interpreter for every figure inside the declared bounds."""
    some_day = date(2000, 2, 29)
    Lowering(source, some_day, Sample(largest=True), refuse_cancelled=True).condition(test)
    Lowering(source, some_day, Sample(largest=False)).condition(test)


def needed_columns(variable: ir.Variable) -> tuple[str, ...]:
    """The columns that must be known for the variable to be."""
    match variable:
        case ir.Gap():
            return (variable.first, variable.last)
        case ir.Column(fallback=int()):
            return ()
        case ir.Column() | ir.Elapsed():
            return (variable.name,)


def _sum(left: Ratio, right: Ratio, times: int) -> Ratio:
    used = left.used | right.used
    if left.bottom == right.bottom:
        return Ratio(polynomial.add(left.top, right.top, times), left.bottom, used)
    crossed = polynomial.multiply(right.top, left.bottom)
    top = polynomial.add(polynomial.multiply(left.top, right.bottom), crossed, times)
    return Ratio(top, polynomial.multiply(left.bottom, right.bottom), used)


def _text_column(value: tree.FactValue | tree.FactOr) -> ir.TextColumn:
    fact: Fact = value.fact
    return ir.TextColumn(fact.column, str(value.fallback) if isinstance(value, tree.FactOr) else None)


def _columns(variables: Iterable[ir.Variable]) -> tuple[str, ...]:
    return tuple(sorted({column for each in variables for column in needed_columns(each)}))


def _guarded(columns: tuple[str, ...], condition: ir.Condition) -> ir.Condition:
    return ir.Guarded(columns, condition) if columns else condition


def _lone_variable(linear: ir.Linear) -> bool:
    return len(linear.terms) == 1 and len(linear.terms[0][1]) == 1 and linear.terms[0][0] == 1


def _holds(operator: tree.Comparison, difference: Fraction | int) -> bool:
    """Whether `difference operator 0` is so."""
    match operator:
        case "==":
            return difference == 0
        case "!=":
            return difference != 0
        case "<":
            return difference < 0
        case "<=":
            return difference <= 0
        case ">":
            return difference > 0
        case ">=":
            return difference >= 0
