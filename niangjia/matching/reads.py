"""What is known about people, for one person with its source and day, and as one relation for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock, money
from niangjia.matching.packs import Packs, packs
from niangjia.matching.relation import EVERYBODY, facts_relation, schema
from niangjia.matching.snapshots import Snapshot, read_snapshot, take_snapshot
from niangjia.matching.table import changed_since
from niangjia.orgs.models import Organisation
from niangjia.rules import ClauseSet, Known, VerdictSql, region_table_sql, select_verdicts
from niangjia.rules.schema import Fact, FactType
from niangjia.rules.sources import sources

REGION = "worker.region"  # the fact whose place decides which figures hold for a person

# A SELECT of the workers of a union and of those below it: `path` is the union's, followed by a %.
MEMBERS_BELOW = """
    SELECT m.person_id AS id FROM orgs_membership m JOIN orgs_organisation o ON o.id = m.union_id
    WHERE o.path LIKE %(path)s AND NOT m.service_only AND m.state IN ('member', 'transferring', 'retained')
"""


def facts_of_many(person_ids: Iterable[int], as_of: date | None = None) -> dict[int, dict[str, Known]]:
    """Fact path → what is known, from which register and of which day, for each person; unknown facts are absent."""
    people = f"{EVERYBODY} AND id = ANY(%(people)s)"
    with connection.cursor() as cursor:
        cursor.execute(facts_relation(people=people, as_of=as_of or clock.today()), {"people": list(person_ids)})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    language = _language()
    stored = [
        (fact, source.said_by_zh if language == "zh" else source.said_by_en)
        for source in sources()
        for fact in source.facts
        if fact.derive is None
    ]
    return {
        row["person_id"]: {
            fact.path: Known(row[fact.column], said_by, row[fact.stamp_column] if fact.stamp_column else None)
            for fact, said_by in stored
            if row[fact.column] is not None
        }
        for row in rows
    }


def facts_of(person_id: int, as_of: date | None = None) -> dict[str, Known]:
    """What is known about one person."""
    return facts_of_many([person_id], as_of).get(person_id, {})


def judged(clauses: ClauseSet, *, people: str, as_of: date) -> tuple[str, VerdictSql]:
    """Clauses held against many in one statement: `WITH` parts of which the last, `judged`, has a line for each person.

    `people` is a SELECT of ids whose placeholders are the caller's. The lines say `person_id`, `verdict` and what the
    returned `VerdictSql` names.
    """
    verdicts = select_verdicts(
        clauses, as_of=as_of, parameters=packs().store, dialect="postgres", region_path=REGION
    )  # fmt: skip
    paths = sorted({fact.path for fact in clauses.facts} | {REGION})
    codes = Organisation.objects.exclude(division_code="").values_list("division_code", flat=True).order_by()
    places = packs().store.snapshot(as_of, {code[:6] for code in codes.distinct()}, packs().parameters)
    parts = f"""
        facts AS MATERIALIZED ({facts_relation(paths, people=people, as_of=as_of)}),
        region_parameters AS ({region_table_sql(places, "postgres").replace("%", "%%")}),
        judged AS ({verdicts.query("facts", ["person_id"]).replace("%", "%%")})
    """
    return parts, verdicts


def suited(clauses: ClauseSet, *, people: str, given: Mapping[str, Any]) -> list[int]:
    """Of these people those for whom the clauses hold for certain, today. `people` and `given`: as `judged` takes."""
    parts, _verdicts = judged(clauses, people=people, as_of=clock.today())
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} SELECT person_id FROM judged WHERE verdict = 'true' ORDER BY person_id", given)
        return [person_id for (person_id,) in cursor.fetchall()]


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def say(fact: Fact, value: Any) -> str:
    """A fact's value as people read it."""
    language = _language()
    if fact.type is FactType.MONEY:
        return money.yuan(int(value))
    if fact.type is FactType.BOOL:
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, frozenset | set | tuple | list):
        return ("、" if language == "zh" else ", ").join(fact.name_of(str(one), language) for one in sorted(value))
    if fact.type is FactType.NUM and fact.scale:
        return str(Decimal(int(value)).scaleb(-fact.scale))
    return fact.name_of(str(value), language)


def read_lists(out: Path, programme: str, piece: int) -> Iterator[list[tuple[int, str, str]]]:
    """What an engine left in `out` for one programme, by person and in pieces: person, verdict, what is missing."""
    files = str(out / "lists" / "*.parquet").replace("'", "''")
    with duckdb.connect() as engine:
        found = engine.execute(
            f"SELECT person_id, verdict, missing FROM read_parquet('{files}') WHERE programme = ? ORDER BY person_id",
            [programme],
        )
        while rows := found.fetchmany(piece):
            yield rows


__all__ = [
    "EVERYBODY", "REGION", "Packs", "Snapshot", "changed_since", "facts_of", "facts_of_many", "facts_relation", "packs",
    "read_lists", "read_snapshot", "say", "schema", "take_snapshot",
]  # fmt: skip
