"""`bench verdict`: one person, one programme of eight clauses, judged with every reason, in CPU time.

Beside it cel-python, which is given the bare expression and answers yes or no, and OpenFisca, which is given the
person as its users give it. The persons take turns: one who suits, one who fails three clauses, one who is open.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from niangjia.kit.commands import without_database
from niangjia.rules import Clause, ClauseSet, ParameterStore, Stored, compile_clauses, weigh
from niangjia.web.benches import match_rules as by_hand
from niangjia.web.benches.harness import Metric, Turns, apart, report, take_turns
from niangjia.web.benches.match_rules import AS_OF, HARD
from niangjia.web.benches.match_world import people_files, policies

OURS, CEL, FISCA, ALL_TOLD = "a verdict with reasons", "cel-python, bare", "OpenFisca, one person", "stored as JSON too"
TIMES = 300

CLAUSES = (
    by_hand.member(), by_hand.joined(6), by_hand.aged(18, 60), by_hand.coded("household.hardship", "hardship", HARD),
    by_hand.hukou_here(), by_hand.poor(15), by_hand.skilled_or_long(3, 10), by_hand.not_rented(),
)  # fmt: skip
CEL_RULE = """
    member && joined <= timestamp("2026-05-20T00:00:00Z")
    && birth <= timestamp("2008-11-20T00:00:00Z") && birth > timestamp("1966-11-20T00:00:00Z")
    && hardship in ["deep", "relative", "accident", "near"] && hukou == region && income * 10 < 180 * size * line
    && (skill_level >= 3 || trade_years >= 10) && home != "rented"
