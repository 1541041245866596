"""Finding a place: those near a point or of a county, and whether they are open now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.orgs.models import Membership
from niangjia.places import geo, hours
from niangjia.places.geo import Point
from niangjia.places.models import ClosedReport, Closure, Facility, Place, PlaceKind
from niangjia.places.models_booking import Resource
from niangjia.places.reads import nearby

AT_MOST = 60
NEAR_M = 20_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    county: str = ""
    kind: str = ""
    facility: str = ""
    open_now: bool = False
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """One place as the list shows it."""

    number: int
    place: Place
    is_open: bool
    said_closed: bool
    today: str
    metres: int | None

    @property
    def distance(self) -> str:
        return nearby.far(self.metres)


def asked(
    actor: Actor, *, county: str, kind: str, facility: str, open_now: bool, around: int | None = None,
    point: Point | None = None,
) -> Asked:  # fmt: skip
    """What is asked for, taken at its word where it makes sense; else the county of one's union.

    `point` is where the phone is, `around` the number of a place whose neighbours are looked for.
    """
    middle = Place.objects.filter(pk=around).first() if around is not None and point is None else None
    point = nearby.point_of(middle) if middle is not None else point
    if not point and not (county.isascii() and county.isdigit() and len(county) <= 12):
        county = _own_county(actor)
    return Asked(
        county="" if point else county,
        kind=kind if kind in PlaceKind.values else "",
        facility=facility if facility in Facility.values else "",
        open_now=open_now,
        point=point,
    )


def _own_county(actor: Actor) -> str:
    if actor.person_id is None:
        return ""
    held = Membership.objects.main().members().filter(person=actor.person_id).select_related("union").first()
    return held.union.division_code[:6] if held is not None else ""


def near(wanted: Asked) -> tuple[Near, ...]:
    """The places that fit, the nearest first where a point is known. Four queries."""
    now = clock.now()
    found = Place.objects.standing(clock.today()).select_related("organisation", "host")
    found = found.filter(division_code__startswith=wanted.county) if wanted.county else found
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.facility:
        found = found.filter(facilities__contains=[wanted.facility])
    if wanted.point is not None:
        found = found.filter(_around(wanted.point))
    found = found.prefetch_related("hours")
    lines = [(place, nearby.metres(place, wanted.point)) for place in found[: AT_MOST * 5]]
    if wanted.point is not None:
        lines.sort(key=lambda line: line[1] if line[1] is not None else math.inf)
    ids = [place.pk for place, _far in lines]
    closed = Closure.objects.touching(now, now + timedelta(seconds=1)).filter(place__in=ids, resource=None)
    shut = set(closed.values_list("place", flat=True))
    said = ClosedReport.objects.standing().filter(place__in=ids, day=clock.today())
    told = set(said.values_list("place", flat=True))
    shown = [
        (place, metres, is_open)
        for place, metres in lines
        if (is_open := place.pk not in shut and hours.is_open(place, list(place.hours.all()), (), now))
        or not wanted.open_now
    ]
    return tuple(
        Near(number, place, is_open, place.pk in told, today_said(place), metres)
        for number, (place, metres, is_open) in enumerate(shown[:AT_MOST], 1)
    )


def _around(point: Point) -> Q:
    north = NEAR_M / geo.DEGREE_M
    east = north / math.cos(math.radians(point.latitude))
    return Q(
        latitude__range=(point.latitude - north, point.latitude + north),
        longitude__range=(point.longitude - east, point.longitude + east),
    )


def today_said(place: Place) -> str:
    """The hours of today, as said at the door."""
    day = clock.today()
    found = hours.spans(place, place.hours.all(), day)
    return hours.said_spans(found) if found else ""


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One place with all a worker asks at its door."""

    place: Place
    is_open: bool
    closures: tuple[Closure, ...]
    said_closed: tuple[ClosedReport, ...]
    lines: tuple[hours.HoursLine, ...]
    resources: tuple[Resource, ...]
    reported: bool
    counted: bool


def place_for(place_id: int) -> Place:
    found = Place.objects.select_related("organisation", "host").filter(pk=place_id).first()
    if found is None:
        raise NotFound
    return found


def place_page(actor: Actor, place_id: int) -> PlacePage:
    place, now = place_for(place_id), clock.now()
    own = list(place.hours.all())
    closures = list(place.closures.touching(now, now + timedelta(days=14)))
    said = list(place.closed_reports.standing().filter(day=clock.today()))
    return PlacePage(
        place=place,
        is_open=hours.is_open(place, own, closures, now),
        closures=tuple(one for one in closures if one.resource_id is None),
        said_closed=tuple(said),
        lines=hours.lines(own, clock.today()),
        resources=tuple(place.resources.standing()) if place.closed_on is None else (),
        reported=any(one.person_id == actor.person_id for one in said),
        counted=actor.person_id is not None and place.visits.filter(person=actor.person_id, day=clock.today()).exists(),
    )
