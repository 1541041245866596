"""One question at a time: which is asked, what its answer turns, when it is asked again, and what needs consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from niangjia.kit import clock
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import REGISTRY, make_account, make_member, make_person, make_tree, make_union
from niangjia.people import actions as people
from niangjia.people.models import Consent, Declaration, Person
from niangjia.programmes import actions
from niangjia.programmes.models import PutOff, Round
from niangjia.programmes.reads.offers import offers_for
from niangjia.programmes.reads.questions import open_question
from niangjia.programmes.tests import factories

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parent / "worker_pages.yaml").read_text("utf-8")
ENROLMENT, HOME, EDUCATION = "worker.enrolment", "worker.home", "worker.education"
STUDYING = 'worker.enrolment in ["college", "bachelor"]'
FITTING = '{name: 在读的会员, facts: {worker.union.member: true, worker.enrolment: college}, verdict: "true"}'
UNFITTING = '{name: 不是会员, facts: {worker.union.member: false}, verdict: "false"}'
assert STUDYING in TEXT
assert FITTING in TEXT


def programme(rule: str, title: str) -> str:
    """The programme of the worker's pages with another condition and name."""
    said = TEXT.replace("title: {zh: 阳光助学补助, en: Study subsidy}", f"title: {{zh: {title}, en: {title}}}", 1)
    return said.replace(STUDYING, rule).replace(FITTING, UNFITTING)


@pytest.fixture
def county() -> Organisation:
    return make_tree().county


@pytest.fixture
def offer(county: Organisation) -> Callable[[str, str], Round]:
    def opening(rule: str, title: str) -> Round:
        return factories.open_round_of(programme(rule, title), organisation=county)

    return opening


class Worker:
    """Somebody with a phone."""

    def __init__(self, county: Organisation) -> None:
        self.person: Person = make_member(make_union(county), make_person("王小芳")).person
        self.actor = actor_for(self.person)
        self.client = Client()
        self.client.force_login(make_account(self.person))

    def asked(self) -> str | None:
        found = open_question(self.actor, offers_for(self.actor))
        return found.fact.path if found else None

    def answer(self, path: str, **data: Any) -> Any:
        return self.client.post(reverse("question", args=[path]), data)

    def page(self, path: str) -> str:
        return unescape(self.client.get(reverse("question", args=[path])).content.decode())

    def home(self) -> str:
        return unescape(self.client.get(reverse("home")).content.decode())


@pytest.fixture
def worker(county: Organisation) -> Worker:
    return Worker(county)


def test_the_question_asked_is_the_one_that_decides_most_programmes(worker: Worker, offer: Any) -> None:
    offer(STUDYING, "读书补贴")
    offer('worker.education == "bachelor"', "本科奖励")
    offer('worker.education in ["college", "bachelor"]', "学历奖励")
    assert worker.asked() == EDUCATION
    home = worker.home()
    assert "答了就能定下 2 项" in home
    assert "“本科奖励”" in home
    assert "“学历奖励”" in home
    assert home.count("问您一个问题") == 1


def test_what_decides_something_comes_before_what_only_brings_more_nearer(worker: Worker, offer: Any) -> None:
    for name in ("甲", "乙"):
        offer('worker.education == "bachelor" && worker.trade_years >= 5', name)
    offer(STUDYING, "读书补贴")
    assert worker.asked() == ENROLMENT


def test_one_answer_turns_the_cards_at_once_and_says_from_when_or_why_not(worker: Worker, offer: Any) -> None:
    offer('worker.education == "bachelor"', "本科奖励")
    offer('worker.education in ["college", "bachelor"]', "学历奖励")
    assert worker.answer(EDUCATION, answer="college").url == reverse("question", args=[EDUCATION])
    page = worker.page(EDUCATION)
    assert page.index("学历奖励") > 0
    assert "各项条件都符合" in page
    assert "最高学历为“本科”（现为“大专”）" in page
    assert "本人填报" in page
    assert worker.asked() is None
    told = Declaration.objects.get(person=worker.person)
    assert (told.value, told.declared_on) == ("college", clock.today())


def test_a_question_put_off_is_asked_again_after_a_month_and_not_before(worker: Worker, offer: Any) -> None:
    offer(STUDYING, "读书补贴")
    assert worker.answer(ENROLMENT, later="1").url == reverse("home")
    assert worker.asked() is None
    assert "问您一个问题" not in worker.home()
    assert "您现在在读大专或本科吗" in worker.page(ENROLMENT), "whoever wants to answer still can"
    PutOff.objects.update(until=clock.today())
    assert worker.asked() == ENROLMENT


