"""Taking an imported roster back: to exactly what was before, or not at all when something has come to lean on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from niangjia.kit.refusal import Sentence
from niangjia.orgs.models import Employment, Membership
from niangjia.orgs.models_roster import RosterBatch
from niangjia.people.models import Person

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Leaning:
    """Something later that rests on what the roster made."""

    kind: Sentence
    rows: tuple[int, ...]  # as the spreadsheet numbers them
    count: int


def leanings(batch: RosterBatch) -> list[Leaning]:
    """What keeps this roster from being undone; empty when nothing does."""
    found = [
        *_references(batch, Person, "person_id", "r.new_person"),
        *_references(batch, Membership, "membership_id", "r.membership_id IS NOT NULL"),
        *_references(batch, Employment, "employment_id", "r.new_employment"),
    ]
    for sql, model in _CHANGED:
        found += _leaning(model, sql, [batch.pk])
    return found


def _references(batch: RosterBatch, model: type[models.Model], column: str, made: str) -> list[Leaning]:
    """Rows of any table, of whatever package, whose foreign key points at something the roster made."""
    found = []
    relations: list[Any] = model._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)) or relation.concrete:
            continue
        other: Any = relation.related_model
        key = relation.field.column
        own = _OWN.get((other, column), "")
        sql = (
            f'SELECT r.row FROM orgs_rosterrow r JOIN "{other._meta.db_table}" x ON x."{key}" = r.{column}'
            f" WHERE r.batch_id = %s AND {made} {own} ORDER BY r.number"
        )
        found += _leaning(other, sql, [batch.pk])
    return found


# What the roster itself made does not lean on the roster.
_OWN: dict[tuple[type[models.Model], str], str] = {
    (Membership, "person_id"): "AND x.id IS DISTINCT FROM r.membership_id",
    (Employment, "person_id"): "AND x.id IS DISTINCT FROM r.employment_id",
}
_CHANGED: tuple[tuple[str, type[models.Model]], ...] = (
    (
        """
        SELECT r.row FROM orgs_rosterrow r LEFT JOIN orgs_membership m ON m.id = r.membership_id
        WHERE r.batch_id = %s AND r.membership_id IS NOT NULL AND (
            m.id IS NULL OR m.person_id <> r.person_id OR m.state <> 'member' OR m.until IS NOT NULL
            OR m.since IS DISTINCT FROM r.joined_on)
        ORDER BY r.number""",
        Membership,
    ),
    (
        """
        SELECT r.row FROM orgs_rosterrow r LEFT JOIN orgs_employment e ON e.id = r.employment_id
        WHERE r.batch_id = %s AND (r.new_employment OR r.employment_before IS NOT NULL) AND (
            e.id IS NULL OR e.person_id <> r.person_id OR e.until IS NOT NULL
            OR (r.trade <> '' AND e.occupation <> r.trade) OR (r.post <> '' AND e.post <> r.post)
            OR (r.form <> '' AND e.form <> r.form))
        ORDER BY r.number""",
        Employment,
    ),
    (
        """
        SELECT r.row FROM orgs_rosterrow r LEFT JOIN people_person p ON p.id = r.person_id
        WHERE r.batch_id = %s AND (r.new_person OR r.filled <> '{}') AND (
            p.id IS NULL OR p.merged_into_id IS NOT NULL OR p.erased_on IS NOT NULL
            OR (r.new_person AND (p.name <> r.name OR p.identity_proved_on IS NOT NULL
                OR p.residence_code <> '' OR p.hukou_code <> ''))
            OR ((r.new_person OR 'id' = ANY(r.filled)) AND p.id_hash <> r.id_hash)
            OR ((r.new_person OR 'phone' = ANY(r.filled)) AND p.phone_hash <> r.phone_hash)
            OR ((r.new_person OR 'sex' = ANY(r.filled)) AND p.sex <> r.sex)
            OR ((r.new_person OR 'birth' = ANY(r.filled)) AND p.birth_date IS DISTINCT FROM r.birth_date))
        ORDER BY r.number""",
        Person,
    ),
)


def _leaning(model: type[models.Model], sql: str, values: list[Any]) -> list[Leaning]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [row for (row,) in cursor.fetchall()]
    return [Leaning(model._meta.verbose_name or "", tuple(dict.fromkeys(rows))[:SHOWN], len(rows))] if rows else []


_BACK = (
    """
    DELETE FROM orgs_employment e USING orgs_rosterrow r
    WHERE r.batch_id = %s AND e.id = r.employment_id AND r.new_employment""",
    """
    UPDATE orgs_employment e SET occupation = r.employment_before->>'occupation',
        post = r.employment_before->>'post', form = r.employment_before->>'form',
        since = (r.employment_before->>'since')::date
    FROM orgs_rosterrow r
    WHERE r.batch_id = %s AND e.id = r.employment_id AND r.employment_before IS NOT NULL""",
    "DELETE FROM orgs_membership m USING orgs_rosterrow r WHERE r.batch_id = %s AND m.id = r.membership_id",
    """
    UPDATE people_person p SET
        id_kind = CASE WHEN 'id' = ANY(r.filled) THEN '' ELSE p.id_kind END,
        id_number = CASE WHEN 'id' = ANY(r.filled) THEN '' ELSE p.id_number END,
        id_hash = CASE WHEN 'id' = ANY(r.filled) THEN '' ELSE p.id_hash END,
        phone = CASE WHEN 'phone' = ANY(r.filled) THEN '' ELSE p.phone END,
        phone_hash = CASE WHEN 'phone' = ANY(r.filled) THEN '' ELSE p.phone_hash END,
        sex = CASE WHEN 'sex' = ANY(r.filled) THEN '' ELSE p.sex END,
        birth_date = CASE WHEN 'birth' = ANY(r.filled) THEN NULL ELSE p.birth_date END
    FROM orgs_rosterrow r WHERE r.batch_id = %s AND p.id = r.person_id AND r.filled <> '{}'""",
    """
    DELETE FROM people_person p USING orgs_rosterrow r
    WHERE r.batch_id = %s AND p.id = r.person_id AND r.new_person""",
)


def take_back(batch: RosterBatch) -> None:
    """Delete what the roster made and restore what it changed."""
    with connection.cursor() as cursor:
        for statement in _BACK:
            cursor.execute(statement, [batch.pk])
        # Foreign keys are checked at the end of a transaction; here they are asked now, so that a row that came to
        # lean on a deleted one in this very moment turns the undo into a refusal and not into an error at commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
