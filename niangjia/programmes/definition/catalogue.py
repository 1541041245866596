"""The practices that come with the house: each a directory with its programme file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from niangjia.matching.reads import packs, schema
from niangjia.programmes.definition.loading import digest, load_definition
from niangjia.programmes.definition.parts import Definition

FOLDER = Path(__file__).resolve().parent.parent / "catalogue"


@dataclass(frozen=True, slots=True)
class Practice:
    """A proven practice as its file describes it."""

    definition: Definition
    text: str
    digest: str


@lru_cache(maxsize=1)
def catalogue() -> tuple[Practice, ...]:
    """Every practice of the catalogue, read and tried once."""
    texts = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*/programme.yaml"))]
    return tuple(Practice(load_definition(text, schema=schema(), packs=packs()), text, digest(text)) for text in texts)
