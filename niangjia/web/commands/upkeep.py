"""Looking after the database."""

from __future__ import annotations

from collections import Counter

import click
from rich.console import Console

from niangjia.kit.actor import Actor
from niangjia.kit.commands import as_json, bring_up_to_date, pending, reachable, without_database

PLANTER = Actor.system("tree")


@click.command()
@click.option("--check", "check_only", is_flag=True, help="Only say what is pending; exit 1 if anything is.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@without_database
def migrate(*, check_only: bool, json_: bool) -> None:
    """Bring the database's tables, and the list of achievements, up to date."""
    with reachable():
        waiting = pending()
        if not check_only:
            bring_up_to_date()
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


@click.command()
@click.option("--json", "json_", is_flag=True, help="As JSON.")
def tree(*, json_: bool) -> None:
    """Plant the federations of Zhejiang: province, cities, counties, known townships. What stands is left alone."""
    from niangjia.orgs import actions

    with Console(stderr=True).status("Planting the federations of Zhejiang"):
        planted = Counter(body.level for body in actions.plant_tree(actor=PLANTER))
    if json_:
        as_json({"planted": planted})
    elif not planted:
        click.echo("The tree stands already.")
    else:
        click.echo("Planted: " + ", ".join(f"{count} {level}" for level, count in planted.items()))
