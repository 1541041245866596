"""How often one person may receive the same: counted over rounds and years, never twice for one thing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_partner, make_union
from niangjia.people.models import Person
from niangjia.programmes import actions, limits
from niangjia.programmes.definition import Limits
from niangjia.programmes.models import Application, Round
from niangjia.programmes.tests import factories

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parent / "all_steps.yaml").read_text("utf-8")
EACH_ROUND = Limits()
ONCE_EVER = Limits(per="ever")


@pytest.fixture
def first() -> Round:
    return factories.open_round_of(
        TEXT.replace("limits: {per_person: 1, per: ever}", "limits: {per_person: 1, per: round}")
    )


@pytest.fixture
def worker(first: Round) -> Person:
    return make_member(make_union(first.organisation)).person


def next_round(first: Round, days: int = 0) -> Round:
    """Another round of the same programme, opened so many days later."""
    with clock.at(clock.now() + timedelta(days=days)):
        return actions.open_round(
            first.version, title="", budget_fen=100_000_000,
            opens_at=clock.now() - timedelta(minutes=1), closes_at=clock.now() + timedelta(days=30),
            partners={key: make_partner(first.organisation).pk for key in first.definition.partners},
            actor=factories.officer(first.organisation, "handler"),
        )  # fmt: skip


def a_draft(of: Round, person: Person, **given: object) -> Application:
    actor = actor_for(person)
    return actions.save_answers(actions.start_application(of, actor=actor), given, actor=actor)


def test_each_round_is_a_new_chance_unless_the_programme_says_otherwise(first: Round, worker: Person) -> None:
    earlier = factories.apply(first, worker)
    again = a_draft(next_round(first), worker)
    limits.require([again], EACH_ROUND)
    with pytest.raises(Invalid) as refused:
        limits.require([again], ONCE_EVER)
    assert refused.value.code == "limit"
    assert str(earlier.number) in str(refused.value)


def test_a_limit_of_two_lets_the_second_through_and_not_the_third(first: Round, worker: Person) -> None:
    twice = Limits(per_person=2, per="ever")
    factories.apply(first, worker)
    second = factories.apply(next_round(first), worker)
    limits.require([second], twice)
    with pytest.raises(Invalid):
        limits.require([a_draft(next_round(first), worker)], twice)


def test_a_yearly_limit_begins_anew_on_new_years_day(first: Round, worker: Person) -> None:
    yearly = Limits(per="year")
    factories.apply(first, worker)
    again = a_draft(next_round(first), worker)
    with pytest.raises(Invalid):
        limits.require([again], yearly)
    with clock.at(date(clock.today().year + 1, 1, 1)):
        limits.require([again], yearly)


def test_once_per_thing_looks_at_the_thing_and_not_at_the_number_of_times(first: Round, worker: Person) -> None:
    once_per_home = Limits(once_per_field="address")
    factories.apply(first, worker, address="石溪村12号")
    other = next_round(first)
    limits.require([a_draft(other, worker, address="石溪村13号")], once_per_home)
    with pytest.raises(Invalid):
        limits.require([a_draft(other, worker, address="石溪村12号")], once_per_home)


def test_what_rules_this_out_is_named_and_holds_whatever_the_round(first: Round, worker: Person) -> None:
    craftsman = factories.open_round("craftsman", first.organisation)
    factories.tell(worker, worker__trade_years=12)
    held = factories.apply(craftsman, worker)
    mine = a_draft(first, worker)
    limits.require([mine], EACH_ROUND)
    with pytest.raises(Invalid) as refused:
        limits.require([mine], Limits(exclusive_with=["craftsman"]))
    assert str(held.number) in str(refused.value)


@pytest.mark.parametrize("way", ["withdrawn", "refused"])
def test_what_came_to_nothing_uses_up_nothing(first: Round, worker: Person, way: str) -> None:
    earlier = factories.apply(first, worker)
    if way == "withdrawn":
        actions.withdraw_application(earlier, actor=actor_for(worker))
    else:
        handler = factories.officer(earlier.union, "handler")
        actions.decide(factories.current(earlier), verdict="refuse", reason="材料不全", actor=handler)
    limits.require([a_draft(next_round(first), worker)], ONCE_EVER)


def test_somebody_elses_application_is_not_mine(first: Round, worker: Person) -> None:
    factories.apply(first, make_member(make_union(first.organisation)).person)
    limits.require([a_draft(next_round(first), worker)], ONCE_EVER)
