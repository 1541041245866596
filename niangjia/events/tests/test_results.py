"""Results of team contests: written down afterwards by the organiser, shown when published, of teams only."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from niangjia.events import actions
from niangjia.events.models import Activity, Occurrence, Team, TeamResult
from niangjia.events.tests.factories import make_activity, make_team, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden, Invalid, NotFound
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Person
from niangjia.people.tests.factories import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Activity:
    """Two teams of two that hold seats, and one that never entered."""
    activity = make_activity(seats=9, team=(2, 3))
    people = make_workers(6)
    for nth, name in enumerate(("红队", "蓝队")):
        team = make_team(activity, people[2 * nth : 2 * nth + 2], name)
        actions.enter_team(team, actor=actor_for(team.captain))
    make_team(activity, people[4:], "没报名队")
    return activity


def item_of(contest: Activity) -> Occurrence:
    return contest.occurrences.get()


def after(contest: Activity) -> AbstractContextManager[None]:
    return clock.at(item_of(contest).ends_at + timedelta(hours=1))


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make_account(person))
    return client


def test_results_are_written_down_corrected_and_taken_back_but_not_before_it_begins(contest: Activity) -> None:
    item, handler = item_of(contest), organiser(contest)
    red, blue = Team.objects.filter(name__in=("红队", "蓝队")).order_by("pk")
    with pytest.raises(Conflict) as early:
        actions.record_results(item, [actions.Reached(red.pk, 1)], actor=handler)
    assert early.value.code == "not_begun"
    with after(contest):
        actions.record_results(item, [actions.Reached(red.pk, 1, "92.5"), actions.Reached(blue.pk, 2)], actor=handler)
        actions.record_results(item, [actions.Reached(blue.pk, None, "93"), actions.Reached(red.pk)], actor=handler)
    assert list(TeamResult.objects.values_list("team", "place", "score")) == [(blue.pk, None, "93")]


def test_a_team_without_a_seat_has_no_result_and_nobody_else_writes_them(contest: Activity) -> None:
    outside, red = Team.objects.get(name="没报名队"), Team.objects.get(name="红队")
    with after(contest):
        with pytest.raises(NotFound):
            actions.record_results(item_of(contest), [actions.Reached(outside.pk, 1)], actor=organiser(contest))
        with pytest.raises(Forbidden):
            actions.record_results(item_of(contest), [actions.Reached(red.pk, 1)], actor=actor_for(red.captain))
        with pytest.raises(Conflict):
            actions.publish_results(item_of(contest), actor=organiser(contest))
    single = make_activity()
    with after(single), pytest.raises(Invalid):
        actions.record_results(item_of(single), [], actor=organiser(single))


@pytest.mark.parametrize(("place", "score"), [(None, ""), (0, ""), (0, "92")])
def test_postgresql_keeps_no_result_that_says_nothing(contest: Activity, place: int | None, score: str) -> None:
    with pytest.raises(IntegrityError, match="a_result_says_something"), transaction.atomic():
        TeamResult.objects.create(team=Team.objects.get(name="红队"), place=place, score=score)


def test_the_officer_types_and_publishes_and_workers_read_them_best_first(contest: Activity) -> None:
    item, red = item_of(contest), Team.objects.get(name="红队")
    blue = Team.objects.get(name="蓝队")
    desk = signed_in(Person.objects.get(pk=organiser(contest).person_id or 0))
    worker = signed_in(red.captain)
    address, public = f"/desk/dates/{item.pk}/results/", f"/activities/{contest.pk}/"
    with after(contest):
        form = {f"place-{red.pk}": "第二", f"score-{red.pk}": "88", f"place-{blue.pk}": "1", f"score-{blue.pk}": "90"}
        wrong = desk.post(address, form)
        assert wrong.status_code == 422
        assert all(part in wrong.content.decode() for part in ("第二", 'value="90"'))
        assert not TeamResult.objects.exists()
        form[f"place-{red.pk}"] = "2"
        assert desk.post(address, form).status_code == 302
        assert "蓝队" not in worker.get(public).content.decode()
        assert desk.post(address, {**form, "publish": "1"}).status_code == 302
        read = worker.get(public).content.decode()
    assert 0 < read.index("蓝队") < read.index("红队", read.index("蓝队"))
    assert "第1名" in read
    assert worker.get(address).status_code == 403
