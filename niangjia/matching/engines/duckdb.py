"""DuckDB, inside this process: the default engine, piece by piece so that memory does not grow with the population."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

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
from niangjia.rules.bulk import Bulk
from niangjia.rules.tally import Counts, Tally

PIECE_ROWS = 500_000


class DuckEngine:
    """Runs in `memory_mb` of DuckDB's own and what Python needs besides."""

    def __init__(self, *, threads: int | None = None, memory_mb: int = 512, temp: Path | None = None) -> None:
        self.threads = threads
        self.memory_mb = memory_mb
        self.temp = temp

    def match(self, job: Job, facts: Path, out: Path, *, reasons: bool = False, tell: Tell = silent) -> Counts:
        """Hold the job against the snapshot `facts` and leave the results in `out`."""
        fresh_directory(out, LISTS, *([REASONS] if reasons else []))
        bulk = job.bulk("duckdb")
        tally = Tally(bulk)
        tell(0.0, "rules")
        with self.opened(job, bulk, facts, out) as connection:
            pieces = list(_pieces(connection, facts))
            for number, (source, rows) in enumerate(pieces):
                tell(number / len(pieces), f"{sum(each for _, each in pieces[:number]):,}")
                self._judge(connection, bulk, source)
                tally.add(rows, *self._counted(connection, bulk))
                _keep(connection, bulk.lists(), out / LISTS / f"{number:05}.parquet")
                if reasons:
                    _keep(connection, bulk.reasons(), out / REASONS / f"{number:05}.parquet")
        counts = tally.counts()
        keep_counts(counts, out)
        if reasons:
            keep_reason_bits(bulk, out)
        tell(1.0, f"{counts.people:,}")
        return counts

    def opened(self, job: Job, bulk: Bulk, facts: Path, out: Path) -> duckdb.DuckDBPyConnection:
        """A connection with everything made that is made once."""
        connection = duckdb.connect()
        connection.execute(f"SET memory_limit = '{self.memory_mb}MiB'")
        connection.execute(f"SET temp_directory = '{self.temp or out / '.duckdb'}'")
        connection.execute("SET enable_progress_bar = false")  # it would stand in the midst of what we print
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")  # we tell ourselves how far we are
        # Every join of ours follows from a row's own numbers; in any other order it could only grow.
        connection.execute("SET disabled_optimizers = 'join_order'")
        if self.threads is not None:
            connection.execute(f"SET threads = {self.threads}")
        for name, select in bulk.tables():
            connection.execute(f"CREATE TEMP TABLE {name} AS {select}")
        self._make_places(connection, job, bulk, facts)
        return connection

    def _make_places(self, connection: duckdb.DuckDBPyConnection, job: Job, bulk: Bulk, facts: Path) -> None:
        codes: set[str] = set()
        if bulk.place is not None:
            found = connection.execute(f'SELECT DISTINCT "{bulk.place.column}" FROM {_parquet(facts / "*.parquet")}')
            codes = {code for (code,) in found.fetchall() if code is not None}
        connection.execute(f"CREATE TEMP TABLE region_parameters AS {job.places(codes, 'duckdb')}")

    def _judge(self, connection: duckdb.DuckDBPyConnection, bulk: Bulk, source: str) -> None:
        for name, select in (("cells", bulk.cells(source)), ("judged", bulk.judged()), ("listed", bulk.listed())):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE bulk_{name} AS {select}")

    def _counted(self, connection: duckdb.DuckDBPyConnection, bulk: Bulk) -> list[list[tuple[Any, ...]]]:
        statements = (bulk.count_cells(), bulk.count_listed(), bulk.count_asked(), bulk.count_open())
        return [connection.execute(statement).fetchall() for statement in statements]


def _pieces(connection: duckdb.DuckDBPyConnection, facts: Path) -> Iterator[tuple[str, int]]:
    """Relations that together are the snapshot, each of at most PIECE_ROWS rows, and their numbers of rows."""
    for file in sorted(facts.glob("*.parquet")):
        ((rows,),) = connection.execute(f"SELECT count(*) FROM {_parquet(file)}").fetchall()
        for first in range(0, rows or 1, PIECE_ROWS):  # of nobody one piece: it leaves files that can be read
            last = min(first + PIECE_ROWS, rows) - 1
            yield f"{_parquet(file)} WHERE file_row_number BETWEEN {first} AND {last}", last - first + 1


def _parquet(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}', file_row_number = true)"


def _keep(connection: duckdb.DuckDBPyConnection, select: str, file: Path) -> None:
    quoted = str(file).replace("'", "''")
    connection.execute(f"COPY ({select}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
