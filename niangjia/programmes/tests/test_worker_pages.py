"""The worker's pages: finding what suits, applying page by page, following it, signing, appealing, taking back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from niangjia.kit.actor import Actor, Office
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account, make_member, make_person, make_tree, make_union
from niangjia.people.models import Consent, Declaration, Person
from niangjia.programmes import actions
from niangjia.programmes.answers import digest_of
from niangjia.programmes.definition import catalogue
from niangjia.programmes.models import Application, Attachment, Round
from niangjia.programmes.tests import factories

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parent / "worker_pages.yaml").read_text("utf-8")
SCHOOL = {"name": "王小芳", "level": "college", "started": "2025-09-01", "helped": "no"}
MONEY = {"tuition": "5,200", "card": "4111111111111111", "note": ""}
State = Application.State


@dataclass(frozen=True)
class Worker:
    person: Person
    client: Client
    actor: Actor

    def get(self, name: str, /, *args: Any, **more: Any) -> Any:
        return self.client.get(reverse(name, args=args), **more)

    def post(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.client.post(reverse(name, args=args), data)


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT, quota=5)


@pytest.fixture
def sign_in() -> Callable[[Person], Worker]:
    def signing_in(person: Person) -> Worker:
        client = Client()
        client.force_login(make_account(person))
        return Worker(person, client, actor_for(person))

    return signing_in


@pytest.fixture
def worker(of: Round, sign_in: Callable[[Person], Worker]) -> Worker:
    return sign_in(make_member(make_union(of.organisation), make_person("王小芳")).person)


def text(response: Any) -> str:
    return unescape(response.content.decode())


def receipt(more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("票据 1.png", factories.PNG + more)


def a_draft(of: Round, worker: Worker) -> Application:
    worker.post("apply", of.pk)
    return Application.objects.get(round=of, person=worker.person)


def handed_in(of: Round, worker: Worker) -> Application:
    draft = a_draft(of, worker)
    worker.post("edit_application", draft.pk, "school", do="next", **SCHOOL)
    worker.post("edit_application", draft.pk, "money", do="next", receipt=receipt(), **MONEY)
    draft.refresh_from_db()
    response = worker.post("check_application", draft.pk, revision=0, answers=digest_of(draft), agreed="on")
    assert response.status_code == 302, text(response)
    draft.refresh_from_db()
    return draft


# --- what suits me ---------------------------------------------------------------------------------------------------


def test_a_worker_one_answer_away_is_asked_that_one_question(of: Round, worker: Worker) -> None:
    page = text(worker.get("services"))
    assert "只差一个回答" in page
    assert "您现在在读大专或本科吗" in page


def test_the_answer_turns_the_card_green_and_is_not_asked_again(of: Round, worker: Worker) -> None:
    response = worker.post("answer_question", of.pk, path="worker.enrolment", answer="college", **{"from": "services"})
    assert response["Location"] == reverse("services") + f"#round-{of.pk}"
    page = text(worker.get("services"))
    assert "适合您" in page
    assert "您现在在读大专或本科吗" not in page


def test_an_answer_nobody_offered_is_shown_again_with_a_sentence(of: Round, worker: Worker) -> None:
    for where in ("services", "offer"):
        response = worker.post("answer_question", of.pk, path="worker.enrolment", answer="phd", **{"from": where})
        assert response.status_code == 422
        assert "请从给出的选项中选一项" in text(response)
    assert not Declaration.objects.exists()


def test_an_empty_answer_says_what_is_needed(of: Round, worker: Worker) -> None:
    response = worker.post("answer_question", of.pk, path="worker.enrolment", **{"from": "services"})
    assert (response.status_code, "必填" in text(response)) == (422, True)


def test_a_worker_cannot_tell_what_a_register_knows(of: Round, worker: Worker) -> None:
    response = worker.post("answer_question", of.pk, path="household.hardship", answer="deep")
    assert response.status_code == 403
    assert "以登记为准" in text(response)
    assert not Declaration.objects.exists()


def test_a_no_says_what_would_change_it_and_offers_to_answer_again(of: Round, worker: Worker) -> None:
    factories.tell(worker.person, worker__enrolment="none")
    assert "暂不符合" in text(worker.get("services"))
    page = text(worker.get("offer", of.pk))
    assert "怎样才符合" in page
    assert 'name="path" value="worker.enrolment"' in page
    assert reverse("apply", args=[of.pk]) not in page


def test_somebody_no_register_knows_sees_an_empty_page_that_explains_itself(sign_in: Callable[..., Worker]) -> None:
    stranger = sign_in(make_person("赵无会"))
    assert "现在没有可以申请的服务" in text(stranger.get("services"))


def test_a_round_out_of_reach_does_not_exist(of: Round, sign_in: Callable[..., Worker]) -> None:
    stranger = sign_in(make_person("赵无会"))
    assert stranger.get("offer", of.pk).status_code == 404
    assert stranger.post("apply", of.pk).status_code == 404


def test_the_policy_tells_conditions_money_steps_and_where_it_was_proven(of: Round, worker: Worker) -> None:
    page = text(worker.get("offer", of.pk))
    for words in (
        "是工会会员",
        "学费票据",
        "工会审核",
        "5个工作日内",
        "最高¥2,000",
        "4,202",
        "超过¥18,000,000",
        "测试县",
    ):
        assert words in page


def test_the_same_question_on_two_cards_keeps_its_ids_apart(of: Round, worker: Worker) -> None:
    factories.open_round_of(TEXT, of.organisation)
    ids = re.findall(r' id="([^"]+)"', text(worker.get("services")))
    assert len([one for one in ids if one.endswith("answer_group")]) == 2
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("where", ["services", "applications"])
def test_more_rounds_do_not_mean_more_queries_a_row(
    where: str, worker: Worker, django_assert_max_num_queries: Any
) -> None:
    union = worker.person.memberships.get().union
    counts = []
    for _doubling in range(2):
        for _one in range(2):
            a_draft(factories.open_round_of(TEXT, union.parent), worker)
        with django_assert_max_num_queries(25) as captured:
            worker.get(where)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- applying --------------------------------------------------------------------------------------------------------


def test_starting_twice_finds_the_same_draft_and_what_is_known_is_filled_in(of: Round, worker: Worker) -> None:
    first, again = worker.post("apply", of.pk), worker.post("apply", of.pk)
    draft = Application.objects.get()
    assert first["Location"] == again["Location"] == reverse("edit_application", args=[draft.pk, "school"])
    page = text(worker.client.get(first["Location"]))
    assert 'value="王小芳"' in page
    assert "已为您填好" in page


def test_what_was_typed_is_kept_even_when_it_cannot_be_right(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    response = worker.post("edit_application", draft.pk, "money", do="next", tuition="一千多", card="4111111111111112")
    page = text(response)
    assert response.status_code == 422
    assert "卡号有一位不对" in page
    assert 'value="一千多"' in page
    assert 'value="一千多"' in text(worker.get("edit_application", draft.pk, "money"))


def test_an_amount_comes_back_as_it_was_meant(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    worker.post("edit_application", draft.pk, "money", do="save", tuition="5,200.50")
    draft.refresh_from_db()
    assert draft.answers["tuition"] == 520_050
    assert 'value="5200.50"' in text(worker.get("edit_application", draft.pk, "money"))


def test_saving_half_a_page_asks_for_nothing(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    response = worker.post("edit_application", draft.pk, "school", do="save", name="王小芳")
    assert response["Location"] == reverse("application", args=[draft.pk])


def test_a_question_that_another_answer_brings_up_is_asked_on_the_same_page(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    page_url = reverse("edit_application", args=[draft.pk, "school"])
    assert "单位报销了多少" not in text(worker.client.get(page_url))
    response = worker.client.post(page_url, {**SCHOOL, "helped": "yes", "do": "next"})
    assert response["Location"] == page_url
    assert "单位报销了多少" in text(worker.client.get(page_url))
    response = worker.client.post(page_url, {**SCHOOL, "helped": "yes", "helped_fen": "300", "do": "next"})
    assert response["Location"] == reverse("edit_application", args=[draft.pk, "money"])


def test_several_files_are_attached_listed_and_removed(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    worker.post("edit_application", draft.pk, "money", do="add", receipt=[receipt(b"1"), receipt(b"2")], **MONEY)
    assert Attachment.objects.filter(removed_at=None).count() == 2
    gone = Attachment.objects.first()
    assert gone is not None
    worker.post("edit_application", draft.pk, "money", remove=gone.pk, **(MONEY | {"tuition": "88"}))
    assert Attachment.objects.filter(removed_at=None).count() == 1
    draft.refresh_from_db()
    assert draft.answers["tuition"] == "88"  # below the least sum: kept as typed


def test_a_photo_from_the_camera_counts_as_a_file(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    response = worker.post("edit_application", draft.pk, "money", do="next", **MONEY, **{"receipt.camera": receipt()})
    assert response["Location"] == reverse("check_application", args=[draft.pk])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "是空文件"),
        (b"GIF89a" + b"0" * 30, "不是"),
        (factories.PNG + b"0" * 1_100_000, "最多1MB"),
        (b"%PDF-1.4 /JavaScript (x)", "含有程序"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_and_the_others_are_kept(
    of: Round, worker: Worker, content: bytes, words: str
) -> None:
    draft = a_draft(of, worker)
    bad = SimpleUploadedFile("坏文件.png", content)
    response = worker.post("edit_application", draft.pk, "money", do="next", receipt=[bad, receipt()], **MONEY)
    assert response.status_code == 422
    assert words in text(response)
    assert Attachment.objects.count() == 1


def test_the_check_page_lists_all_that_is_missing_with_the_place_to_mend_it(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    draft.refresh_from_db()
    response = worker.post("check_application", draft.pk, revision=0, answers=digest_of(draft), agreed="on")
    page = text(response)
    assert response.status_code == 422
    assert "提交前还有6处要补" in page
    assert reverse("edit_application", args=[draft.pk, "money"]) + "#id_card" in page
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_without_the_tick_nothing_is_handed_in(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    response = worker.post("check_application", draft.pk, revision=0)
    assert response.status_code == 422
    assert "请勾选确认" in text(response)


def test_handing_in_keeps_the_consent_and_a_nervous_thumb_hands_in_once(of: Round, worker: Worker) -> None:
    application = handed_in(of, worker)
    again = worker.post("check_application", application.pk, revision=0, answers="seen", agreed="on")
    assert again["Location"] == reverse("application", args=[application.pk])
    assert (application.state, application.revisions.count()) == (State.IN_REVIEW, 1)
    assert "内容属实" in Consent.objects.get(purpose=f"application-{application.pk}").notice


def test_the_answers_of_the_form_count_in_the_conditions_before_handing_in(of: Round, worker: Worker) -> None:
    draft = a_draft(of, worker)
    worker.post("edit_application", draft.pk, "school", do="next", **SCHOOL)
    assert "各项条件都符合" in text(worker.get("check_application", draft.pk))
    assert not Declaration.objects.exists()


def test_what_was_handed_in_cannot_be_edited_by_an_old_page(of: Round, worker: Worker) -> None:
    application = handed_in(of, worker)
    response = worker.post("edit_application", application.pk, "school", do="next", name="别人")
    assert response["Location"] == reverse("application", args=[application.pk])
    application.refresh_from_db()
    assert application.answers["name"] == "王小芳"


def test_nobody_reaches_the_draft_or_the_files_of_another(
    of: Round, worker: Worker, sign_in: Callable[..., Worker]
) -> None:
    application = handed_in(of, worker)
    file = application.attachments.get()
    other = sign_in(make_member(make_union(of.organisation)).person)
    handler = factories.officer(of.organisation, Office.HANDLER)
    officer = sign_in(Person.objects.get(pk=handler.person_id or 0))
    for stranger in (other, officer):
        for name in ("application", "check_application", "withdraw", "appeal", "agreement"):
            assert stranger.get(name, application.pk).status_code == 404, name
        assert stranger.get("edit_application", application.pk, "school").status_code == 404
        assert stranger.get("application_file", application.pk, file.pk).status_code == 404


def test_a_file_is_handed_out_so_that_nothing_in_it_can_run(of: Round, worker: Worker) -> None:
    application = handed_in(of, worker)
    response = worker.get("application_file", application.pk, application.attachments.get().pk)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Disposition"].startswith("inline")
    assert b"".join(response.streaming_content) == factories.PNG


# --- following it ----------------------------------------------------------------------------------------------------


def test_the_list_and_the_track_say_what_happens_next_and_by_when(of: Round, worker: Worker) -> None:
    application = handed_in(of, worker)
    listed, tracked = text(worker.get("applications")), text(worker.get("application", application.pk))
    for page in (listed, tracked):
        assert "工会审核" in page
        assert "个工作日" in page
        assert str(application.number) in page
    assert "**** 1111" in tracked
    assert "4111111111111111" not in tracked


def test_nothing_applied_for_yet_leads_to_what_suits(worker: Worker) -> None:
    assert reverse("services") in text(worker.get("applications"))


def test_what_was_sent_back_is_told_where_it_is_mended(of: Round, worker: Worker) -> None:
    application = handed_in(of, worker)
    handler = factories.officer(application.union, Office.HANDLER)
    actions.decide(factories.current(application), verdict="return", reason="票据看不清，请重拍", actor=handler)
    assert "票据看不清，请重拍" in text(worker.get("application", application.pk))
    assert "票据看不清，请重拍" in text(worker.get("edit_application", application.pk, "money"))
    response = worker.post("check_application", application.pk, revision=1, answers=digest_of(application), agreed="on")
    assert response.status_code == 302
    application.refresh_from_db()
    assert (application.state, application.revision) == (State.IN_REVIEW, 2)


def test_a_refusal_is_told_with_its_reason_and_appealed_once(of: Round, worker: Worker) -> None:
    application = handed_in(of, worker)
    handler = factories.officer(application.union, Office.HANDLER)
    actions.decide(factories.current(application), verdict="refuse", reason="票据与学籍不符", actor=handler)
    page = text(worker.get("application", application.pk))
    assert "票据与学籍不符" in page
    assert of.organisation.name in page
    assert worker.post("appeal", application.pk, text="  ").status_code == 422
    assert worker.post("appeal", application.pk, text="学籍在我本人名下").status_code == 302
    page = text(worker.get("application", application.pk))
    assert "学籍在我本人名下" in page
    assert reverse("appeal", args=[application.pk]) not in page
    assert worker.post("appeal", application.pk, text="再来一次").status_code == 302
    assert application.appeals.count() == 1


def test_the_agreement_is_signed_over_the_text_that_was_read(of: Round, worker: Worker) -> None:
    application = factories.carry_on(handed_in(of, worker), until="sign")
    digest = application.agreements.get().digest
    page = text(worker.get("agreement", application.pk))
    assert "王小芳承诺完成学业" in page
    assert digest in page
    assert worker.post("agreement", application.pk, digest=digest).status_code == 422
    stale = worker.post("agreement", application.pk, digest="0" * 64, agreed="on")
    assert stale.status_code == 409
    for _thumb in range(2):
        assert worker.post("agreement", application.pk, digest=digest, agreed="on").status_code == 302
    assert application.agreements.get().signatures.count() == 1
    assert "您已签署" in text(worker.get("agreement", application.pk))


def test_there_is_no_agreement_before_its_step(of: Round, worker: Worker) -> None:
    assert worker.get("agreement", handed_in(of, worker).pk).status_code == 404


def test_the_result_says_what_was_granted(of: Round, worker: Worker) -> None:
    application = factories.carry_on(handed_in(of, worker))
    page = text(worker.get("application", application.pk))
    assert "学费补助" in page
    assert "¥2,000" in page


def test_taking_back_asks_first_and_leaves_the_way_open(of: Round, worker: Worker) -> None:
    application = handed_in(of, worker)
    assert "要撤回这件申请吗" in text(worker.get("withdraw", application.pk))
    application.refresh_from_db()
    assert application.state == State.IN_REVIEW
    for _thumb in range(2):
        assert worker.post("withdraw", application.pk).status_code == 302
    application.refresh_from_db()
    assert application.state == State.WITHDRAWN
    assert a_draft_again(of, worker) != application.pk


def a_draft_again(of: Round, worker: Worker) -> int:
    worker.post("apply", of.pk)
    return Application.objects.exclude(state=State.WITHDRAWN).get(round=of, person=worker.person).pk


@pytest.mark.parametrize("name", ["application", "edit", "check_application", "offer", "agreement"])
def test_a_page_asks_the_database_a_fixed_number_of_times(
    name: str, of: Round, worker: Worker, django_assert_max_num_queries: Any
) -> None:
    if name in ("edit", "check_application"):
        draft = a_draft(of, worker)
        args = ("edit_application", draft.pk, "school") if name == "edit" else (name, draft.pk)
    elif name == "agreement":
        args = (name, factories.carry_on(handed_in(of, worker), until="sign").pk)
    else:
        args = (name, of.pk if name == "offer" else handed_in(of, worker).pk)
    with django_assert_max_num_queries(30):
        assert worker.get(*args).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("practice", [one.definition.id for one in catalogue()])
def test_every_practice_of_the_catalogue_can_be_read_and_filled_in(
    practice: str, language: str, sign_in: Callable[[Person], Worker]
) -> None:
    county = make_tree().county
    of = factories.open_round(practice, county, quota=5)
    worker = sign_in(make_member(make_union(county)).person)
    worker.client.cookies["niangjia_language"] = language
    for page in (worker.get("services"), worker.get("offer", of.pk), worker.get("policy", of.pk)):
        assert of.definition.title.text(language) in text(page)
    draft = a_draft(of, worker)
    for page in of.definition.form:
        first = worker.get("edit_application", draft.pk, page.key)
        assert page.title.text(language) in text(first)
        assert worker.post("edit_application", draft.pk, page.key, do="save").status_code == 302
    checked = text(worker.get("check_application", draft.pk))
    assert all(clause.text.text(language) in checked for clause in of.definition.require)
