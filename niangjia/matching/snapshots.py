"""Snapshots of everybody's facts as Parquet files: what the engines read, and what can be carried to a cluster.

The rows flow through in pieces: PostgreSQL writes them out once, in the order of people, and each piece becomes a file,
so memory does not grow with the population. `snapshot.json` is written last: a directory without it was broken off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Refusal
from niangjia.matching import table
from niangjia.matching.carrying import Carrier, require_writable
from niangjia.matching.relation import facts_relation, schema
from niangjia.rules.schema import Fact

PARQUET_TYPES = {"bigint": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "text": "VARCHAR"}
NAMED = "snapshot.json"

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What lies in a snapshot's directory. `digest` is that of the rows themselves: equal facts have equal digests."""

    as_of: date
    rows: int
    columns: dict[str, str]
    digest: str
    generation: int | None  # of the facts table, when the rows are its own


def take_snapshot(folder: Path, *, as_of: date, tell: Tell, paths: tuple[str, ...] | None = None) -> Snapshot:
    """Write everybody's facts as of a day into `folder`, in place of what an earlier run left there."""
    columns = {"person_id": "BIGINT", **_columns(paths)}
    require_writable(folder)
    (folder / NAMED).unlink(missing_ok=True)
    carrier = Carrier(folder, columns)
    generation = table.standing().generation if as_of == clock.today() else None
    statement = f"SELECT {', '.join(columns)} FROM ({facts_relation(paths, as_of=as_of)}) facts ORDER BY person_id"
    expected, digest = _how_many(), hashlib.sha256(",".join(columns).encode())
    with connection.cursor() as cursor:
        for rows in carrier.carry(cursor, statement, seen=digest.update):
            tell(min(rows / max(expected, 1), 1.0), f"{rows:,}")
    taken = Snapshot(as_of, carrier.rows, columns, digest.hexdigest(), generation)
    (folder / NAMED).write_text(json.dumps(asdict(taken), ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")
    return taken


def read_snapshot(folder: Path) -> Snapshot:
    """What an earlier run left in `folder`."""
    try:
        told = json.loads((folder / NAMED).read_text("utf-8"))
    except FileNotFoundError:
        raise Refusal(
            _("There is no finished snapshot in %s.") % folder, remedy=_("Take one there first."), code="no_snapshot"
        ) from None
    return Snapshot(**{**told, "as_of": date.fromisoformat(told["as_of"])})


def _columns(paths: tuple[str, ...] | None) -> dict[str, str]:
    known = schema().facts
    chosen = None if paths is None else {_stored(known[path], known).column for path in paths}
    stamps = {fact.stamp_column for fact in known.values() if chosen and fact.column in chosen}
    return {
        name: PARQUET_TYPES[kind]
        for name, kind in table.declared().columns
        if chosen is None or name in chosen or name in stamps
    }


def _stored(fact: Fact, known: dict[str, Fact]) -> Fact:
    return known[fact.derive[1]] if fact.derive else fact


def _how_many() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'people_person'::regclass")
        return int(cursor.fetchone()[0])
