"""What people type, as the thing they meant: text, names, dates, phones and identity numbers out of spreadsheet cells.

A reader here returns the value or raises `Unreadable` with a fault code of `verdicts.py`; it never guesses.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import mul

from niangjia.kit.refusal import Invalid
from niangjia.people.identifiers import MOBILE, PERMIT_PREFIXES, identity
from niangjia.people.models import IdKind, Sex

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BLANKS = dict.fromkeys([0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09], " ")
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202C, 0x202D, 0x2060, 0xFEFF, 0x0D])
_PLAIN = {**_WIDE, **_BLANKS, **_INVISIBLE}
# zh: what people write for "none"
NOTHING = frozenset(
    {"", "/", "\\", "-", "--", "—", "——", "无", "暂无", "空", "n/a", "#n/a", "null", "none", "nan", "."}
)


class Unreadable(Exception):
    """A cell that cannot be taken; carries the code of its sentence and what the sentence names."""

    def __init__(self, code: str, **names: str) -> None:
        super().__init__(code)
        self.code = code
        self.names = names


def text_of(value: object) -> str:
    """A cell as text: half-width, trimmed, without invisible signs; a whole number without its `.0`."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value.strip()
        return value.translate(_PLAIN).strip()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return "" if value is None else str(value)


def is_nothing(value: object) -> bool:
    """An empty cell, or one of the signs people write for "none"."""
    if isinstance(value, str) and len(value) > 10:
        return not value.strip()
    return text_of(value).lower() in NOTHING


# --- names ----------------------------------------------------------------------------------------------------------

# zh: the ranges of Chinese characters
_HAN = "\u3007\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff"
_SIMPLE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_NAME = re.compile(rf"[{_HAN}A-Za-z\u00c0-\u024f·.'’\- ]+")
_IN_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}·])\s+|\s+(?=[{_HAN}·])")
NAME_LENGTH = 64


def name_of(value: object) -> tuple[str, str]:
    """The name, and the code of a remark on it or nothing. 张　三 is 张三; John Smith keeps his space."""
    if isinstance(value, str) and _SIMPLE_NAME.fullmatch(value):
        return value, ""
    text = re.sub(r"[•・‧∙●.]", "·", text_of(value)) if not isinstance(value, str) or not value.isascii() else value
    remark = ""
    bare = _IN_BRACKETS.sub("", text)
    if bare != text:
        text, remark = bare, "name_bracket"
    text = re.sub(r"\s+", " ", _BETWEEN_HAN.sub("", text)).strip(" ,、;")
    if text.lower() in NOTHING:
        raise Unreadable("name_missing")
    if "?" in text or "\ufffd" in text or "□" in text:
        raise Unreadable("name_lost_sign")
    if any(sign.isdigit() for sign in text):
        raise Unreadable("name_digits")
    if not _NAME.fullmatch(text):
        raise Unreadable("name_signs")
    if len(text) > NAME_LENGTH:
        raise Unreadable("name_long")
    if len(text) == 1:
        remark = "name_single"
    return text, remark


# --- dates ----------------------------------------------------------------------------------------------------------

_EPOCH = date(1899, 12, 30)  # day 0 of serial numbers, past the leap day of 1900 that never was
_EPOCH_1904 = date(1904, 1, 1)
_SERIALS = range(3654, 73416)  # 1910 to 2100; below, a number is a count of something
# zh: dates
_YMD = re.compile(r"(\d{4})\s*[-/.年·,、_ ]\s*(\d{1,2})(?:\s*[-/.月·,、_ ]\s*(\d{1,2})?\s*[日号]?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
# zh: dates
_TAIL = re.compile(r"\s*[T ]\s*\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?\s*$|\s*(星期|周)[一二三四五六日天]\s*$")
# zh: dates
_SHORT = re.compile(r"'?\d{2}\s*[-/.年]\s*\d{1,2}(\s*[-/.月]\s*\d{0,2}\s*[日号]?)?")
_YEAR_LAST = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}")
_HAN_SIGNS = frozenset("一二三四五六七八九十〇零○")  # zh: numerals
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")  # zh: numerals
_ONE, _ZERO = "一", "〇"  # zh: numerals
_ONLY_YEAR = re.compile(r"\d{4}年?")  # zh: a year
# zh: tens
_HAN_TENS = re.compile(r"([一二三]?)十([一二三四五六七八九]?)")
FIRST_DAY = date(1900, 1, 1)


