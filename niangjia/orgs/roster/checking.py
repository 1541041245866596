"""Every check that a row can pass or fail by itself: cells in, one or more people out, each with their faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from niangjia.orgs.models import EmploymentForm, Post
from niangjia.orgs.roster.columns import Field, Header, repeats_header
from niangjia.orgs.roster.normalising import Unreadable, date_of, id_of, is_nothing, name_of, phone_of, text_of
from niangjia.orgs.roster.verdicts import Fault
from niangjia.people.models import Sex

WORKING_AGE = 16  # Labour Law art. 15
# zh: words of rosters
_SEXES = {
    **dict.fromkeys(("男", "男性", "m", "male", "1", "1-男性", "1-男"), Sex.MALE.value),
    **dict.fromkeys(("女", "女性", "f", "female", "2", "2-女性", "2-女"), Sex.FEMALE.value),
}
# zh: words of rosters
_FORM_WORDS: tuple[tuple[str, EmploymentForm], ...] = (
    ("派遣", EmploymentForm.DISPATCH), ("劳务工", EmploymentForm.DISPATCH), ("新就业", EmploymentForm.PLATFORM),
    ("平台", EmploymentForm.PLATFORM), ("众包", EmploymentForm.PLATFORM), ("灵活", EmploymentForm.PLATFORM),
    ("骑手", EmploymentForm.PLATFORM), ("个体", EmploymentForm.SELF), ("自由职业", EmploymentForm.SELF),
    ("自雇", EmploymentForm.SELF), ("合同", EmploymentForm.CONTRACT), ("正式", EmploymentForm.CONTRACT),
    ("在编", EmploymentForm.CONTRACT), ("固定期限", EmploymentForm.CONTRACT), ("全职", EmploymentForm.CONTRACT),
    ("全日制", EmploymentForm.CONTRACT), ("在职", EmploymentForm.CONTRACT),
)  # fmt: skip
# zh: words of rosters
_POST_WORDS: tuple[tuple[str, Post], ...] = (
    ("车间主任", Post.WORKSHOP_HEAD), ("班组长", Post.TEAM_LEADER), ("班长", Post.TEAM_LEADER),
    ("组长", Post.TEAM_LEADER), ("一线", Post.FRONT_LINE), ("操作工", Post.FRONT_LINE), ("普工", Post.FRONT_LINE),
    ("技术", Post.TECHNICAL), ("工程师", Post.TECHNICAL), ("管理", Post.MANAGER), ("经理", Post.MANAGER),
    ("厂长", Post.MANAGER), ("主管", Post.MANAGER),
)  # fmt: skip
# zh: words of rosters
_TOTAL = re.compile(r"^(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总人数|本页合计|共\s*\d+\s*人)")
# zh: words of rosters
_REMARK = re.compile(
    r"^(备\s*注|注\s*[:：、]|说\s*明|填\s*表|制\s*表|审\s*核|审\s*批|负责人|单位负责人|填报|联系人|经办人|工会主席|盖章|"
    r"单位[（(]?盖章|年\s*月\s*日|日期\s*[:：]|第\s*\d+\s*页|以下空白|此表)"
)
_LONG_NUMBER = re.compile(r"\d{10,}[\dXx]*")
_PEOPLE_APART = re.compile(r"[、,，;；/|\n]+")
_NUMBERS_APART = re.compile(r"[、,，;；/|\n\s]+")


@dataclass(slots=True)
class Someone:
    """One person as a row gives them, in the order of the staging table's columns."""

    name: str = ""
    id_number: str = ""
    id_kind: str = ""
    phone: str = ""
    sex: str = ""
    birth_date: date | None = None
    joined_on: date | None = None
    unit: str = ""
    credit_code: str = ""
    trade: str = ""
    post: str = ""
    form: str = ""
    started_on: date | None = None
    faults: list[Fault] = field(default_factory=list)


# What a cell of a column in which few values come again and again makes: fields with their values, and faults.
Said = tuple[tuple[tuple[str, Any], ...], tuple[Fault, ...]]
REMEMBERED = 40_000  # cells of one column: more than there are days in a century


