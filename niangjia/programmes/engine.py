"""How applications walk through the steps of their programme. A back room: only the verbs come in here.

Everything works on many applications at once, because officers decide in batches; one is a batch of one. Callers hold
the row locks of the applications.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock, workdays
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Refusal
from niangjia.orgs.models import Organisation
from niangjia.programmes import agreements, flow, grants
from niangjia.programmes.definition import StepDef, Who
from niangjia.programmes.happenings import ApplicationsMoved
from niangjia.programmes.models import Application, Decision, StepBody, StepRun

LEVELS_FOR = {"township": "township", "county": "county", "city": "city", "province": "province"}


def ancestors_of(paths: Iterable[str]) -> dict[str, Organisation]:
    """Every body on the way from the root to these paths, by its own path. One query."""
    wanted: set[str] = set()
    for path in paths:
        steps = path.strip(".").split(".")
        wanted |= {".".join(steps[: n + 1]) + "." for n in range(len(steps))}
    return {found.path: found for found in Organisation.objects.filter(path__in=wanted)}


def _at_level(path: str, level: str, known: dict[str, Organisation]) -> Organisation | None:
    steps = path.strip(".").split(".")
    for n in range(len(steps), 0, -1):
        found = known.get(".".join(steps[:n]) + ".")
        if found is not None and found.level == level:
            return found
    return None


def bodies_for(step: StepDef, application: Application, known: dict[str, Organisation]) -> list[StepBody]:
    """Which bodies act at this step for this applicant. A level nobody stands at falls to the launching union."""
    bodies = []
    for who in step.sides or [step.who]:
        if who.level == "applicant":
            continue
        body = _body(who, application, known)
        side = who.partner or "union"
        bodies.append(StepBody(side=side, office=str(who.office), organisation=body))
    return bodies


def _body(who: Who, application: Application, known: dict[str, Organisation]) -> Organisation:
    if who.level == "partner":
        partners = {partner.key: partner.organisation for partner in application.round.partners.all()}
        if who.partner not in partners:
            raise Refusal(
                _("This round names no body for the partner “%(partner)s”.") % {"partner": who.partner},
                remedy=_("Name it on the round's page before the applications reach this step."),
                code="partner_missing",
            )
        return partners[who.partner]
    if who.level == "own":
        return application.union
    if who.level in LEVELS_FOR:
        found = _at_level(application.union.path, LEVELS_FOR[who.level], known)
        if found is not None:
            return found
    return application.round.organisation


def open_step(applications: Sequence[Application], step: StepDef) -> list[StepRun]:
    """Put the applications at a step: a run each, with its bodies and its clock."""
    now, today = clock.now(), clock.today()
    due = workdays.after_workdays(today, step.due_workdays) if step.due_workdays else None
    earlier = dict(
        StepRun.objects.filter(application__in=applications, step=step.key)
        .values_list("application")
        .annotate(times=Count("pk"))
        .order_by("application")
    )
    known = ancestors_of(application.union.path for application in applications)
    runs, bodies = [], []
    for application in applications:
        run = StepRun(
            application=application,
            step=step.key,
            attempt=earlier.get(application.pk, 0) + 1,
            opened_at=now,
            due_on=due,
        )
        runs.append(run)
        application.step = step.key
        for body in bodies_for(step, application, known):
            body.run = run
            bodies.append(body)
    StepRun.objects.bulk_create(runs)
    StepBody.objects.bulk_create(bodies)
    if step.kind == "sign":
        agreements.draft(runs)
    return runs


def outcome_of(run: StepRun, step: StepDef) -> StepRun.State | None:
    """How the step ends by what has been decided so far; None while it is open. Reads prefetched rows."""
    decisions = list(run.decisions.all())
    if any(decision.verdict == Decision.Verdict.REFUSE for decision in decisions):
        return StepRun.State.REFUSED
    if any(decision.verdict == Decision.Verdict.RETURN for decision in decisions):
        return StepRun.State.RETURNED
    if _is_passed(run, step, decisions):
        return StepRun.State.PASSED
    return None


def _is_passed(run: StepRun, step: StepDef, decisions: list[Decision]) -> bool:
    approvals = [one for one in decisions if one.verdict in (Decision.Verdict.APPROVE, Decision.Verdict.RECORD)]
    if step.kind == "score":
        seated = {seat.person_id for seat in run.application.round.judges.all() if seat.step == step.key}
        answered = {one.person_id for one in decisions}
        return bool(seated) and seated <= answered and len(approvals) >= step.judges_min
    if step.kind == "sign":
        signed = {signature.party for signature in run.agreement.signatures.all()}
        return set(run.application.definition.agreement.parties) <= signed  # type: ignore[union-attr]
    if step.sides:
        return {body.side for body in run.bodies.all()} <= {one.side for one in approvals}
    needed = step.policy if isinstance(step.policy, int) else 1
    return len(approvals) >= needed


def settle(runs: Sequence[StepRun], actor: Actor) -> None:
    """Close the runs whose outcome is decided, and move their applications on."""
    closed: dict[StepRun.State, list[StepRun]] = defaultdict(list)
    for run in runs:
        state = outcome_of(run, run.application.definition.step(run.step))
        if state is not None:
            run.state, run.closed_at = state, clock.now()
            closed[state].append(run)
    StepRun.objects.bulk_update([run for group in closed.values() for run in group], ["state", "closed_at"])
    if closed[StepRun.State.REFUSED]:
        refuse([(run.application, *_why(run)) for run in closed[StepRun.State.REFUSED]])
    if closed[StepRun.State.RETURNED]:
        _send_back([run.application for run in closed[StepRun.State.RETURNED]])
    if closed[StepRun.State.PASSED]:
        pass_on(closed[StepRun.State.PASSED], actor)


def _why(run: StepRun) -> tuple[str, str]:
    no = next(one for one in run.decisions.all() if one.verdict == Decision.Verdict.REFUSE)
    return no.record.get("code") or run.step, no.reason


def refuse(cases: Sequence[tuple[Application, str, str]]) -> None:
    """End applications with a no: code and reason each. What was promised is given back to the budget."""
    applications = [application for application, _code, _reason in cases]
    for application, code, reason in cases:
        flow.move(application, flow.REFUSE)
        application.result_code, application.result_reason, application.settled_at = code, reason, clock.now()
    Application.objects.bulk_update(applications, ["state", "result_code", "result_reason", "settled_at"])
    grants.take_back(applications)
    announce(ApplicationsMoved(tuple(application.pk for application in applications), "refused"))


def _send_back(applications: Sequence[Application]) -> None:
    for application in applications:
        flow.move(application, flow.RETURN)
    Application.objects.bulk_update(applications, ["state"])
    announce(ApplicationsMoved(tuple(application.pk for application in applications), "returned"))


def pass_on(runs: Sequence[StepRun], actor: Actor) -> None:
    """Runs that passed: do what passing brings (promise, pay, award), then open the next step or end with a grant."""
    by_place: dict[tuple[str, str], list[Application]] = defaultdict(list)
    for run in runs:
        by_place[(run.application.round.version.digest, run.step)].append(run.application)
    for (_digest, key), applications in by_place.items():
        definition = applications[0].definition
        step = definition.step(key)
        grants.on_passed(step, applications, actor)
        after = definition.step_after(key)
        if after is None:
            _finish(applications)
        else:
            open_step(applications, after)
            Application.objects.bulk_update(applications, ["step"])
            announce(ApplicationsMoved(tuple(application.pk for application in applications), "step"))


def _finish(applications: Sequence[Application]) -> None:
    for application in applications:
        flow.move(application, flow.GRANT)
        application.settled_at = clock.now()
    Application.objects.bulk_update(applications, ["state", "settled_at"])
    grants.complete(applications)
    announce(ApplicationsMoved(tuple(application.pk for application in applications), "granted"))
