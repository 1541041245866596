"""Every door × everybody who might knock: what each gets stands in docs/generated/permissions.md, and nothing else.

The page is the table and is read by people. What no table may allow is held by laws of its own: nobody sees a page
that needs a name, a missing power is 403, a stranger's thing is 404, who is refused has written nothing, nothing
breaks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from niangjia.kit.commands import as_markdown
from niangjia.kit.routes import ROLES_FOR, Needs
from niangjia.orgs.reads import actor_of
from niangjia.web.commands.listings import Door, doors
from tests.house.source import ROOT, none
from tests.house.walk_world import ABOVE, BELOW, BESIDE, NOBODY, OUTSIDER, ROLES, WORKER, Example, World, build

pytestmark = pytest.mark.django_db
PAGE = ROOT / "docs/generated/permissions.md"
WRITING = "NIANGJIA_WRITE_PERMISSIONS"
HEAD = f"""# Who gets what at every door

Opening the page / sending its empty form, as a real walk got it: a page (200), onward (302), to the sign-in (login),
not understood (422), too late (409), no power (403), no such thing for you (404), no such way (405).
*nobody* is not signed in; *outsider* is a worker of another county; *worker* is the one whose things these are;
*below*, *above* and *beside* are case handlers of the worker's union, of its county and of another county; *partner*
is the power bureau invited into a step; *employer* is the personnel officer of the worker's enterprise.

A new page fails `tests/house/test_walk.py` until its line stands here: `{WRITING}=1 ./nj test tests/house/test_walk.py`
writes what it got; read it before you keep it.

"""
REFUSED = {"login", "403", "404", "405"}
# Things that everybody may know of: the names of unions that can be joined, what others have proven, and the places and
# rooms that stand open to every worker.
OPEN_THINGS = {"join_confirm", "transfer_confirm", "practice", "question"}
OPEN_THINGS |= {"place_report", "place_visit", "resource_book", "resource_wish", "resource_weekly", "door"}


@dataclass(frozen=True)
class Got:
    """What one knock was answered with; `wrote` is the first thing it changed."""

    word: str
    wrote: str = ""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every knock is undone, and so is the world at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def knock(door: Door, example: Example, session: str, method: str) -> Got:
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    address = reverse(door.name, kwargs=example.kwargs)
    wrote: list[str] = []

    def noting(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.lstrip(" (").split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            wrote.append(sql[:80])
        return execute(sql, *rest)

    with transaction.atomic():
        with connection.execute_wrapper(noting):
            try:
                answer: Any = (
                    client.get(address, example.sent) if method == "GET" else client.post(address, example.sent)
                )
                word = _word(answer)
                if answer.streaming:
                    b"".join(answer.streaming_content)  # which closes the file
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is the walk's finding
                word = f"broke: {type(fault).__name__}: {fault}"
        transaction.set_rollback(True)
    return Got(word, wrote[0] if wrote else "")


def _word(answer: Any) -> str:
    if answer.status_code == 302 and answer.url.startswith(settings.LOGIN_URL + "?"):
        return "login"
    return str(answer.status_code)


def walk(door: Door, world: World) -> dict[str, tuple[Got, Got]]:
    """Role → what opening the page and sending its empty form gave."""
    example = world.example(door, _names(door))
    accounts = {**world.accounts, WORKER: example.owner}
    sessions = {NOBODY: "", **{role: world.sessions[account.pk] for role, account in accounts.items()}}
    return {
        role: (knock(door, example, sessions[role], "GET"), knock(door, example, sessions[role], "POST"))
        for role in ROLES
    }


def _names(door: Door) -> list[str]:
    """The things that a door's address names."""
    possibilities = get_resolver().reverse_dict.getlist(door.name)
    return list(possibilities[0][0][0][1])


