"""The editor of a programme file: by fields or as text, every fault beside its place; publishing and what it does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from niangjia.kit.actor import Office
from niangjia.matching import reads as matching
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_member, make_tree, make_union
from niangjia.programmes import actions, loading
from niangjia.programmes.models import Application, Programme, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, Desk, desk_of
from niangjia.programmes.views import editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Organisation:
    return make_tree().county


@pytest.fixture
def desk(county: Organisation) -> Desk:
    return desk_of(county)


@pytest.fixture
def programme(desk: Desk, county: Organisation) -> Programme:
    return actions.adopt_practice("degree-subsidy", organisation=county, actor=desk.actor)


def typed(desk: Desk, programme: Programme, **changed: Any) -> dict[str, Any]:
    """What the form of fields sends when only this was changed; `__` stands for a dash of the names."""
    form = desk.get("programme_edit", programme.pk).context["sheet"].fields
    data: dict[str, Any] = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {"tab": "form", "seen": programme.versions.get(published_at=None).digest}
    return data | {name.replace("__", "-"): value for name, value in changed.items()}


def text_of(programme: Programme) -> str:
    return programme.versions.order_by("-number")[0].text


def test_saving_without_a_change_keeps_the_very_same_text(desk: Desk, programme: Programme) -> None:
    before = text_of(programme)
    answer = desk.post("programme_edit", programme.pk, **typed(desk, programme))
    assert answer.status_code == 302
    assert text_of(programme) == before


def test_a_changed_field_changes_that_part_of_the_file_and_nothing_else(desk: Desk, programme: Programme) -> None:
    before = programme.versions.get().definition
    sent = typed(desk, programme, title__zh="职工上大学", note="本地叫法", steps__0__due_workdays="7")
    assert desk.post("programme_edit", programme.pk, **sent).status_code == 302
    after = programme.versions.get().definition
    changed = {"title": before.title.model_copy(update={"zh": "职工上大学"})}
    step = before.steps[0].model_copy(update={"due_workdays": 7})
    assert after == before.model_copy(update=changed | {"steps": [step, *before.steps[1:]]})
    programme.refresh_from_db()
    assert programme.title == "职工上大学"
    assert programme.versions.get().note == "本地叫法"


def test_a_condition_is_added_and_another_taken_out(desk: Desk, programme: Programme) -> None:
    new = {"text-zh": "在一线", "text-en": "On the front line", "rule": "worker.front_line"}
    sent = typed(desk, programme, remove__require__3="on") | {
        f"add-require-{name}": value for name, value in new.items()
    }
    sent |= {f"remove-examples-{at}": "on" for at in range(1, 10)}
    answer = desk.post("programme_edit", programme.pk, **sent)
    assert answer.status_code == 302, answer.context["told"]
    keys = [one.key for one in programme.versions.get().definition.require]
    assert keys == ["member", "enterprise", "contract_year", "enrolled", "condition_1"]


def added(where: str, **values: str) -> dict[str, str]:
    return {f"add-{where}-{name.replace('__', '-')}": value for name, value in values.items()}


def test_a_question_is_added_another_taken_out_and_a_third_asked_otherwise(desk: Desk, programme: Programme) -> None:
    before = programme.versions.get().definition.form[0].fields
    assert [one.key for one in before] == ["level", "school", "major", "register_proof"]
    sent = typed(desk, programme, remove__form__0__fields__2="on", form__0__fields__1__type="long_text")
    sent |= added("form-0-fields", label__zh="入学日期", label__en="First day at school", type="date")
    answer = desk.post("programme_edit", programme.pk, **sent)
    assert answer.status_code == 302, answer.context["told"]
    fields = programme.versions.get().definition.form[0].fields
    assert [(one.key, one.type) for one in fields] == [
        ("level", "choice"), ("school", "long_text"), ("register_proof", "file"), ("question_1", "date"),
    ]  # fmt: skip
    assert fields[1].max_length is None
    assert programme.versions.get().definition.form[1:] == loading.practice("degree-subsidy").definition.form[1:]


def test_a_step_is_added_before_the_money_goes_out_and_another_taken_out(desk: Desk, programme: Programme) -> None:
    assert [one.key for one in programme.versions.get().definition.steps] == [
        "review", "county", "places", "notice", "payment",
    ]  # fmt: skip
    sent = typed(desk, programme, remove__steps__3="on")
    sent |= added(
        "steps", title__zh="市总复核", title__en="City check", public__zh="市总工会复核", public__en="The city checks",
        kind="review", level="city", office="chair", due_workdays="3",
    )  # fmt: skip
    answer = desk.post("programme_edit", programme.pk, **sent)
    assert answer.status_code == 302, answer.context["told"]
    steps = {one.key: one for one in programme.versions.get().definition.steps}
    assert list(steps) == ["review", "county", "places", "step_1", "payment"]
    new = steps["step_1"]
    assert (new.kind, new.who.level, new.who.office, new.due_workdays) == ("review", "city", "chair", 3)


def test_a_step_that_something_rests_on_cannot_be_taken_out_and_it_is_said_what(
    desk: Desk, programme: Programme
) -> None:
    before = text_of(programme)
    answer = desk.post("programme_edit", programme.pk, **typed(desk, programme, remove__steps__0="on"))
    assert answer.status_code == 422
    assert "review" in " ".join(said for _where, _label, said in answer.context["told"])
    assert text_of(programme) == before


def test_what_is_wrong_with_a_new_question_or_step_is_told_beside_it(desk: Desk, programme: Programme) -> None:
    sent = typed(desk, programme) | added("form-0-fields", label__zh="入学日期", label__en="")
    sent |= added("steps", title__zh="市总复核", public__zh="复核", public__en="Check", level="city", office="chair")
    form = desk.post("programme_edit", programme.pk, **sent).context["sheet"].fields
    assert {"add-form-0-fields-label-en", "add-steps-title-en"} <= set(form.errors), form.errors
    assert not [name for name in form.errors if not name.startswith("add-")], form.errors


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"title__zh": ""}, "title-zh", "必须填写"),
    ({"summary__en": ""}, "summary-en", "必须填写"),
    ({"valid_from": "2026-02-30"}, "valid_from", "日期"),
    ({"valid_from": ""}, "valid_from", "必须填写"),
    ({"retention_years": "十"}, "retention_years", "整数"),
    ({"retention_years": "0"}, "retention_years", "0"),
    ({"require__0__rule": "worker.unoin.member"}, "require-0-rule", "worker.union.member"),
    ({"require__0__rule": "worker.union.member &&"}, "require-0-rule", ""),
    ({"require__0__rule": ""}, "require-0-rule", "必须填写"),
    ({"require__4__rule": 'worker.enrolment in ["collage"]'}, "require-4-rule", "collage"),
    ({"require__2__rule": "worker.employment.since >= 12"}, "require-2-rule", ""),
    ({"require__1__text__zh": ""}, "require-1-text-zh", "必须填写"),
    ({"steps__0__due_workdays": "-5"}, "steps-0-due_workdays", ""),
    ({"steps__0__due_workdays": "很快"}, "steps-0-due_workdays", "整数"),
    ({"grant__amount__percent": "160"}, "grant-amount-percent", "100"),
    ({"grant__amount__cap_fen": "五千"}, "grant-amount-cap_fen", "不是金额"),
    ({"grant__amount__cap_fen": "-1"}, "grant-amount-cap_fen", ""),
    ({"limits__per_person": "0"}, "limits-per_person", ""),
    ({"examples__0__amount_fen": "1"}, "examples-0-amount_fen", "4,320"),
    ({"form__0__title__zh": ""}, "form-0-title-zh", "必须填写"),
]


@pytest.mark.parametrize(("changed", "field", "part"), WRONG, ids=lambda one: str(one)[:40])
def test_a_wrong_value_is_told_beside_its_field_and_everything_typed_is_kept(
    desk: Desk, programme: Programme, changed: dict[str, str], field: str, part: str
) -> None:
    before = text_of(programme)
    answer = desk.post("programme_edit", programme.pk, **typed(desk, programme, title__en="Kept as typed", **changed))
    form = answer.context["sheet"].fields
    assert answer.status_code == 422
    assert form.errors[field], form.errors
    assert part in " ".join(form.errors[field])
    html = answer.content.decode()
    assert "Kept as typed" in html
    assert f'href="#id_{field}"' in html
    assert text_of(programme) == before


def test_a_fault_in_a_rule_shows_where_it_is_with_a_caret(desk: Desk, programme: Programme) -> None:
    answer = desk.post("programme_edit", programme.pk, **typed(desk, programme, require__0__rule="worker.unoin.member"))
    assert "^" in answer.context["sheet"].fields.excerpts["require-0-rule"]


def test_a_fault_after_a_part_was_taken_out_stands_at_its_own_card(desk: Desk, programme: Programme) -> None:
    sent = typed(desk, programme, remove__require__0="on", require__3__rule="worker.no_such_fact")
    form = desk.post("programme_edit", programme.pk, **sent).context["sheet"].fields
    assert "require-3-rule" in form.errors
    assert "require-2-rule" not in form.errors


def test_a_fault_in_a_new_condition_stands_at_the_new_condition(desk: Desk, programme: Programme) -> None:
    sent = typed(desk, programme) | {
        "add-exclude-text-zh": "不算",
        "add-exclude-text-en": "no",
        "add-exclude-rule": "worker.x",
    }
    assert "add-exclude-rule" in desk.post("programme_edit", programme.pk, **sent).context["sheet"].fields.errors


FILES: list[tuple[str, str]] = [
    ("", "L1"),
    ("id: [", "L1"),
    ("- a\n- b\n", "L1"),
    ("id: a\nid: b\n", "L2"),
    ("\t", "L1"),
    ("x: &a 1\ny: *a\n", "L1"),
]


@pytest.mark.parametrize(("text", "line"), FILES)
def test_a_file_that_cannot_be_read_leads_to_its_line(desk: Desk, programme: Programme, text: str, line: str) -> None:
    seen = programme.versions.get().digest
    answer = desk.post("programme_edit", programme.pk, tab="text", text=text, seen=seen)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{line}"' in html
    assert f'id="{line}"' in html


def test_the_whole_file_is_kept_as_it_was_typed(desk: Desk, programme: Programme) -> None:
    seen = programme.versions.get().digest
    wanted = "# 本地定的\n" + text_of(programme)
    sent = {"tab": "text", "text": wanted.replace("\n", "\r\n"), "seen": seen}
    assert desk.post("programme_edit", programme.pk, **sent).status_code == 302
    assert text_of(programme) == wanted


def test_two_officers_at_one_draft_do_not_overwrite_each_other(desk: Desk, programme: Programme) -> None:
    stale = typed(desk, programme, title__zh="第二个人写的")
    desk.post("programme_edit", programme.pk, **typed(desk, programme, title__zh="第一个人写的"))
    answer = desk.post("programme_edit", programme.pk, **stale)
    assert answer.status_code == 422
    assert "第二个人写的" in answer.content.decode()
    assert "第一个人写的" in text_of(programme)


def test_what_is_typed_in_fields_can_be_gone_on_with_in_the_file(desk: Desk, programme: Programme) -> None:
    sent = typed(desk, programme, require__0__rule="worker.unoin.member", then="text")
    html = desk.post("programme_edit", programme.pk, **sent).content.decode()
    assert "worker.unoin.member" in html
    assert "<textarea" in html
    assert "worker.unoin.member" not in text_of(programme)


def test_it_is_checked_while_written_and_nothing_is_kept(desk: Desk, programme: Programme) -> None:
    before = text_of(programme)
    good = desk.post("programme_check", programme.pk, **typed(desk, programme)).content.decode()
    bad = desk.post("programme_check", programme.pk, **typed(desk, programme, retention_years="x")).content.decode()
    assert "没有问题" in good
    assert "#id_retention_years" in bad
    assert text_of(programme) == before


@pytest.mark.parametrize("tab", ["form", "text"])
def test_every_name_a_rule_may_use_is_offered_with_its_label_kind_and_codes(
    desk: Desk, programme: Programme, tab: str
) -> None:
    page = desk.get("programme_edit", programme.pk, query={"tab": tab})
    offered = {one.name: one for told in page.context["words"] for one in told.words}
    schema = matching.schema()
    assert {*schema.facts, *schema.parameters} < set(offered)
    assert (offered["worker.age"].label, offered["worker.age"].about) == ("年龄", "数字 · 岁 · 由出生日期算出")
    assert ("platform", "平台就业") in offered["worker.employment.form"].values
    assert "现为12" in offered["param.degree_contract_months"].about
    assert 'data-word="worker.age" data-label="年龄"' in page.content.decode()


def test_publishing_shows_what_changes_and_who_gains(desk: Desk, programme: Programme, county: Organisation) -> None:
    member = make_member(make_union(county))
    simple = TEXT.replace('worker.home == "own"', "worker.union.member")
    draft = actions.edit_draft(programme.versions.get(), text=simple, actor=desk.actor)
    actions.publish_version(draft, actor=desk.actor)
    answer = desk.post("programme_version", programme.pk)
    assert answer.url == reverse("programme_edit", args=[programme.pk])
    draft = programme.versions.get(published_at=None)
    stricter = simple.replace("rule: worker.union.member\n    if_unknown", 'rule: worker.home == "own"\n    if_unknown')
    draft = actions.edit_draft(draft, text=stricter, actor=desk.actor)
    page = desk.get("programme_publish", programme.pk, query={"reach": "1"})
    assert [one.after for one in page.context["changes"]] == ['worker.home == "own"']
    told = page.context["effect"]
    suit, one_answer, *_others = told.kinds
    assert (told.gains, told.loses, suit.before, one_answer.after) == (0, 1, 1, 1), member
    assert page.context["reach"].one_fact == 1
    stale = desk.post("programme_publish", programme.pk, seen="x")
    assert stale.status_code == 409
    assert desk.post("programme_publish", programme.pk, seen=draft.digest).url == reverse(
        "round_new", args=[programme.pk]
    )


def test_a_running_round_keeps_its_version_and_both_pages_say_so(desk: Desk, county: Organisation) -> None:
    of = factories.open_round_of(TEXT, county)
    programme = of.version.programme
    draft = actions.draft_version(programme, actor=desk.actor)
    changed = TEXT.replace("各环节示例", "各个环节")
    actions.publish_version(actions.edit_draft(draft, text=changed, actor=desk.actor), actor=desk.actor)
    page = desk.get("programme", programme.pk)
    newest, first = page.context["page"].versions
    assert len(newest.changes) == 1
    assert "1项改动" in page.content.decode()
    assert (newest.rounds, first.rounds) == ((), (of,))
    of.refresh_from_db()
    assert of.definition == loading.load(TEXT)


def test_the_figures_of_a_programme_are_counted_from_its_records(desk: Desk, county: Organisation) -> None:
    counts = """
