"""What the larger components show: frozen, built by a read or a view, drawn by `{% load kit %}`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from niangjia.kit.refusal import Sentence


@dataclass(frozen=True, slots=True)
class Stair:
    """One stair of the growth ladder; `state` is done, now or next."""

    label: Sentence
    state: str
    note: Sentence = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the public step bar; `state` is done, now, next or stopped."""

    label: Sentence
    state: str
    when: date | datetime | None = None
    who: Sentence = ""
    note: Sentence = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a condition was held against: a fact or a figure, its value, and where that comes from."""

    label: Sentence
    value: Sentence
    source: Sentence = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition with its answer; `verdict` is yes, no or unknown."""

    text: Sentence
    verdict: str
    seen: tuple[Seen, ...] = ()
    change: Sentence = ""  # what would change the answer
    appeal_to: Sentence = ""  # whom to turn to when the record is wrong
    basis: Sentence = ""  # the law or rule it stands on
    ask_url: str = ""  # where the reader can tell us what we do not know
    ask_label: Sentence = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of what happened."""

    title: Sentence
    when: date | datetime | None = None
    who: Sentence = ""
    note: Sentence = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to open; without a URL it is named but not handed out."""

    name: str
    url: str = ""
    size: int = 0  # bytes
    note: Sentence = ""

    @property
    def icon(self) -> str:
        ending = self.name.rsplit(".", 1)[-1].lower()
        if ending in {"jpg", "jpeg", "png", "webp", "heic", "gif"}:
            return "file-image"
        return "file-spreadsheet" if ending in {"xlsx", "xls", "csv"} else "file-text"
