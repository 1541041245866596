"""Rounds on the desk: their figures, judges, ranking, notices, objections, appeals, and the workbook taken out."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from niangjia.kit.actor import Actor, Office
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_officer, make_person, make_tree, make_union
from niangjia.programmes import actions
from niangjia.programmes.models import Appeal, Application, JudgeSeat, Notice, Objection, Round
from niangjia.programmes.reads.rankings import ranking
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, Desk, case, desk_of, person_of, sign_in
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
State = Application.State
FLOORS = """quotas:
    - key: women
      label: {zh: 女职工, en: women}
      rule: worker.sex == "F"
      at_least_percent: 50"""


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT, quota=1)


@pytest.fixture
def county(of: Round) -> Desk:
    return desk_of(of.organisation)


def test_the_list_counts_every_round_without_asking_more(
    of: Round, county: Desk, django_assert_max_num_queries
) -> None:
    case(of)
    with django_assert_max_num_queries(10) as few:
        html = county.get("rounds").content.decode()
    assert of.title in html
    factories.open_round_of(TEXT)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(county.get("rounds").context["page"].object_list) == 2
    assert county.get("rounds", query={"state": "closed"}).context["page"].paginator.count == 0


def test_a_round_tells_its_funnel_and_its_money(of: Round, county: Desk, django_assert_max_num_queries) -> None:
    reserved = case(of, until="notice", cost=680_000)
    assert reserved.step == "notice"
    case(of)
    with django_assert_max_num_queries(22):
        answer = county.get("round", of.pk)
    page = answer.context["page"]
    assert (page.applied, page.granted) == (2, 0)
    assert {line.step.key: line.reached for line in page.steps}["review"] == 2
    html = answer.content.decode()
    assert "¥3,000" in html
    assert "¥997,000" in html


def test_a_union_below_sees_its_own_figures_and_no_buttons(of: Round) -> None:
    first, second = make_union(of.organisation), make_union(of.organisation)
    case(of, union=first)
    case(of, union=second)
    below = desk_of(first)
    answer = below.get("round", of.pk)
    assert answer.context["page"].applied == 1
    assert answer.context["page"].budget is None
    assert reverse("round_close", args=[of.pk]) not in answer.content.decode()
    for name in ("round_people", "round_close", "round_export"):
        assert below.post(name, of.pk).status_code == 403


def test_another_countys_officer_knows_of_no_such_round(of: Round) -> None:
    stranger = desk_of(make_tree().other_county)
    for name in ("round", "round_ranking"):
        args = [of.pk] if name == "round" else [of.pk, "rank"]
        assert stranger.get(name, *args).status_code == 404
    assert stranger.post("round_export", of.pk).status_code == 404


def test_people_are_found_again_and_the_round_is_closed(of: Round, county: Desk) -> None:
    make_member(make_union(of.organisation))
    assert county.post("round_people", of.pk).status_code == 302
    assert county.post("round_close", of.pk).status_code == 302
    of.refresh_from_db()
    assert of.state == Round.State.CLOSED
    assert county.client.get(reverse("round_close", args=[of.pk])).status_code == 405


def judges_of(of: Round, count: int = 2) -> list[Actor]:
    return [factories.officer(of.organisation, Office.JUDGE, nth=n) for n in range(count)]


def test_judges_are_seated_from_those_who_hold_the_office(of: Round, county: Desk) -> None:
    empty = county.get("round_judges", of.pk, "score")
    assert empty.status_code == 200
    judges = judges_of(of)
    few = county.post("round_judges", of.pk, "score", judge=[judges[0].person_id])
    assert few.status_code == 422
    outsider = make_person().pk
    sent = [*(judge.person_id for judge in judges), outsider]
    assert county.post("round_judges", of.pk, "score", judge=sent).status_code == 302
    assert set(JudgeSeat.objects.values_list("person", flat=True)) == {judge.person_id for judge in judges}
    assert county.get("round_judges", of.pk, "review").status_code == 404


def scored(of: Round, *names: str, points: tuple[int, ...]) -> list[Application]:
    """Cases at the ranking, each with the points its judges gave."""
    cases = [case(of, name, until="score") for name in names]
    judges = judges_of(of)
    seats = [person_of(judge) for judge in judges]
    actions.seat_judges(of, "score", seats, actor=factories.officer(of.organisation, Office.HANDLER))
    for one, given in zip(cases, points, strict=True):
        for judge in judges:
            run = factories.current(one)
            actions.decide(run, verdict="record", record={"need": given, "plan": given}, actor=judge)
    return cases


def test_the_ranking_is_confirmed_as_it_was_seen(of: Round, county: Desk) -> None:
    best, other = scored(of, "王小芳", "李建国", points=(9, 5))
    html = county.get("round_ranking", of.pk, "rank").content.decode()
    assert html.index("王小芳") < html.index("李建国")
    stale = county.post("round_ranking", of.pk, "rank", seen="0" * 64)
    assert stale.status_code == 409
    seen = ranking(of, "rank").digest
    assert county.post("round_ranking", of.pk, "rank", seen=seen).status_code == 302
    best.refresh_from_db()
    other.refresh_from_db()
    assert (best.step, other.state) == ("notice", State.REFUSED)
    assert county.post("round_ranking", of.pk, "rank", seen=seen).status_code == 409


def test_an_open_ranking_is_left_alone_until_something_moves(of: Round, county: Desk) -> None:
    scored(of, "王小芳", points=(9,))
    seen = ranking(of, "rank").digest
    assert county.part("round_ranking", of.pk, "rank", seen=seen).status_code == 204
    moved = county.part("round_ranking", of.pk, "rank", seen="older")
    assert moved.status_code == 200
    assert "<html" not in moved.content.decode()


def test_a_broken_floor_is_shown_and_holds_the_confirmation(county: Desk) -> None:
    strict = factories.open_round_of(TEXT.replace("quotas: []", FLOORS), quota=1)
    scored(strict, "王建国", points=(9,))
    html = county.get("round_ranking", strict.pk, "rank").content.decode()
    assert "is-bad" in html
    assert "女职工" in html
    seen = ranking(strict, "rank").digest
    assert county.post("round_ranking", strict.pk, "rank", seen=seen).status_code == 422


def test_ranking_and_lists_cost_the_same_for_many_rows(of: Round, county: Desk, django_assert_max_num_queries) -> None:
    scored(of, "王小芳", points=(9,))
    appealed(of)
    pages: list[tuple[Any, ...]] = [("round_ranking", of.pk, "rank"), ("appeals",)]
    few = []
    for page in pages:
        with django_assert_max_num_queries(18) as asked:
            county.get(*page)
        few.append(len(asked.captured_queries))
    for _more in range(2):
        factories.carry_on(case(of), until="rank")
        appealed(of)
    for page, most in zip(pages, few, strict=True):
        with django_assert_max_num_queries(most):
            county.get(*page)
    assert len(county.get("round_ranking", of.pk, "rank").context["ranking"].rows) == 3
    assert len(county.get("appeals").context["page"].object_list) == 3


def noticed(of: Round) -> tuple[Application, Notice]:
    waiting = case(of, "王小芳", until="notice")
    actor = factories.officer(of.organisation, Office.HANDLER)
    return waiting, actions.publish_notice(of, "notice", actor=actor)


def test_a_notice_is_put_up_once_however_often_it_is_pressed(of: Round, county: Desk) -> None:
    case(of, until="notice")
    for _press in range(2):
        assert county.post("round_notice", of.pk, "notice").status_code == 302
    assert Notice.objects.count() == 1
    assert county.post("round_notice", of.pk, "review").status_code == 404


def objected(notice: Notice, **more: Any) -> Objection:
    said = {"text": "不符合条件", "name": "赵某", "contact": "13900000000", "run": None} | more
    return actions.object_to(notice, actor=Actor.nobody(), **said)


def test_an_upheld_objection_refuses_the_line_it_is_about(of: Round, county: Desk) -> None:
    waiting, notice = noticed(of)
    made = objected(notice, run=factories.current(waiting))
    assert notice.title in county.get("objections").content.decode()
    assert "13900000000" in county.get("objection", made.pk).content.decode()
    faulty = county.post("objection", made.pk, upheld="yes", answer="")
    assert faulty.status_code == 422
    assert county.post("objection", made.pk, upheld="yes", answer="经查房屋已出租").status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.result_reason) == (State.REFUSED, "经查房屋已出租")
    assert county.post("objection", made.pk, upheld="no", answer="再答一次").status_code == 409


def test_an_objection_is_read_by_the_rounds_own_officers_only(of: Round) -> None:
    _waiting, notice = noticed(of)
    made = objected(notice)
    for stranger in (desk_of(make_union(of.organisation)), desk_of(of.organisation, Office.JUDGE)):
        assert stranger.get("objection", made.pk).status_code == 404


def appealed(of: Round) -> Appeal:
    refused = case(of, "王小芳")
    handler = factories.officer(refused.union, Office.HANDLER)
    actions.decide(factories.current(refused), verdict="refuse", reason="材料不实", actor=handler)
    refused.refresh_from_db()
    return actions.appeal(refused, text="材料属实，请复核", actor=actor_for(refused.person))


def test_the_union_above_answers_an_appeal_and_the_case_goes_on(of: Round, county: Desk) -> None:
    made = appealed(of)
    assert "王小芳" in county.get("appeals").content.decode()
    html = county.get("appeal_case", made.pk).content.decode()
    assert "材料不实" in html
    assert county.post("appeal_case", made.pk, upheld="", answer="x").status_code == 422
    assert county.post("appeal_case", made.pk, upheld="yes", answer="复核后材料属实").status_code == 302
    made.application.refresh_from_db()
    assert made.application.state == State.IN_REVIEW
    assert county.post("appeal_case", made.pk, upheld="no", answer="改主意").status_code == 409


def test_who_refused_does_not_answer_the_appeal(of: Round) -> None:
    made = appealed(of)
    refuser = desk_of(made.application.union)
    assert refuser.get("appeal_case", made.pk).status_code == 404
    promoted = sign_in(make_officer(of.organisation, Office.HANDLER, person_of(refuser.actor)).actor)
    assert not promoted.get("appeal_case", made.pk).context["permit"]
    assert promoted.post("appeal_case", made.pk, upheld="no", answer="维持").status_code == 403


def test_the_workbook_is_masked_marked_and_on_the_trail(of: Round, county: Desk) -> None:
    refused = case(of, "王小芳")
    handler = factories.officer(refused.union, Office.HANDLER)
    actions.decide(factories.current(refused), verdict="refuse", reason="=HYPERLINK(1)", actor=handler)
    answer = county.post("round_export", of.pk)
    assert answer["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    told = " ".join(str(cell.value) for cell in cells)
    assert str(refused.number) in told
    assert "王**" in told
    assert county.actor.name in told
    assert sheet.oddHeader is not None
    assert county.actor.name in str(sheet.oddHeader.center.text)
    for hidden in ("王小芳", refused.person.phone, "4111", "七星街道"):
        assert hidden not in told
    assert [cell.data_type for cell in cells if cell.value == "=HYPERLINK(1)"] == ["s"]
    line = Line.objects.get(verb="export_round")
    assert (line.actor_name, line.detail) == (county.actor.name, {"rows": 1})
