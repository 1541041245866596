"""How the teams of a contest came out: for the officer who writes it down, and for everybody once it is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from niangjia.events.models import Activity, Occurrence, Team, TeamResult
from niangjia.events.models.results import entered
from niangjia.events.permissions import can_run_activity
from niangjia.events.reads.running import date_page
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound

BEST_FIRST = (F("result__place").asc(nulls_last=True), "name", "pk")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item whose results are published, the first place first."""

    occurrence: Occurrence
    results: Sequence[TeamResult]


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team that entered, and what is written down of it."""

    team: Team
    place: str = ""
    score: str = ""


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The teams of one item with what is written down of each."""

    occurrence: Occurrence
    lines: Sequence[TeamLine]
    run: Permit

    @property
    def has_begun(self) -> bool:
        return clock.now() >= self.occurrence.starts_at


def outcomes_of(activity: Activity) -> list[Outcome]:
    """What is published of an activity."""
    items = Occurrence.objects.filter(activity=activity, results_at__isnull=False)
    found: dict[int, list[TeamResult]] = {}
    for one in TeamResult.objects.filter(team__occurrence__in=items).select_related("team__union"):
        found.setdefault(one.team.occurrence_id, []).append(one)
    return [Outcome(item, found.get(item.pk, [])) for item in items] if found else []


def results_page(actor: Actor, occurrence_id: int) -> ResultsPage:
    """The teams that hold seats in an item of the actor's unions; to all others there is no such page."""
    item = date_page(actor, occurrence_id).occurrence
    if not item.is_for_teams:
        raise NotFound
    teams = entered(item).select_related("union", "result")
    lines = [_line(team, getattr(team, "result", None)) for team in teams.order_by(*BEST_FIRST)]
    return ResultsPage(item, lines, can_run_activity(actor, item.activity))


def _line(team: Team, noted: TeamResult | None) -> TeamLine:
    return TeamLine(team, str(noted.place or ""), noted.score) if noted is not None else TeamLine(team)
