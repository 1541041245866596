"""At the door: who came, when, and who did not; seats of no-shows go to who stands there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.events import actions, jobs, listening
from niangjia.events.models import Activity, Occurrence, Presence, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.reads import people_present, person_times, sessions_held
from niangjia.events.tests.factories import CLOCK, claim, held_by, make_activity, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.test_races import race
from niangjia.people.happenings import PersonErasing
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
State = Presence.State


def date_of(activity: Activity) -> Occurrence:
    return Occurrence.objects.filter(activity=activity)[0]


@contextmanager
def at_the_door(activity: Activity, minutes: int = -5) -> Iterator[None]:
    """So many minutes after the start (before it, when negative)."""
    with clock.at(date_of(activity).starts_at + timedelta(minutes=minutes)):
        yield


def seated(seats: int = 3, people: int = 1) -> tuple[Activity, list[Person]]:
    activity, workers = make_activity(seats=seats), make_workers(people)
    for worker in workers:
        claim(activity, worker)
    return activity, workers


def come(activity: Activity, worker: Person) -> Presence:
    return actions.check_in(held_by(worker, activity)[0], actor=organiser(activity))


def test_checked_in_twice_it_is_one_presence_at_the_first_time() -> None:
    activity, (worker,) = seated()

    def come_before_it_begins() -> Presence:
        with at_the_door(activity):
            return come(activity, worker)

    race(*[come_before_it_begins] * 3)
    first = Presence.objects.get()
    with at_the_door(activity, 60):
        assert come(activity, worker).arrived_at == first.arrived_at
    assert Presence.objects.get().state == State.PRESENT


@pytest.mark.parametrize(
    ("came", "left", "state"),
    [(-5, None, "present"), (15, None, "present"), (16, None, "late"), (-5, 60, "left_early"), (-5, 119, "present")],
)
def test_late_and_early_are_told_by_the_grace(came: int, left: int | None, state: str) -> None:
    activity, (worker,) = seated()
    with at_the_door(activity, came):
        presence = come(activity, worker)
    if left is not None:
        with at_the_door(activity, left):
            presence = actions.check_out(presence, actor=organiser(activity))
    assert presence.state == state


def test_who_goes_out_and_comes_back_has_been_there_from_the_first() -> None:
    activity, (worker,) = seated()
    with at_the_door(activity, -5):
        first = come(activity, worker)
    with at_the_door(activity, 30):
        assert actions.check_out(first, actor=organiser(activity)).state == State.LEFT_EARLY
    with at_the_door(activity, 45):
        back = come(activity, worker)
    assert (back.state, back.left_at, back.arrived_at) == (State.PRESENT, None, first.arrived_at)


def test_the_door_is_shut_before_its_time_and_on_a_date_called_off() -> None:
    activity, (worker,) = seated()
    registration = held_by(worker, activity)[0]
    with at_the_door(activity, -61), pytest.raises(Conflict) as early:
        actions.check_in(registration, actor=organiser(activity))
    assert early.value.code == "door_shut"
    actions.call_off(activity, reason="台风", actor=organiser(activity))
    with at_the_door(activity), pytest.raises(Conflict) as off:
        actions.check_in(registration, actor=organiser(activity))
    assert off.value.code == "called_off"


def test_each_of_a_list_is_answered_for_themselves() -> None:
    activity, (comes, gave_up) = seated(people=2)
    (stranger,) = make_workers(1)
    actions.cancel_registration(held_by(gave_up, activity)[0], actor=actor_for(gave_up))
    arrivals = [actions.Arrival(one.pk) for one in (comes, gave_up, stranger, comes)]
    with at_the_door(activity):
        told = actions.check_in_many(date_of(activity), arrivals, actor=organiser(activity))
    codes = [one.refusal.code if one.refusal else one.is_new for one in told]
    assert codes == [True, "registration_over", "not_registered", False]


def test_who_is_new_on_a_list_is_written_once_however_long_the_list_is() -> None:
    """Every arrival was once inserted and then updated: more than half of the time that 250 dates took."""
    activity, workers = seated(seats=3, people=3)
    with at_the_door(activity), CaptureQueriesContext(connection) as asked:
        arrivals = [actions.Arrival(worker.pk) for worker in workers]
        actions.check_in_many(date_of(activity), arrivals, actor=organiser(activity))
    table = f'"{Presence._meta.db_table}"'
    verbs = [one["sql"].split()[0] for one in asked if table in one["sql"]]
    assert [verb for verb in verbs if verb != "SELECT"] == ["INSERT"]


def test_a_list_on_paper_written_down_the_next_day_is_not_late() -> None:
    activity, (worker,) = seated()
    with at_the_door(activity, 24 * 60):
        assert come(activity, worker).state == State.PRESENT


def test_only_the_organiser_keeps_the_door() -> None:
    activity, (worker,) = seated()
    with at_the_door(activity), pytest.raises(Forbidden):
        actions.check_in(held_by(worker, activity)[0], actor=actor_for(worker))


def test_who_is_in_can_no_longer_give_the_seat_up() -> None:
    activity, (worker,) = seated()
    with at_the_door(activity, -30):
        come(activity, worker)
        with pytest.raises(Conflict) as inside:
            actions.cancel_registration(held_by(worker, activity)[0], actor=actor_for(worker))
    assert inside.value.code == "checked_in"


def test_who_is_in_can_no_longer_move_to_another_date() -> None:
    activity, (worker,) = make_activity(seats=3, dates=2), make_workers(1)
    claim(activity, worker)
    (seat,) = held_by(worker, activity)
    other = Occurrence.objects.filter(activity=activity)[1]
    with at_the_door(activity, -30):
        come(activity, worker)
        with pytest.raises(Conflict) as inside:
            actions.move_to_date(seat, other, actor=actor_for(worker))
    assert inside.value.code == "checked_in"


def test_an_excuse_of_somebody_erased_no_longer_tells_of_their_illness() -> None:
    activity, (ill,) = seated()
    (seat,) = held_by(ill, activity)
    actions.excuse(seat, reason="住院", actor=organiser(activity))
    actions.cancel_registration(seat, actor=actor_for(ill))
    with transaction.atomic():
        listening.hold_back_erasing(PersonErasing(ill.pk))
    assert Presence.objects.get().reason == "—"


def test_an_excuse_needs_a_reason_and_is_not_for_those_who_came() -> None:
    activity, (ill, there) = seated(people=2)
    registration = held_by(ill, activity)[0]
    with pytest.raises(Invalid):
        actions.excuse(registration, reason=" ", actor=organiser(activity))
    assert actions.excuse(registration, reason="孩子发烧", actor=organiser(activity)).state == State.EXCUSED
    with at_the_door(activity):
        come(activity, there)
        with pytest.raises(Conflict):
            actions.excuse(held_by(there, activity)[0], reason="加班", actor=organiser(activity))


def test_after_the_end_the_clock_notes_who_did_not_come_once() -> None:
    activity, (comes, stays_away, ill) = seated(people=3)
    actions.excuse(held_by(ill, activity)[0], reason="住院", actor=organiser(activity))
    with at_the_door(activity):
        come(activity, comes)
    with at_the_door(activity, 60):
        assert actions.mark_absent(date_of(activity), actor=CLOCK) == 0
    for _twice in range(2):
        with at_the_door(activity, 15 * 60):
            jobs.move_activities_on(0)
    states = dict(Presence.objects.values_list("person", "state"))
    assert states == {comes.pk: "present", stays_away.pk: "absent", ill.pk: "excused"}


def test_where_nobody_was_checked_in_nobody_is_called_absent() -> None:
    activity, _workers = seated()
    with at_the_door(activity, 15 * 60):
        jobs.move_activities_on(0)
    assert not Presence.objects.exists()


def test_what_was_noted_by_mistake_is_taken_back() -> None:
    activity, (worker,) = seated()
    with at_the_door(activity):
        actions.undo_presence(come(activity, worker), actor=organiser(activity))
        assert not Presence.objects.exists()
        assert come(activity, worker).state == State.PRESENT


def test_who_stands_at_the_door_gets_a_free_seat_and_none_that_is_still_kept() -> None:
    activity, (registered,) = seated(seats=2)
    first, second = make_workers(2)
    with at_the_door(activity, 5):
        assert actions.walk_in(date_of(activity), first, actor=organiser(activity)).walked_in
        with pytest.raises(Conflict) as full:
            actions.walk_in(date_of(activity), second, actor=organiser(activity))
    assert full.value.code == "full"
    assert held_by(second, activity) == []
    assert held_by(registered, activity)
    assert miscounts(activity) == []


def test_after_the_grace_the_seat_of_a_no_show_goes_to_who_stands_there() -> None:
    activity, (registered,) = seated(seats=1)
    (waits,) = make_workers(1)
    claim(activity, waits)
    with at_the_door(activity, 16):
        actions.walk_in(date_of(activity), waits, actor=organiser(activity))
        assert [one.state for one in held_by(waits, activity)] == [Registration.State.REGISTERED]
        assert Registration.objects.get(person=registered).state == Registration.State.RELEASED
        assert Presence.objects.get(person=registered).state == State.ABSENT
        (told,) = actions.check_in_many(date_of(activity), [actions.Arrival(registered.pk)], actor=organiser(activity))
    assert told.refusal is not None
    assert told.refusal.code == "seat_released"
    assert miscounts(activity) == []


def test_no_shows_are_released_at_once_only_after_the_grace_and_may_still_come_in() -> None:
    activity, (registered,) = seated(seats=1)
    with at_the_door(activity, 5), pytest.raises(Conflict):
        actions.release_no_shows(date_of(activity), actor=organiser(activity))
    with at_the_door(activity, 16):
        assert actions.release_no_shows(date_of(activity), actor=organiser(activity)) == 1
        assert actions.release_no_shows(date_of(activity), actor=organiser(activity)) == 0
        assert actions.walk_in(date_of(activity), registered, actor=organiser(activity)).state == State.LATE
    assert miscounts(activity) == []


def test_people_person_times_and_sessions_are_three_numbers() -> None:
    activity = make_activity(seats=5, dates=2, most_dates=2, most_seats=2)
    dates = Occurrence.objects.filter(activity=activity)
    once, twice = make_workers(2)
    claim(activity, once, wanted=(dates[0].pk,), seats=2)
    claim(activity, twice, wanted=tuple(one.pk for one in dates), take=2)
    with clock.at(dates[1].ends_at):
        for registration in Registration.objects.live():
            actions.check_in(registration, actor=organiser(activity))
        assert (people_present(dates), person_times(dates), sessions_held(dates)) == (2, 4, 2)


@settings(max_examples=12, deadline=None)
@given(
    seats=st.integers(1, 3),
    doings=st.lists(st.tuples(st.sampled_from(["come", "walk", "release", "out", "undo"]), st.integers(0, 4)),
                    max_size=12),
)  # fmt: skip
def test_whatever_happens_at_the_door_no_seat_is_given_twice(seats: int, doings: list[tuple[str, int]]) -> None:
    activity, workers = make_activity(seats=seats), make_workers(5)
    for worker in workers[:3]:
        claim(activity, worker)
    date, actor = date_of(activity), organiser(activity)
    with at_the_door(activity, 20):
        for doing, who in doings:
            worker = workers[who]
            noted = Presence.objects.filter(occurrence=date, person=worker).first()
            try:
                if doing == "come":
                    actions.check_in_many(date, [actions.Arrival(worker.pk)], actor=actor)
                elif doing == "walk":
                    actions.walk_in(date, worker, actor=actor)
                elif doing == "release":
                    actions.release_no_shows(date, actor=actor)
                elif noted is not None:
                    (actions.check_out if doing == "out" else actions.undo_presence)(noted, actor=actor)
            except Conflict:
                continue
        inside = Presence.objects.came().filter(occurrence=date)
        assert sum(one.people for one in inside) <= seats
        assert not inside.exclude(registration__state__in=("registered",)).exists()
        assert miscounts(activity) == []
