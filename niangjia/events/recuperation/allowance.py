"""One allowance per worker and year: what trips have taken from it, and why another trip does not fit.

The rows of claims are the truth: a trip asked for, waited for or held counts, one given up does not. Nothing else can
be done with what is left: it is no money and no goods. Whoever asks for a trip is locked while this is worked out, so
two trips asked for in the same blink cannot both take the last of a year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from niangjia.events.models import LIVE, Activity, Claim, Occurrence, Route, Trip
from niangjia.events.recuperation.caps import Caps, caps_at
from niangjia.kit import clock, money
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.people.models import Person


@dataclass(frozen=True, slots=True)
class Taken:
    """What the trips of one year have taken from one worker's allowance."""

    fen: int = 0
    within: int = 0  # trips within the city


def standing(year: int) -> QuerySet[Claim]:
    """Claims that take from the allowance of a year: asked for, in the draw, in line, or holding a seat."""
    holds = Q(registrations__state__in=LIVE)
    asked = Q(state__in=(Claim.State.ENTERED, Claim.State.ASKED), activity__state=Activity.State.ANNOUNCED)
    coming = Occurrence.objects.filter(state=Occurrence.State.PLANNED, starts_at__gt=clock.now())
    waits = Q(
        state=Claim.State.ADMITTED, waits=True, short__gt=0, activity__state=Activity.State.ANNOUNCED,
        activity__in=coming.values("activity"),
    )  # fmt: skip
    trips = Trip.objects.filter(counts=True, starts_on__year=year)
    return Claim.objects.filter(holds | asked | waits, activity__trip__in=trips).distinct()


def taken(people: Collection[int], year: int, *, but: int = 0) -> Mapping[int, Taken]:
    """What each of these people has taken of a year, leaving out one activity."""
    found: dict[int, Taken] = defaultdict(Taken)
    claims = standing(year).filter(person__in=people).exclude(activity=but).order_by("pk")
    for person, price, reach in claims.values_list(
        "person", "activity__trip__price_fen", "activity__trip__approval__route__reach"
    ):
        before = found[person]
        found[person] = Taken(before.fen + price, before.within + (reach == Route.Reach.WITHIN))
    return found


def refusals(activity: Activity, people: Collection[int]) -> dict[int, Refusal]:
    """Those of these people whose year has no room for this trip, with the sentence why. Locks the people."""
    trip = Trip.objects.select_related("approval__route__organisation").filter(activity=activity, counts=True).first()
    if trip is None:
        return {}
    list(Person.objects.filter(pk__in=people).select_for_update(no_key=True).order_by("pk").values_list("pk"))
    caps = caps_of(trip)
    year = taken(people, trip.starts_on.year, but=activity.pk)
    checked = {person: _refusal(trip, caps, year[person]) for person in people if person in year}
    return {person: refusal for person, refusal in checked.items() if refusal is not None}


def caps_of(trip: Trip) -> Caps:
    return caps_at(trip.approval.route.organisation.division_code, trip.starts_on)


def _refusal(trip: Trip, caps: Caps, year: Taken) -> Refusal | None:
    within = trip.approval.route.reach == Route.Reach.WITHIN
    if within and caps.parts is not None and year.within >= caps.parts:
        return Conflict(
            _("Within the city a year's recuperation may be split into %d trips, and you have as many.") % caps.parts,
            remedy=_("Give one of them up first, or come next year."),
            code="too_many_parts",
        )
    if year.fen + trip.price_fen > caps.year_fen:
        said = {"price": money.yuan(trip.price_fen), "left": money.yuan(max(caps.year_fen - year.fen, 0))}
        return Conflict(
            _("This trip takes %(price)s of your allowance of the year; %(left)s of it are left.") % said,
            remedy=_("Give up another trip of this year, or choose a shorter one."),
            code="allowance_used_up",
        )
    return None
