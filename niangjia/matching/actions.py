"""Keeping the facts table current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.matching import table
from niangjia.matching.models import FactsTable
from niangjia.matching.permissions import can_keep_facts
from niangjia.matching.relation import EVERYBODY, from_sources
from niangjia.rules.sources import sources
from niangjia.trail import actions as trail


@dataclass(frozen=True, slots=True)
class Kept:
    """How the table stands after it was brought up to date: rows that differ from before carry this generation."""

    day: date
    generation: int
    read: int
    changed: int


@transaction.atomic
def refresh_facts(*, actor: Actor) -> Kept:
    """Bring the facts table up to date: whoever's facts changed, or whose day has come, is read anew.

    What commits while this runs is noted still when it has run: notes are taken first, the registers read after.
    """
    can_keep_facts(actor).require()
    kept, today = _locked(), clock.today()
    if kept.day is None:
        return rebuild_facts(actor=actor)
    if kept.day != today:
        table.note_days(min(kept.day, today), max(kept.day, today))
    noted = _take_notes()
    if not noted and kept.day == today:
        return Kept(today, kept.generation, 0, 0)
    return _read_anew(kept, noted, actor, "refresh_facts")


@transaction.atomic
def rebuild_facts(*, actor: Actor) -> Kept:
    """Read everybody anew, whatever is noted. After a refresh this changes no row."""
    can_keep_facts(actor).require()
    kept = _locked()
    _take_notes()
    return _read_anew(kept, None, actor, "rebuild_facts")


def _locked() -> FactsTable:
    """The state of the table, ours until the transaction ends: whoever reads later also writes later."""
    table.make()
    FactsTable.objects.bulk_create([FactsTable(pk=1)], ignore_conflicts=True)
    return FactsTable.objects.select_for_update().get(pk=1)


def _take_notes() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"""
            WITH taken AS (DELETE FROM {table.CHANGES} RETURNING person_id)
            SELECT coalesce(array_agg(DISTINCT person_id), '{{}}') FROM taken
        """)
        noted: list[int] = cursor.fetchone()[0]
    return noted


def _read_anew(kept: FactsTable, people: list[int] | None, actor: Actor, verb: str) -> Kept:
    """Read these people (None: everybody) from the registers; rows that come out as they were stay untouched."""
    today, generation = clock.today(), kept.generation + 1
    columns = ", ".join(table.declared().names)
    theirs = ", ".join(f"excluded.{name}" for name in table.declared().names)
    ours = ", ".join(f"kept.{name}" for name in table.declared().names)
    among = "" if people is None else "AND id = ANY(%(people)s)"
    given = {"people": people, "generation": generation}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table.NAME} AS kept (person_id, {columns}, {table.GENERATION})
            SELECT person_id, {columns}, %(generation)s
            FROM ({from_sources(sources(), people=f"{EVERYBODY} {among}", as_of=today)}) fresh
            ON CONFLICT (person_id) DO UPDATE
            SET ({columns}, {table.GENERATION}) = ROW ({theirs}, excluded.{table.GENERATION})
            WHERE ({ours}) IS DISTINCT FROM ({theirs})
            """,
            given,
        )
        changed = cursor.rowcount
        among = "" if people is None else "person_id = ANY(%(people)s) AND"
        cursor.execute(f"DELETE FROM {table.NAME} WHERE {among} person_id NOT IN ({EVERYBODY})", given)
        changed += cursor.rowcount
        if people is None:
            cursor.execute(f"SELECT count(*) FROM {table.NAME}")
            read = cursor.fetchone()[0]
        else:
            read = len(people)
    kept.day, kept.generation = today, generation
    kept.save(update_fields=["day", "generation"])
    trail.record(actor, verb, kept, people=read, changed=changed)
    return Kept(today, generation, read, changed)
