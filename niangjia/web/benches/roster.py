"""`niangjia bench roster`: a roster from the file into the register, beside a bare COPY and django-import-export.

Ours is the whole way: the file kept sealed, every row with its verdict, people found again or made with their numbers
encrypted, membership and employment, the trail. COPY only puts the same text into a table without an index. The peer
is used as its manual begins: a resource on the model, nothing tuned. Between COPY and ours stands what PostgreSQL asks
for the same people, memberships and employments when they lie ready in tables: no import into this register is faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import connection, transaction
from rich.console import Console
from rich.progress import Progress

from niangjia.kit.actor import Actor
from niangjia.kit.commands import reachable, without_database
from niangjia.kit.happenings import TablesMigrated, announce
from niangjia.kit.scratch import scratch_database
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Employment, Kind, Membership, Organisation
from niangjia.orgs.roster import actions
from niangjia.people.models import Person
from niangjia.web.benches import rosters_made
from niangjia.web.benches.harness import Metric, Taken, Turns, apart, report
from niangjia.web.benches.roster_alone import import_alone

Rival = tuple[str, Callable[[], None], Callable[[], int]]  # the name, what is done before the clock starts, the turn
ACTOR = Actor.system("bench roster")
PIECE = 1024 * 1024
FULL, QUICK = (1_000_000, 200_000, 3, 10.0), (50_000, 10_000, 2, 2.0)
COPY, FIRST, AGAIN, WORKBOOK = "bare COPY", "first import", "again, 10 % changed", "first import, workbook"
READY = "the same records from ready tables"
PEER, PEER_ALL = "import-export, the person alone", "import-export, person + membership + employment"


@click.command()
@click.option("--quick", is_flag=True, help="50,000 rows and two rounds.")
@click.option("--rounds", type=int, help="How often everybody has a turn; 3 unless told.")
@click.option("--json", "in_json", is_flag=True, help="One JSON document on standard output.")
@without_database
def roster(*, quick: bool, rounds: int | None, in_json: bool) -> None:
    """Import a million rows with verdicts, beside a bare COPY of the same file and django-import-export."""
    count, in_workbook, usual, patience = QUICK if quick else FULL
    rounds = rounds or usual
    files = Path(settings.VAR) / "bench"
    first = rosters_made.made_csv(files / f"roster-{count}.csv", count)
    again = rosters_made.made_csv(files / f"roster-{count}-again.csv", count, changed=0.1)
    tenth = rosters_made.made_csv(files / f"roster-{count // 10}.csv", count // 10)
    workbook = rosters_made.made_workbook(files / f"roster-{in_workbook}.xlsx", in_workbook)
    with reachable(), scratch_database():
        announce(TablesMigrated())  # the triggers that keep facts current belong to what an import costs
        union = _union()
        rivals: list[Rival] = [
            (COPY, _empty, partial(_copy, first)),
            (FIRST, _empty, partial(import_file, union, first)),
            (READY, _set_aside, _from_ready),
            (AGAIN, _nothing_first, partial(import_file, union, again)),
            (PEER, _empty, partial(_peer, union, patience, whole=False)),
            (PEER_ALL, _empty, partial(_peer, union, patience, whole=True)),
            (WORKBOOK, _empty, partial(import_file, union, workbook)),
        ]
        turns = _take_turns(rivals, rounds, in_json=in_json)
        peaks = [_peak(union, file) for file in (tenth, first)]
    report("roster", rounds, [*_ratios(turns), *_memory(peaks, count)], in_json=in_json, rows=count)


def _ratios(turns: Turns) -> Iterator[Metric]:
    yield turns.metric(COPY, "rows/s")
    yield turns.metric(FIRST, "rows/s", against=COPY, goal=0.05)
    yield turns.metric(AGAIN, "rows/s", against=COPY, goal=0.05)
    yield turns.metric(WORKBOOK, "rows/s", against=COPY)
    yield turns.metric(READY, "rows/s", against=COPY)
    yield turns.metric(FIRST, "rows/s", against=READY)
    yield turns.metric(FIRST, "rows/s", against=PEER)
    yield turns.metric(FIRST, "rows/s", against=PEER_ALL, goal=60.0)
    yield turns.metric(PEER, "rows/s")
    yield turns.metric(PEER_ALL, "rows/s")


def _memory(peaks: list[int], count: int) -> Iterator[Metric]:
    small, large = peaks
    yield Metric(f"peak memory, {count:,} rows", large / 2**20, "MiB")
    yield Metric(
        "the same, of a tenth of the rows", small / 2**20, "MiB", against="ten times the rows",
        ratio=large / small, goal=1.2, at_most=True,
    )  # fmt: skip


def _take_turns(rivals: list[Rival], rounds: int, *, in_json: bool) -> Turns:
    """Like the harness's own, but each begins with a register made ready for it, and that is not timed."""
    turns = Turns({name: [] for name, _prepare, _run in rivals})
    with Progress(console=Console(stderr=True), disable=in_json, transient=True) as progress:
        bar = progress.add_task("", total=rounds * len(rivals))
        for _round in range(rounds):
            for name, prepare, run in rivals:
                progress.update(bar, description=name)
                prepare()
                began = time.perf_counter()
                amount = run()
                turns.taken[name].append(Taken(time.perf_counter() - began, amount))
                progress.advance(bar)
    return turns


