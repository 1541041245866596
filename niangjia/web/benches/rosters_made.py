"""Rosters for the benchmark: any number of rows, the same every time, about one in a hundred dirty.

The people are invented. Their identity numbers are sound and their phones are distinct, for a roster of a million rows
in which half the people share a number would measure something else.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from operator import mul
from pathlib import Path
from random import Random

from openpyxl import Workbook

# zh: the columns of a roster as unions head them
HEADS = (
    "序号", "姓名", "身份证号", "手机号", "性别", "出生日期", "入会时间", "所在单位", "工种", "职务", "用工形式",
    "入职时间",
)  # fmt: skip
# zh: the twenty commonest family names, given names of one and of two signs
_FAMILY = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗"
_FIRST = "建志海国明秀春小玉文晓永丽家红立金俊亚雪"  # zh: given names
_SECOND = "华军平英芳伟强敏兰霞杰燕波涛辉玲生斌梅飞"  # zh: given names
# zh: trades
_TRADES = (
    "焊工", "车工", "钳工", "装配工", "质检员", "叉车司机", "包装工", "缝纫工", "电工", "保洁员", "仓管员", "磨工"
)  # fmt: skip
_POSTS = ("一线职工", "班组长", "车间主任", "技术人员", "管理人员")  # zh: posts
_FORMS = ("劳动合同", "劳务派遣", "平台用工")  # zh: forms of work
_PLACES = tuple(f"33{city:02d}{county:02d}" for city in range(1, 12) for county in (2, 3, 4, 22, 24, 81))
_BORN_FROM, _BORN_DAYS = date(1962, 1, 1), 11_000
_DAYS = tuple((_BORN_FROM + timedelta(days=day)).strftime("%Y%m%d") for day in range(_BORN_DAYS))
_IDS = len(_PLACES) * _BORN_DAYS * 999
_PHONES = 7 * 10**9
_STEP = 982_451_653  # a prime that divides neither: multiples of it meet no number twice
_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))  # GB 11643
UNITS = 200
UNION = "新昌测试总工会"  # zh: a union


def unit_name(number: int) -> str:
    """The name of an employer of the benchmark."""
    return f"新昌测试轴承{number:03d}厂"  # zh: a factory


def _check_sign(body: str) -> str:
    return "10X98765432"[sum(map(mul, map(int, body), _WEIGHTS)) % 11]


def rows(count: int, *, changed: float = 0.0) -> Iterator[list[str]]:
    """The rows below the header. `changed` is the share of the people whose trade is another than the first time."""
    chance = Random(7)  # noqa: S311 - invented people need no secrecy
    again = Random(8)  # noqa: S311 - which rows change must not move which people there are
    for number in range(count):
        key = number * _STEP % _IDS
        place, rest = divmod(key, _BORN_DAYS * 999)
        day, serial = divmod(rest, 999)
        body = f"{_PLACES[place]}{_DAYS[day]}{serial + 1:03d}"
        phone = number * _STEP % _PHONES
        dice = int(chance.random() * 2**48)
        name = _FAMILY[dice % 20] + _FIRST[dice >> 5 & 15] + (_SECOND[dice >> 9 & 15] if dice >> 13 & 7 else "")
        trade = dice >> 17 & 7
        if changed and again.random() < changed:
            trade += 4
        cells = [
            str(number + 1), name, body + _check_sign(body), f"1{3 + phone // 10**9}{phone % 10**9:09d}",
            "男" if serial % 2 == 0 else "女", "",  # zh: sexes
            f"20{10 + (dice >> 20) % 14}-{1 + (dice >> 24) % 12:02d}-{1 + (dice >> 28) % 28:02d}",
            unit_name((dice >> 33) % UNITS), _TRADES[trade], _POSTS[(dice >> 41) % 16 // 12 + (dice >> 45) % 2],
            _FORMS[(dice >> 43) % 4 // 3], f"20{4 + (dice >> 20) % 6:02d}-{1 + (dice >> 35) % 12:02d}-01",
        ]  # fmt: skip
        cells[5] = f"{body[6:10]}-{body[10:12]}-{body[12:14]}"
        if number % 100 == 99:
            _soil(cells, number // 100)
        yield cells


def _soil(cells: list[str], kind: int) -> None:
    """Make one row dirty, each in one of the ways that unions make them."""
    match kind % 8:
        case 0:
            cells[2] = cells[2][:17] + ("0" if cells[2][17] != "0" else "1")
        case 1:
            cells[1] = f"{cells[1][0]}\u3000{cells[1][1:]}"
        case 2:
            cells[3] = "0575-86021234"
        case 3:
            cells[6] = cells[6].replace("-", ".")[2:]
        case 4:
            cells[1] = ""
        case 5:
            cells[2] = f"{cells[2][:6]} {cells[2][6:14]} {cells[2][14:]}"
        case 6:
            cells[6] = cells[6][:7].replace("-", "年") + "月"  # zh: a month
        case _:
            cells[2], cells[3] = "", ""


def made_csv(path: Path, count: int, *, changed: float = 0.0) -> Path:
    """A roster of so many rows as text, made once and kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        making = path.with_suffix(".making")
        with making.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADS)
            writer.writerows(rows(count, changed=changed))
        making.rename(path)
    return path


def made_workbook(path: Path, count: int) -> Path:
    """The same as a workbook."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        making = path.with_suffix(".making")
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEADS)
        for cells in rows(count):
            sheet.append(cells)
        book.save(making)
        making.rename(path)
    return path
