"""The statement as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from niangjia.kit import clock
from niangjia.ledger.models import Account, Unit
from niangjia.ledger.reads import every_line


def statement_workbook(account: Account, *, taken_by: str) -> bytes:
    """Every line of the account, oldest first; a copy that turns up somewhere shows who took it and when."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("statement"))
    said = _("%(account)s — statement taken by %(who)s on %(day)s")
    heading = said % {"account": account.title, "who": taken_by, "day": clock.today().isoformat()}
    sheet.append(_cells(sheet, [heading], bold=True))
    sheet.append(
        _cells(
            sheet,
            [
                _("Date"),
                _("Transfer"),
                _("Purpose"),
                _("Other side"),
                _("Came in"),
                _("Went out"),
                _("Balance"),
                _("Counted in"),
            ],
            bold=True,
        )
    )
    unit = Unit(account.unit)
    for line in every_line(account):
        amounts = [_amount(unit, amount) for amount in (line.came, line.went, line.balance)]
        name = _("yuan") if unit == Unit.FEN else str(unit.label)
        sheet.append(_cells(sheet, [line.on, line.number, line.purpose, line.other_side, *amounts, name]))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _amount(unit: Unit, amount: int) -> Any:
    """Money as yuan with two decimals, which a spreadsheet adds up as it stands; nothing as an empty cell."""
    if not amount:
        return None
    return amount / 100 if unit == Unit.FEN else amount


def _cells(sheet: Any, values: Iterable[Any], *, bold: bool = False) -> list[Any]:
    """Cells that stay what they are: a text that begins with = is a text and never a formula."""
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=None)
        if isinstance(value, str):
            cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value), "s"
        else:
            cell.value = value
            if isinstance(value, float):
                cell.number_format = "0.00"
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    return cells
