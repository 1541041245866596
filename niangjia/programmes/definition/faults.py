"""Every fault of a programme file says in both languages where it is, what is wrong and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from niangjia.programmes.definition.sentences import SENTENCES

Words = str | int | tuple[str, str]  # a pair is (Chinese, English)


class Mark(NamedTuple):
    """A place in the text: line and column from 1, and the offset from 0."""

    line: int
    column: int
    at: int


@dataclass(frozen=True, slots=True)
class DefinitionFault:
    """One thing wrong. `path` names the part (`steps[2].who`); `excerpt` is a rule's line with a caret under it."""

    line: int
    column: int
    path: str
    code: str
    zh: str
    en: str
    excerpt: str = ""

    def sentence(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en


class DefinitionFaults(Exception):
    """All the faults of a file at once, in the order of its lines."""

    def __init__(self, faults: Iterable[DefinitionFault]) -> None:
        listed = {(one.line, one.column, one.path, one.code, one.zh): one for one in faults}
        self.faults = [listed[key] for key in sorted(listed)]
        super().__init__("\n".join(one.en for one in self.faults))

    def render(self, lang: str) -> str:
        return "\n".join(one.sentence(lang) for one in self.faults)


def fault(
    code: str, mark: Mark, loc: tuple[str | int, ...] = (), excerpt: str = "", /, **words: Words
) -> DefinitionFault:
    """A fault in words, with its place in front."""
    sentence = SENTENCES[code]
    path = written_path(loc)
    zh = sentence.zh.format(**{name: word[0] if isinstance(word, tuple) else word for name, word in words.items()})
    en = sentence.en.format(**{name: word[1] if isinstance(word, tuple) else word for name, word in words.items()})
    where = f" {path}" if path else ""
    return DefinitionFault(
        mark.line, mark.column, path, code, f"第{mark.line}行{where}：{zh}", f"Line {mark.line}{where}: {en}", excerpt
    )


def written_path(loc: tuple[str | int, ...]) -> str:
    """`("steps", 2, "who")` as `steps[2].who`."""
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path
