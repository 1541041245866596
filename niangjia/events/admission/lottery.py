"""The draw: an order nobody could choose and anybody can work out again.

Before anyone registers, the platform promises a seed by publishing its SHA-256. When the window has closed, the roll of
those who entered is frozen and hashed; an outside value named beforehand may be added (a national lottery's numbers of
a stated day), so that not even the platform could have known the order. Each entry's lot is the SHA-256 of all three;
the lower lot comes first, tier by tier. `RECIPE` is the whole check.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1
RECIPE = """\
import hashlib, json, sys
draw = json.load(open(sys.argv[1], encoding="utf-8"))
sha = lambda text: hashlib.sha256(text.encode()).hexdigest()
assert sha(draw["seed"]) == draw["commitment"], "the seed is not the one that was promised"
assert sha("\\n".join(draw["roll"])) == draw["roll_digest"], "the roll was changed after it was frozen"
lot = lambda token: sha(draw["seed"] + draw["beacon"] + draw["roll_digest"] + token)
entries = [line.split() for line in draw["roll"]]
order = [token for token, tier, *_ in sorted(entries, key=lambda entry: (int(entry[1]), lot(entry[0])))]
assert order == draw["order"], "the order is not the one the lots give"
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
    """What is wrong with a published draw: '', 'commitment', 'roll' or 'order'; held to a promise if one is given."""
    if sha(published["seed"]) != published["commitment"] or published["commitment"] != (
        commitment or published["commitment"]
    ):
        return "commitment"
    if sha("\n".join(published["roll"])) != published["roll_digest"]:
        return "roll"
    entries = [_entry(line) for line in published["roll"]]
    again = draw(entries, seed=published["seed"], beacon=published["beacon"])
    return "" if again["order"] == published["order"] else "order"


def _entry(line: str) -> Entry:
    token, tier, seats = line.split()
    return Entry(token, int(tier), int(seats))
