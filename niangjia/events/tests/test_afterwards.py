"""Before and after a date: reminders, hours, feedback, and the calendar of one's own dates."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from niangjia.events import actions, jobs
from niangjia.events.models import Activity, CalendarFeed, Feedback, Occurrence, Presence
from niangjia.events.reads.mine import FEW, feedback_of
from niangjia.events.tests.factories import CLOCK, claim, held_by, make_activity, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden
from niangjia.ledger.models import Account, Unit
from niangjia.ledger.reads import prove
from niangjia.notify.models import Message
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db


def of(person: Person) -> Client:
    client = Client()
    client.force_login(make_account(person))
    return client


def been(activity: Activity, worker: Person, left: int | None = None) -> Presence:
    """Claimed, checked in at the start, perhaps left so many minutes later."""
    claim(activity, worker)
    (seat,) = held_by(worker, activity)
    with clock.at(seat.occurrence.starts_at):
        presence = actions.check_in(seat, actor=organiser(activity))
    if left is not None:
        with clock.at(seat.occurrence.starts_at + timedelta(minutes=left)):
            presence = actions.check_out(presence, actor=organiser(activity))
    return presence


def hours_of(person: Person) -> int:
    return sum(Account.objects.filter(person=person, unit=Unit.HOURS).values_list("balance", flat=True))


def test_hours_are_booked_once_to_who_was_there_and_taken_back_with_the_presence() -> None:
    activity = make_activity(seats=5, hours_kind=Activity.HoursKind.VOLUNTEERING, hours=2)
    stays, leaves, absent = make_workers(3)
    presence = been(activity, stays)
    been(activity, leaves, left=70)
    claim(activity, absent)
    date = presence.occurrence
    with clock.at(date.ends_at - timedelta(minutes=1)):
        assert actions.book_hours(date, actor=CLOCK) == 0
    with clock.at(date.ends_at + timedelta(minutes=1)):
        jobs.move_activities_on(0)
        jobs.move_activities_on(0)
        assert [hours_of(one) for one in (stays, leaves, absent)] == [2, 1, 0]
        late_line = been_on_paper(activity, absent)
        jobs.move_activities_on(0)
        assert (hours_of(absent), Presence.objects.get(pk=late_line.pk).hours) == (2, 2)
        actions.undo_presence(presence, actor=organiser(activity))
    assert [hours_of(one) for one in (stays, leaves, absent)] == [0, 1, 2]
    assert prove().faults == ()
    assert "志愿时长" in of(leaves).get("/activities/mine/").content.decode()


def been_on_paper(activity: Activity, worker: Person) -> Presence:
    return actions.check_in(held_by(worker, activity)[0], actor=organiser(activity))


def test_an_activity_without_hours_books_none() -> None:
    activity, (worker,) = make_activity(), make_workers(1)
    presence = been(activity, worker)
    with clock.at(presence.occurrence.ends_at):
        assert actions.book_hours(presence.occurrence, actor=organiser(activity)) == 0
    assert not Account.objects.filter(unit=Unit.HOURS).exists()


def test_feedback_is_given_once_by_who_was_there_and_names_nobody_who_does_not_choose() -> None:
    activity, (worker, other) = make_activity(), make_workers(2)
    presence = been(activity, worker)
    page = f"/activities/feedback/{presence.pk}/"
    answer = {"liked": "good", "again": "yes", "words": "老师讲得细"}
    with clock.at(presence.occurrence.ends_at + timedelta(hours=1)):
        assert of(other).post(page, answer).status_code == 404
        with pytest.raises(Forbidden):
            actions.give_feedback(presence, liked=Feedback.Liked.GOOD, again=True, actor=actor_for(other))
        assert of(worker).post(page, {"liked": ""}).status_code == 422
        assert of(worker).post(page, answer).status_code == 302
        assert of(worker).post(page, answer).status_code == 409
    told = Feedback.objects.get()
    assert (told.person, told.words, told.again) == (None, "老师讲得细", True)


def test_before_the_end_there_is_nothing_to_say() -> None:
    activity, (worker,) = make_activity(), make_workers(1)
    presence = been(activity, worker)
    with clock.at(presence.occurrence.starts_at), pytest.raises(Conflict):
        actions.give_feedback(presence, liked=Feedback.Liked.BAD, again=False, actor=actor_for(worker))


def test_answers_are_shown_from_five_on() -> None:
    activity, workers = make_activity(seats=FEW), make_workers(FEW)
    for number, worker in enumerate(workers):
        presence = been(activity, worker)
        page = feedback_of(activity)
        assert (page.is_shown, page.words, page.again) == (False, [], 0)
        with clock.at(presence.occurrence.ends_at):
            liked = Feedback.Liked.GOOD if number else Feedback.Liked.BAD
            actions.give_feedback(
                presence, liked=liked, again=bool(number), words="挤", named=not number, actor=actor_for(worker)
            )
    page = feedback_of(activity)
    assert [count for _label, count in page.liked] == [FEW - 1, 0, 1]
    assert (page.again, len(page.words)) == (FEW - 1, FEW)
    assert [one.person for one in page.words if one.person] == [workers[0]]


def feed_of(client: Client) -> tuple[str, str]:
    """A new address, and what it gives at this moment."""
    page = client.post("/activities/mine/calendar/").content.decode()
    found = re.search(r"/calendar/[\w-]+\.ics", page)
    assert found is not None
    return found.group(), Client().get(found.group()).content.decode()


def test_a_calendar_address_gives_ones_own_dates_until_it_is_taken_back() -> None:
    activity, (worker, other) = make_activity(), make_workers(2)
    claim(activity, worker)
    claim(activity, other)
    client = of(worker)
    address, told = feed_of(client)
    assert told.count("BEGIN:VEVENT") == 1
    assert "职工之家三楼" in told
    assert address.split("/")[-1][:-4] not in str(CalendarFeed.objects.values_list())
    assert address not in client.get("/activities/mine/").content.decode()
    newer, _told = feed_of(client)
    assert Client().get(address).status_code == 404
    client.post("/activities/mine/calendar/revoke/")
    assert Client().get(newer).status_code == 404


def test_a_calendar_hears_of_every_change_under_the_same_name() -> None:
    activity, (worker,) = make_activity(), make_workers(1)
    claim(activity, worker)
    address, _told = feed_of(of(worker))

    def event() -> tuple[str, int, str]:
        told = Client().get(address).content.decode()
        found = [re.search(rf"{name}:(.*?)\r\n", told) for name in ("UID", "SEQUENCE", "STATUS")]
        uid, sequence, status = (one.group(1) for one in found if one is not None)
        return uid, int(sequence), status

    seen = [event()]
    Occurrence.objects.filter(activity=activity).update(location="县工人文化宫")
    seen.append(event())
    actions.cancel_registration(held_by(worker, activity)[0], actor=actor_for(worker))
    seen.append(event())
    claim(activity, worker)
    seen.append(event())
    actions.call_off(activity, reason="台风", actor=organiser(activity))
    seen.append(event())
    assert len({uid for uid, _sequence, _status in seen}) == 1
    sequences = [sequence for _uid, sequence, _status in seen]
    assert sequences == sorted(set(sequences))
    assert [status for _uid, _sequence, status in seen] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED",
    ]  # fmt: skip


def test_one_date_is_a_file_for_its_holder_only() -> None:
    activity, (worker, other) = make_activity(), make_workers(2)
    claim(activity, worker)
    path = f"/registrations/{held_by(worker, activity)[0].pk}.ics"
    assert "BEGIN:VEVENT" in of(worker).get(path).content.decode()
    assert of(other).get(path).status_code == 404


def noon_in(days: int) -> float:
    """So many days ahead at noon, as `make_activity` counts."""
    now = clock.now().astimezone(clock.SHANGHAI)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return (noon - now) / timedelta(days=1)


def kinds(person: Person) -> list[str]:
    return list(Message.objects.filter(person=person, kind__startswith="date_").values_list("kind", flat=True))


def test_who_holds_a_seat_is_reminded_the_day_before_and_shortly_before_and_who_gave_up_is_not() -> None:
    activity, (comes, gave_up) = make_activity(days_ahead=noon_in(10)), make_workers(2)
    for worker in (comes, gave_up):
        claim(activity, worker)
    actions.cancel_registration(held_by(gave_up, activity)[0], actor=actor_for(gave_up))
    date = Occurrence.objects.get(activity=activity)
    for hours, told in ((25, 0), (23, 1), (22, 1), (1.5, 2), (1, 2)):
        with clock.at(date.starts_at - timedelta(hours=hours)):
            jobs.move_activities_on(0)
        assert len(kinds(comes)) == told
    assert kinds(gave_up) == []
    been(activity, comes)
    with clock.at(date.ends_at + timedelta(hours=1)):
        jobs.move_activities_on(0)
        jobs.move_activities_on(0)
    assert sorted(kinds(comes)) == ["date_over", "date_soon", "date_tomorrow"]


def test_by_night_nobody_is_reminded_and_a_moved_date_is_near_anew() -> None:
    activity, (worker,) = make_activity(days_ahead=noon_in(10)), make_workers(1)
    claim(activity, worker)
    date = Occurrence.objects.get(activity=activity)
    with clock.at(date.starts_at - timedelta(hours=12, minutes=30)):  # half past eleven in the evening
        jobs.move_activities_on(0)
        assert kinds(worker) == []
    with clock.at(date.starts_at - timedelta(hours=4)):
        jobs.move_activities_on(0)
        assert kinds(worker) == ["date_tomorrow"]
        Occurrence.objects.filter(pk=date.pk).update(
            starts_at=date.starts_at + timedelta(hours=6), ends_at=date.ends_at + timedelta(hours=6)
        )
        jobs.move_activities_on(0)
        assert kinds(worker) == ["date_tomorrow"] * 2
