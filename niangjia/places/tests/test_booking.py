"""Booking a table: what is promised, what is refused and in which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.happenings import listen
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs.tests.factories import make_actor, make_member, make_officer, make_person, make_tree, make_union
from niangjia.places import actions, doors
from niangjia.places.happenings import BookingsMoved
from niangjia.places.models_booking import Booking, Occupation, SlotWish
from niangjia.places.occupancy import Taken
from niangjia.places.reads import prove
from niangjia.places.tests.conftest import DAY, Home, at
from niangjia.trail.models import Line

CLOCK = Actor.system("clock")
State = Booking.State


def test_a_free_slot_is_booked_at_once_and_known_to_the_trail(home: Home):
    heard: list[BookingsMoved] = []

    def remember(happening: BookingsMoved) -> None:
        heard.append(happening)

    listen(BookingsMoved, remember)
    booking = home.book(home.resource())
    assert booking.state == State.CONFIRMED
    assert Line.objects.filter(verb="book", thing_id=booking.pk).exists()
    assert heard[-1] == BookingsMoved((booking.pk,), "confirmed", booking.person_id)
    assert prove().holds


def test_a_taken_slot_is_refused_with_what_is_taken_and_the_nearest_that_are_free(home: Home):
    table = home.resource()
    home.book(table, hour=18)
    with pytest.raises(Taken) as refused:
        home.book(table, hour=18)
    assert "18:00–19:00" in str(refused.value.sentence)
    assert "17:00–18:00" in str(refused.value.remedy)
    assert "19:00–20:00" in str(refused.value.remedy)
    assert Booking.objects.count() == 1


def test_the_whole_hall_takes_its_halves_and_each_half_takes_the_hall(home: Home):
    whole, east, west = home.hall()
    booked = home.book(whole, hour=13)
    for half in (east, west):
        with pytest.raises(Taken):
            home.book(half, hour=13)
    actions.cancel_booking(booked, actor=make_actor(booked.person))
    home.book(east, hour=13)
    home.book(west, hour=13)
    with pytest.raises(Taken):
        home.book(whole, hour=13)
    assert prove().holds


def test_setting_up_and_clearing_are_taken_too(home: Home):
    room = home.resource("教室", kind="room", buffer_before=30, buffer_after=30, slot_minutes=30, max_slots=4)
    home.book(room, hour=14)
    for hour in (13.5, 14.5, 15):
        with pytest.raises(Taken):
            home.book(room, hour=hour, length=0.5)
    home.book(room, hour=16, length=0.5)


def test_postgresql_itself_refuses_an_overlap_whoever_writes(home: Home):
    booking = home.book(home.resource())
    [row] = Occupation.objects.filter(booking=booking)
    with pytest.raises(IntegrityError, match="never_booked_twice"), transaction.atomic():
        Occupation.objects.create(booking=booking, leaf=row.leaf, during=row.during)


@pytest.mark.parametrize(
    ("hour", "length", "terms", "said"),
    [
        (9, 1, {}, "开放时间"),
        (20, 1, {}, "开放时间"),
        (13.25, 1, {}, "列出的时段"),
        (13, 2, {}, "60 至 60 分钟"),
        (13, 1, {"min_notice_minutes": 24 * 60}, "提前 1440 分钟"),
        (13, 1, {"available_from": DAY + timedelta(days=1)}, "起可以预约"),
        (13, 1, {"available_until": DAY - timedelta(days=1)}, "为止"),
    ],
)
def test_the_terms_of_a_resource_are_kept_and_said(home: Home, hour, length, terms, said):
    table = home.resource(**terms)
    with pytest.raises(Invalid) as refused:
        home.book(table, hour=hour, length=length)
    assert said in str(refused.value)


def test_a_day_opens_for_booking_at_its_minute(home: Home):
    table = home.resource(max_notice_days=2, release_minute=10 * 60)
    ahead = DAY + timedelta(days=2)
    with pytest.raises(Invalid, match="10:00"):
        home.book(table, day=ahead)
    with clock.at(at(10)):
        assert home.book(table, day=ahead).state == State.CONFIRMED


def test_nobody_books_what_is_over_but_the_running_slot_can_be_walked_into(home: Home):
    table = home.resource()
    with clock.at(at(14.5)):
        with pytest.raises(Invalid, match="过去"):
            home.book(table, hour=13)
        assert home.book(table, hour=14).state == State.CONFIRMED


def test_a_room_for_members_says_so_to_others(home: Home):
    table, outsider = home.resource(audience="members"), make_actor(make_person())
    with pytest.raises(Invalid) as refused:
        home.book(table, outsider)
    assert refused.value.code == "audience"
    own = home.resource("2号台", audience="own")
    stranger = make_person()
    make_member(make_union(make_tree().other_county), stranger)
    assert home.book(table, make_actor(stranger)).state == State.CONFIRMED
    with pytest.raises(Invalid):
        home.book(own, make_actor(stranger))


def test_an_officer_books_for_a_worker_and_a_stranger_does_not(home: Home):
    table, worker = home.resource(), home.worker()
    person = home.people[-1]
    with pytest.raises(Forbidden):
        home.book(table, home.worker(), person=person)
    with pytest.raises(Forbidden):
        home.book(table, make_officer(make_tree().other_county).actor, person=person)
    assert home.book(table, home.keeper, person=person).person_id == worker.person_id


def test_tapping_twice_books_once_and_says_so(home: Home):
    table, worker = home.resource(), home.worker()
    home.book(table, worker)
    with pytest.raises(Conflict) as refused:
        home.book(table, worker)
    assert refused.value.code == "mine"


def test_a_request_is_held_approved_by_another_and_nobody_else_gets_the_time(home: Home):
    room = home.resource("会议室", kind="room", needs_approval=True)
    held = home.book(room)
    assert (held.state, held.held_for) == (State.HELD, "approval")
    with pytest.raises(Taken):
        home.book(room)
    with pytest.raises(Forbidden):
        actions.approve_booking(held, actor=make_actor(held.person))
    with pytest.raises(Forbidden):
        actions.approve_booking(held, actor=make_officer(make_tree().other_county).actor)
    assert actions.approve_booking(held, actor=home.keeper).state == State.CONFIRMED
    with pytest.raises(Conflict):
        actions.refuse_booking(held, actor=home.keeper, reason="太晚了")


def test_nobody_approves_their_own_request_whatever_office_they_hold(home: Home):
    room = home.resource("会议室", kind="room", needs_approval=True)
    held = home.book(room, home.keeper)
    assert held.state == State.HELD
    with pytest.raises(Forbidden):
        actions.approve_booking(held, actor=home.keeper)


def test_a_refusal_needs_a_reason_and_frees_the_time(home: Home):
    room = home.resource("会议室", kind="room", needs_approval=True)
    held = home.book(room)
    with pytest.raises(Invalid):
        actions.refuse_booking(held, actor=home.keeper, reason=" ")
    actions.refuse_booking(held, actor=home.keeper, reason="当晚已有活动")
    assert home.book(room).state == State.HELD


def test_a_request_nobody_answers_expires_and_the_time_is_free_again_to_the_minute(home: Home):
    room = home.resource("会议室", kind="room", needs_approval=True, hold_hours=2)
    held = home.book(room)
    with clock.at(at(11)):
        second = home.book(room)  # the job has not run: who books finds the clock's word done
    held.refresh_from_db()
    assert (held.state, second.state) == (State.EXPIRED, State.HELD)
    with clock.at(at(13.5)):
        assert actions.expire_holds(actor=CLOCK) == 1
    with pytest.raises(Forbidden):
        actions.expire_holds(actor=home.keeper)
    assert prove().holds


def test_who_scans_the_door_in_time_is_in(home: Home):
    table, worker = home.resource(grace_minutes=15), home.worker()
    booking = home.book(table, worker)
    with clock.at(at(17)), pytest.raises(Conflict, match="15 分钟"):
        actions.check_in(booking, actor=worker, code=doors.code(table))
    with clock.at(at(18.1)):
        with pytest.raises(Invalid):
            actions.check_in(booking, actor=worker, code="WRONG234")
        with pytest.raises(Forbidden):
            actions.check_in(booking, actor=home.worker(), code=doors.code(table))
        with pytest.raises(Forbidden):
            actions.check_in(booking, actor=worker)
        actions.check_in(booking, actor=worker, code=doors.code(table).lower())
    booking.refresh_from_db()
    assert (booking.state, booking.door) == (State.CHECKED_IN, "code")


def test_who_has_no_phone_is_checked_in_by_name(home: Home):
    booking = home.book(home.resource(grace_minutes=15))
    with clock.at(at(18)):
        actions.check_in(booking, actor=home.keeper)
    booking.refresh_from_db()
    assert booking.door == "name"


def test_a_code_on_a_screen_turns_every_minute_and_the_last_is_still_good(home: Home):
    table = home.resource(rotating_code=True)
    with clock.at(at(18)):
        code = doors.code(table)
    with clock.at(at(18) + timedelta(seconds=90)):
        assert doors.is_right(table, code)
        assert doors.code(table) != code
    with clock.at(at(18) + timedelta(seconds=180)):
        assert not doors.is_right(table, code)
    assert doors.code(home.resource("2号台")) != doors.code(home.resource("3号台"))


def test_the_slot_nobody_came_for_is_given_to_others_and_the_fact_is_kept(home: Home):
    table = home.resource(grace_minutes=15)
    booking = home.book(table)
    with clock.at(at(18.2)):
        assert actions.release_no_shows(actor=CLOCK) == 0
    with clock.at(at(18.3)):
        assert actions.release_no_shows(actor=CLOCK) == 1
        walked_in = home.book(table)
    booking.refresh_from_db()
    assert booking.state == State.RELEASED
    assert Line.objects.filter(verb="release_no_shows", thing_id=booking.pk).exists()
    with clock.at(at(18.5)):  # who walked in has the whole grace from then on
        assert actions.release_no_shows(actor=CLOCK) == 0
    with clock.at(at(18.6)):
        assert actions.release_no_shows(actor=CLOCK) == 1
    walked_in.refresh_from_db()
    assert walked_in.state == State.RELEASED


def test_a_moved_booking_keeps_its_old_time_when_the_new_one_is_taken(home: Home):
    table, worker = home.resource(), home.worker()
    booking = home.book(table, worker, hour=13)
    home.book(table, hour=14)
    with pytest.raises(Taken):
        actions.move_booking(booking, actor=worker, starts=at(14), ends=at(15))
    moved = actions.move_booking(booking, actor=worker, starts=at(15), ends=at(16))
    assert moved.starts_at == at(15)
    home.book(table, hour=13)
    assert prove().holds


def test_an_officer_who_cancels_says_why(home: Home):
    booking = home.book(home.resource())
    with pytest.raises(Invalid):
        actions.cancel_booking(booking, actor=home.keeper)
    assert actions.cancel_booking(booking, actor=home.keeper, reason="停电").reason == "停电"


def test_a_room_with_bookings_ahead_is_neither_divided_nor_retired(home: Home):
    room = home.resource("教室", kind="room")
    booking = home.book(room)
    with pytest.raises(Conflict):
        home.resource("半间", room)
    with pytest.raises(Conflict):
        actions.retire_resource(room, actor=home.keeper)
    actions.cancel_booking(booking, actor=home.keeper, reason="装修")
    home.resource("半间", room)
    actions.retire_resource(room, actor=home.keeper)
    with pytest.raises(Invalid, match="停用"):
        home.book(room)


def test_only_so_many_rackets_go_out_at_one_time(home: Home):
    rackets = actions.set_accessory(home.place, actor=home.keeper, name="球拍", stock=4)
    tables = [home.resource(f"{n}号台") for n in range(1, 4)]
    home.book(tables[0], accessories={rackets.pk: 2})
    home.book(tables[1], accessories={rackets.pk: 2})
    with pytest.raises(Conflict, match="只剩 0 件"):
        home.book(tables[2], accessories={rackets.pk: 1})
    home.book(tables[2], hour=19, accessories={rackets.pk: 4})
    with pytest.raises(Conflict):
        actions.set_accessory(home.place, actor=home.keeper, name="球拍", stock=3)
    assert prove().holds


def test_a_closure_names_the_bookings_in_it_and_cancels_them_only_when_told(home: Home):
    table = home.resource()
    booking = home.book(table)
    friends = make_union(home.county)
    with pytest.raises(Conflict) as refused:
        actions.close_for(home.place, actor=home.keeper, starts=at(17), ends=at(20), reason="消防检查")
    assert refused.value.code == "bookings_in_the_way"
    closure = actions.close_for(
        home.place, actor=home.keeper, starts=at(17), ends=at(20), reason="消防检查", allowed=[friends],
        cancel_bookings=True,
    )  # fmt: skip
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == (State.CANCELLED, "消防检查")
    with pytest.raises(Invalid, match="消防检查"):
        home.book(table)
    assert home.book(table, make_actor(make_member(friends).person)).state == State.CONFIRMED
    actions.lift_closure(closure, actor=home.keeper)
    home.book(table, hour=19)


def test_a_closure_of_one_table_leaves_the_others_open(home: Home):
    one, other = home.resource("1号台"), home.resource("2号台")
    actions.close_for(home.place, actor=home.keeper, starts=at(12), ends=at(20), reason="修台面", resource=one)
    with pytest.raises(Invalid):
        home.book(one)
    home.book(other)


def wish(home: Home, table, who: Actor, hour: float = 18) -> SlotWish:
    return actions.wish_for(table, actor=who, starts=at(hour), ends=at(hour + 1))


def test_a_freed_slot_is_offered_to_who_waited_longest_and_to_nobody_else(home: Home):
    table, first, second = home.resource(), home.worker(), home.worker()
    booking = home.book(table)
    one, two = wish(home, table, first), wish(home, table, second)
    actions.cancel_booking(booking, actor=make_actor(booking.person))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("offered", "waiting")
    with pytest.raises(Taken):
        home.book(table)
    assert one.booking is not None
    with pytest.raises(Forbidden):
        actions.accept_offer(one.booking, actor=second)
    assert actions.accept_offer(one.booking, actor=first).state == State.CONFIRMED
    with pytest.raises(Conflict):
        actions.accept_offer(one.booking, actor=first)


def test_an_offer_nobody_takes_goes_to_the_next_in_line(home: Home):
    table, first, second, third = home.resource(), home.worker(), home.worker(), home.worker()
    booking = home.book(table)
    wishes = [wish(home, table, who) for who in (first, second, third)]
    actions.cancel_booking(booking, actor=make_actor(booking.person))
    with clock.at(at(9.6)):
        actions.expire_holds(actor=CLOCK)
    for one in wishes:
        one.refresh_from_db()
    assert [one.state for one in wishes] == ["lapsed", "offered", "waiting"]
    assert wishes[1].booking is not None
    with clock.at(at(9.7)):
        actions.cancel_booking(wishes[1].booking, actor=second)
    wishes[2].refresh_from_db()
    wishes[1].refresh_from_db()
    assert [wishes[1].state, wishes[2].state] == ["let_go", "offered"]


def test_an_offer_made_at_night_waits_for_the_morning(home: Home):
    table, late = home.resource(), home.worker()
    ahead = DAY + timedelta(days=1)
    booking = home.book(table, day=ahead)
    actions.wish_for(table, actor=late, starts=at(18, ahead), ends=at(19, ahead))
    with clock.at(at(23)):
        actions.cancel_booking(booking, actor=make_actor(booking.person))
    held = Booking.objects.get(state=State.HELD)
    assert held.held_until == at(8.5, ahead)


def test_nobody_waits_for_a_free_slot_nor_for_their_own(home: Home):
    table, worker = home.resource(), home.worker()
    with pytest.raises(Conflict) as refused:
        wish(home, table, worker)
    assert refused.value.code == "free"
    home.book(table, worker)
    with pytest.raises(Conflict) as refused:
        wish(home, table, worker)
    assert refused.value.code == "mine"


def test_who_no_longer_waits_is_passed_over(home: Home):
    table, first, second = home.resource(), home.worker(), home.worker()
    booking = home.book(table)
    one, two = wish(home, table, first), wish(home, table, second)
    with pytest.raises(Forbidden):
        actions.let_go(one, actor=second)
    actions.let_go(one, actor=first)
    actions.cancel_booking(booking, actor=make_actor(booking.person))
    two.refresh_from_db()
    assert two.state == "offered"


def test_the_slot_of_a_no_show_goes_to_who_waits_while_half_of_it_is_left(home: Home):
    table, waiting = home.resource(grace_minutes=15), home.worker()
    home.book(table)
    one = wish(home, table, waiting)
    with clock.at(at(18.3)):
        actions.release_no_shows(actor=CLOCK)
        one.refresh_from_db()
        assert one.booking is not None
        assert one.booking.held_until == at(18.5)
        actions.accept_offer(one.booking, actor=waiting)
        actions.check_in(one.booking, actor=waiting, code=doors.code(table))


def test_officers_elsewhere_change_nothing_here(home: Home):
    stranger = make_officer(make_tree().other_county, Office.CHAIR).actor
    table = home.resource()
    with pytest.raises(Forbidden):
        actions.change_resource(table, actor=stranger, capacity=9)
    with pytest.raises(Forbidden):
        actions.set_quota(home.place, actor=stranger, most=1, period="week")
    with pytest.raises(Forbidden):
        actions.close_for(home.place, actor=stranger, starts=at(17), ends=at(20), reason="x")
    with pytest.raises(Forbidden):
        actions.add_place(
            home.county, actor=stranger, kind="home", name="x", address="y", opened_on=date(2026, 1, 1)
        )  # fmt: skip
