"""What was found about one person: the verdict, clause by clause, with everything it rests on; kept as JSON for good.

A finding carries the facts and figures it used with their sources and dates, so a decision can be explained and
repeated years later without the rules, the person's file or the figures of that day.

What a verdict is made of by the dozen are named tuples: a frozen dataclass takes five times as long to make.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from json.encoder import encode_basestring as quoted
from typing import Any, Literal, NamedTuple, cast

from niangjia.rules.schema import Stored

Json = dict[str, Any]
ClauseKind = Literal["require", "exclude"]
IfUnknown = Literal["ask", "refuse", "review"]
ChangeKind = Literal["date", "fact", "ask"]
TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Verdict(StrEnum):
    """Yes, no, or not known yet."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class FactUsed(NamedTuple):
    """A fact as it stood. A stale value is shown but counted as unknown."""

    path: str
    value: Stored
    source: str = ""
    as_of: date | None = None
    stale: bool = False


class ParameterUsed(NamedTuple):
    """A figure as it stood; value None when none was in force."""

    path: str
    value: Stored
    cite: str = ""
    valid_from: date | None = None
    region: str | None = None


class NearestChange(NamedTuple):
    """The one change that would settle a clause in the person's favour, or the one question to ask first.

    date: passes by itself from `day`, when `count` whole `unit` since `path` are reached (path "" for a new figure).
    fact: passes if `path` goes from `now` to any of `to`, read by `how`. ask: `path` is missing.
    """

    kind: ChangeKind
    path: str
    zh: str
    en: str
    day: date | None = None
    count: int | None = None  # type: ignore[assignment]  # nobody counts the items of this tuple
    unit: str = ""
    now: Stored = None
    to: tuple[Stored, ...] = ()
    how: str = ""

    def sentence(self, lang: str) -> str:
        """The change in words; any language but Chinese reads English."""
        return self.zh if lang.lower().startswith("zh") else self.en


class ClauseFinding(NamedTuple):
    """One clause judged. `verdict` TRUE means the clause is satisfied: for "exclude", that its rule does not hold."""

    key: str
    kind: ClauseKind
    verdict: Verdict
    if_unknown: IfUnknown
    facts: tuple[FactUsed, ...]
    parameters: tuple[ParameterUsed, ...]
    missing: tuple[str, ...] = ()
    missing_parameters: tuple[str, ...] = ()
    nearest_change: NearestChange | None = None


