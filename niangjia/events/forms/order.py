"""Who comes first, in words an officer chooses from, and as the plan takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from niangjia.events.actions.announcing import Ahead
from niangjia.events.models import Activity
from niangjia.kit.forms import MomentField

NOBODY = ("", _("nobody: all come alike"))
AHEAD = {  # zh: each tier as workers read it, in both languages
    "never_won": Ahead("近一年没有得到过我们紧俏名额的", "Had no scarce seat of ours for a year", without_days=365),
    "front_line": Ahead("一线职工", "Front-line workers", rule="worker.front_line"),
    "new_form": Ahead("新就业形态劳动者", "New-form workers", rule="worker.new_form"),
    "hardship": Ahead(
        "困难职工家庭", "Households in hardship",
        rule='household.hardship in ["deep", "relative", "accident", "near"]',
    ),
}  # fmt: skip
FIRST = [
    NOBODY,
    ("never_won", _("who has had no scarce seat of ours for a year")),
    ("front_line", _("front-line workers")),
    ("new_form", _("new-form workers: couriers, riders, drivers")),
    ("hardship", _("households in hardship")),
]
RESTS = [
    (0, _("no: having had a seat makes no difference")),
    (30, _("for 30 days")),
    (90, _("for 90 days")),
    (180, _("for half a year")),
    (365, _("for a year")),
]
DECIDED_AFTER = timedelta(days=3)
PLACES = ("first", "second", "third")


class OrderFields(forms.Form):
    """Who comes first when there are fewer seats than hands."""

    first = forms.ChoiceField(
        label=_("Comes first"), choices=FIRST, required=False,
        help_text=_("In the draw and in line; everybody else comes after them, and nobody is shut out."),
    )  # fmt: skip
    second = forms.ChoiceField(label=_("Comes second"), choices=FIRST, required=False)
    third = forms.ChoiceField(label=_("Comes third"), choices=FIRST, required=False)
    rest_days = forms.TypedChoiceField(
        label=_("Whoever had a scarce seat of ours comes after the others"), choices=RESTS, coerce=int,
        required=False, empty_value=None,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Nobody stands in the order twice."""
        given = super().clean() or self.cleaned_data
        chosen = _chosen(given)
        if len(set(chosen)) < len(chosen):
            self.add_error("second", _("These people stand in the order twice."))
        return given


class GoingFields(forms.Form):
    """How many people it needs, and by when that is decided; what outside value a draw rests on."""

    minimum = forms.IntegerField(
        label=_("Takes place with at least so many people"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Leave empty when it takes place in any case. Too few by the day: it is called off, all are told."),
    )  # fmt: skip
    go_by = MomentField(label=_("Decided on"), required=False, help_text=_("Leave empty: when registration closes."))
    expected = forms.IntegerField(
        label=_("People expected on each date"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Only where seats have no limit: from 1,000 on one date a security permit is needed."),
    )  # fmt: skip
    beacon_name = forms.CharField(
        label=_("For a draw: an outside value published later"), max_length=120, required=False,
        help_text=_("So that not even we can know the order, for example “Double Colour Ball numbers of 2 December”. "
                    "A second officer confirms it."),
    )  # fmt: skip


def going(given: Mapping[str, Any]) -> dict[str, Any]:
    """What of this an activity keeps."""
    named = given["beacon_name"] if given["mode"] == Activity.Mode.DRAW else ""
    if not given["minimum"]:
        return {"beacon_name": named}
    by = min(given["go_by"] or given["closes_at"], given["starts"][0])
    return {"minimum": given["minimum"], "go_by": by, "beacon_name": named}


def ahead(given: Mapping[str, Any]) -> list[Ahead]:
    """The tiers that were chosen, the first first."""
    return [AHEAD[key] for key in _chosen(given)]


def decide_by(given: Mapping[str, Any]) -> datetime | None:
    """Until when the union means to choose: three days after registration closes, and before the first date."""
    if given["mode"] != Activity.Mode.APPROVAL:
        return None
    closes, first = given["closes_at"], given["starts"][0]
    by: datetime = min(closes + DECIDED_AFTER, max(closes, first - timedelta(hours=12)))
    return by


def _chosen(given: Mapping[str, Any]) -> list[str]:
    return [given[place] for place in PLACES if given.get(place)]
