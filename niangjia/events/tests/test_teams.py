"""Teams: founded, joined by consent, seated whole or not at all, their members exchanged within the same seats."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from niangjia.events import actions
from niangjia.events.models import Activity, Claim, Pool, Registration, Team, TeamMember
from niangjia.events.occupancy import miscounts
from niangjia.events.tests.factories import CLOCK, claim, make_activity, make_team, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden, Invalid, Refusal
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_tree, make_union
from niangjia.orgs.tests.test_races import race
from niangjia.people.models import Person
from niangjia.people.tests.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)
JOINED = TeamMember.State.JOINED


def enter(team: Team, **wish: bool) -> Claim:
    team.refresh_from_db()
    return actions.enter_team(team, actor=actor_for(team.captain), **wish)


def seats_of(team: Team) -> int:
    return sum(one.seats for one in Registration.objects.live().filter(claim__team=team))


def members_of(team: Team) -> set[int]:
    return set(TeamMember.objects.filter(team=team).joined().values_list("person", flat=True))


def place_of(team: Team, person: Person) -> TeamMember:
    return TeamMember.objects.get(team=team, person=person)


def test_a_team_gets_all_its_seats_or_waits_as_one_and_nobody_slips_in_by_halves() -> None:
    activity = make_activity(seats=7, team=(2, 4))
    people = make_workers(9)
    first, second = make_team(activity, people[:4]), make_team(activity, people[4:8])
    enter(first)
    assert (seats_of(first), Pool.objects.get(activity=activity).taken) == (4, 4)
    enter(second)
    assert (seats_of(second), Claim.objects.get(team=second).short) == (0, 1)
    actions.withdraw(Claim.objects.get(team=first), actor=actor_for(people[0]))
    assert (seats_of(first), seats_of(second)) == (0, 4)
    assert miscounts(activity) == []


def test_a_team_too_small_is_told_how_many_are_missing_and_loses_nothing() -> None:
    activity = make_activity(seats=9, team=(3, 4))
    team = make_team(activity, make_workers(2))
    with pytest.raises(Invalid, match="3") as refused:
        enter(team)
    assert refused.value.code == "team_too_small"
    actions.join_team(team, actor=actor_for(make_workers(1)[0]))
    assert enter(team).seats == 3


def test_nobody_is_in_two_teams_of_one_item_though_they_press_at_the_same_moment() -> None:
    activity = make_activity(seats=20, team=(2, 5))
    one, two, worker = make_workers(3)
    teams = [make_team(activity, [one], "甲"), make_team(activity, [two], "乙")]
    results = race(*(partial(actions.join_team, team, actor=actor_for(worker)) for team in teams))
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    (other,) = [team for team in teams if worker.pk not in members_of(team)]
    with pytest.raises(IntegrityError, match="nobody_in_two_teams"), transaction.atomic():
        TeamMember.objects.create(team=other, occurrence=other.occurrence, person=worker, state=JOINED)


def test_two_items_of_one_contest_may_have_the_same_people() -> None:
    activity = make_activity(seats=20, dates=2, team=(2, 3))
    people = make_workers(2)
    for item in activity.occurrences.all():
        team = actions.found_team(item, name="同一队", actor=actor_for(people[0]))
        actions.join_team(team, actor=actor_for(people[1]))
        assert enter(team).short == 0
    assert miscounts(activity) == []


def test_a_single_person_cannot_take_a_seat_of_a_team_item_nor_an_officer_for_them() -> None:
    activity = make_activity(seats=9, team=(2, 3))
    (worker,) = make_workers(1)
    refusal = claim(activity, worker).refusal
    assert refusal is not None
    assert refusal.code == "for_teams"
    with pytest.raises(Invalid):
        actions.seat_by_hand(activity.occurrences.get(), worker, reason="特邀", actor=organiser(activity))
    single = make_activity(seats=9)
    with pytest.raises(Invalid) as refused:
        actions.found_team(single.occurrences.get(), name="队", actor=actor_for(worker))
    assert refused.value.code == "not_for_teams"


def test_members_change_within_the_same_seats_until_the_roster_stands() -> None:
    activity = make_activity(seats=3, team=(2, 3), roster_hours=24)
    people = make_workers(5)
    team = make_team(activity, people[:3])
    enter(team)
    with pytest.raises(Conflict) as full:
        actions.join_team(team, actor=actor_for(people[3]))
    assert full.value.code == "team_full"
    actions.leave_team(place_of(team, people[2]), actor=actor_for(people[2]))
    assert seats_of(team) == 3
    actions.join_team(team, actor=actor_for(people[3]))
    with clock.at(activity.occurrences.get().starts_at - timedelta(hours=23)):
        for verb in (
            partial(actions.leave_team, place_of(team, people[3]), actor=actor_for(people[3])),
            partial(actions.join_team, team, actor=actor_for(people[4])),
        ):
            with pytest.raises(Conflict) as late:
                verb()
            assert late.value.code == "roster_closed"
    assert members_of(team) == {people[0].pk, people[1].pk, people[3].pk}
    assert miscounts(activity) == []


def test_the_captain_stays_until_another_is_and_then_the_other_answers_for_the_seats() -> None:
    activity = make_activity(seats=3, team=(2, 3))
    captain, second, outsider = make_workers(3)
    team = make_team(activity, [captain, second])
    entered = enter(team)
    with pytest.raises(Conflict) as refused:
        actions.leave_team(place_of(team, captain), actor=actor_for(captain))
    assert refused.value.code == "captain_stays"
    with pytest.raises(Forbidden):
        actions.hand_over_team(team, place_of(team, second), actor=actor_for(outsider))
    actions.hand_over_team(team, place_of(team, second), actor=actor_for(captain))
    actions.leave_team(place_of(team, captain), actor=actor_for(captain))
    with pytest.raises(Forbidden):
        actions.withdraw(entered, actor=actor_for(captain))
    actions.withdraw(entered, actor=actor_for(second))
    assert (seats_of(team), miscounts(activity)) == (0, [])


def test_a_dissolved_team_frees_its_seats_and_its_people() -> None:
    activity = make_activity(seats=2, team=(2, 2))
    people = make_workers(4)
    first, second = make_team(activity, people[:2]), make_team(activity, people[2:])
    enter(first)
    enter(second)
    actions.dissolve_team(first, actor=actor_for(people[0]))
    assert (seats_of(first), seats_of(second)) == (0, 2)
    again = make_team(activity, people[:2])
    assert enter(again).short == 1
    with pytest.raises(Conflict) as gone:
        actions.join_team(first, actor=actor_for(people[1]))
    assert gone.value.code == "dissolved"


def test_teams_enter_the_draw_as_one_lot_each() -> None:
    activity = make_activity(seats=4, mode=Activity.Mode.DRAW, team=(2, 3))
    people = make_workers(6)
    teams = [make_team(activity, people[start : start + 2]) for start in (0, 2, 4)]
    assert [enter(team).state for team in teams] == ["entered"] * 3
    with clock.at(activity.closes_at):
        draw = actions.draw_lots(activity, actor=CLOCK)
    assert sorted(line.split()[2] for line in draw.published["roll"]) == ["2", "2", "2"]
    assert sorted(seats_of(team) for team in teams) == [0, 2, 2]
    assert miscounts(activity) == []


def test_who_it_is_not_for_cannot_join_and_is_told_where_the_reason_stands() -> None:
    grown = [{"key": "grown", "text_zh": "年满18周岁", "rule": "worker.age >= 18"}]
    activity = make_activity(seats=9, team=(2, 3), conditions=grown)
    years = [date(1990, 5, 1), clock.today() - timedelta(days=17 * 365)]
    captain, other = (make_member(make_union(), make_person(born=born)).person for born in years)
    team = make_team(activity, [captain])
    with pytest.raises(Conflict) as refused:
        actions.join_team(team, actor=actor_for(other))
    assert refused.value.code == "not_for_them"
    assert refused.value.remedy


def test_a_colleague_is_asked_by_name_and_consents_by_their_own_hand() -> None:
    activity = make_activity(seats=9, team=(2, 3))
    union = make_union()
    captain, colleague = (make_member(union).person for _ in range(2))
    stranger = make_member(make_union(make_tree().other_county)).person
    team = make_team(activity, [captain])
    for name in (colleague.name, stranger.name, "查无此人"):
        actions.invite_to_team(team, name=name, actor=actor_for(captain))
    assert [one.person_id for one in team.members.filter(state="invited")] == [colleague.pk]
    assert members_of(team) == {captain.pk}
    actions.join_team(team, actor=actor_for(colleague))
    assert members_of(team) == {captain.pk, colleague.pk}
    with pytest.raises(Forbidden):
        actions.invite_to_team(team, name=colleague.name, actor=actor_for(colleague))


def test_who_said_no_to_a_team_is_not_asked_again_and_may_still_come_by_the_code() -> None:
    union = make_union()
    captain, colleague = (make_member(union).person for _ in range(2))
    team = make_team(make_activity(seats=9, team=(2, 3)), [captain])
    actions.invite_to_team(team, name=colleague.name, actor=actor_for(captain))
    actions.leave_team(team.members.get(person=colleague), actor=actor_for(colleague))
    actions.invite_to_team(team, name=colleague.name, actor=actor_for(captain))
    assert not team.members.filter(state="invited").exists()
    actions.join_team(team, actor=actor_for(colleague))
    assert members_of(team) == {captain.pk, colleague.pk}


def test_a_last_place_is_taken_once_and_entering_meets_the_roster_as_it_stands() -> None:
    activity = make_activity(seats=9, team=(2, 3))
    captain, second, third, fourth = make_workers(4)
    team = make_team(activity, [captain, second])
    results = race(
        partial(actions.join_team, team, actor=actor_for(third)),
        partial(actions.join_team, team, actor=actor_for(fourth)),
        partial(enter, team),
    )
    assert all(result is not None for result in results)
    entered = next(result for result in results if isinstance(result, Claim))
    assert len(members_of(team)) == entered.seats == seats_of(team)
    assert sum(isinstance(result, Refusal) for result in results) >= 1
    assert miscounts(activity) == []
