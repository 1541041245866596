"""The officer's desk: what waits, one case with everything about it, and every way to decide it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_member, make_officer, make_union
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, Look, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, Desk, case, decision, desk_of, person_of, sign_in
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db
State = Application.State


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT, quota=5)


@pytest.fixture
def waiting(of: Round) -> Application:
    return case(of, "王小芳")


@pytest.fixture
def handler(waiting: Application) -> Desk:
    return desk_of(waiting.union)


def test_what_waits_for_my_office_is_on_my_desk_and_only_that(of: Round, waiting: Application, handler: Desk) -> None:
    elsewhere = case(of, "李建国")
    html = handler.get("desk").content.decode()
    assert "王小芳" in html
    assert "李建国" not in html
    assert waiting.number in html
    assert "李建国" in desk_of(elsewhere.union).get("desk").content.decode()


def test_a_finance_officer_sees_no_case_that_waits_for_a_handler(waiting: Application) -> None:
    finance = desk_of(waiting.union, Office.FINANCE)
    assert "王小芳" not in finance.get("desk").content.decode()


def test_the_whole_subtree_is_one_press_away(of: Round, waiting: Application) -> None:
    county = desk_of(of.organisation)
    assert "王小芳" not in county.get("desk").content.decode()
    assert "王小芳" in county.get("desk", query={"whole": "1"}).content.decode()


def test_nobody_finds_their_own_case_on_their_desk(of: Round) -> None:
    union = make_union(of.organisation)
    officer = factories.officer(union, Office.HANDLER)
    person = make_member(union, person_of(officer)).person
    application = factories.apply(of, person)
    desk = desk_of(union)
    assert application.number not in desk.get("desk").content.decode()
    assert desk.get("desk_case", application.pk).status_code == 403


def test_what_is_overdue_is_counted_and_found_by_its_filter(waiting: Application, handler: Desk) -> None:
    due = factories.current(waiting).due_on
    assert due is not None
    assert "王小芳" not in handler.get("desk", query={"due": "overdue"}).content.decode()
    with clock.at(due + timedelta(days=1)):
        late = handler.get("desk", query={"due": "overdue"})
    assert late.context["queue"].overdue == 1
    assert "王小芳" in late.content.decode()


@pytest.mark.parametrize("query", [{"round": "x"}, {"page": "-3"}, {"due": "never"}, {"round": "9" * 30}, {"q": "%_'"}])
def test_a_wrong_filter_does_not_break_the_desk(handler: Desk, query: dict[str, str]) -> None:
    assert handler.get("desk", query=query).status_code == 200


def test_the_desk_asks_as_much_for_many_cases_as_for_few(
    of: Round, waiting: Application, handler: Desk, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(14) as few:
        handler.get("desk")
    for _more in range(4):
        case(of, union=waiting.union)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(handler.get("desk").context["queue"].rows) == 5


def test_a_row_opens_as_a_drawer_and_as_a_page(waiting: Application, handler: Desk) -> None:
    drawer = handler.part("desk_case", waiting.pk).content.decode()
    page = handler.get("desk_case", waiting.pk).content.decode()
    assert "<html" not in drawer
    assert "drawer-title" in drawer
    for shown in ("王小芳", "七星街道石溪村12号", "是工会会员", "**** 1111"):
        assert shown in drawer
        assert shown in page
    assert waiting.person.phone not in page
    assert "4111111111111111" not in page


def test_a_case_costs_the_same_however_long_its_history(of: Round, django_assert_max_num_queries) -> None:
    young, old = case(of), case(of, until="pay")
    county = desk_of(of.organisation, Office.CHAIR)
    with django_assert_max_num_queries(26):
        assert county.get("desk_case", young.pk).status_code == 200
    with django_assert_max_num_queries(27):
        assert county.get("desk_case", old.pk).status_code == 200


def test_a_stranger_finds_no_case(of: Round, waiting: Application) -> None:
    other = desk_of(make_union(of.organisation))
    assert other.get("desk_case", waiting.pk).status_code == 404
    assert other.post("desk_decide", waiting.pk, **decision(waiting, "approve")).status_code == 404
    assert other.post("desk_seen", waiting.pk).status_code == 404


def test_an_approval_passes_the_case_on(waiting: Application, handler: Desk) -> None:
    answer = handler.post("desk_decide", waiting.pk, **decision(waiting, "approve"))
    assert (answer.status_code, answer.url) == (302, reverse("desk"))
    waiting.refresh_from_db()
    assert waiting.step == "visit"


def test_a_second_press_does_nothing_twice_and_never_touches_the_next_step(of: Round) -> None:
    union = make_union(of.organisation)
    waiting = case(of, union=union)
    sent = decision(waiting, "approve")
    desk = desk_of(union)
    desk.post("desk_decide", waiting.pk, **sent)
    again = desk.post("desk_decide", waiting.pk, **sent)
    assert again.status_code == 302
    assert Decision.objects.filter(run__application=waiting).count() == 1
    waiting.refresh_from_db()
    assert waiting.step == "visit"


def test_the_slower_of_two_officers_reads_how_the_case_stands(waiting: Application, handler: Desk) -> None:
    colleague = desk_of(waiting.union, nth=1)
    sent = decision(waiting, "refuse", code="other", reason_text="经核实不属于本次范围")
    handler.post("desk_decide", waiting.pk, **decision(waiting, "approve"))
    late = colleague.post("desk_decide", waiting.pk, **sent)
    assert late.status_code == 409
    assert 'role="alert"' in late.content.decode()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.step) == (State.IN_REVIEW, "visit")


def test_what_is_missing_goes_back_in_one_list(waiting: Application, handler: Desk) -> None:
    empty = handler.post("desk_decide", waiting.pk, **decision(waiting, "return"))
    assert empty.status_code == 422
    sent = decision(waiting, "return", missing=["photo", "address"], words="请白天拍，看得清屋顶。")
    assert handler.post("desk_decide", waiting.pk, **sent).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == State.RETURNED
    reason = Decision.objects.get(run__application=waiting).reason
    for told in ("地址", "照片", "请白天拍"):
        assert told in reason


def test_a_refusal_needs_its_ground_and_its_sentence_and_keeps_what_was_typed(
    waiting: Application, handler: Desk
) -> None:
    faulty = handler.post("desk_decide", waiting.pk, **decision(waiting, "refuse", reason_text="房屋不是本人的"))
    html = faulty.content.decode()
    assert faulty.status_code == 422
    assert "房屋不是本人的" in html
    assert 'class="summary"' in html
    sent = decision(waiting, "refuse", code="home", reason_text="房屋不是本人的")
    assert handler.post("desk_decide", waiting.pk, **sent).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.result_code, waiting.result_reason) == (State.REFUSED, "home", "房屋不是本人的")


@pytest.mark.parametrize("sent", [{"way": "award"}, {"way": ""}, {"run": "x"}, {"seen": ""}, {"run": "0"}])
def test_a_forged_decision_decides_nothing(waiting: Application, handler: Desk, sent: dict[str, str]) -> None:
    answer = handler.post("desk_decide", waiting.pk, **{**decision(waiting, "approve"), **sent})
    assert answer.status_code in (404, 409)
    assert not Decision.objects.exists()


def test_a_decision_on_an_older_version_shows_what_changed_instead(waiting: Application, handler: Desk) -> None:
    worker = actor_for(waiting.person)
    sent = decision(waiting, "approve")
    colleague = factories.officer(waiting.union, Office.HANDLER, nth=1)
    actions.decide(factories.current(waiting), verdict="return", reason="地址写到门牌号", actor=colleague)
    actions.save_answers(waiting, {**waiting.answers, "address": "羽林街道拔茅村8号"}, actor=worker)
    waiting.refresh_from_db()
    actions.submit_application(waiting, actor=worker)
    sent["run"] = factories.current(waiting).pk
    stale = handler.post("desk_decide", waiting.pk, **sent)
    html = stale.content.decode()
    assert stale.status_code == 409
    assert "<del>七星街道石溪村12号</del>" in html
    assert "<ins>羽林街道拔茅村8号</ins>" in html
    waiting.refresh_from_db()
    assert waiting.step == "review"


def test_looking_is_noted_by_the_drawer_and_not_by_opening_an_address(waiting: Application, handler: Desk) -> None:
    handler.part("desk_case", waiting.pk)
    assert not Look.objects.exists()
    assert handler.post("desk_seen", waiting.pk).status_code == 204
    look = Look.objects.get(application=waiting)
    assert look.revision == waiting.revision


def test_a_sealed_number_is_shown_once_for_a_purpose_the_applicant_reads(waiting: Application, handler: Desk) -> None:
    run = factories.current(waiting).pk
    silent = handler.post("desk_reveal", waiting.pk, run=run, what="bank_card", purpose="")
    assert silent.status_code == 422
    assert "4111111111111111" not in silent.content.decode()
    shown = handler.post("desk_reveal", waiting.pk, run=run, what="bank_card", purpose="核对收款账户")
    assert "4111111111111111" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    line = Line.objects.filter(thing_type="people.person", thing_id=waiting.person_id, verb="looked_at").get()
    assert "核对收款账户" in line.detail["purpose"]
    assert line.actor_name == handler.actor.name


def test_the_second_visitor_confirms_what_the_first_put_down(of: Round) -> None:
    visited = case(of, until="visit")
    first, second = desk_of(of.organisation, nth=2), desk_of(of.organisation, nth=3)
    assert first.post("desk_decide", visited.pk, **decision(visited, "approve")).status_code == 422
    sent = decision(visited, "approve", **{"record-seen": "瓦房三间，屋顶完好"})
    assert first.post("desk_decide", visited.pk, **sent).status_code == 302
    html = second.get("desk_case", visited.pk).content.decode()
    assert "瓦房三间，屋顶完好" in html
    assert second.post("desk_decide", visited.pk, **decision(visited, "approve")).status_code == 302
    visited.refresh_from_db()
    assert visited.step == "survey"


def points(need: object, plan: object) -> dict[str, object]:
    return {"record-need": need, "record-plan": plan}


def test_a_judge_sees_the_others_points_only_after_giving_their_own(of: Round) -> None:
    scored = case(of, until="score")
    judges = [desk_of(of.organisation, Office.JUDGE, nth=n) for n in range(2)]
    seats = [person_of(one.actor) for one in judges]
    actions.seat_judges(of, "score", seats, actor=factories.officer(of.organisation, Office.HANDLER))
    actions.decide(factories.current(scored), verdict="record", record={"need": 9, "plan": 7}, actor=judges[0].actor)
    before = judges[1].get("desk_case", scored.pk).content.decode()
    assert judges[0].actor.name not in before
    wrong = judges[1].post("desk_decide", scored.pk, **decision(scored, "approve", **points(11, "")))
    assert wrong.status_code == 422
    assert "11" in wrong.content.decode()
    total = judges[1].get("desk_total", scored.pk, query=points(5, 20)).content.decode()
    assert total == "70.00"
    done = judges[1].post("desk_decide", scored.pk, **decision(scored, "approve", **points(5, 20)))
    assert done.status_code == 302
    after = judges[1].get("desk_case", scored.pk).content.decode()
    assert judges[0].actor.name in after
    scored.refresh_from_db()
    assert scored.step == "rank"


def test_a_judge_of_another_union_sees_the_cases_they_judge_and_no_others(of: Round) -> None:
    judge = desk_of(make_union(of.organisation), Office.JUDGE)
    second = factories.officer(of.organisation, Office.JUDGE)
    scored, early = case(of, "王小芳", until="score"), case(of, "李建国")
    assert judge.get("desk_case", scored.pk).status_code == 404
    seats = [person_of(judge.actor), person_of(second)]
    actions.seat_judges(of, "score", seats, actor=factories.officer(of.organisation, Office.HANDLER))
    html = judge.get("desk_case", scored.pk).content.decode()
    assert "七星街道石溪村12号" in html
    for hidden in ("**** 1111", "是工会会员", "基层初审"):
        assert hidden not in html
    assert judge.post("desk_seen", scored.pk).status_code == 204
    assert judge.get("desk_case", early.pk).status_code == 404
    assert "李建国" not in judge.get("desk").content.decode()
    sent = decision(scored, "approve", **points(8, 8))
    assert judge.post("desk_decide", scored.pk, **sent).status_code == 302


def test_a_judge_steps_aside_with_a_reason(of: Round) -> None:
    scored = case(of, until="score")
    judges = [desk_of(of.organisation, Office.JUDGE, nth=n) for n in range(3)]
    seats = [person_of(one.actor) for one in judges]
    actions.seat_judges(of, "score", seats, actor=factories.officer(of.organisation, Office.HANDLER))
    assert judges[0].post("desk_decide", scored.pk, **decision(scored, "recuse")).status_code == 422
    sent = decision(scored, "recuse", reason_text="申请人是我的亲属")
    assert judges[0].post("desk_decide", scored.pk, **sent).status_code == 302
    assert Decision.objects.get(verdict="recuse").reason == "申请人是我的亲属"


def test_who_approved_a_case_does_not_pay_it_out(of: Round) -> None:
    paid = case(of, until="pay", cost=680_000)
    html = desk_of(of.organisation, Office.FINANCE).get("desk_case", paid.pk).content.decode()
    assert "¥3,000" in html
    assert "¥997,000" in html
    approver = next(
        one for one in Decision.objects.filter(run__application=paid, run__step="visit").select_related("person")
    )
    both = sign_in(make_officer(of.organisation, Office.FINANCE, approver.person).actor)
    page = both.get("desk_case", paid.pk)
    assert not page.context["shown"].permit
    assert both.post("desk_decide", paid.pk, **decision(paid, "approve")).status_code == 409
    payer = desk_of(of.organisation, Office.FINANCE, nth=5)
    assert payer.post("desk_decide", paid.pk, **decision(paid, "approve")).status_code == 302
    paid.refresh_from_db()
    assert paid.state == State.GRANTED


def test_the_union_signs_over_the_text_it_read(of: Round) -> None:
    signed = case(of, until="sign")
    county = desk_of(of.organisation)
    run = factories.current(signed)
    changed = county.post("desk_sign", signed.pk, run=run.pk, party="union", digest="0" * 64)
    assert changed.status_code == 409
    other = county.post("desk_sign", signed.pk, run=run.pk, party="applicant", digest=run.agreement.digest)
    assert other.status_code == 403
    sent = {"run": run.pk, "party": "union", "digest": run.agreement.digest}
    assert county.post("desk_sign", signed.pk, **sent).status_code == 302
    assert run.agreement.signatures.get().party == "union"
    assert county.post("desk_sign", signed.pk, **sent).status_code == 409


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/desk/", "/accounts/", "javascript:alert(1)"])
def test_after_a_decision_nobody_is_led_out_of_the_house(waiting: Application, handler: Desk, back: str) -> None:
    answer = handler.post("desk_decide", waiting.pk, **{**decision(waiting, "approve"), "back": back})
    assert answer.url == reverse("desk")
