"""Two officers, one thing, the same moment: each in a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from niangjia.kit.refusal import Conflict
from niangjia.orgs import actions
from niangjia.orgs.models import Kind, Membership, Organisation, Transfer
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_actor,
    make_household,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)

pytestmark = pytest.mark.django_db(transaction=True)


def race(*runners: Callable[[], Any]) -> list[Any]:
    """Run all at once; what each gave, or the Conflict it met."""
    barrier = Barrier(len(runners))
    results: list[Any] = [None] * len(runners)

    def run(place: int) -> None:
        barrier.wait()
        try:
            results[place] = runners[place]()
        except Conflict as conflict:
            results[place] = conflict
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def conflicts(results: list[Any]) -> int:
    return sum(isinstance(result, Conflict) for result in results)


def test_one_transfer_out_of_the_pool_is_taken_by_one_union() -> None:
    tree = make_tree()
    member = make_member(make_union(tree.county))
    takers = [make_union(tree.other_county) for _ in range(3)]
    officers = [make_officer(taker).actor for taker in takers]
    asked = actions.request_transfer(member, actor=make_actor(member.person), county=tree.other_county)
    results = race(
        *(
            lambda union=union, actor=actor: actions.accept_transfer(asked, actor=actor, union=union)
            for union, actor in zip(takers, officers, strict=True)
        )
    )
    assert conflicts(results) == 2
    assert Membership.objects.main().members().filter(person=member.person).count() == 1


def test_an_application_is_admitted_or_declined_but_not_both() -> None:
    union = make_union()
    person, officers = make_person(), [make_officer(union).actor for _ in range(2)]
    applied = actions.join(person, actor=make_actor(person), union=union)
    results = race(
        lambda: actions.admit(applied, actor=officers[0]),
        lambda: actions.decline(applied, actor=officers[1], reason="x"),
    )
    assert conflicts(results) == 1


def test_a_person_who_applies_twice_at_once_is_in_one_union() -> None:
    tree = make_tree()
    person, unions = make_person(), [make_union(tree.county), make_union(tree.county)]
    actor = make_actor(person)
    results = race(*(lambda union=union: actions.join(person, actor=actor, union=union) for union in unions))
    assert conflicts(results) == 1
    assert Membership.objects.filter(person=person).count() == 1


def test_a_transfer_is_accepted_or_taken_back_but_not_both() -> None:
    tree = make_tree()
    member, target = make_member(make_union(tree.county)), make_union(tree.other_county)
    me, officer = make_actor(member.person), make_officer(target).actor
    asked = actions.request_transfer(member, actor=me, target=target)
    results = race(
        lambda: actions.accept_transfer(asked, actor=officer, union=target),
        lambda: actions.return_transfer(asked, actor=me, reason="x"),
    )
    assert conflicts(results) == 1
    assert Transfer.objects.get().state != Transfer.State.WAITING
    assert Membership.objects.main().members().filter(person=member.person).count() == 1


def test_two_officers_open_one_hardship_file() -> None:
    union = make_union()
    household, officers = make_household(make_person()), [make_officer(union).actor for _ in range(2)]
    results = race(
        *(
            lambda actor=actor: actions.open_hardship_file(household, actor=actor, union=union, hardship="deep")
            for actor in officers
        )
    )
    assert conflicts(results) == 1


def test_unions_founded_while_their_place_moves_are_never_left_behind() -> None:
    tree = make_tree()
    joint = make_union(tree.county, kind=Kind.JOINT_UNION)
    race(
        lambda: actions.move_union(joint, actor=REGISTRY, parent=tree.township),
        *(
            lambda n=n: actions.found_union(
                actor=REGISTRY, parent=joint, kind=Kind.GRASSROOTS_UNION, name=f"赛跑工会{n}"
            )
            for n in range(4)
        ),
    )
    for body in Organisation.objects.exclude(parent=None).select_related("parent"):
        assert body.parent is not None
        assert body.path == f"{body.parent.path}{body.pk}."
