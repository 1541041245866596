"""What is read of routes: their score, the list with what is missing, one visit, a worker's year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Avg, Count, Q
from django.utils.translation import get_language

from niangjia.events.models import Approval, Inspection, Inspector, Registration, Route, Stop, Trip
from niangjia.events.recuperation import caps
from niangjia.events.recuperation.allowance import standing
from niangjia.events.recuperation.permissions import LISTING, can_approve, can_inspect
from niangjia.kit import clock, money
from niangjia.kit.actor import Actor, Office
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound, Sentence
from niangjia.orgs.models import Appointment, Kind, Membership, Organisation
from niangjia.orgs.reads import bodies_of

AT_MOST = 300  # routes of a list, and representatives to choose among


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion with the mean of what it was given."""

    key: str
    label: str
    points: float
    most: int


@dataclass(frozen=True, slots=True)
class Score:
    """What representatives gave a route on its last closed visit: the mean of a hundred, and of each criterion."""

    points: float
    sheets: int
    visited_on: date
    lines: Sequence[ScoreLine] = ()
    remarks: Sequence[str] = ()


def score_of(route: Route) -> Score | None:
    """The result of the last closed visit; none before there is one."""
    inspection = route.inspections.exclude(closed_at=None).first()
    return result_of(inspection) if inspection is not None else None


def result_of(inspection: Inspection) -> Score | None:
    """The mean of what has been handed in so far."""
    sheets = [one for one in inspection.inspectors.all() if one.scores is not None]
    if not sheets:
        return None
    given = {one["key"]: [sheet.scores[one["key"]] for sheet in sheets if sheet.scores] for one in inspection.criteria}
    lines = [
        ScoreLine(one["key"], label_of(one), round(sum(given[one["key"]]) / len(sheets), 1), one["most"])
        for one in inspection.criteria
    ]
    points = round(sum(sheet.points or 0 for sheet in sheets) / len(sheets), 1)
    return Score(points, len(sheets), inspection.visited_on, lines, [one.remark for one in sheets if one.remark])


def label_of(criterion: Mapping[str, str]) -> str:
    language = (get_language() or "zh")[:2]
    return criterion.get(language) or criterion["zh"]


class Mean(NamedTuple):
    """Mean points of a hundred, and from how many sheets."""

    points: float
    sheets: int


def _means(routes: Sequence[Route]) -> dict[int, Mean]:
    """Route → mean points and sheets of its last closed visit, in one query."""
    closed = Inspector.objects.filter(inspection__route__in=routes, inspection__closed_at__isnull=False)
    rows = (
        closed.filter(points__isnull=False)
        .order_by("inspection__visited_on", "inspection")
        .values("inspection__route", "inspection")
        .annotate(mean=Avg("points"), sheets=Count("pk"))
    )
    return {row["inspection__route"]: Mean(round(float(row["mean"]), 1), row["sheets"]) for row in rows}


# --- officers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One route of the list with its score, the limits it breaks today, and its season."""

    route: Route
    mean: Mean | None
    over: Sequence[Sentence]
    approval: Approval | None
    is_open: bool  # a visit is under way


def routes(actor: Actor) -> list[RouteLine]:
    """The routes of the federations above and below my offices, the newest first."""
    today = clock.today()
    found = list(Route.objects.visible_to(actor).select_related("organisation", "partner")[:AT_MOST])
    means, seasons = _means(found), Approval.objects.filter(route__in=found, withdrawn_on=None, ends_on__gte=today)
    season_of = {one.route_id: one for one in seasons.order_by("-starts_on")}
    open_now = set(Inspection.objects.filter(route__in=found, closed_at=None).values_list("route", flat=True))
    return [
        RouteLine(one, means.get(one.pk), caps.over(one, today), season_of.get(one.pk), one.pk in open_now)
        for one in found
    ]


