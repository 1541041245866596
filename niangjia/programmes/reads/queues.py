"""The officer's and the partner's desk: what waits for me, what is due, what I may look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import within
from niangjia.programmes.models import Agreement, Appeal, Application, JudgeSeat, Notice, Objection, Round, StepRun

PAGE = 25


@dataclass(frozen=True, slots=True)
class QueueRow:
    run: StepRun
    step: str
    kind: str
    programme: str
    changed: bool  # the applicant handed in a newer revision than this officer saw


@dataclass(frozen=True, slots=True)
class Queue:
    rows: tuple[QueueRow, ...]
    page: Page[StepRun]
    overdue: int
    due_soon: int
    waiting: int


def runs_for(actor: Actor, *, below: bool = False) -> QuerySet[StepRun]:
    """The open steps of this actor's bodies (with `below`, of the whole subtree), and those they judge."""
    held = [power.organisation_id for power in actor.powers]
    mine = Q(bodies__organisation__in=held)
    if below:
        mine |= within(actor.paths, "bodies__organisation__path")
    seats = JudgeSeat.objects.filter(person=actor.person_id, round=F("round"))
    judged = StepRun.objects.filter(
        state=StepRun.State.OPEN,
        application__round__judges__in=seats,
        application__round__judges__step=F("step"),
        application__round__judges__person=actor.person_id,
    ).values("pk")
    return (
        StepRun.objects.filter(mine | Q(pk__in=judged), state=StepRun.State.OPEN)
        .exclude(application__person=actor.person_id)
        .exclude(decisions__person=actor.person_id)
        .distinct()
    )


def queue(
    actor: Actor,
    *,
    below: bool = False,
    round_id: int | None = None,
    step: str = "",
    due: str = "",
    q: str = "",
    page: int = 1,
) -> Queue:
    """One page of what waits, the most urgent first. `due` is overdue or soon (within three days)."""
    today = clock.today()
    runs = runs_for(actor, below=below)
    counts = runs.aggregate(
        waiting=Count("pk", distinct=True),
        overdue=Count("pk", filter=Q(due_on__lt=today), distinct=True),
        soon=Count("pk", filter=Q(due_on__range=(today, today + timedelta(days=3))), distinct=True),
    )
    chosen = _filtered(runs, round_id=round_id, step=step, due=due, q=q, today=today)
    chosen = chosen.select_related(
        "application__round__version__programme", "application__person", "application__union"
    ).order_by(F("due_on").asc(nulls_last=True), "pk")
    shown = Paginator(chosen, PAGE).get_page(page)
    return Queue(
        rows=_rows(list(shown.object_list), actor),
        page=shown,
        overdue=counts["overdue"],
        due_soon=counts["soon"],
        waiting=counts["waiting"],
    )


def _filtered(
    runs: QuerySet[StepRun], *, round_id: int | None, step: str, due: str, q: str, today: date
) -> QuerySet[StepRun]:
    if round_id:
        runs = runs.filter(application__round=round_id)
    if step:
        runs = runs.filter(step=step)
    if due == "overdue":
        runs = runs.filter(due_on__lt=today)
    if due == "soon":
        runs = runs.filter(due_on__range=(today, today + timedelta(days=3)))
    if q.strip():
        word = q.strip()
        runs = runs.filter(Q(application__number__iendswith=word) | Q(application__person__name__startswith=word))
    return runs


def _rows(runs: list[StepRun], actor: Actor) -> tuple[QueueRow, ...]:
    language = (get_language() or "zh")[:2]
    seen = dict(
        Application.objects.filter(pk__in=[run.application_id for run in runs], looks__person=actor.person_id)
        .values_list("pk", "looks__revision")
        .order_by("pk")
    )
    rows = []
    for run in runs:
        definition = run.application.definition
        step = definition.step(run.step)
        changed = seen.get(run.application_id, run.application.revision) < run.application.revision
        rows.append(QueueRow(run, step.title.text(language), step.kind, definition.title.text(language), changed))
    return tuple(rows)


def waiting_count(actor: Actor) -> int:
    return runs_for(actor).count()


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
        Appeal.objects.filter(within(actor.paths, "body__path"))
        .select_related("application__round__version", "application__person", "body")
        .order_by("state", "due_on", "pk")
    )


def objections_for(actor: Actor) -> QuerySet[Objection]:
    return (
        Objection.objects.filter(within(actor.paths, "notice__round__organisation__path"))
        .select_related("notice__round__organisation", "run__application__person")
        .order_by("state", "pk")
    )


def notices_open() -> QuerySet[Notice]:
    """The notices anybody may read today."""
    return (
        Notice.objects.filter(closes_on__gte=clock.today())
        .select_related("round__organisation")
        .order_by("closes_on", "pk")
    )


def agreements_to_sign(actor: Actor) -> QuerySet[Agreement]:
    """The agreements that wait for this actor's own signature or that of a body they act for."""
    held = [power.organisation_id for power in actor.powers]
    return (
        Agreement.objects.filter(
            Q(application__person=actor.person_id) | Q(run__bodies__organisation__in=held),
            run__state=StepRun.State.OPEN,
        )
        .select_related("application__person", "run")
        .prefetch_related("signatures")
        .distinct()
        .order_by("pk")
    )