class Checker:
    """Checks the rows of one table. Remembers what low-cardinality cells meant, so that a million rows stay quick."""

    def __init__(self, header: Header, today: date, *, from_1904: bool = False) -> None:
        self.header = header
        self.today = today
        self.from_1904 = from_1904
        self._at: dict[Field, int] = {name: indexes[0] for name, indexes in header.columns.items()}
        self._phones = header.columns.get(Field.PHONE, ())
        self._plain: list[tuple[int, dict[object, Said], Callable[[Someone, object], None]]] = [
            (self._at[name], {}, read) for name, read in self._readers().items() if name in self._at
        ]
        self._births: dict[object, tuple[date, str] | Unreadable | None] = {}
        self._adult_born_by = date(today.year - WORKING_AGE, today.month, min(today.day, 28))

    def _readers(self) -> dict[Field, Callable[[Someone, object], None]]:
        return {
            Field.JOINED: self._joined, Field.UNIT: _unit, Field.CREDIT_CODE: _credit_code,
            Field.TRADE: _trade, Field.POST: _post, Field.FORM: _form, Field.STARTED: self._started,
        }  # fmt: skip

    def people(self, cells: Sequence[Any]) -> list[Someone]:
        """The people in one row, usually one. A row that holds nobody comes back as one with the fault saying so."""
        name = self._cell(cells, Field.NAME)
        number = self._cell(cells, Field.ID_NUMBER)
        if name == "" or (number == "" and self._phone_cell(cells) == "") or name is None:
            skipped = self._nobody(cells)
            if skipped:
                return [Someone(faults=[{"code": skipped}])]
        elif not isinstance(name, str) or len(name) > 4 or not name.isalpha():
            if _TOTAL.match(text_of(name)) and is_nothing(number):
                return [Someone(name=text_of(name)[:64], faults=[{"code": "total_line"}])]
            if repeats_header(self.header, cells):
                return [Someone(faults=[{"code": "header_again"}])]
            parts = self._apart(cells, text_of(name))
            if parts:
                return parts
        elif name in _HEADER_WORDS and repeats_header(self.header, cells):
            return [Someone(faults=[{"code": "header_again"}])]
        elif name in _TOTAL_WORDS:
            return [Someone(name=name, faults=[{"code": "total_line"}])]
        return [self._someone(cells, name, number, self._phone_cell(cells))]

    def _cell(self, cells: Sequence[Any], name: Field) -> Any:
        index = self._at.get(name)
        return cells[index] if index is not None and index < len(cells) else ""

    def _phone_cell(self, cells: Sequence[Any]) -> Any:
        """The phone; of several phone columns the first with a mobile number, else the first with anything."""
        if len(self._phones) == 1:
            return cells[self._phones[0]] if self._phones[0] < len(cells) else ""
        filled = [cells[index] for index in self._phones if index < len(cells) and not is_nothing(cells[index])]
        for cell in filled:
            try:
                phone_of(cell)
            except Unreadable:
                continue
            return cell
        return filled[0] if filled else ""

    def _nobody(self, cells: Sequence[Any]) -> str:
        """Why a line that lacks a name or numbers is no person, or nothing when it is a person with a fault."""
        filled = [text_of(cell) for cell in cells if not is_nothing(cell)]
        if not filled:
            return "only_numbered"
        has_number = not is_nothing(self._cell(cells, Field.ID_NUMBER)) or not is_nothing(self._phone_cell(cells))
        if any(_TOTAL.match(text) for text in filled[:2]):
            return "" if has_number and not _TOTAL.match(filled[0]) else "total_line"
        if _REMARK.match(filled[0]) or (len(filled) == 1 and len(filled[0]) > 12):
            return "remark_line"
        has_name = not is_nothing(self._cell(cells, Field.NAME))
        if has_name or has_number:
            return ""
        known = {index for indexes in self.header.columns.values() for index in indexes}
        told = [cell for index, cell in enumerate(cells) if index in known and not is_nothing(cell)]
        return "only_numbered" if len(told) <= 1 else ""

    # --- two people in one cell -------------------------------------------------------------------------------------

    def _apart(self, cells: Sequence[Any], name: str) -> list[Someone]:
        """The people of a cell that names several, each with their own numbers; nothing for a single name."""
        names = [part for part in _PEOPLE_APART.split(name) if part.strip()]
        numbers = self._numbers(cells, Field.ID_NUMBER)
        if len(names) == 1 and len(numbers) > 1:  # 张三 李四, told from 欧阳 建国 by their two identity numbers
            names = name.split()
        if len(names) < 2:
            return []
        phones = self._numbers(cells, Field.PHONE)
        count = str(len(names))
        if any(len(found) not in (0, len(names)) for found in (numbers, phones)) or not (numbers or phones):
            unpaired: Fault = {"code": "people_unpaired", "field": Field.NAME, "names": {"people": count}}
            return [Someone(name=name[:64], faults=[unpaired])]
        sexes = self._numbers(cells, Field.SEX)
        people = []
        for place, one in enumerate(names):
            own = list(cells)
            for column, values in ((Field.SEX, sexes), (Field.BIRTH, self._numbers(cells, Field.BIRTH))):
                if column in self._at and len(values) == len(names):
                    own[self._at[column]] = values[place]
            someone = self._someone(
                own, one, numbers[place] if numbers else "", phones[place] if phones else ""
            )  # fmt: skip
            someone.faults.append({"code": "split_from_cell", "field": Field.NAME, "names": {"people": count}})
            people.append(someone)
        return people

    def _numbers(self, cells: Sequence[Any], column: Field) -> list[str]:
        cell = self._phone_cell(cells) if column is Field.PHONE else self._cell(cells, column)
        if column is Field.BIRTH and not isinstance(cell, str):
            return []
        return [part for part in _NUMBERS_APART.split(text_of(cell)) if not is_nothing(part)]

    # --- one person -------------------------------------------------------------------------------------------------

    def _someone(self, cells: Sequence[Any], name: object, number: object, phone: object) -> Someone:
        one = Someone()
        try:
            one.name, remark = name_of(name)
            if remark:
                one.faults.append({"code": remark, "field": Field.NAME})
        except Unreadable as fault:
            one.name = text_of(name)[:64]
            one.faults.append(_told(fault, Field.NAME))
        self._identify(one, number, phone)
        if Field.SEX in self._at:
            self._sex(one, self._cell(cells, Field.SEX))
        if Field.BIRTH in self._at:
            self._birth(one, self._cell(cells, Field.BIRTH))
        for index, remembered, read in self._plain:
            if index < len(cells) and (cell := cells[index]) != "":
                fields, faults = remembered.get(cell) or _learned(remembered, cell, read)
                for field_name, value in fields:
                    setattr(one, field_name, value)
                if faults:
                    one.faults.extend(faults)
        self._ages(one)
        return one

    def _identify(self, one: Someone, number: object, phone: object) -> None:
        if not is_nothing(number):
            try:
                one.id_number, one.id_kind, one.birth_date, one.sex = id_of(number)
                if one.birth_date and one.birth_date > self.today:
                    raise Unreadable("id_birth")
            except Unreadable as fault:
                several = len([part for part in re.split(r"[、,，;；/|\n]+", text_of(number)) if len(part) >= 15]) > 1
                one.faults.append({"code": "two_numbers", "field": Field.ID_NUMBER} if several else
                                  _told(fault, Field.ID_NUMBER))  # fmt: skip
                one.id_number = ""
        elif is_nothing(phone):
            one.faults.append({"code": "nothing_to_know_by", "field": Field.ID_NUMBER if Field.ID_NUMBER in self._at
                               else Field.PHONE})  # fmt: skip
        if not is_nothing(phone):
            self._phone(one, phone)

    def _phone(self, one: Someone, phone: object) -> None:
        try:
            one.phone = phone_of(phone)
            return
        except Unreadable as fault:
            code, names = fault.code, fault.names
        parts = [part for part in re.split(r"[、,，;；/|\n]+", text_of(phone)) if not is_nothing(part)]
        for part in parts if len(parts) > 1 else []:
            try:
                one.phone = phone_of(part)
            except Unreadable:
                continue
            one.faults.append({"code": "phone_second", "field": Field.PHONE})
            return
        code = "phone_digits_lost" if code == "digits_lost" else code
        remark: Fault = {"code": code, "field": Field.PHONE}
        if names and code == "phone_length":
            remark["names"] = names
        one.faults.append(remark)
        if not one.id_number and not any(fault.get("field") == Field.ID_NUMBER for fault in one.faults):
            one.faults.append({"code": "phone_only_bad", "field": Field.PHONE})

    def _sex(self, one: Someone, cell: object) -> None:
        sex = _SEXES.get(cell) if isinstance(cell, str) else None
        if sex is None and is_nothing(cell):
            return
        sex = sex or _SEXES.get(text_of(cell).lower())
        if sex is None:
            shown = _shown(text_of(cell))[:10]
            one.faults.append({"code": "sex_unreadable", "field": Field.SEX, "names": {"value": shown}})
        elif not one.sex:
            one.sex = sex
        elif one.sex != sex:
            one.faults.append({"code": "sex_differs", "field": Field.SEX})

    def _birth(self, one: Someone, cell: object) -> None:
        found = self._births.get(cell, ...)
        if found is ...:
            found = self._learned_birth(cell)
        if found is None:
            return
        if isinstance(found, Unreadable):
            told = _told(found, Field.BIRTH)
            one.faults.append({"code": "birth_unreadable", "field": Field.BIRTH} if one.birth_date else told)
            return
        day, month_only = found
        if one.birth_date is None:
            one.birth_date = day
            if month_only:
                one.faults.append({"code": month_only, "field": Field.BIRTH})
        elif day != one.birth_date and (
            not month_only or (day.year, day.month) != (one.birth_date.year, one.birth_date.month)
        ):
            one.faults.append({"code": "birth_differs", "field": Field.BIRTH})

    def _learned_birth(self, cell: object) -> tuple[date, str] | Unreadable | None:
        found: tuple[date, str] | Unreadable | None = None
        try:
            if cell != "" and not is_nothing(cell):
                found = date_of(cell, from_1904=self.from_1904)
                if found[0] > self.today:
                    raise Unreadable("date_future", value=found[0].isoformat())
        except Unreadable as fault:
            found = fault.with_traceback(None)  # which would keep the whole row alive
        if len(self._births) > REMEMBERED:
            self._births.clear()
        self._births[cell] = found
        return found

    def _ages(self, one: Someone) -> None:
        born = one.birth_date
        if born is None:
            return
        column = Field.ID_NUMBER if one.id_number else Field.BIRTH
        if born > self._adult_born_by:
            one.faults.append({"code": "age_young", "field": column})
        elif born.year < self.today.year - 100:
            one.faults.append({"code": "age_old", "field": column})
        if one.joined_on and one.joined_on.year - born.year < WORKING_AGE:
            one.faults.append({"code": "joined_young", "field": Field.JOINED})

    def _date(self, one: Someone, cell: object, column: Field) -> date | None:
        try:
            day, remark = date_of(cell, from_1904=self.from_1904)
            if day > self.today:
                raise Unreadable("date_future", value=day.isoformat())
        except Unreadable as fault:
            one.faults.append(_told(fault, column))
            return None
        if remark:
            one.faults.append({"code": remark, "field": column})
        return day

    def _joined(self, one: Someone, cell: object) -> None:
        one.joined_on = self._date(one, cell, Field.JOINED)

    def _started(self, one: Someone, cell: object) -> None:
        one.started_on = self._date(one, cell, Field.STARTED)


