"""Where an application stands, in the words its applicant sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.programmes.definition import Definition
from niangjia.programmes.models import Application, Decision, StepRun
from niangjia.rules import Finding as Weighed

HISTORY = (
    "runs__bodies__organisation",
    Prefetch("runs__decisions", Decision.objects.order_by("pk")),
    "runs__notice",
    "runs__agreement__signatures",
    "round__partners__organisation",
    "round__judges",
)


@dataclass(frozen=True, slots=True)
class TrackStep:
    """One public step: several inner steps may share a label, and are one step to the worker."""

    label: str
    state: str  # done, now, next, stopped
    on: datetime | None = None
    due: date | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as the applicant may read it: the body, never the officer's name."""

    at: datetime
    label: str
    verdict: str
    who: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    application: Application
    definition: Definition
    steps: tuple[TrackStep, ...]
    events: tuple[Event, ...]
    finding: Weighed | None
    next_step: str


def find_application(actor: Actor, pk: int) -> Application:
    """The application, if this actor may know of it, with all that a page about it needs."""
    found = (
        Application.objects.visible_to(actor)
        .select_related(
            "round__version__programme",
            "round__organisation",
            "round__budget",
            "union",
            "person",
            "entitlement__credential",
        )
        .prefetch_related(*HISTORY)
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def track(application: Application) -> Track:
    """How the application stands; expects it from `find_application`."""
    language = (get_language() or "zh")[:2]
    definition = application.definition
    runs = list(application.runs.all())
    kept = application.findings.first()
    current = next((run for run in reversed(runs) if run.state == StepRun.State.OPEN), None)
    return Track(
        application=application,
        definition=definition,
        steps=_steps(definition, runs, application, language),
        events=_events(definition, runs, language),
        finding=Weighed.from_json(kept.told) if kept else None,
        next_step=definition.step(current.step).public.text(language) if current else "",
    )


def _steps(
    definition: Definition, runs: Sequence[StepRun], application: Application, language: str
) -> tuple[TrackStep, ...]:
    latest = {run.step: run for run in runs}
    merged: list[TrackStep] = []
    for step in definition.steps:
        made = _one(latest.get(step.key), step.public.text(language), application)
        if merged and merged[-1].label == made.label:
            merged[-1] = _joined(merged[-1], made)
        else:
            merged.append(made)
    return tuple(merged)


def _one(run: StepRun | None, label: str, application: Application) -> TrackStep:
    if run is None:
        return TrackStep(label, "next")
    who = "、".join(body.organisation.name for body in run.bodies.all())
    if run.state == StepRun.State.PASSED:
        return TrackStep(label, "done", run.closed_at, None, who)
    if run.state == StepRun.State.OPEN:
        return TrackStep(label, "now", run.opened_at, run.due_on, who)
    if run.state == StepRun.State.RETURNED and application.state == Application.State.RETURNED:
        return TrackStep(label, "now", run.closed_at, None, who)
    return TrackStep(label, "stopped", run.closed_at, None, who)


def _joined(earlier: TrackStep, later: TrackStep) -> TrackStep:
    """Two inner steps under one public label: done only when both are."""
    if earlier.state == "done" and later.state == "next":
        return TrackStep(earlier.label, "now", earlier.on, None, earlier.who)
    return later if earlier.state == "done" else earlier


def _events(definition: Definition, runs: Sequence[StepRun], language: str) -> tuple[Event, ...]:
    events = []
    for run in runs:
        label = definition.step(run.step).public.text(language)
        names = {body.side: body.organisation.name for body in run.bodies.all()}
        for decision in run.decisions.all():
            if decision.verdict == Decision.Verdict.RECUSE:
                continue
            who = names.get(decision.side, "")
            events.append(Event(decision.made_at, label, decision.verdict, who, decision.reason))
    return tuple(sorted(events, key=lambda event: event.at))


TONES = {
    "draft": "quiet",
    "in_review": "doing",
    "returned": "wait",
    "refused": "bad",
    "granted": "good",
    "withdrawn": "quiet",
}


@dataclass(frozen=True, slots=True)
class Brief:
    """One application in a list: what it is, how it stands, what comes next and by when."""

    application: Application
    title: str
    next_step: str
    due: date | None
    awaits_signature: bool = False

    @property
    def tone(self) -> str:
        return TONES[self.application.state]


def briefs(applications: QuerySet[Application]) -> tuple[Brief, ...]:
    """A list's worth of applications; two queries whatever their number."""
    language = (get_language() or "zh")[:2]
    open_runs = Prefetch("runs", StepRun.objects.filter(state=StepRun.State.OPEN).order_by("pk"), to_attr="open_runs")
    found = applications.select_related("round__version", "round__organisation").prefetch_related(open_runs)
    told = []
    for one in found.defer("answers"):
        run = next(iter(one.open_runs), None)
        step = one.definition.step(run.step) if run else None
        told.append(
            Brief(
                application=one,
                title=one.definition.title.text(language),
                next_step=step.public.text(language) if step else "",
                due=run.due_on if run else None,
                awaits_signature=step is not None and step.kind == "sign",
            )
        )
    return tuple(told)
