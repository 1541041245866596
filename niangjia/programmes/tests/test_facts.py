"""Facts are the same for one person and for all, and so is every verdict drawn from them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import translation

from niangjia.credentials import actions as credentials
from niangjia.kit import clock
from niangjia.matching import reads as facts
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_hardship_file,
    make_household,
    make_member,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.models import Person
from niangjia.programmes import weighing
from niangjia.programmes.declared import DECLARED_FACTS
from niangjia.programmes.definition import catalogue
from niangjia.programmes.loading import practice
from niangjia.programmes.reads.reach import reach, suited
from niangjia.programmes.tests import factories
from niangjia.rules import Known, Verdict
from niangjia.rules.schema import FactType

pytestmark = pytest.mark.django_db
PEOPLE = 60


@pytest.fixture
def county() -> Organisation:
    return make_tree().county


@pytest.fixture
def crowd(county: Organisation) -> list[Person]:
    """People of every sort: some tell us much and some nothing, some hold certificates, some live in hardship."""
    chance = random.Random(7)  # the same crowd each time
    credentials.plant_achievements(actor=REGISTRY)
    unions = [make_union(county), make_union(county)]
    people = []
    for number in range(PEOPLE):
        person = make_person(
            sex=chance.choice(["", "F", "M"]), born=chance.choice([None, date(1970 + number % 35, 5, 1)])
        )
        make_member(chance.choice(unions), person)
        _tell(person, chance)
        if chance.random() < 0.4:
            credentials.record_outside_certificate(
                person, achievement=chance.choice(["L5", "L4", "L3", "L1"]), number=f"S{number}",
                issuer_name="鉴定中心", issued_on=date(2025, 1, 1), actor=REGISTRY,
            )  # fmt: skip
        if chance.random() < 0.4:
            household = make_household(person)
            if chance.random() < 0.7:
                make_hardship_file(unions[0], household, yearly_income_fen=chance.choice([None, 100_000, 9_000_000]))
        people.append(person)
    return people


def _tell(person: Person, chance: random.Random) -> None:
    told: dict[str, object] = {}
    for fact in DECLARED_FACTS:
        if chance.random() < 0.5:
            continue
        if fact.type is FactType.CODE:
            told[fact.path] = chance.choice(sorted(fact.values))
        elif fact.type is FactType.BOOL:
            told[fact.path] = chance.random() < 0.5
        elif fact.type is FactType.NUM:
            told[fact.path] = chance.randint(*fact.bounds)
    factories.tell(person, **told)


def test_one_persons_facts_are_those_they_have_among_all(crowd: list[Person]) -> None:
    together = facts.facts_of_many([person.pk for person in crowd])
    assert sum(map(len, together.values())) > PEOPLE * 4
    for person in crowd:
        assert facts.facts_of(person.pk) == together[person.pk]


def test_only_the_facts_asked_for_are_read(county: Organisation) -> None:
    assert "hardship" not in facts.facts_relation(["worker.sex"], as_of=clock.today())
    assert "hardship" in facts.facts_relation(["household.hardship"], as_of=clock.today())


def test_a_fact_says_which_register_knows_it_and_since_when(county: Organisation) -> None:
    person = make_member(make_union(county)).person
    factories.tell(person, worker__trade_years=9)
    told = facts.facts_of(person.pk)["worker.trade_years"]
    assert (told.value, told.as_of) == (9, clock.today())
    assert told.source


def test_reach_counts_what_each_person_is_told_alone(county: Organisation, crowd: list[Person]) -> None:
    known = facts.facts_of_many([person.pk for person in crowd])
    seen: set[str] = set()
    for one in catalogue():
        alone = Counter(_kind(one.text, known[person.pk]) for person in crowd)
        counted = reach(one.text, county)
        assert {kind: counted.total(kind) for kind in ("yes", "no")} == {kind: alone[kind] for kind in ("yes", "no")}
        assert counted.total("one_fact") + counted.total("open") == alone["unknown"]
        assert counted.total("all") == PEOPLE
        yes = {person.pk for person in crowd if _kind(one.text, known[person.pk]) == "yes"}
        assert suited(one.text, county) == yes
        assert sum(count for _, count in counted.questions) == counted.total("one_fact")
        seen |= set(alone)
    assert seen == {"yes", "no", "unknown"}  # the crowd is mixed enough to prove something


def _kind(text: str, known: dict[str, Known]) -> str:
    verdict = weighing.weigh_person(text, known).verdict
    return {Verdict.TRUE: "yes", Verdict.FALSE: "no", Verdict.UNKNOWN: "unknown"}[verdict]


def test_what_was_told_too_long_ago_is_not_known_any_more(county: Organisation) -> None:
    person = make_member(make_union(county)).person
    factories.tell(person, worker__enrolment="college")
    assert "worker.enrolment" not in _missing(person)
    with clock.at(clock.now() + timedelta(days=400)):
        assert "worker.enrolment" in _missing(person)


def _missing(person: Person) -> set[str]:
    """What the degree subsidy would still have to ask this person."""
    weighed = weighing.weigh_person(practice("degree-subsidy").text, facts.facts_of(person.pk))
    return {path for clause in weighed.clauses for path in clause.missing}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("worker.skill_level", 3, "高级工"), ("worker.home", "own", "自己的"), ("worker.trade_years", 12, "12"),
        ("worker.unit_head", True, "是"), ("worker.unit_head", False, "否"),
    ],
)  # fmt: skip
def test_a_fact_is_shown_as_people_say_it(path: str, value: object, said: str) -> None:
    with translation.override("zh-hans"):
        assert facts.say(facts.schema().facts[path], value) == said
