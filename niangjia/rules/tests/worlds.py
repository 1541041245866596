"""Random worlds for the property tests: a vocabulary, dated figures, rules as text, and people on every threshold."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from niangjia.rules import (
    Clause,
    ClauseSet,
    Fact,
    FactType,
    Known,
    Parameter,
    ParameterRow,
    ParameterStore,
    RuleFaults,
    Schema,
    Scope,
    Stored,
    compile_clause,
    compile_clauses,
    ir,
)
from niangjia.rules.dates import CountUnit
from niangjia.rules.findings import ClauseKind
from niangjia.rules.lowering import Lowering
from niangjia.rules.parameters import InForce

REGION = "person.region"
REGIONS = ("33", "3306", "330600", "330624", "330624102", "4403", "440304", "11", "x")
DAYS = (
    date(2026, 11, 10),
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2026, 3, 31),
    date(2026, 1, 1),
    date(2026, 12, 31),
)
SQL_TYPES = {
    FactType.NUM: "BIGINT",
    FactType.MONEY: "BIGINT",
    FactType.BOOL: "BOOLEAN",
    FactType.DATE: "DATE",
    FactType.CODE: "TEXT",
    FactType.TEXT: "TEXT",
    FactType.TAGS: "TEXT",
}
TRICKY = "it's ${env:HOME}"  # a quote for every engine, and a variable for Spark
Row = dict[str, Stored]


@dataclass(frozen=True)
class World:
    """One vocabulary with its figures, rules, people and day."""

    schema: Schema
    store: ParameterStore
    clauses: ClauseSet
    as_of: date
    rows: list[Row]

    @property
    def sets(self) -> list[ClauseSet]:
        """The clauses in threes: few enough that the verdict over them is often open."""
        each = self.clauses.clauses
        return [ClauseSet(each[index : index + 3], self.schema) for index in range(0, len(each), 3)]

    @property
    def columns(self) -> dict[str, str]:
        columns = {fact.column: SQL_TYPES[fact.type] for fact in stored_facts(self.schema)}
        stamps = {fact.stamp_column: "DATE" for fact in stored_facts(self.schema) if fact.stamp_column}
        return {"person_id": "BIGINT", **columns, **stamps}

    def facts_of(self, row: Row) -> dict[str, Stored | Known]:
        facts: dict[str, Stored | Known] = {}
        for fact in stored_facts(self.schema):
            value = row[fact.column]
            stamp = row.get(fact.stamp_column)
            facts[fact.path] = Known(value, "register", stamp) if isinstance(stamp, date) else value
        return facts

    def regions(self) -> set[str]:
        return {str(row["person_region"]) for row in self.rows if row["person_region"] is not None}


def stored_facts(schema: Schema) -> list[Fact]:
    return [fact for fact in schema.facts.values() if not fact.derive]


def build_world(seed: int, rules: int = 10, people: int = 40, always: Sequence[str] = ()) -> World:
    """The same seed gives the same world; `always` are rules it holds besides its random ones."""
    rng = random.Random(seed)
    schema = random_schema(rng)
    as_of = rng.choice(DAYS)
    store = random_figures(rng, schema, as_of)
    given = [Clause(f"given{index}", "require", "", "", rule) for index, rule in enumerate(always)]
    clauses = compile_clauses([*given, *random_clauses(rng, schema, rules)], schema)
    return World(schema, store, clauses, as_of, boundary_rows(rng, clauses, store, as_of, people))


def random_schema(rng: random.Random) -> Schema:
    facts = [Fact(REGION, FactType.TEXT)]
    for index in range(rng.randint(2, 3)):
        scale = rng.choice((0, 0, 1, 2))
        low = rng.choice((-50, 0, 1)) * 10**scale
        facts.append(Fact(f"person.n{index}", FactType.NUM, scale=scale, lo=low, hi=rng.choice((12, 700)) * 10**scale))
    facts.append(Fact("person.wage", FactType.MONEY, lo=0, hi=10**8))
    facts.append(Fact("person.cost", FactType.MONEY, lo=-(10**8), hi=10**8))
    facts.append(Fact("household.income", FactType.MONEY, lo=0, hi=10**9, level="household"))
    facts.append(Fact("household.size", FactType.NUM, lo=1, hi=20, level="household"))
    facts += [Fact(f"person.b{index}", FactType.BOOL) for index in range(2)]
    for index in range(3):
        fresh = rng.choice((None, None, 30))
        stamp = f"person_d{index}_on" if fresh else ""
        facts.append(Fact(f"person.d{index}", FactType.DATE, fresh_days=fresh, stamp_column=stamp))
    unit: CountUnit = rng.choice(("years", "months", "days"))
    facts.append(Fact("person.age", FactType.NUM, derive=(unit, "person.d0")))
    codes = {code: (code, code) for code in rng.sample(("gig", "formal", "none", "x", "外卖"), rng.randint(2, 5))}
    facts += [Fact(f"person.c{index}", FactType.CODE, values=codes) for index in range(2)]
    facts.append(Fact("person.text", FactType.TEXT))
    facts.append(Fact("person.tags", FactType.TAGS, values={"crane": ("", ""), "nurse": ("", ""), "rane": ("", "")}))
    parameters = [
        Parameter("param.line", FactType.MONEY, Scope.REGION, hi=10**7),
        Parameter("param.rate", FactType.NUM, Scope.REGION, scale=1, hi=100),
        Parameter("param.start", FactType.DATE, Scope.REGION),
        Parameter("param.cap", FactType.MONEY, hi=10**7),
        Parameter("param.factor", FactType.NUM, scale=3, hi=5000),
        Parameter("param.least", FactType.NUM, hi=70),
        Parameter("param.day", FactType.DATE),
        Parameter("param.codes", FactType.TAGS),
    ]
    return Schema(facts, parameters)


def random_figures(rng: random.Random, schema: Schema, as_of: date) -> ParameterStore:
    rows = []
    for parameter in schema.parameters.values():
        places = [None, *rng.sample(("33", "3306", "330624", "44", "440304"), 3)]
        for place in places if parameter.scope is Scope.REGION else [None]:
            for _ in range(rng.choice((0, 1, 1, 2))):
                valid_from = as_of + timedelta(days=rng.choice((-900, -30, 0, 1, 200)))
                rows.append(ParameterRow(parameter.path, place, valid_from, random_figure(rng, parameter), "cite"))
    unique = {(row.path, row.region, row.valid_from): row for row in rows}
    return ParameterStore(unique.values())


def random_figure(rng: random.Random, parameter: Parameter) -> Stored:
    if rng.random() < 0.1:
        return None
    if parameter.type is FactType.DATE:
        return date(2020, 1, 31) + timedelta(days=rng.randint(0, 2500))
    if parameter.type is FactType.TAGS:
        return tuple(rng.sample(("gig", "formal", "none", "else"), rng.choice((0, 0, 1, 3))))
    low, high = parameter.bounds
    return rng.choice((low, high, rng.randint(low, high), rng.randint(low, min(high, low + 50))))


# --- rules as text --------------------------------------------------------------------------------------------------


def random_clauses(rng: random.Random, schema: Schema, count: int) -> list[Clause]:
    """Clauses that compile; what the checker refuses is thrown away and written anew."""
    clauses: list[Clause] = []
    for _ in range(count * 20):
        kind: ClauseKind = rng.choice(("require", "require", "exclude"))
        clause = Clause(f"k{len(clauses)}", kind, "", "", _Author(rng, schema).condition(rng.randint(0, 3)))
        try:
            compile_clause(clause, schema)
        except RuleFaults:
            continue
        clauses.append(clause)
        if len(clauses) == count:
            break
    return clauses


class _Author:
    """Writes conditions the way people do: atoms, arithmetic, mirrored forms, nesting."""

    def __init__(self, rng: random.Random, schema: Schema) -> None:
        self.rng = rng
        self.plain = [f"person.n{index}" for index in range(3) if f"person.n{index}" in schema.facts]
        self.plain += ["household.size"]
        self.codes = list(schema.facts["person.c0"].values)

    def pick(self, *options: str) -> str:
        return self.rng.choice(options)

    def condition(self, depth: int) -> str:
        if depth == 0 or self.rng.random() < 0.2:
            return self.atom()
        joined = self.rng.choice(("&&", "||"))
        match self.rng.randint(0, 6):
            case 0:
                return f"!({self.condition(depth - 1)})"
            case 1:
                return f"({self.condition(depth - 1)}) {self.pick('==', '!=')} ({self.condition(0)})"
            case _:
                parts = [f"({self.condition(depth - 1)})" for _ in range(self.rng.randint(2, 3))]
                return f" {joined} ".join(parts)

    def atom(self) -> str:
        atoms = (self.amount, self.amount, self.amount, self.duration, self.duration, self.day, self.code, self.flag)
        return self.rng.choice(atoms)()

    def operator(self) -> str:
        return self.pick("<", "<=", ">", ">=", "==", "!=")

    def amount(self) -> str:
        if self.rng.random() < 0.15:
            items = ", ".join(self.number() for _ in range(self.rng.randint(1, 4)))
            return f"{self.value(self.rng.random() < 0.3, 1)} in [{items}]"
        money = self.rng.random() < 0.6
        left, right = self.value(money, 2), self.value(money, self.rng.randint(0, 1))
        return f"{left} {self.operator()} {right}" if self.rng.random() < 0.7 else f"{right} {self.operator()} {left}"

    def value(self, money: bool, depth: int) -> str:
        if depth == 0 or self.rng.random() < 0.3:
            return self.simple(money)
        match self.rng.randint(0, 5):
            case 0:
                return f"({self.value(money, depth - 1)} {self.pick('+', '-')} {self.value(money, depth - 1)})"
            case 1:
                return f"{self.number()} * {self.value(money, depth - 1)}"
            case 2:
                return f"{self.value(money, depth - 1)} * {self.simple(False)}"
            case 3:
                return f"{self.value(money, depth - 1)} / {self.pick('household.size', '3', '2.5', '12')}"
            case 4:
                return f"-({self.value(money, depth - 1)})"
            case _:
                return self.simple(money)

    def simple(self, money: bool) -> str:
        if money:
            return self.pick(
                "person.wage", "person.cost", "household.income", "param.line", "param.cap",
                "default(person.wage, 0)", "default(person.cost, 12.34)", self.number(), "(0.5 * household.income)",
            )  # fmt: skip
        return self.pick(
            *self.plain, *self.plain, "param.rate", "param.factor", "param.least", self.number(),
            "default(household.size, 3)", "days_between(person.d1, person.d2)", "person.age", "-3",
        )  # fmt: skip

    def number(self) -> str:
        return self.pick("0", "1", "2", "3", "0.1", "0.3", "1.25", "7", "12", "60", "1000", "2.505", "123456.78")

    def duration(self) -> str:
        since = self.pick("years", "months", "days")
        counted = self.pick("person.age", f"{since}_since(person.d{self.rng.randint(0, 2)})", "2 * person.age - 1")
        if self.rng.random() < 0.2:
            return f"{counted} in [{', '.join(self.pick('0', '1', '16', '18', '6', '2.5') for _ in range(3))}]"
        limit = self.pick("0", "1", "6", "17.5", "18", "60", "-2", "400", "99999", "param.least", "param.factor")
        return f"{counted} {self.operator()} {limit}"

    def day(self) -> str:
        left = self.pick("person.d0", "person.d1", "person.d2")
        right = self.pick(
            "person.d1", "today()", 'date("2024-02-29")', 'date("2026-05-31")', "param.day", "param.start"
        )
        return f"{left} {self.operator()} {right}" if self.rng.random() < 0.7 else f"{right} {self.operator()} {left}"

    def code(self) -> str:
        fact, other = self.pick("person.c0", "person.c1"), self.rng.choice(self.codes)
        return self.pick(
            f'{fact} {self.pick("==", "!=")} "{other}"',
            f'"{other}" == {fact}',
            f"person.c0 {self.pick('==', '!=')} person.c1",
            f'{fact} in ["{other}", "{self.rng.choice(self.codes)}"]',
            f'default({fact}, "{other}") != "{self.rng.choice(self.codes)}"',
            f"{fact} in param.codes",
            'person.region.startsWith("3306")',
            f'person.text.startsWith("{self.pick("外", "外卖", "a", "ab")}")',
            f'person.text == "{self.pick("", "a", TRICKY, "外卖骑手")}"',
            f'"{self.pick("crane", "nurse", "rane")}" in person.tags',
        )

    def flag(self) -> str:
        return self.pick(
            "person.b0", "person.b1", "default(person.b0, true)", "has(person.wage)", "has(person.age)",
            "person.b0 == person.b1", "!person.b1", "has(person.tags)", "true", "has(person.d1)",
        )  # fmt: skip


# --- people on the thresholds ---------------------------------------------------------------------------------------


def boundary_rows(rng: random.Random, clauses: ClauseSet, store: ParameterStore, as_of: date, count: int) -> list[Row]:
    """People placed on, just below and just above the thresholds of the rules, each fact unknown now and then."""
    conditions = [
        Lowering(clause.source, as_of, InForce(store, as_of)).condition(clause.test) for clause in clauses.clauses
    ]
    flat = [leaf for condition in conditions for leaf in flatten(condition)]
    rows = []
    for person in range(count):
        row: Row = {"person_id": person}
        for fact in stored_facts(clauses.schema):
            row[fact.column] = None if rng.random() < 0.18 else random_value(rng, fact, flat, as_of)
            if fact.stamp_column:
                row[fact.stamp_column] = rng.choice((None, *(as_of - timedelta(days=age) for age in (0, 29, 30, 31))))
        for leaf in rng.sample(flat, min(len(flat), 2)):
            put_on_threshold(rng, row, leaf, clauses, store, as_of)
        rows.append(row)
    return rows


def flatten(condition: ir.Condition) -> Iterable[ir.Condition]:
    match condition:
        case ir.And(of=parts) | ir.Or(of=parts):
            for part in parts:
                yield from flatten(part)
        case ir.Not(of=part) | ir.Guarded(of=part):
            yield from flatten(part)
        case ir.Same(left=left, right=right):
            yield from flatten(left)
            yield from flatten(right)
        case _:
            yield condition


def random_value(rng: random.Random, fact: Fact, leaves: list[ir.Condition], as_of: date) -> Stored:
    low, high = fact.bounds
    match fact.type:
        case FactType.NUM | FactType.MONEY:
            near = [value for leaf in leaves for value in number_thresholds(leaf, fact.column) if low <= value <= high]
            return rng.choice((*near, rng.randint(low, high), rng.randint(low, min(high, low + 30)), low, high))
        case FactType.BOOL:
            return rng.random() < 0.5
        case FactType.DATE:
            limits = [leaf.limit for leaf in leaves if isinstance(leaf, ir.DateLimit) and leaf.column == fact.column]
            days = [limit + timedelta(days=step) for limit in limits for step in (-1, 0, 1) if 1900 < limit.year < 2200]
            return rng.choice((*days, as_of - timedelta(days=rng.randint(-400, 25000)), date(2004, 2, 29)))
        case FactType.CODE:
            return rng.choice(list(fact.values))
        case FactType.TAGS:
            return rng.choice(("", "|crane|", "|nurse|crane|", "|crane|nurse|rane|"))
        case FactType.TEXT:
            return rng.choice(REGIONS if fact.path == REGION else ("", "a", "ab", "外卖骑手", "外", TRICKY, "b\\'\""))


def number_thresholds(leaf: ir.Condition, column: str) -> list[int]:
    match leaf:
        case ir.Linear(terms=((1, (ir.Column(name=name),)),), limit=limit) if name == column:
            return [limit - 1, limit, limit + 1]
        case ir.NumberAmong(variable=ir.Column(name=name), items=items) if name == column:
            return [item + step for item in items for step in (-1, 0, 1)]
    return []


def put_on_threshold(
    rng: random.Random, row: Row, leaf: ir.Condition, clauses: ClauseSet, store: ParameterStore, as_of: date
) -> None:
    """Solve a sum for one of its columns, so that the person stands exactly on it or one fen beside it."""
    if not isinstance(leaf, ir.Linear) or len(leaf.terms) < 2:
        return
    places = {parameter.column: parameter for parameter in clauses.parameters if parameter.scope is Scope.REGION}
    facts = {fact.column: fact for fact in stored_facts(clauses.schema)}
    known = {**row}
    for column, parameter in places.items():
        figure = store.at(parameter.path, as_of, str(row["person_region"])) if row["person_region"] else None
        known[column] = figure.value if figure else None
    names = {each.name for _, product in leaf.terms for each in product if isinstance(each, ir.Column)}
    solvable = sorted(names & set(facts))
    if not solvable:
        return
    name = rng.choice(solvable)
    slope, rest = 0, -leaf.limit
    for coefficient, product in leaf.terms:
        factor, degree = coefficient, 0
        for each in product:
            value = known.get(each.name) if isinstance(each, ir.Column) else None
            if isinstance(each, ir.Column) and each.name == name:
                degree += 1
            elif isinstance(value, int):
                factor *= value
            else:
                return
        slope, rest = (slope + factor, rest) if degree == 1 else (slope, rest + factor)
    low, high = facts[name].bounds
    value = floor(-rest / slope) + rng.choice((-1, 0, 1, 2)) if slope else low - 1
    if low <= value <= high:
        row[name] = value
