"""The divisions of Zhejiang as of 2023 (GB/T 2260).

Hangzhou was re-zoned on 9 April 2021: Xiacheng (330103) went to Gongshu, Jianggan (330104) to Shangcheng, and Linping
(330113) and Qiantang (330114) began. The closed ones stay in the table: identity numbers and old papers carry them.
Counties are complete; of the townships, those whose practices the catalogue tells.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

COUNTY_DIGITS = 6
DATA = Path(__file__).parent / "data" / "zhejiang.csv"


@dataclass(frozen=True, slots=True)
class Division:
    """One division."""

    code: str
    name: str
    name_en: str
    level: str  # province, city, county, township
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
                row["code"], row["name"], row["name_en"], row["level"], row["parent"], _day(row["founded_on"]),
                _day(row["closed_on"]), row["successor"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


@cache
def _by_code() -> dict[str, Division]:
    return {division.code: division for division in divisions()}


def place_name(code: str, lang: str = "") -> str:
    """The name of a division with the city it belongs to (`330624` → 绍兴市新昌县; Xinchang County, Shaoxing).

    The code itself when unknown. In the reader's language unless another is named; `3306` is the city 330600.
    """
    found = _by_code().get(code.ljust(COUNTY_DIGITS, "0"))
    if found is None:
        return code
    above = _by_code().get(found.parent)
    alone = above is None or above.level == "province"
    if _is_chinese(lang):
        return found.name if alone else place_name(found.parent, "zh") + found.name
    return found.name_en if alone else f"{found.name_en}, {place_name(found.parent, 'en')}"


def _is_chinese(lang: str) -> bool:
    return (lang or get_language() or "zh").startswith("zh")


def county_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The counties that exist today, grouped by city, for a list to choose from."""

    def called(division: Division) -> str:
        return division.name if _is_chinese("") else division.name_en

    return [
        (
            called(city),
            [(each.code, called(each)) for each in divisions() if each.parent == city.code and not each.closed_on],
        )
        for city in divisions()
        if city.level == "city"
    ]
