"""Who is told what, when, in whose words, and who may read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from niangjia.credentials import actions as credentials
from niangjia.kit import clock
from niangjia.kit.refusal import Forbidden
from niangjia.notify import actions, reads
from niangjia.notify.actions import Telling
from niangjia.notify.listening import POST
from niangjia.notify.messages import WORDS
from niangjia.notify.models import Message
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import REGISTRY, make_account, make_member, make_person, make_tree, make_union
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.programmes import actions as programmes
from niangjia.programmes.models import Match, Round
from niangjia.programmes.tests import factories

pytestmark = pytest.mark.django_db
TITLE = {"title": {"zh": "大病救助", "en": "Illness relief"}}


def tell(person: Person, kind: str = "granted", key: str = "k", **params: object) -> None:
    actions.tell_many([Telling(person.pk, kind, key, "/me/", {**TITLE, **params})], actor=POST)


def a_worker(**facts: Any) -> Person:
    person = make_member(make_union()).person
    factories.tell(person, **facts)
    return person


@pytest.fixture
def of() -> Round:
    return factories.open_round("craftsman", make_tree().county)


@pytest.fixture
def worker() -> Person:
    return make_person()


def test_the_same_key_is_told_once(worker: Person):
    tell(worker)
    tell(worker)
    tell(worker, key="another")
    assert Message.objects.count() == 2


def test_a_message_is_said_in_the_language_of_its_reader(worker: Person):
    tell(worker)
    message = Message.objects.get()
    assert "大病救助" in message.subject
    with translation.override("en"):
        assert message.subject == "“Illness relief” is granted"


def test_the_programmes_own_words_are_said_where_it_has_some(worker: Person):
    tell(worker, own_words={"zh": "您家的光伏已经装好并网。", "en": "Your panels are on the grid."})
    message = Message.objects.get()
    assert message.body == "您家的光伏已经装好并网。"
    with translation.override("en"):
        assert message.body == "Your panels are on the grid."


def test_own_words_never_hide_why_somebody_was_refused(worker: Person):
    tell(worker, "refused", reason="材料是别人的", own_words={"zh": "别灰心，100%可以再来。", "en": "Try again."})
    body = Message.objects.get().body
    assert body.startswith("别灰心，100%可以再来。 ")
    assert "材料是别人的" in body


def test_every_kind_can_be_said_with_what_its_happening_brings(worker: Person):
    names = "body number step reason question answer what when until where team text people"
    everything = dict.fromkeys(names.split(), "某")
    for kind in WORDS:
        tell(worker, kind, kind, **everything)
    for message in Message.objects.all():
        assert "%(" not in message.subject + message.body


def test_whom_a_round_is_for_is_told_and_who_is_one_answer_away_is_asked(of: Round):
    suits, asked = a_worker(worker__trade_years=12), a_worker()
    credentials.plant_achievements(actor=REGISTRY)
    credentials.record_outside_certificate(
        asked, achievement="L5", number="S5", issuer_name="鉴定中心", issued_on=clock.today(), actor=REGISTRY
    )
    programmes.find_people(of, actor=factories.officer(of.organisation, "handler"))
    assert Match.objects.get(person=suits).verdict == Match.Verdict.YES
    assert Match.objects.get(person=asked).verdict == Match.Verdict.ONE_FACT
    told, question = Message.objects.get(person=suits), Message.objects.get(person=asked)
    assert (told.kind, question.kind) == ("found", "question")
    assert told.body == of.definition.notify["found"].zh
    assert question.body
    assert question.link == reverse("question", args=["worker.trade_years"])
    programmes.find_people(of, actor=factories.officer(of.organisation, "handler"))
    assert Message.objects.filter(person=suits).count() == 1


def waiting_for_years(count: int = 1) -> Person:
    """Somebody of whom only the years in the trade are not known."""
    person = a_worker()
    credentials.plant_achievements(actor=REGISTRY)
    credentials.record_outside_certificate(
        person, achievement="L5", number=f"W{count}", issuer_name="鉴定中心", issued_on=clock.today(), actor=REGISTRY
    )
    return person


def find(of: Round) -> None:
    programmes.find_people(of, actor=factories.officer(of.organisation, "handler"))


def test_a_question_names_every_programme_it_decides_and_is_asked_once_a_month(of: Round):
    other = factories.open_round_of(of.version.text.replace("区县工匠评选", "区县工匠再评"), of.organisation)
    person = waiting_for_years()
    find(other)
    find(of)
    question = Message.objects.get(person=person)
    assert question.subject.count("“") == 1, "the second round came later and asked nothing anew"
    Message.objects.update(sent_at=clock.now() - timedelta(days=31), key="question-worker.trade_years-0")
    Match.objects.filter(round=of).delete()
    of.refresh_from_db()
    find(of)
    again = Message.objects.exclude(pk=question.pk).get(person=person)
    assert "区县工匠评选" in again.subject
    assert "区县工匠再评" in again.subject


def test_a_question_put_off_is_not_sent_and_an_answered_one_waits_no_more(of: Round):
    later, answers = waiting_for_years(1), waiting_for_years(2)
    programmes.put_off_question("worker.trade_years", actor=actor_for(later))
    find(of)
    assert not Message.objects.filter(person=later).exists()
    assert reads.unread_count(actor_for(answers)) == 1
    programmes.tell_fact("worker.trade_years", answer="12", actor=actor_for(answers))
    assert reads.unread_count(actor_for(answers)) == 0


def test_an_applicant_is_told_of_every_turn_and_of_a_refusal_with_its_reason(of: Round):
    worker = a_worker(worker__trade_years=12)
    application = factories.apply(of, worker)
    assert application.number
    assert application.number in Message.objects.get(person=worker, kind="submitted").body
    run = factories.current(application)
    body = run.bodies.get()
    decider = factories.officer(body.organisation, body.office)
    programmes.decide(run, verdict="refuse", reason="不在本工种", actor=decider)
    assert "不在本工种" in Message.objects.get(person=worker, kind="refused").body


def test_a_withdrawal_is_ones_own_doing_and_is_not_told(of: Round):
    worker = a_worker(worker__trade_years=12)
    application = factories.apply(of, worker)
    before = Message.objects.filter(person=worker).count()
    programmes.withdraw_application(application, actor=actor_for(worker))
    assert Message.objects.filter(person=worker).count() == before


def test_only_the_house_sends_and_only_the_reader_reads(worker: Person):
    with pytest.raises(Forbidden):
        actions.tell_many([Telling(worker.pk, "granted", "k", "", TITLE)], actor=actor_for(make_person()))
    tell(worker)
    with pytest.raises(Forbidden):
        actions.mark_read([Message.objects.get()], actor=actor_for(make_person()))
    assert reads.unread_count(actor_for(worker)) == 1
    assert reads.unread_count(actor_for(make_person())) == 0


def test_opening_a_message_marks_it_read_and_leads_to_its_thing(client: Client, worker: Person):
    tell(worker)
    message = Message.objects.get()
    client.force_login(make_account(worker))
    inbox = client.get(reverse("inbox"))
    assert "大病救助" in inbox.content.decode()
    assert reads.unread_count(actor_for(worker)) == 1  # looking at the list reads nothing
    assert client.post(reverse("message", args=[message.pk])).headers["Location"] == "/me/"
    assert reads.unread_count(actor_for(worker)) == 0


def test_a_message_never_leads_out_of_the_house(client: Client, worker: Person):
    tell(worker)
    Message.objects.update(link="https://elsewhere.example/")
    client.force_login(make_account(worker))
    opened = client.post(reverse("message", args=[Message.objects.get().pk]))
    assert opened.headers["Location"] == reverse("inbox")


def test_somebody_elses_message_does_not_exist(client: Client, worker: Person):
    tell(worker)
    client.force_login(make_account(make_person()))
    assert client.post(reverse("message", args=[Message.objects.get().pk])).status_code == 404


def test_two_inboxes_of_one_person_become_one(worker: Person):
    kept = make_person()
    tell(worker, key="both")
    tell(kept, key="both")
    tell(worker, key="only")
    people.merge_people(kept, worker, actor=REGISTRY)
    assert sorted(Message.objects.filter(person=kept).values_list("key", flat=True)) == ["both", "only"]
    assert not Message.objects.filter(person=worker).exists()


def test_the_erased_leave_no_messages_and_a_copy_holds_them(worker: Person):
    tell(worker, "refused", reason="不符合条件")
    parts: Any = people.export_my_data(worker, actor=actor_for(worker))
    assert "不符合条件" in parts["messages"][0]["text"]
    people.erase(worker, actor=actor_for(worker))
    assert not Message.objects.exists()
