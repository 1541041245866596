"""What the registers tell the rules: known, known to be false, or unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from niangjia.kit import clock
from niangjia.orgs import actions
from niangjia.orgs.facts import SOURCES as ORGS
from niangjia.orgs.models import EmploymentForm, HardshipClass, Post, UnitNature
from niangjia.orgs.tests.factories import (
    REGISTRY,
    Tree,
    make_actor,
    make_employer,
    make_hardship_file,
    make_household,
    make_member,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.facts import SOURCES as PEOPLE
from niangjia.people.models import Person
from niangjia.rules.schema import Schema

pytestmark = pytest.mark.django_db
SOURCES = (*PEOPLE, *ORGS)


def known(person: Person, as_of: date | None = None) -> dict[str, Any]:
    """Column → value, from every source, each giving at most one row for the person."""
    found: dict[str, Any] = {}
    for source in SOURCES:
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH wanted AS (SELECT %(person)s::bigint AS id) SELECT * FROM ({source.sql}) s",
                {"as_of": as_of or clock.today(), "person": person.pk},
            )
            rows = cursor.fetchall()
            names = [column.name for column in cursor.description or ()]
        assert len(rows) <= 1
        assert set(names) == {"person_id", *source.columns}
        if rows:
            found |= dict(zip(names, rows[0], strict=True))
    return found


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def test_the_vocabulary_holds_together() -> None:
    facts = [fact for source in SOURCES for fact in source.facts]
    Schema(facts)
    assert all(fact.label_zh and fact.label_en and fact.ask_zh and fact.ask_en for fact in facts)


def test_somebody_we_know_nothing_of_is_no_member_and_otherwise_unknown(tree: Tree) -> None:
    row = known(make_person())
    assert row["worker_union_member"] is False
    assert row["worker_employment_known"] is False
    assert row["household_hardship"] == "none"
    unknown = ("worker_birth_date", "worker_sex", "worker_hukou", "worker_region", "worker_union_joined",
               "worker_front_line", "worker_new_form", "worker_employment_form", "household_income")  # fmt: skip
    assert {name: row[name] for name in unknown} == dict.fromkeys(unknown)
    assert "household_size" not in row


def test_a_member_is_known_with_county_and_first_joining(tree: Tree) -> None:
    member = make_member(make_union(tree.township), since=date(2019, 5, 1))
    target = make_union(tree.other_county)
    asked = actions.request_transfer(member, actor=make_actor(member.person), target=target)
    row = known(member.person)
    assert (row["worker_union_member"], row["worker_region"]) == (True, "330624")
    actions.accept_transfer(asked, actor=REGISTRY, union=target)
    row = known(member.person)
    assert (row["worker_region"], row["worker_union_joined"]) == ("330402", date(2019, 5, 1))


def test_an_applicant_is_no_member_yet_and_one_who_left_no_more(tree: Tree) -> None:
    person = make_person()
    applied = actions.join(person, actor=make_actor(person), union=make_union(tree.county))
    assert known(person)["worker_union_member"] is False
    actions.admit(applied, actor=REGISTRY)
    assert known(person)["worker_union_member"] is True
    actions.leave(applied, actor=make_actor(person))
    assert known(person)["worker_union_member"] is False


@pytest.mark.parametrize(
    ("form", "post", "front_line", "new_form"),
    [
        ("contract", "front_line", True, False),
        ("contract", "workshop_head", True, False),
        ("dispatch", "manager", False, False),
        ("platform", "", None, True),
    ],
)
def test_the_post_and_form_say_what_kind_of_worker(
    tree: Tree, form: str, post: str, front_line: bool | None, new_form: bool
) -> None:
    person = make_person()
    actions.employ(person, actor=REGISTRY, employer=make_employer(tree.county), form=form, post=post)
    row = known(person)
    assert (row["worker_front_line"], row["worker_new_form"]) == (front_line, new_form)
    assert (row["worker_employment_form"], row["worker_employment_nature"]) == (form, "enterprise")


def test_the_newest_job_that_has_not_ended_counts(tree: Tree) -> None:
    person = make_person()
    first = actions.employ(person, actor=REGISTRY, form="contract", post="manager", since=date(2018, 1, 1))
    actions.employ(person, actor=REGISTRY, form="platform", since=date(2022, 1, 1))
    assert known(person)["worker_employment_form"] == "platform"
    assert known(person, date(2020, 1, 1))["worker_employment_form"] == "contract"
    actions.end_employment(first, actor=REGISTRY, on=date(2021, 1, 1))
    assert known(person, date(2021, 6, 1))["worker_employment_known"] is False


def test_a_household_shares_its_hardship_size_and_income(tree: Tree) -> None:
    head, child = make_person(), make_person()
    household = make_household(head, child)
    file = make_hardship_file(tree.county, household, "deep", yearly_income_fen=1_800_000)
    for person in (head, child):
        row = known(person)
        assert (row["household_hardship"], row["household_size"], row["household_income"]) == ("deep", 2, 1_800_000)
        assert row["household_income_on"] == clock.today()
    actions.close_hardship_file(file, actor=REGISTRY, reason="脱困")
    assert known(child)["household_hardship"] == "none"


def test_the_codes_of_the_facts_are_the_codes_of_the_models() -> None:
    codes = {fact.path: set(fact.values) for source in SOURCES for fact in source.facts if fact.values}
    assert codes["worker.employment.form"] == set(EmploymentForm.values)
    assert codes["worker.employment.post"] == set(Post.values)
    assert codes["worker.employment.nature"] == set(UnitNature.values)
    assert codes["household.hardship"] == {*HardshipClass.values, "none"}
