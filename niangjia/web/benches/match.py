"""`bench match`: a hundred programmes against ten million workers; ours, SQL and numpy by hand, and OpenFisca in turns.

Every turn runs in a process of its own, so that memory is that rival's alone: of ours the engine with its rules, which
come compiled, and not Django. The lists of ours and of the SQL by hand are compared row by row, numpy's by who is in
them, OpenFisca's verdicts where no fact is missing.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from niangjia.kit.commands import without_database
from niangjia.matching.engines import Job
from niangjia.web.benches import match_rivals
from niangjia.web.benches.harness import Metric, Taken, Turns, apart, report
from niangjia.web.benches.match_rules import AS_OF, programmes
from niangjia.web.benches.match_world import people_files, policies

OURS, REASONS, HAND, NUMPY = "ours", "ours, everybody's reasons", "SQL by hand", "numpy by hand"
HELD, FISCA = "ours, facts in memory", "OpenFisca, facts in memory"
MIB = 2**20


class Differing(click.ClickException):
    """Two rivals answered differently: nothing about their speed means anything."""


@click.command()
@click.option("--quick", is_flag=True, help="One million workers and one round.")
@click.option("--people", type=int, help="How many workers; 10 million unless told.")
@click.option("--rounds", type=int, help="How often everybody has a turn; 3 unless told.")
@click.option("--json", "in_json", is_flag=True)
@without_database
def match(quick: bool, people: int | None, rounds: int | None, in_json: bool) -> None:
    """Many programmes against everybody, beside SQL and numpy by hand and OpenFisca."""
    people = people or (1_000_000 if quick else 10_000_000)
    rounds = rounds or (1 if quick else 3)
    var = Path(settings.VAR) / "bench"
    snapshot = people_files(var, people, lambda what: click.echo(f"making {what}", err=True))
    out = var / "match"
    compiled, figures = policies()
    job = Job(compiled, AS_OF, figures, "worker.region")
    evaluations = people * sum(map(len, programmes().values()))
    asked = min(people, 1_000_000 if quick else 3_000_000)
    turns = Turns({name: [] for name in (OURS, REASONS, HAND, NUMPY, HELD, FISCA)})
    peaks: dict[str, int] = {}

    def turn(name: str, work: Any, *arguments: Any) -> Any:
        if not in_json:
            click.echo(f"{name} …", err=True)
        answer, peak = apart(work, *arguments)
        seconds, *more = answer if isinstance(answer, tuple) else (answer,)
        share = asked / people if name in (HELD, FISCA) else 1.0
        turns.taken[name].append(Taken(seconds, evaluations * share))
        peaks[name] = max(peak, peaks.get(name, 0))
        return more

    for _ in range(rounds):
        turn(OURS, match_rivals.ours, job, snapshot, out / "ours", False)
        turn(HAND, match_rivals.by_hand, snapshot, out / "hand")
        turn(REASONS, match_rivals.ours, job, snapshot, out / "reasons", True)
        (numpy_told,) = turn(NUMPY, match_rivals.by_numpy, snapshot)
        held, differing = turn(FISCA, match_rivals.by_openfisca, snapshot, asked)
        turn(HELD, match_rivals.ours_in_memory, job, snapshot, asked)
        apart(same_lists, out / "ours", out / "hand", numpy_told)
        if differing:
            raise Differing(f"OpenFisca answers {differing} verdicts otherwise where no fact is missing")
    metrics = _metrics(turns, peaks, people, held / asked)
    if not quick:
        smaller = people_files(var, people // 10)
        _, less = apart(match_rivals.ours, job, smaller, out / "smaller", False)
        metrics.append(_growth(peaks[OURS] - less, people - people // 10, held / asked))
    report("match", rounds, metrics, in_json=in_json, people=people)
    shutil.rmtree(out)


def _metrics(turns: Turns, peaks: dict[str, int], people: int, fisca_bytes: float) -> list[Metric]:
    unit = "clauses/s"
    seconds = Metric("ours: seconds to lists and counts", turns.seconds(OURS), "s", turns.spread(OURS))
    return [
        seconds,
        turns.metric(OURS, unit, against=HAND, goal=0.8),
        turns.metric(REASONS, unit, against=HAND, goal=0.4),
        turns.metric(HELD, unit, against=FISCA, goal=1.5),
        turns.metric(HELD, unit, against=NUMPY),
        turns.metric(OURS, unit, against=FISCA, told="ours, from Parquet to lists"),
        Metric("memory, ours", peaks[OURS] / MIB, "MiB", goal=1024, at_most=True),
        Metric("memory, ours with reasons", peaks[REASONS] / MIB, "MiB", goal=1024, at_most=True),
        Metric("memory, SQL by hand", peaks[HAND] / MIB, "MiB"),
        Metric("bytes a person, our whole process", peaks[OURS] / people, "B"),
        Metric("bytes a person, held by OpenFisca", fisca_bytes, "B"),
    ]  # fmt: skip


def _growth(more_bytes: int, more_people: int, fisca_bytes: float) -> Metric:
    """What each further person costs in memory, beside what OpenFisca holds for one; neither counts the program."""
    each = max(more_bytes, 0) / more_people
    told = "bytes for each further person, ours"
    return Metric(told, each, "B", against="OpenFisca", ratio=each / fisca_bytes, goal=0.1, at_most=True)


def same_lists(ours: Path, hand: Path, numpy_told: dict[str, tuple[int, int, int]]) -> int:
    """How many rows the lists hold; Differing when they are not the same rows."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    one, other = (f"read_parquet('{directory}/lists/*.parquet')" for directory in (ours, hand))
    # A sum over a hash of each row does not depend on order, and needs no memory.
    row = "hash(person_id, programme, verdict, missing)"
    counted = f"count(*), sum({row}::HUGEINT), count(DISTINCT programme)"
    (mine,), (theirs,) = (connection.execute(f"SELECT {counted} FROM {lists}").fetchall() for lists in (one, other))
    if mine != theirs:
        raise Differing(f"the lists of ours and of the SQL by hand differ: {mine} and {theirs}")
    found = connection.execute(
        "SELECT programme, sum((verdict = 'yes')::INT)::BIGINT, sum((verdict = 'one_fact')::INT)::BIGINT,"
        f" sum(person_id * CASE verdict WHEN 'yes' THEN 1 ELSE 3 END)::BIGINT FROM {one} GROUP BY programme"
    ).fetchall()
    told = {key: counts for key, counts in numpy_told.items() if any(counts)}
    if {key: (yes, one_fact, people) for key, yes, one_fact, people in found} != told:
        raise Differing("the lists of ours and of numpy by hand differ")
    return int(mine[0])
