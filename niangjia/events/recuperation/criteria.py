"""What representatives score on an inspection, as data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import yaml

FILE = Path(__file__).resolve().parent / "data" / "criteria.yaml"


class Criterion(TypedDict):
    """One thing that is looked at: its key, the points it can bring, its words in both languages."""

    key: str
    most: int
    zh: str
    en: str


@lru_cache(maxsize=1)
def criteria() -> tuple[Criterion, ...]:
    """The criteria of today; an inspection keeps those of its day."""
    found: list[Criterion] = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(found)
