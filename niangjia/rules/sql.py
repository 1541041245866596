"""A whole population at once: the same clauses as SQL expressions for PostgreSQL, DuckDB and Spark.

Every clause becomes a boolean that is NULL when unknown; SQL's own three-valued logic does the rest, and nothing wraps
an unknown into a no. `query` puts them together: one row per person with the verdict of each clause, the overall
verdict, and for open cases a bit mask of what is missing, so that those who are one fact away can be grouped.

The fact table has one row per person and a column per fact (BIGINT for numbers and fen, BOOLEAN, DATE, TEXT; tags as
'|a|b|'). Figures that differ by place come from a table made of `ParameterStore.snapshot`, joined on the division code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import assert_never

from sqlglot import exp

from niangjia.rules import fragments, ir, tree
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.errors import RuleFault, RuleFaults
from niangjia.rules.fragments import DIALECTS, Dialect
from niangjia.rules.lowering import Bindings, Lowering, Sample
from niangjia.rules.parameters import InForce, ParameterStore, RegionTable
from niangjia.rules.schema import Fact, FactType, Parameter, Scope, Stored

REGION_TABLE = "region_parameters"
REGION_COLUMN = "region_code"
MOST_BITS = 62
SOME_DAY, SOME_PLACE = date(2000, 2, 29), Fact("place.code", FactType.TEXT)
COMPARE: Mapping[str, type[exp.Binary]] = {
    "==": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


class VerdictSql:
    """The expressions of one set of clauses for one day, and the query that puts them together."""

    def __init__(self, writer: Writer, dialect: Dialect) -> None:
        self._writer = writer
        self.dialect = dialect

    @property
    def missing_paths(self) -> tuple[str, ...]:
        """What may be missing, by bit: facts, and parameters that nobody has set."""
        return self._writer.missing_paths

    @cached_property
    def clauses(self) -> Mapping[str, str]:
        """Key -> boolean: TRUE when the clause is satisfied, NULL when unknown."""
        return {clause.key: self._sql(self._writer.clause(clause)) for clause in self._writer.clauses}

    @cached_property
    def verdict(self) -> str:
        """'true', 'false' or 'unknown'."""
        return self._sql(fragments.verdict(self._writer.satisfied))

    @cached_property
    def missing(self) -> str:
        """A bit mask over missing_paths; 0 unless the verdict is 'unknown'."""
        masks = [self._writer.mask(clause) for clause in self._writer.clauses]
        return self._sql(fragments.mask_if_open(self._writer.satisfied(), masks))

    @cached_property
    def uncovered(self) -> str:
        """TRUE for a person whose place has no row in the table of places: the table must be made anew."""
        return self._sql(self._writer.uncovered())

    def query(self, source: str, keys: Sequence[str], region_table: str = REGION_TABLE) -> str:
        """SELECT keys, one column "c_<key>" per clause, verdict, missing, uncovered — one row per row of the source."""
        writer, clauses = self._writer, self._writer.clauses
        inner = exp.select(
            *(fragments.named(fragments.column(key, writer.alias), key) for key in keys),
            *(fragments.named(writer.clause(clause), f"c_{clause.key}") for clause in clauses),
            *(fragments.named(writer.mask(clause), f"m_{clause.key}") for clause in clauses),
            fragments.named(writer.uncovered(), "uncovered"),
            copy=False,
        ).from_(exp.to_table(source, dialect=self.dialect).as_(writer.alias, quoted=True), copy=False)
        if writer.place is not None:
            on = exp.EQ(
                this=fragments.column(REGION_COLUMN, writer.region_alias), expression=writer.column(writer.place.column)
            )
            table = exp.to_table(region_table, dialect=self.dialect).as_(writer.region_alias, quoted=True)
            inner = inner.join(table, on=on, join_type="left", copy=False)

        def satisfied() -> exp.Expr:
            return fragments.joined(
                exp.And, [fragments.column(f"c_{clause.key}") for clause in clauses], fragments.boolean(True)
            )

        masks: list[exp.Expr] = [fragments.column(f"m_{clause.key}") for clause in clauses]
        outer = exp.select(
            *(fragments.column(name) for name in [*keys, *(f"c_{clause.key}" for clause in clauses)]),
            fragments.named(fragments.verdict(satisfied), "verdict"),
            fragments.named(fragments.mask_if_open(satisfied(), masks), "missing"),
            fragments.column("uncovered"),
            copy=False,
        ).from_(inner.subquery("judged", copy=False), copy=False)
        return self._sql(outer)

    def bit(self, path: str) -> int:
        """The mask of a person for whom this is the only thing missing."""
        return 1 << self.missing_paths.index(path)

    def paths_in(self, mask: int) -> tuple[str, ...]:
        """The paths a mask stands for."""
        return tuple(path for index, path in enumerate(self.missing_paths) if mask >> index & 1)

    def _sql(self, expression: exp.Expr) -> str:
        return fragments.written(expression, self.dialect)


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
    figures = InForce(parameters, as_of)
    return VerdictSql(Writer(clauses, as_of, figures, dialect, source_alias, region_alias, place), dialect)


def require_dialects(clauses: ClauseSet) -> None:
    """Refuse clauses that any dialect cannot write: no engine may be asked what another could not answer."""
    faults: dict[tuple[str, str, str], RuleFault] = {}
    for clause in clauses.clauses:
        whole = clause.source.place((0, len(clause.source.text)))
        alone = ClauseSet((clause,), clauses.schema)
        for dialect, figures in product(DIALECTS, (Sample(largest=True), Sample(largest=False))):
            writer = Writer(alone, SOME_DAY, figures, dialect, "f", "r", SOME_PLACE)
            try:
                fragments.written(exp.Tuple(expressions=[writer.clause(clause), writer.mask(clause)]), dialect)
            except fragments.Lacking as lacking:
                faults[clause.key, dialect, lacking.what] = fragments.Lacking(dialect, lacking.what, whole)
    if faults:
        raise RuleFaults(faults.values())


def region_table_sql(table: RegionTable, dialect: Dialect) -> str:
    """The table of places as a SELECT, to create a temporary table or a view from."""

    def cell(column: str, value: Stored) -> exp.Expr:
        if column == REGION_COLUMN:
            return fragments.cast(fragments.text(str(value)), "text")
        if isinstance(value, int):
            return fragments.cast(fragments.integer(value), "bigint")
        if isinstance(value, date):
            return fragments.day(value)
        return fragments.cast(exp.Null(), "date" if column in table.date_columns else "bigint")

    def row(values: Iterable[Stored]) -> exp.Tuple:
        return exp.Tuple(expressions=[cell(column, value) for column, value in zip(table.columns, values, strict=True)])

    rows = [row(values) for values in table.rows] or [row([None] * len(table.columns))]
    columns = [exp.to_identifier(column, quoted=True) for column in table.columns]
    alias = exp.TableAlias(this=exp.to_identifier("place"), columns=columns)
    select = exp.select("*").from_(exp.Values(expressions=rows, alias=alias))
    return fragments.written(select if table.rows else select.where(exp.false()), dialect)


class Writer:
    """Turns the conditions of one set of clauses into SQL expressions over the fact table and the table of places."""

    def __init__(
        self,
        clauses: ClauseSet,
        as_of: date,
        bindings: Bindings,
        dialect: Dialect,
        alias: str,
        region_alias: str,
        place: Fact | None,
        *,
        as_stored: bool = False,  # the source has NULL for stale values already
    ) -> None:
        self.dialect = dialect
        self.clauses = clauses.clauses
        self.as_of = as_of
        self.bindings = bindings
        self.alias = alias
        self.region_alias = region_alias
        self.place = place if clauses.is_regional else None
        self.place_columns = {parameter.column for parameter in clauses.parameters if parameter.scope is Scope.REGION}
        facts = [*clauses.facts, *([self.place] if self.place else [])]
        self.stamped = {} if as_stored else {fact.column: fact for fact in facts if fact.stamp_column}
        paths = dict.fromkeys([*(fact.path for fact in facts), *(each.path for each in clauses.parameters)])
        self.missing_paths = tuple(paths)
        if len(self.missing_paths) > MOST_BITS:
            raise RuleFault("too_many_facts", count=len(self.missing_paths), limit=MOST_BITS)

    # --- clauses ----------------------------------------------------------------------------------------------------

    def clause(self, clause: CompiledClause) -> exp.Expr:
        condition = self.condition(self.lower(clause)(clause.test))
        return exp.Not(this=fragments.paren(condition)) if clause.excludes else condition

    def satisfied(self) -> exp.Expr:
        return fragments.joined(exp.And, [self.clause(clause) for clause in self.clauses], fragments.boolean(True))

    def lower(self, clause: CompiledClause) -> Callable[[tree.Test], ir.Condition]:
        return Lowering(clause.source, self.as_of, self.bindings).condition

    def mask(self, clause: CompiledClause) -> exp.Expr:
        return self.missing(clause, clause.test) or fragments.integer(0)

    def missing(self, clause: CompiledClause, test: tree.Test) -> exp.Expr | None:
        """The bits of what is missing in a condition; only parts that are themselves unknown count."""
        if not isinstance(test, tree.Join):
            return self.leaf_missing(test)
        masks = [mask for kid in tree.kids(test) if (mask := self.missing(clause, kid)) is not None]
        if not masks or isinstance(test, tree.Not):
            return masks[0] if masks else None
        unknown = fragments.is_null(fragments.paren(self.condition(self.lower(clause)(test))))
        return fragments.case(unknown, fragments.bits(masks), fragments.integer(0))

    def leaf_missing(self, leaf: tree.Leaf) -> exp.Expr | None:
        reads = tree.reads(leaf)
        masks = [
            fragments.case(fragments.is_null(self.column(fact.column)), self.bit(fact.path), fragments.integer(0))
            for fact in reads.needed
        ]
        masks += [mask for parameter in reads.parameters if (mask := self.figure_missing(parameter)) is not None]
        return fragments.bits(masks) if masks else None

    def figure_missing(self, parameter: Parameter) -> exp.Expr | None:
        """A national figure is there for all or for none; a regional one is missing with the place or in the place."""
        if parameter.scope is Scope.NATION:
            return self.bit(parameter.path) if self.bindings.national(parameter) is None else None
        assert self.place is not None
        none_set = self.bit(parameter.path)
        if self.bindings.has_column(parameter):
            none_set = fragments.case(fragments.is_null(self.column(parameter.column)), none_set, fragments.integer(0))
        return fragments.case(fragments.is_null(self.column(self.place.column)), self.bit(self.place.path), none_set)

    def bit(self, path: str) -> exp.Expr:
        return fragments.integer(1 << self.missing_paths.index(path))

    def uncovered(self) -> exp.Expr:
        if self.place is None:
            return fragments.boolean(False)
        known = exp.Not(this=fragments.is_null(self.column(self.place.column)))
        return fragments.paren(
            exp.And(this=known, expression=fragments.is_null(fragments.column(REGION_COLUMN, self.region_alias)))
        )

    # --- conditions -------------------------------------------------------------------------------------------------

    def condition(self, of: ir.Condition) -> exp.Expr:
        match of:
            case ir.And():
                return fragments.joined(exp.And, [self.condition(part) for part in of.of], fragments.boolean(True))
            case ir.Or():
                return fragments.joined(exp.Or, [self.condition(part) for part in of.of], fragments.boolean(False))
            case ir.Not():
                return exp.Not(this=fragments.paren(self.condition(of.of)))
            case ir.Same():
                left, right = (fragments.paren(self.condition(side)) for side in (of.left, of.right))
                return (exp.EQ if of.equal else exp.NEQ)(this=left, expression=right)
            case ir.Known():
                return fragments.boolean(of.value)
            case ir.Unknown():
                return fragments.cast(exp.Null(), "boolean")
            case ir.Guarded():
                unknown = fragments.joined(
                    exp.Or, [fragments.is_null(self.column(column)) for column in of.columns], fragments.boolean(False)
                )
                return fragments.case(unknown, fragments.cast(exp.Null(), "boolean"), self.condition(of.of))
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
                return exp.In(this=self.number(of.variable), expressions=[fragments.integer(item) for item in of.items])
            case ir.CodeAmong():
                return exp.In(this=self.text(of.code), expressions=[fragments.text(item) for item in of.items])
            case ir.CodeIs():
                other = fragments.text(of.other) if isinstance(of.other, str) else self.text(of.other)
                return (exp.EQ if of.equal else exp.NEQ)(this=self.text(of.code), expression=other)
            case ir.DateLimit():
                return COMPARE[of.operator](this=self.column(of.column), expression=fragments.day(of.limit))
            case ir.DateOrder():
                return COMPARE[of.operator](this=self.column(of.column), expression=self.column(of.other))
            case ir.Prefix():
                start = exp.Substring(
                    this=self.column(of.column), start=fragments.integer(1), length=fragments.integer(len(of.prefix))
                )
                return exp.EQ(this=start, expression=fragments.text(of.prefix))
            case ir.Tag():
                position = exp.StrPosition(this=self.column(of.column), substr=fragments.text(f"|{of.tag}|"))
                return exp.GT(this=position, expression=fragments.integer(0))
            case ir.Truth():
                column = self.column(of.column)
                return column if of.fallback is None else fragments.coalesce(column, fragments.boolean(of.fallback))
            case ir.IsKnown():
                return exp.Not(this=fragments.is_null(self.column(of.column)))
            case _:
                assert_never(of)

    def linear(self, of: ir.Linear) -> exp.Expr:
        """Positive terms on the left, the others on the right: nothing is subtracted, so nothing can go below."""
        ((coefficient, product), *more) = of.terms
        if not more and coefficient == 1 and len(product) == 1:
            return COMPARE[of.operator](this=self.number(product[0]), expression=fragments.integer(of.limit))
        left = [self.term(coefficient, product) for coefficient, product in of.terms if coefficient > 0]
        right = [self.term(-coefficient, product) for coefficient, product in of.terms if coefficient < 0]
        if of.limit or not right:
            right.append(fragments.integer(of.limit))
        return COMPARE[of.operator](
            this=fragments.total(left or [fragments.integer(0)]), expression=fragments.total(right)
        )

    def term(self, coefficient: int, product: tuple[ir.Variable, ...]) -> exp.Expr:
        term: exp.Expr | None = None if coefficient == 1 else fragments.integer(coefficient)
        for each in product:
            factor = fragments.cast(self.number(each), "bigint")
            term = factor if term is None else exp.Mul(this=term, expression=factor)
        assert term is not None
        return term

    def number(self, variable: ir.Variable) -> exp.Expr:
        match variable:
            case ir.Column():
                column = self.column(variable.name)
                return (
                    column
                    if variable.fallback is None
                    else fragments.coalesce(column, fragments.integer(variable.fallback))
                )
            case ir.Gap():
                first, last = self.column(variable.first), self.column(variable.last)
                return fragments.days_between(first, last, self.dialect)
            case ir.Elapsed():
                raise AssertionError(variable)  # lowering has made it a limit on a date

    def text(self, of: ir.TextColumn) -> exp.Expr:
        column = self.column(of.name)
        return column if of.fallback is None else fragments.coalesce(column, fragments.text(of.fallback))

    def column(self, name: str) -> exp.Expr:
        """The column as a rule may see it: a value past its fresh days reads as NULL."""
        if name in self.place_columns:
            return fragments.column(name, self.region_alias)
        fact = self.stamped.get(name)
        return fragments.column(name, self.alias) if fact is None else fresh(fact, self.as_of, self.alias)


def fresh(fact: Fact, as_of: date, alias: str | None = None) -> exp.Expr:
    """A fact's column, NULL where the value is past its fresh days."""
    if not fact.stamp_column or fact.fresh_days is None:
        return fragments.column(fact.column, alias)
    oldest = fragments.day(as_of - timedelta(days=fact.fresh_days))
    stale = exp.LT(this=fragments.column(fact.stamp_column, alias), expression=oldest)
    return fragments.case(stale, exp.Null(), fragments.column(fact.column, alias))
