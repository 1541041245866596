"""A programme one of the engines could not judge is not published: no two engines ever give different lists."""

from __future__ import annotations

import pytest
from sqlglot import exp

from niangjia.orgs.tests.factories import make_tree
from niangjia.programmes import actions
from niangjia.programmes.definition import DefinitionFaults
from niangjia.programmes.tests.desk_world import desk_of
from niangjia.rules import fragments

pytestmark = pytest.mark.django_db


def test_a_clause_no_cluster_could_judge_keeps_the_programme_from_being_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    county = make_tree().county
    actor = desk_of(county).actor
    draft = actions.adopt_practice("solar-aid", organisation=county, actor=actor).versions.get()
    spark = fragments.WORDS["spark"]
    monkeypatch.setitem(fragments.WORDS, "spark", spark - {exp.In})
    with pytest.raises(DefinitionFaults) as refused:
        actions.publish_version(draft, actor=actor)
    (fault,) = refused.value.faults
    assert "spark 没有与“In”相当的写法" in fault.zh
    assert "the rule of “hardship_file”: spark has no words for 'In'" in fault.en
    assert draft.text.split("\n")[fault.line - 1].strip().startswith("rule: household.hardship in [")
    draft.refresh_from_db()
    assert draft.published_at is None
    monkeypatch.setitem(fragments.WORDS, "spark", spark)
    assert actions.publish_version(draft, actor=actor).published_at is not None
