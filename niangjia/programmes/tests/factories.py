"""Rounds and applications for tests, made and carried on by the real verbs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.ledger.models import Account
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import REGISTRY, make_officer, make_partner, make_tree
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.programmes import actions
from niangjia.programmes.definition import Field, StepDef
from niangjia.programmes.models import Application, Decision, Notice, Round, StepRun

CLOCK = Actor.system("clock")
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def open_round(
    practice: str,
    organisation: Organisation,
    *,
    quota: int | None = None,
    budget_fen: int = 100_000_000,
    days: int = 30,
    partners: dict[str, int] | None = None,
) -> Round:
    """A round of a catalogue practice, launched in one step by the union's own handler."""
    from niangjia.programmes.loading import practice as find

    named = partners or {}
    for key in find(practice).definition.partners:
        named.setdefault(key, make_partner(organisation).pk)
    return actions.launch(
        practice,
        organisation=organisation,
        title="",
        opens_at=clock.now() - timedelta(minutes=1),
        closes_at=clock.now() + timedelta(days=days),
        quota=quota,
        budget_fen=budget_fen,
        partners=named,
        actor=officer(organisation, Office.HANDLER),
    )


def open_round_of(text: str, organisation: Organisation | None = None, **opening: Any) -> Round:
    """A round of a programme text of the test's own, published by the county's handler."""
    organisation = organisation or make_tree().county
    handler = officer(organisation, Office.HANDLER)
    programme = actions.adopt_practice("solar-aid", organisation=organisation, actor=handler)
    draft = actions.edit_draft(programme.versions.get(), text=text, actor=handler)
    version = actions.publish_version(draft, actor=handler)
    partners = {key: make_partner(organisation).pk for key in version.definition.partners}
    budget = {"budget_fen": 100_000_000} | opening
    return actions.open_round(
        version,
        title="",
        opens_at=clock.now() - timedelta(minutes=1),
        closes_at=clock.now() + timedelta(days=30),
        partners=partners,
        actor=handler,
        **budget,
    )


def officer(organisation: Organisation, office: str, *, nth: int = 0) -> Actor:
    """The nth holder of an office in a body; appointed now when there are not that many."""
    while True:
        held = list(organisation.appointments.filter(office=office, until=None).select_related("person").order_by("pk"))
        if len(held) > nth:
            return actor_for(held[nth].person)
        make_officer(organisation, office)


def an_answer(field: Field) -> Any:
    """A plausible answer to any field."""
    return {
        "text": "按实填写",
        "long_text": "情况属实，特此申请。",
        "address": "七星街道石溪村12号",
        "number": field.min if field.min is not None else 40,
        "money": field.min if field.min is not None else 680_000,
        "date": "2024-09-01",
        "choice": field.choices[0].value if field.choices else "",
        "yes_no": True,
        "phone": "13800000000",
        "bank_card": "4111111111111111",
    }.get(field.type)


def fill_in(to: Round, person: Person, **given: Any) -> Application:
    """An application ready to be handed in: every field answered, every file attached."""
    actor = actor_for(person)
    application = actions.start_application(to, actor=actor)
    fields = to.definition.fields()
    answers = {key: an_answer(field) for key, field in fields.items() if field.type != "file"}
    actions.save_answers(application, {**answers, **given}, actor=actor)
    for key, field in fields.items():
        if field.type == "file" and field.required:
            actions.attach_file(application, key, SimpleUploadedFile("photo.png", PNG + key.encode()), actor=actor)
    return application


def apply(to: Round, person: Person, **given: Any) -> Application:
    """An application handed in."""
    return actions.submit_application(fill_in(to, person, **given), actor=actor_for(person))


def tell(person: Person, **facts: Any) -> None:
    """What a person tells us about themselves; `worker__enrolment="college"`."""
    for path, value in facts.items():
        people.declare_fact(person, fact=path.replace("__", "."), value=value, actor=REGISTRY)


def budget_of(of: Round) -> Account:
    """The round's budget as it stands now."""
    assert of.budget is not None
    of.budget.refresh_from_db()
    return of.budget


def current(application: Application) -> StepRun:
    return application.runs.get(state=StepRun.State.OPEN)


def carry_on(application: Application, *, until: str = "") -> Application:
    """Pass step after step, each by somebody who may, until the application rests at `until` or is settled."""
    for _turn in range(60):
        application.refresh_from_db()
        if application.state != Application.State.IN_REVIEW or application.step == until:
            return application
        pass_step(application)
    raise AssertionError(f"{application} does not get past {application.step}")


def pass_step(application: Application, **record: Any) -> None:
    """One turn at the current step, in the way its kind asks for."""
    run = current(application)
    step = application.definition.step(run.step)
    if step.kind == "rank":
        from niangjia.programmes.reads.rankings import ranking

        actor = officer(application.round.organisation, Office.HANDLER)
        seen = ranking(application.round, step.key).digest
        actions.confirm_ranking(application.round, step.key, seen=seen, actor=actor)
    elif step.kind == "notice":
        notice = actions.publish_notice(
            application.round, step.key, actor=officer(application.round.organisation, Office.HANDLER)
        )
        close_notice(notice)
    elif step.kind == "sign":
        _sign(run)
    elif step.kind == "score":
        _score(run, step)
    else:
        _act(run, step, record)


def close_notice(notice: Notice) -> None:
    with clock.at(notice.closes_on + timedelta(days=1)):
        actions.close_due_notices(actor=CLOCK)


def _sign(run: StepRun) -> None:
    agreement = run.agreement
    template = run.application.definition.agreement
    assert template is not None
    for party in template.parties:
        if party == "applicant":
            signer = actor_for(run.application.person)
        else:
            side = party.removeprefix("partner.")
            body = run.bodies.get(side=side)
            signer = officer(body.organisation, body.office)
        actions.sign_agreement(agreement, party=party, digest=agreement.digest, actor=signer)


def _score(run: StepRun, step: StepDef) -> None:
    host = run.application.round.organisation
    of = run.application.round
    if not of.judges.filter(step=step.key).exists():
        judges = [officer(host, Office.JUDGE, nth=n) for n in range(max(step.judges_min, 3))]
        seated = list(Person.objects.filter(pk__in=[judge.person_id for judge in judges]).order_by("pk"))
        actions.seat_judges(of, step.key, seated, actor=officer(host, Office.HANDLER))
    for seat in of.judges.filter(step=step.key).select_related("person"):
        points = {one.key: one.max - 1 for one in step.criteria}
        actions.decide(run, verdict=Decision.Verdict.RECORD, record=points, actor=actor_for(seat.person))


def _act(run: StepRun, step: StepDef, record: dict[str, Any]) -> None:
    record = {field.key: an_answer(field) for field in step.records if field.type != "file"} | record
    times = step.policy if isinstance(step.policy, int) else 1
    for body in run.bodies.select_related("organisation"):
        for nth in range(times):
            # finance is another hand than the handler's, and two levels are two people: each body has its own
            actions.decide(
                run,
                verdict=Decision.Verdict.APPROVE,
                record=record,
                actor=officer(body.organisation, body.office, nth=nth),
            )
