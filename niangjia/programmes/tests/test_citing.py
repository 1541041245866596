"""A finding can be cited years later: what it keeps is enough to come to it again, whatever has changed since."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from niangjia.kit import clock
from niangjia.matching import reads as facts
from niangjia.matching.reads import REGION, packs
from niangjia.matching.tests.crowd import DEEDS, Crowd
from niangjia.orgs.tests.factories import make_member, make_tree, make_union
from niangjia.people.models import Person
from niangjia.programmes import weighing
from niangjia.programmes.definition import catalogue
from niangjia.programmes.loading import clauses_of
from niangjia.programmes.models import Finding
from niangjia.programmes.tests import factories
from niangjia.rules import Finding as Weighed
from niangjia.rules import Known, ParameterStore, Verdict, weigh

pytestmark = pytest.mark.django_db


def again(text: str, told: Weighed, parameters: ParameterStore) -> Weighed:
    """Come to a finding from the programme text and what it says itself of facts and the day; nobody is asked."""
    kept = {used.path: Known(used.value, used.source, used.as_of) for one in told.clauses for used in one.facts}
    return weigh(clauses_of(text), kept, as_of=told.as_of, parameters=parameters, region_path=REGION)


def figures_of_next_year() -> ParameterStore:
    """Every figure as it is, and another in force from next year."""
    standing = [row for pack in packs().packs for row in pack.rows]
    next_year = clock.today() + timedelta(days=300)
    newer = [
        row._replace(valid_from=next_year, value=row.value + 1, cite="later")
        for row in standing
        if type(row.value) is int
    ]
    assert newer
    return ParameterStore([*standing, *newer])


def test_a_finding_of_last_year_is_come_to_again_from_what_it_keeps() -> None:
    of = factories.open_round("craftsman", make_tree().county)
    person = make_member(make_union(of.organisation)).person
    factories.tell(person, worker__trade_years=12)
    factories.apply(of, person)
    kept = Finding.objects.get()
    later = figures_of_next_year()
    with clock.at(clock.now() + timedelta(days=400)):
        factories.tell(person, worker__trade_years=3)
        assert weighing.weigh_person(of.version.text, facts.facts_of(person.pk)).facts_digest != kept.facts_digest
        told = Weighed.from_json(Finding.objects.get().told)
        for figures in (packs().store, later):
            found = again(kept.version.text, told, figures)
            assert found == told
            assert (found.verdict.value, found.as_of, found.facts_digest) == (
                kept.verdict, kept.as_of, kept.facts_digest
            )  # fmt: skip


def test_every_finding_of_a_crowd_survives_being_kept_as_text(tmp_path: Path) -> None:
    """Whatever was known or missing, and whatever the verdict: the record alone leads to the same record."""
    crowd, seen = Crowd(17, tmp_path, people_first=12), set[Verdict]()
    for _turn in range(2):
        for name in sorted(DEEDS):
            crowd.deed(name)
    crowd.join()
    factories.tell(Person.objects.latest("pk"), worker__trade_years=12)
    for person in Person.objects.filter(merged_into=None, erased_on=None):
        known = facts.facts_of(person.pk)
        for practice in catalogue():
            found = weighing.weigh_person(practice.text, known)
            told = Weighed.from_json(json.loads(json.dumps(found.to_json())))
            with clock.at(clock.now() + timedelta(days=800)):
                assert again(practice.text, told, packs().store).to_json() == found.to_json()
            seen.add(found.verdict)
    assert seen == set(Verdict)
