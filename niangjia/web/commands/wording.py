"""`niangjia messages`: the Chinese of the house, kept in step with its English."""

from __future__ import annotations

import sys

import click

from niangjia.kit import messages as kit_messages
from niangjia.kit.commands import without_database


@click.group()
def messages() -> None:
    """Gather, check and compile what people read."""


@messages.command()
@click.argument("packages", nargs=-1)
@without_database
def update(packages: tuple[str, ...]) -> None:
    """Bring the message files of PACKAGES (all, when none is named) in step with code and templates."""
    known = {package.name for package in kit_messages.packages()}
    if unknown := sorted(set(packages) - known):
        raise click.BadParameter(f"there is no package {', '.join(unknown)}", param_hint="PACKAGES")
    for path in kit_messages.update(names=packages):
        click.echo(f"changed {path.relative_to(kit_messages.HOUSE.parent)}")


@messages.command(name="compile")
@without_database
def compile_() -> None:
    """Make every .mo file that is missing or older than its .po."""
    click.echo(f"{kit_messages.compile_all()} compiled")


@messages.command()
@without_database
def check() -> None:
    """Say what is untranslated, outdated or contradictory; exit 1 if anything is."""
    faults = kit_messages.faults()
    for fault in faults:
        click.echo(fault)
    sys.exit(1 if faults else 0)
