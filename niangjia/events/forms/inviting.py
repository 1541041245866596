"""Whom an officer invites, and until when."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.kit.forms import MomentField

GROUPS = [
    ("", _("only those written above")),
    ("front_line", _("all our front-line workers")),
    ("new_form", _("all our new-form workers: couriers, riders, drivers")),
    ("hardship", _("all our households in hardship")),
]
HELD = [
    ("yes", _("a seat is held for each until the invitation ends")),
    ("no", _("the first of the invited have the seats")),
]


class InvitingForm(forms.Form):
    """Whom to invite, until when, and whether seats are held."""

    who = forms.CharField(
        label=_("Who: one a line, by mobile number, identity number or name"), required=False,
        max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    group = forms.ChoiceField(label=_("And a whole group"), choices=GROUPS, required=False)
    ends_at = MomentField(label=_("The invitation stands until"))
    held = forms.ChoiceField(label=_("The seats"), choices=HELD, initial="yes", widget=forms.RadioSelect)
