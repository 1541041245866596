"""Offices: the only source of power, over a subtree, from a day to a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office, Role
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs import actions, permissions
from niangjia.orgs.models import Appointment, Organisation
from niangjia.orgs.tests.factories import (
    REGISTRY,
    Tree,
    make_actor,
    make_employer,
    make_member,
    make_officer,
    make_partner,
    make_person,
    make_tree,
    make_union,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def union(tree: Tree) -> Organisation:
    return make_union(tree.township)


def cast(tree: Tree, union: Organisation) -> dict[str, Actor]:
    """One actor of every kind, as seen from the union."""
    return {
        "nobody": Actor.nobody(),
        "worker": make_actor(make_person()),
        "member": make_actor(make_member(union).person),
        "handler": make_officer(union).actor,
        "chair": make_officer(union, Office.CHAIR).actor,
        "judge": make_officer(union, Office.JUDGE).actor,
        "handler above": make_officer(tree.county).actor,
        "chair above": make_officer(tree.city, Office.CHAIR).actor,
        "chair beside": make_officer(tree.other_city, Office.CHAIR).actor,
        "employer": make_officer(make_employer(union).organisation, Office.HR).actor,
        "partner": make_officer(make_partner(union), Office.PARTNER).actor,
        "system": REGISTRY,
    }


TRUTH = {
    "found below": {"chair above", "handler above", "handler", "chair", "system"},
    "close": {"chair above", "handler above", "system"},
    "cover": {"chair above", "handler above", "handler", "chair", "system"},
    "register": {"chair above", "handler above", "handler", "chair", "system"},
    "appoint chair": {"chair above", "system"},
    "appoint handler": {"chair above", "chair", "system"},
    "appoint partner": {"chair above", "chair", "system"},
    "decide": {"chair above", "handler above", "handler", "chair", "system"},
    "retain": {"chair above", "handler above", "handler", "chair", "system"},
    "leave for": {"system"},
    "move out": {"chair above", "handler above", "handler", "chair", "system"},
}


def test_the_truth_about_powers(tree: Tree, union: Organisation) -> None:
    membership = make_member(union)
    partner = make_partner(union)
    ask = {
        "found below": lambda actor: permissions.can_found(actor, union),
        "close": lambda actor: permissions.can_close(actor, union),
        "cover": lambda actor: permissions.can_cover(actor, union),
        "register": lambda actor: permissions.can_register(actor, union),
        "appoint chair": lambda actor: permissions.can_appoint(actor, union, Office.CHAIR),
        "appoint handler": lambda actor: permissions.can_appoint(actor, union, Office.HANDLER),
        "appoint partner": lambda actor: permissions.can_appoint(actor, partner, Office.PARTNER),
        "decide": lambda actor: permissions.can_decide_joining(actor, membership),
        "retain": lambda actor: permissions.can_keep_membership(actor, membership),
        "leave for": lambda actor: permissions.can_leave(actor, membership),
        "move out": lambda actor: permissions.can_request_transfer(actor, membership),
    }
    actors = cast(tree, union)
    for deed, allowed in TRUTH.items():
        permits = {name: ask[deed](actor) for name, actor in actors.items()}
        assert {name for name, permit in permits.items() if permit} == allowed, deed
        assert all(permit.reason for permit in permits.values() if not permit), deed


def test_power_begins_and_ends_with_the_days_of_the_appointment(union: Organisation) -> None:
    person = make_person()
    actions.appoint(
        actor=REGISTRY, person=person, organisation=union, office="handler",
        since=date(2026, 1, 10), until=date(2026, 2, 1),
    )  # fmt: skip
    for day, held in [("2026-01-09", False), ("2026-01-10", True), ("2026-01-31", True), ("2026-02-01", False)]:
        with clock.at(date.fromisoformat(day)):
            assert (Role.OFFICER in make_actor(person).roles) is held, day


def test_an_office_is_held_once(union: Organisation) -> None:
    officer = make_officer(union)
    with pytest.raises(Conflict):
        make_officer(union, person=officer.person)


@pytest.mark.parametrize(
    ("body", "office"), [("union", "hr"), ("union", "partner"), ("partner", "chair"), ("partner", "finance")]
)
def test_a_body_gives_only_its_own_offices(tree: Tree, union: Organisation, body: str, office: str) -> None:
    organisation = union if body == "union" else make_partner(union)
    with pytest.raises(Invalid) as refused:
        actions.appoint(actor=REGISTRY, person=make_person(), organisation=organisation, office=office)
    assert "office" in refused.value.faults


def test_a_relieved_officer_has_no_power_left_and_neither_has_the_borrower(union: Organisation) -> None:
    officer, colleague = make_officer(union), make_person()
    appointment = Appointment.objects.get(person=officer.person)
    actions.delegate(appointment, actor=officer.actor, to=colleague, until=clock.today() + timedelta(days=7))
    assert make_actor(colleague).holds(Office.HANDLER, over=union.path)
    actions.relieve(appointment, actor=make_officer(union, Office.CHAIR).actor)
    assert make_actor(officer.person).powers == make_actor(colleague).powers == ()


def test_a_lent_office_comes_back_by_itself(union: Organisation) -> None:
    officer, colleague = make_officer(union), make_person()
    appointment = Appointment.objects.get(person=officer.person)
    last = clock.today() + timedelta(days=7)
    actions.delegate(appointment, actor=officer.actor, to=colleague, until=last)
    with clock.at(last):
        assert make_actor(colleague).powers == ()
        assert make_actor(officer.person).powers != ()


@pytest.mark.parametrize("days", [0, -1, 91])
def test_an_office_is_lent_for_one_to_ninety_days(union: Organisation, days: int) -> None:
    officer = make_officer(union)
    appointment = Appointment.objects.get(person=officer.person)
    with pytest.raises(Invalid):
        actions.delegate(appointment, actor=officer.actor, to=make_person(), until=clock.today() + timedelta(days=days))


def test_only_the_holder_lends_and_what_is_lent_is_not_lent_on(union: Organisation) -> None:
    officer, colleague = make_officer(union), make_person()
    appointment = Appointment.objects.get(person=officer.person)
    until = clock.today() + timedelta(days=5)
    with pytest.raises(Forbidden):
        actions.delegate(appointment, actor=make_officer(union, Office.CHAIR).actor, to=colleague, until=until)
    lent = actions.delegate(appointment, actor=officer.actor, to=colleague, until=until)
    with pytest.raises(Forbidden):
        actions.delegate(lent, actor=make_actor(colleague), to=make_person(), until=until)


def test_an_employer_is_recorded_once_by_its_credit_code(union: Organisation) -> None:
    code = "91330624MA2D8LKX0U"
    try:
        actions.register_employer(actor=REGISTRY, host=union, name="甲厂", uscc=code)
    except Invalid:
        pytest.fail("the shape of the code is sound")
    with pytest.raises(Conflict):
        actions.register_employer(actor=REGISTRY, host=union, name="乙厂", uscc=f" {code.lower()} ")


@pytest.mark.parametrize("code", ["12345", "9133062IMA2D8LKX0U"])
def test_what_cannot_be_a_credit_code_is_refused(union: Organisation, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.register_employer(actor=REGISTRY, host=union, name="甲厂", uscc=code)
    assert "uscc" in refused.value.faults


def test_a_union_covers_an_employer_once(union: Organisation) -> None:
    employer = make_employer(union)
    coverage = actions.cover(union, employer, actor=REGISTRY)
    with pytest.raises(Conflict) as refused:
        actions.cover(union, employer, actor=REGISTRY)
    assert refused.value.code == "one_standing_coverage"
    actions.uncover(coverage, actor=REGISTRY)
    assert actions.cover(union, employer, actor=REGISTRY).until is None
