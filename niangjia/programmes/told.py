"""Facts people tell us about themselves, as a source: the newest word of each, with the day it was given."""

from __future__ import annotations

from dataclasses import replace

from niangjia.programmes.declared import DECLARED_FACTS
from niangjia.rules.schema import Fact, FactType
from niangjia.rules.sources import FactSource

CASTS = {FactType.NUM: "::bigint", FactType.MONEY: "::bigint", FactType.BOOL: "::boolean", FactType.DATE: "::date"}


def _columns(fact: Fact) -> str:
    mine = f"FILTER (WHERE fact = '{fact.path}')"
    value = f"(max(value #>> '{{}}') {mine}){CASTS.get(fact.type, '')} AS {fact.column}"
    return f"{value}, max(declared_on) {mine} AS {fact.stamp_column}"


def source() -> FactSource:
    """One row per person who ever told us something."""
    facts = tuple(replace(fact, stamp_column=f"{fact.column}_on") for fact in DECLARED_FACTS)
    columns = ", ".join(_columns(fact) for fact in facts)
    return FactSource(
        name="told",
        facts=facts,
        # Fact paths are our own constants, never anybody's input.
        sql=f"SELECT person_id, {columns} FROM people_declaration GROUP BY person_id",  # noqa: S608
        said_by_zh="本人填报",
        said_by_en="what you told us",
    )
