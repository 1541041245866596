"""Lists as workbooks for the officers' own use: masked, and marked with who took them out."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook

from niangjia.kit import clock
from niangjia.kit.sheets import cells
from niangjia.programmes.models import Application, Round

WIDTHS = (22, 12, 30, 18, 20, 16, 16, 14, 44)


def round_workbook(of: Round, *, taken_by: str, at: datetime) -> tuple[bytes, int]:
    """The handed-in applications of a round, and how many they are. No numbers of a person, no answers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("applications"))
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHI"[place]].width = width
    moment = at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    mark = _("Taken out by %(name)s at %(moment)s for the union's own work. Do not pass it on.") % {
        "name": taken_by,
        "moment": moment,
    }
    for page in (sheet.oddHeader, sheet.oddFooter):
        page.center.text = mark.replace("&", "&&")
    sheet.freeze_panes = "A4"
    sheet.append(cells(sheet, [of.title], bold=True))
    sheet.append(cells(sheet, [mark], colour="FFB00020"))
    heads = (
        _("Number"), _("Applicant"), _("Union"), _("State"), _("Step"), _("Handed in"), _("Settled"),
        _("Granted (yuan)"), _("Reason"),
    )  # fmt: skip
    sheet.append(cells(sheet, heads, bold=True))
    rows = 0
    for line in _lines(of):
        sheet.append(cells(sheet, line))
        rows += 1
    sheet.append(cells(sheet, [mark], colour="FFB00020"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), rows


def _lines(of: Round) -> Iterable[tuple[Any, ...]]:
    language = (get_language() or "zh")[:2]
    definition = of.definition
    names = {step.key: step.title.text(language) for step in definition.steps}
    found = (
        Application.objects.handed_in()
        .filter(round=of)
        .select_related("person", "union", "entitlement")
        .defer("answers", "person__phone", "person__id_number")
        .order_by("number", "pk")
    )
    for one in found.iterator(chunk_size=500):
        granted = getattr(one, "entitlement", None)
        amount = granted.amount_fen / 100 if granted is not None and granted.state != granted.State.VOID else None
        yield (
            one.number or "",
            one.person.masked_name,
            one.union.name,
            one.get_state_display(),
            names.get(one.step, "") if one.state == Application.State.IN_REVIEW else "",
            _day(one.submitted_at),
            _day(one.settled_at),
            amount,
            one.result_reason,
        )


def _day(when: datetime | None) -> str:
    return when.astimezone(clock.SHANGHAI).date().isoformat() if when else ""
