"""A worker on the road finds a station and a free table; an officer keeps the doors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.tests.factories import (
    make_account,
    make_actor,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.models import Account
from niangjia.places import actions, doors
from niangjia.places.models import Place
from niangjia.places.models_booking import Booking, Resource
from tests.journeys.helpers import page_weight

pytestmark = pytest.mark.django_db(transaction=True)
LIGHT = 150_000  # bytes, cold
Seen = Callable[[Page], None]


def acting(account: Account) -> Actor:
    assert account.person is not None
    return make_actor(account.person)


@dataclass(frozen=True)
class Cast:
    station: Place
    home: Place
    table: Resource
    worker: Account
    other: Account
    keeper: Account


@pytest.fixture
def cast() -> Cast:
    """Given a station and a home that never close, and a table that two workers want."""
    county = make_tree().county
    keeper, union = make_officer(county), make_union(county)
    always = [actions.Line(day, 0, 1440) for day in range(7)]

    def place(kind: str, name: str, north: float) -> Place:
        made = actions.add_place(
            county, actor=keeper.actor, kind=kind, name=name, address="环城南路1号", latitude=29.5 + north,
            longitude=120.9, facilities=["water", "charging"], phone="0575-86000000", stars=4, area_m2=520,
        )  # fmt: skip
        actions.set_hours(made, always, actor=keeper.actor)
        return made

    station, home = place("station", "城南户外劳动者驿站", 0.0), place("home", "县职工之家", 0.02)
    table = actions.add_resource(
        home, actor=keeper.actor, name="1号球台", kind="table", check_in_from=1440, grace_minutes=600
    )
    actions.set_quota(home, actor=keeper.actor, most=2, period="week")
    worker, other = (make_account(make_member(union, make_person(name)).person) for name in ("欧阳小芳", "周正"))
    return Cast(station, home, table, worker, other, make_account(keeper.person))


def a_free_hour() -> str:
    """The hour after next, as its slot is named: it cannot run out while the test runs."""
    begins = (clock.now() + timedelta(hours=2)).astimezone(clock.SHANGHAI).replace(minute=0)
    return f"{begins:%H:%M}–{begins + timedelta(hours=1):%H:%M}"


def test_a_courier_finds_a_station_and_says_in_two_taps_that_it_is_closed(
    phone: Page, enter: Callable[..., None], cast: Cast, sound: Seen
) -> None:
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"latitude": 29.51234, "longitude": 120.9})
    phone.goto("/places/?open=1")  # nobody has to sign in to find water
    phone.get_by_role("button", name="附近").click()
    expect(phone.locator("#found")).to_contain_text("20 公里内有 2 处")
    expect(phone.locator("#found li").first).to_contain_text(cast.home.name)  # 850 m; the station is at 1.4 km
    assert "29.5" not in phone.url
    expect(phone.get_by_text("正在开放").first).to_be_visible()
    expect(phone.get_by_role("img", name="位置图")).to_be_visible()
    sound(phone)
    enter(phone, cast.worker)
    phone.get_by_role("link", name=cast.station.name).click()
    sound(phone)
    phone.get_by_text("现在关着门").click()
    phone.get_by_role("button", name="反映：这里关着门").click()
    expect(phone.get_by_text("今天有 1 位职工到场发现关门")).to_be_visible()
    sound(phone)
    phone.goto("/places/?county=330624")
    expect(phone.get_by_text("今天有人反映关门", exact=True)).to_be_visible()
    assert page_weight(phone, "/places/?county=330624") < LIGHT


def test_a_table_is_booked_once_waited_for_and_checked_in_at_the_door(
    phone: Page, enter: Callable[..., None], cast: Cast, sound: Seen
) -> None:
    slot = a_free_hour()
    day = (clock.now() + timedelta(hours=2)).astimezone(clock.SHANGHAI).date()
    enter(phone, cast.worker)
    when_a_slot_is_booked(phone, sound, cast, f"/resources/{cast.table.pk}/?day={day}", slot)
    enter(phone, cast.other)
    then_the_second_is_told_what_is_free(phone, sound, cast, slot)
    phone.goto(f"/resources/{cast.table.pk}/?day={day}")
    phone.get_by_role("button", name=slot).click()
    expect(phone.get_by_text("候补中")).to_be_visible()
    sound(phone)
    enter(phone, cast.worker)
    phone.goto(f"/door/{cast.table.pk}/?code={doors.code(cast.table)}")
    sound(phone)
    phone.get_by_role("button", name="我到了").click()
    expect(phone.get_by_text("签到成功")).to_be_visible()
    assert Booking.objects.get(person=cast.worker.person).state == "checked_in"


def when_a_slot_is_booked(phone: Page, sound: Seen, cast: Cast, address: str, slot: str) -> None:
    phone.goto(address)
    sound(phone)
    phone.get_by_role("link", name=slot).click()
    expect(phone.get_by_text("您还可以约 2 个")).to_be_visible()
    sound(phone)
    phone.get_by_role("button", name="预约", exact=True).click()
    expect(phone.get_by_text("预约成功")).to_be_visible()
    sound(phone)
    phone.goto("/bookings/")
    expect(phone.get_by_text(cast.table.name)).to_be_visible()
    sound(phone)


def then_the_second_is_told_what_is_free(phone: Page, sound: Seen, cast: Cast, slot: str) -> None:
    starts = Booking.objects.get().starts_at.astimezone(clock.SHANGHAI).isoformat().replace("+", "%2B")
    phone.goto(f"/resources/{cast.table.pk}/book/?starts={starts}")
    phone.get_by_role("button", name="预约", exact=True).click()
    expect(phone.get_by_text("已经有人约了")).to_be_visible()
    expect(phone.get_by_text("最近的空档")).to_be_visible()
    sound(phone)
    phone.faults.clear()  # type: ignore[attr-defined] # the browser notes the 409


def test_an_officer_sets_terms_answers_and_sees_the_day(
    desk: Page, enter: Callable[..., None], cast: Cast, sound: Seen
) -> None:
    room = actions.add_resource(
        cast.home, actor=acting(cast.keeper), name="会议室", kind="room", needs_approval=True, capacity=30
    )  # fmt: skip
    begins = (clock.now() + timedelta(hours=26)).astimezone(clock.SHANGHAI).replace(minute=0, second=0, microsecond=0)
    worker = acting(cast.worker)
    actions.book(
        room, actor=worker, starts=begins, ends=begins + timedelta(hours=1), purpose="班组读书会"
    )  # fmt: skip
    actions.report_closed(cast.station, actor=worker)
    enter(desk, cast.keeper)
    desk.goto("/desk/places/")
    expect(desk.get_by_text("有职工反映关门")).to_be_visible()
    sound(desk)
    desk.get_by_label("情况说明").fill("门卫临时离开，已交代留人")
    desk.get_by_role("button", name="确实关门").click()
    expect(desk.get_by_text("已答复")).to_be_visible()
    desk.goto("/desk/bookings/")
    expect(desk.get_by_text("班组读书会")).to_be_visible()
    sound(desk)
    desk.get_by_role("button", name="通过", exact=True).click()
    expect(desk.get_by_text("已批准")).to_be_visible()
    desk.goto(f"/desk/places/{cast.home.pk}/")
    sound(desk)
    desk.goto(f"/desk/places/{cast.home.pk}/week/?day={begins.date()}")
    expect(desk.get_by_text("欧阳小芳")).to_be_visible()
    sound(desk)
    for address in (f"/desk/places/resources/{room.pk}/", f"/desk/places/resources/{room.pk}/door/",
                    f"/desk/places/{cast.home.pk}/hours/"):  # fmt: skip
        desk.goto(address)
        sound(desk)
