"""What officers and representatives write down about routes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.forms.activity import HOW, refuse_past
from niangjia.events.models import Activity, Inspection, Route
from niangjia.events.recuperation.actions import Departure, Draft
from niangjia.events.recuperation.reads import label_of
from niangjia.kit import clock
from niangjia.kit.forms import DayField, MomentField, YuanField
from niangjia.orgs.models import Appointment, Organisation

LONGEST_STOP, A_YEAR = 60, 366
STOP = re.compile(r"\s*(?:(\d{1,2})\s*[.:：、 ]\s*)?(\S.*?)\s*")  # zh: “2：上旺村” or “上旺村”


def _bodies(field: forms.Field, bodies: Sequence[Organisation]) -> None:
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = [(body.pk, body.name) for body in bodies]
    if len(bodies) == 1:
        field.initial, field.widget = bodies[0].pk, forms.HiddenInput()


class RouteForm(forms.Form):
    """A route as a federation lists it."""

    organisation = forms.TypedChoiceField(label=_("Listed by"), coerce=int)
    kind = forms.ChoiceField(label=_("What it is for"), choices=Route.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=60)
    stops = forms.CharField(
        label=_("Stops, one a line"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("With the day before it, as in “2: Shangwang village”; without one it is the first day."),
    )  # fmt: skip
    reach = forms.ChoiceField(label=_("Where it leads"), choices=Route.Reach.choices, widget=forms.RadioSelect)
    days = forms.IntegerField(label=_("Days, travel included"), min_value=1, max_value=30)
    day_price_fen = YuanField(label=_("Price a day for one worker, in yuan"))
    family_price_fen = YuanField(
        label=_("What a family member pays for the whole trip, in yuan"), required=False,
        help_text=_("Paid by the family to the travel firm under a contract of its own. Empty: no family comes along."),
    )  # fmt: skip
    capacity = forms.IntegerField(label=_("People at most"), min_value=1, max_value=10_000)
    summary = forms.CharField(
        label=_("What it is"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {body.pk: body for body in bodies}
        _bodies(self.fields["organisation"], bodies)
        self.fields["kind"].initial, self.fields["reach"].initial = Route.Kind.RECUPERATION, Route.Reach.WITHIN

    def clean_stops(self) -> list[tuple[int, str]]:
        """Each line as its day and its place."""
        lines = [STOP.fullmatch(line) for line in self.cleaned_data["stops"].splitlines() if line.strip()]
        stops = [(int(line[1] or 1), line[2]) for line in lines if line is not None]
        long = next((name for _day, name in stops if len(name) > LONGEST_STOP), None)
        if long is not None:
            said = {"what": long[:10], "most": LONGEST_STOP, "count": len(long)}
            raise forms.ValidationError(_("“%(what)s…” has %(count)d characters; a stop has %(most)d at most.") % said)
        return stops

    @property
    def body(self) -> Organisation:
        return self.bodies[self.cleaned_data["organisation"]]

    def draft(self) -> Draft:
        """What was written down, as the verb takes it."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "organisation"}
        return Draft(**given)


class VisitForm(forms.Form):
    """Whom a federation sends to look at a route, and when."""

    visited_on = DayField(label=_("Day of the visit"))
    people = forms.TypedMultipleChoiceField(
        label=_("Representatives"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("Chairs of the unions under the federation."),
    )  # fmt: skip

    def __init__(self, *args: Any, chairs: Sequence[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chairs = {chair.person_id: chair for chair in chairs}
        field = self.fields["people"]
        self.fields["visited_on"].initial = clock.today
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(pk, f"{one.person.name} · {one.organisation.name}") for pk, one in self.chairs.items()]

    def clean_visited_on(self) -> date:
        """What was seen years ago says nothing of a route today, and nobody plans a visit years ahead."""
        day: date = self.cleaned_data["visited_on"]
        if abs((day - clock.today()).days) > A_YEAR:
            raise forms.ValidationError(_("A day within a year from today, please."))
        return day


class ScoreForm(forms.Form):
    """The sheet of one representative: a number for each criterion, and a sentence."""

    remark = forms.CharField(
        label=_("What you noticed"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [one["key"] for one in inspection.criteria]
        for one in inspection.criteria:
            self.fields[one["key"]] = forms.IntegerField(
                label=_("%(what)s, 0 to %(most)d points") % {"what": label_of(one), "most": one["most"]},
                min_value=0, max_value=one["most"], widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip
        self.order_fields([*self.keys, "remark"])

    @property
    def scores(self) -> dict[str, int]:
        return {key: self.cleaned_data[key] for key in self.keys}


class SeasonForm(forms.Form):
    """From when until when a route may be travelled."""

    starts_on = DayField(label=_("Approved from"))
    ends_on = DayField(label=_("Approved until"))


class TripForm(forms.Form):
    """One departure on an approved route."""

    organisation = forms.TypedChoiceField(label=_("Put on by"), coerce=int)
    starts_on = DayField(label=_("Leaves on"))
    location = forms.CharField(label=_("Where it leaves from"), max_length=120)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=10_000)
    family = forms.IntegerField(
        label=_("Family members each may bring"), min_value=0, max_value=5, initial=0, required=False,
        help_text=_("They pay for themselves, and take seats."),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("How seats are given"), choices=HOW[:2], initial=Activity.Mode.DRAW, widget=forms.RadioSelect
    )
    opens_at = MomentField(label=_("Registration opens"))
    closes_at = MomentField(label=_("Registration closes"))

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {body.pk: body for body in bodies}
        _bodies(self.fields["organisation"], bodies)

    def clean(self) -> dict[str, Any]:
        """A window that opens before it closes, and closes before the trip leaves."""
        given = super().clean() or self.cleaned_data
        opens, closes, leaves = given.get("opens_at"), given.get("closes_at"), given.get("starts_on")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Registration must close after it opens."))
        if closes and leaves and closes.date() >= leaves:
            self.add_error("closes_at", _("Registration must close before the first date begins."))
        refuse_past(self, closes)
        return given

    @property
    def body(self) -> Organisation:
        return self.bodies[self.cleaned_data["organisation"]]

    def departure(self) -> Departure:
        """What was written down, as the verb takes it."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "organisation"}
        return Departure(**{**given, "mode": Activity.Mode(given["mode"]), "family": given["family"] or 0})
