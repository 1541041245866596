"""The page of worked examples: the people at each boundary of a draft, and what its conditions say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from niangjia.matching import reads as matching
from niangjia.programmes import trials
from niangjia.programmes.models import ProgrammeVersion
from niangjia.programmes.trials import Trial
from niangjia.rules import Verdict


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One made-up person as the author reads them; `particular` are the facts that differ from the first person's."""

    key: str
    name: str
    particular: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    verdict: Verdict  # of the condition tried
    overall: Verdict
    is_confirmed: bool

    @property
    def beside_name(self) -> tuple[tuple[str, str], ...]:
        """What is particular and does not stand in the name already."""
        return tuple((label, value) for label, value in self.particular if value not in self.name)


@dataclass(frozen=True, slots=True)
class TrialCard:
    """One condition with the people who try it; `field` is where the editor keeps its rule."""

    key: str
    text: str
    rule: str
    excludes: bool
    field: str
    lines: tuple[TrialLine, ...]

    @property
    def open_count(self) -> int:
        return sum(not line.is_confirmed for line in self.lines)


def unconfirmed(version: ProgrammeVersion) -> int:
    """How many boundaries of a text nobody has looked at."""
    return sum(not one.is_confirmed for one in trials.trials_of(version.text))


def trial_cards(version: ProgrammeVersion) -> tuple[TrialCard, ...]:
    """The conditions in the file's order, each with the people at its boundaries."""
    language = (get_language() or "zh")[:2]
    definition, found = version.definition, trials.trials_of(version.text)
    base = dict(found[0].facts) if found else {}
    return tuple(
        TrialCard(
            key=clause.key,
            text=clause.text.text(language),
            rule=clause.rule,
            excludes=section == "exclude",
            field=f"{section}-{at}-rule",
            lines=tuple(_line(one, base, language) for one in found if one.clause == clause.key),
        )
        for section, clauses in (("require", definition.require), ("exclude", definition.exclude))
        for at, clause in enumerate(clauses)
    )


def _line(one: Trial, base: Mapping[str, object], language: str) -> TrialLine:
    known = matching.schema().facts
    said = [(path, known[path].label(language), matching.say(known[path], value)) for path, value in one.facts.items()]
    differs = [path for path in one.facts if one.facts[path] != base.get(path)]
    return TrialLine(
        key=one.key,
        name=one.zh if language == "zh" else one.en,
        particular=tuple((label, value) for path, label, value in said if path in differs),
        others=tuple((label, value) for path, label, value in said if path not in differs),
        verdict=one.finding.clause(one.clause).verdict,
        overall=one.finding.verdict,
        is_confirmed=one.is_confirmed,
    )
