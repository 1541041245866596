"""Family who come along: counted or not, no names, deleted in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.models import Companions, Pool
from niangjia.events.tests.factories import CLOCK, claim, claim_of, make_activity, make_workers
from niangjia.kit import clock
from niangjia.kit.refusal import Forbidden, Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account

pytestmark = pytest.mark.django_db


def test_companions_without_a_seat_take_none_and_are_as_many_as_the_activity_allows() -> None:
    activity = make_activity(seats=1, most_companions=2)
    (worker,) = make_workers(1)
    claim(activity, worker)
    mine, actor = claim_of(worker, activity), actor_for(worker)
    assert actions.note_companions(mine, {"any": 2}, actor=actor) == 2
    assert Pool.objects.get(activity=activity).taken == 1
    with pytest.raises(Invalid, match="2") as refused:
        actions.note_companions(mine, {"any": 3}, actor=actor)
    assert refused.value.code == "too_many_companions"
    assert actions.note_companions(mine, {"any": 0}, actor=actor) == 0
    assert not Companions.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "two", "1.5"])
def test_what_is_no_number_of_people_is_asked_about_and_not_taken_for_nobody(typed: str) -> None:
    activity = make_activity(seats=9, most_companions=2)
    (worker,) = make_workers(1)
    claim(activity, worker)
    actions.note_companions(claim_of(worker, activity), {"any": 2}, actor=actor_for(worker))
    client = Client()
    client.force_login(make_account(worker))
    assert client.post(f"/activities/{activity.pk}/companions/", {"any": typed}).status_code == 422
    assert Companions.objects.get().ages == ["any", "any"]


def test_ages_are_asked_only_where_they_matter_and_then_of_those_on_seats_too() -> None:
    plain, family = make_activity(seats=9, most_companions=1), make_activity(seats=9, most_seats=3, asks_ages=True)
    (worker,) = make_workers(1)
    actor = actor_for(worker)
    claim(plain, worker)
    with pytest.raises(Invalid) as refused:
        actions.note_companions(claim_of(worker, plain), {"4-6": 1}, actor=actor)
    assert refused.value.code == "not_asked"
    claim(family, worker, seats=3)
    mine = claim_of(worker, family)
    assert actions.note_companions(mine, {"4-6": 1, "18": 1}, actor=actor) == 2
    assert Companions.objects.get(claim=mine).ages == ["18", "4-6"]
    assert Pool.objects.get(activity=family).taken == 3
    with pytest.raises(Invalid):
        actions.note_companions(mine, {"4-6": 3}, actor=actor)


def test_nothing_is_kept_some_days_after_and_only_the_clock_deletes() -> None:
    activity = make_activity(seats=9, dates=2, most_companions=2, forgets_days=7)
    worker, other = make_workers(2)
    claim(activity, worker)
    actions.note_companions(claim_of(worker, activity), {"any": 1}, actor=actor_for(worker))
    with pytest.raises(Forbidden):
        actions.forget_companions(actor=actor_for(worker))
    with pytest.raises(Forbidden):
        actions.note_companions(claim_of(worker, activity), {"any": 1}, actor=actor_for(other))
    last = max(one.ends_at for one in activity.occurrences.all())
    with clock.at(last + timedelta(days=7)):
        assert actions.forget_companions(actor=CLOCK) == 0
    with clock.at(last + timedelta(days=7, minutes=1)):
        assert actions.forget_companions(actor=CLOCK) == 1
    assert not Companions.objects.exists()


def test_the_page_asks_who_comes_along_only_after_there_is_a_claim() -> None:
    activity = make_activity(seats=9, most_companions=2)
    (worker,) = make_workers(1)
    client = Client()
    client.force_login(make_account(worker))
    address = f"/activities/{activity.pk}/"
    assert "随行" not in client.get(address).content.decode()
    claim(activity, worker)
    assert 'name="any"' in client.get(address).content.decode()
    assert client.post(f"{address}companions/", {"any": "2"}).status_code == 302
    assert 'value="2"' in client.get(address).content.decode()
    assert client.post(f"{address}companions/", {"any": "5"}).status_code == 422
