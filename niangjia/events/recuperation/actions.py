"""Every change of routes: listed, inspected, approved, withdrawn, travelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.announcing import Ahead, Date, Plan, announce_activity, draft_activity
from niangjia.events.models import Activity, Approval, Inspection, Inspector, Route, Stop, Trip
from niangjia.events.recuperation import caps
from niangjia.events.recuperation.criteria import criteria
from niangjia.events.recuperation.permissions import (
    can_announce_trip,
    can_approve,
    can_inspect,
    can_list_route,
    can_score,
)  # fmt: skip
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person
from niangjia.trail import actions as trail

LEAVES_AT = timedelta(hours=8)
COMES_BACK_AT = timedelta(hours=18)
# Whom recuperation is for before others (Quzhou 2021): front line, high skill, model workers and craftsmen, five years
# before retirement. Hard jobs and injuries are no facts we keep: who has them asks the union, which seats by hand.
TITLES = [
    f"{title}_{tier}" for title in ("model_worker", "craftsman") for tier in ("county", "city", "province", "nation")
]
FIRST = Ahead(
    "疗休养优先安排人员：一线、高技能、劳模工匠、临近退休",  # zh: who they are, as the notice has it
    "First for recuperation: front line, high skill, honours, near retirement",
    rule=" || ".join(
        [
            "worker.front_line", "worker.skill_level >= 3", *(f'"{title}" in worker.titles' for title in TITLES),
            "worker.age >= 55", '(worker.sex == "F" && worker.age >= 45)',
        ]
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A route as an officer writes it down; `stops` are day and place."""

    title: str
    days: int
    day_price_fen: int
    capacity: int
    stops: Sequence[tuple[int, str]]
    kind: Route.Kind = Route.Kind.RECUPERATION
    reach: Route.Reach = Route.Reach.WITHIN
    summary: str = ""
    family_price_fen: int | None = None
    partner: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """One departure as a union announces it."""

    starts_on: date
    seats: int
    opens_at: datetime
    closes_at: datetime
    location: str
    mode: Activity.Mode = Activity.Mode.DRAW
    family: int = 0  # members of the family each worker may bring


@transaction.atomic
def list_route(draft: Draft, *, organisation: Organisation, actor: Actor) -> Route:
    """Put a route on a federation's list, to be inspected. Nobody can travel it before it is approved."""
    can_list_route(actor, organisation).require()
    if not draft.title.strip() or not draft.stops:
        raise Invalid(
            _("A route needs a title and at least one stop."), faults={"stops": _("Write down where it leads.")}
        )
    if any(not 1 <= day <= draft.days for day, _name in draft.stops):
        raise Invalid(_("A stop must lie on one of the %d days of the route.") % draft.days)
    with keeping(Route):
        route = Route.objects.create(
            organisation=organisation, title=draft.title.strip(), kind=draft.kind, reach=draft.reach,
            days=draft.days, day_price_fen=draft.day_price_fen, capacity=draft.capacity, summary=draft.summary,
            family_price_fen=draft.family_price_fen, partner=draft.partner,
        )  # fmt: skip
    Stop.objects.bulk_create(Stop(route=route, day=day, name=name.strip()) for day, name in draft.stops)
    trail.record(actor, "list_route", route)
    return route


@transaction.atomic
def open_inspection(route: Route, *, visited_on: date, people: Sequence[Person], actor: Actor) -> Inspection:
    """Send representatives to look at a route; each scores what stands in the criteria of that day."""
    route = Route.objects.lock(route.pk)
    can_inspect(actor, route).require()
    if not people:
        raise Invalid(_("Name at least one representative."), faults={"people": _("They score the route.")})
    with keeping(Inspection, Inspector):
        inspection = Inspection.objects.create(route=route, visited_on=visited_on, criteria=list(criteria()))
        Inspector.objects.bulk_create(Inspector(inspection=inspection, person=one) for one in people)
    trail.record(actor, "open_inspection", route, inspection=inspection.pk, inspectors=len(people))
    return inspection


@transaction.atomic
def hand_in_scores(inspector: Inspector, *, scores: Mapping[str, int], remark: str = "", actor: Actor) -> Inspector:
    """Score every criterion of a visit. Until the inspection closes, the newest scores count."""
    Route.objects.lock(inspector.inspection.route_id)  # so that nothing is scored after the closing has counted
    inspector = Inspector.objects.select_related("inspection__route__organisation").get(pk=inspector.pk)
    can_score(actor, inspector).require()
    if inspector.inspection.closed_at is not None:
        raise Conflict(_("This inspection is closed; its average stands."), code="inspection_closed")
    if clock.today() < inspector.inspection.visited_on:
        raise Conflict(_("The visit is on %s; score what you have seen.") % inspector.inspection.visited_on)
    faults = {
        one["key"]: _("From 0 to %d points.") % one["most"]
        for one in inspector.inspection.criteria
        if not 0 <= scores.get(one["key"], -1) <= one["most"]
    }
    if faults:
        raise Invalid(_("Score every criterion within its points."), faults=dict(faults), code="wrong_scores")
    inspector.scores = {one["key"]: scores[one["key"]] for one in inspector.inspection.criteria}
    inspector.points, inspector.remark = sum(inspector.scores.values()), remark.strip()[:300]
    inspector.handed_in_at = clock.now()
    inspector.save(update_fields=["scores", "points", "remark", "handed_in_at"])
    trail.record(actor, "hand_in_scores", inspector.inspection.route, inspection=inspector.inspection_id)
    return inspector


