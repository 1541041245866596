"""The security permit of a large event: asked for in time, recorded, and void once it is made larger or moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from niangjia.events import actions
from niangjia.events.models import Activity
from niangjia.events.reads import queue
from niangjia.events.security import security_permit
from niangjia.events.tests.factories import make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of, sent
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs.tests.factories import make_officer, make_tree
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def large(seats: int | None = 1200, **more: object) -> Activity:
    return make_activity(seats=seats, days_ahead=60, **more)  # type: ignore[arg-type]


def permitted(**more: object) -> Activity:
    activity = large(**more)  # type: ignore[arg-type]
    return actions.record_permit(activity, number="杭公安许〔2026〕7号", day=clock.today(), actor=organiser(activity))


def held(activity: Activity) -> str:
    return Activity.objects.get(pk=activity.pk).permit_number


def test_twenty_days_before_is_in_time_and_the_day_after_is_late() -> None:
    starts = clock.now() + 40 * DAY
    for days, late in ((20, False), (19, True)):
        with clock.at(starts - days * DAY):
            needed = security_permit([(starts, 1000)])
            assert needed is not None
            assert (needed.is_late, needed.apply_by) == (late, (starts - 20 * DAY).astimezone(clock.SHANGHAI).date())


def test_a_permit_is_recorded_on_the_page_and_no_longer_asked_for() -> None:
    activity = large()
    client, page = officer_of(activity), f"{LIST}{activity.pk}/"
    assert [one.what for one in queue.tasks(organiser(activity))] == ["permit"]
    given = {"number": "杭公安许〔2026〕7号", "day": f"{clock.today()}"}
    assert client.post(f"{page}permit/", given | {"day": "soon"}).status_code == 422
    assert client.post(f"{page}permit/", given | {"day": f"{clock.today() + DAY}"}).status_code == 422
    assert client.post(f"{page}permit/", given).status_code == 302
    assert "杭公安许〔2026〕7号" in client.get(page).content.decode()
    assert queue.tasks(organiser(activity)) == []


def test_larger_or_moved_it_must_be_applied_for_anew_and_that_is_said() -> None:
    activity = permitted()
    client, date = officer_of(activity), activity.occurrences.get()
    local = date.starts_at.astimezone(clock.SHANGHAI)
    form = {"starts_at": f"{local:%Y-%m-%dT%H:%M}", "minutes": "120", "location": "体育馆", "seats": "1200"}
    page = client.post(f"/desk/dates/{date.pk}/", form | {"reach": "this"}, follow=True).content.decode()
    assert "杭公安许〔2026〕7号" in page
    assert "重新申请" in page
    assert held(activity) == ""


def test_every_way_to_more_people_drops_it_and_fewer_or_other_words_do_not() -> None:
    activity = permitted()
    by, date, pool = organiser(activity), activity.occurrences.get(), activity.pools.get()
    actions.change_dates(date, reach=actions.Reach.THIS, change=actions.Change(seats=1100), actor=by)
    actions.resize_pool(pool, ceiling=1050, actor=by)
    actions.edit_activity(activity, changes={"title": "健步走", "expected": None}, actor=by)
    assert held(activity)
    actions.change_dates(date, reach=actions.Reach.THIS, change=actions.Change(seats=1051), actor=by)
    assert held(activity) == ""
    second, third = permitted(), permitted(seats=None, expected=2000)
    actions.resize_pool(second.pools.get(), ceiling=None, actor=by)
    actions.edit_activity(third, changes={"expected": 2001}, actor=by)
    assert (held(second), held(third)) == ("", "")


def test_dates_without_a_limit_are_judged_by_how_many_are_expected() -> None:
    client = officer_of()
    assert "505" in sent(client, step="preview", seats="", expected="1000")[1]
    assert "505" not in sent(client, step="preview", seats="", expected="999")[1]
    assert "可能达" in sent(client, step="preview", seats="", expected="")[1]
    activity = large(None, expected=5000)
    (task,) = queue.tasks(organiser(activity))
    assert (task.what, task.people) == ("permit", 5000)
    assert "设区的市公安机关" in officer_of(activity).get(f"{LIST}{activity.pk}/").content.decode()
    again = actions.put_on_again(activity, starts_at=clock.now() + 90 * DAY, actor=organiser(activity))
    assert (again.expected, again.permit_number) == (5000, "")


def test_only_its_officers_record_a_permit_and_not_of_what_is_called_off() -> None:
    activity = large()
    beside = make_officer(make_tree().other_county, Office.HANDLER).actor
    with pytest.raises(Forbidden):
        actions.record_permit(activity, number="1", day=clock.today(), actor=beside)
    by = organiser(activity)
    with pytest.raises(Invalid):
        actions.record_permit(activity, number=" ", day=clock.today(), actor=by)
    actions.call_off(activity, reason="台风", actor=by)
    with pytest.raises(Conflict):
        actions.record_permit(activity, number="1", day=clock.today(), actor=by)


def test_seating_past_the_ceiling_lets_the_permit_fall_and_seating_within_it_does_not() -> None:
    activity = permitted(seats=1)
    first, second = make_workers(2)
    date, by = activity.occurrences.get(), organiser(activity)
    actions.seat_by_hand(date, first, reason="特邀", actor=by)
    assert held(activity)
    actions.seat_by_hand(date, second, reason="特邀", actor=by)
    assert held(activity) == ""
    line = Line.objects.filter(verb="seat_by_hand").latest("pk")
    assert line.detail["permit_dropped"]
