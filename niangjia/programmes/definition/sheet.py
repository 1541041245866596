"""The desk a file is checked on: its parts, their places, the vocabulary, and the faults noted so far."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from niangjia.matching.reads import Packs
from niangjia.programmes.definition.faults import DefinitionFault, Mark, Words, fault
from niangjia.programmes.definition.parts import Definition, Field, StepDef, Who
from niangjia.programmes.definition.reading import Loc, Written
from niangjia.rules.schema import Schema

Pair = tuple[str, str]
KINDS = (("kind",), ("type",), ("level",), ("by",), ("of",))


@dataclass
class Sheet:
    """Checks ask it for parts and places and tell it faults. Stand-ins are never blamed, nor what refers to one."""

    definition: Definition
    written: Written
    schema: Schema
    packs: Packs
    stand_ins: set[Loc]
    faults: list[DefinitionFault] = field(default_factory=list)

    def note(self, code: str, loc: Loc, /, **words: Words) -> None:
        """A fault of a value."""
        self._note(code, loc, self.written.mark(loc), words)

    def note_name(self, code: str, loc: Loc, /, **words: Words) -> None:
        """A fault of an entry as a whole: its name is what should change."""
        self._note(code, loc, self.written.name_mark(loc), words)

    def _note(self, code: str, loc: Loc, mark: Mark, words: dict[str, Words]) -> None:
        if not any(self._stands_on(loc, stand) for stand in self.stand_ins):
            self.faults.append(fault(code, mark, loc, **words))

    def line(self, loc: Loc) -> int:
        return self.written.mark(loc).line

    def _stands_on(self, loc: Loc, stand: Loc) -> bool:
        """Whether a stand-in is at this place, or decides what kind of part this place belongs to."""
        return loc[: len(stand)] == stand or (stand[-1:] in KINDS and loc[: len(stand) - 1] == stand[:-1])

    def note_at(self, code: str, mark: Mark, loc: Loc, excerpt: str, /, **words: Words) -> None:
        """A fault somewhere inside a text."""
        self.faults.append(fault(code, mark, loc, excerpt, **words))

    def is_blurred(self, section: str) -> bool:
        """Whether names of this section were replaced by stand-ins, so that references into it cannot be judged."""
        return any(
            loc[:1] == (section,) and (len(loc) < 3 or loc[-1] in ("key", "value", "choices", "fields"))
            for loc in self.stand_ins
        )

    def fields(self) -> Iterable[tuple[Loc, Field]]:
        for p, page in enumerate(self.definition.form):
            for f, one in enumerate(page.fields):
                yield ("form", p, "fields", f), one

    def records(self) -> Iterable[tuple[Loc, Field]]:
        for s, step in enumerate(self.definition.steps):
            for r, one in enumerate(step.records):
                yield ("steps", s, "records", r), one

    def steps(self) -> Iterable[tuple[Loc, StepDef]]:
        for s, step in enumerate(self.definition.steps):
            yield ("steps", s), step

    def actors(self) -> Iterable[tuple[Loc, Who, StepDef | None]]:
        """Everybody who acts or pays, with the step they act at."""
        for loc, step in self.steps():
            yield (*loc, "who"), step.who, step
            for n, side in enumerate(step.sides):
                yield (*loc, "sides", n), side, step
        yield ("grant", "payer"), self.definition.grant.payer, None

    def know(self, section: str, known: Iterable[str], name: str, code: str, loc: Loc) -> bool:
        """Whether a name is known; a fault with the name most like it when not."""
        listed = list(known)
        if name in listed or self.is_blurred(section):
            return name in listed
        self.note(code, loc, name=name, guess=guess(name, listed))
        return False

    def step_named(self, name: str, loc: Loc) -> bool:
        return self.know("steps", (step.key for step in self.definition.steps), name, "unknown_step", loc)

    def field_named(self, name: str, loc: Loc) -> Field | None:
        fields = self.definition.fields()
        return fields[name] if self.know("form", fields, name, "unknown_field", loc) else None

    def fact_named(self, name: str, loc: Loc) -> bool:
        return self.know("facts", self.schema.facts, name, "unknown_fact", loc)


def guess(name: str, known: Iterable[str]) -> Pair:
    """“Did you mean”, or what there is to choose from."""
    listed = list(known)
    close = difflib.get_close_matches(name, listed, 1)
    if close:
        return f"，您是否想写“{close[0]}”？", f"; did you mean “{close[0]}”?"
    if not listed:
        return "", ""
    return f"；现有：{'、'.join(listed[:12])}", f"; there are: {', '.join(listed[:12])}"


def listed(known: Iterable[str]) -> Pair:
    names = list(known)
    return "、".join(names), ", ".join(names)
