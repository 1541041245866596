"""What the house is made of, told from the running code: its doors, and who hears what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from niangjia.kit import flows as lives
from niangjia.kit.commands import as_json, as_markdown, as_table, without_database
from niangjia.kit.happenings import listeners

ROUTES_PAGE = Path("docs/generated/routes.md")
FLOWS_PAGE = Path("docs/generated/flow.md")
ROUTES_HEAD = "# Routes\n\nEvery door and who may knock. Generated: `niangjia routes --write`.\n\n"


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """One URL pattern, the name it goes by, and who may enter."""

    pattern: str
    name: str
    needs: str
    view: str


def doors() -> list[Door]:
    """Every URL pattern of the house in the order of their paths; `needs` is empty for one that declares nothing."""
    return sorted(_doors(get_resolver().url_patterns, "/"))


def _doors(patterns: Sequence[URLPattern | URLResolver], before: str) -> Iterator[Door]:
    for pattern in patterns:
        path = before + str(pattern.pattern).lstrip("^").removesuffix(r"\Z").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, path)
        else:
            view = pattern.callback
            name = f"{view.__module__}.{getattr(view, '__qualname__', type(view).__qualname__)}"
            yield Door(path, pattern.name or "", str(getattr(view, "needs", "")), name)


def routes_page() -> str:
    """docs/generated/routes.md as it should read."""
    rows = [(f"`{door.pattern}`", door.name, door.needs or "**nobody declared**", f"`{door.view}`") for door in doors()]
    return ROUTES_HEAD + as_markdown(("path", "name", "needs", "view"), rows)


def _write(page: Path, text: str) -> None:
    (settings.ROOT / page).parent.mkdir(parents=True, exist_ok=True)
    (settings.ROOT / page).write_text(text, "utf-8")


@click.command()
@click.option("--json", "json_", is_flag=True, help="As JSON: each thing with its moves.")
@click.option("--write", is_flag=True, help="Write the page docs/generated/flow.md, with diagrams.")
@without_database
def flows(*, json_: bool, write: bool) -> None:
    """List the lives of things: verb, states before, state after, who."""
    known = lives.flows()
    if json_:
        as_json({thing: [asdict(move) for move in moves] for thing, moves in known.items()})
    elif write:
        _write(FLOWS_PAGE, lives.page())
    else:
        rows = [
            (thing, move.verb, ", ".join(move.before), move.after, move.who)
            for thing, moves in known.items()
            for move in moves
        ]
        as_table(("thing", "verb", "from", "to", "who"), rows)


@click.command()
@click.option("--json", "json_", is_flag=True, help="As JSON: a list of pattern, name, needs and view.")
@click.option("--markdown", is_flag=True, help="As the page docs/generated/routes.md.")
@click.option("--write", is_flag=True, help="Write that page.")
@without_database
def routes(*, json_: bool, markdown: bool, write: bool) -> None:
    """List every URL pattern and who may enter."""
    if json_:
        as_json([asdict(door) for door in doors()])
    elif markdown:
        click.echo(routes_page(), nl=False)
    elif write:
        _write(ROUTES_PAGE, routes_page())
    else:
        as_table(("path", "name", "needs"), [(door.pattern, door.name, door.needs) for door in doors()])


@click.command()
@click.option("--json", "json_", is_flag=True, help="As JSON: each happening with its listeners in their order.")
@without_database
def happenings(*, json_: bool) -> None:
    """List what packages announce, and who hears it in which order."""
    heard = {f"{kind.__module__}.{kind.__qualname__}": names for kind, names in listeners().items()}
    if json_:
        as_json(heard)
    else:
        as_table(("happening", "heard by"), [(kind, ", ".join(names)) for kind, names in sorted(heard.items())])
