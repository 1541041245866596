"""The people a text is tried on: made up at its boundaries, confirmed by its author, then kept among its examples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from niangjia.matching import reads as matching
from niangjia.programmes import loading
from niangjia.programmes.definition import Definition, Example, dump_definition
from niangjia.rules import ClauseSet, Finding, ParameterStore, Stored
from niangjia.rules.boundaries import boundary_examples

Written = str | int | bool | date | list[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """One made-up person; `key` names exactly this person on this day, whatever the rule says of them."""

    key: str
    clause: str
    zh: str
    en: str
    facts: Mapping[str, Stored]
    as_of: date
    finding: Finding
    is_confirmed: bool

    def example(self) -> Example:
        """The person as the file keeps them: with the verdict of every condition."""
        return Example(
            name=self.zh,
            facts=written(self.facts),
            as_of=self.as_of,
            verdict=self.finding.verdict.value,
            clauses={one.key: one.verdict.value for one in self.finding.clauses},
        )


@lru_cache(maxsize=64)
def trials_of(text: str) -> tuple[Trial, ...]:
    """Everybody a text should be tried on, those its author has confirmed among them."""
    definition = loading.definition_of(text)
    clauses, store = loading.clauses_of(text), matching.packs().store
    day = judged_on(definition, clauses, store)
    found = boundary_examples(clauses, as_of=day, parameters=store, region_path=matching.REGION)
    kept = {key_of(one.facts, one.as_of or definition.valid_from) for one in definition.examples}
    return tuple(
        Trial(key, one.clause, one.zh, one.en, one.facts, day, one.finding, key in kept)
        for one in found
        for key in [key_of(written(one.facts), day)]
    )


def judged_on(definition: Definition, clauses: ClauseSet, store: ParameterStore) -> date:
    """The first day on which the text is in force and every figure it reads has been set: always the same day."""
    first = [days[0] for one in clauses.parameters if (days := store.starting_days(one.path, date.min))]
    return max([definition.valid_from, *first])


def written(facts: Mapping[str, Stored]) -> dict[str, Written]:
    """Facts as a programme file writes them."""
    plain = {path: sorted(value) if isinstance(value, frozenset) else value for path, value in facts.items()}
    return {path: value for path, value in sorted(plain.items()) if isinstance(value, str | int | bool | date | list)}


def key_of(facts: Mapping[str, Written], as_of: date) -> str:
    """The name of exactly this person on this day."""
    told = json.dumps([dict(sorted(facts.items())), as_of], default=str, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def with_confirmed(text: str, keys: Collection[str]) -> str:
    """The text with these people among its examples; the very same text when they all stand in it."""
    chosen = [one for one in trials_of(text) if one.key in keys and not one.is_confirmed]
    if not chosen:
        return text
    definition = loading.definition_of(text)
    examples = [*definition.examples, *(one.example() for one in chosen)]
    return dump_definition(definition.model_copy(update={"examples": examples}))
