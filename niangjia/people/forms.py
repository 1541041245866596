"""What people type about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.kit.divisions import county_choices, place_name
from niangjia.kit.refusal import Invalid
from niangjia.people import identifiers


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "autofocus": True}),
    )

    def clean_phone(self) -> str:
        try:
            return identifiers.phone(self.cleaned_data["phone"])
        except Invalid as fault:
            raise forms.ValidationError(str(fault.sentence)) from fault


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )

    def clean_code(self) -> str:
        return identifiers.plain(self.cleaned_data["code"])


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=64,
        help_text=_("As it stands on your identity card."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )


class PlacesForm(forms.Form):
    """Where a person lives and is registered: theirs to correct at any time."""

    residence_code = forms.ChoiceField(label=_("Where I live"), required=False)
    hukou_code = forms.ChoiceField(label=_("Where my household is registered"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = places(str(self.initial.get(name, "")))


def places(known: str) -> list[Any]:
    """The counties to choose from; a finer code on record stays possible."""
    kept = [(known, place_name(known))] if known else []
    return [("", _("not given")), *kept, *county_choices()]


class IdentityForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=64)
    id_number = forms.CharField(
        label=_("Identity number"),
        max_length=24,
        help_text=_("18 characters. It is kept encrypted; officers see only a few digits of it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
