"""Where the union chooses: people ask, an officer says yes or no, and a no has a reason the person reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.models import Activity, Claim
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import CLOCK, claim, claim_of, held_by, make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of, sent
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db


def asked_by(count: int, seats: int = 1) -> tuple[Activity, list[Person]]:
    """An activity where the union chooses, and people who asked for it."""
    activity = make_activity(seats=seats, mode=Activity.Mode.APPROVAL)
    workers = make_workers(count)
    assert [claim(activity, worker).what for worker in workers] == ["asked"] * count
    return activity, workers


def choice(worker: Person, activity: Activity, yes: bool, reason: str = "") -> actions.Choice:
    return actions.Choice(claim_of(worker, activity).pk, yes, reason)


def test_a_yes_is_a_seat_a_no_has_its_reason_and_a_yes_too_many_stands_in_line() -> None:
    activity, (first, second, third) = asked_by(3)
    choices = [choice(first, activity, True), choice(second, activity, False, "上月已参加同类活动"),
               choice(third, activity, True)]  # fmt: skip
    actions.decide_claims(activity, choices, actor=organiser(activity))
    assert (len(held_by(first, activity)), held_by(second, activity), held_by(third, activity)) == (1, [], [])
    assert claim(activity, second).what == "declined"
    assert claim_of(second, activity).reason == "上月已参加同类活动"
    actions.withdraw(claim_of(first, activity), actor=actor_for(first))
    assert held_by(third, activity)
    assert miscounts(activity) == []


def test_a_no_without_a_reason_decides_nobody() -> None:
    activity, (first, second) = asked_by(2, seats=2)
    choices = [choice(first, activity, True), choice(second, activity, False, " ")]
    with pytest.raises(Invalid) as refused:
        actions.decide_claims(activity, choices, actor=organiser(activity))
    assert refused.value.code == "no_reason"


def test_a_no_may_still_become_a_yes_and_a_yes_stays() -> None:
    activity, (worker,) = asked_by(1)
    for yes in (False, True, False):
        actions.decide_claims(activity, [choice(worker, activity, yes, "名额有限")], actor=organiser(activity))
    assert held_by(worker, activity)
    assert claim_of(worker, activity).state == Claim.State.ADMITTED


def test_who_was_declined_does_not_get_round_it_by_withdrawing_and_asking_again() -> None:
    activity, (worker,) = asked_by(1)
    actions.decide_claims(activity, [choice(worker, activity, False, "名额有限")], actor=organiser(activity))
    actions.withdraw(claim_of(worker, activity), actor=actor_for(worker))
    assert claim(activity, worker).what == "declined"


def test_what_nobody_decided_lapses_on_the_day_that_was_named() -> None:
    activity, (worker, other) = asked_by(2)
    actions.decide_claims(activity, [choice(other, activity, True)], actor=organiser(activity))
    Activity.objects.filter(pk=activity.pk).update(decide_by=activity.closes_at)
    assert actions.lapse_undecided(activity.pk, actor=CLOCK) == 0
    with clock.at(activity.closes_at + timedelta(minutes=1)):
        assert actions.lapse_undecided(activity.pk, actor=CLOCK) == 1
        assert actions.lapse_undecided(activity.pk, actor=CLOCK) == 0
    assert claim_of(worker, activity).state == Claim.State.UNDECIDED
    assert claim_of(other, activity).state == Claim.State.ADMITTED


def test_only_who_runs_it_decides_and_only_where_the_union_chooses() -> None:
    activity, (worker,) = asked_by(1)
    with pytest.raises(Forbidden):
        actions.decide_claims(activity, [choice(worker, activity, True)], actor=actor_for(worker))
    first_come = make_activity()
    with pytest.raises(Conflict):
        actions.decide_claims(first_come, [], actor=organiser(first_come))


def test_an_officer_puts_it_on_sees_who_asked_masked_and_decides_many_at_once() -> None:
    assert sent(officer_of(), mode="approval")[0] == 302
    activity = Activity.objects.get()
    assert activity.decide_by is not None
    assert activity.closes_at < activity.decide_by < activity.occurrences.get().starts_at
    workers = make_workers(3)
    for worker in workers:
        claim(activity, worker)
    client, door = officer_of(activity), f"{LIST}{activity.pk}/asking/"
    assert door in client.get(f"{LIST}{activity.pk}/").content.decode()
    page = client.get(door).content.decode()
    assert workers[0].masked_name in page
    assert workers[0].phone not in page
    chosen = [str(claim_of(worker, activity).pk) for worker in workers[:2]]
    assert client.post(door, {"answer": "no", "chosen": chosen}).status_code == 422
    assert client.post(door, {"answer": "yes"}).status_code == 422
    assert client.post(door, {"answer": "yes", "chosen": chosen}).status_code == 302
    assert [bool(held_by(worker, activity)) for worker in workers] == [True, True, False]
    finance = officer_of(activity, Office.FINANCE)
    assert finance.post(door, {"answer": "yes", "chosen": chosen}).status_code == 403


def test_the_worker_reads_what_became_of_it() -> None:
    activity, (worker,) = asked_by(1)
    client = Client()
    client.force_login(make_account(worker))
    address = f"/activities/{activity.pk}/"
    assert "您已申请名额" in client.get(address).content.decode()
    actions.decide_claims(activity, [choice(worker, activity, False, "名额留给一线")], actor=organiser(activity))
    page = client.get(address).content.decode()
    assert "名额留给一线" in page
    assert "withdraw" not in page


def test_a_no_without_a_reason_comes_back_with_what_was_ticked() -> None:
    activity, (first, second) = asked_by(2, seats=2)
    client, numbers = officer_of(activity), [claim_of(one, activity).pk for one in (first, second)]
    page = client.post(f"{LIST}{activity.pk}/asking/", {"answer": "no", "reason": " ", "chosen": numbers[:1]})
    html = page.content.decode()
    assert page.status_code == 422
    assert f'id="claim-{numbers[0]}" checked' in html
    assert f'id="claim-{numbers[1]}" checked' not in html
    assert 'href="#id_reason"' in html
    assert set(Claim.objects.filter(activity=activity).values_list("state", flat=True)) == {"asked"}


@pytest.mark.parametrize(("heeds", "said"), [(True, "90"), (False, "这里不计较缺席")])
def test_what_not_coming_does_is_said_before_the_click(heeds: bool, said: str) -> None:
    activity = make_activity(heeds_absences=heeds)
    client = Client()
    client.force_login(make_account(make_workers(1)[0]))
    page = client.get(f"/activities/{activity.pk}/").content.decode()
    assert said in page.split("如果没有来")[1].split("</dl>")[0]
