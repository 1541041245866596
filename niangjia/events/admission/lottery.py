"""The draw: an order nobody could choose and anybody can work out again.

Before anyone registers, the platform promises a seed by publishing its SHA-256. When the window has closed, the roll of
those who entered is frozen and hashed; an outside value named beforehand may be added (a national lottery's numbers of
a stated day), so that not even the platform could have known the order. Each entry's lot is the SHA-256 of all three;
the lower lot comes first, tier by tier. `RECIPE` is the whole check.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1
LINE = re.compile(r"[0-9a-f]{16} [0-9]{1,5} [0-9]{1,5}")
RECIPE = """\
import hashlib, json, sys
draw = json.load(open(sys.argv[1], encoding="utf-8"))
sha = lambda text: hashlib.sha256(text.encode()).hexdigest()
assert sha(draw["seed"]) == draw["commitment"], "the seed is not the one that was promised"
assert sha("\\n".join(draw["roll"])) == draw["roll_digest"], "the roll was changed after it was frozen"
lot = lambda token: sha(draw["seed"] + draw["beacon"] + draw["roll_digest"] + token)
entries = [line.split() for line in draw["roll"]]
order = [token for token, tier, *_ in sorted(entries, key=lambda entry: (int(entry[1]), lot(entry[0])))]
assert order == draw["order"] and len(set(order)) == len(order), "the order is not the one the lots give"
print("The draw is true:", len(order), "entries")
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the roll. The token is known to its holder alone; the lower tier is served first."""

    token: str
    tier: int
    seats: int

    @property
    def line(self) -> str:
        return f"{self.token} {self.tier} {self.seats}"


def new_seed() -> str:
    return secrets.token_hex(32)


def new_token() -> str:
    return secrets.token_hex(8)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lot(seed: str, beacon: str, roll_digest: str, token: str) -> str:
    """What decides an entry's place within its tier."""
    return sha(seed + beacon + roll_digest + token)


def draw(entries: Iterable[Entry], *, seed: str, beacon: str = "") -> dict[str, Any]:
    """The draw as it is published: roll, digests, seed and the order they give."""
    roll = sorted(entries, key=lambda entry: entry.token)
    digest = sha("\n".join(entry.line for entry in roll))
    order = sorted(roll, key=lambda entry: (entry.tier, lot(seed, beacon, digest, entry.token)))
    return {
        "version": VERSION,
        "commitment": sha(seed),
        "seed": seed,
        "beacon": beacon,
        "roll": [entry.line for entry in roll],
        "roll_digest": digest,
        "order": [entry.token for entry in order],
    }


def fault_in(published: Mapping[str, Any], *, commitment: str | None = None) -> str:
    """What is wrong with a published draw, the first of FAULTS; '' when it is true. Held to a promise if one is given.

    Whatever is in the file, this answers: who checks a draw checks a file somebody else made.
    """
    if not _is_whole(published):
        return "shape"
    if sha(published["seed"]) != published["commitment"] or published["commitment"] != (
        commitment or published["commitment"]
    ):
        return "commitment"
    if sha("\n".join(published["roll"])) != published["roll_digest"]:
        return "roll"
    if any(LINE.fullmatch(line) is None for line in published["roll"]):
        return "line"
    entries = [_entry(line) for line in published["roll"]]
    if len({entry.token for entry in entries}) < len(entries):
        return "twice"
    # Who comes after the others stands behind all tiers, in the same order (precedence): twice as many places.
    if "tiers" in published and any(entry.tier > 2 * len(published["tiers"]) + 1 for entry in entries):
        return "tiers"
    again = draw(entries, seed=published["seed"], beacon=published["beacon"])
    return "" if again["order"] == published["order"] else "order"


def _is_whole(published: Mapping[str, Any]) -> bool:
    texts = [published.get(name) for name in ("commitment", "seed", "beacon", "roll_digest")]
    lists = [published.get(name, []) for name in ("roll", "order", "tiers")]
    is_text = all(isinstance(one, str) for one in texts)
    is_list = all(isinstance(one, list) and all(isinstance(each, str) for each in one) for one in lists)
    return is_text and is_list and "roll" in published and "order" in published


def _entry(line: str) -> Entry:
    token, tier, seats = line.split()
    return Entry(token, int(tier), int(seats))
