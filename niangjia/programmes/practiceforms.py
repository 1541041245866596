"""Forms of the gallery: opening a round, alone or in one step with adopting its practice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock, money
from niangjia.kit.forms import DayField, YuanField
from niangjia.orgs.models import Organisation
from niangjia.programmes.definition import Definition

MOST_PLACES = 100_000
MOST_FEN = 10**12
LONGEST = timedelta(days=730)
USUAL_DAYS = 30
USUAL_PLACES = 20
USUAL_FEN = 10_000_000
NEEDS_MONEY = _("Money or goods are promised in this programme: say how much there is.")


class OpeningForm(forms.Form):
    """A round: its window, places, money, and which body plays which partner's part."""

    use_required_attribute = False

    title = forms.CharField(
        label=_("Title of the round"),
        max_length=128,
        error_messages={
            "required": _("Give the round a title; workers read it."),
            "max_length": _("The title is too long: 128 characters at most."),
        },
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    opens_on = DayField(
        label=_("First day"),
        error_messages={
            "required": _("Choose the first day."),
            "invalid": _("This is not a day of the calendar; write it like 2026-03-01."),
        },
    )
    closes_on = DayField(
        label=_("Last day"),
        help_text=_("Applications can be handed in until the end of this day."),
        error_messages={
            "required": _("Choose the last day."),
            "invalid": _("This is not a day of the calendar; write it like 2026-03-01."),
        },
    )
    quota = forms.IntegerField(
        label=_("Places"),
        help_text=_("Empty: as many as meet the conditions."),
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("A whole number of places, please."),
            "min_value": _("A round needs at least one place."),
            "max_value": _("That is more places than a round can have (100,000)."),
        },
    )
    budget_fen = YuanField(label=_("Budget (yuan)"), required=False)

    def __init__(self, definition: Definition, bodies: Sequence[Organisation], *args: Any, **more: Any) -> None:
        more["initial"] = usual(definition) | dict(more.get("initial") or {})
        super().__init__(*args, **more)
        self.definition = definition
        self.bodies = {str(body.pk): body for body in bodies}
        none = _("No partner is registered with your union yet; add it on the union's page.")
        offered = [("", "—"), *((str(body.pk), body.name) for body in bodies)]
        for key, name in definition.partners.items():
            self.fields[f"partner_{key}"] = forms.ChoiceField(
                label=name.text((get_language() or "zh")[:2]),
                choices=offered,
                help_text="" if bodies else none,
                error_messages={
                    "required": _("Choose which body this is."),
                    "invalid_choice": _("This body is not registered with your union; choose one of the list."),
                },
            )
        if definition.budget is not None:
            money_ = self.fields["budget_fen"]
            money_.required, money_.error_messages["required"] = True, NEEDS_MONEY
            set_aside = definition.step(definition.budget.reserve_at).title
            said = _("Set aside when an application passes “%s”; no more is promised.")
            money_.help_text = said % set_aside

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens and opens < clock.today():
            self.add_error("opens_on", _("The first day lies in the past."))
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("The last day is before the first."))
        elif closes and closes < clock.today():
            self.add_error("closes_on", _("The last day lies in the past."))
        elif closes and closes > clock.today() + LONGEST:
            self.add_error("closes_on", _("A round is open for two years at most."))
        budget = cleaned.get("budget_fen")
        if self.definition.budget is not None and not budget and "budget_fen" not in self.errors:
            self.add_error("budget_fen", NEEDS_MONEY)
        elif budget and budget > MOST_FEN:
            self.add_error("budget_fen", _("That is more than a round can hold (%s).") % money.yuan(MOST_FEN))
        return cleaned

    def opening(self) -> dict[str, Any]:
        """What the verb wants; the last day counts in full."""
        cleaned = self.cleaned_data
        return {
            "title": cleaned["title"],
            "opens_at": clock.start_of(cleaned["opens_on"]),
            "closes_at": clock.end_of(cleaned["closes_on"]),
            "quota": cleaned["quota"],
            "budget_fen": cleaned["budget_fen"] or 0,
            "partners": {key: int(cleaned[f"partner_{key}"]) for key in self.definition.partners},
        }


class UnionForm(forms.Form):
    """For which of my unions."""

    use_required_attribute = False
    union = forms.ChoiceField(
        label=_("For which union"),
        error_messages={
            "required": _("Choose the union that launches it."),
            "invalid_choice": _("You run programmes only for the unions of this list."),
        },
    )

    def __init__(self, unions: Sequence[Organisation], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.unions = {str(union.pk): union for union in unions}
        field = self.fields["union"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, union.name) for key, union in self.unions.items()]

    def chosen(self) -> Organisation:
        return self.unions[self.cleaned_data["union"]]


def usual(definition: Definition) -> dict[str, Any]:
    """What most unions would begin with: a month from today, a few places where there is a ranking."""
    today = clock.today()
    amount, places = definition.grant.amount, USUAL_PLACES if definition.rank else None
    budget = None
    if definition.budget is not None:
        each = (amount.fixed_fen or amount.cap_fen) if amount else None
        budget = each * (places or USUAL_PLACES) if each else USUAL_FEN
    return {
        "title": f"{definition.title.text((get_language() or 'zh')[:2])} {today.year}",
        "opens_on": today,
        "closes_on": today + timedelta(days=USUAL_DAYS),
        "quota": places,
        "budget_fen": budget,
    }
