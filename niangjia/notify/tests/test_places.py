"""What people are told about their bookings, and hosts about shut doors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.notify.models import Message
from niangjia.orgs.tests.factories import make_actor, make_member, make_officer, make_tree, make_union
from niangjia.places import actions
from niangjia.places.models_booking import Booking, Resource

pytestmark = pytest.mark.django_db
NINE = clock.start_of(date(2026, 6, 10)) + timedelta(hours=9)
TEN = NINE + timedelta(hours=1)


class Hall:
    """A home with one room, its keeper, and two workers."""

    def __init__(self, **terms: Any) -> None:
        county = make_tree().county
        self.keeper = make_officer(county).actor
        self.place = actions.add_place(county, actor=self.keeper, kind="home", name="县职工之家", address="人民中路")
        actions.set_hours(self.place, [actions.Line(day, 0, 1440) for day in range(7)], actor=self.keeper)
        self.room: Resource = actions.add_resource(
            self.place, actor=self.keeper, name="会议室", kind="room", **terms
        )  # fmt: skip
        union = make_union(county)
        self.one, self.other = (make_actor(make_member(union).person) for _n in range(2))

    def book(self, who: Actor) -> Booking:
        return actions.book(self.room, actor=who, starts=TEN, ends=TEN + timedelta(hours=1))


def told(who: Actor) -> list[tuple[str, str]]:
    return [
        (one.kind, f"{one.subject} {one.body}") for one in Message.objects.filter(person=who.person_id).order_by("pk")
    ]


def test_a_request_is_answered_by_a_message_and_ones_own_doing_is_not_told() -> None:
    with clock.at(NINE):
        hall = Hall(needs_approval=True)
        held = hall.book(hall.one)
        assert told(hall.one) == []
        actions.refuse_booking(held, actor=hall.keeper, reason="当晚已有会议")
        [(kind, text)] = told(hall.one)
    assert kind == "booking_refused"
    assert "当晚已有会议" in text


def test_who_waits_is_told_at_once_until_when_the_slot_is_held() -> None:
    with clock.at(NINE):
        hall = Hall()
        booking = hall.book(hall.one)
        actions.wish_for(hall.room, actor=hall.other, starts=TEN, ends=TEN + timedelta(hours=1))
        actions.cancel_booking(booking, actor=hall.one)
        [(kind, text)] = told(hall.other)
    assert kind == "slot_offered"
    assert "6月10日 09:30" in text
    assert told(hall.one) == []


def test_a_missed_slot_is_told_to_who_missed_it() -> None:
    with clock.at(NINE):
        hall = Hall(grace_minutes=10)
        hall.book(hall.one)
    with clock.at(TEN + timedelta(minutes=11)):
        actions.release_no_shows(actor=Actor.system("clock"))
    assert [kind for kind, _text in told(hall.one)] == ["booking_released"]


def test_the_keeper_of_a_shut_door_is_asked_without_a_name_and_the_worker_gets_the_answer() -> None:
    with clock.at(NINE):
        hall = Hall()
        report = actions.report_closed(hall.place, actor=hall.one)
        [(kind, text)] = told(hall.keeper)
        assert kind == "found_closed"
        assert hall.one.name not in text
        actions.answer_closed_report(report, actor=hall.keeper, was_closed=True, answer="停水，下午恢复")
    assert "停水" in told(hall.one)[0][1]
