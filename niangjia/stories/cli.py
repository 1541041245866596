"""`niangjia story`: practices enacted from end to end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from niangjia.kit.commands import as_json, as_table, reachable, without_database
from niangjia.kit.scratch import scratch_copy, scratch_database
from niangjia.stories.library import STORIES
from niangjia.stories.story import Story, Telling, Told, missing_rows, tell


@click.group()
def story() -> None:
    """List and run the stories."""


@story.command("list")
@click.option("--json", "as_data", is_flag=True, help="For programs.")
@click.option("--missing", is_flag=True, help="The rows of the dossier that no story enacts.")
@without_database
def list_stories(*, as_data: bool, missing: bool) -> None:
    """The stories there are, with the rows of the dossier they enact."""
    if missing:
        left = missing_rows(STORIES)
        if as_data:
            as_json([{"row": one.row, "place": one.place, "title": one.title} for one in left])
        else:
            as_table(("row", "place", "practice"), [(one.row, one.place, one.title) for one in left])
        return
    if as_data:
        as_json([{"key": s.key, "title": s.title, "rows": list(s.rows), "figures": len(s.figures)} for s in STORIES])
        return
    as_table(
        ("key", "title", "rows", "figures"),
        [(s.key, s.title, " ".join(map(str, s.rows)), len(s.figures)) for s in STORIES],
    )


@story.command("run")
@click.argument("keys", nargs=-1, metavar="KEY...")
@click.option("--all", "every", is_flag=True, help="Every story.")
@click.option("--json", "as_data", is_flag=True, help="For programs.")
@without_database  # its own, apart: what stands in the one at hand, migrated or not, is left alone
def run(*, keys: tuple[str, ...], every: bool, as_data: bool) -> None:
    """Enact stories, each in a scratch database of its own, and set what is counted beside what was published."""
    chosen = _chosen(keys, every=every)
    with reachable(), scratch_database():  # migrated once, copied for each
        told = [_tell(one) for one in chosen]
    if as_data:
        as_json({"stories": [one.as_json() for one in told]})
    else:
        _print(told)
    if not all(one.ok for one in told):
        sys.exit(1)


def _chosen(keys: tuple[str, ...], *, every: bool) -> list[Story]:
    if every:
        return list(STORIES)
    known = {one.key: one for one in STORIES}
    unknown = [key for key in keys if key not in known]
    if unknown or not keys:
        what = f"There is no story called {unknown[0]}." if unknown else "Name a story, or say --all."
        raise click.UsageError(f"{what} Stories: {', '.join(sorted(known))}")
    return [known[key] for key in dict.fromkeys(keys)]


def _tell(one: Story) -> Told:
    with scratch_copy(), _bar() as bar:
        tasks: dict[str, object] = {}

        def progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(f"{one.key}: {what}", total=of)
            bar.update(tasks[what], completed=done, total=of)  # type: ignore[arg-type]

        return tell(one, Telling(progress=progress))


@contextmanager
def _bar() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield bar


def _print(told: list[Told]) -> None:
    lines = [
        (
            one.story.key,
            c.figure.name,
            f"{c.figure.comparator} {c.figure.published:,}",
            f"{c.counted:,}",
            c.figure.unit,
            "ok" if c.ok else "NOT",
        )
        for one in told
        for c in one.figures
    ]
    as_table(("story", "figure", "published", "counted", "unit", ""), lines)
    for one in told:
        click.echo(f"{one.story.key}: {one.seconds:.1f} s")
