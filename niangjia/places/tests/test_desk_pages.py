"""What officers do for one worker: book for them, give up for them, keep a room for some, take one out of use."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from niangjia.kit.actor import Office
from niangjia.orgs.tests.factories import make_officer
from niangjia.people.models import Person
from niangjia.places import actions
from niangjia.places.models import Closure
from niangjia.places.models_booking import Booking
from niangjia.places.tests.conftest import DAY, Home
from niangjia.places.tests.test_pages import near, of, text


def person_of(home: Home) -> Person:
    """A worker who can be named by a phone number."""
    home.worker()
    return home.people[-1]


def test_an_officer_books_for_who_calls_and_gives_it_up_for_them_with_a_reason(home: Home):
    table, worker = home.resource(max_notice_days=0, capacity=4), person_of(home)
    desk, address = of(home.keeper), f"/desk/places/resources/{table.pk}/book/"
    assert address in text(desk, f"/desk/places/{home.place.pk}/")
    sent = {"phone": worker.phone, "starts": f"{DAY}T18:00", "minutes": "60", "people": "2", "purpose": "电话预约"}
    assert desk.post(address, {**sent, "phone": "13900000000"}).status_code == 422
    assert desk.post(address, {**sent, "starts": f"{DAY}T06:00"}).status_code == 422  # hours hold for officers too
    made = desk.post(address, sent)
    booking = Booking.objects.get()
    assert (booking.person, booking.state, booking.people) == (worker, "confirmed", 2)
    assert made["Location"] == f"/desk/bookings/{booking.pk}/"
    assert worker.masked_phone in text(desk, made["Location"])
    assert worker.phone not in text(desk, made["Location"])
    again = desk.post(address, sent)
    assert again.status_code == 422
    assert Booking.objects.count() == 1
    assert desk.post(f"/desk/bookings/{booking.pk}/answer/", {"answer": "cancel", "reason": ""}).status_code == 422
    desk.post(f"/desk/bookings/{booking.pk}/answer/", {"answer": "cancel", "reason": "本人来电取消"})
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == ("cancelled", "本人来电取消")
    assert "本人来电取消" in text(desk, f"/desk/bookings/{booking.pk}/")


def test_a_booking_is_reached_from_the_calendar_and_from_nobody_elses_desk(home: Home):
    booking = home.book(home.resource())
    address = f"/desk/bookings/{booking.pk}/"
    assert address in text(of(home.keeper), f"/desk/places/{home.place.pk}/week/", day=str(DAY))
    assert of(home.worker()).get(address).status_code == 403
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("office", [Office.JUDGE, Office.FINANCE])
def test_who_booked_and_what_for_is_read_at_the_door_and_by_no_other_office(home: Home, office: Office):
    booking = home.book(home.resource(needs_approval=True), purpose="心理咨询")
    other = make_officer(home.county, office).actor
    addresses = [f"/desk/bookings/{booking.pk}/", f"/desk/places/{home.place.pk}/week/?day={DAY}", "/desk/bookings/"]
    for address in addresses:
        page = of(other).get(address).content.decode()
        assert (home.people[-1].name in page, "心理咨询" in page) == (False, False), address
        assert home.people[-1].name in of(home.keeper).get(address).content.decode()
    assert of(other).get(f"/desk/places/{home.place.pk}/").status_code == 200


def test_a_closed_room_stays_bookable_for_the_unions_named(home: Home):
    table, desk = home.resource(), of(home.keeper)
    address = f"/desk/places/{home.place.pk}/close/?resource={table.pk}"
    sent = {"starts": f"{DAY}T17:00", "ends": f"{DAY}T20:00", "reason": "内部赛"}
    wrong = desk.post(address, {**sent, "allowed": "没有这个工会"})
    assert wrong.status_code == 422
    assert "没有这个工会" in wrong.content.decode()
    assert not Closure.objects.exists()
    desk.post(address, {**sent, "allowed": f"{home.union.name}\n\n"})
    assert home.union.name in text(desk, f"/desk/places/{home.place.pk}/")
    assert home.book(table).state == "confirmed"


def test_a_table_is_taken_out_of_use_from_its_own_page_unless_somebody_has_it(home: Home):
    table, desk = home.resource(), of(home.keeper)
    booking = home.book(table)
    address = f"/desk/places/resources/{table.pk}/"
    assert 'name="retire"' in text(desk, address)
    terms = {
        "kind": "table", "name": "1号台", "capacity": "1", "audience": "everybody", "slot_minutes": "60",
        "min_slots": "1", "max_slots": "1", "buffer_before": "0", "buffer_after": "0", "max_notice_days": "30",
        "min_notice_minutes": "0", "hold_hours": "24", "check_in_from": "15", "retire": "1",
    }  # fmt: skip
    assert desk.post(address, terms).status_code == 422
    desk.post(f"/desk/bookings/{booking.pk}/answer/", {"answer": "cancel", "reason": "换新球台"})
    assert desk.post(address, terms).status_code == 302
    table.refresh_from_db()
    assert table.retired_on == DAY
    assert 'name="retire"' not in text(desk, address)


def test_every_page_of_a_place_marks_its_item_in_the_side_list(home: Home):
    table = home.resource()
    for address in (f"/desk/places/{home.place.pk}/week/", f"/desk/places/resources/{table.pk}/book/"):
        marked = re.findall(r'<a[^>]*aria-current="page"[^>]*>', text(of(home.keeper), address))
        assert any('href="/desk/places/"' in link for link in marked)


def test_the_outline_of_a_county_goes_around_all_its_places_whatever_filter_stands(home: Home):
    for name, north, east in (
        ("东", 29.52, 120.95),
        ("西", 29.47, 120.85),
        ("北", 29.55, 120.9),
        ("中", 29.5, 120.901),
    ):
        actions.add_place(
            home.county, actor=home.keeper, kind="station", name=f"{name}驿站", address="路边", latitude=north,
            longitude=east,
        )  # fmt: skip
    everything = text(Client(), "/places/", county="330624")
    land = everything.split('class="map-land" d="')[1].split('"')[0]
    assert land.count("L") == 2  # west, east, north: what lies between is no corner
    assert "不是" in everything
    assert (
        land == text(Client(), "/places/", county="330624", kind="home").split('class="map-land" d="')[1].split('"')[0]
    )
    assert "map-land" not in near(lat="29.5", lon="120.9")
