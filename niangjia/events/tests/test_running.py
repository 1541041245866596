"""An activity that runs is changed without anybody losing what they were promised, and they are told."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.actions import Change, Reach
from niangjia.events.actions.announcing import Share
from niangjia.events.actions.mailing import waking
from niangjia.events.forms.activity import CONDITIONS
from niangjia.events.jobs import move_activities_on
from niangjia.events.models import Activity, Claim, Mailing, Occurrence, Pool
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import (
    claim,
    claim_of,
    dates_of,
    held_by,
    make_activity,
    make_workers,
    organiser,
)
from niangjia.events.tests.test_desk import LIST, officer_of
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.notify.models import Message
from niangjia.orgs.tests.factories import make_tree
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime.combine(clock.today(), time(12), clock.SHANGHAI)


def series(seats: int = 2, **more: object) -> tuple[Activity, list[Occurrence]]:
    activity = make_activity(seats=seats, dates=4, **more)  # type: ignore[arg-type]
    return activity, list(activity.occurrences.all())


def told(person: Person) -> list[str]:
    return list(Message.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(("reach", "moved"), [("this", [1]), ("following", [1, 2, 3]), ("all", [0, 1, 2, 3])])
def test_a_change_reaches_this_date_those_that_follow_or_all(reach: str, moved: list[int]) -> None:
    activity, dates = series()
    change = Change(starts_at=dates[1].starts_at + HOUR, location="二楼")
    actions.change_dates(dates[1], reach=Reach(reach), change=change, actor=organiser(activity))
    now = list(activity.occurrences.all())
    assert [n for n in range(4) if now[n].starts_at - dates[n].starts_at == HOUR] == moved
    assert [n for n in range(4) if now[n].location == "二楼"] == moved
    assert all(after.ends_at - after.starts_at == HOUR * 2 for after in now)


def test_who_holds_a_seat_on_a_date_that_moves_keeps_it_is_told_and_can_give_it_up() -> None:
    activity, dates = series()
    there, elsewhere = make_workers(2)
    claim(activity, there, wanted=(dates[0].pk,))
    claim(activity, elsewhere, wanted=(dates[3].pk,))
    change = Change(starts_at=dates[0].starts_at + HOUR)
    actions.change_dates(dates[0], reach=Reach.THIS, change=change, actor=organiser(activity))
    assert (told(there), told(elsewhere)) == (["date_changed"], [])
    (kept,) = held_by(there, activity)
    actions.cancel_registration(kept, actor=organiser(activity))
    assert miscounts(activity) == []


def test_more_seats_on_all_dates_go_to_who_waits_and_fewer_than_taken_are_refused_whole() -> None:
    activity, dates = series(seats=1)
    first, second = make_workers(2)
    claim(activity, first, wanted=(dates[2].pk,))
    claim(activity, second, wanted=(dates[2].pk,))
    by = organiser(activity)
    actions.change_dates(dates[0], reach=Reach.ALL, change=Change(seats=2), actor=by)
    assert held_by(second, activity)
    with pytest.raises(Conflict):
        actions.change_dates(dates[0], reach=Reach.ALL, change=Change(location="四楼", seats=1), actor=by)
    assert not Occurrence.objects.filter(location="四楼").exists()
    assert miscounts(activity) == []


def test_what_cannot_be_is_said_in_a_sentence() -> None:
    activity, dates = series()
    by = organiser(activity)
    for change, kind in (
        (Change(starts_at=clock.now() - HOUR), Invalid),
        (Change(starts_at=dates[1].starts_at), Conflict),
        (Change(minutes=0), Conflict),  # PostgreSQL refuses a date that ends as it begins
    ):
        with pytest.raises(kind):
            actions.change_dates(dates[0], reach=Reach.THIS, change=change, actor=by)
    drawn = make_activity(mode=Activity.Mode.DRAW)
    first, soon = drawn.occurrences.get(), Change(starts_at=drawn.closes_at - HOUR)
    with pytest.raises(Conflict):
        actions.change_dates(first, reach=Reach.THIS, change=soon, actor=organiser(drawn))


def test_a_date_called_off_frees_its_seats_and_whoever_wants_another_date_goes_on_asking_for_it() -> None:
    activity, dates = series(seats=1, most_dates=2)
    one_date, any_date, both = make_workers(3)
    claim(activity, one_date, wanted=(dates[0].pk,))
    claim(activity, both, wanted=(dates[1].pk, dates[2].pk), take=2)
    claim(activity, any_date, wanted=(dates[0].pk, dates[3].pk))
    assert held_by(any_date, activity)[0].occurrence_id == dates[3].pk
    by = organiser(activity)
    with pytest.raises(Invalid):
        actions.call_off_dates(dates[0], reach=Reach.THIS, reason=" ", actor=by)
    actions.call_off_dates(dates[0], reach=Reach.THIS, reason="老师生病", actor=by)
    assert claim_of(one_date, activity).state == Claim.State.WITHDRAWN
    assert held_by(one_date, activity) == []
    assert claim_of(any_date, activity).wanted == [dates[3].pk]
    actions.call_off_dates(dates[2], reach=Reach.FOLLOWING, reason="台风", actor=by)
    assert [one.occurrence_id for one in held_by(both, activity)] == [dates[1].pk]
    assert (claim_of(both, activity).take, claim_of(both, activity).short) == (1, 0)
    assert told(one_date) == ["date_called_off"]
    assert told(both) == ["date_called_off"]
    assert miscounts(activity) == []
    with pytest.raises(Conflict):
        actions.call_off_dates(dates[1], reach=Reach.ALL, reason="台风", actor=by)


def test_one_date_less_of_a_course_leaves_everybody_on_the_others() -> None:
    activity, dates = series(seats=1, all_dates=True)
    (worker,) = make_workers(1)
    claim(activity, worker, wanted=tuple(dates_of(activity)))
    actions.call_off_dates(dates[1], reach=Reach.THIS, reason="停电", actor=organiser(activity))
    assert len(held_by(worker, activity)) == 3
    assert claim_of(worker, activity).short == 0
    assert miscounts(activity) == []


def test_a_date_is_changed_called_off_and_its_groups_set_on_its_page() -> None:
    share = Share("new_form", "新业态", "worker.new_form", floor=1)
    activity, dates = series(seats=5, shares=[share])
    client, local = officer_of(activity), (dates[1].starts_at + DAY * 7).astimezone(clock.SHANGHAI)
    page = f"/desk/dates/{dates[1].pk}/"
    sent = {"starts_at": f"{local:%Y-%m-%dT%H:%M}", "minutes": "120", "location": "二楼", "seats": "6"}
    assert client.get(page).status_code == 200
    assert client.post(page, sent | {"reach": "following"}).status_code == 302
    assert Occurrence.objects.filter(activity=activity, location="二楼").count() == 3
    assert client.post(page, sent | {"reach": "everything"}).status_code == 422
    told_why = client.post(page, sent | {"starts_at": "2020-01-01T10:00", "reach": "this"})
    assert (told_why.status_code, "已经" in told_why.content.decode()) == (422, True)
    own = Pool.objects.get(occurrence=dates[1], group__isnull=False)
    group = {"ceiling": "4", "floor": "3", "merges_at": f"{local - DAY:%Y-%m-%dT%H:%M}"}
    assert client.post(f"/desk/seats/{own.pk}/", group).status_code == 302
    own.refresh_from_db()
    assert (own.ceiling, own.floor, Pool.objects.get(occurrence=dates[1], group=None).held_back) == (4, 3, 3)
    assert client.post(f"{page}call-off/", {"reach": "this", "reason": "停电"}).status_code == 302
    assert client.post(page, sent | {"reach": "this"}).status_code == 409


def test_after_announcing_only_what_favours_people_changes_and_a_draft_changes_freely() -> None:
    draft, activity = make_activity(announced=False), make_activity()
    by = organiser(activity)
    freely = {"mode": "draw", "most_seats": 3, "closes_at": draft.closes_at - HOUR, "cancel_hours": 48}
    assert actions.edit_activity(draft, changes=freely, actor=by).mode == "draw"
    longer = {"closes_at": activity.closes_at + HOUR, "title": "香囊课", "most_seats": 2, "cancel_hours": 2}
    assert actions.edit_activity(activity, changes=longer, actor=by).most_seats == 2
    for breach in (
        {"closes_at": activity.closes_at - HOUR}, {"mode": "draw"}, {"most_seats": 1}, {"cancel_hours": 72},
        {"opens_at": clock.now() + HOUR}, {"closes_at": activity.closes_at + DAY * 90},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            actions.edit_activity(activity, changes=breach, actor=by)


def test_conditions_loosen_in_silence_and_tighten_only_with_a_reason_that_is_told() -> None:
    activity = make_activity()
    (worker,) = make_workers(1)
    claim(activity, worker)
    by = organiser(activity)
    narrower = {"conditions": [CONDITIONS["front_line"]]}
    with pytest.raises(Invalid):
        actions.edit_activity(activity, changes=narrower, actor=by)
    actions.edit_activity(activity, changes=narrower, reason="经费只限一线", actor=by)
    assert (told(worker), len(held_by(worker, activity))) == (["terms_changed"], 1)
    actions.edit_activity(activity, changes={"conditions": []}, actor=by)
    assert told(worker) == ["terms_changed"]


def test_the_edit_page_changes_only_what_was_touched() -> None:
    activity = make_activity(summary="自带剪刀")
    client = officer_of(activity)
    form = client.get(f"{LIST}{activity.pk}/edit/").context["form"]
    sent = {
        field.html_name: f"{field.value():%Y-%m-%dT%H:%M}" if hasattr(field.value(), "year") else field.value()
        for field in form if field.value() is not None
    }  # fmt: skip
    assert client.post(f"{LIST}{activity.pk}/edit/", sent | {"title": "香囊二班"}).status_code == 302
    closes = activity.closes_at
    activity.refresh_from_db()
    assert (activity.title, activity.closes_at, activity.summary) == ("香囊二班", closes, "自带剪刀")
    assert client.post(f"{LIST}{activity.pk}/edit/", sent | {"most_seats": "0"}).status_code == 422


def test_words_are_looked_at_and_counted_before_they_go_to_those_they_are_for() -> None:
    with clock.at(NOON):
        activity = make_activity(seats=1, dates=2)
        seated, waiting, stranger = make_workers(3)
        claim(activity, seated)
        claim(activity, waiting)
        client, page = officer_of(activity), f"{LIST}{activity.pk}/write/"
        words = {"to": str(dates_of(activity)[0]), "text": "请带身份证"}
        shown = client.post(page, words | {"step": "preview"})
        assert (shown.context["people"], Mailing.objects.count()) == (1, 0)
        client.post(page, words | {"step": "send"})
        client.post(page, {"to": "waiting", "text": "还在候补", "step": "send"})
        assert [told(one) for one in (seated, waiting, stranger)] == [["mailing"], ["mailing"], []]
        assert "请带身份证" in client.get(page).content.decode()
        assert client.post(page, {"to": "99999999", "text": "x"}).status_code == 422


def test_at_night_words_wait_until_the_morning_and_go_once() -> None:
    night = NOON.replace(hour=23)
    with clock.at(night):
        activity = make_activity()
        (worker,) = make_workers(1)
        claim(activity, worker)
        mailing = actions.write_to_registered(activity, to="seated", text="明早见", actor=organiser(activity))
        assert (mailing.sent_at, mailing.due_at) == (None, (night + DAY).replace(hour=8))
        move_activities_on(0)
        assert told(worker) == []
    with clock.at((night + DAY).replace(hour=8)):
        move_activities_on(0)
        move_activities_on(0)
    assert told(worker) == ["mailing"]


@pytest.mark.parametrize(("at", "wakes"), [(7, 8), (8, 8), (12, 12), (21, 21), (22, 32), (0, 8)])
def test_nobody_is_woken(at: int, wakes: int) -> None:
    midnight = NOON.replace(hour=0)
    assert waking(midnight + HOUR * at) == midnight + HOUR * wakes


def test_nobody_to_write_to_is_said_and_a_draft_has_nobody() -> None:
    for activity in (make_activity(), make_activity(announced=False)):
        with pytest.raises(Conflict):
            actions.write_to_registered(activity, to="everybody", text="你好", actor=organiser(activity))


def test_the_head_count_says_who_waits_for_each_date_and_who_came() -> None:
    activity, dates = series(seats=1, most_dates=2)
    first, second = make_workers(2)
    claim(activity, first, wanted=(dates[0].pk, dates[1].pk), take=2)
    claim(activity, second, wanted=(dates[0].pk, dates[3].pk), take=2)
    client = officer_of(activity)
    page = client.get(f"{LIST}{activity.pk}/").context["page"]
    assert [one.waiting for one in page.dates] == [1, 0, 0, 0]
    assert page.came is None
    with clock.at(dates[0].starts_at):
        actions.check_in(held_by(first, activity)[0], actor=organiser(activity))
        page = client.get(f"{LIST}{activity.pk}/").context["page"]
    assert [one.came for one in page.dates] == [1, None, None, None]


def test_another_county_can_change_nothing() -> None:
    activity = make_activity()
    beside: Client = officer_of(make_activity(organisation=make_tree().other_county))
    date = activity.occurrences.get()
    for url in (f"/desk/dates/{date.pk}/", f"{LIST}{activity.pk}/edit/", f"{LIST}{activity.pk}/write/"):
        assert beside.get(url).status_code == 404
        assert beside.post(url).status_code == 404
