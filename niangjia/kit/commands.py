"""What every command of `niangjia` stands on: the database it works on, and how it says what it found.

The database is the one that DATABASE_URL names, or the embedded one, started and kept current. A report is a table for
people and JSON for programs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from rich.console import Console
from rich.table import Table

from niangjia.kit import postgres
from niangjia.kit.happenings import TablesMigrated, announce

PIPE_WIDTH = 200
Callback = TypeVar("Callback", bound=Callable[..., object])


def without_database(callback: Callback) -> Callback:
    """Mark a command that opens its database itself, or needs none."""
    callback.needs_no_database = True  # type: ignore[attr-defined]
    return callback


def is_exempt(callback: Callable[..., object]) -> bool:
    return getattr(callback, "needs_no_database", False)


def is_embedded() -> bool:
    """Whether the settings point at the embedded server rather than at one of the user's own."""
    sockets = postgres.socket_directory(settings.VAR / "pg")
    return str(settings.DATABASES["default"]["HOST"]) == str(sockets)


@contextmanager
def reachable() -> Iterator[None]:
    """A server is up for as long as we are inside; nothing is said about its tables."""
    if not is_embedded():
        yield
        return
    with postgres.joined(settings.VAR / "pg"):
        try:
            yield
        finally:
            connection.close()


@contextmanager
def opened() -> Iterator[None]:
    """A database that a command can use: reachable, with every migration applied."""
    with reachable():
        try:
            waiting = pending()
        except OperationalError as fault:
            raise click.ClickException(f"The database cannot be reached: {fault}".strip()) from fault
        if waiting and is_embedded():
            bring_up_to_date()
        elif waiting:
            raise click.ClickException(f"{len(waiting)} migrations are not applied yet: run `niangjia migrate` first.")
        yield


def bring_up_to_date() -> None:
    """Apply what is pending, and plant the data that the house comes with."""
    call_command("migrate", verbosity=0, interactive=False)
    announce(TablesMigrated())


def pending() -> list[str]:
    """Migrations that the code has and the database has not."""
    executor = MigrationExecutor(connection)
    return [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def as_json(data: object) -> None:
    """One JSON document on standard output, and nothing else."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def as_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as wide as the terminal; whole lines when it goes into a pipe."""
    table = Table(*heads, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*[str(cell) for cell in row])
    console = Console()
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    console.print(table)


def as_markdown(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table for the docs."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"
