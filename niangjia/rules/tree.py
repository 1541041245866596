"""The checked rule: names resolved, types and units right, nothing yet fixed to a day or to a parameter's value.

This tree is the common ground of both interpreters. `single.py` judges one person by walking it directly;
`lowering.py` turns its comparisons into whole-number conditions for SQL. They share no arithmetic on purpose, so that
each checks the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from niangjia.rules.dates import CountUnit
from niangjia.rules.errors import Span
from niangjia.rules.schema import Fact, Parameter

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
Operator = Literal["+", "-", "*", "/"]
MOST_KEPT = 50_000  # conditions of which is remembered what they read


# --- values ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    value: Fraction | str | date
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Today:
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class FactValue:
    """A number, money, date, code or text fact."""

    fact: Fact
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class FactOr:
    """default(fact, constant): the only way from unknown to a value. The fallback is in the fact's stored form."""

    fact: Fact
    fallback: int | str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ParameterValue:
    parameter: Parameter
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Since:
    """Whole years, months or days from a date fact to the day of judgement; `named` is the derived fact."""

    unit: CountUnit
    fact: Fact
    named: Fact | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DaysBetween:
    first: Fact
    last: Fact
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Negative:
    of: Value
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic:
    operator: Operator
    left: Value
    right: Value
    span: Span


Value = Constant | Today | FactValue | FactOr | ParameterValue | Since | DaysBetween | Negative | Arithmetic


# --- tests ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Always:
    value: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Flag:
    """A true/false fact; a fallback other than None comes from default(fact, constant)."""

    fact: Fact
    fallback: bool | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Has:
    fact: Fact
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class StartsWith:
    fact: Fact
    prefix: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class HasTag:
    fact: Fact
    tag: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AmongNumbers:
    value: Value
    items: frozenset[Fraction]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AmongCodes:
    value: FactValue | FactOr
    items: frozenset[str]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AmongListed:
    """A code looked up in a list parameter."""

    value: FactValue | FactOr
    parameter: Parameter
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CompareNumbers:
    operator: Comparison
    left: Value
    right: Value
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CompareCodes:
    """Two codes or texts, equal or not; a constant always stands on the right."""

    equal: bool
    left: FactValue | FactOr
    right: FactValue | FactOr | Constant
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CompareDates:
    operator: Comparison
    left: Value
    right: Value
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class SameTruth:
    """Two conditions that must agree (or, not equal, differ)."""

    equal: bool
    left: Test
    right: Test
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    of: Test
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class All:
    of: tuple[Test, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    of: tuple[Test, ...]
    span: Span


Leaf = (
    Always | Flag | Has | StartsWith | HasTag
    | AmongNumbers | AmongCodes | AmongListed | CompareNumbers | CompareCodes | CompareDates
)  # fmt: skip
Join = SameTruth | Not | All | Either
Test = Leaf | Join


@dataclass(frozen=True, slots=True)
class Reads:
    """What one leaf reads: facts that can leave it unknown, facts it reads safely, parameters."""

    needed: tuple[Fact, ...]
    optional: tuple[Fact, ...]
    parameters: tuple[Parameter, ...]


def kids(test: Join) -> tuple[Test, ...]:
    """The conditions joined by and, or, not or agreement."""
    match test:
        case Not():
            return (test.of,)
        case SameTruth():
            return (test.left, test.right)
        case All() | Either():
            return test.of


def leaves(test: Test) -> Iterator[Leaf]:
    """Every single condition of the rule, in the order written."""
    if isinstance(test, Join):
        for kid in kids(test):
            yield from leaves(kid)
    else:
        yield test


@lru_cache(maxsize=MOST_KEPT)
def parts(leaf: Leaf) -> tuple[Value, ...]:
    """Every value mentioned in a condition, outermost first."""
    match leaf:
        case CompareNumbers() | CompareCodes() | CompareDates():
            return (*_within(leaf.left), *_within(leaf.right))
        case AmongNumbers() | AmongCodes() | AmongListed():
            return tuple(_within(leaf.value))
        case Always() | Flag() | Has() | StartsWith() | HasTag():
            return ()


@lru_cache(maxsize=MOST_KEPT)
def reads(leaf: Leaf) -> Reads:
    """Which facts and parameters a condition reads, each once, in the order written."""
    needed: dict[str, Fact] = {}
    optional: dict[str, Fact] = {}
    parameters: dict[str, Parameter] = {}
    match leaf:
        case Flag(fact=fact, fallback=None) | StartsWith(fact=fact) | HasTag(fact=fact):
            needed[fact.path] = fact
        case Flag(fact=fact) | Has(fact=fact):
            optional[fact.path] = fact
        case AmongListed():
            parameters[leaf.parameter.path] = leaf.parameter
        case _:
            pass
    for value in parts(leaf):
        match value:
            case FactValue(fact=fact) | Since(fact=fact):
                needed[fact.path] = fact
            case DaysBetween(first=first, last=last):
                needed |= {first.path: first, last.path: last}
            case FactOr(fact=fact):
                optional[fact.path] = fact
            case ParameterValue(parameter=parameter):
                parameters[parameter.path] = parameter
            case _:
                pass
    return Reads(tuple(needed.values()), tuple(optional.values()), tuple(parameters.values()))


def _within(value: Value) -> Iterator[Value]:
    yield value
    match value:
        case Negative():
            yield from _within(value.of)
        case Arithmetic():
            yield from _within(value.left)
            yield from _within(value.right)
        case _:
            return
