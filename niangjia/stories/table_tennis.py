"""The province's table-tennis hall (row 38): 9 to 30 June, 12:00 to 20:30, third floor, 107 Xueyuan Road.

Slots of half an hour are booked the day before. Who does not come within ten minutes loses the slot to whoever waits;
nobody books more than their share of a week.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Max, Min, QuerySet
from django.db.models.functions import TruncDate

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Person
from niangjia.places import actions
from niangjia.places.models_booking import Booking, Resource
from niangjia.places.reads import prove
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

PROVINCE, DISTRICT = "330000", "330106"
FIRST, LAST = date(2023, 6, 9), date(2023, 6, 30)
OPENS, CLOSES = 12 * 60, 20 * 60 + 30
NAME, PHONE = "浙江省总工会乒乓球室", "0571-56000319"
PLAYERS, WEEKLY = 24, 4
CLOCK = Actor.system("clock")


def _moment(day: date, minute: int) -> datetime:
    return clock.start_of(day) + timedelta(minutes=minute)


def enact(telling: Telling) -> None:
    """Every day of the season: tables are booked the evening before, players come or do not, the freed slot goes on."""
    with clock.at(clock.start_of(FIRST) - timedelta(days=3) + timedelta(hours=9)):
        tables, handler = settle()
        players = _players(telling.of(PLAYERS))
    days = (LAST - FIRST).days + 1
    for nth in range(days):
        day = FIRST + timedelta(days=nth)
        with clock.at(_moment(day - timedelta(days=1), 20 * 60)):
            booked = _evening(tables, players, day, nth)
        _play(booked, players, handler)
        telling.progress("days", nth + 1, days)
    proof = prove()
    assert proof.holds, proof.faults


def settle() -> tuple[list[Resource], Actor]:
    """The hall with its two tables and its terms."""
    cast.federation(DISTRICT)
    province = Organisation.objects.get(code=PROVINCE)
    handler = cast.officer(province, Office.HANDLER, next(invented(DISTRICT, "hall-officers"))).actor
    place = actions.add_place(
        province, actor=handler, kind="venue", name=NAME, address="杭州市学院路107号三楼", phone=PHONE,
        facilities=["sport", "water", "toilet"], latitude=30.2790, longitude=120.1260, division_code=DISTRICT,
        prime_from=17 * 60 + 30, prime_until=CLOSES, opened_on=FIRST - timedelta(days=3),
    )  # fmt: skip
    week = [actions.Line(day, OPENS, CLOSES) for day in range(7)]
    actions.set_hours(place, week, actor=handler, since=FIRST, until=LAST)
    tables = [
        actions.add_resource(
            place, actor=handler, name=f"{n}号球台", kind="table", capacity=4, audience="members", slot_minutes=30,
            max_slots=2, max_notice_days=1, available_from=FIRST, available_until=LAST, grace_minutes=10,
        )
        for n in (1, 2)
    ]  # fmt: skip
    actions.set_quota(place, actor=handler, most=WEEKLY, period="week")
    actions.set_accessory(place, actor=handler, name="球拍", stock=8)
    return tables, handler


def _players(count: int) -> list[Person]:
    union = cast.firm_union(Organisation.objects.get(code=DISTRICT), "西湖区文教单位工会")
    return [cast.member(union, one, since=date(2020, 1, 1)) for one in islice(invented(DISTRICT, "players"), count)]


def _evening(tables: list[Resource], players: list[Person], day: date, nth: int) -> list[Booking]:
    """The first and the last slots of the day and some between; who has used up the week is told so."""
    made: list[Booking] = []
    for turn, minute in enumerate((OPENS, 17 * 60 + 30, 18 * 60, 19 * 60, CLOSES - 30)):
        table = tables[(turn + nth) % 2]
        starts = _moment(day, minute)
        for offset in range(len(players)):
            who = actor_for(players[(nth * 5 + turn + offset) % len(players)])
            with suppress(Conflict):  # the week's share is used up
                made.append(actions.book(table, actor=who, starts=starts, ends=starts + timedelta(minutes=30)))
                break
    return made


def _play(booked: list[Booking], players: list[Person], handler: Actor) -> None:
    """The last of the evening does not come; who waits for that slot gets it at the door and plays."""
    *coming, missing = booked
    for booking in coming:
        with clock.at(booking.starts_at + timedelta(minutes=3)):
            actions.check_in(booking, actor=handler)
    waiting = _who_waits(missing, players)
    with clock.at(missing.starts_at + timedelta(minutes=11)):
        actions.release_no_shows(actor=CLOCK)
        if waiting is not None:
            offered = Booking.objects.get(person=waiting.person_id, starts_at=missing.starts_at, state="held")
            actions.accept_offer(offered, actor=waiting)
            actions.check_in(offered, actor=handler)


def _who_waits(missing: Booking, players: list[Person]) -> Actor | None:
    """The first player who may still have a slot this week waits for the one that will be missed."""
    with clock.at(missing.starts_at - timedelta(minutes=30)):
        for person in players:
            who = actor_for(person)
            with suppress(Refusal):
                actions.wish_for(missing.resource, actor=who, starts=missing.starts_at, ends=missing.ends_at)
                return who
    return None


def _of_the_season() -> QuerySet[Booking]:
    return Booking.objects.counted().filter(resource__place__name=NAME)


def days_played() -> int:
    """Days on which somebody had a table."""
    return _of_the_season().annotate(day=TruncDate("starts_at", tzinfo=clock.SHANGHAI)).values("day").distinct().count()


def _minutes(moment: datetime | None) -> int:
    if moment is None:
        return 0
    local = moment.astimezone(clock.SHANGHAI)
    return local.hour * 60 + local.minute


def earliest() -> int:
    """Minutes after midnight at which the first slot of the first day began."""
    return _minutes(_of_the_season().aggregate(first=Min("starts_at"))["first"])


def latest() -> int:
    """Minutes after midnight at which the last slot of the last day ended."""
    return _minutes(_of_the_season().aggregate(last=Max("ends_at"))["last"])


def day_of_month(moment: datetime | None) -> int:
    return moment.astimezone(clock.SHANGHAI).day if moment is not None else 0


STORY = Story(
    key="table-tennis",
    title="乒乓球场地预约",
    rows=(38,),
    enact=enact,
    figures=(
        PublishedFigure("days", "days", (LAST - FIRST).days + 1, "=", days_played),
        PublishedFigure(
            "first_day", "day of June", 9, "=",
            lambda: day_of_month(_of_the_season().aggregate(first=Min("starts_at"))["first"]),
        ),
        PublishedFigure(
            "last_day", "day of June", 30, "=",
            lambda: day_of_month(_of_the_season().aggregate(last=Max("ends_at"))["last"]),
        ),
        PublishedFigure("opens", "minutes after midnight", 720, "=", earliest),
        PublishedFigure("closes", "minutes after midnight", 1230, "=", latest),
    ),
)  # fmt: skip
