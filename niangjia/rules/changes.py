"""The nearest change: what single thing would make a failed clause pass, found by solving and then judged to be so.

Candidates come from the rule itself (the day an age is reached, the threshold of an amount, the other codes of a list).
Each is put to the same interpreter that judged the person; only what it confirms is ever told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from niangjia.rules import single, tree, wording
from niangjia.rules.dates import first_day_reaching, whole_units
from niangjia.rules.findings import NearestChange
from niangjia.rules.parameters import InForce
from niangjia.rules.schema import Fact, FactType, Stored
from niangjia.rules.turning import ONE_DAY, Situation, date_turns, elapsed_counts, number_turns

MOST_FIGURE_DAYS = 24


def nearest_change(situation: Situation) -> NearestChange | None:
    """What time alone will bring; else the first fact, in the order of the rule, whose change would be enough."""
    change = _by_date(situation)
    if change is not None:
        return change
    for fact in situation.clause.facts:
        if situation.values.get(fact.path) is not None:
            change = _by_fact(situation, fact)
            if change is not None:
                return change
    return None


# --- time -----------------------------------------------------------------------------------------------------------


def _by_date(situation: Situation) -> NearestChange | None:
    days = {day for leaf in situation.clause.timed for day in _turning_days(situation, leaf)}
    for parameter in situation.clause.parameters:
        days.update(situation.store.starting_days(parameter.path, situation.as_of)[:MOST_FIGURE_DAYS])
    for day in sorted(days):
        if day > situation.as_of and situation.passes(situation.values, day):
            return _date_change(situation, day)
    return None


def _turning_days(situation: Situation, leaf: tree.Leaf) -> Iterator[date]:
    """The days on which this condition may change its answer while all facts stay as they are."""
    if isinstance(leaf, tree.CompareDates):
        sides = (leaf.left, leaf.right)
        if any(isinstance(side, tree.Today) for side in sides):
            case = single.Case(situation.values, situation.as_of, situation.figures_on(situation.as_of))
            for day in (single.plain(side)(case) for side in sides):
                if isinstance(day, date) and day < date.max:
                    yield from (day, day + ONE_DAY)
        return
    elapsed = next((part for part in tree.parts(leaf) if isinstance(part, tree.Since)), None)
    since = situation.values.get(elapsed.fact.path) if elapsed else None
    if elapsed is None or not isinstance(since, date):
        return
    for count in elapsed_counts(situation, leaf, elapsed):
        try:
            yield first_day_reaching(elapsed.unit, since, count)
        except OverflowError:
            continue  # a day outside the calendar never comes


def _date_change(situation: Situation, day: date) -> NearestChange:
    for leaf in situation.clause.timed:
        for part in tree.parts(leaf):
            since = situation.values.get(part.fact.path) if isinstance(part, tree.Since) else None
            if isinstance(part, tree.Since) and isinstance(since, date):
                count = whole_units(part.unit, since, day)
                if count != whole_units(part.unit, since, day - ONE_DAY):
                    zh, en = wording.say_reached(day, part.unit, count, part.fact, part.named)
                    return NearestChange("date", part.fact.path, zh, en, day=day, count=count, unit=part.unit)
    changed = situation.clause.parameters
    starting = (one for one in changed if day in situation.store.starting_days(one.path, situation.as_of))
    zh, en = wording.say_from(day, next(starting, None))
    return NearestChange("date", "", zh, en, day=day)


# --- facts ----------------------------------------------------------------------------------------------------------


def _by_fact(situation: Situation, fact: Fact) -> NearestChange | None:
    now = situation.values[fact.path]
    match fact.type:
        case FactType.NUM | FactType.MONEY:
            how, to = _number_turn(situation, fact, now)
        case FactType.DATE:
            how, to = _date_turn(situation, fact, now)
        case FactType.TAGS:
            how, to = _tag_turn(situation, fact, now)
        case FactType.BOOL:
            how, to = "is", _passing(situation, fact, [not now])
        case FactType.CODE:
            how, to = "is", _passing(situation, fact, list(fact.values))
        case FactType.TEXT:
            how, to = _text_turn(situation, fact)
    if not to:
        return None
    zh, en = wording.say_turn(fact, how, now, to)
    return NearestChange("fact", fact.path, zh, en, now=now, to=to, how=how)


def _passing(situation: Situation, fact: Fact, candidates: list[Stored]) -> tuple[Stored, ...]:
    return tuple(filter(situation.trying(fact), candidates))


def _number_turn(situation: Situation, fact: Fact, now: Stored) -> tuple[str, tuple[Stored, ...]]:
    assert isinstance(now, int)
    low, high = fact.bounds
    candidates = {value for leaf in situation.clause.leaves for value in number_turns(situation, leaf, fact)}
    passes = situation.trying(fact)
    for value in sorted(candidates, key=lambda candidate: (abs(candidate - now), candidate)):
        if low <= value <= high and passes(value):
            further = value + 1 if value > now else value - 1
            open_ended = low <= further <= high and passes(further)
            how = "is" if not open_ended else "at_least" if value > now else "at_most"
            return how, (value,)
    return "", ()


def _date_turn(situation: Situation, fact: Fact, now: Stored) -> tuple[str, tuple[Stored, ...]]:
    assert isinstance(now, date)
    candidates = {day for leaf in situation.clause.leaves for day in date_turns(situation, leaf, fact)}
    passes = situation.trying(fact)
    for day in sorted(candidates, key=lambda candidate: (abs(candidate - now), candidate)):
        if passes(day):
            return "on_or_after" if day > now else "on_or_before", (day,)
    return "", ()


def _tag_turn(situation: Situation, fact: Fact, now: Stored) -> tuple[str, tuple[Stored, ...]]:
    assert isinstance(now, frozenset)
    passes = situation.trying(fact)
    for leaf in situation.clause.leaves:
        if isinstance(leaf, tree.HasTag) and leaf.fact is fact and passes(now ^ {leaf.tag}):
            return ("lacks" if leaf.tag in now else "has"), (leaf.tag,)
    return "", ()


def _text_turn(situation: Situation, fact: Fact) -> tuple[str, tuple[Stored, ...]]:
    candidates: list[Stored] = []
    passes = situation.trying(fact)
    for leaf in situation.clause.leaves:
        if fact not in tree.reads(leaf).needed:
            continue
        match leaf:
            case tree.StartsWith(prefix=prefix) if passes(prefix):
                return "starts_with", (prefix,)
            case tree.CompareCodes(right=tree.Constant(value=str() as text)):
                candidates.append(text)
            case tree.AmongCodes(items=items):
                candidates.extend(sorted(items))
            case tree.AmongListed(parameter=parameter):
                listed = InForce(situation.store, situation.as_of).national(parameter)
                candidates.extend(listed if isinstance(listed, tuple) else ())
            case _:
                pass
    return "is", _passing(situation, fact, list(dict.fromkeys(candidates)))
