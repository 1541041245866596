"""Writing down how the teams of a contest came out, and showing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.happenings import ResultsPublished
from niangjia.events.models import Activity, Occurrence, TeamResult
from niangjia.events.models.results import entered
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, NotFound
from niangjia.trail import actions as trail


@dataclass(frozen=True, slots=True)
class Reached:
    """What one team reached: a place, a score as the judges say it, or both."""

    team_id: int
    place: int | None = None
    score: str = ""


@transaction.atomic
def record_results(occurrence: Occurrence, reached: Sequence[Reached], *, actor: Actor) -> None:
    """Write down what the teams of an item reached. Said again, the last words stand; who is left out has no result."""
    activity = Activity.objects.lock(occurrence.activity_id)
    can_run_activity(actor, activity).require()
    if not occurrence.is_for_teams:
        raise Invalid(_("This is not for teams."), code="not_for_teams")
    if clock.now() < occurrence.starts_at:
        raise Conflict(_("It has not begun: results are written down afterwards."), code="not_begun")
    teams = {team.pk: team for team in entered(occurrence)}
    told = {one.team_id: one for one in reached if one.place is not None or one.score.strip()}
    if not told.keys() <= teams.keys():
        raise NotFound
    TeamResult.objects.filter(team__occurrence=occurrence).exclude(team__in=told).delete()
    with keeping(TeamResult):
        for key, one in told.items():
            said = {"place": one.place, "score": one.score.strip(), "noted_at": clock.now()}
            TeamResult.objects.update_or_create(team=teams[key], defaults=said)
    trail.record(actor, "record_results", occurrence, teams=len(told))


@transaction.atomic
def publish_results(occurrence: Occurrence, *, actor: Actor) -> Occurrence:
    """Show the results of an item to everybody whom its activity is for. Later corrections show at once."""
    activity = Activity.objects.lock(occurrence.activity_id)
    can_run_activity(actor, activity).require()
    occurrence = Occurrence.objects.get(pk=occurrence.pk)
    if not TeamResult.objects.filter(team__occurrence=occurrence).exists():
        raise Conflict(_("No result is written down yet."), remedy=_("Enter a place or a score first."))
    if occurrence.results_at is None:
        occurrence.results_at = clock.now()
        occurrence.save(update_fields=["results_at"])
        trail.record(actor, "publish_results", occurrence)
        announce(ResultsPublished(occurrence.pk))
    return occurrence
