"""A date for a phone's own calendar (RFC 5545): one event in one file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_BYTES = 75  # longer lines are folded, as every calendar expects
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Date:
    """What stands in the calendar. `uid` stays the same when the date is moved; `sequence` then grows."""

    uid: str
    summary: str
    starts: datetime
    ends: datetime
    location: str = ""
    description: str = ""
    url: str = ""
    stamped: datetime | None = None
    sequence: int = 0
    is_cancelled: bool = False


def calendar(*dates: Date) -> bytes:
    """The file, as `text/calendar`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Niangjia//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for one in dates:
        lines += _event(one)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _event(one: Date) -> list[str]:
    said = {"SUMMARY": one.summary, "LOCATION": one.location, "DESCRIPTION": one.description}
    return [
        "BEGIN:VEVENT",
        f"UID:{one.uid}",
        f"DTSTAMP:{_utc(one.stamped or one.starts)}",
        f"DTSTART:{_utc(one.starts)}",
        f"DTEND:{_utc(one.ends)}",
        f"SEQUENCE:{one.sequence}",
        f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}",
        *(f"{name}:{_escaped(text)}" for name, text in said.items() if text),
        *([f"URL:{one.url}"] if one.url else []),
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """The text in one line, whatever it calls a line: what follows would be read as an entry of its own."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return CONTROL.sub("", "\\n".join(text.splitlines()))


def _folded(line: str) -> str:
    """Cut by bytes, never inside a character; a following line begins with a blank."""
    pieces, piece = [], b""
    for sign in line:
        more = sign.encode()
        if len(piece) + len(more) > LINE_BYTES:
            pieces.append(piece)
            piece = b" "
        piece += more
    return "\r\n".join(one.decode() for one in [*pieces, piece])
