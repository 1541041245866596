"""Sums of products with exact coefficients: the algebra that removes decimals and divisions from a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from niangjia.rules.ir import Variable

Product = tuple[Variable, ...]
Polynomial = dict[Product, Fraction]
Bounds = Mapping[Variable, tuple[int, int]]
MAX_TERMS = 300


class TooManyTerms(ArithmeticError):
    """Multiplying out would give more terms than any rule needs."""


def constant(number: Fraction) -> Polynomial:
    return {(): number} if number else {}


def variable(of: Variable, scale: int = 0) -> Polynomial:
    return {(of,): Fraction(1, 10**scale)}


def add(left: Polynomial, right: Polynomial, times: int | Fraction = 1) -> Polynomial:
    """left + times × right."""
    total = dict(left)
    for product, coefficient in right.items():
        total[product] = total.get(product, Fraction(0)) + times * coefficient
    return {product: coefficient for product, coefficient in total.items() if coefficient}


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > MAX_TERMS:
        raise TooManyTerms
    total: Polynomial = {}
    for one, first in left.items():
        for other, second in right.items():
            product = tuple(sorted(one + other, key=repr))
            total[product] = total.get(product, Fraction(0)) + first * second
    return {product: coefficient for product, coefficient in total.items() if coefficient}


def variables(of: Polynomial) -> frozenset[Variable]:
    return frozenset(each for product in of for each in product)


def span(of: Polynomial, bounds: Bounds) -> tuple[Fraction, Fraction]:
    """The least and greatest value the sum can take inside the bounds of its variables (never too narrow)."""
    lowest = highest = Fraction(0)
    for product, coefficient in of.items():
        low = high = coefficient
        for each in product:
            corners = [low * bounds[each][0], low * bounds[each][1], high * bounds[each][0], high * bounds[each][1]]
            low, high = min(corners), max(corners)
        lowest, highest = lowest + low, highest + high
    return lowest, highest