def test_an_answer_ends_what_was_put_off(worker: Worker, offer: Any) -> None:
    offer(STUDYING, "读书补贴")
    worker.answer(ENROLMENT, later="1")
    worker.answer(ENROLMENT, answer="college")
    assert not PutOff.objects.exists()


def test_a_question_that_nothing_hangs_on_is_not_asked(worker: Worker, offer: Any) -> None:
    of = offer(STUDYING, "读书补贴")
    Round.objects.filter(pk=of.pk).update(state=Round.State.CLOSED)
    assert worker.asked() is None
    assert "不用回答" in worker.page(ENROLMENT)


def test_what_only_a_register_knows_is_no_question_for_the_worker(worker: Worker, offer: Any) -> None:
    offer("worker.hukou == worker.region", "同乡帮扶")
    assert worker.asked() is None
    assert worker.client.get(reverse("question", args=["worker.hukou"])).status_code == 404
    assert worker.client.get(reverse("question", args=["no.such"])).status_code == 404


@pytest.mark.parametrize("answer", ["phd", ""])
def test_an_answer_that_cannot_be_is_told_beside_the_question(worker: Worker, offer: Any, answer: str) -> None:
    offer(STUDYING, "读书补贴")
    response = worker.answer(ENROLMENT, answer=answer)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not Declaration.objects.exists()


def test_what_is_sensitive_is_kept_only_with_consent_and_goes_with_it(worker: Worker, offer: Any) -> None:
    offer('worker.home == "own"', "安居")
    assert "敏感" in worker.home()
    refused = worker.answer(HOME, answer="own")
    assert refused.status_code == 422
    assert not Declaration.objects.exists()
    worker.answer(HOME, answer="own", agreed="on")
    assert "各项条件都符合" in worker.page(HOME)
    consent = Consent.objects.get(person=worker.person)
    people.withdraw_consent(consent, actor=worker.actor)
    assert not Declaration.objects.exists()
    assert worker.asked() == HOME


def test_a_date_that_comes_later_says_from_when(worker: Worker, offer: Any) -> None:
    offer("worker.trade_years >= 10", "老师傅")
    page = worker.page("worker.trade_years")
    assert 'inputmode="numeric"' in page
    worker.answer("worker.trade_years", answer="8")
    assert "本工种工作年限达到10年（现为8年）" in worker.page("worker.trade_years")


def test_the_copy_of_my_data_names_what_i_put_off(worker: Worker, offer: Any) -> None:
    offer(STUDYING, "读书补贴")
    worker.answer(ENROLMENT, later="1")
    until = (clock.today() + timedelta(days=30)).isoformat()
    copied = people.export_my_data(worker.person, actor=worker.actor)
    assert copied["questions_put_off"] == [{"fact": ENROLMENT, "until": until}]


def test_erasing_a_person_takes_away_what_they_put_off() -> None:
    person = make_person("赵无会")
    actions.put_off_question(ENROLMENT, actor=actor_for(person))
    people.erase(person, actor=actor_for(person))
    assert not PutOff.objects.exists()


def test_when_two_records_are_one_person_what_either_put_off_stays_put_off(worker: Worker) -> None:
    twin = make_person("王小芳")
    for who, fact in ((worker.actor, ENROLMENT), (actor_for(twin), ENROLMENT), (actor_for(twin), EDUCATION)):
        actions.put_off_question(fact, actor=who)
    people.merge_people(worker.person, twin, actor=REGISTRY)
    assert set(PutOff.objects.filter(person=worker.person).values_list("fact", flat=True)) == {ENROLMENT, EDUCATION}
    assert PutOff.objects.count() == 2


@pytest.mark.parametrize("where", ["services", "offer"])
def test_a_programmes_own_page_asks_for_the_same_consent(worker: Worker, offer: Any, where: str) -> None:
    address = reverse("answer_question", args=[offer('worker.home == "own"', "安居").pk])
    sent = {"path": HOME, "answer": "own", "from": where}
    refused = worker.client.post(address, sent)
    assert refused.status_code == 422
    assert "同意请打勾" in refused.content.decode()
    assert worker.client.post(address, sent | {"agreed": "on"}).status_code == 302
    assert Declaration.objects.get(person=worker.person).value == "own"
