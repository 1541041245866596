"""The facts table: a row per person, columns made from the declared facts, and triggers that note whom to read anew.

No Django migration can know these columns, so the table is made when tables are migrated, and when it is found to
differ from what is declared. It carries the digest of its own making as its comment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.db import connection

from niangjia.rules.schema import Fact, FactType
from niangjia.rules.sources import FactSource, Touch, sources, touches

NAME = "matching_facts"
CHANGES = "matching_change"
STATE = "matching_factstable"
GENERATION = "generation"
SQL_TYPES = {FactType.NUM: "bigint", FactType.MONEY: "bigint", FactType.BOOL: "boolean", FactType.DATE: "date"}
EVENTS = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}


@dataclass(frozen=True, slots=True)
class Standing:
    """For which day the table can be read (None: not at all), at which count, and whether anything changed since."""

    day: date | None
    generation: int
    has_changes: bool


def standing() -> Standing:
    """How the table stands, in one question. Notes just taken are passed over by the index, not one by one."""
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT (SELECT day FROM {STATE}), (SELECT generation FROM {STATE}),
                   obj_description(to_regclass('{NAME}'), 'pg_class'),
                   (SELECT min(id) FROM {CHANGES}) IS NOT NULL
        """)
        day, generation, digest, has_changes = cursor.fetchone()
    return Standing(day if digest == declared().digest else None, generation or 0, has_changes)


@dataclass(frozen=True)
class Making:
    """What the table must be: its columns with their types and bounds, and the triggers of every table that is read."""

    columns: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.statements).encode()).hexdigest()


def declared() -> Making:
    """The table as the facts declared today ask for it."""
    return making(sources())


@lru_cache(maxsize=1)
def making(of: tuple[FactSource, ...]) -> Making:
    """The table that these sources ask for."""
    columns = tuple(pair for source in of for pair in _columns(source))
    written = ", ".join(f"{name} {definition}" for name, definition in columns)
    create = f"CREATE TABLE {NAME} (person_id bigint PRIMARY KEY, {written}, {GENERATION} bigint NOT NULL)"
    index = f"CREATE INDEX {NAME}_by_generation ON {NAME} ({GENERATION})"
    triggers = tuple(
        statement for table, touched in sorted(touches(of).items()) for statement in _triggers(table, touched)
    )
    # Notes come and go: what was taken is swept away before readers have to pass over much of it.
    swept = f"ALTER TABLE {CHANGES} SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)"
    kinds = tuple((name, definition.split()[0]) for name, definition in columns)
    return Making(kinds, (create, index, swept, *triggers))


def make() -> bool:
    """Make the table and its triggers as declared. Whatever was there is left alone if it is the same: then False."""
    wanted = declared()
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [NAME])
        if cursor.fetchone() == (wanted.digest,):
            return False
        cursor.execute(f"DROP TABLE IF EXISTS {NAME}")
        cursor.execute(_DROP_NOTES)
        for statement in wanted.statements:
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON TABLE {NAME} IS '{wanted.digest}'")
        cursor.execute(f"UPDATE {STATE} SET day = NULL")
    return True


def _columns(source: FactSource) -> Iterator[tuple[str, str]]:
    for fact in source.facts:
        if fact.derive is None:
            yield fact.column, _definition(fact)
    for stamp in source.stamps:
        yield stamp, "date"


def _definition(fact: Fact) -> str:
    kind = SQL_TYPES.get(fact.type, "text")
    if fact.type in {FactType.NUM, FactType.MONEY}:
        lo, hi = fact.bounds
        return f"{kind} CHECK ({fact.column} BETWEEN {lo} AND {hi})"
    return kind


_DROP_NOTES = """
DO $$ DECLARE noting record; BEGIN
  FOR noting IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'matching\\_note\\_%' LOOP
    EXECUTE 'DROP FUNCTION ' || noting.name || ' CASCADE';
  END LOOP;
END $$
"""


def _triggers(table: str, touched: list[Touch]) -> Iterator[str]:
    """Note whose facts a statement touched, once for all its rows; an update is compared as sets."""
    for event, moments in EVENTS.items():
        name = f"matching_note_{event}_{table}"[:63]
        whose = " UNION ALL ".join(f"({_whose(touch, moments)})" for touch in dict.fromkeys(touched))
        yield f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO {CHANGES} (person_id)
              SELECT DISTINCT person_id FROM ({whose}) whose WHERE person_id IS NOT NULL;
              RETURN NULL;
            END $$
        """
        seen = " ".join(f"{moment.upper()} TABLE AS {moment}_rows" for moment in moments)
        yield f"""
            CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {seen}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}()
        """


def _whose(touch: Touch, moments: tuple[str, ...]) -> str:
    columns = ", ".join(touch.columns)
    if len(moments) == 1:
        rows = f"SELECT {columns} FROM {moments[0]}_rows"
    else:
        rows = f"""
            (SELECT {columns} FROM old_rows EXCEPT SELECT {columns} FROM new_rows)
            UNION ALL (SELECT {columns} FROM new_rows EXCEPT SELECT {columns} FROM old_rows)
        """
    return f"WITH touched AS ({rows}) {touch.whose}"


def changed_since(generation: int) -> str:
    """A SELECT of whoever was noted, or came out otherwise, after the table was at this count."""
    return f"SELECT person_id FROM {NAME} WHERE {GENERATION} > {int(generation)}"


def note_days(since: date, until: date) -> None:
    """Note the people for whom a day that came between these two changes something."""
    with connection.cursor() as cursor:
        for table, touched in sorted(touches(sources()).items()):
            for touch in dict.fromkeys(touched):
                if not touch.days:
                    continue
                came = " OR ".join(f"{column} BETWEEN %(since)s AND %(until)s" for column in touch.days)
                cursor.execute(
                    f"""
                    INSERT INTO {CHANGES} (person_id) SELECT DISTINCT person_id FROM (
                      WITH touched AS (SELECT {", ".join(touch.columns)} FROM {table} WHERE {came}) {touch.whose}
                    ) whose WHERE person_id IS NOT NULL
                    """,
                    {"since": since, "until": until},
                )
