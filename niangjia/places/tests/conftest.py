"""A workers' home with three tables and a hall of two halves, made by the house's own verbs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_actor, make_member, make_officer, make_person, make_tree, make_union
from niangjia.people.models import Person
from niangjia.places import actions, hours
from niangjia.places.actions import Line
from niangjia.places.models import Place
from niangjia.places.models_booking import Booking, Resource

MONDAY = date(2026, 6, 8)
DAY = date(2026, 6, 10)  # a Wednesday
MORNING = clock.start_of(DAY) + timedelta(hours=9)


def at(hour: float, day: date = DAY) -> datetime:
    """A time of the day, `18.5` for half past six."""
    return hours.moment(day, round(hour * 60))


@dataclass
class Home:
    """A place in Xinchang, who keeps it, and workers who come."""

    county: Organisation
    union: Organisation
    keeper: Actor
    place: Place
    people: list[Person] = field(default_factory=list)

    def resource(self, name: str = "1号台", parent: Resource | None = None, **terms: Any) -> Resource:
        terms = {"max_notice_days": 30, **terms}
        kind = terms.pop("kind", "table")
        return actions.add_resource(self.place, actor=self.keeper, name=name, kind=kind, parent=parent, **terms)

    def hall(self) -> tuple[Resource, Resource, Resource]:
        """A hall and its two halves."""
        whole = self.resource("大厅", kind="hall", capacity=200)
        east, west = (self.resource(name, whole, kind="room", capacity=80) for name in ("东厅", "西厅"))
        return whole, east, west

    def worker(self, name: str = "") -> Actor:
        person = make_member(self.union, make_person(name)).person
        self.people.append(person)
        return make_actor(person)

    def book(
        self, resource: Resource, who: Actor | None = None, hour: float = 18, length: float = 1, day: date = DAY,
        **rest: Any,
    ) -> Booking:  # fmt: skip
        starts = at(hour, day)
        return actions.book(
            resource, actor=who or self.worker(), starts=starts, ends=starts + timedelta(hours=length), **rest
        )


def open_home() -> Home:
    county = make_tree().county
    keeper = make_officer(county, Office.HANDLER).actor
    union = make_union(county)
    place = actions.add_place(
        county, actor=keeper, kind="home", name="新昌县职工之家", address="学院路107号三楼",
        prime_from=1050, prime_until=1320, latitude=29.5, longitude=120.9, opened_on=date(2020, 1, 1),
    )  # fmt: skip
    week = [Line(day, 12 * 60, 20 * 60 + 30) for day in range(7)]
    actions.set_hours(place, week, actor=keeper, since=date(2020, 1, 1))
    return Home(county, union, keeper, place)


@pytest.fixture
def home(db: None) -> Iterator[Home]:
    """On a Wednesday morning in June."""
    with clock.at(MORNING):
        yield open_home()
