"""What singles write about themselves, and what a federation writes down to hold an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.forms.activity import HOW, refuse_past
from niangjia.events.forms.dates import HOURS
from niangjia.events.friendship.actions import Wanted
from niangjia.events.models import Activity
from niangjia.kit.forms import MomentField
from niangjia.orgs.models import Organisation

NOTICE = _(
    "I join in friendship events of my own will. My federation keeps my nickname, age band, district, my words and how "
    "to reach me for this alone; guests of an event read all but the last, and that only who chose me as I chose them. "
    "My employer learns nothing. I can take this back at any time, and all of it is deleted at once; only that an "
    "organiser has closed my profile, if one has, is kept. I promise that I am single."
)


class ProfileForm(forms.Form):
    """As little as two people need to decide whether to talk."""

    nickname = forms.CharField(label=_("Nickname"), max_length=12, help_text=_("Not your name."))
    words = forms.CharField(
        label=_("A few words about yourself"), max_length=60, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    contact = forms.CharField(
        label=_("How to reach you"), max_length=60,
        help_text=_("WeChat or phone. Only somebody you chose and who chose you reads it."),
    )  # fmt: skip
    agreed = forms.BooleanField(label=NOTICE)

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(given["nickname"], given["contact"], str(NOTICE), given["words"])


class EventForm(forms.Form):
    """A friendship event on one date."""

    organisation = forms.TypedChoiceField(label=_("Put on by"), coerce=int)
    title = forms.CharField(label=_("Title"), max_length=80)
    summary = forms.CharField(
        label=_("What it is"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    location = forms.CharField(label=_("Where"), max_length=120)
    starts_at = MomentField(label=_("When"))
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int, choices=HOURS, initial=180)
    seats = forms.IntegerField(label=_("Seats"), min_value=2, max_value=2000)
    mode = forms.ChoiceField(
        label=_("How seats are given"), choices=HOW[:2], initial=Activity.Mode.DRAW, widget=forms.RadioSelect
    )
    opens_at = MomentField(label=_("Registration opens"))
    closes_at = MomentField(label=_("Registration closes"))
    reveals_at = MomentField(
        label=_("Mutual choices are told at"), help_text=_("The evening after gives people time to think.")
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {body.pk: body for body in bodies}
        field = self.fields["organisation"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(body.pk, body.name) for body in bodies]
        if len(bodies) == 1:
            field.initial, field.widget = bodies[0].pk, forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Registration before the event, the telling after it."""
        given = super().clean() or self.cleaned_data
        opens, closes, starts, reveals = (given.get(f"{name}_at") for name in ("opens", "closes", "starts", "reveals"))
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Registration must close after it opens."))
        if closes and starts and closes > starts:
            self.add_error("closes_at", _("Registration must close before the first date begins."))
        refuse_past(self, closes)
        if reveals and starts and given.get("minutes") and reveals <= starts + timedelta(minutes=given["minutes"]):
            self.add_error("reveals_at", _("Mutual choices are told after the event has ended."))
        return given

    @property
    def body(self) -> Organisation:
        return self.bodies[self.cleaned_data["organisation"]]

    def plan(self) -> Plan:
        """What was written down, as the verb takes it."""
        given = self.cleaned_data
        ends_at = given["starts_at"] + timedelta(minutes=given["minutes"])
        return Plan(
            title=given["title"], opens_at=given["opens_at"], closes_at=given["closes_at"],
            dates=[Date(given["starts_at"], ends_at, given["location"], given["seats"])],
            mode=Activity.Mode(given["mode"]), more={"summary": given["summary"]},
        )  # fmt: skip
