"""The facts a rule may ask for, read for one person and for all from the same declarations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock, money
from niangjia.kit.divisions import place_name
from niangjia.rules import Known
from niangjia.rules.schema import Fact, FactType, Schema
from niangjia.rules.sources import FactSource, sources, vocabulary


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The vocabulary of rules: every declared fact, and the parameters of the rule packs."""
    from niangjia.programmes.definition import packs

    return vocabulary(packs().parameters)


def _sources_for(paths: Iterable[str] | None) -> list[FactSource]:
    if paths is None:
        return list(sources())
    wanted = set(paths)
    by_path = schema().facts
    wanted |= {by_path[path].derive[1] for path in wanted if path in by_path and by_path[path].derive}  # type: ignore[index]
    return [source for source in sources() if any(fact.path in wanted for fact in source.facts)]


def facts_sql(paths: Iterable[str] | None = None, *, people: str = "SELECT id FROM people_person") -> str:
    """One row per person of `people` with the columns of all facts (or those named) and `person_id`."""
    chosen = _sources_for(paths)
    columns = ["who.id AS person_id"]
    joins = []
    for number, source in enumerate(chosen):
        columns += [f"s{number}.{column}" for column in source.columns]
        joins.append(f"LEFT JOIN ({source.sql}) s{number} ON s{number}.person_id = who.id")
    return f"SELECT {', '.join(columns)} FROM ({people}) who {' '.join(joins)}"  # noqa: S608 - declared sources only


def facts_of_many(person_ids: Iterable[int], as_of: date | None = None) -> dict[int, dict[str, Known]]:
    """Fact path → what is known, from which register and of which day, for each person; unknown facts are absent."""
    statement = facts_sql(people="SELECT id FROM people_person WHERE id = ANY(%(people)s)")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"as_of": as_of or clock.today(), "people": list(person_ids)})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
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
    return facts_of_many([person_id], as_of).get(person_id, {})


def say(fact: Fact, value: Any) -> str:
    """A fact's value as people read it."""
    if fact.type is FactType.MONEY:
        return money.yuan(int(value))
    if fact.type is FactType.BOOL:
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, frozenset | set | tuple | list):
        return "、".join(fact.values.get(str(one), str(one)) for one in sorted(value))
    if fact.type is FactType.NUM and fact.scale:
        return str(Decimal(int(value)).scaleb(-fact.scale))
    text = str(value)
    # A code without a list of its own may be a place's.
    return fact.values.get(text) or (text if fact.type is FactType.NUM else place_name(text))
