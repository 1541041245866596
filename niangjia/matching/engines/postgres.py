"""PostgreSQL itself: it needs no snapshot, for the facts table is where the facts are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from niangjia.matching.carrying import Carrier
from niangjia.matching.engines import (
    LISTS,
    REASONS,
    Job,
    Tell,
    fresh_directory,
    keep_counts,
    keep_reason_bits,
    silent,
)
from niangjia.rules.bulk import PERSON, Bulk
from niangjia.rules.tally import Counts, Tally

PIECE_ROWS = 200_000
LIST_COLUMNS = {PERSON: "BIGINT", "programme": "VARCHAR", "verdict": "VARCHAR", "missing": "VARCHAR"}


class Cursor(Protocol):
    """What is needed of a cursor of psycopg, within a transaction that its owner ends."""

    def execute(self, query: str) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def copy(self, statement: str) -> Any: ...


class PostgresEngine:
    """Works on `cursor`; `relation` is the SELECT of facts, a row per person. No snapshot is looked at."""

    def __init__(self, cursor: Cursor, relation: str) -> None:
        self.cursor = cursor
        self.relation = relation

    def match(self, job: Job, facts: Path, out: Path, *, reasons: bool = False, tell: Tell = silent) -> Counts:
        """Hold the job against the relation and leave the results in `out`."""
        fresh_directory(out, LISTS, *([REASONS] if reasons else []))
        bulk = job.bulk("postgres")
        tally = Tally(bulk)
        tell(0.0, "rules")
        self._make("bulk_facts", self.relation)
        for name, select in bulk.tables():
            self._make(name, select)
        self._make_places(job, bulk)
        kept = [(bulk.lists(), Carrier(out / LISTS, LIST_COLUMNS))]
        if reasons:
            words = dict.fromkeys(bulk.reason_columns, "BIGINT")
            kept.append((bulk.reasons(), Carrier(out / REASONS, {PERSON: "BIGINT", **words})))
        pieces, done = list(self._pieces()), 0
        for source, rows in pieces:
            tell(done / sum(each for _, each in pieces), f"{done:,}")
            for name, select in (("cells", bulk.cells(source)), ("judged", bulk.judged()), ("listed", bulk.listed())):
                self._make(f"bulk_{name}", select)
            tally.add(rows, *self._counted(bulk))
            for select, carrier in kept:
                for _rows in carrier.carry(self.cursor, select):
                    pass
            done += rows
        counts = tally.counts()
        keep_counts(counts, out)
        if reasons:
            keep_reason_bits(bulk, out)
        tell(1.0, f"{counts.people:,}")
        return counts

    def _make(self, name: str, select: str) -> None:
        self.cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self.cursor.execute(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {select}")
        self.cursor.execute(f"ANALYZE pg_temp.{name}")

    def _ask(self, statement: str) -> Sequence[tuple[Any, ...]]:
        self.cursor.execute(statement)
        return self.cursor.fetchall()

    def _make_places(self, job: Job, bulk: Bulk) -> None:
        codes: set[str] = set()
        if bulk.place is not None:
            found = self._ask(f'SELECT DISTINCT "{bulk.place.column}" FROM bulk_facts')
            codes = {code for (code,) in found if code is not None}
        self._make("region_parameters", job.places(codes, "postgres"))

    def _pieces(self) -> Iterator[tuple[str, int]]:
        """Relations that together are everybody, each of at most PIECE_ROWS people, and their numbers of rows."""
        self.cursor.execute(f"CREATE INDEX ON bulk_facts ({PERSON})")
        ends = self._ask(f"""
            SELECT max({PERSON}), count(*) FROM (
              SELECT {PERSON}, (row_number() OVER (ORDER BY {PERSON}) - 1) / {PIECE_ROWS} AS piece FROM bulk_facts
            ) numbered GROUP BY piece ORDER BY piece
        """)
        first = -1
        for last, rows in ends:
            yield f"(SELECT * FROM bulk_facts WHERE {PERSON} > {first} AND {PERSON} <= {last}) piece", rows
            first = last

    def _counted(self, bulk: Bulk) -> list[Sequence[tuple[Any, ...]]]:
        return [
            self._ask(statement)
            for statement in (bulk.count_cells(), bulk.count_listed(), bulk.count_asked(), bulk.count_open())
        ]