class Finding(NamedTuple):
    """Everything found about one person under one set of clauses on one day."""

    verdict: Verdict
    clauses: tuple[ClauseFinding, ...]
    as_of: date
    parameters_digest: str
    facts_digest: str
    rules_digest: str

    def clause(self, key: str) -> ClauseFinding:
        return next(clause for clause in self.clauses if clause.key == key)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that keep an otherwise open verdict unknown, each once."""
        if self.verdict is not Verdict.UNKNOWN:
            return ()
        return tuple(dict.fromkeys(path for clause in self.clauses for path in clause.missing))

    @property
    def one_fact_away(self) -> str | None:
        """The fact that decides the whole verdict when it is the only thing not known."""
        lacking = any(clause.missing_parameters for clause in self.clauses)
        return self.missing[0] if len(self.missing) == 1 and not lacking else None

    def to_json(self) -> Json:
        """Plain JSON values; `from_json` gives back an equal finding."""
        return {
            "verdict": str(self.verdict),
            "as_of": self.as_of.isoformat(),
            "parameters_digest": self.parameters_digest,
            "facts_digest": self.facts_digest,
            "rules_digest": self.rules_digest,
            "clauses": [*map(_clause_to_json, self.clauses)],
        }

    @classmethod
    def from_json(cls, data: Json) -> Finding:
        return cls(
            verdict=Verdict(data["verdict"]),
            clauses=tuple(_clause_from_json(clause) for clause in data["clauses"]),
            as_of=date.fromisoformat(data["as_of"]),
            parameters_digest=data["parameters_digest"],
            facts_digest=data["facts_digest"],
            rules_digest=data["rules_digest"],
        )


def facts_digest(used: Iterable[FactUsed]) -> str:
    """Names exact facts: the digest of what `fact_to_json` tells of them, written without making its dicts."""
    written = ",".join(
        [
            f'{{"as_of":{_day_written(as_of) if as_of else "null"},"path":{quoted(path)},"source":{quoted(source)}'
            f',"stale":{"true" if stale else "false"},"value":{WRITTEN.get(type(value), _otherwise_written)(value)}}}'
            for path, value, source, as_of, stale in used
        ]
    )
    return hashlib.sha256(f"[{written}]".encode()).hexdigest()


def parameters_digest(used: Iterable[ParameterUsed]) -> str:
    """Names exact figures."""
    return hashlib.sha256(TEXT.encode([parameter_to_json(parameter) for parameter in used]).encode()).hexdigest()


def _day_written(day: date) -> str:
    return f'"{day.isoformat()}"'


def _otherwise_written(value: Stored) -> str:
    return TEXT.encode(stored_to_json(value))


WRITTEN: dict[type, Callable[[Any], str]] = {
    str: quoted,
    int: str,
    bool: lambda value: "true" if value else "false",
    date: lambda day: f'{{"date":"{day.isoformat()}"}}',
    type(None): lambda _: "null",
}


def stored_to_json(value: Stored) -> Any:
    """A stored value as JSON; what JSON has no form for is wrapped under its kind."""
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, frozenset):
        return {"tags": sorted(value)}
    if isinstance(value, tuple):
        return {"list": list(value)}
    return value


def stored_from_json(value: Any) -> Stored:
    if not isinstance(value, dict):
        return cast(Stored, value)
    if "date" in value:
        return date.fromisoformat(value["date"])
    return frozenset(value["tags"]) if "tags" in value else tuple(value["list"])


PLAIN = frozenset({str, int, bool, type(None)})


def _day_to_json(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_from_json(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _clause_to_json(clause: ClauseFinding) -> Json:
    key, kind, verdict, if_unknown, facts, parameters, missing, missing_parameters, change = clause
    return {
        "key": key,
        "kind": kind,
        "verdict": str(verdict),
        "if_unknown": if_unknown,
        "facts": [*map(fact_to_json, facts)],
        "parameters": [*map(parameter_to_json, parameters)] if parameters else [],  # few clauses rest on any
        "missing": [*missing],
        "missing_parameters": [*missing_parameters],
        "nearest_change": _change_to_json(change) if change else None,
    }


def _clause_from_json(data: Json) -> ClauseFinding:
    change = data["nearest_change"]
    return ClauseFinding(
        key=data["key"],
        kind=data["kind"],
        verdict=Verdict(data["verdict"]),
        if_unknown=data["if_unknown"],
        facts=tuple(_fact_from_json(fact) for fact in data["facts"]),
        parameters=tuple(_parameter_from_json(parameter) for parameter in data["parameters"]),
        missing=tuple(data["missing"]),
        missing_parameters=tuple(data["missing_parameters"]),
        nearest_change=_change_from_json(change) if change else None,
    )


def fact_to_json(fact: FactUsed) -> Json:
    path, value, source, as_of, stale = fact
    return {
        "path": path,
        "value": value if type(value) in PLAIN else stored_to_json(value),
        "source": source,
        "as_of": as_of and as_of.isoformat(),
        "stale": stale,
    }


def _fact_from_json(data: Json) -> FactUsed:
    value = stored_from_json(data["value"])
    return FactUsed(data["path"], value, data["source"], _day_from_json(data["as_of"]), data["stale"])


def parameter_to_json(parameter: ParameterUsed) -> Json:
    return {
        "path": parameter.path,
        "value": stored_to_json(parameter.value),
        "cite": parameter.cite,
        "valid_from": _day_to_json(parameter.valid_from),
        "region": parameter.region,
    }


def _parameter_from_json(data: Json) -> ParameterUsed:
    value = stored_from_json(data["value"])
    return ParameterUsed(data["path"], value, data["cite"], _day_from_json(data["valid_from"]), data["region"])


def _change_to_json(change: NearestChange) -> Json:
    return {
        "kind": change.kind,
        "path": change.path,
        "zh": change.zh,
        "en": change.en,
        "day": _day_to_json(change.day),
        "count": change.count,
        "unit": change.unit,
        "now": stored_to_json(change.now),
        "to": [*map(stored_to_json, change.to)],
        "how": change.how,
    }


def _change_from_json(data: Json) -> NearestChange:
    return NearestChange(
        kind=data["kind"],
        path=data["path"],
        zh=data["zh"],
        en=data["en"],
        day=_day_from_json(data["day"]),
        count=data["count"],
        unit=data["unit"],
        now=stored_from_json(data["now"]),
        to=tuple(stored_from_json(value) for value in data["to"]),
        how=data["how"],
    )
