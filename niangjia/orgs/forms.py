"""What officers and workers type about unions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.kit.asked import whole_number
from niangjia.kit.divisions import county_choices
from niangjia.kit.forms import DayField, YuanField
from niangjia.kit.refusal import Invalid
from niangjia.orgs.actions.offices import PARTNER_OFFICES, UNION_OFFICES
from niangjia.orgs.actions.tree import FOUNDED_BELOW
from niangjia.orgs.models import Appointment, HardshipClass, Kind, Organisation, Trade
from niangjia.people import identifiers

PARTNER_KINDS = (Kind.ENTERPRISE, Kind.PARK, Kind.SCHOOL, Kind.BUREAU, Kind.PARTNER)


def counties() -> Sequence[tuple[str, object]]:
    """None is chosen for anybody: the first of the list is nobody's guess."""
    return [("", _("please choose")), *county_choices()]


class CountyForm(forms.Form):
    county = forms.ChoiceField(label=_("County, city or district"), choices=counties)


class SearchForm(forms.Form):
    """Find a union by its name."""

    county = forms.ChoiceField(label=_("County, city or district"), choices=counties)
    q = forms.CharField(label=_("Name of the union or firm"), required=False, max_length=64)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class PurposeForm(forms.Form):
    purpose = forms.CharField(label=_("What do you need it for?"), max_length=200)


class FoundForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in FOUNDED_BELOW])
    name = forms.CharField(label=_("Full name"), max_length=128)
    trade = forms.ChoiceField(
        label=_("Line of work"),
        required=False,
        choices=[("", "—"), *Trade.choices],
        help_text=_("For a union of one line of work."),
    )
    members = forms.IntegerField(label=_("Members at founding"), required=False, min_value=0, max_value=1_000_000)
    committee_seats = forms.IntegerField(label=_("Committee seats"), required=False, min_value=1, max_value=99)
    founded_on = DayField(label=_("Founded on"), required=False)


class PhoneOfPersonForm(forms.Form):
    """Somebody is named by their phone number: a list of people to choose from would show too much."""

    phone = forms.CharField(label=_("Mobile number of the person"), max_length=32)

    def clean_phone(self) -> str:
        try:
            return identifiers.phone(self.cleaned_data["phone"])
        except Invalid as fault:
            raise forms.ValidationError(str(fault.sentence)) from fault


class AppointForm(PhoneOfPersonForm):
    office = forms.ChoiceField(label=_("Office"))
    until = DayField(label=_("Until"), required=False, help_text=_("Leave empty when no end is set."))

    def __init__(self, *args: Any, body: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = UNION_OFFICES if body.is_union else PARTNER_OFFICES
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(office.value, office.label) for office in Appointment.Office if office.value in given]


class DelegateForm(PhoneOfPersonForm):
    until = DayField(label=_("Until"), help_text=_("At most ninety days."))


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
    successor = forms.ChoiceField(label=_("Union that takes the members over"), required=False)

    def __init__(self, *args: Any, unions: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        assert isinstance(field, forms.ChoiceField)
        nobody = _("none: the union above keeps them")
        field.choices = [("", nobody), *((str(union.pk), union.name) for union in unions)]


class MoveForm(forms.Form):
    parent = forms.ChoiceField(label=_("Stands below"))

    def __init__(self, *args: Any, unions: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(union.pk), union.name) for union in unions]


class PartnerForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in PARTNER_KINDS])
    name = forms.CharField(label=_("Full name"), max_length=128)
    uscc = forms.CharField(
        label=_("Unified social credit code"), required=False, max_length=24, help_text=_("For an enterprise.")
    )
    headcount = forms.IntegerField(label=_("Headcount"), required=False, min_value=0, max_value=5_000_000)
    above_scale = forms.BooleanField(label=_("Above statistical size"), required=False)


class HardshipForm(forms.Form):
    hardship = forms.ChoiceField(label=_("Class of hardship"), choices=HardshipClass.choices)
    cause = forms.CharField(label=_("Main cause"), max_length=64, required=False)
    yearly_income_fen = YuanField(label=_("Household income a year (yuan)"), required=False)


class DecideForm(forms.Form):
    """Many applications, one answer."""

    chosen = forms.MultipleChoiceField(
        label=_("Applications"), error_messages={"required": _("Tick at least one application.")}
    )
    answer = forms.ChoiceField(choices=[("admit", "admit"), ("decline", "decline")])
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, ids: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(each, each) for each in ids if whole_number(each)]


class TakeForm(forms.Form):
    union = forms.IntegerField(min_value=1)