def unlawful(door: Door, got: dict[str, tuple[Got, Got]], world: World) -> Iterator[str]:
    """What no line of the table can make right."""
    needs = Needs(door.needs)
    for role, answers in got.items():
        for method, one in zip(("GET", "POST"), answers, strict=True):
            said = f"{role} {method} {door.pattern}: {one.word}"
            if one.word.startswith(("broke", "5")):
                yield said
            if one.word in REFUSED and one.wrote:
                yield f"{said}, and yet it wrote: {one.wrote}"
            if (one.word == "login") != (role == NOBODY and needs is not Needs.PUBLIC):
                yield f"{said}: the sign-in is for who has not signed in"
            if role != NOBODY and needs is not Needs.PUBLIC:
                yield from _unlawful_for_role(door, role, one, said, world)


def _unlawful_for_role(door: Door, role: str, one: Got, said: str, world: World) -> Iterator[str]:
    allowed = ROLES_FOR.get(Needs(door.needs))
    if allowed is not None and role != WORKER and not allowed & actor_of(world.accounts[role]).roles:
        if one.word != "403":
            yield f"{said}: this role has no power here"
    elif _names(door) and door.name not in OPEN_THINGS and _is_stranger(door, role) and one.word not in {"404", "405"}:
        yield f"{said}: a stranger learns that this exists"


def _is_stranger(door: Door, role: str) -> bool:
    """A worker's own things are theirs alone; an officer's are for their line of unions."""
    if Needs(door.needs) is Needs.WORKER:
        return role != WORKER
    return role in {OUTSIDER, BESIDE}


def line(door: Door, got: dict[str, tuple[Got, Got]]) -> tuple[str, ...]:
    return (f"`{door.pattern}`", door.name, *(_cell(*got[role]) for role in ROLES))


def _cell(opened: Got, sent: Got) -> str:
    return opened.word if opened.word == sent.word else f"{opened.word} / {sent.word}"


def printed(page: str) -> dict[str, str]:
    """Door → its line of the page."""
    lines = [text for text in page.splitlines() if text.startswith("| `")]
    return {text.split("|")[2].strip(): text for text in lines}


def _row(cells: tuple[str, ...]) -> str:
    return as_markdown(("path", "name", *ROLES), [cells]).splitlines()[-1]


@pytest.mark.parametrize("door", doors(), ids=lambda door: door.name)
def test_everybody_gets_what_the_table_says(door: Door, world: World) -> None:
    got = walk(door, world)
    none(unlawful(door, got, world))
    row = _row(line(door, got))
    if os.environ.get(WRITING):
        _write(door, row)
    stands = printed(PAGE.read_text("utf-8")).get(door.name, "(no line)")
    none([f"the table: {stands}", f"the walk:  {row}"] if stands != row else [])


def _write(door: Door, row: str) -> None:
    rows = (printed(PAGE.read_text("utf-8")) if PAGE.exists() else {}) | {door.name: row}
    table = as_markdown(("path", "name", *ROLES), []).splitlines()
    body = [rows[one.name] for one in doors() if one.name in rows]
    PAGE.write_text(HEAD + "\n".join([*table, *body]) + "\n", "utf-8")


def test_the_table_has_no_line_for_a_door_that_is_gone() -> None:
    names = {door.name for door in doors()}
    none(f"{name} is no door any more" for name in printed(PAGE.read_text("utf-8")) if name not in names)


def test_a_leak_is_noticed(world: World) -> None:
    case = next(door for door in doors() if door.name == "desk_case")
    right = {role: (Got("404"), Got("404")) for role in (BESIDE, ABOVE, BELOW)}
    assert not list(unlawful(case, right, world))
    assert list(unlawful(case, {BESIDE: (Got("200"), Got("404"))}, world))
    assert list(unlawful(case, {OUTSIDER: (Got("200"), Got("403"))}, world))
    assert list(unlawful(case, {NOBODY: (Got("404"), Got("login"))}, world))
    assert list(unlawful(case, {ABOVE: (Got("404", wrote="UPDATE"), Got("500"))}, world))