def date_of(value: object, *, from_1904: bool = False) -> tuple[date, str]:
    """The day, and `date_month_only` when the cell gives no day and the first of the month stands for it."""
    if isinstance(value, datetime):
        return value.date(), ""
    if isinstance(value, date):
        return value, ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _dated_number(float(value), from_1904)
    return _dated_text(text_of(value), from_1904)


def _dated_number(number: float, from_1904: bool) -> tuple[date, str]:
    if number.is_integer():
        return _dated_text(str(int(number)), from_1904)
    if 1900 < number < 2101:  # a number cell that shows 2023.5
        year, part = f"{number:.2f}".split(".")
        if part == "10":  # 2023.1 and 2023.10 are the same number
            raise Unreadable("date_january_or_october", value=repr(number))
        return _day(year, part.rstrip("0") if int(part) > 12 else part, None, repr(number))
    return _dated_text(str(int(number)), from_1904)  # a serial with a time of day


def _dated_text(text: str, from_1904: bool) -> tuple[date, str]:
    text = _TAIL.sub("", text.lstrip("'`"))
    if not _HAN_SIGNS.isdisjoint(text):
        text = _HAN_TENS.sub(lambda ten: f"{ten[1] or _ONE}{ten[2] or _ZERO}", text).translate(_HAN_DIGITS)
    if text.isdigit():
        if len(text) in (6, 8) and 1900 <= int(text[:4]) <= 2100:
            found = _COMPACT.fullmatch(text)
            if found:
                return _day(found[1], found[2], found[3], text)
        if len(text) == 6:
            raise Unreadable("date_short_year", value=text)
        if len(text) in (4, 5) and int(text) in _SERIALS and not 1900 <= int(text) <= 2100:
            return (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(days=int(text)), ""
        if len(text) == 4:
            raise Unreadable("date_year_only", value=text)
    found = _YMD.fullmatch(text)
    if found:
        return _day(found[1], found[2], found[3], text)
    if _SHORT.fullmatch(text):
        raise Unreadable("date_short_year", value=text)
    if _YEAR_LAST.fullmatch(text):
        raise Unreadable("date_year_last", value=text)
    if _ONLY_YEAR.fullmatch(text):
        raise Unreadable("date_year_only", value=text)
    raise Unreadable("date_unreadable", value=text[:40])


def _day(year: str, month: str, day: str | None, shown: str) -> tuple[date, str]:
    try:
        found = date(int(year), int(month), int(day or 1))
    except ValueError as fault:
        raise Unreadable("date_impossible", value=shown) from fault
    if found < FIRST_DAY:
        raise Unreadable("date_too_early", value=shown)
    return found, "" if day else "date_month_only"


# --- phones ---------------------------------------------------------------------------------------------------------

_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?|[2-8]\d{6,7}")
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


def digits_of(value: object) -> str:
    """A long number as text; refuses one that the spreadsheet has rounded."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if abs(value) >= 2**53 or (isinstance(value, float) and not value.is_integer()):
            raise Unreadable("digits_lost")
        return str(int(value))
    text = text_of(value).strip("'`‘’\"“”")
    if _EXPONENT.fullmatch(text):
        return _exponent(text)
    return re.sub(r"\.0+$", "", text) if text.replace(".", "", 1).isdigit() else text


def _exponent(text: str) -> str:
    """`1.3800138001E+10` says all eleven digits; `1.38E+10` and `3.30102E+17` have lost theirs."""
    mantissa, _, power = text.lower().partition("e")
    try:
        number = Decimal(text)
    except InvalidOperation as fault:
        raise Unreadable("digits_lost") from fault
    if int(power) > 20 or number != number.to_integral_value() or len(mantissa.replace(".", "")) < int(power):
        raise Unreadable("digits_lost")
    return str(int(number))


def phone_of(value: object) -> str:
    """A mainland mobile number as eleven digits."""
    if isinstance(value, str) and MOBILE.fullmatch(value) and value.isascii():
        return value
    text = digits_of(value)
    plain = re.sub(r"[\s\-‐-―－.]", "", text)
    plain = re.sub(r"^(\+|00)86|^86(?=1\d{10}$)|^\+", "", plain)
    if MOBILE.fullmatch(plain) and plain.isascii():
        return plain
    if "*" in plain:
        raise Unreadable("phone_masked")
    if _LANDLINE.fullmatch(re.sub(r"[()\s]", "", text)):
        raise Unreadable("phone_landline")
    if plain.isdigit():
        raise Unreadable("phone_length" if len(plain) != 11 else "phone_prefix", count=str(len(plain)))
    raise Unreadable("phone_signs")


# --- identity numbers -----------------------------------------------------------------------------------------------

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_CITIZEN = re.compile(r"[1-8]\d{16}[\dX]", re.ASCII)
_LOOKALIKES = str.maketrans({"×": "X", "Х": "X", "х": "X", "╳": "X", "✕": "X", "✖": "X"})
_OTHER_PAPERS = re.compile(r"[HM]\d{8,10}|[A-Z]{1,2}\d{7,8}|\d{8}|[HM]\d{6}\(\d\)")
_FEMALE, _MALE = Sex.FEMALE.value, Sex.MALE.value
_CITIZENS, _PERMITS = IdKind.CITIZEN.value, IdKind.RESIDENCE_PERMIT.value

Known = tuple[str, str, date | None, str]  # number, kind, birth date, sex


# The three parts of a number come again and again: places, days of birth, serials of a day.
@lru_cache(maxsize=10_000)
def _weighed(part: str, start: int) -> int:
    """What some of the digits add to the sum."""
    return sum(map(mul, map(int, part), _WEIGHTS[start:]))


@lru_cache(maxsize=100_000)
def _born(digits: str) -> tuple[date | None, int]:
    """The day of birth, and what its digits add to the sum."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])), _weighed(digits, 6)
    except ValueError:
        return None, 0


def id_of(value: object) -> Known:
    """An identity number in its eighteen-sign form, and what it says. Rows that are right take the short way."""
    if isinstance(value, str) and _CITIZEN.fullmatch(value):
        return _eighteen(value)
    text = digits_of(value).upper().translate(_LOOKALIKES)
    plain = re.sub(r"[\s\-‐-―_.]", "", text)
    if "*" in plain:
        raise Unreadable("id_masked")
    if _CITIZEN.fullmatch(plain):
        return _eighteen(plain)
    try:
        found = identity(plain)
    except Invalid as fault:
        raise Unreadable(_why_not(plain), count=str(len(plain))) from fault
    return found.number, str(found.kind), found.birth_date, str(found.sex or "")


def _eighteen(number: str) -> Known:
    born, weighed = _born(number[6:14])
    if born is None or born.year < 1880:
        raise Unreadable("id_birth")
    expected = _CHECK[(_weighed(number[:6], 0) + weighed + _weighed(number[14:17], 14)) % 11]
    if expected != number[17]:
        raise Unreadable("id_check", expected=expected)
    kind = _PERMITS if number[:2] in PERMIT_PREFIXES else _CITIZENS
    return number, kind, born, _MALE if number[16] in "13579" else _FEMALE


def _why_not(plain: str) -> str:
    if re.fullmatch(r"\d{15}", plain) or re.fullmatch(r"\d{17}[\dX]", plain):
        return "id_birth"
    if _OTHER_PAPERS.fullmatch(plain):
        return "id_other_paper"
    return "id_length" if re.fullmatch(r"[\dX]+", plain) else "id_signs"
