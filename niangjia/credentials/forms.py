"""The form in which a worker records a certificate issued elsewhere."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.credentials.reads import recordable
from niangjia.kit.forms import DayField


class OutsideForm(forms.Form):
    """What stands on the certificate, in the order it stands there."""

    achievement = forms.ChoiceField(label=_("What the certificate is for"), choices=recordable)
    occupation = forms.CharField(
        label=_("Trade"), max_length=64, required=False, help_text=_("As printed, such as electrician.")
    )
    number = forms.CharField(label=_("Certificate number"), max_length=64)
    issuer_name = forms.CharField(label=_("Issued by"), max_length=128, help_text=_("As it stands in the seal."))
    issued_on = DayField(label=_("Issued on"))


class NumberForm(forms.Form):
    """The number that stands on a certificate."""

    number = forms.SlugField(
        label=_("Certificate number"),
        max_length=64,
        help_text=_("For example NJ26-ABCD-EFGH-JKMN."),
        error_messages={"invalid": _("Only letters, digits and hyphens, as printed on the certificate.")},
    )
