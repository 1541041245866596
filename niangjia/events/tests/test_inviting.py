"""By invitation: a seat held for each, or first come among the invited; who is not invited is told so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.models import Activity, Invitation, Pool, Registration
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import CLOCK, claim, claim_of, held_by, make_activity, make_workers, organiser
from niangjia.events.tests.test_desk import LIST, officer_of, sent
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account, make_member, make_tree, make_union
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db


def by_invitation(seats: int = 2) -> Activity:
    return make_activity(seats=seats, mode=Activity.Mode.INVITATION)


def invite(activity: Activity, *people: Person, **more: Any) -> actions.Invited:
    ends_at: datetime = more.pop("ends_at", clock.now() + timedelta(days=2))
    return actions.invite_people(
        activity, [one.pk for one in people], ends_at=ends_at, actor=organiser(activity), **more
    )


def test_who_is_not_invited_is_told_so_and_whom_to_ask() -> None:
    activity = by_invitation()
    guest, other = make_workers(2)
    invite(activity, guest)
    assert claim(activity, guest).what == "registered"
    refusal = claim(activity, other).refusal
    assert refusal is not None
    assert (refusal.code, activity.organisation.name in str(refusal.remedy)) == ("not_invited", True)


def test_first_come_among_the_invited_and_never_more_than_there_are_seats() -> None:
    activity = by_invitation(seats=1)
    first, second = make_workers(2)
    invite(activity, first, second)
    assert [claim(activity, one).what for one in (second, first)] == ["registered", "waiting"]
    assert miscounts(activity) == []


def test_a_held_seat_is_an_offer_until_the_invitation_ends_and_then_free_again() -> None:
    activity = by_invitation(seats=2)
    comes, silent = make_workers(2)
    invite(activity, comes, silent, held=True)
    (offer,) = held_by(comes, activity)
    assert offer.state == Registration.State.OFFERED
    assert Pool.objects.get(activity=activity).taken == 2
    actions.accept_offer(offer, actor=actor_for(comes))
    with clock.at(clock.now() + timedelta(days=2, minutes=1)):
        assert actions.lapse_offers(activity.pk, actor=CLOCK) == 1
        refusal = claim(activity, silent).refusal
    assert refusal is not None
    assert refusal.code == "invitation_over"
    assert Pool.objects.get(activity=activity).taken == 1
    assert miscounts(activity) == []


def test_more_cannot_be_held_than_there_are_seats_and_then_nobody_is_invited() -> None:
    activity = by_invitation(seats=1)
    with pytest.raises(Conflict) as refused:
        invite(activity, *make_workers(2), held=True)
    assert refused.value.code == "too_few_seats"


def test_a_no_frees_the_held_seat_for_another_and_can_be_asked_again() -> None:
    activity = by_invitation(seats=1)
    first, second = make_workers(2)
    invite(activity, first, held=True)
    with pytest.raises(Forbidden):
        actions.decline_invitation(activity.invitations.get(), actor=actor_for(second))
    actions.decline_invitation(activity.invitations.get(), actor=actor_for(first))
    assert claim_of(first, activity).state == "withdrawn"
    assert invite(activity, second, held=True).new == (second.pk,)
    assert miscounts(activity) == []
    invited = invite(activity, first, second)
    assert (invited.new, invited.already) == ((first.pk,), (second.pk,))


def test_only_members_of_the_unions_below_can_be_invited() -> None:
    activity = by_invitation()
    away = make_member(make_union(make_tree().other_county)).person
    (inside,) = make_workers(1)
    invited = invite(activity, inside, away)
    assert (invited.new, invited.outside) == ((inside.pk,), (away.pk,))


def test_an_officer_invites_by_phone_and_name_and_is_told_of_whom_it_is_not_clear() -> None:
    assert sent(officer_of(), mode="invitation")[0] == 302
    activity = Activity.objects.get()
    first, second, third = make_workers(3)
    third.name = second.name
    third.save(update_fields=["name"])
    door = f"{LIST}{activity.pk}/inviting/"
    client = officer_of(activity)
    ends = f"{clock.now().astimezone(clock.SHANGHAI) + timedelta(days=2):%Y-%m-%dT%H:%M}"
    typed = {"who": f"{first.phone}\n{second.name}\n13900000000", "ends_at": ends, "held": "no", "group": ""}
    page = client.post(door, typed).content.decode()
    assert [one.person_id for one in activity.invitations.all()] == [first.pk]
    assert page.count("13900000000") == 2
    assert client.post(door, {**typed, "who": ""}).status_code == 422
    assert first.masked_name in client.get(door).content.decode()


def test_a_worker_reads_that_they_are_invited_says_no_and_one_who_is_not_reads_why() -> None:
    activity = by_invitation()
    guest, other = make_workers(2)
    invite(activity, guest)
    pages = []
    for person in (guest, other):
        client = Client()
        client.force_login(make_account(person))
        pages.append(client.get(f"/activities/{activity.pk}/").content.decode())
        client.post(f"/activities/{activity.pk}/no-thanks/")
    assert "no-thanks" in pages[0]
    assert "不在邀请名单" in pages[1]
    assert activity.invitations.get().declined_at is not None


def test_a_seat_given_up_by_a_no_goes_to_the_invited_who_waits_for_it() -> None:
    activity = make_activity(seats=1, mode=Activity.Mode.INVITATION)
    first, second = make_workers(2)
    until, actor = clock.now() + timedelta(days=2), organiser(activity)
    actions.invite_people(activity, [first.pk], ends_at=until, held=True, actor=actor)
    actions.invite_people(activity, [second.pk], ends_at=until, actor=actor)
    assert claim(activity, second).what == "waiting"
    actions.decline_invitation(Invitation.objects.get(person=first), actor=actor_for(first))
    assert held_by(second, activity)
