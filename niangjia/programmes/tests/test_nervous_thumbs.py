"""Pressed twice, pressed late, opened where it would write: a sentence, and everything as it was."""

from __future__ import annotations

from functools import partial

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from config.urls import urlpatterns as house
from niangjia.kit.actor import Office
from niangjia.kit.refusal import Conflict
from niangjia.kit.routes import ActorRequest, Needs, route
from niangjia.ledger.models import Transfer
from niangjia.ledger.reads import prove
from niangjia.notify.models import Message
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account, make_member, make_partner, make_person, make_tree, make_union
from niangjia.people import actions as people
from niangjia.people.models import Consent, Person
from niangjia.people.reads import me
from niangjia.programmes import actions
from niangjia.programmes.answers import digest_of
from niangjia.programmes.loading import practice
from niangjia.programmes.models import Appeal, Application, Decision, Round, StepRun
from niangjia.programmes.practiceforms import OpeningForm
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, case, decision, desk_of
from niangjia.programmes.tests.test_concurrency import at_once
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db(transaction=True)
State = Application.State


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(TEXT, quota=5)


@pytest.fixture
def worker(of: Round) -> Person:
    return make_member(make_union(of.organisation), make_person("王小芳")).person


@pytest.fixture
def phones(worker: Person) -> list[Client]:
    """The worker, signed in once for each thumb."""
    account = make_account(worker)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(account)
    return clients


def test_beginning_pressed_twice_begins_one_application(of: Round, phones: list[Client]) -> None:
    address = reverse("apply", args=[of.pk])
    answers = at_once(*(partial(phone.post, address) for phone in phones))
    places = {answer.url for answer in answers}  # type: ignore[attr-defined]
    draft = Application.objects.get()
    assert places == {reverse("edit_application", args=[draft.pk, "home"])}


def test_handing_in_pressed_twice_hands_in_once(of: Round, worker: Person, phones: list[Client]) -> None:
    draft = factories.fill_in(of, worker)
    address = reverse("check_application", args=[draft.pk])
    draft.refresh_from_db()
    seen = {"agreed": "on", "revision": 0, "answers": digest_of(draft)}
    answers = at_once(*(partial(phone.post, address, seen) for phone in phones))
    assert {answer.url for answer in answers} == {reverse("application", args=[draft.pk])}  # type: ignore[attr-defined]
    draft.refresh_from_db()
    assert (draft.state, draft.revision, draft.runs.count()) == (State.IN_REVIEW, 1, 1)
    assert Line.objects.filter(verb="submit_application").count() == 1
    assert Message.objects.filter(person=worker, kind="submitted").count() == 1


def test_a_form_older_than_the_application_is_told_so_and_hands_in_nothing(
    of: Round, worker: Person, phones: list[Client]
) -> None:
    application = factories.apply(of, worker)
    handler = factories.officer(application.union, Office.HANDLER)
    actions.decide(factories.current(application), verdict="return", reason="照片看不清", actor=handler)
    address = reverse("check_application", args=[application.pk])
    answer = phones[0].post(address, {"agreed": "on", "revision": 0, "answers": "seen"})
    assert answer.status_code == 409
    assert "这个页面是旧的，申请后来有改动" in answer.content.decode()
    application.refresh_from_db()
    assert (application.state, application.revision) == (State.RETURNED, 1)


def test_answers_changed_in_another_window_are_not_handed_in_unseen(
    of: Round, worker: Person, phones: list[Client]
) -> None:
    draft = factories.fill_in(of, worker)
    draft.refresh_from_db()
    seen = {"agreed": "on", "revision": 0, "answers": digest_of(draft)}
    actions.save_answers(draft, {"address": "另一个地方"}, actor=actor_for(worker))
    answer = phones[0].post(reverse("check_application", args=[draft.pk]), seen)
    assert answer.status_code == 409
    assert "您填的内容有了改动" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.revision) == (State.DRAFT, 0)


def test_typing_into_a_page_left_open_changes_nothing_once_handed_in(
    of: Round, worker: Person, phones: list[Client]
) -> None:
    application = factories.apply(of, worker)
    answer = phones[0].post(reverse("edit_application", args=[application.pk, "home"]), {"address": "另一个地方"})
    assert answer.url == reverse("application", args=[application.pk])  # type: ignore[attr-defined]
    application.refresh_from_db()
    assert application.answers["address"] == "七星街道石溪村12号"


