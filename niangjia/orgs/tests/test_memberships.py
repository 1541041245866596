"""Joining, moving on and leaving. The employer plays no part in it."""

from __future__ import annotations

from datetime import date

import pytest

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs import actions
from niangjia.orgs.flow import MOVES
from niangjia.orgs.models import Kind, Membership, Organisation, Transfer
from niangjia.orgs.reads import union_for
from niangjia.orgs.tests.factories import (
    REGISTRY,
    Tree,
    make_actor,
    make_employer,
    make_hardship_file,
    make_household,
    make_member,
    make_officer,
    make_partner,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people import actions as people
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
State = Membership.State


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def union(tree: Tree) -> Organisation:
    return make_union(tree.township)


def apply(union: Organisation) -> Membership:
    person = make_person()
    return actions.join(person, actor=make_actor(person), union=union)


def test_a_worker_applies_and_an_officer_admits(union: Organisation) -> None:
    applied = apply(union)
    assert applied.state == State.APPLICANT
    admitted = actions.admit(applied, actor=make_officer(union).actor)
    assert (admitted.state, admitted.since, admitted.joined_on) == (State.MEMBER, clock.today(), clock.today())
    assert Line.objects.filter(verb="admit", thing_id=applied.pk).exists()


def test_declining_takes_a_reason_the_worker_reads(union: Organisation) -> None:
    applied, officer = apply(union), make_officer(union).actor
    with pytest.raises(Invalid):
        actions.decline(applied, actor=officer, reason=" ")
    declined = actions.decline(applied, actor=officer, reason="已在别处入会")
    assert (declined.state, declined.reason) == (State.DECLINED, "已在别处入会")
    assert actions.join(applied.person, actor=make_actor(applied.person), union=union).state == State.APPLICANT


def test_nobody_decides_on_their_own_application(union: Organisation) -> None:
    officer = make_officer(union)
    applied = actions.join(officer.person, actor=officer.actor, union=union)
    with pytest.raises(Forbidden):
        actions.admit(applied, actor=officer.actor)


def test_an_application_is_answered_once(union: Organisation) -> None:
    applied, officer = apply(union), make_officer(union).actor
    actions.admit(applied, actor=officer)
    with pytest.raises(Conflict):
        actions.decline(applied, actor=officer, reason="x")


def test_a_person_belongs_to_one_union(tree: Tree, union: Organisation) -> None:
    member = make_member(union)
    with pytest.raises(Conflict) as refused:
        actions.join(member.person, actor=make_actor(member.person), union=make_union(tree.county))
    assert refused.value.code == "one_main_membership"


def test_a_member_may_be_served_elsewhere_as_well(tree: Tree, union: Organisation) -> None:
    member = make_member(union)
    served = actions.serve_here(member.person, actor=REGISTRY, union=make_union(tree.other_county))
    assert served.service_only
    assert Membership.objects.main().members().filter(person=member.person).count() == 1


def test_a_batch_is_admitted_whole_or_not_at_all(union: Organisation) -> None:
    officer = make_officer(union).actor
    people_there = [make_person(f"新会员{n}") for n in range(3)]
    member = make_member(union, name="早就在")
    with pytest.raises(Conflict, match="早就在"):
        actions.join_batch([*people_there, member.person], actor=officer, union=union)
    assert not Membership.objects.filter(person__in=people_there).exists()
    assert len(actions.join_batch(people_there, actor=officer, union=union)) == 3


def test_an_enterprise_takes_no_members(tree: Tree) -> None:
    person, firm = make_person(), make_employer(tree.county).organisation
    with pytest.raises(Invalid):
        actions.join(person, actor=make_actor(person), union=firm)


def test_many_applications_are_answered_together_or_not_at_all(tree: Tree, union: Organisation) -> None:
    officer = make_officer(union).actor
    mine, foreign = apply(union), apply(make_union(tree.other_county))
    with pytest.raises(Forbidden):
        actions.admit_many([mine, foreign], actor=officer)
    mine.refresh_from_db()
    assert mine.state == State.APPLICANT
    assert [row.state for row in actions.admit_many([mine], actor=officer)] == [State.MEMBER]


def test_a_retained_member_keeps_the_membership_and_resumes_it(union: Organisation) -> None:
    member, officer = make_member(union), make_officer(union).actor
    assert actions.retain(member, actor=officer, reason="退休").state == State.RETAINED
    assert Membership.objects.members().filter(pk=member.pk).exists()
    assert actions.resume(member, actor=officer).state == State.MEMBER


def test_leaving_is_free_and_only_ones_own(union: Organisation) -> None:
    member = make_member(union)
    with pytest.raises(Forbidden):
        actions.leave(member, actor=make_officer(union).actor)
    assert actions.leave(member, actor=make_actor(member.person)).state == State.LEFT


def test_a_transfer_leaves_the_member_where_they_are_until_somebody_accepts(tree: Tree, union: Organisation) -> None:
    member, target = make_member(union, since=date(2019, 5, 1)), make_union(tree.other_county)
    with clock.at(date(2026, 3, 2)):
        asked = actions.request_transfer(member, actor=make_actor(member.person), target=target)
        assert asked.due_on == date(2026, 3, 23)
        assert asked.pool == tree.other_county
        assert Membership.objects.members().get(person=member.person).union == union
        moved = actions.accept_transfer(asked, actor=make_officer(target).actor, union=target)
    member.refresh_from_db()
    assert (moved.union, moved.state, moved.joined_on) == (target, State.MEMBER, date(2019, 5, 1))
    assert (member.state, member.until) == (State.MOVED, date(2026, 3, 2))


def test_the_union_that_was_asked_accepts_and_no_other(tree: Tree, union: Organisation) -> None:
    member, target = make_member(union), make_union(tree.other_county)
    other = make_union(tree.other_county)
    asked = actions.request_transfer(member, actor=make_actor(member.person), target=target)
    with pytest.raises(Forbidden):
        actions.accept_transfer(asked, actor=make_officer(other).actor, union=other)
    with pytest.raises(Forbidden):
        actions.accept_transfer(asked, actor=make_officer(union).actor, union=target)


def test_any_union_of_the_county_takes_a_member_out_of_its_pool(tree: Tree, union: Organisation) -> None:
    member, taker = make_member(union), make_union(tree.other_county)
    asked = actions.request_transfer(member, actor=make_actor(member.person), county=tree.other_county)
    outside = make_union(tree.county)
    with pytest.raises(Forbidden):
        actions.accept_transfer(asked, actor=make_officer(outside).actor, union=outside)
    taken = actions.accept_transfer(asked, actor=make_officer(taker).actor, union=taker)
    assert taken.union == taker


@pytest.mark.parametrize("who", ["member", "target", "pool", "old"])
def test_a_transfer_is_returned_and_nobody_is_lost(tree: Tree, union: Organisation, who: str) -> None:
    member, target = make_member(union), make_union(tree.other_county)
    actions.retain(member, actor=REGISTRY, reason="待业")
    asked = actions.request_transfer(member, actor=make_actor(member.person), target=target)
    actor = {
        "member": lambda: make_actor(member.person),
        "target": lambda: make_officer(target).actor,
        "pool": lambda: make_officer(tree.other_county).actor,
        "old": lambda: make_officer(union).actor,
    }[who]()
    returned = actions.return_transfer(asked, actor=actor, reason="信息不符")
    member.refresh_from_db()
    assert returned.state == Transfer.State.RETURNED
    assert (member.state, member.union) == (State.RETAINED, union)


def test_a_member_on_the_move_neither_leaves_nor_asks_twice(tree: Tree, union: Organisation) -> None:
    member, me = make_member(union), None
    me = make_actor(member.person)
    actions.request_transfer(member, actor=me, county=tree.other_county)
    with pytest.raises(Conflict):
        actions.leave(member, actor=me)
    with pytest.raises(Conflict):
        actions.request_transfer(member, actor=me, county=tree.other_county)


def test_every_state_but_the_last_ones_can_be_left() -> None:
    left = {state for move in MOVES for state in move.before}
    reached = {move.after for move in MOVES}
    assert set(State.values) - left == {State.MOVED, State.LEFT, State.DECLINED}
    assert reached == set(State.values)


class TestUnionFor:
    """Which union a worker can join."""

    def test_the_employers_union_comes_first(self, tree: Tree) -> None:
        union = make_union(tree.township)
        employer = make_employer(union)
        actions.cover(union, employer, actor=REGISTRY)
        make_union(tree.county, kind=Kind.INDUSTRY_JOINT_UNION, trade="courier")
        assert union_for(division_code="330624", trade="courier", employer=employer) == union

    def test_a_courier_without_an_employer_joins_the_couriers_of_the_county(self, tree: Tree) -> None:
        couriers = make_union(tree.county, kind=Kind.INDUSTRY_JOINT_UNION, trade="courier")
        assert union_for(division_code="330624", trade="courier") == couriers

    def test_without_a_trade_the_joint_union_of_the_township(self, tree: Tree) -> None:
        joint = make_union(tree.township, kind=Kind.JOINT_UNION)
        assert union_for(division_code="330624001") == joint

    def test_nobody_is_turned_away_the_county_takes_them(self, tree: Tree) -> None:
        assert union_for(division_code="330402", trade="truck") == tree.other_county

    def test_a_closed_union_is_not_offered(self, tree: Tree) -> None:
        couriers = make_union(tree.county, kind=Kind.INDUSTRY_JOINT_UNION, trade="courier")
        actions.close_union(couriers, actor=REGISTRY, reason="x")
        assert union_for(division_code="330624", trade="courier") == tree.county

    def test_where_we_know_no_union_there_is_none(self, tree: Tree) -> None:
        assert union_for(division_code="110101") is None


def test_an_employer_sees_no_membership_at_all(tree: Tree, union: Organisation) -> None:
    employer = make_employer(union)
    actions.cover(union, employer, actor=REGISTRY)
    member = make_member(union)
    actions.employ(member.person, actor=REGISTRY, employer=employer)
    hr = make_officer(employer.organisation, Office.HR)
    partner = make_officer(make_partner(tree.county), Office.PARTNER)
    for actor in (hr.actor, partner.actor):
        assert not Membership.objects.visible_to(actor).exists()
        assert not Transfer.objects.visible_to(actor).exists()


def test_an_officer_sees_the_subtree_and_everybody_their_own(tree: Tree, union: Organisation) -> None:
    inside, outside = make_member(union), make_member(make_union(tree.other_county))
    above, beside = make_officer(tree.county).actor, make_officer(tree.other_county).actor
    assert list(Membership.objects.visible_to(above)) == [inside]
    assert list(Membership.objects.visible_to(beside)) == [outside]
    assert list(Membership.objects.visible_to(make_actor(inside.person))) == [inside]


def test_one_household_has_one_open_file_and_nobody_files_their_own(tree: Tree, union: Organisation) -> None:
    officer = make_officer(union)
    household = make_household(make_person())
    file = actions.open_hardship_file(household, actor=officer.actor, union=union, hardship="deep")
    with pytest.raises(Conflict) as refused:
        actions.open_hardship_file(household, actor=officer.actor, union=union, hardship="near")
    assert refused.value.code == "one_open_hardship_file"
    actions.close_hardship_file(file, actor=officer.actor, reason="已脱困")
    with pytest.raises(Forbidden):
        actions.open_hardship_file(make_household(officer.person), actor=officer.actor, union=union, hardship="deep")


def test_merged_people_keep_one_membership_and_both_histories(tree: Tree, union: Organisation) -> None:
    kept, gone = make_member(union), make_member(make_union(tree.other_county))
    people.merge_people(kept.person, gone.person, actor=REGISTRY)
    gone.refresh_from_db()
    assert (gone.person, gone.state) == (kept.person, State.MOVED)
    assert Membership.objects.main().members().get(person=kept.person) == kept


@pytest.mark.parametrize("obligation", ["still_member", "still_officer", "open_hardship_file"])
def test_nobody_is_erased_while_something_stands(tree: Tree, union: Organisation, obligation: str) -> None:
    person = make_person()
    if obligation == "still_member":
        make_member(union, person)
    elif obligation == "still_officer":
        make_officer(union, person=person)
    else:
        make_hardship_file(union, make_household(person))
    with pytest.raises(Conflict) as refused:
        people.erase(person, actor=make_actor(person))
    assert refused.value.code == obligation
    person.refresh_from_db()
    assert person.erased_on is None
