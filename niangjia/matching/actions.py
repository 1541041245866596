"""Keeping the facts table current, and holding programmes against everybody in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.matching import table
from niangjia.matching.carrying import require_writable
from niangjia.matching.engines import Engine, Job, Tell, silent
from niangjia.matching.engines.duckdb import DuckEngine
from niangjia.matching.engines.postgres import PostgresEngine
from niangjia.matching.models import FactsTable
from niangjia.matching.packs import packs
from niangjia.matching.permissions import can_keep_facts
from niangjia.matching.reads import REGION, facts_of
from niangjia.matching.relation import EVERYBODY, facts_relation, from_sources, schema
from niangjia.matching.snapshots import take_snapshot
from niangjia.people.models import Person
from niangjia.rules import ClauseSet, Finding, weigh
from niangjia.rules.sources import sources, touches
from niangjia.rules.tally import Counts
from niangjia.trail import actions as trail

MANY = 1000  # people whose facts are read anew at once
ENGINES = ("duckdb", "postgres", "spark")
SENSITIVE = {"L3", "L4"}
WORK_MEMORY = "64MB"  # everybody is joined with every register at once


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
        if everybody or len(noted) > MANY:  # after a large import PostgreSQL still believes the registers empty
            cursor.execute(f"ANALYZE {', '.join(sorted(touches(sources())))}")
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
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


def match(
    programmes: Mapping[str, ClauseSet], *, as_of: date, engine: str, out: Path, actor: Actor, reasons: bool = False,
    tell: Tell = silent,
) -> Counts:  # fmt: skip
    """Hold programmes against everybody as of a day. Lists and counts are left in `out`."""
    can_keep_facts(actor).require()
    require_writable(out)
    runs = _engine(engine)
    job = Job(programmes, as_of, packs().store, REGION)
    kept = refresh_facts(actor=actor)
    paths = {fact.path for clauses in programmes.values() for fact in clauses.facts} | {REGION}
    if runs is None:
        with transaction.atomic(), connection.cursor() as cursor:
            relation = facts_relation(sorted(paths), as_of=as_of)
            counts = PostgresEngine(cursor, relation).match(job, out, out, reasons=reasons, tell=tell)
    else:
        take_snapshot(out / "facts", as_of=as_of, paths=tuple(sorted(paths)), tell=_part(tell, 0.0, 0.5))
        counts = runs.match(job, out / "facts", out, reasons=reasons, tell=_part(tell, 0.5, 1.0))
    trail.record(
        actor, "match", FactsTable(pk=1), programmes=sorted(programmes), as_of=as_of.isoformat(), engine=engine,
        generation=kept.generation,
    )  # fmt: skip
    return counts


def explain(
    person_id: int, programmes: Mapping[str, ClauseSet], *, as_of: date, purpose: str, actor: Actor
) -> dict[str, Finding]:
    """What each programme says of one person, as they see it themselves. A look at what is sensitive is noted."""
    can_keep_facts(actor).require()
    person = Person.objects.filter(pk=person_id, merged_into=None, erased_on=None).first()
    if person is None:
        raise NotFound(
            _("There is no person with the number %d.") % person_id,
            remedy=_("Use the number of the record; a merged or erased record has no facts of its own."),
        )
    known = facts_of(person.pk, as_of)
    found = {
        name: weigh(clauses, known, as_of=as_of, parameters=packs().store, region_path=REGION)
        for name, clauses in programmes.items()
    }
    used = {fact.path for finding in found.values() for clause in finding.clauses for fact in clause.facts}
    if any(schema().facts[path].sensitivity in SENSITIVE for path in used & known.keys()):
        trail.record_look(actor, person, purpose=purpose)
    return found


def _engine(name: str) -> Engine | None:
    """The engine of this name that reads a snapshot; None is PostgreSQL, which needs none."""
    if name == "spark":
        from niangjia.matching.engines.spark import SparkEngine  # pyspark is an extra

        return SparkEngine()
    return None if name == "postgres" else DuckEngine()


def _part(tell: Tell, first: float, last: float) -> Tell:
    """Progress of a part of the work, as progress of the whole."""
    return lambda done, what: tell(first + done * (last - first), what)
