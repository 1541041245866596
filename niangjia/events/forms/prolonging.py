"""The officer's form by which a series goes on."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.actions.announcing import Date
from niangjia.events.forms.dates import DatesForm
from niangjia.events.forms.running import lengths
from niangjia.events.models import Occurrence
from niangjia.kit import clock

WEEK = timedelta(days=7)


class AddDatesForm(DatesForm):
    """One date more, or several by rule; as the last one was, until something else is written."""

    starts_2 = starts_3 = all_dates = most_dates = None  # type: ignore[assignment]
    location = forms.CharField(label=_("Where"), max_length=120)
    seats = forms.IntegerField(
        label=_("Seats on each new date"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Empty: without limit."),
    )  # fmt: skip
    field_order = ("starts_1", "minutes", "location", "seats")

    def __init__(self, *args: Any, last: Occurrence, seats: int | None, **kwargs: Any) -> None:
        lasts = round((last.ends_at - last.starts_at).total_seconds() / 60)
        weeks = max(1, math.ceil((clock.now() + timedelta(days=1) - last.starts_at) / WEEK))
        begins = (last.starts_at + WEEK * weeks).astimezone(clock.SHANGHAI).replace(second=0, microsecond=0)
        filled = {"starts_1": begins, "minutes": lasts, "location": last.location, "seats": seats}
        super().__init__(*args, **{**kwargs, "initial": filled})
        field = self.fields["minutes"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = lengths(lasts)

    def dates(self) -> list[Date]:
        """The new dates, in order."""
        given = self.cleaned_data
        lasts = timedelta(minutes=given["minutes"])
        return [Date(start, start + lasts, given["location"], given["seats"]) for start in given["starts"]]
