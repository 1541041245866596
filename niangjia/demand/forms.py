"""What an officer types to ask workers what they need."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.demand.models import Option
from niangjia.kit.forms import DayField
from niangjia.orgs.models import Organisation

LONGEST = Option._meta.get_field("title").max_length or 0
MOST_OPTIONS = 30


class PollForm(forms.Form):
    """A question and its options, one on each line."""

    organisation = forms.ChoiceField(label=_("Which union asks"))
    title = forms.CharField(label=_("What is asked"), max_length=64)
    options = forms.CharField(
        label=_("Options"), max_length=4000, help_text=_("One on each line, such as “haircut” or “free lunch”."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )  # fmt: skip
    most = forms.IntegerField(label=_("One person ticks at most"), min_value=1, max_value=MOST_OPTIONS, initial=3)
    notice_at = forms.IntegerField(
        label=_("Tell us at so many people"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("When so many ask for one option, the officers of the union get a message."),
    )  # fmt: skip
    closes_on = DayField(label=_("Answer until"), required=False)

    def __init__(self, *args: Any, bodies: tuple[Organisation, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one.pk), one.name) for one in bodies]

    def clean_options(self) -> list[str]:
        found = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        if len(found) > MOST_OPTIONS:
            raise forms.ValidationError(_("At most %(most)d options.") % {"most": MOST_OPTIONS})
        for number, one in enumerate(found, 1):
            if len(one) > LONGEST:
                said = {"number": number, "most": LONGEST}
                raise forms.ValidationError(_("Option %(number)d has more than %(most)d characters.") % said)
            if one in found[: number - 1]:
                raise forms.ValidationError(_("“%(option)s” stands there twice.") % {"option": one})
        return found
