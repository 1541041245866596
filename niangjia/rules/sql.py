"""A whole population at once: the same clauses as SQL expressions for PostgreSQL and DuckDB.

Every clause becomes a boolean that is NULL when unknown; SQL's own three-valued logic does the rest, and nothing wraps
an unknown into a no. `query` puts them together: one row per person with the verdict of each clause, the overall
verdict, and for open cases a bit mask of what is missing, so that those who are one fact away can be grouped.

The fact table has one row per person and a column per fact (BIGINT for numbers and fen, BOOLEAN, DATE, TEXT; tags as
'|a|b|'). Figures that differ by place come from a table made of `ParameterStore.snapshot`, joined on the division code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, assert_never

from sqlglot import exp

from niangjia.rules import ir, tree
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.errors import RuleFault
from niangjia.rules.lowering import Lowering
from niangjia.rules.parameters import InForce, ParameterStore, RegionTable
from niangjia.rules.schema import Fact, Parameter, Scope, Stored

Dialect = Literal["postgres", "duckdb"]
DIALECTS: tuple[Dialect, ...] = ("postgres", "duckdb")
REGION_TABLE = "region_parameters"
REGION_COLUMN = "region_code"
MOST_BITS = 62
COMPARE: Mapping[str, type[exp.Binary]] = {
    "==": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


@dataclass(frozen=True)
class VerdictSql:
    """The expressions of one set of clauses for one day, and the query that puts them together."""

    clauses: Mapping[str, str]  # key -> boolean, TRUE when the clause is satisfied, NULL when unknown
    verdict: str  # 'true' | 'false' | 'unknown'
    missing: str  # bit mask over missing_paths; 0 unless the verdict is 'unknown'
    missing_paths: tuple[str, ...]
    uncovered: str  # TRUE for a person whose place has no row in the table of places
    dialect: Dialect
    _parts: _Parts

    def query(self, source: str, keys: Sequence[str], region_table: str = REGION_TABLE) -> str:
        """SELECT keys, one column "c_<key>" per clause, verdict, missing, uncovered — one row per row of the source."""
        parts = self._parts
        names = list(self.clauses)
        inner = exp.select(
            *(_column(key, parts.alias).as_(key, quoted=True) for key in keys),
            *(parts.clauses[name].copy().as_(f"c_{name}", quoted=True) for name in names),
            *(parts.masks[name].copy().as_(f"m_{name}", quoted=True) for name in names),
            parts.uncovered.copy().as_("uncovered", quoted=True),
        ).from_(exp.to_table(source, dialect=self.dialect).as_(parts.alias, quoted=True))
        if parts.place is not None:
            on = exp.EQ(this=_column(REGION_COLUMN, parts.region_alias), expression=parts.place.copy())
            table = exp.to_table(region_table, dialect=self.dialect).as_(parts.region_alias, quoted=True)
            inner = inner.join(table, on=on, join_type="left")
        satisfied = _joined(exp.And, [_column(f"c_{name}") for name in names]) or _boolean(True)
        masks = [_column(f"m_{name}") for name in names]
        outer = exp.select(
            *(_column(name) for name in [*keys, *(f"c_{name}" for name in names)]),
            _verdict(satisfied).as_("verdict", quoted=True),
            _mask_if_open(satisfied, masks).as_("missing", quoted=True),
            _column("uncovered"),
        ).from_(inner.subquery("judged"))
        return outer.sql(dialect=self.dialect)

    def bit(self, path: str) -> int:
        """The mask of a person for whom this is the only thing missing."""
        return 1 << self.missing_paths.index(path)

    def paths_in(self, mask: int) -> tuple[str, ...]:
        """The paths a mask stands for."""
        return tuple(path for index, path in enumerate(self.missing_paths) if mask >> index & 1)


@dataclass(frozen=True)
class _Parts:
    clauses: Mapping[str, exp.Expr]
    masks: Mapping[str, exp.Expr]
    uncovered: exp.Expr
    place: exp.Expr | None
    alias: str
    region_alias: str


def select_verdicts(
    clauses: ClauseSet,
    *,
    as_of: date,
    parameters: ParameterStore,
    dialect: Dialect,
    source_alias: str = "f",
    region_path: str | None = None,
    region_alias: str = "r",
) -> VerdictSql:
    """The clauses as SQL for one day and the figures then in force; refuses a dialect or a set it cannot answer for."""
    if dialect not in DIALECTS:
        raise RuleFault("dialect", name=str(dialect), known=", ".join(DIALECTS))
    place = clauses.place_fact(region_path)
    parameters.require_fit(clauses.parameters)
    writer = _Writer(clauses, as_of, parameters, source_alias, region_alias, place)
    conditions = {clause.key: writer.clause(clause) for clause in clauses.clauses}
    masks = {clause.key: writer.mask(clause) for clause in clauses.clauses}
    satisfied = _joined(exp.And, list(conditions.values())) or _boolean(True)
    parts = _Parts(conditions, masks, writer.uncovered(), writer.join_place, source_alias, region_alias)
    return VerdictSql(
        clauses={key: condition.sql(dialect=dialect) for key, condition in conditions.items()},
        verdict=_verdict(satisfied).sql(dialect=dialect),
        missing=_mask_if_open(satisfied, list(masks.values())).sql(dialect=dialect),
        missing_paths=writer.missing_paths,
        uncovered=parts.uncovered.sql(dialect=dialect),
        dialect=dialect,
        _parts=parts,
    )


def region_table_sql(table: RegionTable, dialect: Dialect) -> str:
    """The table of places as a SELECT, to create a temporary table or a view from."""

    def cell(column: str, value: Stored) -> exp.Expr:
        if column == REGION_COLUMN:
            return exp.cast(_text(str(value)), "text")
        if isinstance(value, int):
            return exp.cast(_integer(value), "bigint")
        kind = "date" if column in table.date_columns else "bigint"
        return exp.cast(_text(value.isoformat()) if isinstance(value, date) else exp.Null(), kind)

    def row(values: Iterable[Stored]) -> exp.Tuple:
        return exp.Tuple(expressions=[cell(column, value) for column, value in zip(table.columns, values, strict=True)])

    rows = [row(values) for values in table.rows] or [row([None] * len(table.columns))]
    columns = [exp.to_identifier(column, quoted=True) for column in table.columns]
    alias = exp.TableAlias(this=exp.to_identifier("place"), columns=columns)
    select = exp.select("*").from_(exp.Values(expressions=rows, alias=alias))
    return (select if table.rows else select.where(exp.false())).sql(dialect=dialect)


class _Writer:
    """Turns the conditions of one set of clauses into SQL expressions over the fact table and the table of places."""

    def __init__(
        self,
        clauses: ClauseSet,
        as_of: date,
        store: ParameterStore,
        alias: str,
        region_alias: str,
        place: Fact | None,
    ) -> None:
        self.as_of = as_of
        self.bindings = InForce(store, as_of)
        self.alias = alias
        self.region_alias = region_alias
        self.place = place if clauses.is_regional else None
        self.place_columns = {parameter.column for parameter in clauses.parameters if parameter.scope is Scope.REGION}
        facts = [*clauses.facts, *([self.place] if self.place else [])]
        self.stamped = {fact.column: fact for fact in facts if fact.stamp_column}
        paths = dict.fromkeys([*(fact.path for fact in facts), *(each.path for each in clauses.parameters)])
        self.missing_paths = tuple(paths)
        if len(self.missing_paths) > MOST_BITS:
            raise RuleFault("too_many_facts", count=len(self.missing_paths), limit=MOST_BITS)

    # --- clauses ----------------------------------------------------------------------------------------------------

    def clause(self, clause: CompiledClause) -> exp.Expr:
        condition = self.condition(self.lower(clause)(clause.test))
        return exp.Not(this=exp.paren(condition, copy=False)) if clause.excludes else condition

    def lower(self, clause: CompiledClause) -> Callable[[tree.Test], ir.Condition]:
        return Lowering(clause.source, self.as_of, self.bindings).condition

    def mask(self, clause: CompiledClause) -> exp.Expr:
        return self.missing(clause, clause.test) or _integer(0)

    def missing(self, clause: CompiledClause, test: tree.Test) -> exp.Expr | None:
        """The bits of what is missing in a condition; only parts that are themselves unknown count."""
        if not isinstance(test, tree.Join):
            return self.leaf_missing(test)
        masks = [mask for kid in tree.kids(test) if (mask := self.missing(clause, kid)) is not None]
        if not masks or isinstance(test, tree.Not):
            return masks[0] if masks else None
        unknown = _is_null(exp.paren(self.condition(self.lower(clause)(test)), copy=False))
        return _case(unknown, _bits(masks), _integer(0))

    def leaf_missing(self, leaf: tree.Leaf) -> exp.Expr | None:
        reads = tree.reads(leaf)
        masks = [_case(_is_null(self.column(fact.column)), self.bit(fact.path), _integer(0)) for fact in reads.needed]
        masks += [mask for parameter in reads.parameters if (mask := self.figure_missing(parameter)) is not None]
        return _bits(masks) if masks else None

    def figure_missing(self, parameter: Parameter) -> exp.Expr | None:
        """A national figure is there for all or for none; a regional one is missing with the place or in the place."""
        if parameter.scope is Scope.NATION:
            return self.bit(parameter.path) if self.bindings.national(parameter) is None else None
        assert self.place is not None
        none_set = self.bit(parameter.path)
        if self.bindings.has_column(parameter):
            none_set = _case(_is_null(self.column(parameter.column)), none_set, _integer(0))
        return _case(_is_null(self.column(self.place.column)), self.bit(self.place.path), none_set)

    def bit(self, path: str) -> exp.Expr:
        return _integer(1 << self.missing_paths.index(path))

    @property
    def join_place(self) -> exp.Expr | None:
        return self.column(self.place.column) if self.place else None

    def uncovered(self) -> exp.Expr:
        if self.place is None:
            return _boolean(False)
        known = exp.Not(this=_is_null(self.column(self.place.column)))
        return exp.paren(exp.And(this=known, expression=_is_null(_column(REGION_COLUMN, self.region_alias))))

    # --- conditions -------------------------------------------------------------------------------------------------

    def condition(self, of: ir.Condition) -> exp.Expr:
        match of:
            case ir.And():
                return _joined(exp.And, [self.condition(part) for part in of.of]) or _boolean(True)
            case ir.Or():
                return _joined(exp.Or, [self.condition(part) for part in of.of]) or _boolean(False)
            case ir.Not():
                return exp.Not(this=exp.paren(self.condition(of.of), copy=False))
            case ir.Same():
                left, right = (exp.paren(self.condition(side), copy=False) for side in (of.left, of.right))
                return (exp.EQ if of.equal else exp.NEQ)(this=left, expression=right)
            case ir.Known():
                return _boolean(of.value)
            case ir.Unknown():
                return exp.cast(exp.Null(), "boolean")
            case ir.Guarded():
                unknown = _joined(exp.Or, [_is_null(self.column(column)) for column in of.columns])
                assert unknown is not None
                return _case(unknown, exp.cast(exp.Null(), "boolean"), self.condition(of.of))
            case _:
                return self.single_condition(of)

    def single_condition(
        self,
        of: ir.Linear | ir.NumberAmong | ir.CodeAmong | ir.CodeIs | ir.DateLimit | ir.DateOrder
        | ir.Prefix | ir.Tag | ir.Truth | ir.IsKnown,
    ) -> exp.Expr:  # fmt: skip
        match of:
            case ir.Linear():
                return self.linear(of)
            case ir.NumberAmong():
                return exp.In(this=self.number(of.variable), expressions=[_integer(item) for item in of.items])
            case ir.CodeAmong():
                return exp.In(this=self.text(of.code), expressions=[_text(item) for item in of.items])
            case ir.CodeIs():
                other = _text(of.other) if isinstance(of.other, str) else self.text(of.other)
                return (exp.EQ if of.equal else exp.NEQ)(this=self.text(of.code), expression=other)
            case ir.DateLimit():
                return COMPARE[of.operator](this=self.column(of.column), expression=_date(of.limit))
            case ir.DateOrder():
                return COMPARE[of.operator](this=self.column(of.column), expression=self.column(of.other))
            case ir.Prefix():
                start = exp.Substring(this=self.column(of.column), start=_integer(1), length=_integer(len(of.prefix)))
                return exp.EQ(this=start, expression=_text(of.prefix))
            case ir.Tag():
                position = exp.StrPosition(this=self.column(of.column), substr=_text(f"|{of.tag}|"))
                return exp.GT(this=position, expression=_integer(0))
            case ir.Truth():
                column = self.column(of.column)
                return column if of.fallback is None else _coalesce(column, _boolean(of.fallback))
            case ir.IsKnown():
                return exp.Not(this=_is_null(self.column(of.column)))
            case _:
                assert_never(of)

    def linear(self, of: ir.Linear) -> exp.Expr:
        """Positive terms on the left, the others on the right: nothing is subtracted, so nothing can go below."""
        ((coefficient, product), *more) = of.terms
        if not more and coefficient == 1 and len(product) == 1:
            return COMPARE[of.operator](this=self.number(product[0]), expression=_integer(of.limit))
        left = [self.term(coefficient, product) for coefficient, product in of.terms if coefficient > 0]
        right = [self.term(-coefficient, product) for coefficient, product in of.terms if coefficient < 0]
        if of.limit or not right:
            right.append(_integer(of.limit))
        return COMPARE[of.operator](this=_sum(left or [_integer(0)]), expression=_sum(right))

    def term(self, coefficient: int, product: tuple[ir.Variable, ...]) -> exp.Expr:
        term: exp.Expr | None = None if coefficient == 1 else _integer(coefficient)
        for each in product:
            factor = exp.cast(self.number(each), "bigint")
            term = factor if term is None else exp.Mul(this=term, expression=factor)
        assert term is not None
        return term

    def number(self, variable: ir.Variable) -> exp.Expr:
        match variable:
            case ir.Column():
                column = self.column(variable.name)
                return column if variable.fallback is None else _coalesce(column, _integer(variable.fallback))
            case ir.Gap():
                difference = exp.Sub(this=self.column(variable.last), expression=self.column(variable.first))
                return exp.paren(difference, copy=False)
            case ir.Elapsed():
                raise AssertionError(variable)  # lowering has made it a limit on a date

    def text(self, of: ir.TextColumn) -> exp.Expr:
        column = self.column(of.name)
        return column if of.fallback is None else _coalesce(column, _text(of.fallback))

    def column(self, name: str) -> exp.Expr:
        """The column as a rule may see it: a value past its fresh days reads as NULL."""
        if name in self.place_columns:
            return _column(name, self.region_alias)
        fact = self.stamped.get(name)
        if fact is None or fact.fresh_days is None:
            return _column(name, self.alias)
        oldest = _date(self.as_of - timedelta(days=fact.fresh_days))
        stale = exp.LT(this=_column(fact.stamp_column, self.alias), expression=oldest)
        return _case(stale, exp.Null(), _column(name, self.alias))


# --- expressions ----------------------------------------------------------------------------------------------------


def _column(name: str, table: str | None = None) -> exp.Column:
    identifier = exp.to_identifier(name, quoted=True)
    return exp.Column(this=identifier, table=exp.to_identifier(table, quoted=True) if table else None)


def _integer(number: int) -> exp.Expr:
    literal = exp.Literal.number(abs(number))
    return literal if number >= 0 else exp.paren(exp.Neg(this=literal), copy=False)


def _text(text: str) -> exp.Literal:
    return exp.Literal.string(text)


def _date(day: date) -> exp.Expr:
    return exp.cast(_text(day.isoformat()), "date")


def _boolean(value: bool) -> exp.Boolean:
    return exp.Boolean(this=value)


def _is_null(of: exp.Expr) -> exp.Expr:
    return exp.Is(this=of, expression=exp.Null())


def _coalesce(of: exp.Expr, fallback: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=of, expressions=[fallback])


def _case(condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=then)], default=otherwise)


def _joined(how: type[exp.Connector], parts: list[exp.Expr]) -> exp.Expr | None:
    """Parts in parentheses, joined in pairs so that a long chain stays shallow."""
    joined: list[exp.Expr] = [exp.paren(part) for part in parts] if len(parts) > 1 else list(parts)
    while len(joined) > 1:
        pairs = [joined[index : index + 2] for index in range(0, len(joined), 2)]
        joined = [how(this=pair[0], expression=pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return joined[0] if joined else None


def _sum(terms: list[exp.Expr]) -> exp.Expr:
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return total


def _bits(masks: list[exp.Expr]) -> exp.Expr:
    total: exp.Expr = exp.paren(masks[0])
    for mask in masks[1:]:
        total = exp.BitwiseOr(this=total, expression=exp.paren(mask))
    return total


def _verdict(satisfied: exp.Expr) -> exp.Case:
    inner = exp.paren(satisfied)
    ifs = [
        exp.If(this=inner, true=_text("true")),
        exp.If(this=_is_null(inner.copy()), true=_text("unknown")),
    ]
    return exp.Case(ifs=ifs, default=_text("false"))


def _mask_if_open(satisfied: exp.Expr, masks: Sequence[exp.Expr]) -> exp.Expr:
    bits = exp.cast(_bits(list(masks)), "bigint") if masks else exp.cast(_integer(0), "bigint")
    return _case(_is_null(exp.paren(satisfied)), bits, exp.cast(_integer(0), "bigint"))