# zh: words of rosters
_TOTAL_WORDS = frozenset({"合计", "总计", "小计", "共计", "累计", "总人数"})
# zh: words of rosters
_HEADER_WORDS = frozenset({"姓名", "名字", "职工姓名", "员工姓名", "会员姓名"})
_BLANK = Someone()
_COPIED = ("joined_on", "unit", "credit_code", "trade", "post", "form", "started_on")


def _learned(remembered: dict[object, Said], cell: object, read: Callable[[Someone, object], None]) -> Said:
    """Read a cell for the first time."""
    blank = Someone()
    if not is_nothing(cell):
        read(blank, cell)
    if len(remembered) > REMEMBERED:
        remembered.clear()
    fields = tuple((name, value) for name in _COPIED if (value := getattr(blank, name)) != getattr(_BLANK, name))
    remembered[cell] = (fields, tuple(blank.faults))
    return remembered[cell]


def _told(fault: Unreadable, column: Field) -> Fault:
    told: Fault = {"code": fault.code, "field": column}
    if fault.names:
        told["names"] = {name: _shown(value) for name, value in fault.names.items()}
    return told


def _shown(text: str) -> str:
    """What was typed, as a sentence may quote it: in a shifted column it could be somebody's number."""
    return _LONG_NUMBER.sub(lambda number: f"{number[0][:3]}…", text)


