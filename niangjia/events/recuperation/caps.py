"""What a union may pay for one worker's recuperation, by day and place, each figure with the text that sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from niangjia.events.models import Route
from niangjia.kit import money
from niangjia.kit.refusal import Invalid, Sentence
from niangjia.matching import reads as matching
from niangjia.rules.parameters import Figure

DAY, DAYS, COUNTERPART = "param.recuperation_day", "param.recuperation_days", "param.recuperation_counterpart_days"
YEAR, PARTS = "param.recuperation_year", "param.recuperation_parts"


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits in force at a place on a day."""

    day_fen: int
    days: int
    counterpart_days: int
    year_fen: int
    parts: int | None  # trips within the city in one year; none: as many as the year's money lets
    cites: tuple[str, ...]

    def days_for(self, reach: str) -> int:
        return self.counterpart_days if reach == Route.Reach.COUNTERPART else self.days


def caps_at(division_code: str, on: date) -> Caps:
    """The limits of a place on a day; `Invalid` where nobody has set any."""
    store = matching.packs().store
    found = {path: store.at(path, on, division_code) for path in (DAY, DAYS, COUNTERPART, YEAR, PARTS)}
    day, days = _number(found[DAY]), _number(found[DAYS])
    if day is None or days is None:
        raise Invalid(
            _("No limit on what recuperation may cost was in force here on %s.") % on,
            remedy=_("Have the figures of your province recorded, with the text that sets them."),
            code="no_caps",
        )
    return Caps(
        day_fen=day,
        days=days,
        counterpart_days=_number(found[COUNTERPART]) or days,
        year_fen=_number(found[YEAR]) or day * days,
        parts=_number(found[PARTS]),
        cites=tuple(dict.fromkeys(figure.cite for figure in found.values() if figure is not None)),
    )


def _number(figure: Figure | None) -> int | None:
    return figure.value if figure is not None and isinstance(figure.value, int) else None


def over(route: Route, on: date) -> list[Sentence]:
    """Every limit that a route breaks on a day, in a sentence. An outing of one day breaks none."""
    if route.kind == Route.Kind.OUTING:
        return []
    caps = caps_at(route.organisation.division_code, on)
    faults: list[Sentence] = []
    if route.day_price_fen > caps.day_fen:
        faults.append(
            _("It costs %(price)s a day; at most %(cap)s may be paid.")
            % {"price": money.yuan(route.day_price_fen), "cap": money.yuan(caps.day_fen)}
        )
    if route.days > caps.days_for(route.reach):
        faults.append(
            _("It lasts %(days)d days; at most %(cap)d, travel included, are allowed.")
            % {"days": route.days, "cap": caps.days_for(route.reach)}
        )
    if route.price_fen > caps.year_fen:
        faults.append(
            _("It costs %(price)s; a worker has at most %(cap)s a year.")
            % {"price": money.yuan(route.price_fen), "cap": money.yuan(caps.year_fen)}
        )
    return faults
