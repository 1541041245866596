"""The hundred programmes of `bench match`: the catalogue's practices, their ages, months, classes and lines varied.

Each clause stands here three times: in the language of rules, in DuckDB's SQL as an expert writes it by hand, and for
numpy. The three are compared in the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from niangjia.rules import Clause
from niangjia.rules.dates import add_months
from niangjia.rules.findings import ClauseKind

AS_OF = date(2026, 11, 20)
LINE = "param.bench_line"
HOW_MANY = 100

# numpy: the columns by name, then whether the clause is satisfied (meaningless where something it needs is missing).
Vector = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Written:
    """One clause three times. `sql` and `vector` say when it is satisfied; `needs` are the columns it must have.

    `either` holds the two halves of an "or" over two columns: it can do without one when the other half is true.
    """

    rule: str
    sql: str
    vector: Vector
    needs: tuple[str, ...] = ()
    kind: ClauseKind = "require"
    either: tuple[tuple[str, Vector, str], ...] = ()
    apart: tuple[tuple[str, Vector], ...] = ()  # the parts of an "and" over two columns: one alone may make it fail


def _before(years: int = 0, months: int = 0) -> str:
    return f"DATE '{add_months(AS_OF, -12 * years - months).isoformat()}'"


def _day(years: int = 0, months: int = 0) -> int:
    return (add_months(AS_OF, -12 * years - months) - date(1970, 1, 1)).days


def _listed(codes: tuple[str, ...]) -> tuple[str, str]:
    return ", ".join(f'"{code}"' for code in codes), ", ".join(f"'{code}'" for code in codes)


def member() -> Written:
    return Written("worker.union.member", "member", lambda c: c["member"], ("member",))


def joined(months: int) -> Written:
    return Written(
        f"months_since(worker.union.joined) >= {months}",
        f"joined <= {_before(months=months)}",
        lambda c: c["joined"] <= _day(months=months),
        ("joined",),
    )


def aged(low: int, high: int) -> Written:
    return Written(
        f"worker.age >= {low} && worker.age < {high}",
        f"birth_date <= {_before(low)} AND birth_date > {_before(high)}",
        lambda c: (c["birth_date"] <= _day(low)) & (c["birth_date"] > _day(high)),
        ("birth_date",),
    )


def coded(path: str, column: str, codes: tuple[str, ...]) -> Written:
    ours, theirs = _listed(codes)
    return Written(
        f"{path} in [{ours}]",
        f"{column} IN ({theirs})",
        lambda c: c["isin"](column, codes),
        (column,),
    )


def hukou_here() -> Written:
    return Written(
        "worker.hukou == worker.region", "hukou = region", lambda c: c["hukou"] == c["region"], ("hukou", "region")
    )


def not_rented() -> Written:
    return Written(
        'default(worker.home, "own") == "rented"',
        "coalesce(home, 'own') <> 'rented'",
        lambda c: ~(c["known"]("home") & c["isin"]("home", ("rented",))),
        kind="exclude",
    )


def poor(tenths: int) -> Written:
    return Written(
        f"household.income / household.size < 12 * {tenths / 10} * {LINE}",
        f"income * 10 < {12 * tenths} * size * line",
        lambda c: c["income"] * 10 < 12 * tenths * c["size"] * c["line"],
        ("income", "size", "region", "line"),
    )


def contract(months: int) -> Written:
    return Written(
        f'worker.employment.form == "contract" && months_since(worker.employment.since) >= {months}',
        f"form = 'contract' AND since <= {_before(months=months)}",
        lambda c: c["isin"]("form", ("contract",)) & (c["since"] <= _day(months=months)),
        ("form", "since"),
        apart=(
            ("form", lambda c: c["isin"]("form", ("contract",))),
            ("since", lambda c: c["since"] <= _day(months=months)),
        ),
    )


def front_line() -> Written:
    return Written("worker.front_line", "front_line", lambda c: c["front_line"], ("front_line",))


def new_form() -> Written:
    return Written("worker.new_form", "new_form", lambda c: c["new_form"], ("new_form",))


def not_graduate(codes: tuple[str, ...]) -> Written:
    ours, theirs = _listed(codes)
    return Written(
        f'default(worker.education, "senior") in [{ours}]',
        f"coalesce(education, 'senior') NOT IN ({theirs})",
        lambda c: ~(c["known"]("education") & c["isin"]("education", codes)),
        kind="exclude",
    )


def skilled(level: int) -> Written:
    return Written(
        f"worker.skill_level >= {level}",
        f"skill_level >= {level}",
        lambda c: c["skill_level"] >= level,
        ("skill_level",),
    )


def skilled_or_long(level: int, years: int) -> Written:
    return Written(
        f"worker.skill_level >= {level} || worker.trade_years >= {years}",
        f"skill_level >= {level} OR trade_years >= {years}",
        lambda c: (c["skill_level"] >= level) | (c["trade_years"] >= years),
        either=(
            ("skill_level", lambda c: c["skill_level"] >= level, f"skill_level >= {level}"),
            ("trade_years", lambda c: c["trade_years"] >= years, f"trade_years >= {years}"),
        ),
    )


def certified(months: int) -> Written:
    return Written(
        f"months_since(worker.skill_since) >= {months}",
        f"skill_since <= {_before(months=months)}",
        lambda c: c["skill_since"] <= _day(months=months),
        ("skill_since",),
    )


def untitled(title: str) -> Written:
    return Written(
        f'has(worker.titles) && "{title}" in worker.titles',
        f"NOT (titles IS NOT NULL AND contains(titles, '|{title}|'))",
        lambda c: ~c["tagged"](title),
        kind="exclude",
    )


def titled(title: str) -> Written:
    return Written(
        f'"{title}" in worker.titles', f"contains(titles, '|{title}|')", lambda c: c["tagged"](title), ("titles",)
    )


def no_head() -> Written:
    return Written(
        "default(worker.unit_head, false)",
        "NOT coalesce(unit_head, false)",
        lambda c: ~(c["known"]("unit_head") & c["unit_head"]),
        kind="exclude",
    )


def at_home(heads: int) -> Written:
    return Written(f"household.size >= {heads}", f"size >= {heads}", lambda c: c["size"] >= heads, ("size",))


HARD = ("deep", "relative", "accident", "near")
FORM, NATURE, POST = "worker.employment.form", "worker.employment.nature", "worker.employment.post"


def _aid() -> Iterator[list[Written]]:
    for classes, tenths in product((HARD, HARD[:3], HARD[:2], ("accident",)), (10, 12, 15, 20, 25)):
        hardship = coded("household.hardship", "hardship", classes)
        more = [at_home(3)] if tenths == 25 else [aged(18, 60)] if tenths in (12, 20) else []
        yield [member(), hardship, hukou_here(), poor(tenths), not_rented(), *more]


def _degrees() -> Iterator[list[Written]]:
    for months, oldest, level in product((6, 12, 24), (35, 40, 45, 50), (("college", "bachelor"), ("bachelor",))):
        enrolled = coded("worker.enrolment", "enrolment", level)
        nature = coded(NATURE, "nature", ("enterprise", "institution") if months == 6 else ("enterprise",))
        yield [
            member(), nature, contract(months), front_line(), enrolled, aged(18, oldest),
            not_graduate(("master",) if level == ("bachelor",) else ("bachelor", "master")),
        ]  # fmt: skip


def _craft() -> Iterator[list[Written]]:
    titles = ("craftsman_county", "craftsman_city", "model_worker_city", "model_worker_province")
    for title, (level, years), months in product(titles, ((3, 10), (4, 15), (2, 8)), (12, 36)):
        post = coded(POST, "post", ("front_line", "technical", "team_leader"))
        yield [member(), skilled_or_long(level, years), certified(months), post, untitled(title), no_head()]


def _platform() -> Iterator[list[Written]]:
    for low, high, months in product((16, 18), (45, 55, 60), (1, 3, 12)):
        more = [not_graduate(("bachelor", "master"))] if months == 12 else [at_home(2)] if low == 16 else []
        yield [member(), new_form(), aged(low, high), joined(months), *more]


def _checks() -> Iterator[list[Written]]:
    for low, months, posts in product((35, 40, 45, 50), (6, 12), (("front_line",), ("front_line", "technical"))):
        sex = coded("worker.sex", "sex", ("F",))
        yield [member(), sex, aged(low, 65), joined(months), coded(POST, "post", posts)]


def _recuperation() -> Iterator[list[Written]]:
    for level, months, title in product((2, 3, 4), (24, 60), ("model_worker_city", "craftsman_county", "")):
        more = [titled(title)] if title else [front_line()]
        yield [member(), joined(months), skilled(level), coded(FORM, "form", ("contract", "dispatch")), *more]


FAMILIES = (_aid, _degrees, _craft, _platform, _checks, _recuperation)


def programmes() -> dict[str, list[Written]]:
    """A hundred programmes of four to eight clauses, the families taken in turns."""
    queues = [(family.__name__.strip("_"), enumerate(family())) for family in FAMILIES]
    found: dict[str, list[Written]] = {}
    while len(found) < HOW_MANY:
        for name, queue in queues:
            number, clauses = next(queue, (0, []))
            if clauses and len(found) < HOW_MANY:
                found[f"{name}-{number:02}"] = clauses
    return found


def programmes_as_written() -> dict[str, list[Clause]]:
    """The same in the language of rules."""
    return {
        key: [Clause(f"k{number}", each.kind, "", "", each.rule) for number, each in enumerate(clauses)]
        for key, clauses in programmes().items()
    }