counts:
  - {key: applied, label: {zh: 申请人, en: Applied}, unit: people, of: applied}
  - {key: homes, label: {zh: 申请家庭, en: Homes}, unit: households, of: applied}
  - {key: times, label: {zh: 人次, en: Times}, unit: person_times, of: applied}
  - {key: entitled, label: {zh: 受益, en: Helped}, unit: people, of: entitled}
  - {key: paid, label: {zh: 已付, en: Paid}, unit: fen, of: paid_fen}
  - {key: refused, label: {zh: 未通过, en: Refused}, unit: people, of: refused}
"""
    of = factories.open_round_of(TEXT + counts, county)
    programme = of.version.programme
    union = make_union(county)
    first = factories.apply(of, make_member(union).person)
    factories.apply(of, make_member(union).person)
    told = {one.label: one.value for one in desk.get("programme", programme.pk).context["page"].figures}
    assert told["申请人"] == told["申请家庭"] == told["人次"] == 2
    assert told["受益"] == told["已付"] == 0
    factories.carry_on(first)
    first.refresh_from_db()
    assert first.state == Application.State.GRANTED
    told = {one.label: one.value for one in desk.get("programme", programme.pk).context["page"].figures}
    assert told["受益"] == 1
    assert told["已付"] == first.entitlement.amount_fen


def test_a_round_is_opened_once_with_the_newest_version(desk: Desk, programme: Programme) -> None:
    assert desk.get("round_new", programme.pk).status_code == 302
    actions.publish_version(programme.versions.get(), actor=desk.actor)
    form = desk.get("round_new", programme.pk).context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"budget_fen": "1000", "quota": "3"}
    wrong = desk.post("round_new", programme.pk, **sent | {"quota": "0"})
    assert wrong.status_code == 422
    first, second = desk.post("round_new", programme.pk, **sent), desk.post("round_new", programme.pk, **sent)
    assert first.url == second.url == reverse("round", args=[Round.objects.get().pk])


def test_a_draft_can_be_thrown_away(desk: Desk, programme: Programme) -> None:
    assert desk.post("programme_discard", programme.pk).url == reverse("programmes")
    assert not Programme.objects.exists()


def test_only_who_runs_programmes_may_edit_them(programme: Programme, county: Organisation) -> None:
    finance = desk_of(county, Office.FINANCE)
    assert finance.get("programme", programme.pk).status_code == 200
    for name in ("programme_edit", "programme_publish", "round_new", "programme_reach"):
        assert finance.get(name, programme.pk).status_code == 403
    for name in ("programme_edit", "programme_check", "programme_discard", "programme_version", "programme_publish"):
        assert finance.post(name, programme.pk).status_code == 403
    stranger = desk_of(make_tree().other_county)
    assert stranger.get("programme", programme.pk).status_code == 404


def test_the_pages_ask_as_much_for_many_programmes_as_for_few(
    desk: Desk, programme: Programme, county: Organisation, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(9) as few:
        desk.get("programmes")
    with django_assert_max_num_queries(16) as one:
        desk.get("programme", programme.pk)
    actions.publish_version(programme.versions.get(), actor=desk.actor)
    for _more in range(3):
        factories.open_round("solar-aid", county)
    actions.draft_version(programme, actor=desk.actor)
    with django_assert_max_num_queries(len(few.captured_queries)):
        desk.get("programmes")
    with django_assert_max_num_queries(len(one.captured_queries)):
        desk.get("programme", programme.pk)


def test_whom_it_reaches_is_counted_from_what_is_typed_and_nothing_is_kept(
    desk: Desk, programme: Programme, county: Organisation
) -> None:
    make_member(make_union(county))
    before = text_of(programme)
    kept = desk.post("programme_try", programme.pk, **typed(desk, programme)).context["reach"]
    # The examples no longer come out right; that does not stand in the way of counting.
    easy = {f"require__{at}__rule": "worker.union.member" for at in range(5)}
    tried = desk.post("programme_try", programme.pk, **typed(desk, programme, **easy)).context["reach"]
    assert kept.yes == 0
    assert (tried.yes, tried.all) == (kept.all, kept.all)
    assert [one.left for one in tried.clauses] == [tried.all] * 5
    assert text_of(programme) == before


def test_a_count_over_very_many_workers_shows_how_far_it_is_and_ends_at_all_of_them(
    desk: Desk, programme: Programme, county: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(5):
        make_member(make_union(county))
    sent = typed(desk, programme)
    whole = desk.post("programme_try", programme.pk, **sent).context["reach"]
    monkeypatch.setattr(editor, "SLICE", 2)
    seen, answer = [], desk.post("programme_try", programme.pk, **sent)
    while "so_far" in answer.context:
        seen.append(answer.context["done"])
        answer = desk.post("programme_try", programme.pk, **sent, **json.loads(answer.context["so_far"]))
    assert seen == list(range(1, answer.context["slices"] if "slices" in answer.context else len(seen) + 1))
    assert len(seen) >= 2
    assert answer.context["reach"] == whole
    other = sent | {"so_far": "made up"}
    assert desk.post("programme_try", programme.pk, **other).context["done"] == 1


def test_what_cannot_be_read_yet_is_not_counted_and_says_so(desk: Desk, programme: Programme) -> None:
    sent = typed(desk, programme, require__0__rule="worker.unoin.member")
    answer = desk.post("programme_try", programme.pk, **sent)
    assert answer.status_code == 200
    assert "请先改正" in answer.content.decode()


def test_the_check_puts_each_fault_beside_its_field_with_what_to_write_instead(
    desk: Desk, programme: Programme
) -> None:
    sent = typed(desk, programme, require__0__rule="worker.unoin.member")
    html = desk.post("programme_check", programme.pk, **sent).content.decode()
    assert 'data-fault="id_require-0-rule"' in html
    assert "应改为：worker.union.member" in html
    assert "^^^" in html
    text = text_of(programme).replace("rule: worker.union.member", "rule: worker.unoin.member", 1)
    seen = programme.versions.get().digest
    [told] = desk.post("programme_check", programme.pk, tab="text", text=text, seen=seen).context["told"]
    line = text.split("\n")[told.line - 1]
    assert line[told.column - 1 :].startswith("worker.unoin.member")
