"""Spreadsheets we hand out: the rows that were refused, with the reason beside each, and the empty template."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from niangjia.orgs.models_roster import RosterBatch, RosterRow
from niangjia.orgs.roster.keeping import original
from niangjia.orgs.roster.reading import Roster
from niangjia.orgs.roster.verdicts import Verdict, sentence

# zh: the column heads of the template, as the reader knows them
TEMPLATE = (
    "姓名", "身份证号", "手机号", "性别", "入会时间", "所在单位", "统一社会信用代码",
    "工种", "职务", "用工形式", "入职时间",
)  # fmt: skip
TEXT_FORMAT = "@"


def _row(sheet: Any, values: Iterable[Any], *, bold: bool = False) -> list[Any]:
    """Cells that stay what they are: a text that begins with = is a text, a long number keeps its digits."""
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=None)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
            cell.data_type = "s"
            cell.number_format = TEXT_FORMAT
        else:
            cell.value = value
        if bold:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True)
        cells.append(cell)
    return cells


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def template_workbook() -> bytes:
    """An empty roster, its columns set to text so that no number loses its digits."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = _("roster")
    sheet.append(TEMPLATE)
    for place in range(1, len(TEMPLATE) + 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 20
        sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        sheet.cell(1, place).font = Font(bold=True)
        for row in range(2, 202):
            sheet.cell(row, place).number_format = TEXT_FORMAT
    sheet.freeze_panes = "A2"
    return _saved(book)


def refused_workbook(batch: RosterBatch) -> bytes:
    """The refused rows as typed, sheet by sheet, with the reason first. Corrected, it can be imported again."""
    book = Workbook(write_only=True)
    sheets: dict[int, Any] = {}
    rows = RosterRow.objects.filter(batch=batch, verdict=Verdict.REFUSED).order_by("number")
    # Several people in one row of the spreadsheet come as one.
    refused = itertools.groupby(rows.iterator(), key=lambda row: (row.sheet, row.row))
    with original(batch) as path:
        typed = _typed(path)
        for place, same in refused:
            reasons = [sentence(row.row, fault) for row in same for fault in row.faults]
            cells = next((cells for at, cells in typed if at == place), [])
            _write(book, sheets, batch, (*place, list(dict.fromkeys(reasons)), cells))
    if not sheets:
        book.create_sheet(_("refused rows"))
    return _saved(book)


def _typed(path: Path) -> Iterator[tuple[tuple[int, int], list[Any]]]:
    """Every row of the file by its sheet and number, in the order in which it was read; none once it is cleared."""
    if path.stat().st_size == 0:
        return
    for place, table in enumerate(Roster(path).tables()):
        for row, cells in table.rows:
            yield (place, row), [cell if isinstance(cell, str | int | float) else str(cell) for cell in cells]


def _write(
    book: Workbook,
    sheets: dict[int, Any],
    batch: RosterBatch,
    refused: tuple[int, int, list[str], Sequence[Any]],
) -> None:
    place, row, reasons, cells = refused
    about = batch.sheets[place]
    if place not in sheets:
        title = "".join(sign for sign in about["name"] if sign not in "[]:*?/\\")[:28] or "1"
        sheets[place] = book.create_sheet(title)
        sheets[place].column_dimensions["B"].width = 60
        sheets[place].append(_row(sheets[place], [_("Row"), _("Reason"), *about["heads"]], bold=True))
    sheets[place].append(_row(sheets[place], [row, "\n".join(reasons), *cells]))