def _union() -> Organisation:
    """A union, and the employers that the roster names."""
    orgs.plant_tree(actor=ACTOR, only=("330624001",))
    county = Organisation.objects.get(code="330624")
    for number in range(rosters_made.UNITS):
        orgs.register_employer(actor=ACTOR, host=county, name=rosters_made.unit_name(number))
    return orgs.found_union(
        actor=ACTOR, parent=county, kind=Kind.GRASSROOTS_UNION, name=rosters_made.UNION, founded_on=date(2020, 1, 1)
    )


def _empty() -> None:
    """A register without people, as before the first import."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE people_person, trail_line, orgs_rosterrow RESTART IDENTITY CASCADE")
        cursor.execute("CHECKPOINT")


def _nothing_first() -> None:
    """The register as the turn before left it: a second import finds what the first one brought."""


RECORDS = [model._meta.db_table for model in (Person, Membership, Employment)]


def _set_aside() -> None:
    """What the first import made, in tables without an index, and the register empty again."""
    with connection.cursor() as cursor:
        for table in RECORDS:
            cursor.execute(f"DROP TABLE IF EXISTS ready_{table}")
            cursor.execute(f"CREATE UNLOGGED TABLE ready_{table} AS SELECT * FROM {table} ORDER BY id")  # noqa: S608
    _empty()


@transaction.atomic
def _from_ready() -> int:
    """The records of the first import once more, under the constraints, indexes and triggers of the register."""
    with connection.cursor() as cursor:
        for table in RECORDS:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM ready_{table}")  # noqa: S608
        return int(cursor.rowcount)


def _copy(file: Path) -> int:
    columns = ", ".join(f"c{place} text" for place in range(len(rosters_made.HEADS)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE bench_copied ({columns})")
        with file.open("rb") as opened, cursor.copy("COPY bench_copied FROM STDIN (FORMAT csv, HEADER)") as copy:
            while piece := opened.read(PIECE):
                copy.write(piece)
        rows = int(cursor.rowcount)
        cursor.execute("DROP TABLE bench_copied")
    return rows


def import_file(union: Organisation, file: Path) -> int:
    """The whole import; how many rows."""
    with file.open("rb") as opened:
        pieces = iter(partial(opened.read, PIECE), b"")
        batch = actions.receive_roster(pieces, actor=ACTOR, union=union, name=file.name)
    rows = int(actions.import_roster(batch, actor=ACTOR).counts["total"])
    if not rows:
        raise click.ClickException(f"Nothing was imported from {file}.")
    return rows


def _peak(union: Organisation, file: Path) -> int:
    """The most memory that an import of this file takes, in a process of its own."""
    _empty()
    connection.close()
    _rows, peak = apart(import_alone, str(connection.settings_dict["NAME"]), union.pk, file)
    return peak


def _peer(union: Organisation, patience: float, *, whole: bool) -> int:
    """How many rows django-import-export takes in so many seconds, two hundred at a time."""
    from tablib import Dataset  # the peer stands in the development lock alone

    from niangjia.web.benches.roster_peer import HEADS, prepared, resource

    peer: Any = resource(union, whole=whole)
    clean = (cells for number, cells in enumerate(rosters_made.rows(FULL[0])) if number % 100 != 99)  # or all is undone
    began = time.perf_counter()
    taken = 0
    while time.perf_counter() - began < patience:
        found = peer.import_data(Dataset(*map(prepared, islice(clean, 200)), headers=HEADS), raise_errors=True)
        taken += int(found.totals["new"])
    return taken
