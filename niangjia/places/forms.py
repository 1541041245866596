"""What workers and officers type about places and bookings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.asked import whole_number
from niangjia.kit.divisions import county_choices
from niangjia.kit.forms import DayField, MomentField
from niangjia.places import geo
from niangjia.places.models import (
    DAY_MINUTES,
    DayOfHours,
    Facility,
    Holidays,
    OpeningHours,
    PlaceKind,
    Sharing,
    said,
)
from niangjia.places.models_booking import Audience, QuotaRule, Resource, ResourceKind

LONGEST_STOP = 64
WGS84, GCJ02 = "wgs84", "gcj02"
AS_TYPED = str.maketrans("–—～~，,：", "----  :")


class ClockField(forms.TimeField):
    """A time of the day; we keep minutes after midnight. `24:00` is the end of the day."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "08:30", "autocomplete": "off"})
    default_error_messages: ClassVar = {"invalid": _("A time like 08:30, please.")}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if str(value).strip() in ("24:00", "24：00"):  # zh: as people type it
            return 24 * 60
        typed = super().to_python(str(value).replace("：", ":"))  # zh: a full-width colon
        return typed.hour * 60 + typed.minute if isinstance(typed, time) else typed

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else value


class WeeklyForm(forms.Form):
    """The same time every week."""

    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    every_weeks = forms.TypedChoiceField(
        label=_("How often"), coerce=int, choices=[(1, _("every week")), (2, _("every two weeks"))]
    )
    starts = ClockField(label=_("Begins at"))
    minutes = forms.TypedChoiceField(label=_("Minutes"), coerce=int)
    purpose = forms.CharField(label=_("What for"), required=False, max_length=100)

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lengths = [n * resource.slot_minutes for n in range(resource.min_slots, resource.max_slots + 1)]
        field = self.fields["minutes"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one, str(one)) for one in lengths]


class SeriesForm(forms.Form):
    """Another time of the day for the dates of a series."""

    starts = ClockField(label=_("Begins at"))
    scope = forms.ChoiceField(
        label=_("Which dates"),
        choices=[("following", _("this date and those that follow")), ("all", _("all that have not begun"))],
    )


