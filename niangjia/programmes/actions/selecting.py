"""Choosing among many: the ranking confirmed, the shortlist put up for everybody to see, objections answered."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock, workdays
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, Sentence
from niangjia.programmes import engine
from niangjia.programmes.actions.deciding import lock_runs, see_decisions
from niangjia.programmes.happenings import NoticePublished
from niangjia.programmes.models import Decision, Notice, Objection, Round, StepRun
from niangjia.programmes.permissions import can_answer_objection, can_close_notices, can_object, can_run_round
from niangjia.programmes.reads.rankings import Ranking, ranking
from niangjia.trail import actions as trail

Verdict = Decision.Verdict


def _lock_round(of: Round) -> Round:
    return Round.objects.select_for_update(of=("self",)).select_related("version", "organisation").get(pk=of.pk)


@transaction.atomic
def confirm_ranking(of: Round, step: str, *, seen: str, actor: Actor) -> Ranking:
    """Take the ranking as it stands: those inside the places go on, the others get a no with their place in it.

    `seen` is the digest of the ranking on the officer's screen: if a score changed since, nothing is confirmed.
    """
    of = _lock_round(of)
    can_run_round(actor, of).require()
    standing = ranking(of, step)
    if not standing.rows:
        raise Conflict(_("Nobody is waiting at this step."))
    if seen != standing.digest:
        raise Conflict(
            _("The ranking has changed since you looked at it."), remedy=_("Look at it again, then confirm.")
        )
    if standing.broken_quotas:
        raise Invalid(
            _("The selection breaks a quota: %s.") % "; ".join(standing.broken_quotas),
            remedy=_("Raise the places or ask for more nominations."),
        )
    runs = {run.pk: run for run in lock_runs([row.run_id for row in standing.rows], actor)}
    decisions = [
        Decision(
            run=runs[row.run_id],
            person_id=actor.person_id,
            by_name=actor.name,
            verdict=Verdict.APPROVE if row.selected else Verdict.REFUSE,
            reason="" if row.selected else row.why_not,
            record={} if row.selected else {"code": "outside_places"},
        )
        for row in standing.rows
    ]
    _close_with(decisions, list(runs.values()), actor)
    trail.record(actor, "confirm_ranking", of, step=step, selected=standing.selected, of=len(standing.rows))
    return standing


def _close_with(decisions: Sequence[Decision], runs: Sequence[StepRun], actor: Actor) -> None:
    Decision.objects.bulk_create(decisions)
    engine.settle(see_decisions(runs), actor)


@transaction.atomic
def publish_notice(of: Round, step: str, *, actor: Actor) -> Notice:
    """Put up everybody waiting at a notice step, with the least a notice may show, for its working days."""
    of = _lock_round(of)
    can_run_round(actor, of).require()
    asked = of.definition.step(step)
    waiting = StepRun.objects.filter(application__round=of, step=step, state=StepRun.State.OPEN, notice=None)
    if asked.kind != "notice" or not waiting.exists():
        raise Conflict(_("Nobody is waiting to be put up for public notice here."))
    notice = Notice.objects.create(
        round=of,
        step=step,
        title=f"{of.title} · {asked.title.text('zh')}",
        closes_on=workdays.after_workdays(clock.today(), asked.notice_workdays or 5),
    )
    put_up = waiting.update(notice=notice, due_on=notice.closes_on)
    trail.record(actor, "publish_notice", notice, lines=put_up)
    announce(NoticePublished(notice.pk))
    return notice


@transaction.atomic
def object_to(notice: Notice, *, run: StepRun | None, text: str, name: str, contact: str, actor: Actor) -> Objection:
    """Object to a notice, or to one line of it. Anybody may, signed in or not, under their name, until it closes."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    can_object(notice).require()
    faults: dict[str, Sentence] = {
        key: _("Needed.")
        for key, value in {"text": text, "name": name, "contact": contact}.items()
        if not value.strip()
    }
    if faults:
        raise Invalid(_("An objection needs a name, a way to answer, and what is wrong."), faults=faults)
    if run is not None and run.notice_id != notice.pk:
        raise Invalid(_("This line is not part of the notice."))
    said = text.strip()[:4000]
    again = notice.objections.filter(run=run, text=said, state=Objection.State.OPEN).first()
    if again is not None:  # the same thumb twice
        return again
    objection = Objection.objects.create(
        notice=notice,
        run=run,
        text=said,
        name={"name": name.strip()[:64], "contact": contact.strip()[:64]},
    )
    trail.record(actor, "object_to", notice)
    return objection


@transaction.atomic
def answer_objection(objection: Objection, *, upheld: bool, answer: str, actor: Actor) -> Objection:
    """Answer an objection with the finding. Upheld against a line, that line's application is refused for it."""
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("round__organisation").get(pk=objection.notice_id)
    )
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    can_answer_objection(actor, notice).require()
    if objection.state != Objection.State.OPEN:
        raise Conflict(_("This objection has already been answered."))
    if not answer.strip():
        raise Invalid(_("Say what was found."), faults={"answer": _("Needed.")})
    objection.state = Objection.State.UPHELD if upheld else Objection.State.DISMISSED
    objection.answer, objection.answered_at = answer.strip(), clock.now()
    objection.save(update_fields=["state", "answer", "answered_at"])
    if upheld and objection.run_id is not None:
        run = lock_runs([objection.run_id], actor)[0]
        if run.state == StepRun.State.OPEN:
            refusal = Decision(
                run=run,
                person_id=actor.person_id,
                by_name=actor.name,
                verdict=Verdict.REFUSE,
                reason=answer.strip(),
                record={"code": "objection_upheld"},
            )
            _close_with([refusal], [run], actor)
    trail.record(actor, "answer_objection", notice, upheld=upheld)
    return objection


@transaction.atomic
def close_due_notices(*, actor: Actor) -> int:
    """Close every notice whose last day has passed; lines with an open objection wait for its answer."""
    can_close_notices(actor).require()
    due = Notice.objects.select_for_update(skip_locked=True).filter(
        closes_on__lt=clock.today(), runs__state=StepRun.State.OPEN
    )
    passed = 0
    for notice in Notice.objects.filter(pk__in=[one.pk for one in due]):
        contested = set(
            notice.objections.filter(state=Objection.State.OPEN).values_list("run", flat=True).order_by("run")
        )
        if None in contested:  # an objection to the notice as a whole holds every line
            continue
        waiting = notice.runs.filter(state=StepRun.State.OPEN).values_list("pk", flat=True).order_by("pk")
        runs = lock_runs([pk for pk in waiting if pk not in contested], actor)
        _close_with(
            [Decision(run=run, person_id=actor.person_id, by_name=actor.name, verdict=Verdict.APPROVE) for run in runs],
            runs,
            actor,
        )
        Notice.objects.filter(pk=notice.pk, closed_at=None).update(closed_at=clock.now())
        trail.record(actor, "close_due_notices", notice, passed=len(runs), contested=len(contested))
        passed += len(runs)
    return passed
