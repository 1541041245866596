"""The desk where the results of a contest are written down and published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.events import actions
from niangjia.events.models import Team, TeamResult
from niangjia.events.reads import results as reads
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest

SCORE_LENGTH = TeamResult._meta.get_field("score").max_length or 0


def results(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """What each team of an item reached: a row for each."""
    page = reads.results_page(request.actor, occurrence_id)
    context = {"page": page, "item": page.occurrence, "activity": page.occurrence.activity, "rows": page.lines}
    if request.method != "POST":
        return render(request, "events/desk/results.html", context)
    rows = [_typed(request, line.team) for line in page.lines]
    try:
        reached = [_reached(row) for row in rows]
    except Invalid as refusal:
        context |= {"refusal": refusal, "rows": rows}
        return render(request, "events/desk/results.html", context, status=refusal.status)
    actions.record_results(page.occurrence, reached, actor=request.actor)
    if "publish" in request.POST:
        actions.publish_results(page.occurrence, actor=request.actor)
        messages.success(request, _("Published: everybody whom the activity is for reads the results on its page."))
    else:
        messages.success(request, _("Written down."))
    return redirect("date_results", occurrence_id)


def _typed(request: ActorRequest, team: Team) -> reads.TeamLine:
    """One row of the form, as it was typed."""
    place, score = (request.POST.get(f"{what}-{team.pk}", "").strip() for what in ("place", "score"))
    return reads.TeamLine(team, place, score)


def _reached(row: reads.TeamLine) -> actions.Reached:
    """What a row says; what cannot be read is told as it was typed."""
    typed, score = row.place, row.score
    place = whole_number(typed, digits=3)
    if typed and not place:
        raise Invalid(
            _("“%(typed)s” is not a place of %(team)s.") % {"typed": typed[:20], "team": row.team},
            remedy=_("A place is a whole number from 1; leave it empty when there is none."),
        )
    if len(score) > SCORE_LENGTH:
        raise Invalid(
            _("“%(typed)s…” is too long for a score.") % {"typed": score[:20]},
            remedy=_("A score has at most %(most)d characters.") % {"most": SCORE_LENGTH},
        )
    return actions.Reached(row.team.pk, place, score)
