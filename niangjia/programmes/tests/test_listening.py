"""What becomes of applications when two records are one person, and when somebody is erased or asks what we hold."""

from __future__ import annotations

from typing import Any

import pytest

from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Forbidden
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Membership
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import REGISTRY, make_member, make_person, make_tree, make_union
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.programmes import actions
from niangjia.programmes.models import Application, JudgeSeat, Look, Match, Round
from niangjia.programmes.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> Round:
    return factories.open_round("craftsman", make_tree().county)


def a_worker() -> Person:
    """A member of a union in the county who may be named a craftsman."""
    person = make_member(make_union()).person
    factories.tell(person, worker__trade_years=12)
    return person


def merge(kept: Person, gone: Person) -> None:
    people.merge_people(kept, gone, actor=REGISTRY)


def leave_union(person: Person) -> None:
    """What `orgs` would hold against erasing is out of the way."""
    orgs.leave(Membership.objects.get(person=person, state=Membership.State.MEMBER), actor=actor_for(person))


def test_a_merged_record_brings_its_applications(of: Round) -> None:
    kept, gone = make_person(), a_worker()
    mine = factories.apply(of, gone)
    merge(kept, gone)
    mine.refresh_from_db()
    assert mine.person == kept
    assert list(Application.objects.mine(actor_for(kept))) == [mine]


def test_of_two_applications_in_a_round_the_draft_gives_way(of: Round) -> None:
    kept, gone = a_worker(), a_worker()
    draft = actions.start_application(of, actor=actor_for(kept))
    handed_in = factories.apply(of, gone)
    merge(kept, gone)
    draft.refresh_from_db()
    handed_in.refresh_from_db()
    assert (draft.state, draft.person) == (Application.State.WITHDRAWN, kept)
    assert (handed_in.state, handed_in.person) == (Application.State.IN_REVIEW, kept)


def test_two_applications_handed_in_stop_the_merge_and_nothing_has_moved(of: Round) -> None:
    kept, gone = a_worker(), a_worker()
    one, other = factories.apply(of, kept), factories.apply(of, gone)
    with pytest.raises(Conflict) as refused:
        merge(kept, gone)
    assert refused.value.code == "two_applications_in_a_round"
    assert str(one.number) in str(refused.value)
    assert str(other.number) in str(refused.value)
    gone.refresh_from_db()
    other.refresh_from_db()
    assert gone.merged_into is None
    assert other.person == gone


def test_whoever_decided_an_open_case_stays_known_under_that_record(of: Round) -> None:
    application = factories.apply(of, a_worker())
    factories.pass_step(application)
    decider = Person.objects.get(decisions__run__application=application)
    with pytest.raises(Conflict) as refused:
        merge(make_person(), decider)
    assert refused.value.code == "decided_open_case"
    # the other way round nothing is in the way: that record is the one kept
    merge(decider, make_person())


def test_what_both_records_have_is_kept_once(of: Round) -> None:
    kept, gone = make_person(), make_person()
    application = factories.apply(of, a_worker())
    for person in (kept, gone):
        Match.objects.create(round=of, person=person, verdict=Match.Verdict.YES)
        Look.objects.create(application=application, person=person, revision=1)
        JudgeSeat.objects.create(round=of, step="vetting", person=person)
    JudgeSeat.objects.create(round=of, step="scoring", person=gone)
    merge(kept, gone)
    assert Match.objects.filter(person=kept).count() == 1
    assert Look.objects.filter(person=kept).count() == 1
    assert sorted(JudgeSeat.objects.filter(person=kept).values_list("step", flat=True)) == ["scoring", "vetting"]
    for rows in (Match.objects, Look.objects, JudgeSeat.objects):
        assert not rows.filter(person=gone).exists()


def test_nobody_is_erased_while_a_case_is_open(of: Round) -> None:
    person = a_worker()
    application = factories.apply(of, person)
    leave_union(person)
    with pytest.raises(Conflict) as refused:
        people.erase(person, actor=actor_for(person))
    assert refused.value.code == "open_application"
    assert of.title in str(refused.value)
    actions.withdraw_application(application, actor=actor_for(person))
    people.erase(person, actor=actor_for(person))
    person.refresh_from_db()
    assert person.erased_on is not None


def test_nobody_is_erased_while_an_appeal_is_open(of: Round) -> None:
    person = a_worker()
    application = factories.apply(of, person)
    run = factories.current(application)
    body = run.bodies.get()
    decider = factories.officer(body.organisation, body.office)
    actions.decide(run, verdict="refuse", reason="事迹不够突出", actor=decider)
    actions.appeal(application, text="请再看一次", actor=actor_for(person))
    leave_union(person)
    with pytest.raises(Conflict) as refused:
        people.erase(person, actor=actor_for(person))
    assert refused.value.code == "open_appeal"


def test_a_copy_holds_the_answers_and_what_the_rules_said(of: Round) -> None:
    person = a_worker()
    application = factories.apply(of, person)
    parts: Any = people.export_my_data(person, actor=actor_for(person))
    [mine] = parts["applications"]
    assert mine["number"] == application.number
    assert mine["answers"] == Application.objects.get(pk=application.pk).answers
    [said] = parts["findings"]
    assert said["application"] == application.number
    assert said["verdict"] == application.findings.get().verdict
    assert "worker.trade_years" in str(said["told"])
    other: Any = people.export_my_data(make_person(), actor=REGISTRY)
    assert other["applications"] == other["findings"] == []


def test_only_the_clock_closes_notices(of: Round) -> None:
    with pytest.raises(Forbidden):
        actions.close_due_notices(actor=factories.officer(of.organisation, Office.CHAIR))