def unit_key(name: str) -> str:
    """An employer's name as it is compared: no spaces, brackets half-width."""
    return re.sub(r"\s+", "", text_of(name))


def _unit(one: Someone, cell: object) -> None:
    one.unit = unit_key(text_of(cell))[:128]


def _credit_code(one: Someone, cell: object) -> None:
    one.credit_code = re.sub(r"[\s\-]", "", text_of(cell)).upper()[:18]


def _trade(one: Someone, cell: object) -> None:
    text = re.sub(r"\s+", " ", text_of(cell))
    one.trade = text[:64]
    if len(text) > 64:
        one.faults.append({"code": "trade_long", "field": Field.TRADE})
    one.post = next((post.value for word, post in _POST_WORDS if word == text), "")


def _post(one: Someone, cell: object) -> None:
    text = text_of(cell)
    one.post = next((post.value for word, post in _POST_WORDS if word in text), "")
    if not one.post:
        one.trade = re.sub(r"\s+", " ", text)[:64]


def _form(one: Someone, cell: object) -> None:
    text = text_of(cell)
    found = next((form for word, form in _FORM_WORDS if word in text), None)
    one.form = (found or EmploymentForm.CONTRACT).value
    if found is None:
        one.faults.append({"code": "form_unreadable", "field": Field.FORM, "names": {"value": _shown(text)[:20]}})
