"""Rows on the bench: checked people go by COPY into a temporary table, where PostgreSQL compares them as one set.

The table lives as long as the transaction, so a preview leaves nothing and a failed import leaves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count, islice
from typing import Any

from django.db import connection

from niangjia.kit import crypto
from niangjia.orgs.models_roster import RosterChunk
from niangjia.orgs.roster.checking import Checker, Someone
from niangjia.orgs.roster.reading import Roster, Table
from niangjia.orgs.roster.verdicts import REFUSES, SKIPS, Fault

CHUNK = 1000
BLOCK = 20_000
Tell = Callable[[int, int], None]

# What a roster says of a person, and what the comparison finds out.
SAID = (
    "number", "sheet", "row", "part", "verdict", "faults", "name", "id_kind", "id_hash", "phone_hash", "sex",
    "birth_date", "joined_on", "unit", "credit_code", "trade", "post", "form", "started_on",
)  # fmt: skip
FOUND = (
    "person_id", "new_person", "filled", "membership_id", "employer_id", "employment_id", "new_employment",
    "employment_before",
)  # fmt: skip

_TABLE = """
DROP TABLE IF EXISTS roster_stage;
CREATE TEMPORARY TABLE roster_stage (
    number int, sheet smallint, row int, part smallint, verdict text, faults jsonb, name text, id_kind text,
    id_hash text, phone_hash text, sex text, birth_date date, joined_on date, unit text, credit_code text,
    trade text, post text, form text, started_on date,
    person_id bigint, new_person boolean NOT NULL DEFAULT false, filled text[] NOT NULL DEFAULT '{}',
    joins boolean NOT NULL DEFAULT true, membership_id bigint, employer_id bigint, employment_id bigint,
    new_employment boolean NOT NULL DEFAULT false, employment_before jsonb
) ON COMMIT DROP
"""


def open_stage() -> None:
    """An empty bench for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)


@dataclass(slots=True)
class Stock:
    """What reading a file left on the bench."""

    people: int = 0
    sheets: list[dict[str, Any]] = field(default_factory=list)


def fill_stage(roster: Roster, today: date, *, batch_id: int | None, tell: Tell | None = None) -> Stock:
    """Read the whole file onto the bench. With a batch, keep the rows as typed, sealed, a thousand at a time."""
    stock = Stock()
    numbers = count()
    kept = _Kept(batch_id) if batch_id is not None else None
    for place, table in enumerate(roster.tables()):
        stock.sheets.append({"name": table.sheet, "heads": list(table.header.heads)})
        lines = _lines(table, Checker(table.header, today, from_1904=table.from_1904), place, numbers)
        while _copy_some(lines, kept) == BLOCK:
            stock.people += BLOCK
            if tell is not None:
                tell(stock.people, 0)
    if kept is not None:
        kept.write(final=True)
    stock.people = next(numbers)
    return stock


def _copy_some(lines: Iterator[tuple[str, list[Any], Someone]], kept: _Kept | None) -> int:
    """One block of rows over one COPY; how many it was."""
    copied = 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        waiting: list[str] = []
        for line, cells, one in islice(lines, BLOCK):
            waiting.append(line)
            copied += 1
            if len(waiting) == 200:
                copy.write("".join(waiting))
                waiting.clear()
            if kept is not None:
                kept.rows.append([_plain(cells), one.id_number, one.phone])
        copy.write("".join(waiting))
    if kept is not None:
        kept.write()
    return copied


class _Kept:
    """The rows as typed, sealed a chunk at a time. Row `n` of the roster is row `n % CHUNK` of chunk `n // CHUNK`."""

    def __init__(self, batch_id: int) -> None:
        self.batch_id = batch_id
        self.rows: list[list[Any]] = []
        self.written = 0

    def write(self, *, final: bool = False) -> None:
        chunks = []
        while len(self.rows) >= CHUNK or (final and self.rows):
            rows: Any = self.rows[:CHUNK]
            chunks.append(RosterChunk(batch_id=self.batch_id, number=self.written, rows=rows))
            del self.rows[:CHUNK]
            self.written += 1
        RosterChunk.objects.bulk_create(chunks)


_COPY = f"COPY roster_stage ({', '.join(SAID)}) FROM STDIN"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _lines(
    table: Table, checker: Checker, place: int, numbers: Iterator[int]
) -> Iterator[tuple[str, list[Any], Someone]]:
    """Each person of a table as a line of COPY, with the cells they came from."""
    odd = bool(table.marks or table.hidden_rows)
    hashed = crypto.keyed_hash
    for row, cells in table.rows:
        people = checker.people(cells)
        if odd:
            _mark(people, row, table)
        for part, one in enumerate(people):
            if one.faults:
                codes = [fault["code"] for fault in one.faults]
                refused = any(code in REFUSES for code in codes)
                verdict = "refused" if refused else "skipped" if any(code in SKIPS for code in codes) else "warned"
                faults = json.dumps(one.faults, ensure_ascii=False).translate(_ESCAPES)
            else:
                verdict, faults = "ok", "[]"
            id_hash = hashed(one.id_number, "person.id") if one.id_number else ""
            phone_hash = hashed(one.phone, "person.phone") if one.phone else ""
            text = f"{one.unit}\t{one.credit_code}\t{one.trade}"
            if "\\" in text or "\n" in text or "\r" in text or text.count("\t") != 2:
                text = "\t".join(said.translate(_ESCAPES) for said in (one.unit, one.credit_code, one.trade))
            name = one.name if one.name.isalpha() else one.name.translate(_ESCAPES)
            yield (
                (
                    f"{next(numbers)}\t{place}\t{row}\t{part}\t{verdict}\t{faults}\t{name}\t{one.id_kind}\t{id_hash}\t"
                    f"{phone_hash}\t{one.sex}\t{one.birth_date or _NULL}\t{one.joined_on or _NULL}\t{text}\t"
                    f"{one.post}\t{one.form}\t{one.started_on or _NULL}\n"
                ),
                cells,
                one,
            )


_NULL = "\\N"


def _mark(people: list[Someone], row: int, table: Table) -> None:
    """Add what the spreadsheet itself reveals: hidden rows, cells that hold an error or an uncounted formula."""
    holds = {index: name for name, indexes in table.header.columns.items() for index in indexes}
    for column, code in table.marks.get(row, ()):
        if column in holds:
            fault: Fault = {"code": code, "field": holds[column]}
            for one in people:
                one.faults = [known for known in one.faults if known.get("field") != holds[column]] + [fault]
    if row in table.hidden_rows:
        for one in people:
            one.faults.append({"code": "hidden_row"})


def _plain(cells: list[Any]) -> list[Any]:
    """Cells as JSON can hold them; a date stays a date to the eye."""
    return [cell if isinstance(cell, str | int | float) else str(cell) for cell in cells]
