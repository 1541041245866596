"""YAML read in one pass into plain values, each with its place; nothing in a file can run, refer or explode.

A small YAML: no anchors, no tags, one document, names once each. Only `true` and `false` are truths (a Norwegian `no`
stays a word), numbers are whole, and a date is a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from niangjia.programmes.definition.faults import DefinitionFault, DefinitionFaults, Mark, fault

MAX_BYTES = 200_000
MAX_DEPTH = 14
MAX_VALUES = 20_000
MAX_FAULTS = 100

Loc = tuple[str | int, ...]
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_DIGITS = 18
PROBLEMS = (  # what the YAML reader says -> our code
    ("cannot start any token", "yaml_character"),
    ("mapping values are not allowed", "yaml_colon"),
    ("could not find expected ':'", "yaml_no_colon"),
    ("unexpected end of stream", "yaml_open_quote"),
    ("expected <block end>", "yaml_indent"),
    ("expected the node content", "yaml_indent"),
    ("expected ',' or", "yaml_open_bracket"),
    ("sequence entries are not allowed", "yaml_indent"),
    ("<document start>", "yaml_indent"),
    ("alphabetic or numeric character", "yaml_quote"),
    ("indentation indicators", "yaml_quote"),
    ("a comment or a line break", "yaml_quote"),
    ("URI", "yaml_quote"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A file as read: its values, and where each of them and each name stands."""

    text: str
    data: Any
    marks: dict[Loc, Mark]
    names: dict[Loc, Mark]
    ends: dict[Loc, Mark]

    def value(self, loc: Loc) -> Any:
        """What stands at a place."""
        here = self.data
        for step in loc:
            here = here[step]
        return here

    def mark(self, loc: Loc) -> Mark:
        """Where a value stands: its name, when it begins on a later line; for a missing one, the part around it."""
        while loc not in self.marks and loc:
            loc = loc[:-1]
        name, value = self.names.get(loc), self.marks.get(loc, Mark(1, 1, 0))
        return name if name is not None and name.line < value.line else value

    def name_mark(self, loc: Loc) -> Mark:
        """Where the name of an entry stands."""
        return self.names.get(loc) or self.mark(loc)

    def inside(self, loc: Loc, offset: int) -> Mark:
        """Where the `offset`-th character of a text stands, whatever quoting or folding it was written in."""
        start, end = self.marks.get(loc), self.ends.get(loc)
        if start is None or end is None:
            return self.mark(loc)
        value, raw, at = str(self.value(loc)), self.text, start.at
        if raw[at : at + 1] in ("|", ">"):
            at = raw.find("\n", at) + 1
        for char in value[:offset].replace("\n", " "):
            if not char.isspace():
                at = raw.find(char, at, end.at) + 1 or at
        while at < end.at and raw[at] != value[offset : offset + 1] and offset < len(value):
            at += 1
        line_start = raw.rfind("\n", 0, at) + 1
        return Mark(raw.count("\n", 0, at) + 1, at - line_start + 1, at)


