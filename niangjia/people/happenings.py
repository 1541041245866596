"""What others may hear about people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeopleMerged:
    """Two records were one person. Whoever holds rows of `gone_id` moves them to `kept_id` now."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True)
class PersonErasing:
    """A record is about to be emptied. Whoever still owes this person, or is owed, refuses and says why."""

    person_id: int


@dataclass(frozen=True, slots=True)
class DataCopying:
    """A person takes a copy of their data: whoever holds some adds it to `parts` under its own heading."""

    person_id: int
    parts: dict[str, object]


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A person no longer agrees to this purpose."""

    person_id: int
    purpose: str
