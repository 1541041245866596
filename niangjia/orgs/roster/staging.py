"""Rows on the bench: checked people go by COPY into a temporary table, where PostgreSQL compares them as one set.

The table lives as long as the transaction, so a preview leaves nothing and a failed import leaves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from itertools import count, islice
from typing import Any

from django.db import connection

from niangjia.kit import crypto
from niangjia.orgs.roster.checking import Checker, Someone
from niangjia.orgs.roster.reading import Roster, Table
from niangjia.orgs.roster.verdicts import REFUSES, SKIPS, Fault
from niangjia.people.models import Person
from niangjia.people.names import sort_key

LINES = 500  # go to the server at once
Tell = Callable[[int, int], None]

# What a roster says of a person, and what the comparison finds out.
SAID = (
    "number", "sheet", "row", "part", "verdict", "faults", "name", "name_key", "id_kind", "id_number", "id_hash",
    "phone", "phone_hash", "sex", "birth_date", "joined_on", "unit", "credit_code", "trade", "post", "form",
    "started_on",
)  # fmt: skip
FOUND = (
    "person_id", "new_person", "filled", "membership_id", "employer_id", "employment_id", "new_employment",
    "employment_before",
)  # fmt: skip

_TABLE = """
DROP TABLE IF EXISTS roster_stage, roster_units CASCADE;
CREATE TEMPORARY TABLE roster_stage (
    number int, sheet smallint, row int, part smallint, verdict text, faults jsonb, name text, name_key text,
    id_kind text, id_number text, id_hash text, phone text, phone_hash text, sex text, birth_date date,
    joined_on date, unit text, credit_code text, trade text, post text, form text, started_on date,
    person_id bigint, filled text[] NOT NULL DEFAULT '{}', joins boolean NOT NULL DEFAULT true, employer_id bigint,
    employment_id bigint, new_employment boolean NOT NULL DEFAULT false, employment_before jsonb,
    next_person bigint, next_membership bigint, next_employment bigint
) ON COMMIT DROP
"""
_NEXT = """
SELECT pg_get_serial_sequence('people_person', 'id'), pg_get_serial_sequence('orgs_membership', 'id'),
    pg_get_serial_sequence('orgs_employment', 'id')
"""
# The sequences by name, once: to ask for the name at every row would cost more than the number itself.
_NUMBERED = """
ALTER TABLE roster_stage ALTER next_person SET DEFAULT nextval('{}'), ALTER next_membership SET DEFAULT nextval('{}'),
    ALTER next_employment SET DEFAULT nextval('{}')
"""


def open_stage(*, to_write: bool = False) -> None:
    """An empty bench for this transaction; `to_write`, each row comes with the numbers of the records it may make.

    Numbers that are not used are gone. To give them out later would write every row of the bench a second time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        if to_write:
            cursor.execute(_NEXT)
            cursor.execute(_NUMBERED.format(*cursor.fetchone()))


def fill_stage(roster: Roster, today: date, *, sealed: bool, tell: Tell) -> list[dict[str, Any]]:
    """Read the whole file onto the bench, with the numbers `sealed` if they are to go into the register; its sheets."""
    sheets: list[dict[str, Any]] = []
    numbers = count()
    told = 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for place, table in enumerate(roster.tables()):
            sheets.append({"name": table.sheet, "heads": list(table.header.heads)})
            lines = _lines(table, Checker(table.header, today, from_1904=table.from_1904), place, numbers, sealed)
            while block := list(islice(lines, LINES)):
                copy.write("".join(block))
                told += len(block)
                tell(told, 0)
    return sheets


_COPY = f"COPY roster_stage ({', '.join(SAID)}) FROM STDIN"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_key_of = lru_cache(maxsize=50_000)(sort_key)


def _lines(table: Table, checker: Checker, place: int, numbers: Iterator[int], sealed: bool) -> Iterator[str]:
    """Each person of a table as a line of COPY."""
    odd = bool(table.marks or table.hidden_rows)
    hash_id, hash_phone = crypto.hasher("person.id"), crypto.hasher("person.phone")
    seal_id, seal_phone = (_sealer("id_number"), _sealer("phone")) if sealed else (_unsaid, _unsaid)
    for row, cells in table.rows:
        people = checker.people(cells)
        if odd:
            mark(people, row, table)
        for part, one in enumerate(people):
            verdict, faults = _judged(one.faults) if one.faults else ("ok", "[]")
            number, phone = one.id_number, one.phone
            numbered = f"{seal_id(number)}\t{hash_id(number)}" if number else "\t"
            phoned = f"{seal_phone(phone)}\t{hash_phone(phone)}" if phone else "\t"
            text = f"{one.unit}\t{one.credit_code}\t{one.trade}"
            if "\\" in text or "\n" in text or "\r" in text or text.count("\t") != 2:
                text = "\t".join(said.translate(_ESCAPES) for said in (one.unit, one.credit_code, one.trade))
            name = one.name
            key = _key_of(name) if sealed and verdict in _LIVE else ""
            if not name.isalpha():
                name, key = name.translate(_ESCAPES), key.translate(_ESCAPES)
            yield (
                f"{next(numbers)}\t{place}\t{row}\t{part}\t{verdict}\t{faults}\t{name}\t{key}\t{one.id_kind}\t"
                f"{numbered}\t{phoned}\t{one.sex}\t{one.birth_date or _NULL}\t{one.joined_on or _NULL}\t{text}\t"
                f"{one.post}\t{one.form}\t{one.started_on or _NULL}\n"
            )


_NULL = "\\N"
_LIVE = ("ok", "warned")


def _sealer(column: str) -> Callable[[str], str]:
    sealed_column: Any = Person._meta.get_field(column)
    sealer: Callable[[str], str] = sealed_column.sealer()
    return sealer


def _unsaid(_number: str) -> str:
    return ""


def _judged(faults: list[Fault]) -> tuple[str, str]:
    """The verdict of these faults, and they themselves as COPY takes them."""
    codes = [fault["code"] for fault in faults]
    refused = any(code in REFUSES for code in codes)
    verdict = "refused" if refused else "skipped" if any(code in SKIPS for code in codes) else "warned"
    return verdict, json.dumps(faults, ensure_ascii=False).translate(_ESCAPES)


def mark(people: list[Someone], row: int, table: Table) -> None:
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
