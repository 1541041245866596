"""Teams at the door: each member with a card of their own, counted once; and what a team's seat means for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client

from niangjia.events import actions
from niangjia.events.admission.precedence import Order
from niangjia.events.admission.standing import missed_by
from niangjia.events.door.holders import Holder, holders
from niangjia.events.models import Activity, Claim, Presence, Registration, Team, TeamMember
from niangjia.events.occupancy import miscounts
from niangjia.events.reads import mine, people_present, person_times
from niangjia.events.reads.door import my_card
from niangjia.events.tests.factories import CLOCK, claim, claim_of, make_activity, make_team, make_workers, organiser
from niangjia.events.tests.test_desk import officer_of
from niangjia.kit import clock
from niangjia.kit.refusal import NotFound
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db
State = Presence.State


class World:
    """A tug-of-war with room for six; a team of three holds its seats, another of three waits or holds the rest."""

    def __init__(self, seats: int = 6) -> None:
        self.activity: Activity = make_activity(seats=seats, team=(2, 3))
        self.people = make_workers(3)
        self.team: Team = make_team(self.activity, self.people, "红旗队")
        actions.enter_team(self.team, actor=actor_for(self.people[0]))
        self.seat: Registration = Registration.objects.live().get(claim__team=self.team)
        self.date = self.activity.occurrences.get()
        self.officer: Client = officer_of(self.activity)
        self.door = f"/desk/doors/{self.date.pk}/"

    @contextmanager
    def begins(self, minutes: int = -5) -> Iterator[None]:
        with clock.at(self.date.starts_at + timedelta(minutes=minutes)):
            yield

    def holder(self, person: Person) -> Holder:
        (found,) = holders(Registration.objects.live().filter(occurrence=self.date), [person.pk])
        return found

    def came(self) -> set[int]:
        return set(Presence.objects.came().values_list("person", flat=True))


@pytest.fixture
def world() -> World:
    return World()


def test_each_member_shows_a_card_of_their_own_and_is_counted_once(world: World) -> None:
    cards = [my_card(actor_for(person), world.seat.pk) for person in world.people]
    assert len({one.code for one in cards}) == 3
    with world.begins():
        for one in (*cards, cards[0]):
            assert world.officer.post(f"{world.door}in/", {"code": one.code}).status_code == 302
    assert world.came() == {one.pk for one in world.people}
    dates = world.activity.occurrences.all()
    assert (people_present(dates), person_times(dates)) == (3, 3)


def test_a_member_is_found_and_let_in_by_name_with_the_team_beside_it(world: World) -> None:
    _captain, second, _third = world.people
    page = world.officer.get(world.door, {"q": second.name}).content.decode()
    assert "红旗队" in page
    assert second.masked_phone in page
    with world.begins():
        world.officer.post(f"{world.door}in/", {"holder": world.holder(second).key})
    assert world.came() == {second.pk}
    assert Presence.objects.get().people == 1


def test_who_left_the_team_has_no_card_and_who_took_the_place_has_one(world: World) -> None:
    _captain, second, _third = world.people
    (fresh,) = make_workers(1)
    old = world.holder(second)
    actions.leave_team(TeamMember.objects.get(team=world.team, person=second), actor=actor_for(second))
    actions.join_team(world.team, actor=actor_for(fresh))
    with pytest.raises(NotFound):
        my_card(actor_for(second), world.seat.pk)
    with world.begins():
        assert world.officer.post(f"{world.door}in/", {"holder": old.key}).status_code == 404
        world.officer.post(f"{world.door}in/", {"code": my_card(actor_for(fresh), world.seat.pk).code})
    assert world.came() == {fresh.pk}


def test_a_member_without_network_is_noted_by_the_device_and_a_wrong_key_is_told(world: World) -> None:
    people = world.officer.post(f"{world.door}along/").json()["people"]
    assert sorted(one["team"] for one in people) == ["红旗队"] * 3
    second = world.holder(world.people[1])
    at = int(world.date.starts_at.timestamp() * 1000)
    lines = [{"id": key, "at": at} for key in (second.key, str(world.seat.pk), "x-1")]
    with world.begins(30):
        told = world.officer.post(f"{world.door}back/", {"lines": json.dumps(lines)}).json()["lines"]
    assert [one["what"] for one in told] == ["in", "refused", "refused"]
    assert world.came() == {world.people[1].pk}


def test_a_member_in_the_hall_types_its_code_and_none_but_them_is_in(world: World) -> None:
    client = Client()
    client.force_login(make_account(world.people[2]))
    with world.begins():
        page = world.officer.get(f"{world.door}hall/", headers={"X-Part": "1"}).content.decode()
        code = page.split('hall-code">')[1].split("<")[0].strip()
        assert client.post(f"/card/here/{world.date.pk}/", {"code": code}).status_code == 302
    assert world.came() == {world.people[2].pk}


def test_after_the_end_each_missing_member_is_absent_and_an_excuse_is_of_one(world: World) -> None:
    captain, second, third = world.people
    key = world.holder(third)
    assert key.member is not None
    excuse = {"reason": "住院", "member": key.member.pk}
    assert world.officer.post(f"/desk/registrations/{world.seat.pk}/excuse/", excuse).status_code == 302
    with world.begins():
        actions.check_in(world.seat, actor=organiser(world.activity))
    with clock.at(world.date.ends_at + timedelta(hours=13)):
        assert actions.mark_absent(world.date, actor=CLOCK) == 1
    states = dict(Presence.objects.values_list("person", "state"))
    assert states == {captain.pk: State.PRESENT, second.pk: State.ABSENT, third.pk: State.EXCUSED}


def test_a_team_keeps_all_its_seats_once_one_of_it_is_there_and_else_loses_all(world: World) -> None:
    other = make_team(world.activity, make_workers(2), "后来队")
    actions.enter_team(other, actor=actor_for(other.captain))
    with world.begins():
        world.officer.post(f"{world.door}in/", {"holder": world.holder(world.people[1]).key})
    with world.begins(20):
        assert actions.release_no_shows(world.date, actor=organiser(world.activity)) == 1
    live = Registration.objects.live().values_list("claim__team__name", flat=True)
    assert list(live) == ["红旗队"]
    assert Presence.objects.filter(state=State.ABSENT).count() == 2
    assert miscounts(world.activity) == []


def test_every_member_has_the_date_in_their_own_list_and_calendar(world: World) -> None:
    for person in world.people:
        found = mine.mine(actor_for(person))
        assert [one.pk for one in found.coming] == [world.seat.pk]
        (entry,) = mine.dates_of(person.pk)
        assert str(person.pk) in entry.uid
    (stranger,) = make_workers(1)
    assert not mine.mine(actor_for(stranger)).coming


def test_family_along_stands_at_the_door_on_paper_on_the_sheet_and_on_the_device() -> None:
    activity = make_activity(seats=5, most_companions=3, asks_ages=True)
    (worker,) = make_workers(1)
    claim(activity, worker)
    actions.note_companions(claim_of(worker, activity), {"4-6": 1, "18": 1}, actor=actor_for(worker))
    officer, door = officer_of(activity), f"/desk/doors/{activity.occurrences.get().pk}/"
    for page in (
        officer.get(door, {"q": worker.name}),
        officer.post(f"{door}print/"),
        officer.get(f"/desk/activities/{activity.pk}/"),
    ):
        assert "4至6岁" in page.content.decode()
    (line,) = officer.post(f"{door}along/").json()["people"]
    assert line["along"] == 2


# --- what a team's seat means for each of it --------------------------------------------------------------------------


def test_a_scarce_seat_of_a_team_was_had_by_each_member_and_by_nobody_who_left() -> None:
    world = World(seats=3)
    late = make_team(world.activity, make_workers(2), "落选队")
    actions.enter_team(late, actor=actor_for(late.captain))
    captain, second, third = world.people
    actions.leave_team(TeamMember.objects.get(team=world.team, person=third), actor=actor_for(third))
    order = Order(make_activity(rest_days=90))
    tiers = order.of_many([captain.pk, second.pk, third.pk, late.captain_id])
    assert [tiers[one] for one in (captain.pk, second.pk, third.pk, late.captain_id)] == [1, 1, 0, 0]
    actions.withdraw(Claim.objects.get(team=world.team), actor=actor_for(captain))
    assert set(order.of_many([captain.pk, second.pk]).values()) == {0}


def test_giving_a_teams_seats_up_late_counts_for_the_captain_alone_and_is_said_before(world: World) -> None:
    captain, second, _third = world.people
    client = Client()
    client.force_login(make_account(captain))
    said = "一次没来"
    early = client.get(f"/teams/{world.team.pk}/").content.decode()
    with clock.at(world.date.starts_at - timedelta(hours=2)):
        late = client.get(f"/teams/{world.team.pk}/").content.decode()
        assert (early.count(said), late.count(said)) == (1, 3)
        client.post(f"/teams/{world.team.pk}/withdraw/")
    noted = Presence.objects.get()
    assert (noted.person_id, noted.state) == (captain.pk, State.GAVE_UP)
    found = missed_by([captain.pk, second.pk], world.activity.organisation, at=world.date.ends_at)
    assert set(found) == {captain.pk}


def test_seats_taken_too_late_to_be_given_up_in_time_never_count_and_no_rule_is_told_of_them() -> None:
    activity = make_activity(seats=6, team=(2, 3), days_ahead=0.5, roster_hours=0)
    people = make_workers(2)
    team = make_team(activity, people)
    actions.enter_team(team, actor=actor_for(people[0]))
    client = Client()
    client.force_login(make_account(people[0]))
    assert "一次没来" not in client.get(f"/teams/{team.pk}/").content.decode()
    client.post(f"/teams/{team.pk}/withdraw/")
    assert not Presence.objects.exists()
