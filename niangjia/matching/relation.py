"""The facts of people as one relation: a row per person, a column per stored fact.

`from_sources` asks the registers themselves. `facts_relation` takes what it can from the facts table: everybody whose
facts have not changed since. The others it asks the registers for, so a read never waits for a refresh nor differs
from one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from niangjia.matching import table
from niangjia.matching.packs import packs
from niangjia.rules.schema import Fact, FactType, Schema
from niangjia.rules.sources import FactSource, sources, vocabulary

# Whoever may be found: a merged record's facts are its heir's, and an erased person is nobody's business any more.
EVERYBODY = "SELECT id FROM people_person WHERE merged_into_id IS NULL AND erased_on IS NULL"


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The vocabulary of rules: every declared fact, and the parameters of the rule packs."""
    return vocabulary(packs().parameters)


def sources_for(paths: Iterable[str] | None) -> Sequence[FactSource]:
    """The sources that must be read for these facts, those they are derived from among them; None is all."""
    if paths is None:
        return sources()
    known = schema().facts
    named: Iterable[Fact] = (known[path] for path in paths if path in known)
    wanted = {fact.derive[1] if fact.derive else fact.path for fact in named}
    return [source for source in sources() if any(fact.path in wanted for fact in source.facts)]


def _selected(fact: Fact, alias: str) -> str:
    """A fact's column as the table keeps it: a number outside its declared bounds is unknown."""
    if fact.type not in {FactType.NUM, FactType.MONEY}:
        return f"{alias}.{fact.column}"
    lo, hi = fact.bounds
    column = f"{alias}.{fact.column}"
    return f"CASE WHEN {column} BETWEEN {lo} AND {hi} THEN {column}::bigint END AS {fact.column}"


def from_sources(chosen: Iterable[FactSource], *, people: str, as_of: date) -> str:
    """A SELECT over the registers: one row per person of `people`, a SELECT of ids.

    Each source is planned and read by itself: all joined at once are more than PostgreSQL can plan in the time one
    person's facts take to read.
    """
    columns, joins, parts = ["wanted.id AS person_id"], [], [f"wanted AS MATERIALIZED ({people})"]
    for number, source in enumerate(chosen):
        alias = f"s{number}"
        columns += [_selected(fact, alias) for fact in source.facts if fact.derive is None]
        columns += [f"{alias}.{stamp}" for stamp in source.stamps]
        parts.append(f"{alias} AS MATERIALIZED ({source.sql})")
        joins.append(f"LEFT JOIN {alias} ON {alias}.person_id = wanted.id")
    written = f"WITH {', '.join(parts)} SELECT {', '.join(columns)} FROM wanted {' '.join(joins)}"
    return written.replace("%(as_of)s", f"DATE '{as_of.isoformat()}'")


def facts_relation(paths: Iterable[str] | None = None, *, people: str = EVERYBODY, as_of: date) -> str:
    """A SELECT with `person_id` and the columns of these facts (all, for None): one row per person of `people`.

    `people` is a SELECT of ids that is found among `EVERYBODY`; its placeholders are the caller's.
    """
    chosen = sources_for(paths)
    standing = table.standing()
    if standing.day != as_of:
        return from_sources(chosen, people=people, as_of=as_of)
    columns = ", ".join(["person_id", *(column for source in chosen for column in source.columns)])
    if not standing.has_changes:
        return f"SELECT {columns} FROM {table.NAME} WHERE person_id IN ({people})"
    changed = f"SELECT person_id FROM {table.CHANGES}"
    anew = from_sources(chosen, people=f"SELECT id FROM ({people}) p WHERE id IN ({changed})", as_of=as_of)
    return f"""
        SELECT {columns} FROM {table.NAME} WHERE person_id IN ({people}) AND person_id NOT IN ({changed})
        UNION ALL SELECT {columns} FROM ({anew}) anew
    """
