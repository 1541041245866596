"""The pages: a worker's on a phone, the officer's at a desk."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.tests.factories import make_account, make_employer, make_officer, make_person, make_tree
from niangjia.people.models import Person
from niangjia.places import actions, doors
from niangjia.places.models import ClosedReport, Place, Visit
from niangjia.places.models_booking import Booking, BookingSeries, QuotaRule, Resource, SlotWish
from niangjia.places.tests.conftest import DAY, Home, at


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(make_account(person))
    return client


def of(actor: Actor) -> Client:
    assert actor.person_id is not None
    return as_person(Person.objects.get(pk=actor.person_id))


def text(client: Client, address: str, **data: str) -> str:
    answer = client.get(address, data)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_anybody_finds_what_is_open_near_a_point_without_signing_in(home: Home):
    with clock.at(at(13)):
        shown = near(lat="29.501", lon="120.901", open="1")
        assert home.place.name in shown
        assert "<svg" in shown
        assert "150 米" in shown
        assert "29.501" not in shown  # where they stand is used once and written nowhere, not even into the page
    assert home.place.name not in text(Client(), "/places/", county="330624", open="1")
    assert home.place.name in text(Client(), "/places/", county="330624")
    assert home.place.name not in near(lat="28", lon="121")
    near(lat="x", lon="nan", kind="palace", facility="gold", county="<script>")
    assert home.place.name in text(Client(), "/places/", around=str(home.place.pk))
    text(Client(), "/places/", around="<script>")


def near(**sent: str) -> str:
    """The list as a phone gets it that told where it is."""
    answer = Client().post("/places/", sent)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_worker_begins_in_the_county_of_their_union(home: Home):
    assert home.place.name in text(of(home.worker()), "/places/")


def test_closed_is_reported_in_two_taps_and_seen_by_all_until_it_is_answered(home: Home):
    client, address = of(home.worker()), f"/places/{home.place.pk}/"
    assert client.post(f"{address}closed/").status_code == 409  # in the morning its hours say closed
    with clock.at(at(13)):
        assert f"{address}closed/" in text(client, address)
        client.post(f"{address}closed/")
        assert "发现关门" in text(Client(), address)
        assert client.post(f"{address}closed/").status_code == 409
        report = ClosedReport.objects.get()
        desk = of(home.keeper)
        assert home.place.name in text(desk, "/desk/places/")
        assert desk.post(f"/desk/reports/{report.pk}/answer/", {"was": "open", "answer": ""}).status_code == 422
        desk.post(f"/desk/reports/{report.pk}/answer/", {"was": "open", "answer": "门卫去接水了，门没有锁"})
        assert "发现关门" not in text(Client(), address)


def test_use_is_counted_once_a_day(home: Home):
    client = of(home.worker())
    for _tap in range(2):
        client.post(f"/places/{home.place.pk}/visit/")
    of(home.keeper).post(f"/desk/places/{home.place.pk}/visits/", {"times": "12"})
    assert sorted(Visit.objects.values_list("times", flat=True)) == [1, 12]
    assert "13" in text(of(home.keeper), "/desk/places/")


def test_a_table_is_booked_in_three_taps_and_cancelled(home: Home):
    table, client = home.resource(), of(home.worker())
    actions.set_quota(home.place, actor=home.keeper, most=2, period="week", prime_only=True)
    shown = text(client, f"/resources/{table.pk}/", day=str(DAY))
    assert "18:00–19:00" in shown
    assert "还可以约 2 个" in shown
    starts = at(18).isoformat()
    assert "还可以约 2 个" in text(client, f"/resources/{table.pk}/book/", starts=starts)
    made = client.post(f"/resources/{table.pk}/book/", {"starts": starts})
    booking = Booking.objects.get()
    assert made["Location"] == f"/bookings/{booking.pk}/"
    assert table.name in text(client, "/bookings/")
    file = client.get(f"/bookings/{booking.pk}.ics")
    assert b"DTSTART:20260610T100000Z" in file.content
    client.post(f"/bookings/{booking.pk}/cancel/")
    booking.refresh_from_db()
    assert booking.state == "cancelled"


def test_who_comes_second_reads_what_is_free_and_can_wait(home: Home):
    table, client = home.resource(), of(home.worker())
    first = home.book(table)
    refused = client.post(f"/resources/{table.pk}/book/", {"starts": at(18).isoformat()})
    assert refused.status_code == 409
    assert "19:00–20:00" in refused.content.decode()
    assert "候补" in text(client, f"/resources/{table.pk}/", day=str(DAY))
    client.post(f"/resources/{table.pk}/wish/", {"starts": at(18).isoformat(), "minutes": "60"})
    wish = SlotWish.objects.get()
    assert f"/wishes/{wish.pk}/let-go/" in text(client, "/bookings/")
    actions.cancel_booking(first, actor=home.keeper, reason="本人电话取消")
    offered = Booking.objects.get(state="held")
    assert f"/bookings/{offered.pk}/accept/" in text(client, "/bookings/")
    client.post(f"/bookings/{offered.pk}/accept/")
    offered.refresh_from_db()
    assert offered.state == "confirmed"


def test_the_code_at_the_door_leads_to_one_button(home: Home):
    table, worker = home.resource(grace_minutes=15), home.worker()
    booking, client = home.book(table, worker), of(worker)
    with clock.at(at(18)):
        desk = text(of(home.keeper), f"/desk/places/resources/{table.pk}/door/")
        assert doors.code(table) in desk
        assert doors.code(table) in text(client, f"/door/{table.pk}/", code=doors.code(table))
        assert client.post(f"/door/{table.pk}/", {"code": "WRONG"}).status_code == 422
        client.post(f"/door/{table.pk}/", {"code": doors.code(table)})
    booking.refresh_from_db()
    assert booking.state == "checked_in"
    assert "看空档" in text(of(home.worker()), f"/door/{table.pk}/")


def test_a_booking_is_moved_from_the_slots_of_another_day(home: Home):
    table, worker = home.resource(), home.worker()
    booking, client = home.book(table, worker), of(worker)
    later = DAY + timedelta(days=1)
    assert f"/bookings/{booking.pk}/move/" in text(
        client, f"/resources/{table.pk}/", day=str(later), move=str(booking.pk)
    )
    client.post(f"/bookings/{booking.pk}/move/", {"starts": at(13, later).isoformat()})
    booking.refresh_from_db()
    assert booking.starts_at == at(13, later)


def test_a_weekly_booking_tells_the_dates_it_cannot_have_and_books_the_rest(home: Home):
    table, client = home.resource(), of(home.worker())
    home.book(table, day=DAY + timedelta(weeks=1))
    sent = {
        "first_day": str(DAY), "last_day": str(DAY + timedelta(weeks=2)), "every_weeks": "1", "starts": "18:00",
        "minutes": "60",
    }  # fmt: skip
    told = client.post(f"/resources/{table.pk}/weekly/", sent)
    assert told.status_code == 422
    assert "6月17日" in told.content.decode()
    assert not BookingSeries.objects.exists()
    assert client.post(f"/resources/{table.pk}/weekly/", {**sent, "rest": "1"}).status_code == 302
    assert BookingSeries.objects.get().bookings.count() == 2


def test_a_series_gets_another_time_from_a_date_on_and_dates_that_cannot_keep_theirs(home: Home):
    table, worker = home.resource(), home.worker()
    client = of(worker)
    made = actions.book_series(
        table, actor=worker, first_day=DAY, last_day=DAY + timedelta(weeks=2), starts=18 * 60, minutes=60
    )
    home.book(table, hour=19, day=DAY + timedelta(weeks=2))
    second = made.bookings[1]
    address = f"/bookings/{second.pk}/series/"
    assert address in text(client, f"/bookings/{second.pk}/")
    text(client, address)
    told = client.post(address, {"starts": "19:00", "scope": "following"})
    assert told.status_code == 422
    assert "6月24日" in told.content.decode()
    client.post(address, {"starts": "19:00", "scope": "following", "rest": "1"})
    hours = [one.starts_at.astimezone(clock.SHANGHAI).hour for one in Booking.objects.mine(worker)]
    assert hours == [18, 19, 18]
    alone = home.book(home.resource("2号台"), worker)
    assert client.get(f"/bookings/{alone.pk}/series/").status_code == 404


def test_nonsense_in_an_address_is_answered_in_a_sentence(home: Home):
    table, client = home.resource(), of(home.worker())
    text(client, f"/resources/{table.pk}/", day="yesterday")
    for starts in ("", "soon", "2026-06-10"):
        assert client.get(f"/resources/{table.pk}/book/", {"starts": starts}).status_code in (200, 422)
        assert client.post(f"/resources/{table.pk}/book/", {"starts": starts, "minutes": "x"}).status_code == 422
    assert client.get("/resources/999999/").status_code == 404
    assert client.get("/bookings/999999/").status_code == 404


def test_somebody_elses_booking_is_not_to_be_found(home: Home):
    booking = home.book(home.resource())
    client = of(home.worker())
    assert client.get(f"/bookings/{booking.pk}/").status_code == 404
    for verb in ("cancel", "accept", "move"):
        assert client.post(f"/bookings/{booking.pk}/{verb}/").status_code == 404


PLACE = {
    "kind": "station", "name": "城南户外劳动者驿站", "division_code": "330624", "address": "环城南路1号",
    "sharing": "party_site", "host_name": "城南社区党群服务中心", "latitude": "29.50", "longitude": "120.90",
    "datum": "gcj02", "facilities": ["water", "charging"], "holidays": "as_usual",
}  # fmt: skip


def test_an_officer_puts_a_place_on_record_with_hours_and_a_table(home: Home):
    desk, county = of(home.keeper), home.county.pk
    assert desk.post(f"/desk/places/add/{county}/", {**PLACE, "longitude": ""}).status_code == 422
    desk.post(f"/desk/places/add/{county}/", PLACE)
    place = Place.objects.get(name=PLACE["name"])
    assert place.latitude is not None
    assert 0.001 < abs(place.latitude - 29.50) < 0.01
    text(desk, f"/desk/places/{place.pk}/edit/")
    desk.post(f"/desk/places/{place.pk}/edit/", {**PLACE, "datum": "wgs84", "stars": "4"})
    desk.post(f"/desk/places/{place.pk}/hours/", {"since": str(DAY), "hours_2": "8：30—11:30，13:00-24:00"})
    assert list(place.hours.values_list("day", "opens", "closes")) == [(2, 510, 690), (2, 780, 1440)]
    wrong = desk.post(f"/desk/places/{place.pk}/hours/", {"since": str(DAY), "hours_2": "早上到晚上"})
    assert wrong.status_code == 422
    terms = {
        "kind": "room", "name": "活动室", "capacity": "20", "audience": "members", "slot_minutes": "60",
        "min_slots": "1", "max_slots": "2", "buffer_before": "0", "buffer_after": "0", "max_notice_days": "7",
        "release_minute": "09:00", "min_notice_minutes": "0", "hold_hours": "24", "check_in_from": "15",
    }  # fmt: skip
    desk.post(f"/desk/places/{place.pk}/resources/", terms)
    room = Resource.objects.get(name="活动室")
    assert (room.release_minute, room.audience) == (540, "members")
    desk.post(f"/desk/places/resources/{room.pk}/", {**terms, "capacity": "30"})
    room.refresh_from_db()
    assert room.capacity == 30
    desk.post(f"/desk/places/{place.pk}/quotas/", {"subject": "person", "most": "2", "period": "week"})
    desk.post(f"/desk/quotas/{QuotaRule.objects.get().pk}/end/")
    desk.post(f"/desk/places/{place.pk}/accessories/", {"name": "话筒", "stock": "2"})
    text(desk, f"/desk/places/{place.pk}/")


def test_a_closure_in_the_way_of_bookings_is_said_on_the_form(home: Home):
    home.book(home.resource())
    desk, address = of(home.keeper), f"/desk/places/{home.place.pk}/close/"
    sent = {"starts": f"{DAY}T17:00", "ends": f"{DAY}T20:00", "reason": "消防检查"}
    assert desk.post(address, sent).status_code == 422
    assert desk.post(address, {**sent, "cancel_bookings": "on"}).status_code == 302
    closure = home.place.closures.get()
    assert "消防检查" in text(Client(), f"/places/{home.place.pk}/")
    desk.post(f"/desk/closures/{closure.pk}/lift/")
    assert "消防检查" not in text(Client(), f"/places/{home.place.pk}/")


def test_requests_are_answered_and_people_checked_in_by_name(home: Home):
    room = home.resource("会议室", kind="room", needs_approval=True)
    first, second = home.book(room, hour=13), home.book(room, hour=14)
    desk = of(home.keeper)
    assert first.person.name in text(desk, "/desk/bookings/")
    desk.post(f"/desk/bookings/{first.pk}/answer/", {"answer": "approve"})
    assert desk.post(f"/desk/bookings/{second.pk}/answer/", {"answer": "refuse", "reason": ""}).status_code == 422
    desk.post(f"/desk/bookings/{second.pk}/answer/", {"answer": "refuse", "reason": "当天消防演练"})
    with clock.at(at(13)):
        desk.post(f"/desk/bookings/{first.pk}/in/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("checked_in", "refused")


def test_the_calendar_shows_all_rooms_of_a_day_and_one_rooms_week(home: Home):
    whole, east, _west = home.hall()
    booking = home.book(whole)
    desk, address = of(home.keeper), f"/desk/places/{home.place.pk}/week/"
    assert text(desk, address, day=str(DAY)).count(booking.person.name) == 3  # the hall and both halves
    assert booking.person.name in text(desk, address, day=str(DAY), resource=str(east.pk))
    text(desk, address, day="x", resource="y")


def test_a_place_elsewhere_has_no_desk_for_this_officer(home: Home):
    stranger = of(make_officer(make_tree().other_county, Office.CHAIR).actor)
    table = home.resource()
    for address in (f"/desk/places/{home.place.pk}/", f"/desk/places/resources/{table.pk}/"):
        assert stranger.get(address).status_code == 404
    assert home.place.name not in text(stranger, "/desk/places/")


def test_the_workbook_has_the_figures_of_the_page_and_no_formulas(home: Home):
    actions.change_place(home.place, actor=home.keeper, name='=HYPERLINK("http://x")')
    home.book(home.resource())
    answer = of(home.keeper).get("/desk/places.xlsx", {"until": str(DAY)})
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    row = list(sheet[2])
    assert (row[0].value, row[0].data_type) == ('=HYPERLINK("http://x")', "s")
    assert row[9].value == 1


@pytest.mark.parametrize("address", ["/places/?county=330624", "/desk/places/"])
def test_twice_the_places_cost_no_more_queries(home: Home, address: str, django_assert_max_num_queries):
    desk = of(home.keeper)
    for n in range(6):
        actions.add_place(home.county, actor=home.keeper, kind="station", name=f"驿站{n}", address="路边")
    with django_assert_max_num_queries(14):
        assert desk.get(address).status_code == 200


def test_twice_the_slots_cost_no_more_queries(home: Home, django_assert_max_num_queries):
    table, client = home.resource(slot_minutes=15, max_slots=4), of(home.worker())
    actions.set_quota(home.place, actor=home.keeper, most=99, period="week")
    for hour in (13, 14, 15):
        home.book(table, hour=hour)
    with django_assert_max_num_queries(24):
        assert client.get(f"/resources/{table.pk}/", {"day": str(DAY)}).status_code == 200


def test_the_employer_gets_no_page_of_bookings(home: Home):
    person = make_person()
    firm = make_employer(home.union)
    hr = of(make_officer(firm.organisation, Office.HR, person).actor)
    assert hr.get("/desk/places/").status_code == 403
    assert hr.get("/desk/bookings/").status_code == 403
