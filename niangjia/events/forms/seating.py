"""Whom an officer seats by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Occurrence


class SeatForm(forms.Form):
    """Who, on which date, with how many, and why past the line."""

    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    who = forms.CharField(
        label=_("Full name or phone number of the member"), max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Who is it? A name or a phone number, please.")},
    )  # fmt: skip
    date = forms.TypedChoiceField(label=_("On which date"), coerce=int)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=20, initial=1)
    reason = forms.CharField(
        label=_("Why past the line"), max_length=200,
        help_text=_("It is kept with your name."),
    )  # fmt: skip

    def __init__(self, *args: Any, dates: Sequence[Occurrence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["date"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one.pk, one.said) for one in dates]
        self.dates = {one.pk: one for one in dates}
        self.fields["who"].required = not (self.data.get("person") or self.initial.get("person"))