class PlaceForm(forms.Form):
    """A place on record."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PlaceKind.choices)
    name = forms.CharField(label=_("Name of the place"), max_length=64)
    division_code = forms.ChoiceField(label=_("County, city or district"), choices=county_choices)
    address = forms.CharField(label=_("Address"), max_length=128)
    sharing = forms.ChoiceField(label=_("Premises"), choices=Sharing.choices)
    host_name = forms.CharField(
        label=_("Host"), max_length=64, required=False, help_text=_("Whose premises it stands on, if not the union's.")
    )
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=3, max_value=54)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=73, max_value=136)
    datum = forms.ChoiceField(
        label=_("The point comes from"),
        choices=[(WGS84, _("a phone's own position, or Tianditu")), (GCJ02, _("AMap, Tencent or WeChat"))],
        required=False,
        help_text=_("AMap and WeChat show points some hundred metres off; we turn them back."),
    )
    phone = forms.CharField(label=_("Telephone"), max_length=32, required=False)
    facilities = forms.MultipleChoiceField(
        label=_("Facilities"), choices=Facility.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    area_m2 = forms.IntegerField(label=_("Area in m²"), required=False, min_value=1, max_value=1_000_000)
    stars = forms.IntegerField(label=_("Star rating"), required=False, min_value=1, max_value=5)
    holidays = forms.ChoiceField(label=_("On public holidays"), choices=Holidays.choices)
    prime_from = ClockField(label=_("Prime time from"), required=False)
    prime_until = ClockField(label=_("Prime time until"), required=False)
    prime_days_off = forms.BooleanField(label=_("Days off are prime time all day"), required=False, initial=True)
    opened_on = DayField(label=_("Opened on"), required=False, help_text=_("Leave empty when it opens today."))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if (given.get("latitude") is None) != (given.get("longitude") is None):
            self.add_error("longitude", _("A point needs both numbers."))
        if given.pop("datum", WGS84) == GCJ02 and given.get("latitude") and given.get("longitude"):
            true = geo.from_gcj02(geo.Point(given["latitude"], given["longitude"]))
            given["latitude"], given["longitude"] = round(true.latitude, 6), round(true.longitude, 6)
        if given.get("opened_on") is None:
            given.pop("opened_on", None)
        return given


class HoursForm(forms.Form):
    """The hours of a week: one line for each day, empty when closed."""

    since = DayField(label=_("Valid from"), initial=clock.today)
    until = DayField(label=_("Valid until"), required=False, help_text=_("Leave empty when no end is set."))

    cancel_bookings = forms.BooleanField(
        label=_("Cancel the bookings outside these hours; who booked is told the reason"), required=False
    )

    def __init__(self, *args: Any, standing: Iterable[OpeningHours], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spans: dict[int, list[str]] = {}
        for line in standing:
            spans.setdefault(line.day, []).append(f"{said(line.opens)}-{said(line.closes)}")
        for day in DayOfHours:
            self.fields[f"hours_{day.value}"] = forms.CharField(
                label=day.label, required=False, max_length=60, initial=" ".join(spans.get(day.value, ())),
                widget=forms.TextInput(attrs={"placeholder": "08:30-11:30 13:00-17:30", "autocomplete": "off"}),
            )  # fmt: skip
        self.fields["hours_0"].help_text = _(
            "A day left empty is a day it stays closed. Several times of a day: a space between them."
        )
        self.order_fields([name for name in self.fields if name != "cancel_bookings"])

    def clean_since(self) -> date:
        """Hours that have been are what workers were told; a new line does not rewrite them."""
        since: date = self.cleaned_data["since"]
        if since < clock.today():
            raise forms.ValidationError(_("New hours begin today or later."))
        return since

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["lines"] = [
            (day.value, opens, closes)
            for day in DayOfHours
            for opens, closes in self._spans(f"hours_{day.value}", given.get(f"hours_{day.value}", ""))
        ]
        return given

    def _spans(self, field: str, text: str) -> list[tuple[int, int]]:
        """`8:30-11:30 13:00-17:30`, with whatever dash and comma people type."""
        clean = text.translate(AS_TYPED)
        found = []
        for part in clean.split():
            opens, _dash, closes = part.partition("-")
            try:
                span = ClockField().clean(opens), ClockField().clean(closes)
            except forms.ValidationError:
                self.add_error(field, _("Hours like 08:30-17:30, please."))
            else:
                found.append(span)
                if span[0] >= span[1]:
                    self.add_error(field, _("Past midnight, write 22:00-24:00 here and 00:00-02:00 on the next day."))
        return found


class LineForm(forms.Form):
    """A commuter line to be: its stops, each with the minutes from the first."""

    name = forms.CharField(label=_("Name of the line"), max_length=64)
    operator = forms.CharField(label=_("Bus operator"), max_length=64, required=False)
    stops = forms.CharField(
        label=_("Stops"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=_("One on each line: the name, then the minutes after the first stop, such as “Railway station 12”."),
    )  # fmt: skip

    def clean_stops(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for number, line in enumerate(self.cleaned_data["stops"].splitlines(), 1):
            name, _space, typed = line.strip().rpartition(" ")
            if not line.strip():
                continue
            minutes = whole_number(typed, digits=3)
            if not name.strip() or minutes is None or len(name.strip()) > LONGEST_STOP:
                said = {"number": number, "most": LONGEST_STOP}
                raise forms.ValidationError(
                    _("Line %(number)d: a name of at most %(most)d characters and the minutes, please.") % said
                )
            if minutes < (found[-1][1] + 1 if found else 0):
                raise forms.ValidationError(
                    _("Line %(number)d: the minutes grow from stop to stop.") % {"number": number}
                )
            found.append((name.strip(), minutes))
        return found


class TimesField(forms.CharField):
    """Times of the day such as `07:10 07:40`; we keep minutes after midnight."""

    def to_python(self, value: Any) -> Any:
        return [ClockField().clean(part) for part in str(super().to_python(value)).translate(AS_TYPED).split()]

    def prepare_value(self, value: Any) -> Any:
        return " ".join(said(minute) for minute in value) if isinstance(value, list) else value


class TimetableForm(forms.Form):
    """When a line sets out on working days."""

    departures = TimesField(
        label=_("Sets out at"), max_length=400, help_text=_("On working days, such as 07:10 07:40 18:05.")
    )
    seats = forms.IntegerField(label=_("Seats on each departure"), min_value=1, max_value=999)
    since = DayField(label=_("Runs from"), required=False)


class BehalfForm(forms.Form):
    """A booking an officer makes for somebody: named by their phone number, never picked from a list."""

    phone = forms.CharField(
        label=_("Phone number of the worker"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    starts = MomentField(label=_("Begins at"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=1440)
    people = forms.IntegerField(label=_("How many people come"), min_value=1, max_value=9999, initial=1)
    purpose = forms.CharField(label=_("What for"), required=False, max_length=100)


class CloseForm(forms.Form):
    starts = MomentField(label=_("Closed from"))
    ends = MomentField(label=_("Closed until"))
    reason = forms.CharField(label=_("Reason"), max_length=100, help_text=_("People read it at the door."))
    allowed = forms.CharField(
        label=_("Unions whose members may book all the same"), required=False, max_length=2000,
        help_text=_("One name on each line; leave empty when nobody may."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
    cancel_bookings = forms.BooleanField(
        label=_("Cancel the bookings in this time; who booked is told the reason"), required=False
    )

    def clean_allowed(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["allowed"].splitlines() if line.strip()]


class ResourceForm(forms.Form):
    """What can be booked, and on which terms."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ResourceKind.choices)
    name = forms.CharField(label=_("What it is called"), max_length=32)
    capacity = forms.IntegerField(label=_("People it holds"), min_value=1, max_value=9999, initial=1)
    audience = forms.ChoiceField(label=_("Who may book"), choices=Audience.choices)
    slot_minutes = forms.IntegerField(label=_("Length of a slot in minutes"), min_value=5, max_value=1440, initial=60)
    min_slots = forms.IntegerField(label=_("Slots at least"), min_value=1, max_value=99, initial=1)
    max_slots = forms.IntegerField(label=_("Slots at most"), min_value=1, max_value=99, initial=1)
    buffer_before = forms.IntegerField(label=_("Minutes to set up before"), min_value=0, max_value=600, initial=0)
    buffer_after = forms.IntegerField(label=_("Minutes to clear after"), min_value=0, max_value=600, initial=0)
    max_notice_days = forms.IntegerField(
        label=_("Can be booked so many days ahead"), min_value=0, max_value=365, initial=7
    )
    release_minute = ClockField(label=_("A new day opens at"), required=False)
    min_notice_minutes = forms.IntegerField(
        label=_("Book at least so many minutes before"), min_value=0, max_value=43200, initial=0
    )
    available_from = DayField(label=_("First bookable day"), required=False)
    available_until = DayField(label=_("Last bookable day"), required=False)
    needs_approval = forms.BooleanField(label=_("An officer approves each booking"), required=False)
    hold_hours = forms.IntegerField(
        label=_("A request waits so many hours for an answer"), min_value=1, max_value=720, initial=24
    )
    check_in_from = forms.IntegerField(
        label=_("Check in from so many minutes before"), min_value=0, max_value=600, initial=15
    )
    grace_minutes = forms.IntegerField(
        label=_("Given to others after so many minutes"), min_value=1, max_value=600, required=False,
        help_text=_("Leave empty when nobody checks in."),
    )  # fmt: skip
    rotating_code = forms.BooleanField(label=_("The code at the door changes every minute"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["release_minute"] = given.get("release_minute") or 0
        if (given.get("slot_minutes") or 0) * (given.get("min_slots") or 0) > DAY_MINUTES:
            self.add_error("min_slots", _("The shortest booking must fit into one day."))
        return given


class QuotaForm(forms.Form):
    resource = forms.ChoiceField(label=_("Of"), required=False)
    subject = forms.ChoiceField(label=_("For"), choices=QuotaRule.Subject.choices)
    most = forms.IntegerField(label=_("Slots at most"), min_value=0, max_value=999)
    period = forms.ChoiceField(label=_("Within"), choices=QuotaRule.Period.choices)
    prime_only = forms.BooleanField(label=_("Only evenings and days off count"), required=False)
    until = DayField(label=_("Valid until"), required=False, help_text=_("Leave empty when no end is set."))

    def __init__(self, *args: Any, resources: Sequence[Resource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._resources = {str(one.pk): one for one in resources}
        field = self.fields["resource"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("everything in the place together")), *((str(o.pk), o.name) for o in resources)]

    def clean_resource(self) -> Resource | None:
        return self._resources.get(self.cleaned_data["resource"])


class AccessoryForm(forms.Form):
    name = forms.CharField(label=_("What is lent"), max_length=32)
    stock = forms.IntegerField(label=_("How many there are"), min_value=0, max_value=9999)
