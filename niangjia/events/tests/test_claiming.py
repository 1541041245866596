"""Asking for seats: who gets them, who waits, and what each is told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from niangjia.events import actions
from niangjia.events.actions.announcing import Share
from niangjia.events.models import Activity, Claim, Pool, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import CLOCK, claim, claim_of, dates_of, held_by, make_activity, make_workers
from niangjia.events.tests.factories import organiser as organiser_of
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)
State = Registration.State


def test_seats_go_to_who_comes_first_and_the_next_stands_in_line() -> None:
    activity = make_activity(seats=2)
    first, second, third = make_workers(3)
    assert [claim(activity, one).what for one in (first, second, third)] == ["registered", "registered", "waiting"]
    assert miscounts(activity) == []


def test_pressed_twice_it_is_one_seat() -> None:
    activity = make_activity(seats=5)
    (worker,) = make_workers(1)
    answers = race(*[partial(claim, activity, worker)] * 4)
    assert [answer.what for answer in answers] == ["registered"] * 4
    assert len({answer.claim.pk for answer in answers}) == 1
    assert Pool.objects.get(activity=activity).taken == 1


def test_who_does_not_want_to_wait_is_told_it_is_full() -> None:
    activity = make_activity(seats=1)
    first, second = make_workers(2)
    claim(activity, first)
    assert claim(activity, second, waits=False).what == "full"
    assert claim(activity, second, waits=True).what == "waiting"


def test_a_seat_given_up_long_before_is_the_next_ones_at_once() -> None:
    activity = make_activity(seats=1, days_ahead=10)
    first, second = make_workers(2)
    claim(activity, first)
    claim(activity, second)
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    assert [one.state for one in held_by(second, activity)] == [State.REGISTERED]
    assert claim_of(first, activity).state == Claim.State.WITHDRAWN


def test_a_seat_given_up_shortly_before_is_offered_with_a_time_to_answer() -> None:
    activity = make_activity(seats=1, days_ahead=1.5)
    first, second, third = make_workers(3)
    for worker in (first, second, third):
        claim(activity, worker)
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    (offer,) = held_by(second, activity)
    assert offer.state == State.OFFERED
    assert offer.offer_until is not None
    with clock.at(offer.offer_until + timedelta(minutes=1)):
        with pytest.raises(Conflict) as late:
            actions.accept_offer(offer, actor=actor_for(second))
        assert late.value.code == "offer_over"
        assert actions.lapse_offers(activity.pk, actor=CLOCK) == 1
        (next_offer,) = held_by(third, activity)
        assert actions.accept_offer(next_offer, actor=actor_for(third)).state == State.REGISTERED
    assert miscounts(activity) == []


def test_an_offer_declined_goes_to_the_next() -> None:
    activity = make_activity(seats=1, days_ahead=1.5)
    workers = make_workers(3)
    for worker in workers:
        claim(activity, worker)
    actions.cancel_registration(held_by(workers[0], activity)[0], actor=actor_for(workers[0]))
    actions.decline_offer(held_by(workers[1], activity)[0], actor=actor_for(workers[1]))
    assert held_by(workers[1], activity) == []
    assert len(held_by(workers[2], activity)) == 1


def test_asked_again_after_withdrawing_it_is_a_new_place_at_the_end() -> None:
    activity = make_activity(seats=1)
    holder, first, second = make_workers(3)
    for worker in (holder, first, second):
        claim(activity, worker)
    actions.withdraw(claim_of(first, activity), actor=actor_for(first))
    assert claim(activity, first).what == "waiting"
    actions.cancel_registration(held_by(holder, activity)[0], actor=actor_for(holder))
    assert len(held_by(second, activity)) == 1
    assert held_by(first, activity) == []


def test_any_of_these_dates_waits_for_all_of_them_and_takes_one() -> None:
    activity = make_activity(seats=1, dates=2)
    both = tuple(dates_of(activity))
    one, two, either = make_workers(3)
    claim(activity, one, wanted=both[:1])
    claim(activity, two, wanted=both[1:])
    assert claim(activity, either, wanted=both).what == "waiting"
    actions.cancel_registration(held_by(two, activity)[0], actor=actor_for(two))
    assert [held.occurrence_id for held in held_by(either, activity)] == [both[1]]
    actions.cancel_registration(held_by(one, activity)[0], actor=actor_for(one))
    assert len(held_by(either, activity)) == 1


def test_a_course_is_had_on_all_its_dates_or_on_none() -> None:
    activity = make_activity(seats=1, dates=3, all_dates=True)
    every = tuple(dates_of(activity))
    first, second = make_workers(2)
    assert claim(activity, first, wanted=every).dates == every
    assert claim(activity, second, wanted=every).what == "waiting"
    actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
    assert held_by(second, activity) == []
    actions.withdraw(claim_of(first, activity), actor=actor_for(first))
    assert len(held_by(second, activity)) == 3
    assert miscounts(activity) == []


def test_a_party_keeps_its_place_while_a_single_seat_goes_to_who_fits() -> None:
    activity = make_activity(seats=3, most_seats=3)
    holder, party, single = make_workers(3)
    claim(activity, holder, seats=2)
    assert claim(activity, party, seats=3).what == "waiting"
    assert claim(activity, single).what == "registered"
    for worker in (holder, single):
        actions.withdraw(claim_of(worker, activity), actor=actor_for(worker))
    assert len(held_by(party, activity)) == 1


def test_seats_kept_for_a_group_are_no_one_elses_until_they_are_merged() -> None:
    tomorrow = clock.now() + timedelta(days=1)
    riders = Share("riders", "骑手", "worker.new_form", floor=2, merges_at=tomorrow)
    activity = make_activity(seats=3, shares=[riders])
    one, two, three, rider = make_workers(4)
    assert claim(activity, one).what == "registered"
    assert claim(activity, two).what == "waiting"
    assert claim(activity, rider, groups=("riders",)).what == "registered"
    assert claim(activity, three).what == "waiting"
    assert actions.merge_pools(activity.pk, actor=CLOCK) == 0
    with clock.at(tomorrow):
        assert actions.merge_pools(activity.pk, actor=CLOCK) == 1
    assert len(held_by(two, activity)) == 1
    assert held_by(three, activity) == []


def test_a_group_has_no_more_than_its_ceiling_though_there_are_seats() -> None:
    firm = Share("firm", "一家企业", "worker.union.member", ceiling=1)
    activity = make_activity(seats=5, shares=[firm])
    one, two, other = make_workers(3)
    assert claim(activity, one, groups=("firm",)).what == "registered"
    assert claim(activity, two, groups=("firm",)).what == "waiting"
    assert claim(activity, other).what == "registered"


def test_two_visits_share_the_seats_of_one_bus() -> None:
    activity = make_activity(seats=2, dates=2, together=3)
    days = dates_of(activity)
    answers = [claim(activity, worker, wanted=(days[n % 2],)).what for n, worker in enumerate(make_workers(4))]
    assert answers == ["registered", "registered", "registered", "waiting"]


def test_more_seats_go_to_those_in_line_and_too_few_are_refused() -> None:
    activity = make_activity(seats=1)
    workers = make_workers(3)
    for worker in workers:
        claim(activity, worker)
    organiser = organiser_of(activity)
    pool = Pool.objects.get(activity=activity)
    actions.resize_pool(pool, ceiling=3, actor=organiser)
    assert all(held_by(worker, activity) for worker in workers)
    with pytest.raises(Conflict) as refused:
        actions.resize_pool(pool, ceiling=2, actor=organiser)
    assert refused.value.code == "too_few_seats"
    assert "3" in str(refused.value)


def test_an_officer_seats_somebody_past_the_line_with_a_reason_and_the_room_grows() -> None:
    activity = make_activity(seats=1)
    first, guest = make_workers(2)
    claim(activity, first)
    (day,) = activity.occurrences.all()
    actions.seat_by_hand(day, guest, reason="特邀劳模", actor=organiser_of(activity))
    pool = Pool.objects.get(activity=activity)
    assert (pool.ceiling, pool.taken) == (2, 2)
    assert miscounts(activity) == []


def test_nobody_registers_before_it_opens_or_after_it_closes_or_for_somebody_else() -> None:
    activity = make_activity(seats=3)
    one, two = make_workers(2)
    with clock.at(activity.opens_at - timedelta(minutes=1)):
        early = claim(activity, one).refusal
    assert early is not None
    assert early.code == "too_early"
    assert f"{activity.opens_at.astimezone(clock.SHANGHAI):%H:%M}" in str(early)
    with clock.at(activity.closes_at):
        late = claim(activity, one).refusal
    assert late is not None
    assert late.code == "closed"
    wish = actions.Wish(person_id=two.pk, wanted=tuple(dates_of(activity)))
    (answer,) = actions.claim_seats(activity, [wish], actor=actor_for(one))
    assert isinstance(answer.refusal, Forbidden)


def test_what_cannot_be_asked_for_is_refused_in_words() -> None:
    activity = make_activity(seats=3, dates=2, most_seats=2)
    other = make_activity(seats=3)
    (worker,) = make_workers(1)
    both = tuple(dates_of(activity))
    for wish, code in (
        ({"wanted": ()}, "no_such_date"),
        ({"wanted": tuple(dates_of(other))}, "no_such_date"),
        ({"wanted": both, "take": 2}, "too_many_dates"),
        ({"wanted": both, "take": 0}, "too_many_dates"),
        ({"wanted": both, "seats": 3}, "too_many_seats"),
        ({"wanted": both, "seats": 0}, "too_many_seats"),
    ):
        refusal = claim(activity, worker, **wish).refusal
        assert refusal is not None
        assert refusal.code == code
        assert str(refusal.sentence)


def test_called_off_frees_everybody_and_says_why() -> None:
    activity = make_activity(seats=2)
    workers = make_workers(3)
    for worker in workers:
        claim(activity, worker)
    activity = actions.call_off(activity, reason="台风橙色预警", actor=organiser_of(activity))
    assert activity.state == Activity.State.CALLED_OFF
    assert not any(held_by(worker, activity) for worker in workers)
    refusal = claim(activity, make_workers(1)[0]).refusal
    assert refusal is not None
    assert refusal.code == "called_off"
    assert miscounts(activity) == []


def test_what_nobody_knows_of_cannot_be_called_off() -> None:
    draft = make_activity(announced=False)
    with pytest.raises(Conflict, match=draft.title):
        actions.call_off(draft, reason="台风", actor=organiser_of(draft))
    draft.refresh_from_db()
    assert draft.state == Activity.State.DRAFT


def test_postgresql_itself_refuses_one_seat_too_many_and_one_person_twice() -> None:
    activity = make_activity(seats=1)
    (worker,) = make_workers(1)
    claim(activity, worker)
    with pytest.raises(IntegrityError, match="pool_never_over"), transaction.atomic():
        Pool.objects.filter(activity=activity).update(taken=2)
    (held,) = held_by(worker, activity)
    with pytest.raises(IntegrityError, match="nobody_twice_on_a_date"), transaction.atomic():
        Registration.objects.create(
            claim=held.claim, occurrence=held.occurrence, person=worker, seats=1, state=State.REGISTERED
        )
