"""What people type by mistake, and what others put into an address: a sentence each, nothing written, never a crash."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.orgs.tests.factories import make_officer, make_tree
from niangjia.places import actions
from niangjia.places.models import Closure, CommuterLine, OpeningHours, Visit
from niangjia.places.models_booking import Booking, QuotaRule, Resource
from niangjia.places.tests.conftest import DAY, Home, at
from niangjia.places.tests.test_pages import PLACE, of, text

LONG = "长" * 10_000
EVENING, YESTERDAY = at(18).isoformat(), at(18, DAY - timedelta(days=1)).isoformat()
OFF_THE_CALENDAR = ("0001-01-01", "9999-12-31", "2026-02-30", "今天")
TERMS = {
    "kind": "room", "name": "活动室", "capacity": "20", "audience": "members", "slot_minutes": "60",
    "min_slots": "1", "max_slots": "2", "buffer_before": "0", "buffer_after": "0", "max_notice_days": "7",
    "release_minute": "09:00", "min_notice_minutes": "0", "hold_hours": "24", "check_in_from": "15",
}  # fmt: skip


def test_a_day_that_is_none_shows_the_page_of_today(home: Home):
    table, worker, desk = home.resource(), of(home.worker()), of(home.keeper)
    for day in OFF_THE_CALENDAR:
        assert "12:00–13:00" in text(worker, f"/resources/{table.pk}/", day=day)
        text(desk, f"/desk/places/{home.place.pk}/week/", day=day)
        text(desk, "/desk/places/", since=day, until=day)
        assert desk.get("/desk/places.xlsx", {"since": day, "until": day}).status_code == 200
    for move in ("abc", "9" * 30, "1"):
        assert "/move/" not in text(worker, f"/resources/{table.pk}/", day=str(DAY), move=move)


def test_a_wrong_booking_is_refused_in_a_sentence_and_nothing_is_booked(home: Home):
    table, room = home.resource(), home.resource("会议室", kind="room", capacity=9, needs_approval=True)
    lent = actions.set_accessory(home.place, actor=home.keeper, name="话筒", stock=2)
    client, gone = of(home.worker()), home.resource("旧桌")
    actions.retire_resource(gone, actor=home.keeper)
    for resource, sent, sentence in (
        (gone, {"starts": EVENING}, "已停用"),
        (table, {"starts": YESTERDAY}, "已经过去"),
        (table, {"starts": "9999-12-31T23:30:00+08:00"}, "请从列出的时段中选择"),
        (table, {"starts": "0001-01-01T00:00:00+08:00"}, "请从列出的时段中选择"),
        (table, {"starts": "2026-06-10T25:00"}, "请从列出的时段中选择"),
        (table, {"starts": at(18.25).isoformat()}, "请从列出的时段中选择"),
        (table, {"starts": at(23.5).isoformat(), "minutes": "60"}, "不在开放时间内"),
        (table, {"starts": EVENING, "minutes": "9999"}, "不在开放时间内"),
        (table, {"starts": EVENING, "minutes": "-60"}, "请从列出的时段中选择"),
        (table, {"starts": EVENING, "people": "-5"}, "至少一人"),
        (room, {"starts": EVENING, "people": "10"}, "最多容纳"),
        (room, {"starts": EVENING, "purpose": LONG}, "10000"),
        (table, {"starts": EVENING, f"lend-{lent.pk}": "3"}, "只剩 2 件"),
        (table, {"starts": EVENING, f"lend-{lent.pk}": "-1"}, "借多少"),
        (table, {"starts": EVENING, f"lend-{lent.pk}": "99999"}, "借多少"),
        (table, {"starts": EVENING, "lend-99999": "1"}, "从列表中选择"),
    ):
        refused = client.post(f"/resources/{resource.pk}/book/", sent)
        assert refused.status_code in (409, 422), sent
        assert sentence in refused.content.decode(), sent
    assert "已停用" in text(client, f"/resources/{gone.pk}/")
    assert client.get(f"/resources/{table.pk}/book/", {"starts": YESTERDAY}).status_code == 422
    assert not Booking.objects.exists()


def test_pressing_twice_books_once_and_leads_to_the_booking(home: Home):
    table, client = home.resource(), of(home.worker())
    first, again = (client.post(f"/resources/{table.pk}/book/", {"starts": EVENING}) for _press in range(2))
    assert first["Location"] == again["Location"] == f"/bookings/{Booking.objects.get().pk}/"


def test_wrong_hours_and_closures_are_said_beside_the_field(home: Home):
    desk, hours, close = of(home.keeper), f"/desk/places/{home.place.pk}/hours/", f"/desk/places/{home.place.pk}/close/"
    standing, today = OpeningHours.objects.count(), str(DAY)
    elsewhere = actions.add_place(home.county, actor=home.keeper, kind="home", name="第二之家", address="学院路1号")
    foreign = actions.add_resource(elsewhere, actor=home.keeper, name="二桌", kind="table")
    time = {"starts": f"{DAY}T17:00", "ends": f"{DAY}T19:00", "reason": "消防检查"}
    for address, sent, sentence in (
        (hours, {"since": today, "hours_2": "25:00-26:00"}, "08:30-17:30"),
        (hours, {"since": today, "hours_2": "22:00-02:00"}, "22:00-24:00"),
        (hours, {"since": today, "until": "2020-01-01", "hours_2": "9:00-12:00"}, "失效日期"),
        (hours, {"since": today}, "没有一天开放"),
        (hours, {"since": "2010-01-01", "hours_2": "9:00-12:00"}, "今天或以后"),
        (hours, {"since": "9999-12-31", "hours_2": "9:00-12:00"}, "请填写日期"),
        (hours, {"since": today, "hours_2": LONG}, "10000"),
        (close, {**time, "ends": f"{DAY}T16:00"}, ""),
        (close, {**time, "starts": "2020-01-01T08:00", "ends": "2020-01-02T08:00"}, "已经过去"),
        (close, {**time, "ends": "9999-12-31T23:59"}, "请填写日期和时间"),
        (close, {**time, "reason": "   "}, "请填写这一项"),
        (close, {**time, "allowed": "没有的工会"}, "没有的工会"),
        (f"{close}?resource={foreign.pk}", time, "不在"),
    ):
        refused = desk.post(address, sent)
        assert refused.status_code == 422, sent
        assert sentence in refused.content.decode(), sent
    assert OpeningHours.objects.count() == standing
    assert not Closure.objects.exists()


def test_wrong_terms_quotas_counts_and_stops_are_refused(home: Home):
    desk, base = of(home.keeper), f"/desk/places/{home.place.pk}"
    gone, line = home.resource("旧桌"), f"/desk/places/lines/add/{home.county.pk}/"
    actions.retire_resource(gone, actor=home.keeper)
    for address, sent in (
        (f"{base}/resources/?part_of={gone.pk}", TERMS),
        (f"{base}/resources/", {**TERMS, "slot_minutes": "1440", "min_slots": "2", "max_slots": "2"}),
        (f"{base}/resources/", {**TERMS, "capacity": "-3"}),
        (f"{base}/resources/", {**TERMS, "release_minute": "24:00"}),
        (f"{base}/resources/", {**TERMS, "available_from": "2026-12-01", "available_until": "2026-01-01"}),
        (f"{base}/resources/", {**TERMS, "name": LONG}),
        (f"{base}/quotas/", {"subject": "person", "most": "-2", "period": "week"}),
        (f"{base}/quotas/", {"subject": "person", "most": "2", "period": "week", "resource": "99999"}),
        (f"{base}/accessories/", {"name": "话筒", "stock": "-1"}),
        (f"{base}/visits/", {"times": "九"}),
        (f"{base}/visits/", {"times": "5", "day": "2026-13-01"}),
        (f"{base}/visits/", {"times": "5", "day": "1999-01-01"}),
        (f"{base}/visits/", {"times": "999999"}),
        (f"{base}/edit/", {**PLACE, "latitude": "nan"}),
        (f"{base}/edit/", {**PLACE, "prime_from": "22:00", "prime_until": "18:00"}),
        (line, {"name": "专线", "stops": "火车站 0"}),
        (line, {"name": "专线", "stops": "火车站 5\n园区 3"}),
        (line, {"name": "专线", "stops": f"火车站 0\n{'长' * 65} 9"}),
    ):
        assert desk.post(address, sent).status_code in (409, 422), (address, sent)
    assert Resource.objects.count() == 1
    assert not QuotaRule.objects.exists()
    assert not Visit.objects.exists()
    assert not CommuterLine.objects.exists()


def test_nothing_of_another_county_is_reached_by_its_number(home: Home):
    other = make_tree().other_county
    stranger = make_officer(other, Office.HANDLER).actor
    desk, table = of(stranger), home.resource()
    booking = home.book(table)
    closure = actions.close_for(home.place, actor=home.keeper, starts=at(9.5), ends=at(10), reason="消毒")
    line = actions.plan_line(home.county, actor=home.keeper, name="1号线", stops=[("甲站", 0), ("乙站", 9)])
    quota = actions.set_quota(home.place, actor=home.keeper, most=2, period="week")
    for address in (
        f"/desk/places/{home.place.pk}/hours/", f"/desk/places/{home.place.pk}/edit/",
        f"/desk/places/{home.place.pk}/week/", f"/desk/places/resources/{table.pk}/",
        f"/desk/places/resources/{table.pk}/door/", f"/desk/places/resources/{table.pk}/book/",
        f"/desk/bookings/{booking.pk}/", f"/desk/places/lines/{line.pk}/",
        f"/desk/places/add/{home.county.pk}/", f"/desk/places/lines/add/{home.county.pk}/",
    ):  # fmt: skip
        assert desk.get(address).status_code == 404, address
    for address in (
        f"/desk/closures/{closure.pk}/lift/", f"/desk/quotas/{quota.pk}/end/", f"/desk/bookings/{booking.pk}/in/",
        f"/desk/bookings/{booking.pk}/answer/", f"/desk/places/{home.place.pk}/visits/",
    ):  # fmt: skip
        assert desk.post(address).status_code == 404, address


def test_a_part_made_while_the_whole_is_booked_would_be_free_beside_it(home: Home):
    whole, east, _west = home.hall()
    home.book(whole)
    for parent in (whole, east):
        with pytest.raises(Conflict, match="1 个预约"):
            home.resource("隔间", parent, kind="room")


def test_new_hours_do_not_lock_out_who_has_booked(home: Home):
    booking, desk = home.book(home.resource()), of(home.keeper)
    address, sent = f"/desk/places/{home.place.pk}/hours/", {"since": str(DAY), "hours_2": "12:00-17:00"}
    assert "12:00-20:30" in text(desk, address)
    refused = desk.post(address, sent)
    assert refused.status_code == 422
    assert "6月10日 18:00–19:00" in refused.content.decode()
    assert desk.post(address, {**sent, "cancel_bookings": "on"}).status_code == 302
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == ("cancelled", "开放时间有调整。")


def test_a_place_given_up_can_be_neither_booked_nor_used_nor_reported(home: Home):
    table, worker = home.resource(), home.worker()
    desk, address = of(home.keeper), f"/desk/places/{home.place.pk}/edit/"
    sent = {**PLACE, "name": home.place.name, "retire": "1"}
    booking = home.book(table, worker)
    assert desk.post(address, sent).status_code == 422  # somebody is expected
    actions.cancel_booking(booking, actor=worker)
    assert desk.post(address, sent).status_code == 302
    client = of(worker)
    shown = text(client, f"/places/{home.place.pk}/")
    assert "已停办" in shown
    assert f"/resources/{table.pk}/" not in shown
    assert home.place.name not in text(Client(), "/places/", county="330624")
    for verb in ("closed", "visit"):
        assert client.post(f"/places/{home.place.pk}/{verb}/").status_code == 409
    with pytest.raises(Refusal, match="已停办"):
        home.book(table)


def test_a_quota_can_be_for_one_room_and_other_hours_are_shown_before_they_hold(home: Home):
    table, desk, base = home.resource(), of(home.keeper), f"/desk/places/{home.place.pk}"
    desk.post(f"{base}/quotas/", {"subject": "person", "most": "1", "period": "day", "resource": str(table.pk)})
    assert QuotaRule.objects.get().resource == table
    desk.post(f"{base}/hours/", {"since": str(DAY + timedelta(days=30)), "hours_0": "07:15-07:45"})
    assert "07:15–07:45" in text(desk, f"{base}/")
