"""From the bench into the records: people, memberships, employments, each as one INSERT or UPDATE of the whole set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, models

from niangjia.kit.actor import Actor
from niangjia.orgs.models import Employment, Membership
from niangjia.orgs.models_roster import RosterBatch
from niangjia.orgs.roster.comparing import LIVE
from niangjia.orgs.roster.staging import FOUND, SAID, Tell
from niangjia.people.models import Person
from niangjia.trail import actions as trail

STEPS = 5  # of an import, for whoever watches


def load_stage(batch: RosterBatch) -> None:
    """Put the rows that passed the preview back on the bench, to be compared with the facts of this moment."""
    columns = ", ".join(SAID)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO roster_stage ({columns}) SELECT {columns} FROM orgs_rosterrow"
            " WHERE batch_id = %s AND verdict IN ('ok', 'warned')",
            [batch.pk],
        )


def write_records(batch: RosterBatch, today: date, tell: Tell, *, known: bool) -> None:
    """Everything the rows on the bench make; only where somebody was `known` are there records to change."""
    made = {
        **_NEW_MEMBERSHIPS, "union_id": str(batch.union_id), "applied_on": f"DATE '{today.isoformat()}'",
    }  # fmt: skip
    with connection.cursor() as cursor:
        _insert(Person, _NEW_PEOPLE, "roster_made s WHERE s.new_person")
        tell(1, STEPS)
        if known:
            cursor.execute(_FILLED_PEOPLE)
        _insert(Membership, made, "roster_made s WHERE s.membership_id IS NOT NULL")
        tell(2, STEPS)
        _insert(Employment, _NEW_EMPLOYMENTS, f"roster_made s WHERE {LIVE} AND s.new_employment")
        if known:
            cursor.execute(_CHANGED_EMPLOYMENTS)
        tell(3, STEPS)
        # The foreign keys are asked here, so that whoever watches sees them pass and not an import that will not end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        tell(4, STEPS)


_NEW_PEOPLE = {
    "id": "s.person_id", "name": "s.name", "name_key": "s.name_key", "sex": "s.sex", "birth_date": "s.birth_date",
    "id_kind": "s.id_kind", "id_number": "s.id_number", "id_hash": "s.id_hash", "phone_hash": "s.phone_hash",
    "phone": "CASE WHEN s.phone_hash = '' THEN '' ELSE s.phone END",
}  # fmt: skip
_FILLED_PEOPLE = f"""
UPDATE people_person p SET
    id_kind = CASE WHEN 'id' = ANY(s.filled) THEN s.id_kind ELSE p.id_kind END,
    id_number = CASE WHEN 'id' = ANY(s.filled) THEN s.id_number ELSE p.id_number END,
    id_hash = CASE WHEN 'id' = ANY(s.filled) THEN s.id_hash ELSE p.id_hash END,
    phone = CASE WHEN 'phone' = ANY(s.filled) THEN s.phone ELSE p.phone END,
    phone_hash = CASE WHEN 'phone' = ANY(s.filled) THEN s.phone_hash ELSE p.phone_hash END,
    sex = CASE WHEN 'sex' = ANY(s.filled) THEN s.sex ELSE p.sex END,
    birth_date = CASE WHEN 'birth' = ANY(s.filled) THEN s.birth_date ELSE p.birth_date END
FROM roster_stage s
WHERE p.id = s.person_id AND s.filled <> '{{}}' AND {LIVE}
"""
_NEW_MEMBERSHIPS = {
    "id": "s.membership_id", "person_id": "s.person_id", "state": "'member'", "route": "'roster'",
    "since": "s.joined_on", "joined_on": "s.joined_on",
}  # fmt: skip
_NEW_EMPLOYMENTS = {
    "id": "s.employment_id", "person_id": "s.person_id", "employer_id": "s.employer_id",
    "form": "coalesce(nullif(s.form, ''), 'contract')", "post": "s.post", "occupation": "s.trade",
    "since": "s.started_on",
}  # fmt: skip
_CHANGED_EMPLOYMENTS = f"""
UPDATE orgs_employment e SET
    occupation = coalesce(nullif(s.trade, ''), e.occupation), post = coalesce(nullif(s.post, ''), e.post),
    form = coalesce(nullif(s.form, ''), e.form), since = coalesce(e.since, s.started_on)
FROM roster_stage s WHERE e.id = s.employment_id AND NOT s.new_employment AND s.employment_before IS NOT NULL AND {LIVE}
"""


def _insert(model: type[models.Model], given: dict[str, str], source: str) -> None:
    """INSERT … SELECT into a model's table; fields nobody gave take the model's own defaults."""
    columns, expressions, values = [], [], []
    for field in model._meta.concrete_fields:
        if field.column in given:
            expressions.append(given[field.column])
        elif field.primary_key:
            continue
        else:
            default: Any = field.get_default()
            values.append(field.get_db_prep_save(default, connection))
            expressions.append(f"%s::{'timestamptz' if isinstance(default, datetime) else field.db_type(connection)}")
        columns.append(f'"{field.column}"')
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) '
            f"SELECT {', '.join(expressions)} FROM {source}",
            values,
        )


def keep_rows(batch: RosterBatch, *, written: bool) -> None:
    """Write the rows on the bench as the batch's rows, with sealed numbers where they are still to be `written`."""
    columns = ", ".join((*SAID, *FOUND))
    kept = ", ".join(
        ("''" if written else f"CASE WHEN {LIVE} THEN {each} ELSE '' END") if each in ("id_number", "phone") else each
        for each in (*SAID, *FOUND)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orgs_rosterrow (batch_id, {columns}) SELECT %s, {kept} FROM roster_made s", [batch.pk]
        )


def keep_results(batch: RosterBatch) -> None:
    """Write what the rows made, and verdicts that changed since the preview, from the bench to the batch's rows."""
    changed = ", ".join(f"{each} = s.{each}" for each in (*FOUND, "verdict", "faults", "phone_hash"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE orgs_rosterrow r SET id_number = '', phone = '', {changed}"
            " FROM roster_made s WHERE r.batch_id = %s AND r.number = s.number",
            [batch.pk],
        )


_COUNTS = f"""
SELECT count(*), count(*) FILTER (WHERE verdict = 'ok'), count(*) FILTER (WHERE verdict = 'warned'),
    count(*) FILTER (WHERE verdict = 'refused'), count(*) FILTER (WHERE verdict = 'skipped'),
    count(*) FILTER (WHERE {LIVE} AND (new_person OR person_id IS NULL)), count(*) FILTER (WHERE {LIVE} AND joins),
    count(*) FILTER (WHERE {LIVE} AND new_employment),
    count(*) FILTER (WHERE {LIVE} AND (filled <> '{{}}' OR employment_before IS NOT NULL))
FROM roster_made s
"""
COUNTED = ("total", "ok", "warned", "refused", "skipped", "people", "memberships", "employments", "changed")


def counts() -> dict[str, int]:
    """How many rows of each verdict lie on the bench, and what they make."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        return dict(zip(COUNTED, cursor.fetchone(), strict=True))


_TOUCHED = """
SELECT person_id FROM orgs_rosterrow WHERE batch_id = %s AND person_id IS NOT NULL AND (
    new_person OR filled <> '{}' OR membership_id IS NOT NULL OR new_employment OR employment_before IS NOT NULL)
ORDER BY number
"""


def record_on_people(batch: RosterBatch, actor: Actor, verb: str) -> None:
    """A trail line on every person the roster touched: each can see who brought them in."""
    trail.record_rows(actor, verb, Person, _TOUCHED, [batch.pk], roster=batch.pk)
