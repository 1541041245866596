"""The few SQL expressions the bulk interpreter is built from, each made fresh so that no tree is shared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal, get_args

from sqlglot import ErrorLevel, exp

from niangjia.rules.errors import Place, RuleFault

Dialect = Literal["postgres", "duckdb", "spark"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)


# What the engines have been compared on, and nothing else: sqlglot would write down anything, if need be in words that
# only resemble it. Add a kind of expression here when the tests of equivalence reach it.
COMMON: frozenset[type[exp.Expr]] = frozenset(
    {
        *(exp.Alias, exp.Column, exp.From, exp.Identifier, exp.Join, exp.Paren, exp.Select, exp.Star, exp.Subquery),
        *(exp.Table, exp.TableAlias, exp.Tuple, exp.Values, exp.Where, exp.Boolean, exp.DataType, exp.Literal),
        *(exp.Null, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Is),
        *(exp.Add, exp.Mul, exp.Neg, exp.BitwiseOr, exp.Case, exp.If, exp.Cast, exp.Coalesce),
        *(exp.StrPosition, exp.Substring),
    }
)
WORDS: dict[Dialect, frozenset[type[exp.Expr]]] = {
    "postgres": COMMON | {exp.Sub},
    "duckdb": COMMON | {exp.Sub},
    "spark": COMMON | {exp.DateDiff},
}


class Lacking(RuleFault):
    """A dialect has no words for a part of a rule."""

    def __init__(self, dialect: str, what: str, place: Place | None = None) -> None:
        super().__init__("dialect_lacks", place, dialect=dialect, what=what)
        self.what = what


def written(of: exp.Expr, dialect: Dialect) -> str:
    """The expression as a text of the dialect; a fault when the dialect has no words for it."""
    lacking = {type(part) for part in of.walk()} - WORDS[dialect]
    if lacking:
        raise Lacking(dialect, ", ".join(sorted(kind.__name__ for kind in lacking)))
    sql = of.sql(dialect=dialect, copy=False, unsupported_level=ErrorLevel.RAISE)
    # Spark puts variables, the machine's environment too, wherever a statement says ${…}: even inside a text.
    return sql.replace("${", "\\u0024{") if dialect == "spark" else sql


def column(name: str, table: str | None = None) -> exp.Column:
    identifier = exp.to_identifier(name, quoted=True)
    return exp.Column(this=identifier, table=exp.to_identifier(table, quoted=True) if table else None)


def named(of: exp.Expr, name: str) -> exp.Alias:
    return exp.Alias(this=of, alias=exp.to_identifier(name, quoted=True))


def paren(of: exp.Expr) -> exp.Paren:
    return exp.Paren(this=of)


def cast(of: exp.Expr, kind: Literal["bigint", "boolean", "date", "text"]) -> exp.Cast:
    return exp.Cast(this=of, to=exp.DataType(this=exp.DType[kind.upper()]))


def integer(number: int) -> exp.Expr:
    literal = exp.Literal.number(abs(number))
    return literal if number >= 0 else paren(exp.Neg(this=literal))


def text(of: str) -> exp.Literal:
    return exp.Literal.string(of)


def day(of: date) -> exp.Expr:
    return cast(text(of.isoformat()), "date")


def boolean(value: bool) -> exp.Boolean:
    return exp.Boolean(this=value)


def is_null(of: exp.Expr) -> exp.Expr:
    return exp.Is(this=of, expression=exp.Null())


def coalesce(of: exp.Expr, fallback: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=of, expressions=[fallback])


def case(condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=then)], default=otherwise)


def joined(how: type[exp.Connector], parts: list[exp.Expr], nothing: exp.Expr) -> exp.Expr:
    """Parts in parentheses, joined in pairs so that a long chain stays shallow."""
    parts = [paren(part) for part in parts] if len(parts) > 1 else parts
    while len(parts) > 1:
        pairs = [parts[index : index + 2] for index in range(0, len(parts), 2)]
        parts = [how(this=pair[0], expression=pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0] if parts else nothing


def total(terms: list[exp.Expr]) -> exp.Expr:
    added = terms[0]
    for term in terms[1:]:
        added = exp.Add(this=added, expression=term)
    return added


def days_between(first: exp.Expr, last: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whole days from one date to another; Spark's minus would make an interval of them."""
    if dialect == "spark":
        return exp.DateDiff(this=last, expression=first)
    return paren(exp.Sub(this=last, expression=first))


def bits(masks: list[exp.Expr]) -> exp.Expr:
    together: exp.Expr = paren(masks[0])
    for mask in masks[1:]:
        together = exp.BitwiseOr(this=together, expression=paren(mask))
    return together


def verdict(satisfied: Callable[[], exp.Expr]) -> exp.Expr:
    unknown = is_null(paren(satisfied()))
    return exp.Case(
        ifs=[exp.If(this=paren(satisfied()), true=text("true")), exp.If(this=unknown, true=text("unknown"))],
        default=text("false"),
    )


def mask_if_open(satisfied: exp.Expr, masks: list[exp.Expr]) -> exp.Expr:
    together = cast(paren(bits(masks)) if masks else integer(0), "bigint")
    return case(is_null(paren(satisfied)), together, cast(integer(0), "bigint"))
