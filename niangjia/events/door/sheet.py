"""The list for the door: who is expected on each date, masked, marked with who took it out."""

from __future__ import annotations

import io
from datetime import datetime

from django.utils.translation import gettext as _
from openpyxl import Workbook

from niangjia.events.door.holders import holders
from niangjia.events.models import Activity
from niangjia.events.reads import desk as reads
from niangjia.kit import clock
from niangjia.kit.sheets import cells

WIDTHS = {"A": 6, "B": 18, "C": 14, "D": 18, "E": 8, "F": 16, "G": 24, "H": 14, "I": 10}


def workbook(activity: Activity, *, taken_by: str, at: datetime) -> tuple[bytes, int]:
    """Everybody with a card, date by date, with a column to tick; and how many lines they are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Door list"))
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    moment = f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    mark = _("Taken out by %(name)s at %(moment)s for the union's own work. Do not pass it on.") % {
        "name": taken_by, "moment": moment,
    }  # fmt: skip
    for page in (sheet.oddHeader, sheet.oddFooter):
        page.center.text = mark.replace("&", "&&")
    sheet.append(cells(sheet, [activity.title], bold=True))
    sheet.append(cells(sheet, [mark], colour="FFB00020"))
    heads = (_("No."), _("Date"), _("Name"), _("Phone"), _("Seats"), _("Team"), _("Along"), _("State"), _("Came"))
    sheet.append(cells(sheet, heads, bold=True))
    rows = 0
    everybody = sorted(holders(reads.held(activity)), key=lambda one: one.registration.occurrence.starts_at)
    for rows, one in enumerate(everybody, start=1):
        starts = one.registration.occurrence.said
        who, state = one.person, one.registration.get_state_display()
        told = [rows, starts, who.masked_name, who.masked_phone, one.seats, one.team, "、".join(one.ages), state, ""]
        sheet.append(cells(sheet, told))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), rows
