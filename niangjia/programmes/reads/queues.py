"""The officer's and the partner's desk: what waits for me, what is due, what I may look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import get_language

from niangjia.kit import clock, workdays
from niangjia.kit.actor import RUNNERS, Actor, Office
from niangjia.kit.refusal import NotFound
from niangjia.orgs.models import within
from niangjia.programmes.models import (
    Appeal,
    Application,
    Decision,
    JudgeSeat,
    Objection,
    Round,
    StepBody,
    StepRun,
)

PAGE = 25
SOON = 3  # working days
FOR_THE_ROUND = ("rank", "notice")  # settled for all at once, on the round's page
Group = tuple[Mapping[str, Any], str, str]  # the counts of a round's step, its kind, its name
SEALED = ("application__answers", "application__person__id_number", "application__person__phone")


@dataclass(frozen=True, slots=True)
class QueueRow:
    run: StepRun
    step: str
    kind: str
    programme: str
    changed: bool  # the applicant handed in a newer revision than this officer saw


@dataclass(frozen=True, slots=True)
class RoundWork:
    """Cases that wait to be settled together: to be ranked, or to be put up for public notice."""

    round: Round
    step: str
    label: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the desk was asked to show. `due` is overdue or soon."""

    below: bool = False
    round_id: int | None = None
    step: str = ""
    due: str = ""
    q: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Queue:
    rows: tuple[QueueRow, ...]
    page: Page[StepRun]
    works: tuple[RoundWork, ...]
    rounds: tuple[tuple[int, str], ...]
    steps: tuple[tuple[str, str], ...]
    waiting: int
    overdue: int
    due_soon: int
    objections: int
    appeals: int


def _mine(actor: Actor) -> Q:
    """The runs of bodies where this actor holds the office that acts; a chair stands in for all but the judges."""
    held = Q(pk__in=[])
    for power in actor.powers:
        held |= Q(organisation=power.organisation_id) & (
            ~Q(office=Office.JUDGE) if power.office is Office.CHAIR else Q(office=power.office)
        )
    other_side = StepBody.objects.filter(run=OuterRef("run")).exclude(side=OuterRef("side"))
    done_by_us = Decision.objects.filter(run=OuterRef("run"), side=OuterRef("side"))
    bodies = StepBody.objects.filter(held).exclude(office=Office.JUDGE)
    return Q(pk__in=bodies.exclude(Exists(other_side) & Exists(done_by_us)).values("run"))


def runs_for(actor: Actor, *, below: bool = False) -> QuerySet[StepRun]:
    """The open steps at which this actor's offices act (with `below`, the whole subtree's), and those they judge."""
    mine = _mine(actor)
    if below:  # judges and finance officers look at their own step only
        mine |= Q(pk__in=StepBody.objects.filter(within(actor.reach(*RUNNERS), "organisation__path")).values("run"))
    seats = JudgeSeat.objects.filter(
        person=actor.person_id, round=OuterRef("application__round"), step=OuterRef("step")
    )
    decided = Decision.objects.filter(run=OuterRef("pk"), person=actor.person_id)
    return StepRun.objects.filter(mine | Exists(seats), ~Exists(decided), state=StepRun.State.OPEN).exclude(
        application__person=actor.person_id
    )


def queue(actor: Actor, asked: Asked) -> Queue:
    """One page of what waits, the most urgent first. The number of queries does not grow with the rows."""
    language = (get_language() or "zh")[:2]
    runs = runs_for(actor, below=asked.below)
    groups = _groups(runs)
    rounds = Round.objects.select_related("version").in_bulk({group["round"] for group in groups})
    together: list[Group] = []
    single: list[Group] = []
    for group in groups:
        step = rounds[group["round"]].definition.step(group["step"])
        (together if step.kind in FOR_THE_ROUND else single).append((group, step.kind, step.title.text(language)))
    for group, _kind, _label in together:
        runs = runs.exclude(application__round=group["round"], step=group["step"])
    chosen = _filtered(runs, asked).select_related(
        "application__round__version__programme", "application__person", "application__union"
    )
    chosen = chosen.defer(*SEALED).order_by(F("due_on").asc(nulls_last=True), "pk")
    shown = Paginator(chosen, PAGE).get_page(asked.page)
    return Queue(
        rows=_rows(list(shown.object_list), actor),
        page=shown,
        works=tuple(
            RoundWork(rounds[group["round"]], group["step"], label, kind, group["to_do"])
            for group, kind, label in together
            if group["to_do"]
        ),
        rounds=tuple({group["round"]: rounds[group["round"]].title for group, _kind, _label in single}.items()),
        steps=tuple({group["step"]: label for group, _kind, label in single}.items()),
        waiting=sum(group["waiting"] for group, _kind, _label in single),
        overdue=sum(group["overdue"] for group, _kind, _label in single),
        due_soon=sum(group["soon"] for group, _kind, _label in single),
        objections=objections_for(actor).filter(state=Objection.State.OPEN).count(),
        appeals=appeals_for(actor).filter(state=Appeal.State.OPEN).count(),
    )


