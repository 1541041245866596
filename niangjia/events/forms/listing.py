"""The spreadsheet whose people an officer registers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Activity
from niangjia.events.reads.lists import dates_for_lists

MEGABYTE = 1024 * 1024
LARGEST = 10


class ListForm(forms.Form):
    """A spreadsheet, and the date its people come on."""

    file = forms.FileField(
        label=_("Spreadsheet"), allow_empty_file=True,
        help_text=_("A column with names and one with mobile or identity numbers. Nothing is written yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )  # fmt: skip
    date = forms.TypedChoiceField(label=_("On which date"), coerce=int)

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dates = dates_for_lists(activity)
        self.is_course = activity.all_dates
        field = self.fields["date"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one.pk, one.said) for one in self.dates]
        if self.is_course or len(self.dates) == 1:
            field.required, field.widget, field.initial = False, forms.HiddenInput(), self.dates[0].pk

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST * MEGABYTE:
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": LARGEST})
        return file

    def wanted(self) -> list[int]:
        """The dates everybody of the list comes on: the one chosen, or all of a course."""
        dates = [one.pk for one in self.dates]
        return dates if self.is_course else [self.cleaned_data["date"] or dates[0]]
