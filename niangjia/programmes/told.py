"""Facts people tell us about themselves, as a source: the newest word of each; those that age carry their day."""

from __future__ import annotations

from niangjia.programmes.declared import DECLARED_FACTS
from niangjia.rules.schema import Fact, FactType
from niangjia.rules.sources import FactSource, Touch

CASTS = {FactType.NUM: "::bigint", FactType.MONEY: "::bigint", FactType.BOOL: "::boolean", FactType.DATE: "::date"}


def _columns(fact: Fact) -> str:
    mine = f"FILTER (WHERE fact = '{fact.path}')"
    value = f"(max(value #>> '{{}}') {mine}){CASTS.get(fact.type, '')} AS {fact.column}"
    return f"{value}, max(declared_on) {mine} AS {fact.stamp_column}" if fact.stamp_column else value


def source() -> FactSource:
    """One row per person who ever told us something."""
    columns = ", ".join(_columns(fact) for fact in DECLARED_FACTS)
    return FactSource(
        name="told",
        facts=DECLARED_FACTS,
        # Fact paths are our own constants, never anybody's input.
        sql=f"""
            SELECT person_id, {columns} FROM wanted JOIN people_declaration ON person_id = wanted.id GROUP BY person_id
        """,  # noqa: S608
        changed_by=(Touch("people_declaration", ("person_id", "fact", "value", "declared_on")),),
        said_by_zh="本人填报",
        said_by_en="what you told us",
    )
