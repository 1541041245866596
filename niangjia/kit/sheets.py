"""Cells of the workbooks officers take out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font


def cells(sheet: Any, values: Iterable[Any], *, bold: bool = False, colour: str = "") -> list[Any]:
    """Cells that stay what they are: a reason that begins with = is a text, never a formula."""
    made = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=None)
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
            cell.data_type = "s"
        else:
            cell.value = value
        if bold or colour:
            cell.font = Font(bold=bold, color=colour or None)
        made.append(cell)
    return made
