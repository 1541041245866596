"""Shaoxing looks at its routes before anybody travels them (row 83): more than 70 representatives, three villages.

Points and prices are the story's own; the page names the villages and publishes how many looked.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

from niangjia.events.actions import Wish, claim_seats, draw_lots
from niangjia.events.models import Approval, Inspector, Route, Stop, Trip
from niangjia.events.reads import miscounts
from niangjia.events.recuperation import actions
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Person
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

CITY, DISTRICT = "330600", "330602"
VISITED = date(2024, 4, 18)
REPRESENTATIVES, WORKERS = 72, 12
VILLAGES = (  # village, days, yuan a day, what family pays, people at most
    ("鉴湖街道坡塘云松村", 2, 480, 920, 60),
    ("富盛镇上旺村", 2, 450, 880, 45),
    ("皋埠街道坝头山村", 3, 520, 1500, 80),
)
CLOCK = Actor.system("clock")


def enact(telling: Telling) -> None:
    """Routes are listed, representatives look at all of them and score, the chair approves, the best is travelled."""
    with clock.at(VISITED - timedelta(days=20)):
        cast.federation(DISTRICT)
        city, names = Organisation.objects.get(code=CITY), invented(DISTRICT, "route-officers")
        handler = cast.officer(city, Office.HANDLER, next(names)).actor
        chair = cast.officer(city, Office.CHAIR, next(names)).actor
        looking = [
            cast.register(one) for one in islice(invented(DISTRICT, "representatives"), telling.of(REPRESENTATIVES))
        ]
        routes = [_listed(*village, city, handler) for village in VILLAGES]
        visits = [actions.open_inspection(one, visited_on=VISITED, people=looking, actor=handler) for one in routes]
    with clock.at(VISITED):
        for nth, visit in enumerate(visits):
            for inspector in Inspector.objects.filter(inspection=visit).select_related("person", "inspection"):
                _score(inspector, nth)
            actions.close_inspection(visit, actor=handler)
            telling.progress("villages", nth + 1, len(visits))
    with clock.at(VISITED + timedelta(days=7)):
        for route in routes:
            actions.approve_route(route, starts_on=date(2024, 5, 1), ends_on=date(2024, 12, 31), actor=chair)
        _travel(routes[0], city, handler, telling)


def _listed(village: str, days: int, yuan: int, family: int, most: int, city: Organisation, handler: Actor) -> Route:
    return actions.list_route(
        actions.Draft(
            title=f"乡村疗休养：{village}", days=days, day_price_fen=yuan * 100, capacity=most, stops=[(1, village)],
            summary="住农家、看古村、尝山货，费用由工会按标准承担。", family_price_fen=family * 100,
        ),
        organisation=city, actor=handler,
    )  # fmt: skip


def _score(inspector: Inspector, nth: int) -> None:
    scores = {
        one["key"]: one["most"] - (inspector.person_id + nth + place) % 5
        for place, one in enumerate(inspector.inspection.criteria)
    }
    actions.hand_in_scores(inspector, scores=scores, actor=actor_for(inspector.person))


def _travel(route: Route, city: Organisation, handler: Actor, telling: Telling) -> None:
    """Members enter the draw of a departure on the first route; lots are drawn when it closes."""
    union = cast.firm_union(Organisation.objects.get(code=DISTRICT), "越城区环卫服务公司工会")
    workers: list[Person] = [
        cast.member(union, one, since=date(2020, 1, 1))
        for one in islice(invented(DISTRICT, "travellers"), telling.of(WORKERS))
    ]
    now = clock.now()
    departure = actions.Departure(
        starts_on=date(2024, 6, 12), seats=8, opens_at=now, closes_at=now + timedelta(days=10), location="市总工会门口",
        family=1,
    )  # fmt: skip
    activity = actions.announce_trip(route, departure, organisation=city, actor=handler).activity
    date_ids = tuple(activity.occurrences.values_list("pk", flat=True))
    for person in workers:
        claim_seats(activity, [Wish(person.pk, date_ids)], actor=actor_for(person))
    with clock.at(activity.closes_at):
        draw_lots(activity, actor=CLOCK)
    assert miscounts(activity) == []


def representatives() -> int:
    """People who handed in scores on the visit."""
    handed_in = Inspector.objects.filter(handed_in_at__isnull=False, inspection__visited_on=VISITED)
    return handed_in.values("person").distinct().count()


def villages() -> int:
    """Villages on routes that representatives looked at on that visit."""
    seen = Route.objects.filter(inspections__visited_on=VISITED, inspections__closed_at__isnull=False)
    return Stop.objects.filter(route__in=seen).values("name").distinct().count()


def travelled_after_inspection() -> int:
    """Trips on routes approved after an inspection that was closed before the approval's season."""
    sound = Approval.objects.filter(inspection__closed_at__date__lt=date(2024, 5, 1))
    return Trip.objects.filter(approval__in=sound, starts_on__year=2024).count()


STORY = Story(
    key="route-inspection",
    title="疗休养线路考察",
    rows=(83,),
    enact=enact,
    figures=(
        PublishedFigure("representatives", "people", 70, ">", representatives),
        PublishedFigure("villages", "villages", 3, "=", villages),
        PublishedFigure("trips_after_inspection", "trips", 1, "=", travelled_after_inspection),
    ),
)
