"""What an officer changes of an activity that runs: a date, what stands written, the words to those who registered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.actions.dating import Change, Reach
from niangjia.events.forms.activity import CONDITIONS, FOR_WHOM
from niangjia.events.forms.dates import HOURS
from niangjia.events.models import Activity, Mailing, Occurrence, Pool
from niangjia.kit import clock
from niangjia.kit.forms import MomentField


class DateForm(forms.Form):
    """One date of a series, and how far a change of it reaches."""

    starts_at = MomentField(label=_("When"))
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)
    location = forms.CharField(label=_("Where"), max_length=120)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=1_000_000, required=False)
    reach = forms.ChoiceField(
        label=_("What this is for"), choices=Reach.choices, initial=Reach.THIS, widget=forms.RadioSelect,
        help_text=_("The others move by as much as this one. Who holds a seat keeps it and is told."),
    )  # fmt: skip

    def __init__(self, *args: Any, pool: Pool, occurrence: Occurrence, several: bool, **kwargs: Any) -> None:
        lasts = round((occurrence.ends_at - occurrence.starts_at).total_seconds() / 60)
        filled = {
            "starts_at": _to_the_minute(occurrence.starts_at), "minutes": lasts,
            "location": occurrence.location, "seats": pool.ceiling,
        }  # fmt: skip
        super().__init__(*args, **{**kwargs, "initial": filled})
        field = self.fields["minutes"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = lengths(lasts)
        if not several:
            self.fields["reach"].widget = forms.HiddenInput()

    def change(self) -> Change:
        """What was touched; the rest stays as it is, to the second."""
        given = {name: self.cleaned_data[name] for name in self.changed_data if name != "reach"}
        return Change(**given)


def lengths(lasts: int) -> list[tuple[int, Any]]:
    """The usual lengths, and the one it has."""
    return HOURS if lasts in dict(HOURS) else [*HOURS, (lasts, _("%d minutes as it is") % lasts)]


def _to_the_minute(moment: datetime) -> datetime:
    return moment.astimezone(clock.SHANGHAI).replace(second=0, microsecond=0)


class PoolForm(forms.Form):
    """The seats of one group on one date: at most, kept for them, and until when."""

    ceiling = forms.IntegerField(label=_("At most"), min_value=0, max_value=1_000_000, required=False)
    floor = forms.IntegerField(label=_("Kept for them"), min_value=0, max_value=1_000_000, required=False)
    merges_at = MomentField(label=_("Kept until, then for everybody"), required=False)


AS_THEY_ARE = (
    "title", "summary", "most_seats", "most_dates", "cancel_hours", "door_minutes", "grace_minutes", "heeds_absences",
    "expected",
)  # fmt: skip


class EditForm(forms.Form):
    """What stands written of an activity; the page says what can still be changed."""

    title = forms.CharField(label=_("Title"), max_length=80)
    summary = forms.CharField(
        label=_("What it is"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    opens_at = MomentField(label=_("Registration opens"))
    closes_at = MomentField(label=_("Registration closes"))
    most_seats = forms.IntegerField(label=_("Seats one person may ask for"), min_value=1, max_value=20)
    most_dates = forms.IntegerField(label=_("Dates one person may hold"), min_value=1, max_value=60)
    cancel_hours = forms.IntegerField(label=_("Free to cancel until, hours before"), min_value=0, max_value=240)
    door_minutes = forms.IntegerField(label=_("The door opens, minutes before"), min_value=0, max_value=600)
    grace_minutes = forms.IntegerField(label=_("A seat is kept, minutes after the start"), min_value=0, max_value=240)
    heeds_absences = forms.BooleanField(
        label=_("Who missed something of ours without a word comes later"), required=False
    )
    expected = forms.IntegerField(
        label=_("People expected on each date"), min_value=1, max_value=1_000_000, required=False
    )
    audience = forms.ChoiceField(label=_("Who it is for"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why it is for others now"), max_length=200, required=False,
        help_text=_("Only needed when somebody is shut out who was not before; those who registered read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        filled: dict[str, Any] = {name: getattr(activity, name) for name in AS_THEY_ARE}
        filled |= {name: _to_the_minute(getattr(activity, name)) for name in ("opens_at", "closes_at")}
        filled["audience"] = audience_of(activity.conditions)
        super().__init__(*args, **{**kwargs, "initial": filled})
        field = self.fields["audience"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*FOR_WHOM, ("", _("as it is written now"))] if not filled["audience"] else FOR_WHOM
        field.required = bool(filled["audience"])
        self.activity = activity

    def changes(self) -> dict[str, Any]:
        """What was touched; the rest stays as it is, to the second."""
        given = {name: self.cleaned_data[name] for name in self.changed_data if name not in ("audience", "reason")}
        if "audience" in self.changed_data and self.cleaned_data["audience"]:
            given["conditions"] = [CONDITIONS[self.cleaned_data["audience"]]]
        return given


def audience_of(conditions: Sequence[dict[str, Any]]) -> str:
    """The usual answer these conditions came from; empty when they were written otherwise."""
    return next((key for key, one in CONDITIONS.items() if list(conditions) == [one]), "")


class PermitForm(forms.Form):
    """The permit the police gave."""

    number = forms.CharField(label=_("Number of the permit"), max_length=60)
    day = forms.DateField(label=_("Date of the permit"), widget=forms.DateInput(attrs={"type": "date"}))


class MailingForm(forms.Form):
    """A few words to those who registered: to all, to those of one date, or to who waits."""

    to = forms.ChoiceField(label=_("To whom"), widget=forms.RadioSelect)
    text = forms.CharField(label=_("What they should know"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, dates: Sequence[Occurrence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        of_dates = [
            (
                str(one.pk),
                _("who holds a seat on %s") % one.said,
            )
            for one in dates
        ]
        field.choices = [*Mailing.To.choices, *(of_dates if len(dates) > 1 else [])]
        field.initial = Mailing.To.EVERYBODY
        self.dates = {str(one.pk): one for one in dates}

    def aim(self) -> tuple[str, Occurrence | None]:
        """To whom: one of the kinds, and the date if it is for one only."""
        chosen = self.cleaned_data["to"]
        return (Mailing.To.SEATED.value, self.dates[chosen]) if chosen in self.dates else (chosen, None)
