"""The trail is kept, sealed in a chain, and shows every change behind its back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import pytest
from django.db import Error, connection, transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.trail import actions
from niangjia.trail.models import Line, Seal

SOMEBODY = Actor.system("somebody")
kept = pytest.mark.django_db


def write(count: int = 1, verb: str = "join") -> None:
    """Lines about any row at hand."""
    thing = Seal(pk=7)
    for _ in range(count):
        actions.record(SOMEBODY, verb, thing, note="x")


def behind_our_back(statement: str) -> None:
    """What somebody with the database's own password could do: the guards switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


@kept
def test_a_line_says_who_did_what_to_which_thing() -> None:
    with clock.at(date(2026, 3, 1)):
        actions.record(SOMEBODY, "join", Seal(pk=7), batch=3)
    line = Line.objects.get()
    assert (line.actor_kind, line.actor_name, line.verb) == ("system", "somebody", "join")
    assert (line.thing_type, line.thing_id, line.detail) == ("trail.seal", 7, {"batch": 3})
    assert clock.SHANGHAI.fromutc(line.at.replace(tzinfo=clock.SHANGHAI)).date() == date(2026, 3, 1)


@kept
@pytest.mark.parametrize("what", ["update", "delete"])
def test_a_line_is_neither_changed_nor_deleted(what: str) -> None:
    write()
    way = Line.objects.all().delete if what == "delete" else partial(Line.objects.update, verb="leave")
    with pytest.raises(Error), transaction.atomic():
        way()
    assert Line.objects.get().verb == "join"


@kept
def test_a_seal_covers_what_came_since_the_last_one() -> None:
    assert actions.seal() is None
    write(3)
    first = actions.seal()
    assert actions.seal() is None
    write(2)
    second = actions.seal()
    assert first is not None
    assert second is not None
    assert second.upto == first.upto + 2
    assert actions.first_broken_seal() is None


@kept
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_line SET actor_name = 'nobody' WHERE id = {third}",
        "UPDATE trail_line SET detail = '{{}}' WHERE id = {third}",
        "UPDATE trail_line SET at = at + interval '1 day' WHERE id = {third}",
        "DELETE FROM trail_line WHERE id = {third}",
        "UPDATE trail_line SET id = -id WHERE id = {third}",
        "DELETE FROM trail_seal WHERE upto < {third}",
        "UPDATE trail_seal SET digest = repeat('0', 64) WHERE upto >= {third}",
    ],
)
def test_every_change_behind_our_back_shows(statement: str) -> None:
    for _ in range(3):
        write(2)
        actions.seal()
    assert actions.first_broken_seal() is None
    third = Line.objects.order_by("pk")[2].pk
    behind_our_back(statement.format(third=third))
    assert actions.first_broken_seal() is not None


@kept
def test_a_later_seal_does_not_heal_what_was_changed() -> None:
    write(2)
    broken = actions.seal()
    behind_our_back("UPDATE trail_line SET verb = 'leave'")
    write(2)
    actions.seal()
    assert actions.first_broken_seal() == broken


@pytest.mark.django_db(transaction=True)
def test_a_line_whose_writer_was_slow_is_sealed_later_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PATIENCE", "200ms")

    def overtake() -> Seal | None:
        """A line of a higher number, committed first, and a seal."""
        try:
            write()
            return actions.seal()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        write()  # has its number, and is not committed
        assert other.submit(overtake).result() is None
    assert actions.seal() is not None
    assert Line.objects.count() == 2
    assert actions.first_broken_seal() is None
