"""Two versions held against the same workers: who gains, who loses, and that it adds up from every side."""

from __future__ import annotations

import json
import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.kit import clock
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import REGISTRY, make_employer, make_member, make_person, make_tree, make_union
from niangjia.programmes.reads import comparing
from niangjia.programmes.reads.reach import Slice, from_json, joined, reach, suited, to_json
from niangjia.programmes.reads.small_cells import SMALL, Row, hide_small
from niangjia.programmes.tests.desk_world import TEXT

PEOPLE = 40
RULES = (
    "worker.union.member", 'worker.sex == "F"', "worker.age >= 40", "worker.age < 30 || worker.front_line",
    'worker.employment.form == "platform"', "has(worker.birth_date)", "worker.employment.known",
    "months_since(worker.employment.since) >= 12",
)  # fmt: skip


def text_with(rule: str) -> str:
    """The sample programme with this as its second condition."""
    assert "'" not in rule
    return TEXT.replace('rule: worker.home == "own"\n    if_unknown', f"rule: '{rule}'\n    if_unknown")


@pytest.fixture
def county() -> Organisation:
    return make_tree().county


@pytest.fixture
def crowd(county: Organisation) -> Organisation:
    """Members of three unions, of every kind, of whom not everything is known."""
    chance = random.Random(7)
    unions = [make_union(county, f"第{n}厂工会") for n in range(3)]
    firm = make_employer(county)
    for number in range(PEOPLE):
        born = chance.choice([None, date(chance.randint(1955, 2005), chance.randint(1, 12), 3)])
        person = make_person(f"职工{number}", born=born, sex=chance.choice(["F", "M", ""]))
        make_member(chance.choice(unions), person, since=date(2014, 3, 1))
        if chance.random() < 0.7:
            form = chance.choice(["contract", "platform", "self"])
            post = chance.choice(["front_line", "manager", ""])
            since = date(2026, chance.randint(1, 10), 1)
            orgs.employ(
                person, employer=firm if form == "contract" else None, form=form, post=post, since=since, actor=REGISTRY
            )
    return county


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.sampled_from(RULES), after=st.sampled_from(RULES), joined=st.sampled_from(["", *RULES]))
def test_gains_and_losses_from_every_side_add_up_to_the_difference_of_who_suits(
    crowd: Organisation, before: str, after: str, joined: str
) -> None:
    old, new = text_with(before), text_with(f"({after}) && ({joined})" if joined else after)
    found = comparing.compare(old, new, crowd)
    was, now = suited(old, crowd), suited(new, crowd)
    whole = (len(was), len(now), len(now - was), len(was - now))
    assert found.total.figures == whole
    assert found.workers == PEOPLE
    assert [one.key for one in found.dimensions] == ["union", "sex", "form", "age"]
    for side in found.dimensions:
        assert tuple(map(sum, zip(*(row.figures for row in side.rows), strict=True))) == whole, side.key
    counted = reach(new, crowd)
    assert {kind: found.after(kind) for kind in ("yes", "one_fact", "open", "no")} == {
        kind: counted.total(kind) for kind in ("yes", "one_fact", "open", "no")
    }


@pytest.mark.django_db
def test_slices_of_the_workers_add_up_to_all_of_them(crowd: Organisation) -> None:
    text = text_with("worker.age >= 40")
    whole, parts = reach(text, crowd), [reach(text, crowd, Slice(n, 3)) for n in range(3)]
    assert all(part.all for part in parts)
    carried = [from_json(json.loads(json.dumps(to_json(part)))) for part in parts]
    assert joined(joined(carried[0], carried[1]), carried[2]) == whole


@pytest.mark.django_db
def test_the_funnel_tells_who_is_left_after_each_condition(crowd: Organisation) -> None:
    counted = reach(text_with("worker.age >= 40"), crowd)
    member, age = counted.clauses
    assert (member.key, member.left) == ("member", PEOPLE)
    assert age.left == counted.total("yes") + counted.total("one_fact") + counted.total("open")
    assert 0 < age.left < PEOPLE
    assert age.yes + age.unknown + age.no == PEOPLE


@pytest.mark.django_db
def test_a_figure_that_nobody_has_set_is_no_question_to_anybody(crowd: Organisation) -> None:
    text = text_with("months_since(worker.union.joined) >= param.degree_contract_months").replace(
        "require:\n", "parameters: [degree]\nrequire:\n"
    )
    with clock.at(clock.now().replace(year=2015)):
        counted = reach(text, crowd)
    assert (counted.total("one_fact"), counted.questions) == (0, ())
    assert counted.total("open") == PEOPLE


@pytest.mark.django_db
def test_unions_beyond_the_largest_stand_together_and_still_add_up(county: Organisation) -> None:
    for _n in range(comparing.MOST_UNIONS + 2):
        make_member(make_union(county))
    [unions, *_others] = comparing.compare(
        text_with("worker.age >= 40"), text_with("worker.union.member"), county
    ).dimensions
    assert len(unions.rows) == comparing.MOST_UNIONS + 1
    assert sum(row.gains for row in unions.rows) == comparing.MOST_UNIONS + 2


FIGURE = st.integers(0, 40)
ROWS = st.lists(st.builds(lambda a, b, c: Row("x", a + b, a + c, c, b), FIGURE, FIGURE, FIGURE), max_size=8)


@given(ROWS)
def test_no_figure_about_few_people_is_shown_or_can_be_worked_out(rows: list[Row]) -> None:
    guarded = hide_small(rows)
    assert [row.figures for row in guarded] == [row.figures for row in rows]
    hidden = [row for row in guarded if not row.shown]
    assert not any(0 < figure < SMALL for row in guarded if row.shown for figure in row.figures)
    # one hidden row beside a known total is no secret; only where all others are empty is there none to hide with it
    others = [row for row in guarded if row.shown and row.size]
    assert len(hidden) != 1 or not others


def test_what_is_not_small_is_not_hidden() -> None:
    rows = [Row("a", 20, 30, 10, 0), Row("b", 0, 0, 0, 0)]
    assert all(row.shown for row in hide_small(rows))
