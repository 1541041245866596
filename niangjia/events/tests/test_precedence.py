"""Who comes first: tiers by rule and by what somebody had; whoever had a scarce seat comes after, never out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.actions.announcing import Ahead
from niangjia.events.admission import lottery
from niangjia.events.admission.precedence import Order
from niangjia.events.forms.order import AHEAD
from niangjia.events.models import Activity, Draw
from niangjia.events.reads.worker import activity_of
from niangjia.events.tests.factories import CLOCK, claim, claim_of, held_by, make_activity, make_workers
from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account, make_tree
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db
NEVER_WON = AHEAD["never_won"]
MEMBERS = Ahead("工会会员", "Members", rule="worker.union.member")


def drawn(*people: Person, seats: int, **more: Any) -> Activity:
    """An activity these people entered, whose lots are drawn."""
    activity = make_activity(mode=Activity.Mode.DRAW, seats=seats, **more)
    for person in people:
        claim(activity, person, tier=activity_of(actor_for(person), activity.pk).ticket.tier)
    with clock.at(activity.closes_at):
        actions.draw_lots(activity, actor=CLOCK)
    return activity


def tiers_of(activity: Activity, *people: Person) -> list[int]:
    found = Order(activity).of_many([one.pk for one in people])
    return [found[one.pk] for one in people]


def test_who_won_in_the_last_year_comes_after_who_did_not() -> None:
    lucky, other = make_workers(2)
    drawn(lucky, seats=1)
    second = drawn(lucky, other, seats=1, ahead=[NEVER_WON])
    assert held_by(other, second)
    assert not held_by(lucky, second)
    assert [claim_of(one, second).tier for one in (other, lucky)] == [0, 1]
    with clock.at(clock.now() + timedelta(days=400)):
        assert tiers_of(make_activity(ahead=[NEVER_WON]), lucky, other) == [0, 0]


def test_a_seat_given_back_or_of_another_union_or_that_nobody_went_without_is_nothing_had() -> None:
    gave_back, elsewhere, plenty, alone = make_workers(4)
    first = drawn(gave_back, seats=1)
    with clock.at(first.closes_at):
        actions.cancel_registration(held_by(gave_back, first)[0], actor=actor_for(gave_back))
    away = make_activity(seats=1, mode=Activity.Mode.FIRST_COME, organisation=make_tree().city)
    claim(away, elsewhere)
    claim(away, alone)
    claim(make_activity(seats=5), plenty)
    next_time = make_activity(ahead=[NEVER_WON])
    assert tiers_of(next_time, gave_back, elsewhere, plenty) == [0, 0, 0]
    full = make_activity(seats=1)
    claim(full, plenty)
    claim(full, alone)
    assert tiers_of(next_time, plenty, alone) == [1, 0]


def test_cool_down_delays_behind_everybody_and_keeps_the_order_of_tiers_and_never_bars() -> None:
    lucky, other = make_workers(2)
    drawn(lucky, seats=1)
    activity = make_activity(seats=2, ahead=[MEMBERS], rest_days=90)
    assert tiers_of(activity, other, lucky) == [0, 2]
    assert claim(activity, lucky, tier=2).what == "registered"
    with clock.at(clock.now() + timedelta(days=97)):
        assert tiers_of(activity, lucky) == [0]


def test_the_line_too_is_served_tier_by_tier() -> None:
    holder, rested, fresh = make_workers(3)
    activity = make_activity(seats=1)
    for person, tier in ((holder, 0), (rested, 1), (fresh, 0)):
        claim(activity, person, tier=tier)
    actions.withdraw(claim_of(holder, activity), actor=actor_for(holder))
    assert held_by(fresh, activity)
    assert not held_by(rested, activity)


def test_the_tier_is_found_again_when_the_roll_is_frozen_and_the_file_says_what_tiers_there_are() -> None:
    one, two = make_workers(2)
    activity = make_activity(mode=Activity.Mode.DRAW, seats=1, ahead=[NEVER_WON])
    claim(activity, one, tier=0)
    claim(activity, two, tier=0)
    drawn(one, seats=1)  # won elsewhere while this window was open
    with clock.at(activity.closes_at):
        draw = actions.draw_lots(activity, actor=CLOCK)
    assert (claim_of(one, activity).tier, claim_of(two, activity).tier) == (1, 0)
    assert held_by(two, activity)
    assert draw.published["tiers"] == [NEVER_WON.title]
    assert lottery.fault_in(draw.published) == ""


def test_a_worker_reads_their_tier_and_what_delays_them_before_they_press() -> None:
    (lucky,) = make_workers(1)
    first = drawn(lucky, seats=1)
    activity = make_activity(ahead=[NEVER_WON, MEMBERS], rest_days=90, mode=Activity.Mode.DRAW)
    client = Client()
    client.force_login(make_account(lucky))
    page = client.get(f"/activities/{activity.pk}/").content.decode()
    assert "您在第 2 档：工会会员" in page
    assert first.title in page
    until = held_by(lucky, first)[0].made_at.astimezone(clock.SHANGHAI) + timedelta(days=90)
    assert f"{until:%Y-%m-%d}" in page


def test_a_tier_whose_rule_cannot_be_read_is_not_announced() -> None:
    activity = make_activity(announced=False, ahead=[Ahead("某些人", rule="worker.nonsense == 1")])
    with pytest.raises(Invalid) as refused:
        actions.announce_activity(activity, actor=CLOCK)
    assert "tiers" in refused.value.faults


def test_a_draw_by_tiers_over_many_people_serves_every_tier_before_the_next() -> None:
    fresh, lucky = make_workers(6), make_workers(6)
    for person in lucky:
        drawn(person, seats=1)
    activity = drawn(*lucky, *fresh, seats=8, ahead=[NEVER_WON])
    assert all(held_by(person, activity) for person in fresh)
    assert sum(bool(held_by(person, activity)) for person in lucky) == 2
    assert lottery.fault_in(Draw.objects.get(activity=activity).published, commitment=activity.commitment) == ""


def test_the_page_of_a_draw_names_the_tier_and_says_why_somebody_came_after_the_others() -> None:
    fresh, lucky = make_workers(2)
    drawn(lucky, seats=1)
    activity = drawn(fresh, lucky, seats=1, ahead=[NEVER_WON], rest_days=90)
    pages = []
    for one in (fresh, lucky):
        client = Client()
        client.force_login(make_account(one))
        pages.append(client.get(f"/activities/{activity.pk}/draw/").content.decode())
    assert f"您在第 1 档（{NEVER_WON.title}）" in pages[0]
    assert "您排在别人后面" in pages[1]
    assert "档（" not in pages[1]
