"""Looking after the database."""

from __future__ import annotations

import click
from django.core.management import call_command

from niangjia.kit.commands import as_json, pending, reachable, without_database


@click.command()
@click.option("--check", "check_only", is_flag=True, help="Only say what is pending; exit 1 if anything is.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@without_database
def migrate(*, check_only: bool, json_: bool) -> None:
    """Bring the database's tables up to date."""
    with reachable():
        waiting = pending()
        if not check_only and waiting:
            call_command("migrate", verbosity=0, interactive=False)
    if json_:
        as_json({"applied": [] if check_only else waiting, "pending": waiting if check_only else []})
    elif not waiting:
        click.echo("The database is up to date.")
    else:
        word = "pending" if check_only else "applied"
        for step in waiting:
            click.echo(f"{word} {step}")
    if check_only and waiting:
        raise SystemExit(1)
