"""The facts of people as one relation: a row per person, a column per stored fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from niangjia.matching.packs import packs
from niangjia.rules.schema import Fact, Schema
from niangjia.rules.sources import FactSource, sources, vocabulary

# Whoever may be found: a merged record's facts are its heir's, and an erased person is nobody's business any more.
EVERYBODY = "SELECT id FROM people_person WHERE merged_into_id IS NULL AND erased_on IS NULL"


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The vocabulary of rules: every declared fact, and the parameters of the rule packs."""
    return vocabulary(packs().parameters)


def stored_columns(chosen: Iterable[FactSource]) -> list[str]:
    return [column for source in chosen for column in source.columns]


def sources_for(paths: Iterable[str] | None) -> list[FactSource]:
    """The sources that must be read for these facts, those they are derived from among them; None is all."""
    if paths is None:
        return list(sources())
    known = schema().facts
    derived: Iterable[Fact] = (known[path] for path in paths if path in known)
    wanted = {fact.derive[1] if fact.derive else fact.path for fact in derived}
    return [source for source in sources() if any(fact.path in wanted for fact in source.facts)]


def from_sources(chosen: Iterable[FactSource], *, people: str) -> str:
    """A SELECT over the registers themselves, on the day %(as_of)s: one row per person of `people`."""
    columns, joins = ["who.id AS person_id"], []
    for number, source in enumerate(chosen):
        columns += [f"s{number}.{column}" for column in source.columns]
        joins.append(f"LEFT JOIN ({source.sql}) s{number} ON s{number}.person_id = who.id")
    return f"SELECT {', '.join(columns)} FROM ({people}) who {' '.join(joins)}"


def facts_relation(paths: Iterable[str] | None = None, *, people: str = EVERYBODY, as_of: date) -> str:
    """A SELECT with `person_id` and the columns of these facts (all, for None): one row per person of `people`.

    `people` is a SELECT of ids; its placeholders are the caller's.
    """
    return from_sources(sources_for(paths), people=people).replace("%(as_of)s", f"DATE '{as_of.isoformat()}'")
