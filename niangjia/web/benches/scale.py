"""`bench scale`: what one person and one programme cost on each engine, and what a whole country would then need.

Processor time, not the clock on the wall: it says how many cores are wanted, and another's work beside ours moves it
little. `docs/scale.md` is written from these figures.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click
from django.conf import settings

from niangjia.kit.commands import without_database
from niangjia.matching.engines import Engine, Job
from niangjia.rules import ClauseSet, ParameterStore, RuleFaults, compile_clauses, weigh
from niangjia.web.benches.harness import Metric, report
from niangjia.web.benches.match_rules import AS_OF
from niangjia.web.benches.match_world import people_files, policies

REGION = "worker.region"
MASTER = "local-cluster[2,1,1500]"
OPTIONS = {"spark.executor.memory": "1500m", "spark.sql.shuffle.partitions": "4"}
TICKS = os.sysconf("SC_CLK_TCK")
NUMBER = re.compile(r'(?<![\w."-])\d+(?![\w."-])')
ALONE = 50  # people judged one by one


@click.command()
@click.option("--quick", is_flag=True, help="Fifty thousand workers.")
@click.option("--people", type=int, help="How many workers; a million unless told.")
@click.option("--programmes", type=int, default=1000, show_default=True, help="Of the larger set.")
@click.option("--json", "in_json", is_flag=True)
@without_database
def scale(quick: bool, people: int | None, programmes: int, in_json: bool) -> None:
    """Unit costs of matching on DuckDB and on a Spark cluster of two workers, and of one person alone."""
    from niangjia.matching.engines.duckdb import DuckEngine
    from niangjia.matching.engines.spark import SparkEngine, connected

    people = people or (50_000 if quick else 1_000_000)
    var = Path(settings.VAR) / "bench"
    facts = people_files(var, people, lambda what: click.echo(f"making {what}", err=True))
    few, figures = policies()
    many = more_programmes(few, programmes)
    sets = {f"{len(each)} programmes": each for each in (few, many)}
    metrics: list[Metric] = []
    for name, held in sets.items():
        metrics += told(f"DuckDB, {name}", DuckEngine(threads=1), held, figures, facts, var / "scale")
    with connected(MASTER, OPTIONS):  # sets of a hundred: docs/scale.md says why
        metrics += told(f"Spark, {len(few)} programmes", SparkEngine(MASTER), few, figures, facts, var / "scale")
    size = sum(file.stat().st_size for file in facts.glob("*.parquet"))
    metrics.append(Metric("snapshot", size / people, "bytes/person"))
    metrics.append(Metric("one person alone, with reasons", alone(few, figures), "µs/programme"))
    report("scale", 1, metrics, in_json=in_json, people=people)


def told(
    name: str, engine: Engine, held: Mapping[str, ClauseSet], figures: ParameterStore, facts: Path, out: Path
) -> list[Metric]:
    """The second of two runs: the first has warmed the engine up."""
    job = Job(held, AS_OF, figures, REGION)
    engine.match(job, facts, out)
    began, clock = processor_seconds(), time.perf_counter()
    counts = engine.match(job, facts, out)
    took, wall = processor_seconds() - began, time.perf_counter() - clock
    listed = sum(one.yes + one.one_fact for one in counts.programmes.values())
    size = sum(file.stat().st_size for file in (out / "lists").glob("*.parquet"))
    judged = counts.people * len(held)
    return [
        Metric(name, judged / took / 1e6, "M verdicts per processor second"),
        Metric(f"{name}: by the clock", judged / wall / 1e6, "M verdicts/s"),
        Metric(f"{name}: on the lists", listed / counts.people, "rows/person"),
        Metric(f"{name}: lists", size / listed, "bytes/row"),
    ]


def alone(held: Mapping[str, ClauseSet], figures: ParameterStore) -> float:
    """Processor time of one verdict with its reasons, for people of whom little is known."""
    began = time.process_time()
    for number in range(ALONE):
        known = {"worker.sex": "F" if number % 2 else "M", "worker.union.member": True, REGION: f"33{number:02}"}
        for clauses in held.values():
            weigh(clauses, known, as_of=AS_OF, parameters=figures, region_path=REGION)
    return (time.process_time() - began) / ALONE / len(held) * 1e6


def more_programmes(few: Mapping[str, ClauseSet], wanted: int) -> dict[str, ClauseSet]:
    """So many programmes: the few again and again, each time with other numbers in their rules."""
    made: dict[str, ClauseSet] = {}
    for times in range(-(-wanted // len(few))):
        made |= {f"{key}_{times}": _shifted(clauses, times) for key, clauses in few.items()}
    return dict(list(made.items())[:wanted])


def _shifted(clauses: ClauseSet, by: int) -> ClauseSet:
    def more(number: re.Match[str]) -> str:
        return str(int(number[0]) + by)

    shifted = [replace(each.clause, rule=NUMBER.sub(more, each.clause.rule)) for each in clauses.clauses]
    try:
        return compile_clauses(shifted, clauses.schema)
    except RuleFaults:  # a number that is more than one of its kind may be
        return clauses


def processor_seconds() -> float:
    """What this process and all it has started have used, those still running."""
    return sum(_used(pid) for pid in _family(os.getpid()))


def _family(pid: int) -> list[int]:
    kids = [int(kid) for file in Path(f"/proc/{pid}/task").glob("*/children") for kid in file.read_text().split()]
    return [pid, *(each for kid in kids for each in _family(kid))]


def _used(pid: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / TICKS
