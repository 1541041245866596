"""A series goes on: the course takes its people along, who waits hears of it, and nobody loses a place."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.actions.announcing import Date, Share
from niangjia.events.models import Activity, Occurrence, Pool, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import (
    claim,
    claim_of,
    dates_of,
    held_by,
    make_activity,
    make_team,
    make_workers,
    organiser,
)
from niangjia.events.tests.test_desk import officer_of
from niangjia.events.tests.test_running import told
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account
from niangjia.orgs.tests.test_races import race
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def course(seats: int | None = 3, **more: Any) -> Activity:
    return make_activity(seats=seats, dates=2, all_dates=True, **more)


def a_date(activity: Activity, seats: int | None = 3, days: int = 7) -> Date:
    last = activity.occurrences.last()
    assert last is not None
    return Date(last.starts_at + DAY * days, last.ends_at + DAY * days, "二楼", seats)


def add(activity: Activity, *dates: Date) -> list[int]:
    return [one.pk for one in actions.add_dates(activity, dates, actor=organiser(activity))]


def dates_held(person: Person, activity: Activity) -> list[int]:
    return sorted(one.occurrence_id for one in held_by(person, activity))


def test_who_holds_the_whole_course_holds_the_new_dates_too_and_is_told_once() -> None:
    activity = course(most_seats=2)
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=tuple(dates_of(activity)), seats=2)
    new = add(activity, a_date(activity), a_date(activity, days=14))
    assert dates_held(worker, activity) == dates_of(activity)
    assert [one.seats for one in held_by(worker, activity)] == [2, 2, 2, 2]
    assert Pool.objects.get(occurrence=new[0]).taken == 2
    assert told(worker) == ["course_goes_on"]
    assert miscounts(activity) == []


def test_fewer_seats_than_the_course_holds_are_refused_and_nothing_is_changed() -> None:
    activity = course(2)
    workers = make_workers(2)
    for worker in workers:
        claim(activity, worker, wanted=tuple(dates_of(activity)))
    with pytest.raises(Conflict) as few:
        add(activity, a_date(activity, seats=1))
    assert few.value.code == "too_few_seats"
    assert [len(dates_held(worker, activity)) for worker in workers] == [2, 2]
    assert activity.occurrences.count() == 2
    assert told(workers[0]) == []


def test_who_waits_for_a_course_waits_for_all_of_it_and_gets_all_of_it() -> None:
    activity = course(1)
    first, second, third = make_workers(3)
    for worker in (first, second):
        claim(activity, worker, wanted=tuple(dates_of(activity)))
    claim(activity, third, wanted=tuple(dates_of(activity)), waits=False)
    add(activity, a_date(activity, seats=2))
    assert (dates_held(second, activity), told(second), told(third)) == ([], ["course_longer"], [])
    actions.withdraw(claim_of(first, activity), actor=actor_for(first))
    assert dates_held(second, activity) == dates_of(activity)
    assert miscounts(activity) == []


def test_an_offered_course_stays_one_offer_and_one_answer_takes_all_of_it() -> None:
    activity = course(1, days_ahead=0.5)
    first, second = make_workers(2)
    for worker in (first, second):
        claim(activity, worker, wanted=tuple(dates_of(activity)))
    actions.withdraw(claim_of(first, activity), actor=actor_for(first))
    until = held_by(second, activity)[0].offer_until
    add(activity, a_date(activity))
    assert {(one.state, one.offer_until) for one in held_by(second, activity)} == {("offered", until)}
    actions.accept_offer(held_by(second, activity)[0], actor=actor_for(second))
    assert [one.state for one in held_by(second, activity)] == ["registered"] * 3


def test_who_gave_up_an_evening_or_was_seated_on_one_by_hand_is_not_of_the_whole_course() -> None:
    activity = course()
    first, guest = make_workers(2)
    days = dates_of(activity)
    claim(activity, first, wanted=tuple(days))
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    day = Occurrence.objects.get(pk=days[1])
    actions.seat_by_hand(day, guest, reason="特邀", actor=organiser(activity))
    add(activity, a_date(activity))
    assert (dates_held(first, activity), dates_held(guest, activity)) == ([days[1]], [days[1]])
    assert miscounts(activity) == []


def test_an_evening_is_added_after_the_last_one_for_those_who_were_in_the_course() -> None:
    activity = course(1, days_ahead=1)
    worker, waiting = make_workers(2)
    for one in (worker, waiting):
        claim(activity, one, wanted=tuple(dates_of(activity)))
    with clock.at(clock.now() + DAY * 3):
        add(activity, a_date(activity))
        assert (len(dates_held(worker, activity)), dates_held(waiting, activity)) == (3, [])
        assert miscounts(activity) == []


def test_who_enters_a_draw_for_a_course_draws_for_the_new_date_too() -> None:
    activity = course(1, mode=Activity.Mode.DRAW)
    workers = make_workers(2)
    for one in workers:
        claim(activity, one, wanted=tuple(dates_of(activity)))
    add(activity, a_date(activity))
    with clock.at(activity.closes_at + HOUR):
        actions.draw_lots(activity, actor=organiser(activity))
    assert sorted(len(dates_held(one, activity)) for one in workers) == [0, 3]
    assert miscounts(activity) == []


def test_what_is_kept_for_a_group_is_kept_on_the_new_date_as_on_the_last() -> None:
    share = Share("riders", "骑手", "worker.new_form", ceiling=2, floor=1, merges_at=clock.now() + DAY)
    activity = make_activity(seats=3, dates=2, shares=[share])
    (new,) = add(activity, a_date(activity, seats=5))
    everybody, riders = Pool.objects.filter(occurrence=new).order_by("group__pk")[::-1]
    assert (everybody.ceiling, everybody.held_back) == (5, 1)
    assert (riders.ceiling, riders.floor, riders.merges_at) == (2, 1, share.merges_at)


def test_who_waits_for_a_date_is_told_and_can_ask_for_the_new_one_in_their_place(client: Client) -> None:
    activity = make_activity(seats=1)
    (first,) = dates_of(activity)
    holder, one, two = make_workers(3)
    for worker in (holder, one, two):
        claim(activity, worker)
    (new,) = add(activity, a_date(activity, seats=1))
    assert (told(holder), told(one), told(two)) == ([], ["dates_added"], ["dates_added"])
    client.force_login(make_account(two))
    assert f'<option value="{new}">'.encode() in client.get(f"/activities/{activity.pk}/").content
    client.post(f"/activities/{activity.pk}/date-too/", {"date": new})
    assert (dates_held(one, activity), dates_held(two, activity)) == ([], [new])
    actions.ask_for_date_too(claim_of(one, activity), Occurrence.objects.get(pk=new), actor=actor_for(one))
    actions.cancel_registration(held_by(holder, activity)[0], actor=actor_for(holder))
    assert dates_held(one, activity) == [first]
    assert miscounts(activity) == []


def test_only_who_waits_asks_for_a_date_too_and_only_for_themselves() -> None:
    activity, elsewhere = make_activity(seats=1), make_activity(seats=1)
    holder, waiting, other = make_workers(3)
    for worker in (holder, waiting):
        claim(activity, worker)
    (new,) = actions.add_dates(activity, [a_date(activity)], actor=organiser(activity))
    with pytest.raises(Conflict) as none:
        actions.ask_for_date_too(claim_of(holder, activity), new, actor=actor_for(holder))
    assert none.value.code == "not_waiting"
    with pytest.raises(Forbidden):
        actions.ask_for_date_too(claim_of(waiting, activity), new, actor=actor_for(other))
    foreign = elsewhere.occurrences.get()
    with pytest.raises(Invalid):
        actions.ask_for_date_too(claim_of(waiting, activity), foreign, actor=actor_for(waiting))


def moved(date: Date, to: datetime) -> Date:
    return Date(to, to + HOUR, date.location, date.seats)


def test_dates_that_cannot_be_are_refused() -> None:
    activity = course()
    new, day = a_date(activity), activity.occurrences.first()
    assert day is not None
    for at in (clock.now() - HOUR, day.starts_at, activity.closes_at - HOUR):
        with pytest.raises((Conflict, Invalid)):
            add(activity, moved(new, at))
    with pytest.raises(Conflict):
        add(activity, new, new)
    with pytest.raises(Invalid):
        add(activity)
    actions.call_off(activity, reason="台风", actor=organiser(activity))
    with pytest.raises(Conflict):
        add(activity, new)
    teams = make_activity(team=(2, 3))
    make_team(teams, make_workers(2))
    with pytest.raises(Invalid) as items:
        add(teams, a_date(teams))
    assert items.value.code == "no_series"
    (worker,) = make_workers(1)
    with pytest.raises(Forbidden):
        actions.add_dates(course(), [new], actor=actor_for(worker))
    assert activity.occurrences.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_date_is_added_while_people_press_and_everybody_holds_the_whole_course_or_none() -> None:
    activity = course(4)
    workers = make_workers(10)
    days = tuple(dates_of(activity))
    for worker in workers[:6]:
        claim(activity, worker, wanted=days)
    by, new = organiser(activity), [a_date(activity, seats=4)]

    def press(worker: Person) -> object:
        if worker in workers[:2]:
            return actions.withdraw(claim_of(worker, activity), actor=actor_for(worker))
        wish = actions.Wish(worker.pk, days)
        return actions.claim_seats(activity, [wish], actor=actor_for(worker))

    race(
        partial(actions.add_dates, activity, new, actor=by), *(partial(press, one) for one in workers[:2] + workers[6:])
    )
    assert activity.occurrences.count() == 3
    assert {len(dates_held(worker, activity)) for worker in workers} == {0, 3}
    assert Registration.objects.live().filter(claim__activity=activity).count() == 12
    assert miscounts(activity) == []


def test_the_officer_looks_first_and_adds_several_by_rule() -> None:
    activity = course()
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=tuple(dates_of(activity)))
    client = officer_of(activity)
    page, desk = f"/desk/activities/{activity.pk}/dates/", f"/desk/activities/{activity.pk}/"
    assert page in client.get(desk).content.decode()
    first = client.get(page).context["form"]["starts_1"].value()
    given = {"starts_1": f"{first:%Y-%m-%dT%H:%M}", "minutes": "120", "location": "二楼", "seats": "3",
             "every": "week", "until": f"{first + DAY * 14:%Y-%m-%d}"}  # fmt: skip
    looked = client.post(page, given | {"step": "preview"})
    assert (looked.status_code, len(looked.context["dates"])) == (200, 3)
    assert activity.occurrences.count() == 2
    client.post(page, given | {"step": "add"})
    assert (activity.occurrences.count(), len(dates_held(worker, activity))) == (5, 5)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"seats": "0"}, 422), ({"seats": "drei"}, 422), ({"starts_1": "gestern"}, 422), ({"minutes": "7"}, 422),
     ({"location": ""}, 422), ({"every": "week"}, 422), ({"starts_1": "2020-01-01T10:00"}, 422),
     ({"step": "add", "seats": "1"}, 409)],
)  # fmt: skip
def test_wrong_input_is_answered_on_the_page_and_adds_nothing(wrong: dict[str, str], status: int) -> None:
    activity = course()
    for worker in make_workers(2):
        claim(activity, worker, wanted=tuple(dates_of(activity)))
    client = officer_of(activity)
    page = f"/desk/activities/{activity.pk}/dates/"
    first = client.get(page).context["form"]["starts_1"].value()
    given = {"starts_1": f"{first:%Y-%m-%dT%H:%M}", "minutes": "120", "location": "二楼", "seats": "3"}
    assert client.post(page, given | wrong).status_code == status
    assert activity.occurrences.count() == 2
