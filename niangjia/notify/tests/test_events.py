"""What people are told about their seats."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from niangjia.events import actions
from niangjia.events.models import Activity, Pool
from niangjia.events.tests.factories import CLOCK, claim, held_by, make_activity, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.dates import say_moment
from niangjia.notify.models import Message
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db


def told(who: Person) -> list[str]:
    return [one.kind for one in Message.objects.filter(person=who).order_by("pk")]


def test_who_pressed_is_not_told_what_they_see_but_who_moves_up_is() -> None:
    activity = make_activity(seats=1)
    first, second = make_workers(2)
    claim(activity, first)
    claim(activity, second)
    assert told(first) == told(second) == []
    actions.resize_pool(Pool.objects.get(activity=activity), ceiling=2, actor=organiser(activity))
    assert told(second) == ["seat_registered"]
    message = Message.objects.get(person=second)
    assert (activity.title in message.subject, "职工之家三楼" in message.body) == (True, True)
    assert message.link == f"/activities/{activity.pk}/"


def test_an_offer_says_until_when_and_what_lapsed_is_told() -> None:
    activity = make_activity(seats=1, days_ahead=1.5)
    first, second = make_workers(2)
    claim(activity, first)
    claim(activity, second)
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    (offer,) = held_by(second, activity)
    assert offer.offer_until is not None
    until = say_moment(offer.offer_until)
    message = Message.objects.get(person=second)
    assert (message.kind, until in message.body) == ("seat_offered", True)
    with clock.at(offer.offer_until + timedelta(minutes=1)):
        actions.lapse_offers(activity.pk, actor=CLOCK)
    assert told(second) == ["seat_offered", "seat_lapsed"]
    assert told(first) == []


def test_after_a_draw_who_won_is_told_of_the_seat_and_who_did_not_of_the_lot() -> None:
    activity = make_activity(mode=Activity.Mode.DRAW, seats=1)
    workers = make_workers(3)
    for worker in workers:
        claim(activity, worker)
    with clock.at(activity.closes_at):
        actions.draw_lots(activity, actor=CLOCK)
        actions.draw_lots(activity, actor=CLOCK)
    assert sorted(told(worker)[0] for worker in workers) == ["lots_drawn", "lots_drawn", "seat_registered"]
    assert Message.objects.count() == 3


def test_called_off_everybody_who_asked_reads_why_in_their_language() -> None:
    activity = make_activity(seats=1)
    first, second, gone = make_workers(3)
    for worker in (first, second, gone):
        claim(activity, worker)
    actions.withdraw(activity.claims.get(person=gone), actor=actor_for(gone))
    actions.call_off(activity, reason="台风预警", actor=organiser(activity))
    assert (told(first), told(second), told(gone)) == (["activity_called_off"], ["activity_called_off"], [])
    message = Message.objects.get(person=first)
    assert "台风预警" in message.body
    with translation.override("en"):
        assert message.subject == f"“{activity.title}” has been called off"


def test_where_the_union_chooses_each_is_told_the_result_and_a_no_with_its_reason() -> None:
    activity = make_activity(seats=1, mode=Activity.Mode.APPROVAL)
    workers = make_workers(3)
    claims = [claim(activity, worker).claim for worker in workers]
    choices = [
        actions.Choice(one.pk, yes, "名额留给一线") for one, yes in zip(claims, (True, True, False), strict=True) if one
    ]
    with clock.at(clock.now() + timedelta(hours=1)):
        actions.decide_claims(activity, choices, actor=organiser(activity))
    assert [told(worker) for worker in workers] == [["seat_registered"], ["claim_in_line"], ["claim_declined"]]
    assert "名额留给一线" in Message.objects.get(person=workers[2]).body


def test_who_holds_a_seat_is_told_that_it_takes_place_or_with_the_numbers_why_not() -> None:
    enough, few = (make_activity(minimum=need, go_by=clock.now() + timedelta(days=3)) for need in (1, 2))
    (worker,) = make_workers(1)
    for activity in (enough, few):
        claim(activity, worker)
    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        for activity in (enough, enough, few):
            actions.decide_going(activity.pk, actor=CLOCK)
    assert told(worker) == ["activity_confirmed", "activity_called_off"]
    assert "未达到成行人数 2 人" in Message.objects.get(person=worker, kind="activity_called_off").body


def test_who_is_invited_is_told_whether_a_seat_is_held() -> None:
    activity = make_activity(mode=Activity.Mode.INVITATION)
    held, free = make_workers(2)
    until = clock.now() + timedelta(days=2)
    for person, is_held in ((held, True), (free, False)):
        actions.invite_people(activity, [person.pk], ends_at=until, held=is_held, actor=organiser(activity))
    assert (told(held), told(free)) == (["invited_held"], ["invited"])
    assert say_moment(until) in Message.objects.get(person=free).body
