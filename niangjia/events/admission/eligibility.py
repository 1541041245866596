"""Who an activity is for, by the same clauses as programmes: reasons, the groups a person counts in, their opening."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from niangjia.events.models import Activity, Group, Tier
from niangjia.kit import clock
from niangjia.matching import reads as matching
from niangjia.rules import Clause, ClauseFinding, ClauseSet, Finding, Known, Verdict, compile_clauses, weigh


@dataclass(frozen=True, slots=True)
class Door:
    """What a person meets at an activity: whether it is for them and why, and from when they may register."""

    finding: Finding
    groups: tuple[str, ...]
    opens_at: datetime

    @property
    def is_shut(self) -> bool:
        return bool(self.refusing)

    @property
    def refusing(self) -> tuple[ClauseFinding, ...]:
        """What shuts it: a certain no first, then something unknown of which the organiser says that is a no."""
        clauses = self.finding.clauses
        unknown = (one for one in clauses if one.verdict is Verdict.UNKNOWN and one.if_unknown == "refuse")
        return (*(one for one in clauses if one.verdict is Verdict.FALSE), *unknown)


def door(activity: Activity, groups: Sequence[Group], known: Mapping[str, Known]) -> Door:
    """An activity held against what is known of one person today."""
    finding = weighed(conditions_of(activity.conditions), known)
    rules = compiled_groups(groups)
    inside = tuple(
        group.key
        for group, clauses in zip(groups, rules, strict=True)
        if weighed(clauses, known).verdict is Verdict.TRUE
    )
    own = [group.opens_at for group in groups if group.key in inside and group.opens_at is not None]
    return Door(finding, inside, min(own, default=activity.opens_at))


def weighed(clauses: ClauseSet, known: Mapping[str, Known]) -> Finding:
    """Clauses held against what is known of one person, today."""
    store = matching.packs().store
    return weigh(clauses, known, as_of=clock.today(), parameters=store, region_path=matching.REGION)


def conditions_of(conditions: Sequence[Mapping[str, Any]]) -> ClauseSet:
    """The conditions of an activity, compiled; `RuleFaults` tells everything wrong with them."""
    return _compiled(json.dumps(list(conditions), sort_keys=True, ensure_ascii=False))


def compiled_groups(groups: Sequence[Group]) -> list[ClauseSet]:
    """The rule of each group, compiled; `RuleFaults` tells everything wrong with them."""
    return [_compiled_rule(group.key, group.title, group.rule) for group in groups]


def compiled_tiers(tiers: Sequence[Tier]) -> dict[int, ClauseSet]:
    """By place the rule of each tier that has one, compiled; `RuleFaults` tells everything wrong with them."""
    return {tier.place: _compiled_rule(f"tier_{tier.place}", tier.title, tier.rule) for tier in tiers if tier.rule}


def _compiled_rule(key: str, title: str, rule: str) -> ClauseSet:
    return conditions_of([{"key": key, "text_zh": title, "rule": rule}])


@lru_cache(maxsize=512)
def _compiled(conditions: str) -> ClauseSet:
    """`conditions`: a JSON list of clauses with key, text_zh, text_en, rule, and if wanted kind, basis, if_unknown."""
    return compile_clauses(
        (Clause(**{"kind": "require", "text_en": "", **one}) for one in json.loads(conditions)), matching.schema()
    )


def clause_said(activity: Activity, key: str) -> str:
    """A condition in the reader's language."""
    told: Mapping[str, str] = next(one for one in activity.conditions if one["key"] == key)
    return told.get(f"text_{(get_language() or 'zh')[:2]}") or told["text_zh"]
