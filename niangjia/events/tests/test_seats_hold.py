"""Whatever people do at the same time: no seat too many, none lost, nobody twice, nobody past the line.

A random crowd presses every button there is, up to four at the same moment, each in a thread with a connection of its
own on real PostgreSQL; after every moment the laws are checked against the rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from niangjia.events import actions
from niangjia.events.actions.announcing import Date, Share
from niangjia.events.actions.dating import Change, Reach
from niangjia.events.models import (
    Activity,
    Claim,
    Invitation,
    Occurrence,
    Pool,
    Presence,
    Registration,
    Team,
    TeamMember,
)
from niangjia.events.occupancy import Seating, miscounts
from niangjia.events.tests.factories import CLOCK, claim, dates_of, make_activity, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Membership
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_tree
from niangjia.orgs.tests.test_races import race
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 7
STEPS = 15
presses = st.sampled_from(
    [
        "claim",
        "claim",
        "claim",
        "cancel",
        "withdraw",
        "answer",
        "resize",
        "merge",
        "lapse",
        "by_hand",
        "move",
        "move",
        "redate",
        "call_off",
        "longer",
        "too",
        "walk_in",
        "no_shows",
        "own_way",
        "own_way",
        "own_way",
        "floor",
        "come",
        "come",
        "larger",
        "leave",
    ]
)
# An activity anybody may press at, one for teams, one where the union chooses, one by invitation, one by lot.
forms = st.sampled_from(["open", "teams", "choosing", "invited", "lots"])
MODES = {"choosing": Activity.Mode.APPROVAL, "invited": Activity.Mode.INVITATION, "lots": Activity.Mode.DRAW}
press = st.tuples(presses, st.integers(0, CROWD - 1), st.integers(0, 11))


class Crowd(RuleBasedStateMachine):
    """Seven people, two dates, two groups with seats kept, one with a ceiling, parties or teams of up to three."""

    people: list[Person]
    actors: list[Actor]
    organiser: Actor

    @initialize(
        seats=st.integers(2, 5), floor=st.integers(0, 2), offers=st.booleans(), all_dates=st.booleans(),
        together=st.none() | st.integers(6, 8), form=forms, most_dates=st.integers(1, 2), is_door_open=st.booleans(),
    )  # fmt: skip
    def announce(
        self, seats: int, floor: int, offers: bool, all_dates: bool, together: int | None, form: str,
        most_dates: int, is_door_open: bool,
    ) -> None:  # fmt: skip
        later = clock.now() + timedelta(days=3)
        shares = [
            Share("riders", "骑手", "worker.new_form", floor=floor, merges_at=later),
            Share("firm", "一家企业", "worker.union.member", ceiling=2),
            Share("front", "一线", "worker.front_line", floor=min(1, seats - floor), merges_at=later),
        ]
        self.activity = make_activity(
            seats, dates=2, shares=shares, together=together, most_seats=3,
            all_dates=all_dates and form != "teams", team=(2, 3) if form == "teams" else (0, 0),
            mode=MODES.get(form, Activity.Mode.FIRST_COME), days_ahead=1 if offers else 10,
            closes_at=clock.now() + timedelta(hours=6) if form == "lots" else None, most_dates=most_dates,
            door_minutes=30_000 if is_door_open else 60, organisation=make_tree().county,
        )  # fmt: skip
        self.form, self.all_dates = form, all_dates and form != "teams"
        self.past_the_line: set[int] = set()  # whom an officer let in, beyond what one person may hold
        self.days = dates_of(self.activity)
        self.now = clock.now()
        if form == "invited":
            self._invite([person.pk for person in self.people[:5]], held=False)

    @rule(moment=st.lists(press, min_size=1, max_size=4), minutes=st.sampled_from([1, 30, 600]))
    def at_the_same_moment(self, moment: list[tuple[str, int, int]], minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        results = race(*(self._at_now(partial(self._press, what, who, how)) for what, who, how in moment))
        for result in results:
            assert result is None or isinstance(result, Refusal), result

    def _at_now(self, work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with clock.at(self.now):
                try:
                    return work()
                except Refusal as refusal:
                    return refusal

        return run

    def _press(self, what: str, who: int, how: int) -> None:
        person, actor = self.people[who], self.actors[who]
        mine = list(Registration.objects.live().filter(person=person, claim__activity=self.activity).order_by("pk"))
        match what:
            case "claim":
                wanted = (self.days, self.days[:1], self.days[1:], self.days[::-1])[how % 4]
                groups = ((), ("riders",), ("firm",), ("riders", "firm"), ("front",), ("front", "riders"))[who % 6]
                claim(
                    self.activity, person, wanted=tuple(wanted), take=1 + (who + how) % len(wanted), seats=1 + how % 3,
                    groups=groups, waits=how < 10,
                )  # fmt: skip
            case "cancel" if mine:
                actions.cancel_registration(mine[how % len(mine)], actor=actor)
            case "withdraw":
                for one in Claim.objects.filter(activity=self.activity, person=person):
                    actions.withdraw(one, actor=actor)
            case "answer" if mine:
                answer = actions.accept_offer if how % 2 else actions.decline_offer
                answer(mine[0], actor=actor)
            case "move" if mine:
                others = [one for one in self.activity.occurrences.all() if one.pk != mine[0].occurrence_id]
                actions.move_to_date(mine[0], others[how % len(others)], actor=actor)
            case "too":
                for one in Claim.objects.filter(activity=self.activity, person=person, team=None):
                    days = list(self.activity.occurrences.order_by("pk"))
                    actions.ask_for_date_too(one, days[how % len(days)], actor=actor)
            case "resize":
                pools = list(Pool.objects.filter(activity=self.activity).order_by("pk"))
                actions.resize_pool(pools[how % len(pools)], ceiling=how, actor=self.organiser)
            case "merge":
                actions.merge_pools(self.activity.pk, actor=CLOCK)
            case "lapse":
                actions.lapse_offers(self.activity.pk, actor=CLOCK)
            case "floor":
                pools = list(Pool.objects.filter(activity=self.activity, group__isnull=False).order_by("pk"))
                pool, later = pools[how % len(pools)], self.now + timedelta(hours=20)
                actions.resize_pool(pool, ceiling=pool.ceiling, floor=how % 3, merges_at=later, actor=self.organiser)
            case "larger":
                actions.edit_activity(self.activity, changes={"most_seats": 3 + how % 2}, actor=self.organiser)
            case "leave":
                for belonging in Membership.objects.members().filter(person=person):
                    orgs.leave(belonging, actor=actor)
            case "by_hand":
                self.past_the_line.add(person.pk)
                day = self.activity.occurrences.all()[how % 2]
                actions.seat_by_hand(day, person, reason="特邀", seats=1, actor=self.organiser)
            case "own_way":
                {
                    "teams": self._team_up, "choosing": self._choose, "invited": self._answer_invitation,
                    "lots": self._draw,
                }.get(self.form, lambda _who, _how: None)(who, how)  # fmt: skip
            case _:
                self._run_the_dates(what, person, how)

    def _team_up(self, who: int, how: int) -> None:
        """Teams are founded, grow, ask for their seats, lose members, change hands and break up."""
        person, actor = self.people[who], self.actors[who]
        team = Team.objects.standing().filter(activity=self.activity).order_by("pk")[how % 3 :].first()
        places = TeamMember.objects.joined().filter(team__activity=self.activity, team__dissolved_at=None)
        mine = places.filter(person=person).select_related("team", "occurrence").order_by("pk").first()
        if mine is None and (team is None or how < 3):
            day = self.activity.occurrences.order_by("pk")[how % 2]
            founded = actions.found_team(day, name=f"{person.pk}-{how}", actor=actor)
            actions.join_team(founded, actor=self.actors[(who + 1) % CROWD])
            actions.enter_team(founded, waits=how < 10, actor=actor)
        elif mine is None and team is not None:
            actions.join_team(team, actor=actor)
        elif mine is not None and mine.team.captain_id != person.pk:
            actions.leave_team(mine, actor=actor)
        elif mine is not None and how == 0:
            actions.dissolve_team(mine.team, actor=actor)
        elif mine is not None and how % 3 == 1:
            for other in places.filter(team=mine.team).exclude(person=person)[:1]:
                actions.hand_over_team(mine.team, other, actor=actor)
        elif mine is not None:
            actions.enter_team(mine.team, waits=how < 10, actor=actor)

    def _choose(self, who: int, how: int) -> None:
        """The union says yes or no, perhaps to several, perhaps after a no."""
        asked = Claim.objects.filter(activity=self.activity, person__in=self.people[who : who + 3]).order_by("pk")
        choices = [actions.Choice(one.pk, yes=how % 4 > 0, reason="名额有限") for one in asked]
        actions.decide_claims(self.activity, choices, actor=self.organiser)
        if how == 0:
            actions.lapse_undecided(self.activity.pk, actor=CLOCK)

    def _draw(self, _who: int, _how: int) -> None:
        """Lots are drawn once the window has closed, by whoever comes first to it."""
        actions.draw_lots(self.activity, actor=CLOCK)

    def _answer_invitation(self, who: int, how: int) -> None:
        """More are invited, some with a seat held; some say no."""
        mine = Invitation.objects.filter(activity=self.activity, person=self.people[who]).first()
        if mine is not None and how < 5:
            actions.decline_invitation(mine, actor=self.actors[who])
        else:
            self._invite([self.people[who].pk], held=how % 2 == 0)

    def _invite(self, people: list[int], *, held: bool) -> None:
        until = self.now + timedelta(hours=20)
        actions.invite_people(self.activity, people, ends_at=until, held=held, actor=self.organiser)

    def _run_the_dates(self, what: str, person: Person, how: int) -> None:
        """What the organiser does to a date, and at its door."""
        day = self.activity.occurrences.order_by("pk")[how % 2]
        match what:
            case "redate":
                later = day.starts_at + timedelta(hours=how - 5)
                change = Change(starts_at=later, seats=how if how % 3 == 0 else None)
                actions.change_dates(day, reach=(Reach.THIS, Reach.ALL)[how % 2], change=change, actor=self.organiser)
            case "longer" if how > 5:
                self._make_longer(how)
            case "call_off" if how > 8:
                actions.call_off_dates(day, reach=Reach.THIS, reason="台风", actor=self.organiser)
            case "come":
                self._come(day, person, how)
            case "walk_in":
                self.past_the_line.add(person.pk)
                actions.walk_in(day, person, people=1 + how % 2, actor=self.organiser)
            case "no_shows":
                actions.release_no_shows(day, actor=self.organiser)

    def _make_longer(self, how: int) -> None:
        """A date more, with as many seats as it happens; those of a course come along, or it is refused."""
        last = self.activity.occurrences.order_by("starts_at").last()
        assert last is not None
        later = timedelta(days=1)
        date = Date(last.starts_at + later, last.ends_at + later, "二楼", how)
        actions.add_dates(self.activity, [date], actor=self.organiser)

    def _come(self, day: Occurrence, person: Person, how: int) -> None:
        """Somebody is checked in, maybe long before the start; or that was a slip and is undone."""
        noted = Presence.objects.filter(occurrence=day, person=person).first()
        if noted is not None and how % 2:
            actions.undo_presence(noted, actor=self.organiser)
        else:
            actions.check_in_many(day, [actions.Arrival(person.pk)], actor=self.organiser)

    @invariant()
    def the_guards_are_the_rows(self) -> None:
        assert miscounts(self.activity) == []

    @invariant()
    def no_pool_is_over_and_what_is_kept_is_kept(self) -> None:
        pools = list(Pool.objects.filter(activity=self.activity).select_related("group", "occurrence"))
        for everybody in (pool for pool in pools if pool.group is None):
            kept = [
                (max(0, pool.floor - pool.taken), pool.occurrence is not None and self._is_on(pool.occurrence))
                for pool in pools
                if pool.group is not None and everybody.occurrence_id in (None, pool.occurrence_id)
            ]
            most = sum(seats for seats, _is_on in kept)
            # Over all dates nothing is kept for those begun or called off; that is worked out when a seat next moves.
            least = sum(seats for seats, is_on in kept if is_on) if everybody.occurrence_id is None else most
            assert least <= everybody.held_back <= most
        assert all(pool.ceiling is None or pool.taken + pool.held_back <= pool.ceiling for pool in pools)

    def _is_on(self, day: Occurrence) -> bool:
        return day.state == Occurrence.State.PLANNED and day.starts_at > self.now

    @invariant()
    def nobody_holds_more_than_they_may(self) -> None:
        for person in self.people:
            live = Registration.objects.live().filter(person=person, claim__activity=self.activity)
            live = live.select_related("claim")
            days = [one.occurrence_id for one in live]
            assert len(days) == len(set(days))
            mine = [one for one in live if one.claim.team_id is None]
            most = self.activity.occurrences.count() if self.all_dates else self.activity.most_dates
            assert len(mine) <= most or person.pk in self.past_the_line
        live = Registration.objects.live().filter(claim__activity=self.activity)
        assert not live.filter(claim__state=Claim.State.WITHDRAWN)

    @invariant()
    def no_seat_is_free_that_somebody_in_line_could_have(self) -> None:
        with clock.at(self.now):
            seating = Seating(self.activity)
            for waiting in Claim.objects.filter(activity=self.activity).waiting():
                live = Registration.objects.live().filter(claim=waiting)
                held = set(live.values_list("occurrence", flat=True))
                before = waiting.short
                given = seating.serve(waiting, held)
                assert not given, f"{waiting.pk} could sit on {[one.occurrence_id for one in given]}, short {before}"

    @invariant()
    def nobody_is_seated_before_their_equal_who_came_earlier(self) -> None:
        live = list(Registration.objects.live().filter(claim__activity=self.activity).select_related("claim"))
        waiting = list(Claim.objects.filter(activity=self.activity).waiting())
        for one in live:
            for earlier in waiting:
                alike = (
                    earlier.seats <= one.seats
                    and set(earlier.groups) == set(one.groups)
                    and one.occurrence_id in earlier.wanted
                    and earlier.take == 1 == one.claim.take
                    and len(earlier.wanted) == 1
                    and earlier.rank < one.claim.rank
                    and one.claim.waits  # seated by hand they came past the line, with a reason
                )
                assert not alike, f"claim {one.claim_id} sits while {earlier.pk} waits"


def test_a_crowd_that_presses_every_button_at_once_breaks_no_law() -> None:
    Crowd.people = make_workers(CROWD)
    Crowd.actors = [actor_for(person) for person in Crowd.people]
    Crowd.organiser = organiser(make_tree().county)
    # Not shrunk: what real threads did once they need not do again.
    rules = settings(
        max_examples=int(os.environ.get("NIANGJIA_CROWDS", "6")),
        stateful_step_count=STEPS,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Crowd, settings=rules)


def test_a_thousand_hands_for_a_hundred_seats_fill_them_exactly() -> None:
    activity = make_activity(seats=100)
    workers = make_workers(300)
    days = tuple(dates_of(activity))

    def batch(part: list[Person]) -> list[actions.Answer]:
        wishes = [actions.Wish(one.pk, days, by=actor_for(one)) for one in part]
        return actions.claim_seats(activity, wishes, actor=CLOCK)

    parts = [workers[start::8] for start in range(8)]
    answers = [answer for result in race(*(partial(batch, part) for part in parts)) for answer in result]
    assert sum(answer.what == "registered" for answer in answers) == 100
    assert sum(answer.what == "waiting" for answer in answers) == 200
    assert len({answer.claim.pk for answer in answers if answer.claim}) == 300
    assert miscounts(activity) == []


def test_a_conflict_is_the_only_thing_a_late_hand_meets() -> None:
    activity = make_activity(seats=1, days_ahead=1)
    first, second = make_workers(2)
    for one in (first, second):
        claim(activity, one)
    (mine,) = Registration.objects.live().filter(person=first)
    actions.cancel_registration(mine, actor=actor_for(first))
    (offer,) = Registration.objects.live().filter(person=second)
    actor = actor_for(second)
    results = race(
        partial(actions.accept_offer, offer, actor=actor),
        partial(actions.decline_offer, offer, actor=actor),
    )
    assert sum(isinstance(result, Conflict) for result in results) <= 1
    offer.refresh_from_db()
    assert offer.state in (Registration.State.REGISTERED, Registration.State.DECLINED)
    assert miscounts(activity) == []
