"""Which column is which: the names under which unions head the same fact, and finding the row that heads a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Sentence
from niangjia.orgs.roster.normalising import text_of

SEARCHED_ROWS = 20  # a title, a subtitle, a line for the unit and the date stand above most headers, never twenty lines


class Field(StrEnum):
    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    SEX = "sex"
    BIRTH = "birth"
    JOINED = "joined"
    UNIT = "unit"
    CREDIT_CODE = "credit_code"
    TRADE = "trade"
    POST = "post"
    FORM = "form"
    STARTED = "started"


LABELS: dict[Field, Sentence] = {
    Field.NAME: _("full name"),
    Field.ID_NUMBER: _("identity number"),
    Field.PHONE: _("mobile number"),
    Field.SEX: _("sex"),
    Field.BIRTH: _("date of birth"),
    Field.JOINED: _("date of joining the union"),
    Field.UNIT: _("employer"),
    Field.CREDIT_CODE: _("unified social credit code"),
    Field.TRADE: _("trade"),
    Field.POST: _("post"),
    Field.FORM: _("form of work"),
    Field.STARTED: _("date of joining the employer"),
}

# zh: plain header text of each fact. Matched whole, never as a part: 紧急联系人电话 is not the member's phone.
HEADERS: dict[Field, str] = {
    Field.NAME: "姓名 名字 职工姓名 员工姓名 会员姓名 人员姓名 工会会员姓名 本人姓名 职工名字 会员名 名称 姓名职工 "
    "name fullname membername",
    Field.ID_NUMBER: "身份证号 身份证号码 身份证 证件号码 证件号 公民身份号码 公民身份证号 公民身份证号码 居民身份证号 "
    "居民身份证号码 身份号码 会员身份证号 有效证件号码 有效证件号 二代身份证号码 身份证件号码 身份证件号 身份证编号 "
    "idnumber idno idcard",
    Field.PHONE: "手机 手机号 手机号码 联系电话 电话 电话号码 联系方式 移动电话 本人手机 本人手机号 本人电话 联系手机 "
    "手机电话 联系号码 移动电话号码 会员手机号 会员手机号码 本人联系电话 手机联系方式 phone mobile mobilephone tel",
    Field.SEX: "性别 sex gender",
    Field.BIRTH: "出生日期 出生年月 出生年月日 生日 出生时间 出生 birthdate birthday dateofbirth",
    Field.JOINED: "入会时间 入会日期 入会年月 加入工会时间 加入工会日期 入会年月日 入工会时间 何时入会 会员入会时间 "
    "joined joinedon joindate",
    Field.UNIT: "所在单位 工作单位 公司 单位 单位名称 公司名称 企业名称 工作单位名称 用人单位 所属单位 所在企业 企业 "
    "所在公司 就业单位 单位全称 用工单位 所属企业 所属公司 employer company",
    Field.CREDIT_CODE: "统一社会信用代码 社会信用代码 信用代码 单位统一社会信用代码 uscc creditcode",
    Field.TRADE: "岗位 工种 岗位工种 职业 工作岗位 职业工种 从事工种 从事岗位 岗位名称 工种名称 trade occupation",
    Field.POST: "职务 岗位类别 岗位性质 岗位类型 职位 post",
    Field.FORM: "用工形式 用工性质 用工方式 就业形式 就业形态 用工类型 职工类型 formofwork employmentform",
    Field.STARTED: "入职时间 入职日期 进厂时间 进厂日期 到岗时间 进公司时间 进单位时间 入厂时间 到岗日期 入职年月 "
    "started",
}
ALIASES: dict[str, Field] = {alias: field for field, names in HEADERS.items() for alias in names.split()}
# zh: columns that only number the lines
NUMBERING = frozenset({"序号", "编号", "序", "no", "行号", "号"})
_DECORATION = re.compile(r"[(（\[【<《].*?[)）\]】>》]|[\s*＊★:：#、。.\-_/\\|]|^\d+")


def plain_header(value: object) -> str:
    """A header cell as it is compared: without spaces, stars, numbering and what stands in brackets."""
    return _DECORATION.sub("", text_of(value)).lower()


@dataclass(frozen=True, slots=True)
class Header:
    """Where each fact stands in a table, and which columns hold nothing we know."""

    row: int  # as the spreadsheet counts it
    columns: dict[Field, tuple[int, ...]]  # several phones may stand side by side
    unknown: tuple[str, ...]
    heads: tuple[str, ...]  # every column's head as typed

    @property
    def is_whole(self) -> bool:
        return Field.NAME in self.columns and bool({Field.ID_NUMBER, Field.PHONE} & self.columns.keys())

    @property
    def missing(self) -> tuple[Sentence, ...]:
        """What a roster cannot do without."""
        absent: list[Sentence] = [] if Field.NAME in self.columns else [LABELS[Field.NAME]]
        if not {Field.ID_NUMBER, Field.PHONE} & self.columns.keys():
            absent.append(_("identity number or mobile number"))
        return tuple(absent)


def header_at(row: int, cells: Sequence[object]) -> Header:
    """Read one line as if it were a header."""
    columns: dict[Field, tuple[int, ...]] = {}
    unknown: list[str] = []
    for index, cell in enumerate(cells):
        plain = plain_header(cell)
        field = ALIASES.get(plain)
        if field is None:
            if plain and plain not in NUMBERING:
                unknown.append(text_of(cell)[:40])
        elif field in columns and field is not Field.PHONE:
            unknown.append(text_of(cell)[:40])  # the second column of one name: the first one counts
        else:
            columns[field] = (*columns.get(field, ()), index)
    return Header(row, columns, tuple(unknown), tuple(text_of(cell)[:60] for cell in cells))


def find_header(rows: Sequence[tuple[int, Sequence[object]]]) -> Header | None:
    """The header among the first lines: the line that names most facts.

    Of two equal lines that touch, the second: a header of two lines repeats its merged cells in both. Of two that stand
    apart, the first: the other is the header of the next printed page.
    """
    best: Header | None = None
    for row, cells in rows[:SEARCHED_ROWS]:
        header = header_at(row, cells)
        enough = header.is_whole or len(header.columns) >= 2
        if not enough:
            continue
        if best is None or _rank(header) > _rank(best) or (_rank(header) == _rank(best) and row == best.row + 1):
            best = header
    return best


def _rank(header: Header) -> tuple[bool, int]:
    return header.is_whole, len(header.columns)


def repeats_header(header: Header, cells: Sequence[object]) -> bool:
    """Whether a line below is the header printed again, as at the top of each printed page."""
    return all(
        ALIASES.get(plain_header(cells[index])) is field
        for field, indexes in header.columns.items()
        for index in indexes
        if index < len(cells)
    )
