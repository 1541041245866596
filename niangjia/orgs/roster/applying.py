"""From the bench into the records: people, memberships, employments, each as one INSERT or UPDATE of the whole set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, models

from niangjia.kit.actor import Actor
from niangjia.orgs.models import Employment, Membership
from niangjia.orgs.models_roster import RosterBatch, RosterChunk
from niangjia.orgs.roster.comparing import LIVE
from niangjia.orgs.roster.staging import CHUNK, FOUND, SAID, Tell
from niangjia.people.models import Person
from niangjia.people.names import sort_key
from niangjia.trail import actions as trail

_NUMBERS = """
DROP TABLE IF EXISTS roster_numbers;
CREATE TEMPORARY TABLE roster_numbers (number int, name_key text, id_number text, phone text) ON COMMIT DROP
"""


def load_stage(batch: RosterBatch) -> None:
    """Put the rows that passed the preview back on the bench, to be compared with the facts of this moment."""
    columns = ", ".join(SAID)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO roster_stage ({columns}) SELECT {columns} FROM orgs_rosterrow"
            " WHERE batch_id = %s AND verdict IN ('ok', 'warned')",
            [batch.pk],
        )


def write_records(batch: RosterBatch, today: date, tell: Tell) -> None:
    """Everything the rows on the bench make."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX ON roster_stage (number)")
        cursor.execute(
            "UPDATE roster_stage s SET person_id = nextval(pg_get_serial_sequence('people_person', 'id')),"
            f" new_person = true WHERE {LIVE} AND person_id IS NULL"
        )
        cursor.execute(_NUMBERS)
        _seal_numbers(batch, tell)
        cursor.execute("ANALYZE roster_numbers")
        _insert(
            Person, _NEW_PEOPLE, f"roster_stage s JOIN roster_numbers n USING (number) WHERE s.new_person AND {LIVE}"
        )
        cursor.execute(_FILLED_PEOPLE)
        cursor.execute(
            "UPDATE roster_stage s SET membership_id = nextval(pg_get_serial_sequence('orgs_membership', 'id'))"
            f" WHERE {LIVE} AND joins"
        )
        made = {
            **_NEW_MEMBERSHIPS, "union_id": str(batch.union_id), "applied_on": f"DATE '{today.isoformat()}'",
        }  # fmt: skip
        _insert(Membership, made, f"roster_stage s WHERE {LIVE} AND s.joins")
        cursor.execute(
            "UPDATE roster_stage s SET employment_id = nextval(pg_get_serial_sequence('orgs_employment', 'id'))"
            f" WHERE {LIVE} AND new_employment"
        )
        _insert(Employment, _NEW_EMPLOYMENTS, f"roster_stage s WHERE {LIVE} AND s.new_employment")
        cursor.execute(_CHANGED_EMPLOYMENTS)


