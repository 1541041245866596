"""What an officer hands in with a roster."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import Actor
from niangjia.orgs.models import Organisation
from niangjia.orgs.roster.reads import unions_for

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv,.txt"


class UploadForm(forms.Form):
    """A file, and the union whose members stand in it."""

    union = forms.CharField(label=_("Union"), max_length=128, help_text=_("Name or code of the union."))
    file = forms.FileField(
        label=_("Spreadsheet"),
        allow_empty_file=True,  # the reader says in its own words that a file is empty
        help_text=_("Excel (.xlsx, .xls), OpenDocument (.ods) or CSV, as you keep it. Nothing is imported yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["union"].widget.attrs["list"] = "unions"

    def clean_union(self) -> Organisation:
        typed = self.cleaned_data["union"].strip()
        mine = unions_for(self.actor)
        found = list(mine.filter(code=typed)[:1]) or list(mine.filter(name=typed)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("Several of your unions have this name; type the code.") if found else
                _("None of your unions has this name or code.")
            )  # fmt: skip
        return found[0]
