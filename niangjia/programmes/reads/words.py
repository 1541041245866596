"""The words a rule may be written with: facts, figures of the rule packs, and what can be counted from dates."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock, money
from niangjia.matching import reads as matching
from niangjia.rules.schema import Fact, FactType, Parameter, Scope


@dataclass(frozen=True, slots=True)
class Word:
    """A name as it is written, what people call it, what it holds; `values` are the codes it may have."""

    name: str
    label: str
    about: str
    kind: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WordList:
    title: str
    words: tuple[Word, ...]


def words() -> tuple[WordList, ...]:
    """Everything a rule may say, in the reader's language; the same list completes what is typed."""
    schema = matching.schema()
    return (
        WordList(_("What is known about people"), tuple(_fact(one) for one in schema.facts.values())),
        WordList(_("Figures of the rule packs"), tuple(_parameter(one) for one in schema.parameters.values())),
        WordList(_("Counted and asked"), tuple(_functions())),
    )


def _language() -> str:
    return (get_language() or "zh")[:2]


def _kinds() -> dict[FactType, str]:
    return {
        FactType.NUM: _("a number"),
        FactType.MONEY: _("an amount in yuan"),
        FactType.BOOL: _("holds or does not"),
        FactType.DATE: _("a date"),
        FactType.CODE: _("one of several codes"),
        FactType.TAGS: _("several codes"),
        FactType.TEXT: _("a text or the code of a place"),
    }


def _said(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _fact(fact: Fact) -> Word:
    level = _("of the household") if fact.level == "household" else ""
    values = tuple((code, matching.say(fact, code)) for code in fact.values)
    known = matching.schema().facts
    counted = _("counted from %s") % known[fact.derive[1]].label(_language()) if fact.derive else ""
    fresh = _("counts for %d days") % fact.fresh_days if fact.fresh_days else ""
    about = _said(_kinds()[fact.type], _unit(fact.unit), level, counted, fresh)
    return Word(fact.path, fact.label(_language()), about, fact.type.value, values)


def _unit(unit: str) -> str:
    return unit if _language() == "zh" else ""


def _parameter(parameter: Parameter) -> Word:
    about = _said(_kinds()[parameter.type], _unit(parameter.unit), _in_force(parameter))
    return Word(parameter.path, parameter.label(_language()), about, parameter.type.value)


def _in_force(parameter: Parameter) -> str:
    if parameter.scope is Scope.REGION:
        return _("by place")
    found = matching.packs().store.at(parameter.path, clock.today(), None)
    if found is None or not isinstance(found.value, int):
        return ""
    return _("now %s") % (money.yuan(found.value) if parameter.type is FactType.MONEY else found.value)


def _functions() -> list[Word]:
    told = (
        ("years_since(", _("whole years since a date")),
        ("months_since(", _("whole months since a date")),
        ("days_since(", _("days since a date")),
        ("days_between(", _("days from one date to another")),
        ("date(", _("a written date, like date(\"2026-01-31\")")),
        ("today()", _("the day of judging")),
        ("has(", _("whether something is known")),
        ("default(", _("a value where nothing is known, like default(worker.age, 0)")),
    )  # fmt: skip
    return [Word(name, label, "", "function") for name, label in told]
