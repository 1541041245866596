"""The worked examples of a draft: what the author confirms is kept in the file and holds the rule to it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from niangjia.kit.middleware import LANGUAGE_COOKIE
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_tree, make_union
from niangjia.programmes import actions, loading, trials
from niangjia.programmes.definition import DefinitionFaults, catalogue
from niangjia.programmes.models import Programme, ProgrammeVersion
from niangjia.programmes.reads.trying import unconfirmed
from niangjia.programmes.tests.desk_world import Desk, desk_of

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u4e00-\u9fff]")
LIMIT = "worker.trade_years >= 10"


@pytest.fixture
def county() -> Organisation:
    return make_tree().county


@pytest.fixture
def desk(county: Organisation) -> Desk:
    return desk_of(county)


@pytest.fixture
def programme(desk: Desk, county: Organisation) -> Programme:
    return actions.adopt_practice("craftsman", organisation=county, actor=desk.actor)


def draft(programme: Programme) -> ProgrammeVersion:
    return programme.versions.get(published_at=None)


@pytest.mark.parametrize("text", [one.text for one in catalogue()], ids=[one.definition.id for one in catalogue()])
def test_every_practice_of_the_catalogue_can_be_confirmed_whole_and_then_still_loads(text: str) -> None:
    found = trials.trials_of(text)
    assert found[0].finding.verdict == "true", "somebody suits it"
    whole = trials.with_confirmed(text, {one.key for one in found})
    assert all(one.is_confirmed for one in trials.trials_of(whole))
    assert len(loading.load(whole).examples) >= len(loading.load(text).examples)
    assert trials.with_confirmed(whole, {one.key for one in found}) == whole


def test_what_is_confirmed_holds_the_rule_to_it(desk: Desk, programme: Programme) -> None:
    before = draft(programme)
    assert LIMIT in before.text
    edge = next(one for one in trials.trials_of(before.text) if one.zh == "本工种工作年限正好10年")
    kept = actions.confirm_examples(before, keys=[edge.key], seen_digest=before.digest, actor=desk.actor)
    assert unconfirmed(kept) == unconfirmed(before) - 1
    with pytest.raises(DefinitionFaults) as refused:
        loading.load(kept.text.replace(LIMIT, "worker.trade_years >= 11"))
    assert any("“本工种工作年限正好10年”" in one.sentence("zh") for one in refused.value.faults)


def test_the_author_ticks_what_is_right_and_the_page_counts_what_is_left(desk: Desk, programme: Programme) -> None:
    page = desk.get("programme_examples", programme.pk)
    left = page.context["open"]
    html = page.content.decode()
    assert "本工种工作年限比10年少1年" in html
    assert f'href="{reverse("programme_edit", args=[programme.pk])}#id_require-1-rule"' in html
    keys = [line.key for line in page.context["cards"][1].lines[:2]]
    answer = desk.post("programme_examples", programme.pk, example=keys, seen=draft(programme).digest)
    assert answer.status_code == 302
    assert desk.get("programme_examples", programme.pk).context["open"] == left - 2


def test_a_whole_condition_is_confirmed_at_once(desk: Desk, programme: Programme) -> None:
    desk.post("programme_examples", programme.pk, all="skill", seen=draft(programme).digest)
    cards = {card.key: card.open_count for card in desk.get("programme_examples", programme.pk).context["cards"]}
    assert cards["skill"] == 0
    assert cards["member"] > 0


def test_nothing_is_kept_of_a_rule_that_somebody_changed_meanwhile(desk: Desk, programme: Programme) -> None:
    answer = desk.post("programme_examples", programme.pk, all="skill", seen="of another text")
    assert answer.status_code == 409
    assert unconfirmed(draft(programme)) == len(trials.trials_of(draft(programme).text))


def test_publishing_says_how_many_boundaries_nobody_has_looked_at(desk: Desk, programme: Programme) -> None:
    said = desk.get("programme_publish", programme.pk).content.decode()
    assert f"还有 {unconfirmed(draft(programme))} 个边界例子没有确认" in said
    seen = draft(programme).digest
    assert desk.post("programme_publish", programme.pk, seen=seen).status_code == 302, "and it may be published"


def test_the_page_is_wholly_english_on_english_pages(desk: Desk, programme: Programme) -> None:
    desk.client.cookies[LANGUAGE_COOKIE] = "en"
    cards = desk.get("programme_examples", programme.pk).context["cards"]
    said = [text for card in cards for line in card.lines for text in (line.name, *sum(line.particular, ()))]
    assert not [text for text in said if HAN.search(text)]


def test_who_may_not_edit_the_programme_does_not_see_the_page(programme: Programme) -> None:
    stranger = desk_of(make_union(programme.organisation))
    assert stranger.get("programme_examples", programme.pk).status_code in (403, 404)