def read(text: str) -> Written:
    """The values of a text. Raises DefinitionFaults with what was found up to where it cannot be read on."""
    text = text.removeprefix("\ufeff")
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise DefinitionFaults([fault("file_size", Mark(1, 1, 0), limit=MAX_BYTES // 1000)])
    reader = _Reader(text)
    try:
        data = reader.document()
    except yaml.YAMLError as error:
        reader.faults.append(_problem(error, text))
    except _Stop:
        pass
    if reader.faults:
        raise DefinitionFaults(reader.faults)
    return Written(text, data, reader.marks, reader.names, reader.ends)


def _problem(error: yaml.YAMLError, text: str) -> DefinitionFault:
    if isinstance(error, yaml.reader.ReaderError):
        at = min(int(error.position), max(len(text) - 1, 0))
        mark = Mark(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), at)
        return fault("yaml_control", mark, char=f"U+{int(error.character):04X}")
    found = getattr(error, "problem_mark", None)
    mark = _mark(found) if found else Mark(1, 1, 0)
    problem = str(getattr(error, "problem", "") or "")
    code = next((code for part, code in PROBLEMS if part in problem), "yaml_other")
    return fault(code, mark, problem=problem)


def _mark(found: Any) -> Mark:
    return Mark(found.line + 1, found.column + 1, found.index)


class _Stop(Exception):  # not an error: the fault is already noted
    """What follows cannot be read."""


@dataclass
class _Reader:
    """Walks the parser's events; depth and size are checked before anything is built."""

    text: str
    faults: list[DefinitionFault] = field(default_factory=list)
    marks: dict[Loc, Mark] = field(default_factory=dict)
    names: dict[Loc, Mark] = field(default_factory=dict)
    ends: dict[Loc, Mark] = field(default_factory=dict)

    def document(self) -> Any:
        self.events = yaml.parse(self.text, Loader=yaml.SafeLoader)
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise self.stop(fault("file_empty", Mark(1, 1, 0)))
        data = self.value(next(self.events), (), 0)
        next(self.events)  # the document ends
        more = next(self.events)
        if not isinstance(more, yaml.StreamEndEvent):
            self.faults.append(fault("file_documents", _mark(more.start_mark)))
        return data

    def stop(self, found: DefinitionFault) -> _Stop:
        """Note a fault after which nothing more can be read."""
        self.faults.append(found)
        return _Stop()

    def value(self, event: Any, loc: Loc, depth: int) -> Any:
        mark = _mark(event.start_mark)
        self.marks[loc], self.ends[loc] = mark, _mark(event.end_mark)
        if depth > MAX_DEPTH:
            raise self.stop(fault("file_depth", mark, limit=MAX_DEPTH))
        if len(self.marks) > MAX_VALUES:
            raise self.stop(fault("file_values", mark, limit=MAX_VALUES))
        if isinstance(event, yaml.AliasEvent):
            self.faults.append(fault("yaml_alias", mark, name=str(event.anchor)))
            return None
        if event.anchor is not None:
            self.faults.append(fault("yaml_anchor", mark, name=str(event.anchor)))
        if event.tag is not None:
            self.faults.append(fault("yaml_tag", mark, name=str(event.tag)))
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, mark)
        return self.listed(loc, depth) if isinstance(event, yaml.SequenceStartEvent) else self.table(loc, depth)

    def listed(self, loc: Loc, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*loc, len(items)), depth + 1))
        return items

    def table(self, loc: Loc, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            mark = _mark(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent):
                raise self.stop(fault("yaml_name", mark))
            name = str(event.value)
            if name in entries:
                first = self.names[(*loc, name)]
                self.faults.append(fault("name_twice", mark, (*loc, name), name=name, first=first.line))
                if len(self.faults) > MAX_FAULTS:
                    raise _Stop
                self.value(next(self.events), (*loc, f"{name} (2)"), depth + 1)
                continue
            self.names[(*loc, name)] = mark
            entries[name] = self.value(next(self.events), (*loc, name), depth + 1)
        return entries

    def scalar(self, event: yaml.ScalarEvent, mark: Mark) -> Any:
        written = str(event.value)
        if event.style is not None:
            return written
        if written in ("true", "false"):
            return written == "true"
        if written in ("", "~", "null"):
            return None
        if WHOLE.fullmatch(written):
            if len(written) > MAX_DIGITS:
                self.faults.append(fault("number_digits", mark, limit=MAX_DIGITS))
                return 0
            return int(written)
        if DECIMAL.fullmatch(written):
            return float(written)
        return _day(written)


def _day(written: str) -> date | str:
    """A date, when it is one of the calendar; else the text as it stands, for the shape check to refuse."""
    try:
        return date.fromisoformat(written) if DAY.fullmatch(written) else written
    except ValueError:
        return written
