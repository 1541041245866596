"""Forms as the house draws them, and the two fields every package needs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from niangjia.kit import asked, money
from niangjia.kit.refusal import Invalid, Refusal

When = TypeVar("When", date, datetime)


class Renderer(DjangoTemplates):
    """`{{ form }}` with label, help, the error tied to its field, and a list of all faults on top."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"


def speak_plainly() -> None:
    """Say Django's own refusals in our words: its Chinese speaks of variables and options to a worker."""
    forms.Field.default_error_messages["required"] = _("Please fill this in.")
    forms.ChoiceField.default_error_messages |= {
        "required": _("Please choose one."),
        "invalid_choice": _("Choose one of the answers offered."),
    }
    forms.MultipleChoiceField.default_error_messages["invalid_choice"] = _("Choose one of the answers offered.")
    forms.FileField.default_error_messages["required"] = _("Please choose a file.")
    forms.BooleanField.default_error_messages = {"required": _("Please tick the box.")}
    forms.IntegerField.default_error_messages["invalid"] = _("A whole number, please.")
    forms.DateField.default_error_messages["invalid"] = _("A date like 2026-03-01, please.")
    validators.MaxLengthValidator.message = _("At most %(limit_value)d characters; this has %(show_value)d.")
    validators.MinValueValidator.message = _("At least %(limit_value)s.")
    validators.MaxValueValidator.message = _("At most %(limit_value)s.")


class YuanField(forms.Field):
    """People type yuan, we keep fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages: ClassVar = {"negative": _("An amount cannot be less than ¥0.")}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            amount = money.fen(value)
        except Invalid as fault:
            raise ValidationError(str(fault.sentence), code=fault.code) from fault
        if amount < 0:
            raise ValidationError(self.error_messages["negative"], code="negative")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02d}".removesuffix(".00") if isinstance(value, int) else value


class DayField(forms.DateField):
    """A date from the phone's own date picker; typed dates of common forms are understood as well."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")  # zh: as people type it

    def to_python(self, value: Any) -> date | None:
        return _lived_in(self, super().to_python(value))


class MomentField(forms.DateTimeField):
    """A day and a time, in Shanghai."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    default_error_messages: ClassVar = {"invalid": _("A date and a time, please.")}

    def to_python(self, value: Any) -> datetime | None:
        return _lived_in(self, super().to_python(value))


def _lived_in(field: forms.Field, when: When | None) -> When | None:
    """Refuse a year that is a slip of the finger: 0026, 20261."""
    if when is not None and when.year not in asked.YEARS:
        raise ValidationError(field.error_messages["invalid"], code="invalid")
    return when


def show_fault(form: forms.BaseForm, fault: Refusal) -> None:
    """What a verb refused stands in the form that was sent: beside its field where it names one, with what to do."""
    faults = fault.faults if isinstance(fault, Invalid) else {}
    for field, sentence in (faults or {"": fault.sentence}).items():
        form.add_error(field if field in form.fields else None, f"{sentence} {fault.remedy}".strip())
