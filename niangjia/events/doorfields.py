"""What an officer says of the door and of the hours: two fields most leave as they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Activity


class HoursFields(forms.Form):
    """Whether being there counts as hours of learning or volunteering, and how many."""

    hours_kind = forms.ChoiceField(
        label=_("Being there counts as"), choices=Activity.HoursKind.choices, required=False, initial=""
    )
    hours = forms.IntegerField(
        label=_("Hours for each date"), min_value=1, max_value=24, required=False,
        help_text=_("Booked to everybody who was there, after the end."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A kind without a number books nothing."""
        given = super().clean() or self.cleaned_data
        if given.get("hours_kind") and not given.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("How many hours?"))
        return given

    def hours_given(self) -> dict[str, Any]:
        kind = self.cleaned_data.get("hours_kind") or ""
        return {"hours_kind": kind, "hours": self.cleaned_data.get("hours") or 0 if kind else 0}
