"""Several dates to choose among: in order of preference, partly held and waited for, changed one for another."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.models import Pool, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.opening import lane
from niangjia.events.tests.factories import claim, claim_of, dates_of, held_by, make_activity, make_workers
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account
from niangjia.orgs.tests.test_races import race
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


def held_dates(person: Person, activity: object) -> list[int]:
    return [one.occurrence_id for one in held_by(person, activity)]  # type: ignore[arg-type]


def test_the_dearest_date_with_room_is_given_first_and_the_rest_is_waited_for() -> None:
    activity = make_activity(seats=1, dates=3, most_dates=2)
    first, second, third = dates_of(activity)
    holder, worker = make_workers(2)
    claim(activity, holder, wanted=(third,))
    answer = claim(activity, worker, wanted=(third, first), take=2)
    assert (answer.what, answer.dates) == ("partly", (first,))
    actions.cancel_registration(held_by(holder, activity)[0], actor=actor_for(holder))
    assert sorted(held_dates(worker, activity)) == [first, third]
    assert (claim_of(worker, activity).short, second in held_dates(worker, activity)) == (0, False)


def test_a_held_date_is_changed_in_one_step_and_the_one_left_goes_to_the_line() -> None:
    activity = make_activity(seats=1, dates=2)
    first, second = dates_of(activity)
    worker, waiting = make_workers(2)
    claim(activity, worker, wanted=(first,))
    claim(activity, waiting, wanted=(first,))
    day = activity.occurrences.get(pk=second)
    actions.move_to_date(held_by(worker, activity)[0], day, actor=actor_for(worker))
    assert (held_dates(worker, activity), held_dates(waiting, activity)) == ([second], [first])
    assert miscounts(activity) == []


def test_when_the_other_date_is_full_the_held_one_stays() -> None:
    activity = make_activity(seats=1, dates=2)
    first, second = dates_of(activity)
    worker, other = make_workers(2)
    claim(activity, worker, wanted=(first,))
    claim(activity, other, wanted=(second,))
    with pytest.raises(Conflict) as full:
        actions.move_to_date(held_by(worker, activity)[0], activity.occurrences.get(pk=second), actor=actor_for(worker))
    assert full.value.code == "date_full"
    assert held_dates(worker, activity) == [first]
    assert miscounts(activity) == []


def test_two_who_change_to_one_last_seat_at_the_same_moment_lose_nothing() -> None:
    activity = make_activity(seats=2, dates=2)
    first, second = dates_of(activity)
    one, two, other = make_workers(3)
    for worker in (one, two):
        claim(activity, worker, wanted=(first,))
    claim(activity, other, wanted=(second,))
    day = activity.occurrences.get(pk=second)
    results = race(
        *(
            partial(actions.move_to_date, held_by(worker, activity)[0], day, actor=actor_for(worker))
            for worker in (one, two)
        )
    )
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert sorted(held_dates(one, activity) + held_dates(two, activity)) == [first, second]
    assert miscounts(activity) == []


def test_changing_within_one_bus_needs_no_second_seat_of_it() -> None:
    activity = make_activity(seats=2, dates=2, together=1)
    first, second = dates_of(activity)
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=(first,))
    actions.move_to_date(held_by(worker, activity)[0], activity.occurrences.get(pk=second), actor=actor_for(worker))
    assert held_dates(worker, activity) == [second]
    assert Pool.objects.get(activity=activity, occurrence=None).taken == 1


def test_changing_never_makes_two_of_one_date_nor_more_than_was_asked() -> None:
    activity = make_activity(seats=3, dates=3, most_dates=2)
    first, second, third = dates_of(activity)
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=(first, second), take=2)
    seat = Registration.objects.live().get(person=worker, occurrence=first)
    with pytest.raises(Conflict) as held:
        actions.move_to_date(seat, activity.occurrences.get(pk=second), actor=actor_for(worker))
    assert held.value.code == "held_already"
    actions.move_to_date(seat, activity.occurrences.get(pk=third), actor=actor_for(worker))
    assert sorted(held_dates(worker, activity)) == [second, third]
    with pytest.raises(Conflict):
        actions.move_to_date(seat, activity.occurrences.get(pk=first), actor=actor_for(worker))
    course = make_activity(seats=3, dates=2, all_dates=True)
    claim(course, worker, wanted=tuple(dates_of(course)))
    with pytest.raises(Invalid) as fixed:
        actions.move_to_date(held_by(worker, course)[0], course.occurrences.all()[1], actor=actor_for(worker))
    assert fixed.value.code == "not_movable"


def test_a_worker_who_unticks_the_line_does_not_stand_in_it() -> None:
    activity = make_activity(seats=1)
    (worker,) = make_workers(1)
    client = Client()
    client.force_login(make_account(worker))
    page = client.get(f"/activities/{activity.pk}/")
    assert page.content.index(b'name="waits" value="no"') < page.content.index(b'name="waits" value="yes"')
    ticket = page.context["page"].ticket
    assert lane.wish_of(ticket, {"date": ["7", "3"], "waits": ["no"]}).waits is False
    wish = lane.wish_of(ticket, {"date": ["7", "3"], "waits": ["no", "yes"]})
    assert (wish.waits, wish.wanted) == (True, (7, 3))


def test_the_list_begins_with_what_waits_for_an_answer_and_can_be_narrowed() -> None:
    offered, free = make_activity(seats=1, days_ahead=1.5), make_activity(seats=1)
    first, worker = make_workers(2)
    claim(offered, first)
    claim(offered, worker)
    actions.cancel_registration(held_by(first, offered)[0], actor=actor_for(first))
    client = Client()
    client.force_login(make_account(worker))
    every = client.get("/activities/").context
    assert [card.activity.pk for card in every["todo"]] == [offered.pk]
    assert every["todo"][0].answer_by == held_by(worker, offered)[0].offer_until
    assert [card.activity.pk for card in client.get("/activities/?show=open").context["cards"]] == [free.pk]
    assert [card.activity.pk for card in client.get("/activities/?show=mine").context["cards"]] == [offered.pk]
    assert len(client.get("/activities/?show=nonsense").context["cards"]) == 2


def test_the_page_tells_what_is_held_what_is_waited_for_and_changes_a_date() -> None:
    activity = make_activity(seats=1, dates=3, most_dates=2)
    first, second, third = dates_of(activity)
    holder, worker = make_workers(2)
    claim(activity, holder, wanted=(third,))
    claim(activity, worker, wanted=(third, first), take=2)
    client = Client()
    client.force_login(make_account(worker))
    page = client.get(f"/activities/{activity.pk}/").content.decode()
    assert f'<option value="{second}">' in page
    (seat,) = held_by(worker, activity)
    client.post(f"/registrations/{seat.pk}/move/", {"date": second})
    assert held_dates(worker, activity) == [second]
    assert client.post(f"/registrations/{held_by(worker, activity)[0].pk}/move/", {"date": third}).status_code == 409
    assert held_dates(worker, activity) == [second]


def test_a_date_of_the_past_says_only_that_it_is_over(client: Client) -> None:
    with clock.at(clock.now() - timedelta(days=30)):
        activity = make_activity(1, days_ahead=2)
        worker, late = make_workers(2)
        claim(activity, worker)
    client.force_login(make_account(late))
    page = client.get(f"/activities/{activity.pk}/").content.decode()
    assert "已结束" in page
    assert "可候补" not in page
