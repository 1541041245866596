"""The divisions of Zhejiang as of 2023 (GB/T 2260), each with its federation of trade unions.

Hangzhou was re-zoned on 9 April 2021: Xiacheng (330103) went to Gongshu, Jianggan (330104) to Shangcheng, and Linping
(330113) and Qiantang (330114) began. The closed ones stay in the table: identity numbers and old papers carry them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "zhejiang.csv"


@dataclass(frozen=True, slots=True)
class Division:
    """One division and its federation."""

    code: str
    name: str
    level: str
    parent: str
    founded_on: date | None
    closed_on: date | None
    successor: str


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def divisions() -> tuple[Division, ...]:
    """All divisions, parents before children."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(
            Division(
                row["code"], row["name"], row["level"], row["parent"], _day(row["founded_on"]), _day(row["closed_on"]),
                row["successor"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


@cache
def _by_code() -> dict[str, Division]:
    return {division.code: division for division in divisions()}


def place_name(code: str) -> str:
    """The name of a division (`330624` → 新昌县); empty when it is none of ours."""
    found = _by_code().get(code)
    return found.name.removesuffix("总工会") if found else ""


def counties() -> tuple[Division, ...]:
    """The county-level divisions that exist today, for a list to choose from."""
    return tuple(division for division in divisions() if division.level == "county" and division.closed_on is None)


def city_of(code: str) -> str:
    """The name of the city a county belongs to."""
    return place_name(f"{code[:4]}00")
