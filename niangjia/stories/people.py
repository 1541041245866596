"""Synthetic people: invented names, sound identity numbers that belong to nobody, phones of a range nobody is sold.

Deterministic: the same story meets the same people every time it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random

from stdnum.iso7064 import mod_11_2

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
FIRST = "春夏秋冬晨晓远清和平安宁丰乐文明正直善良"
SECOND = "山川江河林木田禾云雨风雪星月石竹松梅兰菊"
FIRST_PHONE = 19_900_000_000
_phones = count(FIRST_PHONE)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """One invented person."""

    name: str
    sex: str
    born: date
    id_number: str
    phone: str
    post: str = "一线职工"


def people(place: str, seed: str, *, oldest: int = 1965, youngest: int = 2000) -> Iterator[Synthetic]:
    """Invented people whose identity numbers were first issued at `place`, a county's division code."""
    chance = Random(f"{place}-{seed}")  # noqa: S311 - invented people need no secrecy
    first, days = date(oldest, 1, 1), (date(youngest, 12, 31) - date(oldest, 1, 1)).days
    seen: set[str] = set()
    while True:
        born = first + timedelta(days=chance.randrange(days))
        serial = chance.randrange(1, 1000)
        body = f"{place}{born:%Y%m%d}{serial:03d}"
        if body in seen:
            continue
        seen.add(body)
        name = chance.choice(SURNAMES) + chance.choice(FIRST) + chance.choice(SECOND)
        number = body + mod_11_2.calc_check_digit(body)
        yield Synthetic(name, "M" if serial % 2 else "F", born, number, str(next(_phones)))
