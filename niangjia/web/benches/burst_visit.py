"""`bench burst --url`: an opening at a server that somebody else has started, seen as its workers see it.

Everybody signs in by phone and code, opens the page and presses with the ticket it hands out. Nothing is asked of the
database: whoever was told of a seat presses again, and must be told the same. The registrations stay.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import click

from niangjia.web.benches import visitors
from niangjia.web.benches.harness import Metric, report
from niangjia.web.benches.pressing import Presses, requests_of


def visit(url: str, activity: int, phones: Path, codes: Path, *, in_json: bool) -> None:
    """Let the owners of these phones press for an activity, all at once; and once more, to compare."""
    address = _address(url)
    numbers = [line.strip() for line in phones.read_text("utf-8").splitlines() if line.strip()]
    if not numbers:
        raise click.ClickException(f"{phones} names no phone: one to a line.")
    began = time.monotonic()
    sessions = visitors.come_in(address, numbers, codes)
    seconds = time.monotonic() - began
    pages = visitors.look(address, activity, sessions)
    plan = {
        "host": address[0],
        "port": address[1],
        "together": len(numbers),
        "paths": [f"/activities/{activity}/claim/"] * len(numbers),
        "cookies": sessions,
        "bodies": [urlencode({"ticket": ticket, "date": date}) for ticket, date in pages],
    }
    first, again = _pressed(plan), _pressed(plan)
    report("burst-url", 1, _metrics(first, again, len(numbers) / seconds), in_json=in_json)


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise click.ClickException(
            f"{url} is not a plain http:// address: press on the machine itself, behind its proxy."
        )
    return parts.hostname, parts.port or 80


def _pressed(plan: dict[str, Any]) -> Presses:
    crowd = Presses((plan["host"], plan["port"]), requests_of(plan), plan["together"])
    crowd.run()
    return crowd


def _metrics(first: Presses, again: Presses, rate: float) -> list[Metric]:
    told = [what for _status, _took, what in first.answers]
    changed = sum(what != then for what, (_status, _took, then) in zip(told, again.answers, strict=True))
    took = sorted(took for _status, took, _what in first.answers)
    people = len(told)
    return [
        Metric(f"{people} signed in by phone and code", rate, "a second"),
        Metric(f"p99 of {people} at once", took[int(people * 0.99)], "s", goal=2.0, at_most=True),
        Metric("all answered", took[-1], "s"),
        Metric("not answered or told no reason", told.count(""), "people", goal=0, at_most=True),
        *(Metric(f"told: {what}", count, "people") for what, count in sorted(Counter(told).items()) if what),
        Metric("told something else when they pressed again", changed, "people", goal=0, at_most=True),
    ]
