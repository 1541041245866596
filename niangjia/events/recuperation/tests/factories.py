"""Routes for tests, made by the real verbs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from niangjia.events.models import Activity, Inspector, Route, Trip
from niangjia.events.recuperation import actions
from niangjia.events.recuperation.criteria import criteria
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_officer, make_person, make_tree


def handler_of(body: Organisation) -> Actor:
    return make_officer(body, Office.HANDLER).actor


def chair_of(body: Organisation) -> Actor:
    return make_officer(body, Office.CHAIR).actor


def make_route(
    days: int = 3,
    yuan: int = 500,
    *,
    title: str = "山乡疗休养线",
    organisation: Organisation | None = None,
    **draft: Any,
) -> Route:
    """A route of the city, not yet looked at."""
    organisation = organisation or make_tree().city
    draft.setdefault("stops", [(1, "上旺村")])
    draft.setdefault("capacity", 40)
    made = actions.Draft(title=title, days=days, day_price_fen=yuan * 100, **draft)
    return actions.list_route(made, organisation=organisation, actor=handler_of(organisation))


def inspect(route: Route, *points: int) -> Route:
    """Representatives look at it: each gives this share, in percent, of every criterion."""
    handler = handler_of(route.organisation)
    people = [make_person() for _one in points]
    inspection = actions.open_inspection(route, visited_on=clock.today(), people=people, actor=handler)
    for inspector, share in zip(Inspector.objects.filter(inspection=inspection), points, strict=True):
        scores = {one["key"]: one["most"] * share // 100 for one in criteria()}
        actions.hand_in_scores(inspector, scores=scores, actor=actor_for(inspector.person))
    actions.close_inspection(inspection, actor=handler)
    return route


def approve(route: Route, *, starts_on: date | None = None, ends_on: date | None = None) -> Route:
    """Looked at, and approved for a year from today."""
    inspect(route, 100, 80)
    starts_on = starts_on or clock.today()
    ends_on = ends_on or starts_on + timedelta(days=364)
    actions.approve_route(route, starts_on=starts_on, ends_on=ends_on, actor=chair_of(route.organisation))
    return route


def departure(
    *, on: date | None = None, seats: int = 10, mode: Activity.Mode = Activity.Mode.FIRST_COME, **more: Any
) -> actions.Departure:
    now = clock.now()
    return actions.Departure(
        starts_on=on or clock.today() + timedelta(days=20), seats=seats, opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=5), location="县职工之家门口", mode=mode, **more,
    )  # fmt: skip


def make_trip(route: Route, *, organisation: Organisation | None = None, **more: Any) -> Trip:
    body = organisation or make_tree().county
    return actions.announce_trip(route, departure(**more), organisation=body, actor=handler_of(body))
