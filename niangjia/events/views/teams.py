"""A worker's teams: found, join by code, invite, enter, change the members; and the rosters for the organiser."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.events import actions
from niangjia.events.reads import teams as reads
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import NotFound
from niangjia.kit.routes import ActorRequest


@require_POST
def found(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Found a team for one item."""
    item = reads.item_for(request.actor, activity_id, whole_number(request.POST.get("item", "")))
    made = actions.found_team(item, name=request.POST.get("name", "")[:20], actor=request.actor)
    messages.success(request, _("Your team stands. Give its code to your colleagues."))
    return redirect("team", made.pk)


def join(request: ActorRequest) -> HttpResponse:
    """The team of a code: who leads it, and a button to join. Joining is one's own hand and consent."""
    code = request.POST.get("code", request.GET.get("code", ""))[:12]
    try:
        page = reads.team_by_code(request.actor, code) if code else None
    except NotFound:
        page = None
    if request.method == "POST" and page is not None:
        actions.join_team(page.team, actor=request.actor)
        messages.success(request, _("You are in the team."))
        return redirect("team", page.team.pk)
    if page is not None and page.is_in:
        return redirect("team", page.team.pk)
    status = 404 if code and page is None else 200
    return render(request, "events/team_join.html", {"page": page, "code": code}, status=status)


def team(request: ActorRequest, team_id: int) -> HttpResponse:
    """One team: who is in it, how it stands, and what its captain can do next."""
    page = reads.team_of(request.actor, team_id)
    return render(request, "events/team.html", {"page": page, "team": page.team, "activity": page.team.activity})


@require_POST
def invite(request: ActorRequest, team_id: int) -> HttpResponse:
    """Ask a colleague by name. The answer is the same whoever is found."""
    found_page = reads.team_of(request.actor, team_id)
    actions.invite_to_team(found_page.team, name=request.POST.get("name", "")[:64], actor=request.actor)
    told = _("If one member of your union has this name, they are asked now. If not, give them the code.")
    messages.success(request, told)
    return redirect("team", team_id)


@require_POST
def enter(request: ActorRequest, team_id: int) -> HttpResponse:
    """Ask for the team's seats."""
    found_page = reads.team_of(request.actor, team_id)
    actions.enter_team(found_page.team, waits=request.POST.get("waits") == "yes", actor=request.actor)
    return redirect("team", team_id)


@require_POST
def withdraw(request: ActorRequest, team_id: int) -> HttpResponse:
    """Give the team's seats or its place in line back; the team itself stays."""
    page = reads.team_of(request.actor, team_id)
    if page.claim is None:
        raise NotFound
    actions.withdraw(page.claim, actor=request.actor)
    messages.success(request, _("The team has given up its place; it goes to the next in line."))
    return redirect("team", team_id)


@require_POST
def dissolve(request: ActorRequest, team_id: int) -> HttpResponse:
    """End the team."""
    page = reads.team_of(request.actor, team_id)
    actions.dissolve_team(page.team, actor=request.actor)
    messages.success(request, _("The team is dissolved; its members are told."))
    return redirect("activity", page.team.activity_id)


@require_POST
def leave(request: ActorRequest, member_id: int) -> HttpResponse:
    """Leave, decline an invitation, or as captain take somebody out."""
    member = reads.place_of(request.actor, member_id)
    actions.leave_team(member, actor=request.actor)
    if member.person_id == request.actor.person_id:
        messages.success(request, _("You are not in the team any more."))
        return redirect("activity", member.team.activity_id)
    return redirect("team", member.team_id)


@require_POST
def hand_over(request: ActorRequest, member_id: int) -> HttpResponse:
    """Make this member the captain."""
    member = reads.place_of(request.actor, member_id)
    actions.hand_over_team(member.team, member, actor=request.actor)
    messages.success(request, _("The team has a new captain."))
    return redirect("team", member.team_id)


def rosters(request: ActorRequest, activity_id: int) -> HttpResponse:
    """The teams of an activity with their members, to read and to print."""
    page = reads.rosters_of(request.actor, activity_id)
    return render(request, "events/desk/rosters.html", {"page": page, "activity": page.activity})
