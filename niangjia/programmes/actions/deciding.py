"""What officers, partners and judges do at a step: decide, alone or in a batch, score, recuse, sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid, Refusal, Sentence
from niangjia.people.models import Person
from niangjia.programmes import agreements, engine, records
from niangjia.programmes.models import Agreement, Application, Decision, JudgeSeat, Look, Round, Signature, StepRun
from niangjia.programmes.permissions import body_of, can_decide, can_look, can_run_round, can_sign
from niangjia.trail import actions as trail

Verdict = Decision.Verdict
DECIDED_ELSEWHERE = ("rank", "notice", "sign")


@dataclass(frozen=True, slots=True)
class Choice:
    """One person's decision on one run; `record` holds the step's fields, or the points for each criterion."""

    run_id: int
    verdict: str
    reason: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    seen_revision: int | None = None


def decide(
    run: StepRun,
    *,
    verdict: str,
    reason: str = "",
    record: Mapping[str, Any] | None = None,
    seen_revision: int | None = None,
    actor: Actor,
) -> StepRun:
    """Decide one case at its step. Raises Forbidden, Invalid, or Conflict when somebody was faster."""
    return decide_many([Choice(run.pk, verdict, reason, record or {}, seen_revision)], actor=actor)[0]


@transaction.atomic
def decide_many(choices: Sequence[Choice], *, actor: Actor) -> list[StepRun]:
    """Decide cases together, each with its own verdict and reason; all of them or none."""
    runs = lock_runs([choice.run_id for choice in choices], actor)
    if len(runs) != len({choice.run_id for choice in choices}):
        raise Conflict(_("One of these cases is no longer at this step."), remedy=_("Reload the list."))
    by_id = {run.pk: run for run in runs}
    decisions = _decisions(by_id, choices, actor)
    Decision.objects.bulk_create(decisions)
    trail.record_many(actor, "decide", [run.application for run in runs])
    engine.settle(see_decisions(runs), actor)
    return runs


def _decisions(runs: Mapping[int, StepRun], choices: Sequence[Choice], actor: Actor) -> list[Decision]:
    """The decisions, or, of many, one refusal that names every case that cannot be decided like this, by its run."""
    decisions: list[Decision] = []
    faults: dict[str, Sentence] = {}
    for choice in choices:
        try:
            decisions.append(_decision(runs[choice.run_id], choice, actor))
        except Refusal as refusal:
            if len(choices) == 1:
                raise
            faults[str(choice.run_id)] = str(refusal)
    if faults:
        raise Invalid(
            _("%(some)d of %(all)d cases cannot be decided like this; none has been decided.")
            % {"some": len(faults), "all": len(choices)},
            faults=faults,
        )
    return decisions


def _decision(run: StepRun, choice: Choice, actor: Actor) -> Decision:
    step = run.application.definition.step(run.step)
    if run.state != StepRun.State.OPEN:
        raise Conflict(
            _("Application %(number)s has already been decided at “%(step)s”.")
            % {"number": run.application.number, "step": step.title.text("zh")},
            remedy=_("Reload the list to see how it stands."),
        )
    can_decide(actor, run).require()
    if step.kind in DECIDED_ELSEWHERE and choice.verdict not in (Verdict.REFUSE, Verdict.RETURN):
        raise Invalid(_("“%s” is not settled by a single approval.") % step.title.text("zh"))
    if any(earlier.person_id == actor.person_id for earlier in run.decisions.all()):
        raise Conflict(_("You have already decided application %s at this step.") % run.application.number)
    if choice.seen_revision is not None and choice.seen_revision != run.application.revision:
        raise Conflict(
            _("Application %s was changed after you opened it.") % run.application.number,
            remedy=_("Look at what changed, then decide."),
        )
    reason = choice.reason.strip()
    if choice.verdict in (Verdict.REFUSE, Verdict.RETURN, Verdict.RECUSE) and not reason:
        raise Invalid(_("Say why in a sentence: the applicant will read it."), faults={"reason": _("Needed.")})
    if choice.verdict == Verdict.RETURN and not step.returns:
        raise Invalid(_("From “%s” nothing is sent back.") % step.title.text("zh"))
    record = records.checked(step, choice.verdict, choice.record, earlier=list(run.decisions.all()))
    body = body_of(actor, run)
    side = body.side if body is not None else f"judge-{actor.person_id}"
    return Decision(
        run=run,
        person_id=actor.person_id,
        by_name=actor.name,
        side=side,
        verdict=choice.verdict,
        reason=reason,
        record=record,
    )


def lock_runs(run_ids: Sequence[int], actor: Actor) -> list[StepRun]:
    """The runs with everything a decision looks at, their applications locked first and in one order.

    Of the applications' earlier runs only those are here in which this actor decided: all that a second pair of eyes
    needs to know.
    """
    of_runs = StepRun.objects.filter(pk__in=run_ids).values_list("application", flat=True).order_by()
    locked = {application.pk: application for application in Application.objects.lock(*of_runs)}
    runs = list(
        StepRun.objects.filter(pk__in=run_ids)
        .select_related("agreement")
        .prefetch_related("bodies__organisation", "decisions", "agreement__signatures")
        .order_by("pk")
    )
    for run in runs:
        run.application = locked[run.application_id]
    mine = StepRun.objects.filter(decisions__person=actor.person_id).prefetch_related("bodies", "decisions")
    prefetch_related_objects(list(locked.values()), Prefetch("runs", mine.order_by("pk")))
    return runs


def see_decisions(runs: Sequence[StepRun]) -> Sequence[StepRun]:
    """Read again what has been decided and signed on these runs."""
    for run in runs:
        run.refresh_from_db(fields=["decisions"])
    prefetch_related_objects(list(runs), "decisions")
    return runs


@transaction.atomic
def seat_judges(of: Round, step: str, judges: Sequence[Person], *, actor: Actor) -> list[JudgeSeat]:
    """Seat the judges of a score step: people of the house, none of them an applicant of the round."""
    of = Round.objects.select_for_update(of=("self",)).select_related("version", "organisation").get(pk=of.pk)
    can_run_round(actor, of).require()
    asked = of.definition.step(step)
    if asked.kind != "score":
        raise Invalid(_("“%s” is not scored by judges.") % asked.title.text("zh"))
    if len(judges) < asked.judges_min:
        raise Invalid(_("This step needs at least %d judges.") % asked.judges_min)
    applicants = of.applications.filter(person__in=judges).exclude(state=Application.State.WITHDRAWN)
    if (conflict := applicants.select_related("person").first()) is not None:
        raise Invalid(_("%s has applied in this round and cannot judge it.") % conflict.person.name)
    if Decision.objects.filter(run__application__round=of, run__step=step).exists():
        raise Conflict(_("Scores have been given; the judges can no longer be changed."))
    of.judges.filter(step=step).delete()
    seats = JudgeSeat.objects.bulk_create(JudgeSeat(round=of, step=step, person=judge) for judge in judges)
    trail.record(actor, "seat_judges", of, step=step, judges=len(seats))
    return seats


@transaction.atomic
def sign_agreement(agreement: Agreement, *, party: str, digest: str, actor: Actor) -> Signature:
    """Sign the text whose hash the signer saw; the step passes when every party has signed."""
    run = lock_runs([agreement.run_id], actor)[0]
    standing = run.agreement
    can_sign(actor, standing, party).require()
    assert actor.person_id is not None  # offices and applications belong to people
    if digest != standing.digest or agreements.digest_of(standing.text) != standing.digest:
        raise Conflict(_("The text you read is not the text that would be signed."), remedy=_("Read it again."))
    if any(signature.party == party for signature in standing.signatures.all()):
        raise Conflict(_("This party has already signed."))
    signature = Signature.objects.create(
        agreement=standing, party=party, person_id=actor.person_id, by_name=actor.name, digest=digest
    )
    trail.record(actor, "sign_agreement", run.application, party=party, digest=digest)
    run.agreement.refresh_from_db(fields=["signatures"])
    engine.settle([run], actor)
    return signature


@transaction.atomic
def note_look(application: Application, *, actor: Actor) -> None:
    """Remember which revision this officer has now seen, and put the look on the trail."""
    can_look(actor, application).require()
    assert actor.person_id is not None  # offices and seats belong to people
    Look.objects.update_or_create(
        application=application, person_id=actor.person_id, defaults={"revision": application.revision}
    )
    trail.record_look(actor, application, purpose="review")
