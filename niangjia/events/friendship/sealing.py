"""Sealed choices: what is stored tells who chose one another, and nothing about anybody else.

Every guest has a sheet with one mark for each of the others. The mark for somebody who was chosen is an HMAC of the two
together under the key of the evening; the mark for somebody who was not is random. Sheets are sorted, so a place on
them says nothing. Two sheets share a mark only when both chose the other: finding the pairs needs no key, and whoever
reads the sheets without it sees random numbers but for the pairs. At the reveal sheets and key are thrown away, and
then nobody, whatever keys they hold, can find out a choice that was not returned (docs/adr/0018-sealed-choices.md).
"""

from __future__ import annotations

import hmac
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping


def new_key() -> str:
    return secrets.token_hex(32)


def blank(others: int) -> list[str]:
    """The sheet of somebody who has chosen nobody."""
    return sorted(secrets.token_hex(32) for _other in range(others))


def sheet(key: str, own: int, chosen: Collection[int], others: int) -> list[str]:
    """The sheet of `own` who chose these: as long as any other, whoever was chosen."""
    marks = [_mark(key, own, other) for other in set(chosen)]
    return sorted([*marks, *blank(others - len(marks))])


def _mark(key: str, one: int, other: int) -> str:
    low, high = sorted((one, other))
    return hmac.digest(bytes.fromhex(key), f"{low}:{high}".encode(), "sha256").hex()


def pairs(sheets: Mapping[int, Iterable[str]]) -> list[tuple[int, int]]:
    """Those who chose one another, from the sheets alone: a mark that stands on two of them."""
    bearers: dict[str, list[int]] = defaultdict(list)
    for who, marks in sheets.items():
        for mark in marks:
            bearers[mark].append(who)
    return sorted((min(two), max(two)) for two in bearers.values() if len(two) == 2)