def _groups(runs: QuerySet[StepRun]) -> list[Mapping[str, Any]]:
    today = clock.today()
    soon = (today, workdays.after_workdays(today, SOON))
    counted = runs.order_by().values("step", round=F("application__round"))
    return list(
        counted.annotate(
            waiting=Count("pk"),
            to_do=Count("pk", filter=Q(notice=None)),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__range=soon)),
        ).order_by("round", "step")
    )


def _filtered(runs: QuerySet[StepRun], asked: Asked) -> QuerySet[StepRun]:
    today = clock.today()
    if asked.round_id:
        runs = runs.filter(application__round=asked.round_id)
    if asked.step:
        runs = runs.filter(step=asked.step)
    if asked.due == "overdue":
        runs = runs.filter(due_on__lt=today)
    if asked.due == "soon":
        runs = runs.filter(due_on__range=(today, workdays.after_workdays(today, SOON)))
    if word := asked.q.strip():
        runs = runs.filter(
            Q(application__number__iendswith=word)
            | Q(application__person__name__contains=word)
            | Q(application__person__name_key__istartswith=word)
        )
    return runs


def _rows(runs: list[StepRun], actor: Actor) -> tuple[QueueRow, ...]:
    language = (get_language() or "zh")[:2]
    seen = seen_revisions(actor, [run.application_id for run in runs])
    rows = []
    for run in runs:
        definition = run.application.definition
        step = definition.step(run.step)
        changed = seen.get(run.application_id, run.application.revision) < run.application.revision
        rows.append(QueueRow(run, step.title.text(language), step.kind, definition.title.text(language), changed))
    return tuple(rows)


def seen_revisions(actor: Actor, application_ids: Iterable[int]) -> dict[int, int]:
    """Which revision of each application this officer saw last; absent when none."""
    looked = Application.objects.filter(pk__in=list(application_ids), looks__person=actor.person_id)
    return dict(looked.order_by().values_list("pk", "looks__revision"))


def rounds_for(actor: Actor) -> QuerySet[Round]:
    """The rounds an officer may look at, newest first, with their counts."""
    return (
        Round.objects.visible_to(actor)
        .select_related("version__programme", "organisation", "budget")
        .annotate(
            handed_in=Count("applications", filter=~Q(applications__state__in=("draft", "withdrawn"))),
            granted=Count("applications", filter=Q(applications__state="granted")),
            refused=Count("applications", filter=Q(applications__state="refused")),
        )
        .order_by("-opens_at", "-pk")
    )


def appeals_for(actor: Actor) -> QuerySet[Appeal]:
    return (
        Appeal.objects.filter(within(actor.reach(*RUNNERS), "body__path"))
        .select_related("application__round__version", "application__person", "application__union", "body")
        .defer(*SEALED)
        .order_by(Case(When(state="open", then=0), default=1), "due_on", "pk")
    )


def objections_for(actor: Actor) -> QuerySet[Objection]:
    return (
        Objection.objects.filter(within(actor.reach(*RUNNERS), "notice__round__organisation__path"))
        .select_related("notice__round__organisation", "run__application__person", "run__application__union")
        .order_by(Case(When(state="open", then=0), default=1), "pk")
    )


def find_objection(actor: Actor, pk: int) -> Objection:
    found = objections_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def find_appeal(actor: Actor, pk: int) -> Appeal:
    """An appeal to a body of this actor's subtree, with the decisions it is against."""
    found = (
        appeals_for(actor)
        .prefetch_related("application__runs__decisions", "application__runs__bodies__organisation")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def objections_page(actor: Actor, page: int) -> Page[Objection]:
    return Paginator(objections_for(actor), PAGE).get_page(page)


def appeals_page(actor: Actor, page: int) -> Page[Appeal]:
    return Paginator(appeals_for(actor), PAGE).get_page(page)