def route_for(actor: Actor, route_id: int) -> Route:
    """A route my offices reach, or that is listed above me; to all others there is none."""
    found = Route.objects.visible_to(actor).select_related("organisation", "partner").filter(pk=route_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class RoutePage:
    """One route for officers."""

    route: Route
    stops: Sequence[Stop]
    score: Score | None
    visit: Inspection | None  # the one under way
    scored: int  # of those named for it
    named: int
    over: Sequence[Sentence]
    limits: caps.Caps
    approvals: Sequence[Approval]
    trips: Sequence[Trip]
    inspect: Permit
    approve: Permit
    bodies: Sequence[Organisation]  # those for which I can announce a trip


def route_page(actor: Actor, route_id: int) -> RoutePage:
    """One route: score, limits, season, trips, and what I may do."""
    route, today = route_for(actor, route_id), clock.today()
    visit = route.inspections.filter(closed_at=None).first()
    return RoutePage(
        route=route,
        stops=list(route.stops.all()),
        score=score_of(route),
        visit=visit,
        scored=visit.inspectors.exclude(handed_in_at=None).count() if visit is not None else 0,
        named=visit.inspectors.count() if visit is not None else 0,
        over=caps.over(route, today),
        limits=caps.caps_at(route.organisation.division_code, today),
        approvals=list(route.approvals.all()),
        trips=list(
            Trip.objects.filter(approval__route=route)
            .select_related("activity__organisation")
            .order_by("-starts_on")[:50]
        ),
        inspect=can_inspect(actor, route),
        approve=can_approve(actor, route),
        bodies=[one for one in bodies_of(actor) if one.path.startswith(route.organisation.path)],
    )


def lists_for(actor: Actor) -> list[Organisation]:
    """The federations whose list of routes I keep."""
    return [one for one in bodies_of(actor) if one.kind == Kind.FEDERATION and one.level in LISTING]


def representatives(route: Route) -> list[Appointment]:
    """Chairs of the unions under the federation: whom it can send to look."""
    chairs = Appointment.objects.filter(
        Q(until=None) | Q(until__gt=clock.today()), office=Office.CHAIR,
        organisation__path__startswith=route.organisation.path,
    )  # fmt: skip
    return list(chairs.select_related("person", "organisation").order_by("organisation__path", "pk")[:AT_MOST])


def approval_for(actor: Actor, approval_id: int) -> Approval:
    found = Approval.objects.filter(pk=approval_id, route__in=Route.objects.visible_to(actor)).first()
    if found is None:
        raise NotFound
    return found


def inspection_for(actor: Actor, inspection_id: int) -> Inspection:
    found = Inspection.objects.filter(pk=inspection_id, route__in=Route.objects.visible_to(actor)).first()
    if found is None:
        raise NotFound
    return found


# --- representatives and workers ------------------------------------------------------------------------------------


def my_sheets(actor: Actor) -> list[Inspector]:
    """The visits I am named for and that are under way."""
    found = Inspector.objects.filter(person=actor.person_id, inspection__closed_at=None)
    return list(found.select_related("inspection__route").order_by("inspection__visited_on", "pk"))


def my_sheet(actor: Actor, inspector_id: int) -> Inspector:
    """One of my visits."""
    found = Inspector.objects.filter(pk=inspector_id, person=actor.person_id, person__isnull=False)
    sheet = found.select_related("inspection__route__organisation").first()
    if sheet is None:
        raise NotFound
    return sheet


@dataclass(frozen=True, slots=True)
class Year:
    """One worker's recuperation of a year: the allowance, what is taken, by which trips."""

    year: int
    cap_fen: int
    taken_fen: int
    trips: Sequence[Trip]

    @property
    def left_shown(self) -> str:
        return money.yuan(max(self.cap_fen - self.taken_fen, 0))

    @property
    def cap_shown(self) -> str:
        return money.yuan(self.cap_fen)


@dataclass(frozen=True, slots=True)
class OfferedRoute:
    """An approved route as a worker reads it, with the departures that can still be asked for."""

    route: Route
    stops: Sequence[Stop]
    mean: Mean | None
    trips: Sequence[Trip]

    @property
    def family_shown(self) -> str:
        return money.yuan(self.route.family_price_fen or 0)


def year_of(actor: Actor) -> Year | None:
    """What is left of this worker's year; none for who is no member anywhere."""
    union = _union_of(actor)
    if union is None:
        return None
    year = clock.today().year
    claims = standing(year).filter(person=actor.person_id).values("activity")
    trips = list(Trip.objects.filter(activity__in=claims).select_related("activity", "approval__route"))
    limits = caps.caps_at(union.division_code, clock.today())
    return Year(year, limits.year_fen, sum(trip.price_fen for trip in trips), trips)


def offered_to(actor: Actor) -> list[OfferedRoute]:
    """The routes approved today by the federations above this worker, the best score first."""
    union = _union_of(actor)
    if union is None:
        return []
    above = Organisation.objects.above(union.path)
    found = list(
        Route.objects.approved_on(clock.today())
        .filter(organisation__in=above)
        .select_related("organisation", "partner")
        .prefetch_related("stops")[:AT_MOST]
    )
    means, trips = _means(found), _open_trips(found, list(above))
    offered = [OfferedRoute(one, list(one.stops.all()), means.get(one.pk), trips.get(one.pk, ())) for one in found]
    return sorted(offered, key=lambda one: (not one.trips, -one.mean.points if one.mean else 0, one.route.pk))


def _open_trips(found: Sequence[Route], bodies: Sequence[Organisation]) -> dict[int, list[Trip]]:
    trips: dict[int, list[Trip]] = defaultdict(list)
    coming = Trip.objects.filter(
        approval__route__in=found, activity__organisation__in=bodies, activity__state="announced",
        starts_on__gt=clock.today(),
    )  # fmt: skip
    for trip in coming.select_related("activity", "approval"):
        trips[trip.approval.route_id].append(trip)
    return trips


def _union_of(actor: Actor) -> Organisation | None:
    belonging = Membership.objects.members().main().filter(person=actor.person_id).select_related("union").first()
    return belonging.union if belonging is not None else None


# --- counts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """Routes inspected and approved, representatives who scored (people), trips, and workers who travelled (people)."""

    inspected: int
    representatives: int
    approved: int
    trips: int
    travellers: int


def counted(path: str) -> Counted:
    """Counted from the rows, for a federation and all below it."""
    routes_of = Route.objects.filter(organisation__path__startswith=path)
    trips = Trip.objects.filter(approval__route__in=routes_of)
    sheets = Inspector.objects.filter(inspection__route__in=routes_of, handed_in_at__isnull=False)
    held = Registration.objects.live().filter(occurrence__activity__trip__in=trips)
    return Counted(
        inspected=routes_of.filter(inspections__closed_at__isnull=False).distinct().count(),
        representatives=sheets.values("person").distinct().count(),
        approved=Approval.objects.filter(route__in=routes_of).values("route").distinct().count(),
        trips=trips.count(),
        travellers=held.values("person").distinct().count(),
    )
