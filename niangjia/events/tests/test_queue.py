"""What needs the officer stands first, and hundreds of activities are found by a word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from niangjia.events.models import Activity
from niangjia.events.reads import desk, queue
from niangjia.events.tests.factories import claim, make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.tests.factories import make_tree

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_drafts_answers_windows_and_permits_stand_in_the_order_of_their_last_moment() -> None:
    now = clock.now()
    large = make_activity(seats=1200, days_ahead=60, closes_at=now + DAY * 50)
    closing = make_activity(closes_at=now + DAY)
    choosing = make_activity(mode=Activity.Mode.APPROVAL, closes_at=now + DAY * 3, decide_by=now + DAY * 5)
    draft = make_activity(announced=False)
    for worker in make_workers(2):
        claim(choosing, worker)
    make_activity(closes_at=now + DAY * 9)
    found = queue.tasks(organiser(large))
    assert [(one.activity, one.what) for one in found] == [
        (draft, "draft"), (closing, "closing"), (choosing, "choose"), (large, "permit"),
    ]  # fmt: skip
    assert (found[2].people, found[2].due, found[3].people) == (2, choosing.decide_by, 1200)
    page = officer_of(large).get(LIST).content.decode()
    assert page.index("需要您处理") < page.index("<table")


def test_nothing_needs_an_officer_of_another_county_or_one_who_may_only_look() -> None:
    activity = make_activity(announced=False)
    assert queue.tasks(organiser(make_tree().other_county)) == []
    assert officer_of(activity, Office.FINANCE).get(LIST).context["tasks"] == []


def test_one_of_hundreds_is_found_by_a_word_or_by_what_it_is() -> None:
    activity = make_activity()
    rows = [
        Activity(
            organisation=activity.organisation, title=f"旧活动 {n}", state=Activity.State.ANNOUNCED,
            opens_at=clock.now() - DAY * 20, closes_at=clock.now() - DAY * 10,
        )
        for n in range(120)
    ]  # fmt: skip
    Activity.objects.bulk_create(rows)
    actor = organiser(activity)
    assert [line.activity for line in desk.activities(actor, "香囊").object_list] == [activity]
    assert [line.activity for line in desk.activities(actor, which="to_come").object_list] == [activity]
    over = desk.activities(actor, which="over", page="3")
    assert (over.paginator.count, len(over.object_list)) == (120, 20)
    page = officer_of(activity).get(f"{LIST}?q=没有这个")
    assert "没有找到" in page.content.decode()
