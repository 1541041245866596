"""The gallery of practices: an officer looks, sees whom one reaches, and launches it in one step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_member, make_partner, make_tree, make_union
from niangjia.programmes.definition import catalogue
from niangjia.programmes.models import Programme, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import Desk, desk_of

pytestmark = pytest.mark.django_db
DEGREE = "degree-subsidy"


@pytest.fixture
def county() -> Organisation:
    return make_tree().county


@pytest.fixture
def desk(county: Organisation) -> Desk:
    return desk_of(county)


def typed(by: Organisation, **changed: Any) -> dict[str, Any]:
    """A launch form filled in rightly."""
    today = clock.today()
    return {
        "union": by.pk,
        "title": "2026年学历提升",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=30)).isoformat(),
        "quota": "20",
        "budget_fen": "90,000",
    } | changed


def test_the_gallery_shows_every_practice_with_its_place_and_figures(desk: Desk) -> None:
    html = desk.get("catalogue").content.decode()
    for found in catalogue():
        assert found.definition.title.zh in html
        assert found.definition.source.place.zh in html
    assert "1,800万" in html
    assert "还没有" in html


def test_a_practice_tells_how_often_it_was_launched_here(desk: Desk, county: Organisation) -> None:
    factories.open_round(DEGREE, county)
    factories.open_round(DEGREE, county)
    assert [card.rounds for card in desk.get("catalogue").context["cards"] if card.key == DEGREE] == [2]


@pytest.mark.parametrize("found", catalogue(), ids=lambda found: found.definition.id)
def test_every_practice_has_its_page_with_conditions_steps_and_form(desk: Desk, found: Any) -> None:
    html = desk.get("practice", found.definition.id).content.decode()
    for clause in found.definition.require:
        assert clause.text.zh in html
    for step in found.definition.steps:
        assert step.title.zh in html
    for field in found.definition.fields().values():
        assert field.label.zh in html


def test_one_press_opens_the_round_and_finds_its_people(desk: Desk, county: Organisation) -> None:
    make_member(make_union(county))
    answer = desk.post("practice", DEGREE, **typed(county))
    opened = Round.objects.get()
    assert answer.url == reverse("round", args=[opened.pk])
    assert (opened.title, opened.quota, opened.organisation) == ("2026年学历提升", 20, county)
    assert opened.is_open
    assert opened.closes_at == clock.end_of(clock.today() + timedelta(days=30))
    assert desk.get("round", opened.pk).status_code == 200


def test_a_nervous_thumb_launches_once(desk: Desk, county: Organisation) -> None:
    first = desk.post("practice", DEGREE, **typed(county))
    second = desk.post("practice", DEGREE, **typed(county))
    assert first.url == second.url
    assert Round.objects.count() == Programme.objects.count() == 1


def test_a_practice_with_partners_asks_which_bodies_they_are(desk: Desk, county: Organisation) -> None:
    bureau = make_partner(county, "新昌县供电局")
    assert "新昌县供电局" in desk.get("practice", "solar-aid").content.decode()
    partners = next(one.definition.partners for one in catalogue() if one.definition.id == "solar-aid")
    named = {f"partner_{key}": bureau.pk for key in partners}
    assert desk.post("practice", "solar-aid", **typed(county), **named).status_code == 302
    assert set(Round.objects.get().partners.values_list("key", flat=True)) == set(partners)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "请填写这一批次的名称"),
    ({"title": "长" * 129}, "名称太长"),
    ({"opens_on": ""}, "请选择开始日期"),
    ({"opens_on": "2026-02-30"}, "不是有效的日期"),
    ({"opens_on": "2020-01-01"}, "开始日期已经过去"),
    ({"closes_on": ""}, "请选择截止日期"),
    ({"closes_on": "2020-01-01"}, "截止日期早于开始日期"),
    ({"closes_on": "2099-12-31"}, "最多开放两年"),
    ({"quota": "0"}, "至少要有一个名额"),
    ({"quota": "-3"}, "至少要有一个名额"),
    ({"quota": "二十"}, "名额请填整数"),
    ({"quota": "999999999999"}, "名额太多"),
    ({"budget_fen": ""}, "请写明有多少经费"),
    ({"budget_fen": "很多"}, "不是金额"),
    ({"budget_fen": "-1"}, "金额不能小于"),
    ({"budget_fen": "1.999"}, "最多两位小数"),
    ({"budget_fen": "99999999999"}, "超过一个批次"),
    ({"union": ""}, "请选择由哪个工会发起"),
    ({"union": "999999"}, "只能为列出的工会"),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG, ids=lambda one: str(one)[:30])
def test_a_wrong_launch_says_what_is_wrong_and_keeps_what_was_typed(
    desk: Desk, county: Organisation, changed: dict[str, Any], sentence: str
) -> None:
    sent = typed(county, **changed)
    answer = desk.post("practice", DEGREE, **sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert 'role="alert"' in html
    if "title" not in changed:
        assert "2026年学历提升" in html
    assert not Round.objects.exists()


def test_a_partner_of_somebody_else_cannot_be_named(desk: Desk, county: Organisation) -> None:
    stranger = make_partner(make_tree().other_county)
    partners = next(one.definition.partners for one in catalogue() if one.definition.id == "solar-aid")
    answer = desk.post("practice", "solar-aid", **typed(county), **{f"partner_{key}": stranger.pk for key in partners})
    assert answer.status_code == 422
    assert "没有登记在您的工会" in answer.content.decode()


def test_adjusting_first_gives_one_draft_however_often_it_is_pressed(desk: Desk, county: Organisation) -> None:
    first = desk.post("practice", DEGREE, then="adjust", union=county.pk)
    second = desk.post("practice", DEGREE, then="adjust", union=county.pk)
    assert first.url == second.url == reverse("programme_edit", args=[Programme.objects.get().pk])


def test_whom_it_reaches_is_counted_for_the_chosen_union(desk: Desk, county: Organisation) -> None:
    union = make_union(county, "轴承厂工会")
    make_member(union)
    part = desk.part("practice_reach", DEGREE, union=county.pk).content.decode()
    assert "轴承厂工会" in part
    assert "<html" not in part
    page = desk.get("practice", DEGREE, query={"reach": "1", "union": str(county.pk)}).content.decode()
    assert "轴承厂工会" in page


def test_an_officer_counts_only_the_unions_they_run(desk: Desk) -> None:
    assert desk.part("practice_reach", DEGREE, union=make_tree().other_county.pk).status_code == 404
    assert desk.part("practice_reach", DEGREE, union="x").status_code == 404


def test_who_only_pays_out_reads_the_practice_and_why_they_cannot_launch(county: Organisation) -> None:
    finance = desk_of(county, Office.FINANCE)
    html = finance.get("practice", DEGREE).content.decode()
    assert "只有工会主席或经办人" in html
    assert finance.post("practice", DEGREE, **typed(county)).status_code == 422
    assert not Round.objects.exists()


def test_an_unknown_practice_is_a_page_that_does_not_exist(desk: Desk) -> None:
    assert desk.get("practice", "no-such").status_code == 404


def test_the_gallery_asks_as_much_for_many_rounds_as_for_few(
    desk: Desk, county: Organisation, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8) as few:
        desk.get("catalogue")
    for _more in range(3):
        factories.open_round(DEGREE, county)
    with django_assert_max_num_queries(len(few.captured_queries)):
        desk.get("catalogue")
