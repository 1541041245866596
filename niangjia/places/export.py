"""The list of places as a workbook, for those whose superior asks for one."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.sheets import cells
from niangjia.places.reads.desk import Desk


def workbook(shown: Desk, actor: Actor) -> bytes:
    """One line for each place with its figures; who took it out, and when, stands below."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Stations and venues"))
    heads = (
        _("Name of the place"), _("Kind"), _("Run by"), _("Host"), _("Address"), _("Facilities"), _("Star rating"),
        _("Area in m²"), _("Person-times"), _("Bookings"), _("Came"), _("No-shows"), _("Reported closed"),
    )  # fmt: skip
    sheet.append(cells(sheet, heads, bold=True))
    for row in shown.rows:
        place = row.place
        sheet.append(cells(sheet, (
            place.name, place.get_kind_display(), place.organisation.name, place.hosted_by, place.address,
            " ".join(place.facility_labels), place.stars, place.area_m2, row.person_times, row.bookings,
            row.checked_in, row.no_shows, row.reports,
        )))  # fmt: skip
    said = {"since": shown.since, "until": shown.until, "name": actor.name, "at": f"{clock.now():%Y-%m-%d %H:%M}"}
    mark = _("Counted from %(since)s to %(until)s. Taken out by %(name)s on %(at)s.") % said
    sheet.append(cells(sheet, [mark]))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
