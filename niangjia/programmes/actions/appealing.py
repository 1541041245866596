"""A no is not the last word: the union above looks again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock, workdays
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.programmes import engine, flow, grants
from niangjia.programmes.happenings import AppealAnswered
from niangjia.programmes.models import Appeal, Application
from niangjia.programmes.permissions import can_answer_appeal, can_appeal
from niangjia.programmes.reads.mine import body_above
from niangjia.trail import actions as trail

APPEAL_WORKDAYS = 15


@transaction.atomic
def appeal(application: Application, *, text: str, actor: Actor) -> Appeal:
    """Ask the union above the one that refused to look again; it answers within 15 working days."""
    application = Application.objects.lock(application.pk)[0]
    can_appeal(actor, application).require()
    if not text.strip():
        raise Invalid(_("Say in a sentence why the decision is wrong."), faults={"text": _("Needed.")})
    if application.appeals.filter(state=Appeal.State.OPEN).exists():
        raise Conflict(_("An appeal on this application is already being looked into."))
    if application.appeals.exists():
        raise Conflict(_("This application has been appealed once; that answer is final here."))
    made = Appeal.objects.create(
        application=application,
        body=body_above(application),
        text=text.strip()[:4000],
        due_on=workdays.after_workdays(clock.today(), APPEAL_WORKDAYS),
    )
    trail.record(actor, "appeal", application)
    return made


@transaction.atomic
def answer_appeal(made: Appeal, *, upheld: bool, answer: str, actor: Actor) -> Appeal:
    """Answer an appeal with reasons. Upheld, the application is taken up again at the step that refused it."""
    application = Application.objects.lock(made.application_id)[0]
    made = Appeal.objects.select_for_update(of=("self",)).select_related("body", "application").get(pk=made.pk)
    can_answer_appeal(actor, made).require()
    if made.state != Appeal.State.OPEN:
        raise Conflict(_("This appeal has already been answered."))
    if not answer.strip():
        raise Invalid(_("Say what was found and why."), faults={"answer": _("Needed.")})
    made.state = Appeal.State.UPHELD if upheld else Appeal.State.DISMISSED
    made.answer, made.answered_at = answer.strip(), clock.now()
    made.save(update_fields=["state", "answer", "answered_at"])
    if upheld:
        flow.move(application, flow.REOPEN)
        application.result_code, application.result_reason, application.settled_at = "", "", None
        engine.open_step([application], application.definition.step(application.step))
        application.save(update_fields=["state", "result_code", "result_reason", "settled_at", "step"])
        grants.renew([application])
    trail.record(actor, "answer_appeal", application, upheld=upheld)
    announce(AppealAnswered(made.pk))
    return made