def test_an_officer_pressing_after_the_worker_took_it_back_reads_why_it_is_too_late(of: Round) -> None:
    waiting = case(of)
    desk, sent = desk_of(waiting.union), decision(waiting, "approve")
    actions.withdraw_application(waiting, actor=actor_for(waiting.person))
    answer = desk.post("desk_decide", waiting.pk, **sent)
    assert answer.status_code == 409
    assert "这个环节已经办结" in answer.content.decode()
    assert not Decision.objects.exists()
    waiting.refresh_from_db()
    assert waiting.state == State.WITHDRAWN


def test_an_appeal_pressed_twice_is_one_appeal(of: Round, worker: Person, phones: list[Client]) -> None:
    application = factories.apply(of, worker)
    handler = factories.officer(application.union, Office.HANDLER)
    actions.decide(factories.current(application), verdict="refuse", reason="房屋已列入征收", actor=handler)
    address = reverse("appeal", args=[application.pk])
    answers = at_once(*(partial(phone.post, address, {"text": "征收范围不含我家"}) for phone in phones))
    assert {answer.status_code for answer in answers} <= {302, 409}  # type: ignore[attr-defined]
    assert Appeal.objects.count() == 1


def test_two_finance_officers_at_once_pay_once(of: Round) -> None:
    waiting = case(of, until="pay", cost=400_000)
    run = factories.current(waiting)
    hands = [factories.officer(of.organisation, Office.FINANCE, nth=n) for n in range(2)]
    outcomes = at_once(*(partial(actions.decide, run, verdict="approve", actor=hand) for hand in hands))
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    waiting.refresh_from_db()
    assert waiting.state == State.GRANTED
    assert Transfer.objects.filter(state="posted", amount=200_000).count() == 1
    prove()


def test_the_last_place_signed_from_two_sides_at_once_goes_on_once(of: Round) -> None:
    waiting = case(of, until="sign")
    agreement = factories.current(waiting).agreement
    bodies = {body.side: body for body in factories.current(waiting).bodies.all()}
    deeds = [
        partial(
            actions.sign_agreement, agreement, party=party, digest=agreement.digest,
            actor=factories.officer(bodies[side].organisation, bodies[side].office),
        )
        for party, side in (("union", "union"), ("partner.power_bureau", "power_bureau"))
    ]  # fmt: skip
    actions.sign_agreement(agreement, party="applicant", digest=agreement.digest, actor=actor_for(waiting.person))
    at_once(*deeds)
    waiting.refresh_from_db()
    assert waiting.step == "deliver"
    assert StepRun.objects.filter(application=waiting, step="deliver").count() == 1


def test_launching_pressed_twice_opens_one_round() -> None:
    county = make_tree().county
    desks = [desk_of(county), desk_of(county)]
    definition = practice("solar-aid").definition
    form = OpeningForm(definition, [make_partner(county)])
    given = {name: str(field.initial or form.initial.get(name) or "") for name, field in form.fields.items()}
    given |= {"budget_fen": "360000", "partner_power_bureau": next(iter(form.bodies)), "union": str(county.pk)}
    answers = at_once(*(partial(desk.post, "practice", "solar-aid", **given) for desk in desks))
    opened = Round.objects.get()
    assert {answer.url for answer in answers} == {reverse("round", args=[opened.pk])}  # type: ignore[attr-defined]


def planted(request: ActorRequest) -> HttpResponse:
    """A page as it must never be written: opening it changes something."""
    people.give_consent(me(request.actor), purpose="showcase", notice="看了就算同意", actor=request.actor)
    return HttpResponse("done")


urlpatterns = [route("planted/", planted, name="planted", needs=Needs.WORKER), *house]


@pytest.mark.urls(__name__)
def test_a_page_that_would_write_when_it_is_opened_says_so_and_writes_nothing(phones: list[Client]) -> None:
    before = Line.objects.count()
    answer = phones[0].get("/planted/")
    assert answer.status_code == 500
    assert "打开页面不应改动任何数据" in answer.content.decode()
    assert not Consent.objects.exists()
    assert Line.objects.count() == before
    assert phones[0].post("/planted/").status_code == 200  # sending it is another matter
    assert Consent.objects.count() == 1
