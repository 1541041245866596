"""Forms as the house draws them, and the two fields every package needs."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from niangjia.kit import money
from niangjia.kit.refusal import Invalid


class Renderer(DjangoTemplates):
    """`{{ form }}` with label, help, the error tied to its field, and a list of all faults on top."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"


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
