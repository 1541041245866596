"""A round as the desk shows it: how far its applications have come, its money, what is settled for all at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound
from niangjia.ledger.reads import Progress, progress
from niangjia.orgs.models import Appointment, within
from niangjia.people.models import Person
from niangjia.programmes.definition import StepDef
from niangjia.programmes.models import Application, Decision, JudgeSeat, Match, Notice, Objection, Round, StepRun
from niangjia.programmes.permissions import can_run_round
from niangjia.programmes.reads.queues import rounds_for

PAGE = 20


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the round: how many stand there, how many came that far, and the judges seated for it."""

    step: StepDef
    label: str
    waiting: int
    reached: int
    to_publish: int
    judges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundPage:
    round: Round
    run: Permit
    whole: bool  # the actor's offices reach the whole round, not only a part of its unions
    steps: tuple[StepLine, ...]
    matched: int
    one_fact: int
    applied: int
    granted: int
    refused: int
    returned: int
    budget: Progress | None
    notices: tuple[Notice, ...]
    objections: int


def rounds_page(actor: Actor, *, state: str = "", page: int = 1) -> Page[Round]:
    """The rounds an officer may look at, newest first."""
    rounds = rounds_for(actor)
    if state in Round.State.values:
        rounds = rounds.filter(state=state)
    return Paginator(rounds, PAGE).get_page(page)


def find_round(actor: Actor, round_id: int) -> Round:
    """A round this actor may know of."""
    found = (
        Round.objects.visible_to(actor)
        .select_related("version__programme", "organisation", "budget")
        .filter(pk=round_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def step_of(of: Round, key: str, kind: str) -> StepDef:
    """A step of this kind in the round's programme."""
    found = next((step for step in of.definition.steps if step.key == key and step.kind == kind), None)
    if found is None:
        raise NotFound
    return found


def round_page(actor: Actor, round_id: int) -> RoundPage:
    """The round with its figures. Who works in a part of its unions sees the figures of that part."""
    of = find_round(actor, round_id)
    whole = actor.is_system or actor.holds(over=of.organisation.path)
    applications = Application.objects.filter(round=of)
    matches = Match.objects.filter(round=of)
    if not whole:
        applications = applications.filter(within(actor.paths, "union__path"))
        belongs = within(actor.paths, "person__memberships__union__path")
        matches = matches.filter(belongs, person__memberships__service_only=False).distinct()
    found = dict(matches.order_by().values_list("verdict").annotate(count=Count("person", distinct=True)))
    by_state = dict(applications.order_by().values_list("state").annotate(count=Count("pk")))
    settled = [state for state in by_state if state not in (Application.State.DRAFT, Application.State.WITHDRAWN)]
    return RoundPage(
        round=of,
        run=can_run_round(actor, of),
        whole=whole,
        steps=_steps(of, applications),
        matched=found.get(Match.Verdict.YES, 0),
        one_fact=found.get(Match.Verdict.ONE_FACT, 0),
        applied=sum(by_state[state] for state in settled),
        granted=by_state.get(Application.State.GRANTED, 0),
        refused=by_state.get(Application.State.REFUSED, 0),
        returned=by_state.get(Application.State.RETURNED, 0),
        budget=progress(of.budget) if of.budget is not None and whole else None,
        notices=tuple(of.notices.annotate(names=Count("runs")).order_by("-published_at", "-pk")) if whole else (),
        objections=Objection.objects.filter(notice__round=of, state=Objection.State.OPEN).count() if whole else 0,
    )


def _steps(of: Round, applications: QuerySet[Application]) -> tuple[StepLine, ...]:
    language = (get_language() or "zh")[:2]
    runs = StepRun.objects.filter(application__in=applications)
    counted = {
        key: (waiting, reached, to_publish)
        for key, waiting, reached, to_publish in runs.order_by()
        .values_list("step")
        .annotate(
            waiting=Count("pk", filter=Q(state=StepRun.State.OPEN)),
            reached=Count("application", distinct=True),
            to_publish=Count("pk", filter=Q(state=StepRun.State.OPEN, notice=None)),
        )
    }
    judges: dict[str, list[str]] = defaultdict(list)
    for seat in of.judges.select_related("person").order_by("pk"):
        judges[seat.step].append(seat.person.name)
    return tuple(
        StepLine(
            step=step,
            label=step.title.text(language),
            waiting=counted.get(step.key, (0, 0, 0))[0],
            reached=counted.get(step.key, (0, 0, 0))[1],
            to_publish=counted.get(step.key, (0, 0, 0))[2] if step.kind == "notice" else 0,
            judges=tuple(judges[step.key]),
        )
        for step in of.definition.steps
    )


def funnel_of(page: RoundPage) -> list[tuple[str, int]]:
    """From the workers found to those granted, stage by stage."""
    stages = [(str(_("Found to suit")), page.matched), (str(_("Applied")), page.applied)]
    stages += [(line.label, line.reached) for line in page.steps]
    return [*stages, (str(_("Granted")), page.granted)]


@dataclass(frozen=True, slots=True)
class Bench:
    """Who may be seated to judge a step, and who is."""

    round: Round
    step: StepDef
    label: str
    people: tuple[tuple[Person, str], ...]
    seated: frozenset[int]
    locked: bool  # scores have been given

    def chosen(self, ids: list[str]) -> list[Person]:
        return [person for person, _body in self.people if str(person.pk) in ids]


def bench(actor: Actor, round_id: int, key: str) -> Bench:
    """The officers with the office of judge in the round's own subtree; an applicant of the round is not among them."""
    of = find_round(actor, round_id)
    can_run_round(actor, of).require()
    step = step_of(of, key, "score")
    applicants = Application.objects.filter(round=of).exclude(state=Application.State.WITHDRAWN)
    held = (
        Appointment.objects.on(clock.today())
        .filter(office=Office.JUDGE, organisation__path__startswith=of.organisation.path)
        .exclude(person__in=applicants.values("person"))
        .select_related("person", "organisation")
        .defer("person__phone", "person__id_number")
        .order_by("organisation__path", "person__name_key", "pk")
    )
    people = {one.person_id: (one.person, one.organisation.name) for one in held}
    seated = JudgeSeat.objects.filter(round=of, step=key).values_list("person", flat=True).order_by("person")
    return Bench(
        round=of,
        step=step,
        label=step.title.text((get_language() or "zh")[:2]),
        people=tuple(people.values()),
        seated=frozenset(seated),
        locked=Decision.objects.filter(run__application__round=of, run__step=key).exists(),
    )