"""
SUITS: dict[str, Stored] = {
    "worker.union.member": True, "worker.union.joined": date(2020, 7, 1), "worker.birth_date": date(1990, 5, 6),
    "household.hardship": "near", "worker.hukou": "330101", "worker.region": "330101", "household.income": 4_000_000,
    "household.size": 3, "worker.skill_level": 2, "worker.trade_years": 12, "worker.home": "own",
}  # fmt: skip
PERSONS: tuple[dict[str, Stored], ...] = (
    SUITS,
    {**SUITS, "worker.union.joined": date(2026, 7, 1), "household.income": 5_000_000, "worker.trade_years": 4},
    {path: value for path, value in SUITS.items() if path != "household.size"},
)
LINE_FEN = 91_000  # of Hangzhou's code in the world of `bench match`


@click.command()
@click.option("--quick", is_flag=True, help="Fewer rounds, and one million workers beside.")
@click.option("--json", "in_json", is_flag=True)
@without_database
def verdict(quick: bool, in_json: bool) -> None:
    """One person against eight clauses, with reasons; beside cel-python and OpenFisca."""
    programmes, store = policies()
    clauses = eight_clauses(next(iter(programmes.values())))
    rounds = 5 if quick else 15
    turns = take_turns(
        {
            OURS: lambda: _ours(clauses, store, told=False),
            ALL_TOLD: lambda: _ours(clauses, store, told=True),
            CEL: _celpy(),
            FISCA: _openfisca(),
        },
        rounds=rounds,
        clock="cpu",
        in_json=in_json,
    )
    beside = _beside(Path(settings.VAR) / "bench", 1_000_000 if quick else 10_000_000)
    report("verdict", rounds, [*_metrics(turns), *beside], in_json=in_json)


def _metrics(turns: Turns) -> list[Metric]:
    unit = "a CPU second"
    micro = 1e6 / turns.rate(ALL_TOLD)
    return [
        Metric("a verdict with reasons, told as JSON", micro, "µs", turns.spread(ALL_TOLD)),
        turns.metric(ALL_TOLD, unit, against=CEL, goal=20, told="verdicts, JSON and all"),
        turns.metric(ALL_TOLD, unit, against=FISCA, goal=10, told="verdicts, JSON and all"),
        turns.metric(OURS, unit, against=CEL, told="verdicts with reasons"),
        turns.metric(OURS, unit, against=FISCA, told="verdicts with reasons"),
    ]


def eight_clauses(of: ClauseSet) -> ClauseSet:
    """The programme, in the vocabulary of this one."""
    written = [Clause(f"k{number}", each.kind, "", "", each.rule) for number, each in enumerate(CLAUSES)]
    return compile_clauses(written, of.schema)


def _ours(clauses: ClauseSet, store: ParameterStore, *, told: bool) -> float:
    for _ in range(TIMES // len(PERSONS)):
        for person in PERSONS:
            finding = weigh(clauses, person, as_of=AS_OF, parameters=store, region_path="worker.region")
            if told:
                finding.to_json()
    return TIMES


def _celpy() -> Any:
    """cel-python has no unknown: the one who is open is told to live alone."""
    import celpy
    from celpy import celtypes as types

    environment = celpy.Environment()
    program = environment.program(environment.compile(CEL_RULE))
    names = {
        "worker.union.joined": "joined", "worker.birth_date": "birth", "household.size": "size",
        "worker.union.member": "member",
    }  # fmt: skip

    def value(stored: Stored) -> Any:
        match stored:
            case bool():
                return types.BoolType(stored)
            case int():
                return types.IntType(stored)
            case date():
                return types.TimestampType(f"{stored.isoformat()}T00:00:00Z")
            case _:
                return types.StringType(str(stored))

    facts: list[Any] = [
        {names.get(path, path.rpartition(".")[2]): value(stored) for path, stored in {**SUITS, **person}.items()}
        | {"line": types.IntType(LINE_FEN)}
        for person in PERSONS
    ]

    def run() -> float:
        for _ in range(TIMES // 10 // len(facts)):
            for each in facts:
                program.evaluate(each)
        return TIMES // 10

    return run


def _openfisca() -> Any:
    """One person as a situation, the way OpenFisca is asked about one; no unknown either."""
    import numpy as np
    from openfisca_core import entities, periods
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    persons = entities.Entity("person", "persons", "", "")
    system = TaxBenefitSystem([persons])
    month = periods.DateUnit.MONTH

    def variable(name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": system.person_entity, "definition_period": month, "label": name}
        system.add_variable(type(name, (Variable,), {**body, **({"formula": formula} if formula else {})}))

    epoch, bounds = date(1970, 1, 1), (date(2026, 5, 20), date(2008, 11, 20), date(1966, 11, 20))
    joined, grown, old = ((day - epoch).days for day in bounds)
    codes: dict[Stored, int] = {code: number for number, code in enumerate((*HARD, "330101", "own", "rented"))}
    asked = {path: path.rpartition(".")[2] for path in SUITS}
    for path, name in asked.items():
        variable(name, bool if isinstance(SUITS[path], bool) else int)
    variable("line", int)
    formulas = (
        lambda p, t: p("member", t),
        lambda p, t: p("joined", t) <= joined,
        lambda p, t: (p("birth_date", t) <= grown) * (p("birth_date", t) > old),
        lambda p, t: np.isin(p("hardship", t), [codes[code] for code in HARD]),
        lambda p, t: p("hukou", t) == p("region", t),
        lambda p, t: p("income", t) * 10 < 180 * p("size", t) * p("line", t),
        lambda p, t: (p("skill_level", t) >= 3) + (p("trade_years", t) >= 10),
        lambda p, t: p("home", t) != codes["rented"],
    )
    for number, formula in enumerate(formulas):
        variable(f"clause_{number}", bool, _asking(formula))
    variable("suits", bool, _asking(lambda p, t: np.prod([p(f"clause_{n}", t) for n in range(8)], axis=0)))
    at = f"{AS_OF:%Y-%m}"

    def told(value: Stored) -> Any:
        return (value - epoch).days if isinstance(value, date) else codes.get(value, value)

    people = [
        {asked[path]: {at: told(value)} for path, value in {**SUITS, **person}.items()} | {"line": {at: LINE_FEN}}
        for person in PERSONS
    ]

    def run() -> float:
        for _ in range(TIMES // 10 // len(people)):
            for person in people:
                simulation = SimulationBuilder().build_from_entities(system, {"persons": {"one": person}})
                simulation.calculate("suits", at)
        return TIMES // 10

    return run


def _asking(of: Any) -> Any:
    def formula(person: Any, period: Any) -> Any:
        return of(person, period)

    return formula


# --- beside: few people, few programmes -----------------------------------------------------------------------------


def _beside(var: Path, people: int) -> list[Metric]:
    """What comes in between two nightly runs: ten thousand changed people, and one changed programme."""
    snapshot = people_files(var, people, lambda what: click.echo(f"making {what}", err=True))
    (changed, _), (programme, _) = apart(changed_people, var), apart(changed_programme, var, snapshot)
    return [
        Metric("10,000 changed people, 100 programmes", changed, "s"),
        Metric(f"one changed programme, {people:,} people", programme, "s"),
    ]


def changed_people(var: Path) -> float:
    """Seconds to lists and counts for ten thousand people, the hundred programmes being compiled."""
    import django

    django.setup()
    snapshot = people_files(var, 10_000)
    programmes, store = policies()
    return _matched(programmes, store, snapshot, var / "changed")


def changed_programme(var: Path, snapshot: Path) -> float:
    """Seconds to the lists and counts of one programme for everybody."""
    import django

    django.setup()
    programmes, store = policies()
    return _matched({"aid": programmes["aid-03"]}, store, snapshot, var / "programme")


def _matched(programmes: dict[str, ClauseSet], store: ParameterStore, snapshot: Path, out: Path) -> float:
    from niangjia.matching.engines import Job
    from niangjia.matching.engines.duckdb import DuckEngine

    began = time.perf_counter()
    DuckEngine().match(Job(programmes, AS_OF, store, "worker.region"), snapshot, out)
    return time.perf_counter() - began
