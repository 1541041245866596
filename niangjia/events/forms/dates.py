"""The part of the officer's form that says when: one date, a few, or a series by rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from niangjia.events import series
from niangjia.kit import clock
from niangjia.kit.forms import DayField, MomentField

DATES = ("starts_1", "starts_2", "starts_3")
SEVERAL = (
    "every", "weekdays", "until", "skip_holidays", "starts_2", "starts_3", "all_dates", "most_dates",
)  # fmt: skip
EVERY = [
    ("", _("only on the dates written here")),
    ("week", _("every week")),
    ("fortnight", _("every second week")),
    ("month", _("every month, on the same weekday of the month")),
]
WEEKDAYS = [
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")), ("4", _("Friday")),
    ("5", _("Saturday")), ("6", _("Sunday")),
]  # fmt: skip
HOURS = [
    *((minutes, format_lazy(_("{n} minutes"), n=minutes)) for minutes in (15, 30)),
    *((minutes, format_lazy(_("{n} hours"), n=f"{minutes / 60:g}")) for minutes in (60, 90, 120, 180, 240, 480)),
]


class DatesForm(forms.Form):
    """When an activity is. `clean` leaves all its beginnings in `starts`, in order."""

    starts_1 = MomentField(label=_("When"))
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int, choices=HOURS, initial=120)
    every = forms.ChoiceField(label=_("How often"), choices=EVERY, required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("On these weekdays"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave empty: on the weekday of the first date."),
    )  # fmt: skip
    until = DayField(label=_("Until this day"), required=False)
    skip_holidays = forms.BooleanField(label=_("Leave public holidays out"), required=False, initial=True)
    starts_2 = MomentField(label=_("Second date"), required=False)
    starts_3 = MomentField(label=_("Third date"), required=False)
    all_dates = forms.BooleanField(
        label=_("One registration for all dates: all of them or none, as for a course"), required=False
    )
    most_dates = forms.IntegerField(
        label=_("Dates one person may hold"), min_value=1, max_value=series.AT_MOST, initial=1,
        help_text=_("They name the dates that suit them, the dearest first, and get so many of them."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """All beginnings, in order and each once; a series within its limit."""
        given = super().clean() or self.cleaned_data
        starts = [given[name] for name in DATES if given.get(name)]
        if given.get("starts_1") is None:
            return given
        if given.get("every"):
            starts += self._repeated(given["starts_1"], given)
        if len(set(starts)) < len(starts):
            self.add_error("starts_2", _("This date stands here twice."))
        if len(starts) > series.AT_MOST:
            self.add_error("until", _("At most %d dates at once; end it sooner.") % series.AT_MOST)
        if min(starts) <= clock.now():
            self.add_error("starts_1", _("The first date has passed already."))
            return given
        given["starts"] = sorted(starts)
        given["most_dates"] = min(given.get("most_dates") or 1, len(starts))
        return given

    def _repeated(self, first: datetime, given: dict[str, Any]) -> list[datetime]:
        """The dates of the series after the first, at the same time of day."""
        until = given.get("until")
        local = first.astimezone(clock.SHANGHAI)
        if until is None or until <= local.date():
            self.add_error("until", _("Name the last day of the series, after its first."))
            return []
        days = series.days(
            local.date(),
            every=given["every"],
            until=until,
            weekdays=[int(day) for day in given.get("weekdays") or ()],
            skip_holidays=bool(given.get("skip_holidays")),
        )
        return [first + (day - local.date()) for day in days[1:]]


def closes_by(given: dict[str, Any]) -> datetime:
    """Registration closes before this: the first date; of dates people choose among as they come, the last."""
    starts: list[datetime] = given["starts"]
    return starts[0] if given.get("all_dates") or given.get("mode") != "first_come" else starts[-1]
