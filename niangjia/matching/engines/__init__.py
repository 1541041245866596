"""Engines hold many programmes against everybody: the same statements (`rules.bulk`) on DuckDB, PostgreSQL or Spark.

An engine reads a snapshot of facts and leaves in a directory:

    lists/*.parquet     person_id, programme, verdict ('yes' or 'one_fact'), missing (the one path, or '')
    counts.json         by programme yes, one_fact, open, no, and its clauses; the questions that would settle most
    reasons/*.parquet   when asked for: what every clause says of everybody, as bits; reasons.json tells which is which

All engines leave the same rows. None keeps a copy of the facts or needs Django.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from niangjia.rules import ClauseSet, ParameterStore, region_table_sql
from niangjia.rules.bulk import Bulk
from niangjia.rules.fragments import Dialect
from niangjia.rules.tally import Counts

LISTS, REASONS = "lists", "reasons"

Tell = Callable[[float, str], None]  # how much of the run is done (0 to 1), and what is being done


def silent(done: float, what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Job:
    """What is to be held against whom: programmes by name, the day, and the figures of policy."""

    programmes: Mapping[str, ClauseSet]
    as_of: date
    parameters: ParameterStore
    region_path: str | None = None

    def bulk(self, dialect: Dialect) -> Bulk:
        return Bulk(
            self.programmes,
            as_of=self.as_of,
            parameters=self.parameters,
            dialect=dialect,
            region_path=self.region_path,
        )

    def places(self, codes: set[str], dialect: Dialect) -> str:
        """The SELECT of the table of places, for the division codes that the population has."""
        parameters = {each.path: each for clauses in self.programmes.values() for each in clauses.parameters}
        return region_table_sql(self.parameters.snapshot(self.as_of, codes, parameters.values()), dialect)


class Engine(Protocol):
    """Somewhere to run the statements."""

    def match(self, job: Job, facts: Path, out: Path, *, reasons: bool = False, tell: Tell = silent) -> Counts:
        """Hold the job against the snapshot `facts` and leave the results in `out`."""
        ...


def keep_counts(counts: Counts, out: Path) -> None:
    (out / "counts.json").write_text(json.dumps(counts.to_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")


def keep_reason_bits(bulk: Bulk, out: Path) -> None:
    (out / "reasons.json").write_text(json.dumps(bulk.reason_bits(), ensure_ascii=False, indent=1) + "\n", "utf-8")


def fresh_directory(out: Path, *names: str) -> None:
    """Directories of these names in `out`, holding nothing of an earlier run."""
    for name in names:
        (out / name).mkdir(parents=True, exist_ok=True)
        for old in (out / name).glob("*.parquet"):
            old.unlink()
