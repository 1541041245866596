"""Rows carried from PostgreSQL into Parquet files, a piece at a time: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from niangjia.kit.refusal import Refusal

PIECE_ROWS = 500_000


def require_writable(folder: Path) -> None:
    """Make the directory if need be, or say why nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".trying").write_bytes(b"")
        (folder / ".trying").unlink()
    except OSError as trouble:
        raise Refusal(
            _("The directory %(folder)s cannot be written to: %(why)s.")
            % {"folder": folder, "why": trouble.strerror or trouble},
            remedy=_("Name another directory."),
            code="not_writable",
        ) from trouble


class Carrier:
    """Fills `folder` with numbered Parquet files. What a run that was broken off left there is replaced."""

    def __init__(self, folder: Path, columns: Mapping[str, str], *, piece_rows: int = PIECE_ROWS) -> None:
        self.folder = folder
        self.columns = columns
        self.piece_rows = piece_rows
        self.files = 0
        self.rows = 0
        self._csv = folder / ".piece.csv"
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("[0-9]*.parquet"):
            old.unlink()
        self._csv.write_bytes(b"")

    def carry(self, cursor: Any, statement: str, *, seen: Callable[[bytes], None] | None = None) -> Iterator[int]:
        """Write the rows of a SELECT in its order; yields their number after each file. `seen` is told each row."""
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copying, duckdb.connect() as engine:
            engine.execute("SET memory_limit = '256MiB'")
            rows, out = 0, self._csv.open("wb")
            try:
                for row in copying:  # the server sends each row by itself
                    out.write(row)
                    if seen is not None:
                        seen(bytes(row))
                    rows += 1
                    if rows == self.piece_rows:
                        out.close()
                        yield self._kept(engine, rows)
                        rows, out = 0, self._csv.open("wb")
            finally:
                out.close()
            if rows or not self.files:  # of nobody a file without rows: it still says which columns there are
                yield self._kept(engine, rows)
        self._csv.unlink()

    def _kept(self, engine: duckdb.DuckDBPyConnection, rows: int) -> int:
        typed = ", ".join(f"'{name}': '{kind}'" for name, kind in self.columns.items())
        read = (
            f"read_csv({quoted(self._csv)}, header = false, auto_detect = false, delim = ',', quote = '\"',"
            f" escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {{{typed}}})"
        )
        to = self.folder / f"{self.files:05}.parquet"
        engine.execute(f"COPY (SELECT * FROM {read}) TO {quoted(to)} (FORMAT parquet, COMPRESSION zstd)")
        ((written,),) = engine.execute(f"SELECT count(*) FROM read_parquet({quoted(to)})").fetchall()
        if written != rows:
            raise RuntimeError(f"{to} holds {written} rows of {rows}")
        self.files += 1
        self.rows += rows
        return self.rows


def quoted(path: Path) -> str:
    """A path as text in SQL."""
    return "'" + str(path).replace("'", "''") + "'"
