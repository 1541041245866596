"""What is on for a worker; asking for a seat, answering an offer, giving up; looking a draw up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from niangjia.events import actions
from niangjia.events.models import Claim, Companions
from niangjia.events.opening import lane
from niangjia.events.reads import listing, results, teams
from niangjia.events.reads import worker as reads
from niangjia.kit.asked import whole_number
from niangjia.kit.parts import Clause
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.rules import Finding, Verdict

ANSWERS = {Verdict.TRUE: "yes", Verdict.FALSE: "no", Verdict.UNKNOWN: "unknown"}


@sensitive_post_parameters("lat", "lon")
def activities(request: ActorRequest) -> HttpResponse:
    """What is on, and how I stand with each; the nearest first when the phone says where it is, in the body alone."""
    every = listing.activities_for(request.actor)
    when = request.GET.get("when", "")
    when = when if when in listing.WHEN else ""
    cards = [card for card in every if card.is_on(when)]
    kept = {
        "": cards,
        "open": [card for card in cards if card.can_be_asked],
        "mine": [card for card in cards if card.is_asked],
    }
    names = {"": _("Everything"), "open": _("Open now"), "mine": _("I asked for")}
    days = {"": _("Any day"), "today": _("Today"), "week": _("Within 7 days"), "weekend": _("This weekend")}
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in kept else ""
    shown = kept[chosen]
    if request.method == "POST":
        shown = listing.nearest_first(shown, lat=request.POST.get("lat", ""), lon=request.POST.get("lon", ""))
    context = {
        "cards": shown,
        "is_measured": request.method == "POST",
        "todo": [card for card in every if card.answer_by is not None],
        "choices": [(key, names[key], len(found)) for key, found in kept.items()],
        "chosen": chosen,
        "days": [(key, days[key]) for key in listing.WHEN],
        "when": when,
    }
    return render(request, "events/list.html", context)


def activity(request: ActorRequest, activity_id: int) -> HttpResponse:
    """One activity: its dates, whether it is for me and why, and one button."""
    page = reads.activity_of(request.actor, activity_id)
    session_key = request.session.session_key or ""
    items = teams.items_of(request.actor, page.activity)
    context = {
        "page": page,
        "activity": page.activity,
        "ticket": page.ticket.sealed_for(session_key),
        "items": items,
        "outcomes": results.outcomes_of(page.activity) if items else [],
        "clauses": clause_parts(page.door.finding, page.activity.conditions),
    }
    return render(request, "events/activity.html", context)


def clause_parts(finding: Finding, conditions: list[dict[str, str]]) -> tuple[Clause, ...]:
    """The conditions of an activity with the answer of each and what would change a no."""
    language = (get_language() or "zh")[:2]
    told = {one["key"]: one for one in conditions}
    return tuple(
        Clause(
            text=told[one.key].get(f"text_{language}") or told[one.key]["text_zh"],
            verdict=ANSWERS[one.verdict],
            change=one.nearest_change.sentence(language) if one.nearest_change else "",
            basis=told[one.key].get("basis", ""),
        )
        for one in finding.clauses
    )


@require_POST
def claim(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Ask for seats, without the short way: a browser without scripts comes here."""
    reads.activity_of(request.actor, activity_id)
    form = {name: request.POST.getlist(name) for name in request.POST}
    answer = lane.served(activity_id, request.session.session_key or "", form)
    if getattr(request, "htmx", False):  # behind a server that does not know the short way
        status = answer.refusal.status if answer.refusal else 200
        return HttpResponse(lane.answer_part(answer), status=status, headers=dict(lane.where(answer)))
    if answer.refusal is not None:
        raise answer.refusal
    messages.success(request, _("Your answer stands below."))
    return redirect("activity", activity_id)


@require_POST
def withdraw(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Give up everything asked for here."""
    actions.withdraw(reads.my_claim(request.actor, activity_id), actor=request.actor)
    messages.success(request, _("You have given up your place; it goes to the next in line."))
    return redirect("activity", activity_id)


@require_POST
def answer_offer(request: ActorRequest, registration_id: int) -> HttpResponse:
    """Take an offered seat, or leave it to the next."""
    registration = reads.my_registration(request.actor, registration_id)
    if request.POST.get("answer") == "yes":
        actions.accept_offer(registration, actor=request.actor)
        messages.success(request, _("The seat is yours."))
    else:
        actions.decline_offer(registration, actor=request.actor)
        messages.success(request, _("The seat goes to the next in line."))
    return _back_to(registration.claim)


def _back_to(claim: Claim) -> HttpResponse:
    return redirect("team", claim.team_id) if claim.team_id else redirect("activity", claim.activity_id)


@require_POST
def cancel(request: ActorRequest, registration_id: int) -> HttpResponse:
    """Give up the seat of one date."""
    registration = reads.my_registration(request.actor, registration_id)
    actions.cancel_registration(registration, actor=request.actor)
    messages.success(request, _("You have given up this date; the seat goes to the next in line."))
    return _back_to(registration.claim)


def _how_many(text: str) -> int:
    """What was typed as a number of people; anything else is asked about, not taken for nobody."""
    found = whole_number(text, digits=3)
    if found is None:
        raise Invalid(_("How many come along? A whole number was expected."), remedy=_("Write 0 when nobody does."))
    return found


@require_POST
def companions(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Say who comes along."""
    claim = reads.my_claim(request.actor, activity_id)
    ages = {age.value: _how_many(request.POST.get(age.value, "") or "0") for age in Companions.Age}
    actions.note_companions(claim, ages, actor=request.actor)
    messages.success(request, _("Noted. It is deleted soon after the activity."))
    return redirect("activity", activity_id)


@require_POST
def move(request: ActorRequest, registration_id: int) -> HttpResponse:
    """Change a held date for another; when that is full, the one held stays."""
    registration = reads.my_registration(request.actor, registration_id)
    other = reads.date_of(registration.claim.activity_id, whole_number(request.POST.get("date", "")))
    actions.move_to_date(registration, other, actor=request.actor)
    messages.success(request, _("Changed. The date you left goes to the next in line."))
    return _back_to(registration.claim)


@require_POST
def date_too(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Ask for one more of the dates, in the place one has."""
    other = reads.date_of(activity_id, whole_number(request.POST.get("date", "")))
    actions.ask_for_date_too(reads.my_claim(request.actor, activity_id), other, actor=request.actor)
    messages.success(request, _("Noted. If there is room on this date it is yours now; else you wait for it too."))
    return redirect("activity", activity_id)


def draw(request: ActorRequest, activity_id: int) -> HttpResponse:
    """The published draw: where I stood, and how anybody can check it."""
    return render(request, "events/draw.html", {"page": reads.draw_of(request.actor, activity_id)})


def draw_file(_request: ActorRequest, activity_id: int) -> JsonResponse:
    """The draw as a file, for whoever wants to work it out again."""
    published = reads.published_draw(activity_id).published
    response = JsonResponse(published, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="draw-{activity_id}.json"'
    return response
