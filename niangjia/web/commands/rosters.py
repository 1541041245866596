"""`niangjia import`: lists that unions keep in spreadsheets."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from niangjia.kit.actor import Actor
from niangjia.kit.commands import as_json, as_table
from niangjia.kit.refusal import Refusal
from niangjia.orgs.models import Organisation
from niangjia.orgs.models_roster import RosterBatch
from niangjia.orgs.roster import actions, reads

ACTOR = Actor.system("import roster")
SHOWN = 40
PIECE = 1024 * 1024


@click.group()
def imports() -> None:
    """Bring in what is kept elsewhere."""


@imports.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--union", "code", help="Code of the union whose members these are.")
@click.option("--preview", is_flag=True, help="Only say what would happen; write nothing.")
@click.option("--resume", "resumed", type=int, metavar="BATCH", help="Begin again what was broken off.")
@click.option("--undo", "undone", type=int, metavar="BATCH", help="Take an imported roster back.")
@click.option("--refused", type=click.Path(dir_okay=False, path_type=Path), help="Write the refused rows here (.xlsx).")
@click.option("--json", "in_json", is_flag=True, help="One JSON document on standard output.")
def roster(
    file: Path | None, code: str | None, preview: bool, resumed: int | None, undone: int | None,
    refused: Path | None, in_json: bool,
) -> None:  # fmt: skip
    """Import the people of a spreadsheet (.xlsx, .xls, .ods, .csv) as members of a union.

    The file is kept first, then all of it is imported at once or, broken off, none of it: `--resume` begins again.
    """
    begun = _batch(resumed) if resumed is not None else None
    if undone is not None or (begun is not None and begun.state == RosterBatch.State.UNDOING):
        _undo(begun or _batch(undone or 0), in_json)
        return
    try:
        if begun is not None:
            _import(begun, refused, in_json)
        elif file is None or code is None:
            raise click.UsageError("FILE and --union are needed, or --resume BATCH, or --undo BATCH.")
        elif preview:
            _preview(file, _union(code), refused, in_json)
        else:
            _import(_received(file, _union(code)), refused, in_json)
    except Refusal as refusal:
        if not in_json or not refusal.code.startswith("roster_"):
            raise
        _say_unreadable(str(refusal), in_json)
        sys.exit(0 if preview else 1)


def _union(code: str) -> Organisation:
    union = Organisation.objects.unions().filter(code=code).first()
    if union is None:
        raise click.UsageError(f"No union has the code {code}.")
    return union


def _batch(number: int) -> RosterBatch:
    batch = RosterBatch.objects.filter(pk=number).first()
    if batch is None:
        raise click.UsageError(f"There is no roster number {number}.")
    return batch


def _received(file: Path, union: Organisation) -> RosterBatch:
    with file.open("rb") as opened:
        pieces = iter(partial(opened.read, PIECE), b"")
        return actions.receive_roster(pieces, actor=ACTOR, union=union, name=file.name)


def _preview(file: Path, union: Organisation, refused: Path | None, in_json: bool) -> None:
    """Nothing is kept, unless the refused rows are asked for: then until the end of this transaction."""
    with transaction.atomic(), _watched(in_json) as tell:
        kept = refused is not None
        batch = actions.preview_roster(file, actor=ACTOR, union=union, name=file.name, keep=kept, tell=tell)
        if refused is not None:
            refused.write_bytes(actions.refused_rows(batch, actor=ACTOR))
        _say(batch, in_json, staged=not kept, preview=True)
        transaction.set_rollback(True)


def _import(batch: RosterBatch, refused: Path | None, in_json: bool) -> None:
    click.echo(f"If this is broken off: niangjia import roster --resume {batch.pk}", err=True)
    with _watched(in_json) as tell:
        batch = actions.import_roster(batch, actor=ACTOR, tell=tell)
    if batch.state == RosterBatch.State.UNREADABLE:
        _say_unreadable(batch.trouble, in_json)
        sys.exit(1)
    if refused is not None:
        refused.write_bytes(actions.refused_rows(batch, actor=ACTOR))
    _say(batch, in_json, staged=False, preview=False)


def _undo(batch: RosterBatch, in_json: bool) -> None:
    with _watched(in_json) as tell:
        batch = actions.undo_roster(batch, actor=ACTOR, tell=tell)
    if in_json:
        as_json({"batch": batch.pk, "state": batch.state})
    else:
        click.echo(f"{batch.pk} {batch.file_name}: {batch.get_state_display()}")


@contextmanager
def _watched(in_json: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the terminal, beside and never inside what is printed."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=in_json or not console.is_terminal) as bar:
        task = bar.add_task("roster", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def _say_unreadable(sentence: str, in_json: bool) -> None:
    if in_json:
        as_json({"file_fault": sentence, "rows": [], "notes": []})
    else:
        click.echo(sentence, err=True)


def _say(batch: RosterBatch, in_json: bool, *, staged: bool, preview: bool) -> None:
    rows = reads.rows_said(batch, staged=staged)
    if in_json:
        _say_json(batch, rows, preview=preview)
        return
    for note in reads.note_sentences(batch):
        click.echo(note)
    shown = list(itertools.islice((row for row in rows if row.faults), SHOWN + 1))
    as_table(
        ("sheet", "row", "verdict", "faults"),
        [(row.sheet, row.row, row.verdict, "\n".join(row.faults)) for row in shown[:SHOWN]],
    )
    if len(shown) > SHOWN:
        click.echo("…")
    number = "" if preview else f"batch {batch.pk}, "
    click.echo(number + ", ".join(f"{name} {count}" for name, count in batch.counts.items()))


def _say_json(batch: RosterBatch, rows: Iterator[reads.RowSaid], *, preview: bool) -> None:
    """Written row by row: a million rows need no more memory than one."""
    head: dict[str, Any] = {
        "file_fault": None, "notes": reads.note_sentences(batch), "counts": batch.counts,
        "batch": None if preview else batch.pk,
    }  # fmt: skip
    write = sys.stdout.write
    write(json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [')
    for place, row in enumerate(rows):
        # A line that is no person (a total, a signature) is not imported: to a program that is a refusal with a reason.
        verdict = "refused" if row.verdict == "skipped" else row.verdict
        said = {"sheet": row.sheet, "row": row.row, "verdict": verdict, "faults": row.faults}
        write(("," if place else "") + "\n" + json.dumps(said, ensure_ascii=False))
    write("\n]}\n")
