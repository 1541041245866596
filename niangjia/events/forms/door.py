"""What an officer says of the door and of the hours: fields most leave as they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Activity


class DoorFields(forms.Form):
    """When the door opens, how long a seat is kept, and whether absences are heeded."""

    door_minutes = forms.IntegerField(
        label=_("The door opens, minutes before"), min_value=0, max_value=600, required=False, initial=60
    )
    grace_minutes = forms.IntegerField(
        label=_("A seat is kept, minutes after the start"), min_value=0, max_value=240, required=False, initial=15,
        help_text=_("After that who stands at the door without a seat can have it."),
    )  # fmt: skip
    heeds_absences = forms.BooleanField(
        label=_("Who missed something of ours without a word comes later"), required=False, initial=True,
        help_text=_("Untick it where everybody should come, whatever they missed."),
    )  # fmt: skip

    def door_given(self) -> dict[str, Any]:
        """What stands there; a number left empty is the usual one."""
        named = {name: self.cleaned_data.get(name) for name in ("door_minutes", "grace_minutes")}
        given = {name: number for name, number in named.items() if number is not None}
        return given | {"heeds_absences": self.cleaned_data["heeds_absences"]}


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
