"""`niangjia match`: who suits what, counted and explained; and the rounds' people kept up to date."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.commands import as_json, as_table
from niangjia.kit.refusal import Refusal
from niangjia.matching import actions as matching
from niangjia.matching.reads import say, schema
from niangjia.programmes import actions as programmes
from niangjia.programmes.reads.targets import Target, targets
from niangjia.rules import Finding
from niangjia.rules.findings import stored_to_json
from niangjia.rules.tally import Counts

ACTOR = Actor.system("match")
SHOWN_QUESTIONS = 10
Tell = Callable[[float, str], None]


@click.command()
@click.argument("named", nargs=-1, metavar="[PROGRAMME]...")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day to judge on; today.")
@click.option("--engine", type=click.Choice(matching.ENGINES), default="duckdb", show_default=True)
@click.option("--explain", "explained", type=int, metavar="PERSON", help="Why this person suits, or does not.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Keep lists, counts and snapshot here.")
@click.option("--invite", is_flag=True, help="Tell the people found for the open rounds among them.")
@click.option("--changed", is_flag=True, help="Only bring the people of all open rounds up to date.")
@click.option("--json", "in_json", is_flag=True, help="One JSON document on standard output.")
def match(
    named: tuple[str, ...], as_of: Any, engine: str, explained: int | None, out: Path | None, invite: bool,
    changed: bool, in_json: bool,
) -> None:  # fmt: skip
    """Hold programmes against everybody: who suits, who is one fact away, and which question would settle most.

    PROGRAMME is a practice of the catalogue, programme-3 or round-7. Without any: all open rounds and the catalogue.
    """
    if changed and (named or as_of or explained is not None or out or invite):
        raise click.UsageError("--changed goes alone: it looks at all open rounds as of today.")
    if invite and engine == "postgres":
        raise click.UsageError("--invite reads the lists of a snapshot: use --engine duckdb or spark, or --changed.")
    day = as_of.date() if as_of else clock.today()
    try:
        if changed:
            _bring_up_to_date(in_json)
        elif explained is not None:
            _explain(explained, targets(named), day, in_json)
        else:
            _match(targets(named), day, engine, out, invite, in_json)
    except Refusal as refusal:
        raise click.UsageError(f"{refusal.sentence}\n{refusal.remedy}".strip()) from refusal


def _match(chosen: Sequence[Target], day: date, engine: str, out: Path | None, invite: bool, in_json: bool) -> None:
    """The lists hold who suits what: unless they are asked for, they are gone when the counts are told."""
    with tempfile.TemporaryDirectory(prefix="niangjia-match-") if out is None else nullcontext(str(out)) as folder:
        clauses = {target.name: target.clauses for target in chosen}
        with _watched(in_json) as tell:
            counts = matching.match(clauses, as_of=day, engine=engine, out=Path(folder), actor=ACTOR, tell=tell)
        invited = {}
        for target in chosen if invite else ():
            if target.round is not None:
                with _watched(in_json) as tell:
                    noted = programmes.invite_listed(
                        target.round, Path(folder), name=target.name, actor=ACTOR, tell=tell
                    )
                invited[target.name] = {"found": noted.found, "gone": noted.gone}
    if in_json:
        as_json({"as_of": day, "engine": engine, **counts.to_json(), "invited": invited})
    else:
        _say_counts(chosen, counts)
        for name, noted_there in invited.items():
            click.echo(f"{name}: {noted_there['found']:,} found anew, {noted_there['gone']:,} no longer")


def _say_counts(chosen: Sequence[Target], counts: Counts) -> None:
    language = get_language() or "zh"
    of = counts.programmes
    as_table(
        ("programme", "title", "yes", "one fact", "open", "no"),
        [
            (one.name, one.title, *(f"{n:,}" for n in (each.yes, each.one_fact, each.open, each.no)))
            for one in chosen
            for each in (of[one.name],)
        ],
    )
    click.echo()
    as_table(
        ("programme", "condition", "yes", "unknown", "no"),
        [
            (one.name, one.said(each.key, language), f"{each.yes:,}", f"{each.unknown:,}", f"{each.no:,}")
            for one in chosen
            for each in of[one.name].clauses
        ],
    )
    if counts.questions:
        click.echo()
        known = schema().facts
        as_table(
            ("question", "fact", "people", "answers it settles"),
            [
                (known[one.path].label(language), one.path, f"{one.people:,}", f"{one.answers:,}")
                for one in counts.questions[:SHOWN_QUESTIONS]
            ],
        )
    click.echo(f"\n{counts.people:,} people")


def _explain(person: int, chosen: Sequence[Target], day: date, in_json: bool) -> None:
    clauses = {target.name: target.clauses for target in chosen}
    found = matching.explain(person, clauses, as_of=day, purpose="niangjia match --explain", actor=ACTOR)
    if in_json:
        as_json({"person": person, "as_of": day, "programmes": {key: one.to_json() for key, one in found.items()}})
        return
    for target in chosen:
        finding = found[target.name]
        click.echo(f"\n{target.name} {target.title}: {finding.verdict.value}")
        as_table(("", "condition", "facts", "figures", "what would change it"), list(_explained(target, finding)))


def _explained(target: Target, finding: Finding) -> Iterator[tuple[str, ...]]:
    language, facts = get_language() or "zh", schema().facts
    for one in finding.clauses:
        used = []
        for fact in one.facts:
            value = "?" if fact.value is None else say(facts[fact.path], fact.value)
            told = ", ".join(part for part in (fact.source, str(fact.as_of or ""), "too old" * fact.stale) if part)
            used.append(f"{facts[fact.path].label(language)}: {value}{f' ({told})' if told else ''}")
        figures = [f"{each.path} = {stored_to_json(each.value)} ({each.cite})" for each in one.parameters]
        change = one.nearest_change.sentence(language) if one.nearest_change else ""
        words = target.said(one.key, language)
        yield one.verdict.value, words, "\n".join(used), "\n".join(figures), change


def _bring_up_to_date(in_json: bool) -> None:
    with _watched(in_json) as tell:
        done = programmes.invite_again(actor=ACTOR, tell=tell)
    rows = [(f"round-{one.round.pk}", one.round.title, one.everybody, one.found, one.gone) for one in done]
    heads = ("round", "title", "everybody", "found", "gone")
    if in_json:
        as_json([dict(zip(heads, row, strict=True)) for row in rows])
    else:
        as_table(heads, rows)


@contextmanager
def _watched(in_json: bool) -> Iterator[Tell]:
    """A progress bar on the terminal, beside and never inside what is printed."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=in_json or not console.is_terminal) as bar:
        task = bar.add_task("match", total=1.0)
        yield lambda done, what: bar.update(task, completed=done, description=what)
