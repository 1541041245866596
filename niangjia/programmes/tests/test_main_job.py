"""The main job through every kind of step, with its turnings: return, refusal, appeal, objection, withdrawal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Forbidden, Invalid, Refusal
from niangjia.ledger.reads import prove
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_union
from niangjia.people.models import Person
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Entitlement, Notice, Round
from niangjia.programmes.reads.offers import offers_for
from niangjia.programmes.tests import factories

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parent / "all_steps.yaml").read_text("utf-8")
State = Application.State


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT, quota=5)


@pytest.fixture
def worker(of: Round) -> Person:
    return make_member(make_union(of.organisation)).person


def test_an_application_walks_every_step_and_is_paid_to_the_fen(of: Round, worker: Person) -> None:
    application = factories.apply(of, worker, cost=680_001)
    factories.carry_on(application)
    assert application.state == State.GRANTED
    granted = Entitlement.objects.get(application=application)
    assert (granted.state, granted.amount_fen) == ("delivered", 300_000)
    budget = factories.budget_of(of)
    assert (budget.balance, budget.reserved) == (100_000_000 - 300_000, 0)
    prove()


def test_half_the_cost_is_granted_below_the_cap_rounded_down(of: Round, worker: Person) -> None:
    application = factories.carry_on(factories.apply(of, worker, cost=333))
    assert application.entitlement.amount_fen == 166


def test_money_is_reserved_when_the_ranking_is_confirmed_and_given_back_on_refusal(of: Round, worker: Person) -> None:
    application = factories.carry_on(factories.apply(of, worker, cost=680_000), until="notice")
    budget = factories.budget_of(of)
    assert budget.reserved == 300_000
    run = factories.current(application)
    handler = factories.officer(of.organisation, Office.HANDLER, nth=1)
    actions.decide(run, verdict="refuse", reason="经查材料不实", actor=handler)
    budget = factories.budget_of(of)
    assert budget.reserved == 0
    assert Entitlement.objects.get(application=application).state == "void"


def test_a_round_never_grants_more_than_its_budget() -> None:
    poor = factories.open_round_of(TEXT, quota=5, budget_fen=200_000)
    member = make_member(make_union(poor.organisation)).person
    application = factories.carry_on(factories.apply(poor, member, cost=680_000), until="rank")
    with pytest.raises(Refusal, match="¥1,000"):
        factories.pass_step(application)
    application.refresh_from_db()
    assert application.step == "rank"


def test_what_is_sent_back_returns_to_the_same_step_with_its_reason(of: Round, worker: Person) -> None:
    application = factories.apply(of, worker)
    handler = factories.officer(application.union, Office.HANDLER)
    actions.decide(factories.current(application), verdict="return", reason="照片看不清，请重拍屋顶", actor=handler)
    application.refresh_from_db()
    assert application.state == State.RETURNED
    mine = actor_for(worker)
    actions.save_answers(application, {"address": "新地址8号"}, actor=mine)
    actions.submit_application(application, actor=mine)
    application.refresh_from_db()
    run = factories.current(application)
    assert (application.state, application.revision, run.step, run.attempt) == (State.IN_REVIEW, 2, "review", 2)


def test_a_refusal_needs_a_reason_and_can_be_appealed_to_the_union_above(of: Round, worker: Person) -> None:
    application = factories.apply(of, worker)
    handler = factories.officer(application.union, Office.HANDLER)
    with pytest.raises(Invalid):
        actions.decide(factories.current(application), verdict="refuse", reason="  ", actor=handler)
    actions.decide(factories.current(application), verdict="refuse", reason="不在本工会", actor=handler)
    application.refresh_from_db()
    assert (application.state, application.result_reason) == (State.REFUSED, "不在本工会")
    made = actions.appeal(application, text="我的会籍就在本工会", actor=actor_for(worker))
    assert made.body == of.organisation
    with pytest.raises(Forbidden):
        actions.answer_appeal(made, upheld=True, answer="属实", actor=handler)
    above = factories.officer(of.organisation, Office.HANDLER)
    actions.answer_appeal(made, upheld=True, answer="会籍属实，请重新办理", actor=above)
    assert factories.carry_on(application).state == State.GRANTED


def test_an_upheld_objection_refuses_its_line_and_the_others_go_on(of: Round, worker: Person) -> None:
    other = make_member(make_union(of.organisation)).person
    both = [factories.apply(of, worker), factories.apply(of, other)]
    for application in both:
        factories.carry_on(application, until="rank")
    factories.pass_step(both[0])
    notice = actions.publish_notice(of, "notice", actor=factories.officer(of.organisation, Office.HANDLER))
    contested, clear = both[0].runs.get(step="notice"), both[1].runs.get(step="notice")
    objection = actions.object_to(
        notice, run=contested, text="他家有两套房", name="某人", contact="13800000001", actor=factories.CLOCK
    )
    factories.close_notice(notice)
    clear.refresh_from_db()
    contested.refresh_from_db()
    assert (clear.state, contested.state) == ("passed", "open")
    handler = factories.officer(of.organisation, Office.HANDLER)
    actions.answer_objection(objection, upheld=True, answer="经核实确有两套住房", actor=handler)
    both[0].refresh_from_db()
    assert (both[0].state, both[0].result_code) == (State.REFUSED, "objection_upheld")


def test_nobody_decides_for_two_bodies_in_one_case(of: Round, worker: Person) -> None:
    application = factories.apply(of, worker)
    above = factories.officer(of.organisation, Office.HANDLER)
    actions.decide(factories.current(application), verdict="approve", actor=above)
    with pytest.raises(Forbidden, match="另一人复核"):
        actions.decide(factories.current(application), verdict="approve", record={"seen": "x"}, actor=above)


def test_nobody_decides_their_own_application(of: Round) -> None:
    union = make_union(of.organisation)
    member = make_member(union).person
    application = factories.apply(of, member)
    from niangjia.orgs.tests.factories import make_officer

    make_officer(union, Office.HANDLER, member)
    with pytest.raises(Forbidden, match="自己的申请"):
        actions.decide(factories.current(application), verdict="approve", actor=actor_for(member))


def test_a_stale_form_is_refused_and_the_state_stays(of: Round, worker: Person) -> None:
    application = factories.apply(of, worker)
    handler = factories.officer(application.union, Office.HANDLER)
    with pytest.raises(Conflict):
        actions.decide(factories.current(application), verdict="approve", seen_revision=7, actor=handler)
    application.refresh_from_db()
    assert application.step == "review"


def test_handing_in_twice_is_handing_in_once(of: Round, worker: Person) -> None:
    application = factories.apply(of, worker)
    again = actions.submit_application(application, seen_revision=0, actor=actor_for(worker))
    assert (again.revision, again.runs.count()) == (1, 1)


def test_everything_missing_is_told_at_once(of: Round, worker: Person) -> None:
    mine = actor_for(worker)
    draft = actions.start_application(of, actor=mine)
    actions.save_answers(draft, {"card": "4111111111111112", "cost": "许多"}, actor=mine)
    with pytest.raises(Invalid) as refused:
        actions.submit_application(draft, actor=mine)
    assert set(refused.value.faults) == {"address", "owner", "card", "cost", "photo"}


def test_who_certainly_does_not_qualify_is_told_what_would_change_it(of: Round, worker: Person) -> None:
    with pytest.raises(Invalid) as refused:
        factories.apply(of, worker, owner="rented")
    assert refused.value.code == "not_eligible"


def test_a_withdrawn_application_frees_its_money_and_its_place(of: Round, worker: Person) -> None:
    application = factories.carry_on(factories.apply(of, worker), until="notice")
    actions.withdraw_application(application, actor=actor_for(worker))
    budget = factories.budget_of(of)
    assert budget.reserved == 0
    assert actions.start_application(of, actor=actor_for(worker)).pk != application.pk


def test_a_notice_stays_open_through_its_last_day(of: Round, worker: Person) -> None:
    application = factories.carry_on(factories.apply(of, worker), until="notice")
    notice: Notice = actions.publish_notice(of, "notice", actor=factories.officer(of.organisation, Office.HANDLER))
    with clock.at(notice.closes_on):
        assert actions.close_due_notices(actor=factories.CLOCK) == 0
    with clock.at(notice.closes_on + timedelta(days=1)):
        assert actions.close_due_notices(actor=factories.CLOCK) == 1
    application.refresh_from_db()
    assert application.step == "sign"


def test_an_appeal_upheld_after_the_money_was_given_back_promises_it_anew(of: Round, worker: Person) -> None:
    application = factories.carry_on(factories.apply(of, worker, cost=680_000), until="notice")
    handler = factories.officer(of.organisation, Office.HANDLER, nth=1)
    actions.decide(factories.current(application), verdict="refuse", reason="经查材料不实", actor=handler)
    made = actions.appeal(application, text="材料属实，请复核", actor=actor_for(worker))
    above = factories.officer(made.body, Office.HANDLER)
    actions.answer_appeal(made, upheld=True, answer="材料属实", actor=above)
    budget = factories.budget_of(of)
    assert budget.reserved == 300_000
    factories.carry_on(application)
    budget = factories.budget_of(of)
    assert (application.state, budget.reserved) == (State.GRANTED, 0)
    prove()


def test_what_somebody_already_has_is_not_offered_as_suiting_them(of: Round, worker: Person) -> None:
    granted = factories.carry_on(factories.apply(of, worker))
    again = actions.open_round(
        of.version,
        title="下一批",
        opens_at=clock.now() - timedelta(minutes=1),
        closes_at=clock.now() + timedelta(days=9),
        partners={"power_bureau": of.partners.get().organisation_id},
        actor=factories.officer(of.organisation, Office.HANDLER),
    )
    offer = next(one for one in offers_for(actor_for(worker)) if one.round == again)
    assert offer.verdict == "false"
    assert offer.deciding is not None
    assert str(granted.number) in offer.deciding.text


def test_nobody_is_invited_to_what_they_cannot_get_again(of: Round, worker: Person) -> None:
    factories.tell(worker, worker__home="own")
    factories.carry_on(factories.apply(of, worker))
    other = make_member(make_union(of.organisation)).person
    factories.tell(other, worker__home="own")
    handler = factories.officer(of.organisation, Office.HANDLER)
    actions.find_people(of, actor=handler)
    assert set(of.matches.values_list("person", flat=True)) == {other.pk}
