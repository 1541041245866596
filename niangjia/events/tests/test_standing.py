"""Not coming without a word: it delays for a while, is made good, is explained, and never bars anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.admission.standing import missed_by
from niangjia.events.models import Activity, Explanation, Presence
from niangjia.events.reads.worker import activity_of
from niangjia.events.tests.factories import CLOCK, claim, held_by, make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import officer_of
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db


def held_date(came: list[Person], stayed_away: list[Person], days_ahead: float = 2) -> Activity:
    """An activity that is over: these came, those held a seat and did not."""
    activity = make_activity(seats=9, days_ahead=days_ahead)
    for person in (*came, *stayed_away):
        claim(activity, person)
    day = activity.occurrences.get()
    with clock.at(day.starts_at):
        for person in came:
            actions.check_in(held_by(person, activity)[0], actor=organiser(activity))
    with clock.at(day.ends_at + timedelta(hours=13)):
        actions.mark_absent(day, actor=CLOCK)
    return activity


def count(person: Person, activity: Activity, days: float) -> int:
    found = missed_by([person.pk], activity.organisation, at=clock.now() + timedelta(days=days))
    return found[person.pk].count if person.pk in found else 0


def test_an_absence_counts_for_ninety_days_and_coming_to_the_next_makes_it_good() -> None:
    steady, missing = make_workers(2)
    activity = held_date([steady], [missing])
    assert (count(missing, activity, 3), count(steady, activity, 3)) == (1, 0)
    assert count(missing, activity, 93) == 0
    held_date([missing], [], days_ahead=4)
    assert count(missing, activity, 5) == 0


def test_giving_a_seat_back_that_others_wait_for_makes_it_good_and_an_idle_one_does_not() -> None:
    steady, missing, waits = make_workers(3)
    activity = held_date([steady], [missing])
    for seats, left in ((5, 1), (1, 0)):
        later = make_activity(seats=seats, days_ahead=20, closes_at=clock.now() + timedelta(days=10))
        with clock.at(clock.now() + timedelta(days=4)):
            claim(later, missing)
            claim(later, waits)
            third = make_workers(1)[0]
            claim(later, third)
            actions.cancel_registration(held_by(missing, later)[0], actor=actor_for(missing))
        assert count(missing, activity, 5) == left


def test_it_opens_some_hours_later_first_come_and_comes_after_the_others_in_a_draw() -> None:
    steady, missing = make_workers(2)
    held_date([steady], [missing])
    first_come = make_activity(days_ahead=30)
    drawn = make_activity(days_ahead=30, mode=Activity.Mode.DRAW)
    easy = make_activity(days_ahead=30, mode=Activity.Mode.DRAW, heeds_absences=False)
    with clock.at(clock.now() + timedelta(days=3)):
        page = activity_of(actor_for(missing), first_come.pk)
        assert page.door.opens_at == first_come.opens_at + timedelta(hours=3)
        assert activity_of(actor_for(steady), first_come.pk).door.opens_at == first_come.opens_at
        tiers = [activity_of(actor_for(missing), one.pk).ticket.tier for one in (drawn, easy)]
        assert tiers == [1, 0]


def test_the_worker_reads_it_with_its_end_before_pressing_and_an_excuse_ends_it() -> None:
    steady, missing = make_workers(2)
    gone = held_date([steady], [missing])
    drawn = make_activity(days_ahead=30, mode=Activity.Mode.DRAW)
    absence = Presence.objects.get(person=missing)
    client = Client()
    client.force_login(make_account(missing))
    with clock.at(clock.now() + timedelta(days=3)):
        page = client.get(f"/activities/{drawn.pk}/").content.decode()
        until = (gone.occurrences.get().starts_at + timedelta(days=90)).astimezone(clock.SHANGHAI)
        assert f"{until:%Y-%m-%d}" in page
        assert "/activities/missed/" in page
        assert client.post("/activities/missed/", {"absence": absence.pk, "why": "孩子发烧"}).status_code == 302
        desk = officer_of(gone)
        assert "孩子发烧" in desk.get("/desk/activities/explanations/").content.decode()
        asked = Explanation.objects.get()
        answer = {"explanation": asked.pk, "accepted": "yes", "answer": "理解，下次提前说一声"}
        assert desk.post("/desk/activities/explanations/", answer).status_code == 302
        assert "理解，下次提前说一声" in client.get("/activities/missed/").content.decode()
        assert f"{until:%Y-%m-%d}" not in client.get(f"/activities/{drawn.pk}/").content.decode()
    absence.refresh_from_db()
    assert (absence.state, absence.reason) == (Presence.State.EXCUSED, "理解，下次提前说一声")


def test_only_who_was_absent_explains_and_the_answer_has_words() -> None:
    steady, missing = make_workers(2)
    activity = held_date([steady], [missing])
    absence = Presence.objects.get(person=missing)
    with pytest.raises(Forbidden):
        actions.explain_absence(absence, why="……", actor=actor_for(steady))
    with pytest.raises(Conflict):
        actions.explain_absence(Presence.objects.get(person=steady), why="我来了", actor=actor_for(steady))
    explanation = actions.explain_absence(absence, why="加班", actor=actor_for(missing))
    with pytest.raises(Invalid):
        actions.answer_explanation(explanation, accepted=False, answer=" ", actor=organiser(activity))
    actions.answer_explanation(explanation, accepted=False, answer="请提前退", actor=organiser(activity))
    assert count(missing, activity, 3) == 1
    with pytest.raises(Conflict):
        actions.explain_absence(absence, why="再说一次", actor=actor_for(missing))


def given_up(hours_before: float, *, at_most: int = 24, **more: Any) -> tuple[Person, Activity]:
    """A seat taken ten days ahead and given up so many hours before the start."""
    (person,) = make_workers(1)
    activity = make_activity(cancel_hours=at_most, **more)
    claim(activity, person)
    with clock.at(activity.occurrences.get().starts_at - timedelta(hours=hours_before)):
        actions.cancel_registration(held_by(person, activity)[0], actor=actor_for(person))
    return person, activity


def test_a_seat_is_free_to_give_up_until_so_many_hours_before_and_later_counts_as_an_absence() -> None:
    for hours, counts in ((24, 0), (23.9, 1)):
        person, activity = given_up(hours)
        assert count(person, activity, 9) == 0  # before the date nothing is missed yet
        assert count(person, activity, 11) == counts
        assert count(person, activity, 101) == 0
        assert held_by(person, activity) == []
    easy = given_up(1, heeds_absences=False)
    assert count(*easy, 11) == 0


def test_a_seat_given_late_a_date_that_was_moved_and_an_officers_hand_hold_nothing_against_anybody() -> None:
    first, second, third, fourth = make_workers(4)
    activity = make_activity(seats=2, cancel_hours=24, instant_hours=48)
    for person in (first, third, second):
        claim(activity, person)
    day = activity.occurrences.get()
    with clock.at(day.starts_at - timedelta(hours=5)):
        actions.cancel_registration(held_by(first, activity)[0], actor=actor_for(first))
        actions.cancel_registration(held_by(second, activity)[0], actor=actor_for(second))
        actions.cancel_registration(held_by(third, activity)[0], actor=organiser(activity))
    assert [count(one, activity, 11) for one in (first, second, third)] == [1, 0, 0]
    moving = make_activity(cancel_hours=24)
    claim(moving, fourth)
    day, change = moving.occurrences.get(), actions.Change(location="四楼")
    actions.change_dates(day, reach=actions.Reach.THIS, change=change, actor=organiser(moving))
    with clock.at(day.starts_at - timedelta(hours=5)):
        actions.cancel_registration(held_by(fourth, moving)[0], actor=actor_for(fourth))
    assert count(fourth, moving, 11) == 0


def test_who_gave_up_late_was_told_before_can_say_why_and_comes_all_the_same() -> None:
    (person,) = make_workers(1)
    activity = make_activity(cancel_hours=24, closes_at=clock.now() + timedelta(days=9, hours=23))
    claim(activity, person)
    client = Client()
    client.force_login(make_account(person))
    day = activity.occurrences.get()
    assert client.get(f"/activities/{activity.pk}/").content.decode().count("一次没来") == 1
    with clock.at(day.starts_at - timedelta(hours=23)):
        assert client.get(f"/activities/{activity.pk}/").content.decode().count("一次没来") == 3
        client.post(f"/registrations/{held_by(person, activity)[0].pk}/cancel/")
        assert "临近才退" in client.get("/activities/missed/").content.decode()
        noted = Presence.objects.get(person=person)
        actions.explain_absence(noted, why="孩子发烧", actor=actor_for(person))
    with clock.at(day.starts_at):
        explanation = Explanation.objects.get()
        actions.answer_explanation(explanation, accepted=True, answer="理解", actor=organiser(activity))
    assert count(person, activity, 11) == 0


def test_who_takes_a_seat_again_and_comes_has_missed_nothing() -> None:
    (person,) = make_workers(1)
    activity = make_activity(cancel_hours=24, closes_at=clock.now() + timedelta(days=9, hours=23))
    claim(activity, person)
    day = activity.occurrences.get()
    with clock.at(day.starts_at - timedelta(hours=20)):
        actions.cancel_registration(held_by(person, activity)[0], actor=actor_for(person))
        claim(activity, person)
    with clock.at(day.starts_at):
        assert actions.check_in(held_by(person, activity)[0], actor=organiser(activity)).has_come
    assert count(person, activity, 11) == 0
