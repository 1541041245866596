"""Who may do what in a programme, each with the sentence why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import RUNNERS, Actor, Office
from niangjia.kit.permit import YES, Permit, no, permit
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person
from niangjia.programmes.declared import DECLARED_FACTS
from niangjia.programmes.models import (
    Agreement,
    Appeal,
    Application,
    Decision,
    JudgeSeat,
    Notice,
    Programme,
    Round,
    StepBody,
    StepRun,
)


def can_run_programmes(actor: Actor, organisation: Organisation) -> Permit:
    """Adopt, edit, publish, open rounds, publish notices: the handler or chair of the body, or of one above it."""
    return permit(
        actor.is_system or (organisation.is_union and actor.holds(*RUNNERS, over=organisation.path)),
        _("Only the chair or a case handler of %(union)s may do this.") % {"union": organisation},
    )


def can_edit_programme(actor: Actor, programme: Programme) -> Permit:
    return can_run_programmes(actor, programme.organisation)


def can_run_round(actor: Actor, of: Round) -> Permit:
    return can_run_programmes(actor, of.organisation)


def can_invite_everywhere(actor: Actor) -> Permit:
    return permit(actor.is_system, _("Everybody is found anew by the system itself."))


def can_apply(actor: Actor, to: Round) -> Permit:
    if actor.person_id is None:
        return no(_("Sign in to apply."))
    return permit(to.is_open, _("This round is not open for applications now."))


def can_tell(actor: Actor, path: str) -> Permit:
    """A worker tells us about themselves only what no register knows; the rest is for the union to correct."""
    if actor.person_id is None:
        return no(_("Sign in to answer."))
    return permit(
        any(fact.path == path for fact in DECLARED_FACTS),
        _("This is read from a register. If it is missing or wrong, ask your union to correct it."),
    )


def can_object(notice: Notice) -> Permit:
    """Anybody, signed in or not, until the last day has passed."""
    return permit(
        notice.closed_at is None and clock.today() <= notice.closes_on,
        _("This notice closed on %s.") % notice.closes_on,
    )


def can_enter(actor: Actor, to: Round, union: Organisation, person: Person) -> Permit:
    """Enter a paper application: an officer of the applicant's own union or above it, while the round is open."""
    if person.pk == actor.person_id:
        return no(_("Nobody enters their own application on behalf; please use your phone."))
    if not to.is_open:
        return no(_("This round is not open for applications now."))
    return permit(
        actor.holds(*RUNNERS, over=union.path), _("Only an officer of %(union)s may enter this.") % {"union": union}
    )


def is_mine(actor: Actor, application: Application) -> Permit:
    return permit(
        actor.person_id is not None and application.person_id == actor.person_id,
        _("Only the applicant may do this."),
    )


def can_edit(actor: Actor, application: Application) -> Permit:
    """The applicant, while it is a draft or has been sent back."""
    mine = is_mine(actor, application)
    if not mine:
        return mine
    return permit(
        application.state in (Application.State.DRAFT, Application.State.RETURNED),
        _("This application has been handed in and cannot be edited now."),
    )


def can_withdraw(actor: Actor, application: Application) -> Permit:
    mine = is_mine(actor, application)
    if not mine:
        return mine
    open_states = (Application.State.DRAFT, Application.State.IN_REVIEW, Application.State.RETURNED)
    return permit(application.state in open_states, _("This application is settled and cannot be withdrawn."))


def body_of(actor: Actor, run: StepRun) -> StepBody | None:
    """The body for which this actor may act at this step; its own office first, then an office above it."""
    bodies = list(run.bodies.all())
    for body in bodies:
        if actor.holds_in(body.organisation_id, Office(body.office), Office.CHAIR):
            return body
    for body in bodies:
        if actor.holds(Office(body.office), Office.CHAIR, over=body.organisation.path):
            return body
    return None


def can_decide(actor: Actor, run: StepRun) -> Permit:
    """Who holds the step's office in its body or above it; never one's own case, never for two bodies in one case."""
    if run.state != StepRun.State.OPEN:
        return no(_("This step is already settled."))
    if run.application.person_id == actor.person_id:
        return no(_("Nobody decides on their own application."))
    if any(seat.person_id == actor.person_id for seat in seats_of(run)):
        return YES
    body = body_of(actor, run)
    if body is None:
        return no(_("This step belongs to another body."))
    if run.application.round.definition.step(run.step).kind == "score":
        return no(_("Only the judges seated for this round give scores."))
    return _second_pair_of_eyes(actor, run, body)


