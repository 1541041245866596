"""Routes: looked at, scored, approved within the limits of the place, travelled within a worker's year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pytest

from niangjia.events import actions as events
from niangjia.events.models import Activity, Inspector, Registration, Route, Trip
from niangjia.events.recuperation import actions, reads
from niangjia.events.recuperation.allowance import taken
from niangjia.events.recuperation.caps import caps_at
from niangjia.events.recuperation.criteria import criteria
from niangjia.events.recuperation.tests.factories import (
    approve,
    chair_of,
    departure,
    handler_of,
    inspect,
    make_route,
    make_trip,
)
from niangjia.events.tests.factories import claim, make_workers, organiser
from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import REGISTRY, make_member, make_person, make_tree, make_union
from niangjia.orgs.tests.test_races import race

pytestmark = pytest.mark.django_db
QUZHOU = "330802"


def refused(what: object, code: str) -> None:
    assert isinstance(what, Conflict), what
    assert what.code == code


@pytest.fixture(autouse=True)
def _early_in_the_year() -> Iterator[None]:
    with clock.at(date(2026, 3, 2)):
        yield


def test_a_score_is_the_mean_of_what_representatives_handed_in() -> None:
    route = inspect(make_route(), 100, 80, 60)
    result = reads.score_of(route)
    assert result is not None
    assert (result.points, result.sheets) == (80, 3)
    assert [line.key for line in result.lines] == [one["key"] for one in criteria()]
    assert sum(one["most"] for one in criteria()) == 100


def test_scores_outside_a_criterion_or_after_the_closing_are_refused() -> None:
    route = make_route()
    (person, absent), handler = (make_person(), make_person()), handler_of(route.organisation)
    visit = actions.open_inspection(route, visited_on=clock.today(), people=[person, absent], actor=handler)
    sheet = Inspector.objects.get(person=person)
    whole = {one["key"]: one["most"] for one in criteria()}
    with pytest.raises(Invalid) as told:
        actions.hand_in_scores(sheet, scores=whole | {"rest": 26}, actor=actor_for(person))
    assert set(told.value.faults) == {"rest"}
    with pytest.raises(Conflict):  # nobody has scored
        actions.close_inspection(visit, actor=handler)
    actions.hand_in_scores(sheet, scores=whole, actor=actor_for(person))
    with pytest.raises(Forbidden):  # not their sheet
        actions.hand_in_scores(sheet, scores=whole, actor=actor_for(absent))
    actions.close_inspection(visit, actor=handler)
    with pytest.raises(Conflict):
        actions.hand_in_scores(Inspector.objects.get(person=absent), scores=whole, actor=actor_for(absent))


def test_only_the_chair_approves_and_only_what_was_inspected() -> None:
    route, season = make_route(), {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 11, 30)}
    with pytest.raises(Conflict) as told:
        actions.approve_route(route, **season, actor=chair_of(route.organisation))
    refused(told.value, "not_inspected")
    inspect(route, 90)
    with pytest.raises(Forbidden):
        actions.approve_route(route, **season, actor=handler_of(route.organisation))
    assert actions.approve_route(route, **season, actor=chair_of(route.organisation)).inspection.route == route


@pytest.mark.parametrize(("days", "yuan"), [(3, 601), (6, 500)])
def test_a_route_over_a_limit_of_its_place_is_not_approved(days: int, yuan: int) -> None:
    route = inspect(make_route(days, yuan), 90)
    with pytest.raises(Conflict) as told:
        actions.approve_route(
            route, starts_on=date(2026, 4, 1), ends_on=date(2026, 5, 1), actor=chair_of(route.organisation)
        )
    refused(told.value, "over_the_cap")
    assert "2020" in str(told.value.remedy)  # the text that sets the figure


def test_limits_are_those_of_the_day_and_the_place() -> None:
    assert caps_at("330624", date(2026, 3, 1)).year_fen == 600_00 * 5
    quzhou = caps_at(QUZHOU, date(2021, 6, 1))
    assert (quzhou.day_fen, quzhou.days, quzhou.counterpart_days, quzhou.year_fen, quzhou.parts) == (
        600_00, 5, 7, 3_000_00, 2,
    )  # fmt: skip
    assert (caps_at(QUZHOU, date(2020, 6, 1)).parts, caps_at("330624", date(2026, 3, 1)).parts) == (None, None)
    with pytest.raises(Invalid):
        caps_at("330624", date(2019, 6, 1))


def test_a_trip_is_announced_in_one_step_from_an_approved_route() -> None:
    trip = make_trip(approve(make_route(days=3, yuan=500, family_price_fen=1_400_00)), family=2)
    activity = trip.activity
    assert (activity.state, activity.kind, activity.most_seats) == ("announced", "trip", 3)
    occurrence = activity.occurrences.get()
    assert (occurrence.ends_at.date() - occurrence.starts_at.date()).days == 2
    assert (trip.price_fen, trip.counts) == (1_500_00, True)
    assert [tier.place for tier in activity.tiers.all()] == [1]


def test_who_is_near_retirement_comes_first_in_the_draw() -> None:
    trip = make_trip(approve(make_route()), mode=Activity.Mode.DRAW, seats=1)
    others = make_workers(4)
    first = make_member(make_union(), make_person(born=date(1969, 1, 1), sex="M")).person
    for worker in (*others, first):
        claim(trip.activity, worker)
    with clock.at(trip.activity.closes_at):
        events.draw_lots(trip.activity, actor=organiser(trip.activity))
    assert Registration.objects.live().get().person == first


def test_no_trip_outside_the_season_over_the_capacity_or_after_the_approval_was_withdrawn() -> None:
    route = approve(make_route(capacity=20), ends_on=date(2026, 6, 30))
    body = make_tree().county
    for wrong in (
        departure(on=date(2026, 6, 29)),
        departure(on=date(2026, 3, 1)),
    ):  # comes back too late, leaves too early
        with pytest.raises(Conflict) as told:
            actions.announce_trip(route, wrong, organisation=body, actor=handler_of(body))
        refused(told.value, "not_approved")
    with pytest.raises(Invalid):
        make_trip(route, seats=21)
    actions.withdraw_approval(route.approvals.get(), reason="山洪", actor=chair_of(route.organisation))
    with pytest.raises(Conflict) as told:
        make_trip(route)
    refused(told.value, "not_approved")
    assert not Trip.objects.exists()


def test_a_union_elsewhere_cannot_travel_another_citys_route() -> None:
    route, elsewhere = approve(make_route()), make_tree().other_county
    with pytest.raises(Forbidden):
        actions.announce_trip(route, departure(), organisation=elsewhere, actor=handler_of(elsewhere))


def test_an_outing_goes_and_comes_back_on_one_day_and_takes_nothing_from_the_year() -> None:
    with pytest.raises(Conflict):
        make_route(days=2, kind=Route.Kind.OUTING)
    trip = make_trip(approve(make_route(days=1, yuan=100, kind=Route.Kind.OUTING)))
    occurrence = trip.activity.occurrences.get()
    assert occurrence.ends_at - occurrence.starts_at == timedelta(hours=10)
    (worker,) = make_workers(1)
    assert claim(trip.activity, worker).what == "registered"
    assert taken([worker.pk], 2026)[worker.pk].fen == 0


def test_a_worker_has_one_allowance_a_year_and_gets_it_back_by_giving_up() -> None:
    route = approve(make_route(days=3, yuan=600))
    first, second = make_trip(route), make_trip(route, on=date(2026, 9, 1))
    next_year = make_trip(approve(make_route(title="来年线"), ends_on=date(2027, 12, 31)), on=date(2027, 2, 1))
    (worker,) = make_workers(1)
    assert claim(first.activity, worker).what == "registered"
    answer = claim(second.activity, worker)
    refused(answer.refusal, "allowance_used_up")
    assert "¥1,200" in str(answer.refusal)
    assert claim(next_year.activity, worker).what == "registered"
    held = Registration.objects.live().get(occurrence__activity=first.activity)
    events.cancel_registration(held, actor=actor_for(worker))
    events.withdraw(held.claim, actor=actor_for(worker))
    assert claim(second.activity, worker).what == "registered"


def test_standing_in_the_draw_or_in_line_takes_from_the_year_until_the_trip_is_over() -> None:
    route = approve(make_route(days=3, yuan=600))
    drawn = make_trip(route, mode=Activity.Mode.DRAW, seats=1)
    other = make_trip(route, on=date(2026, 9, 1))
    lucky, unlucky = make_workers(2)
    for worker in (lucky, unlucky):
        claim(drawn.activity, worker)
    refused(claim(other.activity, lucky).refusal, "allowance_used_up")
    with clock.at(drawn.activity.closes_at):
        events.draw_lots(drawn.activity, actor=organiser(drawn.activity))
    waiting = drawn.activity.claims.get(short=1).person
    refused(claim(other.activity, waiting).refusal, "allowance_used_up")
    assert taken([waiting.pk], 2026)[waiting.pk].fen == 1_800_00
    with clock.at(drawn.starts_on + timedelta(days=1)):
        assert taken([waiting.pk], 2026)[waiting.pk].fen == 0
    events.call_off(other.activity, reason="台风", actor=organiser(other.activity))


def test_nobody_is_seated_by_hand_past_their_year() -> None:
    route = approve(make_route(days=5, yuan=600))
    first, second = make_trip(route), make_trip(route, on=date(2026, 9, 1))
    (worker,) = make_workers(1)
    claim(first.activity, worker)
    with pytest.raises(Conflict):
        events.seat_by_hand(
            second.activity.occurrences.get(), worker, reason="受伤职工", actor=organiser(second.activity)
        )


def test_within_quzhou_a_year_is_split_into_two_trips_at_most() -> None:
    orgs.plant_tree(actor=REGISTRY, only=(QUZHOU,))
    city = Organisation.objects.get(code="330800")
    route = approve(make_route(days=1, yuan=300, organisation=city))
    body = Organisation.objects.get(code=QUZHOU)
    trips = [make_trip(route, on=date(2026, 5, day), organisation=body) for day in (1, 8, 15)]
    (worker,) = make_workers(1)
    assert [claim(trip.activity, worker).what for trip in trips] == ["registered", "registered", "refused"]
    refused(claim(trips[2].activity, worker).refusal, "too_many_parts")


@pytest.mark.django_db(transaction=True)
def test_two_trips_asked_for_in_the_same_blink_take_the_year_once() -> None:
    route = approve(make_route(days=3, yuan=600))
    trips = [make_trip(route, on=date(2026, 5, day)) for day in (1, 8, 15)]
    (worker,) = make_workers(1)
    with clock.at(date(2026, 3, 2)):
        moment = clock.now()

    def press(trip: Trip) -> object:
        with clock.at(moment):
            return claim(trip.activity, worker).what

    answers = race(*(partial(press, trip) for trip in trips))
    assert sorted(answers) == ["refused", "refused", "registered"]
