"""The union tree: planted, founded in, moved and closed."""

from __future__ import annotations

from datetime import date

import pytest

from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict, Forbidden, Invalid
from niangjia.orgs import actions
from niangjia.orgs.committee import committee_faults, seats_for
from niangjia.orgs.models import Kind, Level, Membership, Organisation, TreeEdge
from niangjia.orgs.tests.factories import (
    REGISTRY,
    Tree,
    make_actor,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def test_the_whole_province_is_planted_once_however_often_it_is_asked_for() -> None:
    actions.plant_tree(actor=REGISTRY)
    again = actions.plant_tree(actor=REGISTRY)
    open_bodies = Organisation.objects.filter(closed_on=None)
    assert again == []
    assert open_bodies.filter(level=Level.CITY).count() == 11
    assert open_bodies.filter(level=Level.COUNTY).count() == 90
    assert Organisation.objects.get(code="330114").name == "钱塘区总工会"


def test_the_divisions_abolished_in_2021_are_closed_and_name_their_successors() -> None:
    actions.plant_tree(actor=REGISTRY)
    closed = Organisation.objects.filter(level=Level.COUNTY, closed_on=date(2021, 4, 9)).order_by("code")
    assert [(body.code, body.successor and body.successor.code) for body in closed] == [
        ("330103", "330105"),
        ("330104", "330102"),
    ]


def test_planting_more_later_hangs_it_under_what_stands(tree: Tree) -> None:
    actions.plant_tree(actor=REGISTRY, only=("330681",))
    county = Organisation.objects.get(code="330681")
    assert county.path == f"{tree.city.path}{county.pk}."


def test_every_path_is_the_parents_path_and_one_step(tree: Tree) -> None:
    make_union(tree.township)
    for body in Organisation.objects.exclude(parent=None).select_related("parent"):
        assert body.parent is not None
        assert body.path == f"{body.parent.path}{body.pk}."


def test_only_the_house_itself_plants_the_tree(tree: Tree) -> None:
    with pytest.raises(Forbidden):
        actions.plant_tree(actor=make_officer(tree.province, Office.CHAIR).actor)


def test_an_officer_above_founds_a_union_and_its_place_is_dated(tree: Tree) -> None:
    union = actions.found_union(
        actor=make_officer(tree.county).actor, parent=tree.township, kind=Kind.GRASSROOTS_UNION,
        name=" 羽林  轴承厂工会 ", founded_on=date(2024, 5, 1),
    )  # fmt: skip
    assert union.name == "羽林 轴承厂工会"
    assert union.division_code == "330624001"
    assert union.code.startswith("330624001-")
    assert TreeEdge.objects.get(child=union).since == date(2024, 5, 1)
    assert Line.objects.filter(verb="found_union", thing_id=union.pk, path=union.path).exists()


@pytest.mark.parametrize("place", ["below", "beside"])
def test_an_officer_who_does_not_reach_the_place_founds_nothing(tree: Tree, place: str) -> None:
    holder = make_officer(tree.township if place == "below" else tree.other_county, Office.CHAIR)
    with pytest.raises(Forbidden):
        actions.found_union(actor=holder.actor, parent=tree.county, kind=Kind.JOINT_UNION, name="x")


def test_nothing_is_founded_below_a_union_of_one_workplace(tree: Tree) -> None:
    with pytest.raises(Conflict) as refused:
        make_union(make_union(tree.county))
    assert refused.value.code == "one_workplace"


@pytest.mark.parametrize(("name", "kind"), [("  ", "joint_union"), ("某厂", "enterprise"), ("某市", "federation")])
def test_a_founding_that_makes_no_sense_names_its_field(tree: Tree, name: str, kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.found_union(actor=REGISTRY, parent=tree.county, kind=kind, name=name)
    assert refused.value.faults


def test_a_union_code_is_given_once(tree: Tree) -> None:
    actions.found_union(actor=REGISTRY, parent=tree.county, kind=Kind.JOINT_UNION, name="甲", code="U1")
    with pytest.raises(Conflict) as refused:
        actions.found_union(actor=REGISTRY, parent=tree.county, kind=Kind.JOINT_UNION, name="乙", code="U1")
    assert refused.value.code == "one_body_per_union_code"


def test_moving_a_union_takes_its_whole_subtree_along_and_keeps_the_old_place(tree: Tree) -> None:
    joint = make_union(tree.county, kind=Kind.JOINT_UNION)
    shop = make_union(joint)
    moved = actions.move_union(joint, actor=REGISTRY, parent=tree.township, on=date(2025, 1, 1))
    shop.refresh_from_db()
    assert moved.path == f"{tree.township.path}{joint.pk}."
    assert shop.path == f"{moved.path}{shop.pk}."
    edges = TreeEdge.objects.filter(child=joint).order_by("since")
    assert [(edge.parent_id, edge.until) for edge in edges] == [
        (tree.county.pk, date(2025, 1, 1)),
        (tree.township.pk, None),
    ]


def test_a_union_is_not_moved_below_itself(tree: Tree) -> None:
    joint = make_union(tree.county, kind=Kind.JOINT_UNION)
    with pytest.raises(Conflict):
        actions.move_union(joint, actor=REGISTRY, parent=make_union(joint, kind=Kind.JOINT_UNION))


def test_power_follows_a_union_that_moves(tree: Tree) -> None:
    union = make_union(tree.county)
    officer = make_officer(tree.other_county)
    assert not officer.actor.holds(over=union.path)
    moved = actions.move_union(union, actor=REGISTRY, parent=tree.other_county)
    assert make_actor(officer.person).holds(over=moved.path)


def test_a_closed_union_leaves_its_members_retained_with_the_union_above(tree: Tree) -> None:
    union = make_union(tree.township)
    member = make_member(union, since=date(2021, 6, 1))
    applicant = actions.join(make_person(), actor=REGISTRY, union=union)
    handler = make_officer(union)
    actions.close_union(union, actor=REGISTRY, reason="厂子关了")
    kept = Membership.objects.get(person=member.person, union=tree.township)
    applicant.refresh_from_db()
    assert (kept.state, kept.joined_on) == (Membership.State.RETAINED, date(2021, 6, 1))
    assert applicant.union_id == tree.township.pk
    assert make_actor(handler.person).powers == ()


def test_members_of_a_union_that_merges_stay_in_good_standing_with_its_successor(tree: Tree) -> None:
    union, successor = make_union(tree.township), make_union(tree.township)
    member = make_member(union)
    actions.close_union(union, actor=REGISTRY, reason="合并", successor=successor)
    assert Membership.objects.get(person=member.person, union=successor).state == Membership.State.MEMBER


def test_a_union_with_unions_below_it_is_not_closed(tree: Tree) -> None:
    joint = make_union(tree.county, kind=Kind.JOINT_UNION)
    make_union(joint)
    with pytest.raises(Conflict):
        actions.close_union(joint, actor=REGISTRY, reason="x")


@pytest.mark.parametrize(
    ("members", "seats", "codes"),
    [
        (8, None, []),
        (8, 3, ["organiser_enough"]),
        (30, None, ["needs_committee"]),
        (30, 4, ["even_seats"]),
        (30, 5, []),
        (150, 3, ["unusual_seats"]),
        (60_000, 41, []),
        (None, None, []),
    ],
)
def test_committee_rules_warn_by_size(members: int | None, seats: int | None, codes: list[str]) -> None:
    assert [fault.code for fault in committee_faults(members, seats)] == codes


def test_a_bigger_union_never_needs_fewer_seats() -> None:
    seats = [seats_for(members) for members in range(0, 60_000, 7)]
    assert seats == sorted(seats)
