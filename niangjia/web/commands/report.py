"""How commands say what they found: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table

PIPE_WIDTH = 200


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
