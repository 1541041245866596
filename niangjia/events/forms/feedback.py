"""What somebody who was there says of it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Feedback


class FeedbackForm(forms.Form):
    """Three questions, and whether to be named."""

    liked = forms.ChoiceField(label=_("How was it?"), choices=Feedback.Liked.choices, widget=forms.RadioSelect)
    again = forms.TypedChoiceField(
        label=_("Would you come again?"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )  # fmt: skip
    words = forms.CharField(
        label=_("What should be better?"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    named = forms.BooleanField(label=_("The union may see that this is from me"), required=False)
