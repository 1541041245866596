"""Every fault in a rule says in both languages what is wrong, where it is, and what to write instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from niangjia.rules.sentences import SENTENCES

Words = str | int | tuple[str, str]  # a pair is (Chinese, English)
Span = tuple[int, int]
SHOWN_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault lies: origin (a file or a clause key), line and column from 1, and the line itself."""

    origin: str
    line: int
    column: int
    length: int
    text: str

    def caret(self) -> str:
        """The line with carets under the part at fault; wide characters keep the carets in step."""
        first = max(0, self.column - 1 - SHOWN_WIDTH // 2)
        shown = self.text[first : first + SHOWN_WIDTH]
        before = shown[: self.column - 1 - first]
        marked = shown[len(before) : len(before) + self.length]
        pad = "".join("\t" if char == "\t" else "　" if _is_wide(char) else " " for char in before)
        carets = "".join("^^" if _is_wide(char) else "^" for char in marked) or "^"
        return f"{shown}\n{pad}{carets}"


class RuleFault(Exception):
    """One thing wrong with a rule, a schema, a rule pack or a value, told in Chinese and in English."""

    def __init__(self, code: str, place: Place | None = None, /, **words: Words) -> None:
        sentence = SENTENCES[code]
        self.code = code
        self.place = place
        self.zh = sentence.zh.format(**_in_language(words, 0))
        self.en = sentence.en.format(**_in_language(words, 1))
        self.hint_zh = sentence.hint_zh.format(**_in_language(words, 0))
        self.hint_en = sentence.hint_en.format(**_in_language(words, 1))
        super().__init__(self.render("en"))

    @property
    def line(self) -> int:
        return self.place.line if self.place else 0

    @property
    def column(self) -> int:
        return self.place.column if self.place else 0

    @property
    def origin(self) -> str:
        return self.place.origin if self.place else ""

    def sentence(self, lang: str) -> str:
        """The fault in one sentence; any language but Chinese reads English."""
        return self.zh if _is_chinese(lang) else self.en

    def hint(self, lang: str) -> str:
        """What to write instead, or an empty string."""
        return self.hint_zh if _is_chinese(lang) else self.hint_en

    def render(self, lang: str) -> str:
        """Place, sentence, the line with its caret and the hint, ready for a terminal or a <pre>."""
        lines = [self.sentence(lang)]
        if self.place:
            where = f"{self.place.origin}:{self.place.line}:{self.place.column}"
            lines = [f"{where}: {lines[0]}", self.place.caret()]
        if self.hint(lang):
            lines.append(("应改为：" if _is_chinese(lang) else "write instead: ") + self.hint(lang))
        return "\n".join(lines)


class RuleFaults(Exception):
    """All the faults of one text at once, so that the author corrects them in one go."""

    def __init__(self, faults: Iterable[RuleFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.render("en"))

    def render(self, lang: str) -> str:
        return "\n\n".join(fault.render(lang) for fault in self.faults)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text and where it came from; turns a span of it into a fault with line, column and caret."""

    text: str
    origin: str

    def fault(self, code: str, span: Span, /, **words: Words) -> RuleFault:
        return RuleFault(code, self.place(span), **words)

    def place(self, span: Span) -> Place:
        start, end = span
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self.text.find("\n", start)
        line_end = len(self.text) if line_end < 0 else line_end
        return Place(
            origin=self.origin,
            line=self.text.count("\n", 0, start) + 1,
            column=start - line_start + 1,
            length=max(1, min(end, line_end) - start),
            text=self.text[line_start:line_end],
        )


def _in_language(words: dict[str, Words], index: int) -> dict[str, str | int]:
    return {name: word[index] if isinstance(word, tuple) else word for name, word in words.items()}


def _is_chinese(lang: str) -> bool:
    return lang.lower().startswith("zh")


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
