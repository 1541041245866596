"""`niangjia events`: what can be checked of activities without signing in anywhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from niangjia.events.reads import fault_in_draw
from niangjia.kit.commands import without_database

FAULTS = {
    "shape": "the file does not hold seed, promise, roll and order as a draw is published",
    "commitment": "the seed is not the one that was promised beforehand",
    "roll": "the roll was changed after it was frozen",
    "line": "a line of the roll is not an entry: a number, a tier and how many seats",
    "twice": "somebody stands in the roll twice",
    "tiers": "the roll speaks of a tier that the draw does not name",
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
    """Work a published draw (draw-N.json) out again; exit 1 when it is not true or cannot be read."""
    published = _read(file)
    fault = fault_in_draw(published, commitment=commitment.strip().lower() if commitment else None)
    if fault:
        click.echo(f"Not true: {FAULTS[fault]}.")
        sys.exit(1)
    click.echo(f"The draw is true: {len(published['order'])} entries, in the order their lots give.")


def _read(file: Path) -> dict[str, Any]:
    """What a file says, or one sentence why it cannot be read."""
    try:
        found = json.loads(file.read_text("utf-8-sig"), object_pairs_hook=_each_once)  # some editors put a mark first
    except UnicodeDecodeError as fault:
        raise _unreadable(file, "it is not text in UTF-8; download it again instead of saving it anew") from fault
    except json.JSONDecodeError as fault:
        raise _unreadable(file, f"it breaks off or is damaged at line {fault.lineno}; download it again") from fault
    except (ValueError, RecursionError) as fault:
        raise _unreadable(file, str(fault)) from fault
    if not isinstance(found, dict):
        raise _unreadable(file, "it holds something else; take the file from the page of the draw")
    return found


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice is read one way by one program and another way by the next."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it says the same thing twice, and programs would not agree which counts")
    return found


def _unreadable(file: Path, why: str) -> click.ClickException:
    return click.ClickException(f"{file.name} is no published draw: {why}.")