@transaction.atomic
def close_inspection(inspection: Inspection, *, actor: Actor) -> Inspection:
    """End a visit: what was handed in is its result."""
    route = Route.objects.lock(inspection.route_id)
    can_inspect(actor, route).require()
    inspection = Inspection.objects.get(pk=inspection.pk)
    if inspection.closed_at is not None:
        return inspection
    handed_in = inspection.inspectors.filter(handed_in_at__isnull=False).count()
    if not handed_in:
        raise Conflict(
            _("Nobody has handed in scores yet."), remedy=_("Close it when the representatives have scored.")
        )
    inspection.closed_at = clock.now()
    inspection.save(update_fields=["closed_at"])
    trail.record(actor, "close_inspection", route, inspection=inspection.pk, handed_in=handed_in)
    return inspection


@transaction.atomic
def approve_route(route: Route, *, starts_on: date, ends_on: date, actor: Actor) -> Approval:
    """Let a route be travelled in a season. Refused without a closed inspection, or over a limit of its place."""
    route = Route.objects.lock(route.pk)
    can_approve(actor, route).require()
    inspection = route.inspections.exclude(closed_at=None).first()
    if inspection is None:
        raise Conflict(
            _("“%s” has not been inspected.") % route, remedy=_("Send representatives first."), code="not_inspected"
        )
    _refuse_over_caps(route, starts_on)
    with keeping(Approval):
        approval = Approval.objects.create(route=route, inspection=inspection, starts_on=starts_on, ends_on=ends_on)
    trail.record(actor, "approve_route", route, approval=approval.pk, until=ends_on.isoformat())
    return approval


def _refuse_over_caps(route: Route, on: date) -> None:
    faults = caps.over(route, on)
    if faults:
        said = caps.caps_at(route.organisation.division_code, on)
        raise Conflict(
            " ".join(map(str, faults)),
            remedy=_("Lower the price or the days. Basis: %s") % "; ".join(said.cites),
            code="over_the_cap",
        )


@transaction.atomic
def withdraw_approval(approval: Approval, *, reason: str, actor: Actor) -> Approval:
    """Take an approval back: no further trip can be announced. Those that are, their unions call off."""
    route = Route.objects.lock(approval.route_id)
    can_approve(actor, route).require()
    if not reason.strip():
        raise Invalid(_("Say why the approval is withdrawn."), faults={"reason": _("The unions will read it.")})
    approval = Approval.objects.get(pk=approval.pk)
    if approval.withdrawn_on is None:
        approval.withdrawn_on, approval.reason = clock.today(), reason.strip()[:200]
        approval.save(update_fields=["withdrawn_on", "reason"])
        trail.record(actor, "withdraw_approval", route, approval=approval.pk, reason=approval.reason)
    return approval


@transaction.atomic
def announce_trip(route: Route, departure: Departure, *, organisation: Organisation, actor: Actor) -> Trip:
    """Announce a departure on an approved route in one step: an activity that is taken from the allowance of the year.

    Refused when the route is not approved for that day, over a limit, or smaller than the seats.
    """
    route = Route.objects.lock(route.pk)
    can_announce_trip(actor, route, organisation).require()
    back_on = departure.starts_on + timedelta(days=route.days - 1)
    approvals = route.approvals.filter(starts_on__lte=departure.starts_on, ends_on__gte=back_on, withdrawn_on=None)
    approval = approvals.first()
    if approval is None:
        raise Conflict(
            _("“%(route)s” is not approved for %(from)s to %(until)s.")
            % {"route": route, "from": departure.starts_on, "until": back_on},
            remedy=_("Choose a day within its season, or have %s approve it.") % route.organisation,
            code="not_approved",
        )
    _refuse_over_caps(route, departure.starts_on)
    if departure.seats > route.capacity:
        raise Invalid(
            _("This route takes %(most)d people at once, not %(seats)d.")
            % {"most": route.capacity, "seats": departure.seats},
            remedy=_("Announce two departures."),
        )
    activity = announce_activity(
        draft_activity(_plan(route, departure, back_on), organisation=organisation, actor=actor), actor=actor
    )
    trip = Trip.objects.create(
        activity=activity, approval=approval, starts_on=departure.starts_on, price_fen=route.price_fen,
        counts=route.kind == Route.Kind.RECUPERATION,
    )  # fmt: skip
    trail.record(actor, "announce_trip", trip, route=route.pk)
    return trip


def _plan(route: Route, departure: Departure, back_on: date) -> Plan:
    starts_at = clock.start_of(departure.starts_on) + LEAVES_AT
    return Plan(
        title=route.title,
        opens_at=departure.opens_at,
        closes_at=departure.closes_at,
        dates=[Date(starts_at, clock.start_of(back_on) + COMES_BACK_AT, departure.location, departure.seats)],
        mode=departure.mode,
        ahead=[FIRST] if route.kind == Route.Kind.RECUPERATION else [],
        more={
            "kind": Activity.Kind.TRIP,
            "summary": route.summary,
            "most_seats": 1 + (departure.family if route.family_price_fen is not None else 0),
            "conditions": [MEMBERS],
        },
    )


MEMBERS = {  # zh: the condition, as the notice words it
    "key": "member", "text_zh": "工会会员", "text_en": "Union members", "rule": "worker.union.member",
}  # fmt: skip
