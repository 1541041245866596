"""Keeping the facts table current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

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
    noted: int
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
    return _read_anew(kept, _take_notes(), actor, "rebuild_facts", everybody=True)


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


def _read_anew(kept: FactsTable, noted: list[int], actor: Actor, verb: str, *, everybody: bool = False) -> Kept:
    """Read those noted, or everybody, from the registers.

    Rows that differ carry the new generation, and so do all that were noted: somebody may belong to another union now
    with every fact as it was. The others stay untouched.
    """
    today, generation = clock.today(), kept.generation + 1
    columns = ", ".join(table.declared().names)
    theirs = ", ".join(f"excluded.{name}" for name in table.declared().names)
    ours = ", ".join(f"kept.{name}" for name in table.declared().names)
    among = "" if everybody else "AND id = ANY(%(noted)s)"
    given: dict[str, Any] = {"noted": noted, "generation": generation}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table.NAME} AS kept (person_id, {columns}, {table.GENERATION})
            SELECT person_id, {columns}, %(generation)s
            FROM ({from_sources(sources(), people=f"{EVERYBODY} {among}", as_of=today)}) fresh
            ON CONFLICT (person_id) DO UPDATE
            SET ({columns}, {table.GENERATION}) = ROW ({theirs}, excluded.{table.GENERATION})
            WHERE kept.person_id = ANY(%(noted)s) OR ({ours}) IS DISTINCT FROM ({theirs})
            """,
            given,
        )
        changed = cursor.rowcount
        among = "" if everybody else "person_id = ANY(%(noted)s) AND"
        cursor.execute(f"DELETE FROM {table.NAME} WHERE {among} person_id NOT IN ({EVERYBODY})", given)
        changed += cursor.rowcount
    kept.day, kept.generation = today, generation
    kept.save(update_fields=["day", "generation"])
    trail.record(actor, verb, kept, people="everybody" if everybody else len(noted), changed=changed)
    return Kept(today, generation, len(noted), changed)
