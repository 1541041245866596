"""What a rule may talk about: facts about a person or a household, and parameters set by policy.

One fact is one column of a flat table with one row per person. Values are stored exactly: money in integer fen, other
numbers as integers with a declared scale, dates without a time. A fact that is absent or NULL is unknown, never zero.

Person and household. A fact at level "household" describes the household as a whole and carries the same single value
for every member's row ("household.income", "household.disabled_members"). Rules have no loop over members, so a rule
can never leave open whether ANY or ALL members must satisfy it: whoever declares the fact settles it by counting.
That is why a household fact cannot be a set of tags and must be named "household.…", and a person's fact must not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

from niangjia.rules.dates import CountUnit
from niangjia.rules.errors import RuleFault, RuleFaults

Stored = int | bool | str | date | frozenset[str] | tuple[str, ...] | None
Level = Literal["person", "household"]
Both = tuple[str, str]  # in Chinese, in English
Sensitivity = Literal["L1", "L2", "L3", "L4"]

PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
COLUMN = re.compile(r"[a-z][a-z0-9_]{0,62}")
WORDS_OF_THE_LANGUAGE = frozenset({"in", "true", "false", "null"})
LARGEST_STORED = 10**17
MOST_FRESH_DAYS = 36500


class FactType(StrEnum):
    """The kinds of value. TAGS as the type of a parameter means a list of codes."""

    NUM = "num"
    MONEY = "money"
    BOOL = "bool"
    DATE = "date"
    CODE = "code"
    TAGS = "tags"
    TEXT = "text"


class Scope(StrEnum):
    """Whether a parameter has one value for the country or one for each place."""

    NATION = "nation"
    REGION = "region"


DEFAULT_BOUNDS = {FactType.NUM: (-(10**9), 10**9), FactType.MONEY: (-(10**11), 10**11)}
PARAMETER_BOUNDS = {FactType.NUM: (0, 10**6), FactType.MONEY: (0, 10**10)}
PARAMETER_TYPES = (FactType.NUM, FactType.MONEY, FactType.DATE, FactType.TAGS)


@dataclass(frozen=True, eq=False)
class Fact:
    """One thing that may be known about a person; `lo` and `hi` bound the stored integer and the loader enforces them.

    `derive` makes a fact that is counted from a date: `("years", "person.birth_date")`; it has no column of its own.
    `fresh_days` is how long a value may be used after its date; older is unknown. For bulk matching either the table
    already holds NULL for stale values, or `stamp_column` names the date column beside the value.
    `values` lists the codes with what people call them; `named` calls by name what no list holds, such as a
    place, and `likely` gives two such to make up people with.
    """

    path: str
    type: FactType
    column: str = ""
    scale: int = 0
    lo: int | None = None
    hi: int | None = None
    values: Mapping[str, Both] = field(default_factory=dict)
    named: Callable[[str, str], str] | None = None
    likely: tuple[str, ...] = ()
    derive: tuple[CountUnit, str] | None = None
    label_zh: str = ""
    label_en: str = ""
    unit: str = ""
    fresh_days: int | None = None
    sensitivity: Sensitivity = "L2"
    level: Level = "person"
    ask_zh: str = ""
    ask_en: str = ""
    stamp_column: str = ""

    def __post_init__(self) -> None:
        if not self.column:
            object.__setattr__(self, "column", self.path.replace(".", "_"))
        if self.type is FactType.MONEY:
            object.__setattr__(self, "scale", 2)

    @cached_property
    def bounds(self) -> tuple[int, int]:
        return _bounds(self.lo, self.hi, DEFAULT_BOUNDS.get(self.type, (0, 0)))

    def label(self, lang: str) -> str:
        """The name people read; the path when nobody has named it yet."""
        return (self.label_zh if lang.startswith("zh") else self.label_en) or self.path

    def name_of(self, code: str, lang: str) -> str:
        """What people call a code; the code itself when nobody has named it."""
        both = self.values.get(code)
        if both is not None:
            return both[0 if lang.startswith("zh") else 1] or code
        return self.named(code, lang) if self.named else code


@dataclass(frozen=True, eq=False)
class Parameter:
    """A figure that policy sets and changes on a date: a line, a rate, a starting day, a list of codes."""

    path: str
    type: FactType
    scope: Scope = Scope.NATION
    scale: int = 0
    lo: int | None = None
    hi: int | None = None
    label_zh: str = ""
    label_en: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        if self.type is FactType.MONEY:
            object.__setattr__(self, "scale", 2)

    @cached_property
    def bounds(self) -> tuple[int, int]:
        return _bounds(self.lo, self.hi, PARAMETER_BOUNDS.get(self.type, (0, 0)))

    @cached_property
    def column(self) -> str:
        return parameter_column(self.path)

    def label(self, lang: str) -> str:
        return (self.label_zh if lang.startswith("zh") else self.label_en) or self.path


class Schema:
    """The vocabulary of a set of rules; refuses at once any declaration that could not be judged alike everywhere."""

    def __init__(self, facts: Iterable[Fact], parameters: Iterable[Parameter] = ()) -> None:
        fact_list, parameter_list = list(facts), list(parameters)
        self.facts = {fact.path: fact for fact in fact_list}
        self.parameters = {parameter.path: parameter for parameter in parameter_list}
        faults = [*_name_faults(fact_list, parameter_list)]
        for fact in fact_list:
            faults.extend(_fact_faults(fact, self.facts))
        for parameter in parameter_list:
            faults.extend(_parameter_faults(parameter))
        if faults:
            raise RuleFaults(faults)

    def suggest(self, path: str) -> str:
        """The declared name most like this one, or an empty string."""
        close = difflib.get_close_matches(path, [*self.facts, *self.parameters], 1)
        return close[0] if close else ""


def parameter_column(path: str) -> str:
    """The column of a regional parameter in the table of places."""
    return "p_" + path.removeprefix("param.").replace(".", "_")


def _bounds(lo: int | None, hi: int | None, default: tuple[int, int]) -> tuple[int, int]:
    return (default[0] if lo is None else lo, default[1] if hi is None else hi)


def _name_faults(facts: list[Fact], parameters: list[Parameter]) -> Iterable[RuleFault]:
    paths = [fact.path for fact in facts] + [parameter.path for parameter in parameters]
    columns = [fact.column for fact in facts if not fact.derive] + [fact.stamp_column for fact in facts]
    places = [parameter.column for parameter in parameters]
    for name in sorted({path for path in paths if paths.count(path) > 1}):
        yield RuleFault("schema_twice", name=name)
    for names in (columns, places):
        for name in sorted({column for column in names if column and names.count(column) > 1}):
            yield RuleFault("schema_twice", name=name)
    for path in paths:
        if not PATH.fullmatch(path) or WORDS_OF_THE_LANGUAGE & set(path.split(".")):
            yield RuleFault("schema_path", name=path)
    for column in [*columns, *places]:
        if column and not COLUMN.fullmatch(column):
            yield RuleFault("schema_column", name=column)


def _fact_faults(fact: Fact, facts: Mapping[str, Fact]) -> Iterable[RuleFault]:
    if (fact.level == "household") != fact.path.startswith("household."):
        yield RuleFault("schema_level", name=fact.path)
    if fact.level == "household" and fact.type is FactType.TAGS:
        yield RuleFault("schema_household_tags", name=fact.path)
    if fact.type is FactType.CODE and not fact.values:
        yield RuleFault("schema_no_codes", name=fact.path)
    if any("|" in code for code in fact.values):
        yield RuleFault("schema_code_bar", name=fact.path)
    yield from _number_faults(fact.path, fact.scale, fact.bounds)
    if fact.derive:
        base = facts.get(fact.derive[1])
        if fact.type is not FactType.NUM or fact.scale or base is None or base.type is not FactType.DATE:
            yield RuleFault("schema_derive", name=fact.path)
        if fact.fresh_days is not None or fact.stamp_column:
            yield RuleFault("schema_derive_fresh", name=fact.path)
    if not 0 <= (fact.fresh_days or 0) <= MOST_FRESH_DAYS or (fact.stamp_column and fact.fresh_days is None):
        yield RuleFault("schema_fresh", name=fact.path)


def _parameter_faults(parameter: Parameter) -> Iterable[RuleFault]:
    if parameter.type not in PARAMETER_TYPES:
        yield RuleFault("schema_parameter_type", name=parameter.path)
    if parameter.type is FactType.TAGS and parameter.scope is Scope.REGION:
        yield RuleFault("schema_list_region", name=parameter.path)
    yield from _number_faults(parameter.path, parameter.scale, parameter.bounds)


def _number_faults(path: str, scale: int, bounds: tuple[int, int]) -> Iterable[RuleFault]:
    low, high = bounds
    if low > high or max(-low, high) > LARGEST_STORED or not 0 <= scale <= 6:
        yield RuleFault("schema_bounds", name=path)
