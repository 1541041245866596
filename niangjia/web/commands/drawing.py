"""`niangjia events`: what can be checked of activities without signing in anywhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from niangjia.events.reads import fault_in_draw
from niangjia.kit.commands import without_database

FAULTS = {
    "commitment": "the seed is not the one that was promised beforehand",
    "roll": "the roll was changed after it was frozen",
    "order": "the order is not the one the lots give",
}


@click.group()
def events() -> None:
    """Check what activities have published."""


@events.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--commitment", help="The SHA-256 of the seed as you noted it before the draw.")
@without_database
def verify(file: Path, commitment: str | None) -> None:
    """Work a published draw (draw-N.json) out again; exit 1 when it is not true."""
    try:
        published = json.loads(file.read_text("utf-8"))
        fault = fault_in_draw(published, commitment=commitment)
    except (ValueError, KeyError, TypeError) as unreadable:
        raise click.ClickException(f"{file} is no published draw: {unreadable}") from unreadable
    if fault:
        click.echo(f"Not true: {FAULTS[fault]}.")
        sys.exit(1)
    click.echo(f"The draw is true: {len(published['order'])} entries, in the order their lots give.")
