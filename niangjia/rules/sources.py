"""Where facts come from: each package that knows something declares it once, for one person and for all.

A source is one SELECT with at most one row per person of `wanted(id)`: one person, those who changed, or everybody. One
definition, so that no two of them can disagree. `%(as_of)s` is the day the rule is judged on.

What is known about somebody changes when a row is written and when a day comes that a row names. Each source says which
rows and days those are, so that whoever keeps facts ready can tell whose to read anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from niangjia.rules.schema import Fact, Parameter, Schema


@dataclass(frozen=True, slots=True)
class Touch:
    """Rows of `table` that a source reads, and whose facts they touch.

    A row counts as changed when one of `columns` did. `whose` is a SELECT of `person_id` over `touched`, which holds
    these columns of changed rows as they were and as they are. On a day that stands in one of `days`, or the day after,
    a row touches the same people without being written.
    """

    table: str
    columns: tuple[str, ...]
    whose: str = "SELECT person_id FROM touched"
    days: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactSource:
    """A SELECT giving `person_id` and the stored columns of `facts` (derived facts have none), and what changes it.

    `name` is unique and says which register speaks; `said_by_zh`/`said_by_en` is what a reason shows as the source.
    """

    name: str
    facts: tuple[Fact, ...]
    sql: str
    changed_by: tuple[Touch, ...]
    said_by_zh: str = ""
    said_by_en: str = ""

    @property
    def stamps(self) -> tuple[str, ...]:
        """The columns that say of which day a value is."""
        return tuple(sorted({fact.stamp_column for fact in self.facts if fact.stamp_column}))

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(fact.column for fact in self.facts if fact.derive is None), *self.stamps)


_sources: dict[str, FactSource] = {}


def declare(source: FactSource) -> None:
    """Make a source known. Called in `AppConfig.ready`; declaring the same name again replaces nothing twice."""
    known = _sources.get(source.name)
    if known is not None and known != source:
        raise ValueError(f"two fact sources are called {source.name!r}")
    _sources[source.name] = source


def touches(of: Sequence[FactSource]) -> dict[str, list[Touch]]:
    """Table -> what a change of its rows touches, for all these sources."""
    found: dict[str, list[Touch]] = {}
    for source in of:
        for touch in source.changed_by:
            found.setdefault(touch.table, []).append(touch)
    return found


def sources() -> tuple[FactSource, ...]:
    return tuple(_sources[name] for name in sorted(_sources))


def fact_at(path: str) -> Fact | None:
    """The fact declared under this path."""
    return next((fact for source in sources() for fact in source.facts if fact.path == path), None)


def vocabulary(parameters: Iterable[Parameter] = ()) -> Schema:
    """Everything a rule may talk about today."""
    return Schema([fact for source in sources() for fact in source.facts], parameters)