_NEW_PEOPLE = {
    "id": "s.person_id", "name": "s.name", "name_key": "n.name_key", "sex": "s.sex", "birth_date": "s.birth_date",
    "id_kind": "s.id_kind", "id_number": "n.id_number", "id_hash": "s.id_hash", "phone": "n.phone",
    "phone_hash": "s.phone_hash",
}  # fmt: skip
_FILLED_PEOPLE = f"""
UPDATE people_person p SET
    id_kind = CASE WHEN 'id' = ANY(s.filled) THEN s.id_kind ELSE p.id_kind END,
    id_number = CASE WHEN 'id' = ANY(s.filled) THEN n.id_number ELSE p.id_number END,
    id_hash = CASE WHEN 'id' = ANY(s.filled) THEN s.id_hash ELSE p.id_hash END,
    phone = CASE WHEN 'phone' = ANY(s.filled) THEN n.phone ELSE p.phone END,
    phone_hash = CASE WHEN 'phone' = ANY(s.filled) THEN s.phone_hash ELSE p.phone_hash END,
    sex = CASE WHEN 'sex' = ANY(s.filled) THEN s.sex ELSE p.sex END,
    birth_date = CASE WHEN 'birth' = ANY(s.filled) THEN s.birth_date ELSE p.birth_date END
FROM roster_stage s LEFT JOIN roster_numbers n USING (number)
WHERE p.id = s.person_id AND NOT s.new_person AND s.filled <> '{{}}' AND {LIVE}
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


def _seal_numbers(batch: RosterBatch, tell: Tell) -> None:
    """Seal the identity and phone numbers of new and completed records, each for the column it will stand in."""
    sealed_id = Person._meta.get_field("id_number").get_prep_value
    sealed_phone = Person._meta.get_field("phone").get_prep_value
    keys: dict[str, str] = {}
    chunks = RosterChunk.objects.filter(batch=batch).order_by("number")
    total = chunks.count()
    for done, chunk in enumerate(chunks.iterator(chunk_size=20), start=1):
        first = chunk.number * CHUNK
        with connection.cursor() as cursor:
            cursor.execute(_NEEDED, [first, first + CHUNK - 1])
            needed = cursor.fetchall()
            with cursor.copy("COPY roster_numbers FROM STDIN") as copy:
                for number, name, wants_id, wants_phone in needed:
                    _cells, id_number, phone = chunk.typed[number - first]
                    if name not in keys:
                        keys[name] = sort_key(name)
                    copy.write_row(
                        (
                            number,
                            keys[name],
                            (sealed_id(id_number) if wants_id else "") or "",
                            (sealed_phone(phone) if wants_phone else "") or "",
                        )
                    )
        if len(keys) > 100_000:
            keys.clear()
        tell(done, total)


_NEEDED = f"""
SELECT number, name,
    id_hash <> '' AND (new_person OR 'id' = ANY(filled)), phone_hash <> '' AND (new_person OR 'phone' = ANY(filled))
FROM roster_stage s
WHERE number BETWEEN %s AND %s AND {LIVE} AND (new_person OR filled && ARRAY['id', 'phone'])
"""


def keep_results(batch: RosterBatch) -> None:
    """Write what the rows made, and verdicts that changed since the preview, from the bench to the batch's rows."""
    found = ", ".join(f"{column} = s.{column}" for column in (*FOUND, "verdict", "faults", "phone_hash"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE orgs_rosterrow r SET {found} FROM roster_stage s WHERE r.batch_id = %s AND r.number = s.number",
            [batch.pk],
        )


def keep_preview(batch: RosterBatch) -> None:
    """Write the rows on the bench as the batch's rows. What they fit with is found again when they are imported."""
    columns = ", ".join(SAID)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orgs_rosterrow (batch_id, new_person, new_employment, filled, {columns})"
            f" SELECT %s, false, false, '{{}}', {columns} FROM roster_stage",
            [batch.pk],
        )


_COUNTS = f"""
SELECT count(*), count(*) FILTER (WHERE verdict = 'ok'), count(*) FILTER (WHERE verdict = 'warned'),
    count(*) FILTER (WHERE verdict = 'refused'), count(*) FILTER (WHERE verdict = 'skipped'),
    count(*) FILTER (WHERE {LIVE} AND (new_person OR person_id IS NULL)), count(*) FILTER (WHERE {LIVE} AND joins),
    count(*) FILTER (WHERE {LIVE} AND new_employment),
    count(*) FILTER (WHERE {LIVE} AND (filled <> '{{}}' OR employment_before IS NOT NULL))
FROM roster_stage s
"""
COUNTED = ("total", "ok", "warned", "refused", "skipped", "people", "memberships", "employments", "changed")


def counts() -> dict[str, int]:
    """How many rows of each verdict lie on the bench, and what they make."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        return dict(zip(COUNTED, cursor.fetchone(), strict=True))


def record_on_people(batch: RosterBatch, actor: Actor, verb: str) -> None:
    """A trail line on every person the roster touched: each can see who brought them in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM orgs_rosterrow WHERE batch_id = %s AND person_id IS NOT NULL"
            " AND (new_person OR filled <> '{}' OR membership_id IS NOT NULL OR employment_id IS NOT NULL)"
            " ORDER BY number",
            [batch.pk],
        )
        while touched := cursor.fetchmany(CHUNK):
            trail.record_many(actor, verb, [Person(pk=person_id) for (person_id,) in touched], roster=batch.pk)
