"""Where facts come from: each package that knows something declares it once, for one person and for all.

A source is one SELECT with one row per person. Asked for one person it is filtered by `person_id`; asked for all it
runs as it stands: one definition, so the two cannot disagree. `%(as_of)s` is the day the rule is judged on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from niangjia.rules.schema import Fact, Parameter, Schema


@dataclass(frozen=True)
class FactSource:
    """A SELECT giving `person_id` and the stored columns of `facts` (derived facts have none).

    `name` is unique and says which register speaks; `said_by_zh`/`said_by_en` is what a reason shows as the source.
    """

    name: str
    facts: tuple[Fact, ...]
    sql: str
    said_by_zh: str = ""
    said_by_en: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        stamps = {fact.stamp_column for fact in self.facts if fact.stamp_column}
        stored = [fact.column for fact in self.facts if fact.derive is None]
        return (*stored, *sorted(stamps))


_sources: dict[str, FactSource] = {}


def declare(source: FactSource) -> None:
    """Make a source known. Called in `AppConfig.ready`; declaring the same name again replaces nothing twice."""
    known = _sources.get(source.name)
    if known is not None and known != source:
        raise ValueError(f"two fact sources are called {source.name!r}")
    _sources[source.name] = source


def sources() -> tuple[FactSource, ...]:
    return tuple(_sources[name] for name in sorted(_sources))


def fact_at(path: str) -> Fact | None:
    """The fact declared under this path."""
    return next((fact for source in sources() for fact in source.facts if fact.path == path), None)


def vocabulary(parameters: Iterable[Parameter] = ()) -> Schema:
    """Everything a rule may talk about today."""
    return Schema([fact for source in sources() for fact in source.facts], parameters)
