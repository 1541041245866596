"""It takes place with enough people, or is called off on the day that was named; and a draw on an outside value."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.admission import lottery
from niangjia.events.models import Activity, Registration
from niangjia.events.tests.factories import CLOCK, claim, held_by, make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of, sent
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict
from niangjia.orgs.tests.factories import make_account

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def needing(minimum: int, people: int, **more: object) -> Activity:
    activity = make_activity(seats=9, minimum=minimum, go_by=clock.now() + timedelta(days=3), **more)  # type: ignore[arg-type]
    for worker in make_workers(people):
        claim(activity, worker)
    return activity


def test_too_few_on_the_day_and_it_is_called_off_with_the_numbers() -> None:
    activity = needing(3, people=2)
    with pytest.raises(Conflict):
        actions.decide_going(activity.pk, actor=CLOCK)
    with clock.at(clock.now() + timedelta(days=3) + MINUTE):
        assert actions.decide_going(activity.pk, actor=CLOCK) is False
        assert actions.decide_going(activity.pk, actor=CLOCK) is False
    activity.refresh_from_db()
    assert activity.state == Activity.State.CALLED_OFF
    assert not Registration.objects.live().filter(claim__activity=activity).exists()


def test_enough_and_it_is_confirmed_once_no_second_time() -> None:
    activity = needing(2, people=2)
    with clock.at(clock.now() + timedelta(days=3) + MINUTE):
        assert actions.decide_going(activity.pk, actor=CLOCK) is True
        assert actions.decide_going(activity.pk, actor=CLOCK) is True
    activity.refresh_from_db()
    assert activity.confirmed_at is not None


def test_entries_in_a_draw_count_and_what_was_given_up_does_not() -> None:
    drawn = needing(2, people=2, mode=Activity.Mode.DRAW)
    with clock.at(clock.now() + timedelta(days=3) + MINUTE):
        assert actions.decide_going(drawn.pk, actor=CLOCK) is True
    activity = needing(2, people=2)
    actions.withdraw(activity.claims.order_by("pk")[0], actor=CLOCK)
    with clock.at(clock.now() + timedelta(days=3) + MINUTE):
        assert actions.decide_going(activity.pk, actor=CLOCK) is False


def test_the_page_says_how_many_are_missing_and_an_officer_goes_on_regardless() -> None:
    activity = needing(5, people=2)
    client = Client()
    client.force_login(make_account(make_workers(1)[0]))
    assert "还差 3 人成行" in client.get(f"/activities/{activity.pk}/").content.decode()
    desk = officer_of(activity)
    assert f"{LIST}{activity.pk}/go/" in desk.get(f"{LIST}{activity.pk}/").content.decode()
    assert desk.post(f"{LIST}{activity.pk}/go/").status_code == 302
    assert "已确定成行" in client.get(f"/activities/{activity.pk}/").content.decode()
    with clock.at(clock.now() + timedelta(days=3) + MINUTE):
        assert actions.decide_going(activity.pk, actor=CLOCK) is True


def test_an_officer_names_minimum_and_outside_value_on_the_form() -> None:
    assert sent(officer_of(), minimum="8", beacon_name="双色球当日开奖号码")[0] == 302
    activity = Activity.objects.get()
    assert (activity.minimum, activity.go_by) == (8, activity.closes_at)
    assert activity.beacon_name == "双色球当日开奖号码"


def test_a_draw_waits_for_its_outside_value_and_for_a_second_person() -> None:
    activity = make_activity(seats=1, mode=Activity.Mode.DRAW, beacon_name="双色球当日开奖号码")
    workers = make_workers(2)
    for worker in workers:
        claim(activity, worker)
    first, second = organiser(activity), organiser(activity)
    with pytest.raises(Conflict):
        actions.enter_beacon(activity, value="06 11 19", actor=first)
    with clock.at(activity.closes_at + MINUTE):
        with pytest.raises(Conflict) as early:
            actions.draw_lots(activity, actor=CLOCK)
        assert early.value.code == "no_beacon"
        actions.enter_beacon(activity, value=" 06 11  19 ", actor=first)
        with pytest.raises(Conflict) as alone:
            actions.draw_lots(activity, actor=first)
        assert alone.value.code == "same_person"
        draw = actions.draw_lots(activity, actor=second)
    assert (draw.published["beacon"], draw.published["beacon_name"]) == ("06 11 19", "双色球当日开奖号码")
    assert lottery.fault_in(draw.published, commitment=activity.commitment) == ""
    assert sum(bool(held_by(worker, activity)) for worker in workers) == 1


def test_more_people_than_there_are_seats_can_never_be_the_least() -> None:
    status, page = sent(officer_of(), seats="4", minimum="5")
    assert (status, Activity.objects.count()) == (422, 0)
    assert "这样永远办不成" in page