def _second_pair_of_eyes(actor: Actor, run: StepRun, body: StepBody) -> Permit:
    """Whoever decided for one body does not decide for the next: two levels mean two people."""
    for earlier in run.application.runs.all():
        if earlier.pk == run.pk:
            continue
        side = {one.side: one.organisation_id for one in earlier.bodies.all()}
        for decision in earlier.decisions.all():
            if decision.person_id == actor.person_id and side.get(decision.side) != body.organisation_id:
                return no(_("You have decided this case for another body; a second pair of eyes must look."))
    return YES


def can_look(actor: Actor, application: Application) -> Permit:
    """Who works on a case: the unions over it, the bodies of its steps and its judges; never the applicant."""
    if application.person_id == actor.person_id:
        return no(_("This is your own application; nobody works on their own case."))
    paths = (application.union.path, application.round.organisation.path)
    runs = list(application.runs.all())
    return permit(
        any(actor.holds(over=path) for path in paths)
        or any(actor.holds_in(body.organisation_id) for run in runs for body in run.bodies.all())
        or any(seat.person_id == actor.person_id for seat in application.round.judges.all()),
        _("This case belongs to other bodies."),
    )


def can_act(actor: Actor, run: StepRun) -> Permit:
    """Whether this actor may decide now: not twice, not for a side that is done, not pay out what they approved."""
    allowed = can_decide(actor, run)
    if not allowed:
        return allowed
    decided = list(run.decisions.all())
    if any(decision.person_id == actor.person_id for decision in decided):
        return no(_("You have already decided at this step."))
    bodies = list(run.bodies.all())
    body = body_of(actor, run)
    if body is not None and len(bodies) > 1 and any(decision.side == body.side for decision in decided):
        return no(_("Your side has already put down its record."))
    definition = run.application.round.definition
    if definition.step(run.step).kind == "grant":
        return permit(
            not any(
                decision.person_id == actor.person_id and decision.verdict == Decision.Verdict.APPROVE
                for earlier in run.application.runs.all()
                if definition.step(earlier.step).kind != "grant"
                for decision in earlier.decisions.all()
            ),
            _("You approved this case, so somebody else must pay it out."),
        )
    return YES


def can_reveal(actor: Actor, run: StepRun, what: str) -> Permit:
    """Who may open a sealed number of an applicant: the union's own, and a partner the phone while its step is open."""
    application = run.application
    offices = {"bank_card": (*RUNNERS, Office.FINANCE)}.get(what, RUNNERS)
    if any(actor.holds(*offices, over=path) for path in (application.union.path, application.round.organisation.path)):
        return YES
    ours = any(actor.holds_in(body.organisation_id) and not body.organisation.is_union for body in run.bodies.all())
    return permit(
        what == "phone" and ours and run.state == StepRun.State.OPEN,
        _("This number is only for the union's officers who handle the case."),
    )


def seats_of(run: StepRun) -> list[JudgeSeat]:
    """The judges seated for this run's step, from what the caller has prefetched."""
    return [seat for seat in run.application.round.judges.all() if seat.step == run.step]


def can_close_notices(actor: Actor) -> Permit:
    """A notice ends when its last day is over, and no hand shortens it."""
    return permit(actor.is_system, _("Public notices are closed by the clock."))


def can_sign(actor: Actor, agreement: Agreement, party: str) -> Permit:
    if agreement.run.state != StepRun.State.OPEN:
        return no(_("This agreement is no longer open for signature."))
    if party == "applicant":
        return is_mine(actor, agreement.application)
    side = party.removeprefix("partner.")
    body = next((one for one in agreement.run.bodies.all() if one.side == side), None)
    if body is None:
        return no(_("This party does not sign this agreement."))
    own = actor.holds_in(body.organisation_id, Office(body.office), Office.CHAIR)
    return permit(
        own or actor.holds(*RUNNERS, over=body.organisation.path),
        _("Only %(body)s may sign for this party.") % {"body": body.organisation},
    )


def can_answer_objection(actor: Actor, notice: Notice) -> Permit:
    return can_run_round(actor, notice.round)


def can_appeal(actor: Actor, application: Application) -> Permit:
    mine = is_mine(actor, application)
    if not mine:
        return mine
    return permit(application.state == Application.State.REFUSED, _("Only a refused application can be appealed."))


def can_answer_appeal(actor: Actor, appeal: Appeal) -> Permit:
    """The body above; never somebody who had a hand in the refusal."""
    if any(
        decision.person_id == actor.person_id
        for run in appeal.application.runs.all()
        for decision in run.decisions.all()
    ):
        return no(_("You took part in the decision appealed against."))
    return permit(
        actor.holds(*RUNNERS, over=appeal.body.path), _("Only %(body)s answers this appeal.") % {"body": appeal.body}
    )
