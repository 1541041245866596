"""What an officer writes down to put on an activity: one page, most of it filled in beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.actions.announcing import Date, Plan, Share
from niangjia.events.forms.dates import SEVERAL, DatesForm, closes_by
from niangjia.events.forms.door import DoorFields, HoursFields
from niangjia.events.forms.items import Item, ItemFields
from niangjia.events.forms.order import PLACES, GoingFields, OrderFields, ahead, decide_by, going
from niangjia.events.models import Activity
from niangjia.events.series import usual_close
from niangjia.kit import clock
from niangjia.kit.forms import MomentField
from niangjia.orgs.models import Organisation

FIRST = ("organisation", "title", "starts_1", "location", "seats")
HOW = [
    (
        Activity.Mode.DRAW.value,
        _("Draw lots: everybody who enters while registration is open has the same chance, early or late."),
    ),
    (
        Activity.Mode.FIRST_COME.value,
        _("First come, first served: who presses first has the seat, who comes later stands in line."),
    ),
    (
        Activity.Mode.APPROVAL.value,
        _("The union chooses: people ask, you say yes or no to each, and a no has a reason they read."),
    ),
    (
        Activity.Mode.INVITATION.value,
        _("By invitation: only whom you invite can have a seat; whom, you say once it is announced."),
    ),
]
FOR_WHOM = [
    ("members", _("All members of our union and of those below it")),
    ("front_line", _("Front-line workers only")),
    ("new_form", _("New-form workers only: couriers, riders, drivers")),
]
CONDITIONS = {  # zh: each condition in both languages, as programmes have them
    "members": {
        "key": "member", "text_zh": "工会会员", "text_en": "Union members", "rule": "worker.union.member",
    },
    "front_line": {
        "key": "front_line", "text_zh": "一线职工", "text_en": "Front-line workers", "rule": "worker.front_line",
    },
    "new_form": {
        "key": "new_form", "text_zh": "新就业形态劳动者", "text_en": "New-form workers", "rule": "worker.new_form",
    },
}  # fmt: skip


def refuse_past(form: forms.Form, closes_at: datetime | None) -> None:
    """A window that is over lets nobody in: the year was mistyped, or an old form sent again."""
    if closes_at is not None and closes_at <= clock.now():
        form.add_error("closes_at", _("Registration would be over already; nobody could register."))


class ActivityForm(ItemFields, DatesForm, OrderFields, GoingFields, DoorFields, HoursFields):
    """One activity: first what only the officer knows, then what a practice or habit has filled in."""

    field_order = (
        *FIRST,
        "expected",
        "minutes",
        *SEVERAL,
        "mode",
        *PLACES,
        "rest_days",
        "minimum",
        "go_by",
        "beacon_name",
        "audience",
        "summary",
    )

    practice = forms.SlugField(required=False, widget=forms.HiddenInput)
    asked = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the option of a poll that this answers
    organisation = forms.TypedChoiceField(label=_("Put on by"), coerce=int)
    title = forms.CharField(label=_("Title"), max_length=80)
    summary = forms.CharField(
        label=_("What it is"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    location = forms.CharField(label=_("Where"), max_length=120)
    seats = forms.IntegerField(
        label=_("Seats on each date"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Leave empty when there is room for everybody."),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("How seats are given"), choices=HOW, initial=Activity.Mode.DRAW, widget=forms.RadioSelect
    )
    opens_at = MomentField(label=_("Registration opens"))
    closes_at = MomentField(
        label=_("Registration closes"), required=False,
        help_text=_("Leave empty: one day before the first date; of dates they choose among, before the last."),
    )  # fmt: skip
    most_seats = forms.IntegerField(
        label=_("Seats one person may ask for"), min_value=1, max_value=20, initial=1,
        help_text=_("More than one lets them bring family."),
    )  # fmt: skip
    cancel_hours = forms.IntegerField(
        label=_("Free to cancel until, hours before"), min_value=0, max_value=240, initial=24
    )
    most_companions = forms.IntegerField(
        label=_("Family without a seat of their own, at most"), min_value=0, max_value=20, required=False
    )
    asks_ages = forms.BooleanField(
        label=_("The ages of companions matter"), required=False,
        help_text=_("Only an age band is asked, no names; it is deleted a week after."),
    )  # fmt: skip
    team_least = forms.IntegerField(
        label=_("For teams: members at least"), min_value=2, max_value=100, required=False,
        help_text=_("Leave both empty when single people register."),
    )  # fmt: skip
    team_most = forms.IntegerField(label=_("Members at most"), min_value=2, max_value=100, required=False)
    audience = forms.ChoiceField(
        label=_("Who it is for"), choices=FOR_WHOM, initial="members", widget=forms.RadioSelect
    )
    keep = forms.IntegerField(
        label=_("Seats of each date kept for new-form workers"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("They often cannot press at the minute. Leave empty to keep none."),
    )  # fmt: skip
    keep_until = MomentField(label=_("Kept until, then for everybody"), required=False)

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(body.pk, body.name) for body in bodies]
        if len(bodies) == 1:
            field.initial, field.widget = bodies[0].pk, forms.HiddenInput()

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """What is folded away below the first fields: title, fields, and whether it must be looked at."""
        shown = [field for field in self.visible_fields() if field.name not in FIRST]
        several = [field for field in shown if field.name in SEVERAL]
        items = [field for field in shown if field.name.startswith("item_")]
        others = [field for field in shown if field not in (*several, *items)]
        is_new = not self.is_bound and "practice" not in self.initial
        return [
            (str(_("Several dates")), several, any(field.errors for field in several)),
            (
                str(_("Items of a contest")),
                items,
                any(field.errors for field in items) or bool(self.initial.get("item_1")),
            ),
            (str(_("Everything else")), others, is_new or any(field.errors for field in others)),
        ]

    @property
    def beginning(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in FIRST]

    def clean(self) -> dict[str, Any]:
        """Dates in order, a window that ends before them, seats to keep that there are."""
        given = super().clean()
        if "starts" not in given or "mode" not in given or given.get("opens_at") is None or "closes_at" not in given:
            return given
        limit = closes_by(given)
        given["closes_at"] = given["closes_at"] or usual_close(limit, given["opens_at"])
        if given["closes_at"] <= given["opens_at"]:
            self.add_error("closes_at", _("Registration must close after it opens."))
        elif given["closes_at"] > limit:
            self.add_error("closes_at", _("Registration must close before the first date begins."))
        refuse_past(self, given.get("closes_at"))
        self._check_kept(given, given["starts"][0])
        self._check_teams(given)
        if given.get("seats") and (given.get("minimum") or 0) > given["seats"] * len(given["starts"]):
            self.add_error("minimum", _("There are not so many seats: it could never take place."))
        return given

    def _check_kept(self, given: dict[str, Any], first: datetime) -> None:
        keep, seats = given.get("keep"), given.get("seats")
        if keep and (seats is None or keep > seats):
            self.add_error("keep", _("There are not so many seats to keep back."))
        if keep and "keep_until" in given:
            given["keep_until"] = given["keep_until"] or first - timedelta(days=1)

    def _check_teams(self, given: dict[str, Any]) -> None:
        least, most = given.get("team_least"), given.get("team_most")
        if (least is None) != (most is None) or (least and most and most < least):
            self.add_error("team_most", _("Say of how many a team is at least and at most."))

    def _dates(self, items: list[Item]) -> list[Date]:
        """The dates; of a contest its items, all on the one day."""
        given = self.cleaned_data
        lasts, where = timedelta(minutes=given["minutes"]), given["location"]
        if items:
            (starts,) = given["starts"]
            return [
                Date(starts, starts + lasts, where, item.seats, item.title, item.people or 0, item.people or 0)
                for item in items
            ]
        team = (given["team_least"] or 0, given["team_most"] or 0)
        return [Date(starts, starts + lasts, where, given["seats"], "", *team) for starts in given["starts"]]

    def plan(self) -> Plan:
        """What was written down, as the verb takes it."""
        given = self.cleaned_data
        items = self.items()
        alone = sum(item.people is None for item in items)
        shares = []
        if given["keep"]:
            whom = CONDITIONS["new_form"]
            shares.append(
                Share(whom["key"], whom["text_zh"], whom["rule"], floor=given["keep"], merges_at=given["keep_until"])
            )
        return Plan(
            title=given["title"],
            opens_at=given["opens_at"],
            closes_at=given["closes_at"],
            dates=self._dates(items),
            mode=Activity.Mode(given["mode"]),
            shares=shares,
            ahead=ahead(given),
            more=self.hours_given()
            | self.door_given()
            | {
                "rest_days": given["rest_days"] or 0,
                "decide_by": decide_by(given),
                **going(given),
                "expected": given["expected"] if given["seats"] is None else None,
                "summary": given["summary"],
                "most_companions": given["most_companions"] or 0,
                "asks_ages": given["asks_ages"],
                "practice": given["practice"],
                "answers_id": given["asked"],
                "all_dates": given["all_dates"],
                "most_dates": max(given["most_dates"], alone),
                "cancel_hours": given["cancel_hours"],
                "most_seats": given["most_seats"],
                "conditions": [CONDITIONS[given["audience"]]],
            },
        )


class AgainForm(forms.Form):
    """The same activity once more: only its first date is asked."""

    starts_at = MomentField(label=_("The first date"))
