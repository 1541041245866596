"""Lucheng's stations (row 19): outdoor workers' stations and workers' homes that share Party-service sites."""

from __future__ import annotations

from datetime import date, timedelta

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.reads import actor_for
from niangjia.places import actions
from niangjia.places.models import Place, PlaceKind, Sharing, Visit
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY = "330302"
OPENED = date(2023, 3, 1)
DAYS = 7
SITES = (
    "五马", "江滨", "蒲鞋市", "南汇", "松台", "双屿", "仰义", "大南", "滨江", "七都", "广化", "南郊", "黎明", "绣山",
    "水心", "上陡门", "桥儿头", "洪殿", "新城", "杨府山", "会昌", "鹿城路",
)  # fmt: skip
HOMES = ("丰门", "藤桥")
MIDDLE = (28.010, 120.660)
FACILITIES = ["water", "rest", "cool", "microwave", "charging", "toilet", "first_aid"]


def enact(telling: Telling) -> None:
    """The district puts its stations on record; hosts count who comes, and one is found closed and answered."""
    names = invented(COUNTY, "station-officers")
    with clock.at(OPENED):
        county = cast.federation(COUNTY)
        handler = cast.officer(county, Office.HANDLER, next(names)).actor
        places = [
            _open(nth, name, PlaceKind.HOME if name in HOMES else PlaceKind.STATION, handler)
            for nth, name in enumerate((*SITES, *HOMES)[: telling.of(len(SITES) + len(HOMES))])
        ]
    for day in range(DAYS):
        with clock.at(clock.start_of(OPENED + timedelta(days=day)) + timedelta(hours=19)):
            for nth, place in enumerate(places):
                actions.count_visits(place, actor=handler, times=18 + (nth * 7 + day * 5) % 23)
        telling.progress("days", day + 1, DAYS)
    _found_closed(places[0], handler)


def _open(nth: int, name: str, kind: PlaceKind, handler: Actor) -> Place:
    county = cast.federation(COUNTY)
    title = "职工之家" if kind == PlaceKind.HOME else "户外劳动者驿站"
    place = actions.add_place(
        county, actor=handler, kind=kind, name=f"{name}{title}", address=f"鹿城区{name}党群服务中心一楼",
        sharing=Sharing.PARTY_SITE, host_name=f"{name}党群服务中心", facilities=FACILITIES[: 4 + nth % 4],
        latitude=round(MIDDLE[0] + (nth % 5 - 2) * 0.011, 6), longitude=round(MIDDLE[1] + (nth // 5 - 2) * 0.014, 6),
        opened_on=OPENED, stars=3 + nth % 3,
    )  # fmt: skip
    week = [actions.Line(day, 7 * 60, 21 * 60) for day in range(7)]
    actions.set_hours(place, week, actor=handler, since=OPENED)
    return place


def _found_closed(place: Place, handler: Actor) -> None:
    """A courier stands before a shut door at noon; the host says why within the hour."""
    names = invented(COUNTY, "station-couriers")
    noon = clock.start_of(OPENED + timedelta(days=DAYS)) + timedelta(hours=12)
    with clock.at(noon):
        courier = cast.register(next(names), place=COUNTY)
        report = actions.report_closed(place, actor=actor_for(courier))
    with clock.at(noon + timedelta(minutes=40)):
        actions.answer_closed_report(
            report, actor=handler, was_closed=True, answer="值守人员外出取药，已请社区补位，十二点半起开门。"
        )


def stations_used() -> int:
    """Stations on a Party-service site at which visits were counted; the workers' homes are not among them."""
    visited = Visit.objects.filter(times__gt=0).values("place")
    sites = Place.objects.filter(kind=PlaceKind.STATION, sharing=Sharing.PARTY_SITE, organisation__code=COUNTY)
    return sites.filter(pk__in=visited).count()


STORY = Story(
    key="stations",
    title="户外劳动者驿站与职工之家共享党群阵地",
    rows=(19,),
    enact=enact,
    figures=(PublishedFigure("stations", "stations", 20, ">", stations_used),),
)
