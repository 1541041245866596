"""Items of a contest, named on the officer's form: some for teams, some for single people, all on one day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.models import Activity, Occurrence
from niangjia.events.tests.factories import claim, held_by, make_team, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of, written
from niangjia.events.tests.test_putting_on import filled_in
from niangjia.kit import clock
from niangjia.orgs.reads import actor_for
from niangjia.people.tests.factories import make_account

pytestmark = pytest.mark.django_db
ITEMS = {
    "item_1": "拔河", "item_1_people": "8", "item_1_seats": "32",
    "item_2": "踢毽子", "item_2_seats": "20",
}  # fmt: skip


def test_a_contest_is_put_on_with_team_and_single_items_and_both_are_entered() -> None:
    client = officer_of()
    preview = client.post(f"{LIST}new/", written(**ITEMS, step="preview")).content.decode()
    assert "拔河" in preview
    assert "每队8人" in preview
    assert client.post(f"{LIST}new/", written(**ITEMS, step="announce")).status_code == 302
    activity = Activity.objects.get()
    told = activity.occurrences.order_by("pk").values_list("title", "team_least", "team_most", "pools__ceiling")
    assert list(told) == [("拔河", 8, 8, 32), ("踢毽子", 0, 0, 20)]
    people = make_workers(8)
    team = make_team(activity, people)
    with clock.at(activity.opens_at + timedelta(minutes=1)):
        assert actions.enter_team(team, actor=actor_for(people[0])).state in ("admitted", "entered")
        alone = Occurrence.objects.get(title="踢毽子")
        assert claim(activity, people[1], wanted=(alone.pk,)).refusal is None


def test_two_items_of_one_day_look_different_on_every_page_that_lists_dates() -> None:
    client = officer_of()
    sent = {**filled_in(client, "fun-games"), "location": "体育馆", "step": "announce"}
    assert client.post(f"{LIST}new/", sent).status_code == 302
    activity = Activity.objects.get()
    (worker,) = make_workers(1)
    reader = Client()
    reader.force_login(make_account(worker))
    titles = list(activity.occurrences.order_by("pk").values_list("title", flat=True))
    assert [one.team_most for one in activity.occurrences.order_by("pk")] == [10, 6, 2, 0, 0]
    desk, page = (one.get(path).content.decode() for one, path in (
        (client, f"{LIST}{activity.pk}/"), (reader, f"/activities/{activity.pk}/"),
    ))  # fmt: skip
    assert all(f"<b>{title} · " in desk for title in titles)
    assert all(title in page for title in titles)
    alone = Occurrence.objects.get(title="踢毽子")
    claim(activity, worker, wanted=(alone.pk,))
    assert f"{activity.title} · 踢毽子" in reader.get("/activities/mine/").content.decode()
    assert client.get(f"{LIST}{activity.pk}/").content.decode().count("踢毽子") == 2  # the date, and the seat on it
    assert f"{activity.title} · 踢毽子" in reader.get(f"/card/{held_by(worker, activity)[0].pk}/").content.decode()


def test_items_of_one_day_begin_together_and_can_still_be_moved() -> None:
    client = officer_of()
    client.post(f"{LIST}new/", written(**ITEMS, step="announce"))
    activity = Activity.objects.get()
    first = activity.occurrences.order_by("pk")[0]
    later = actions.Change(starts_at=first.starts_at + timedelta(days=1))
    moved = actions.change_dates(first, reach=actions.Reach.ALL, change=later, actor=organiser(activity))
    assert len({one.starts_at for one in moved}) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"item_1_people": "8"}, {"item_1": "拔河", "item_1_people": "1"}, {"item_1": "拔河", "item_2": "拔河"},
        {"item_1": "拔河", "item_1_people": "8", "item_1_seats": "7"}, {"item_1": "长" * 41},
        {"item_1": "拔河", "item_1_seats": "-3"}, {"item_1": "拔河", "team_least": "2", "team_most": "3"},
        {"item_1": "拔河", "starts_2": "2030-05-01T09:00"},
    ],
)  # fmt: skip
def test_an_item_that_cannot_be_is_told_at_its_field_and_nothing_is_lost(wrong: dict[str, str]) -> None:
    answer = officer_of().post(f"{LIST}new/", written(**wrong, step="announce"))
    assert answer.status_code == 422
    assert not Activity.objects.exists()
    for value in wrong.values():
        assert f'value="{value}"' in answer.content.decode()
