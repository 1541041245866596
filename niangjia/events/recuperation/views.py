"""Routes at the desk, on the visit, and in a worker's hand."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.events.recuperation import actions, reads
from niangjia.events.recuperation.forms import RouteForm, ScoreForm, SeasonForm, TripForm, VisitForm
from niangjia.events.recuperation.permissions import can_list_somewhere
from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest


def routes(request: ActorRequest) -> HttpResponse:
    """The routes of my federations with their score, their season, and what stands against them."""
    context = {"lines": reads.routes(request.actor), "permit": can_list_somewhere(request.actor)}
    return render(request, "events/recuperation/desk_routes.html", context)


def new(request: ActorRequest) -> HttpResponse:
    """Put a route on the list."""
    can_list_somewhere(request.actor).require()
    form = RouteForm(request.POST or None, bodies=reads.lists_for(request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.list_route(form.draft(), organisation=form.body, actor=request.actor)
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Listed. Now send representatives to look at it."))
            return redirect("desk_route", made.pk)
    return render(request, "events/recuperation/desk_new.html", {"form": form}, status=422 if form.is_bound else 200)


def route_page(request: ActorRequest, route_id: int) -> HttpResponse:
    """One route: what it costs and may cost, what was seen, its season, its trips, and what is next."""
    page = reads.route_page(request.actor, route_id)
    context = {
        "page": page,
        "route": page.route,
        "visit_form": VisitForm(chairs=reads.representatives(page.route)),
        "season_form": SeasonForm(),
        "trip_form": TripForm(bodies=page.bodies),
    }
    return render(request, "events/recuperation/desk_route.html", context)


def _done_or_again(
    request: ActorRequest, form: VisitForm | SeasonForm | TripForm, do: Callable[[], HttpResponse], title: str,
    route_id: int,
) -> HttpResponse:  # fmt: skip
    """Do what was asked; else the form by itself, all that was typed still in it, with what is wrong."""
    if form.is_valid():
        try:
            return do()
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
    context = {"form": form, "title": title, "route": reads.route_for(request.actor, route_id)}
    return render(request, "events/recuperation/desk_form.html", context, status=422)


@require_POST
def inspect(request: ActorRequest, route_id: int) -> HttpResponse:
    """Send representatives."""
    route = reads.route_for(request.actor, route_id)
    form = VisitForm(request.POST, chairs=reads.representatives(route))

    def send() -> HttpResponse:
        given = form.cleaned_data
        people = [form.chairs[pk].person for pk in given["people"]]
        actions.open_inspection(route, visited_on=given["visited_on"], people=people, actor=request.actor)
        messages.success(request, _("The representatives find the sheet under “Recuperation” on their phone."))
        return redirect("desk_route", route_id)

    return _done_or_again(request, form, send, _("Send representatives"), route_id)


@require_POST
def close(request: ActorRequest, inspection_id: int) -> HttpResponse:
    """End a visit."""
    inspection = reads.inspection_for(request.actor, inspection_id)
    actions.close_inspection(inspection, actor=request.actor)
    messages.success(request, _("The visit is closed; its average stands."))
    return redirect("desk_route", inspection.route_id)


@require_POST
def approve(request: ActorRequest, route_id: int) -> HttpResponse:
    """Approve a route for a season."""
    route, form = reads.route_for(request.actor, route_id), SeasonForm(request.POST)

    def say_yes() -> HttpResponse:
        actions.approve_route(route, **form.cleaned_data, actor=request.actor)
        messages.success(request, _("Approved. Unions can announce trips now."))
        return redirect("desk_route", route_id)

    return _done_or_again(request, form, say_yes, _("Approve for a season"), route_id)


@require_POST
def withdraw(request: ActorRequest, approval_id: int) -> HttpResponse:
    """Take an approval back, with the reason."""
    approval = reads.approval_for(request.actor, approval_id)
    actions.withdraw_approval(approval, reason=request.POST.get("reason", "")[:200], actor=request.actor)
    messages.success(request, _("The approval is withdrawn."))
    return redirect("desk_route", approval.route_id)


@require_POST
def announce(request: ActorRequest, route_id: int) -> HttpResponse:
    """Announce a departure."""
    page = reads.route_page(request.actor, route_id)
    form = TripForm(request.POST, bodies=page.bodies)

    def put_on() -> HttpResponse:
        trip = actions.announce_trip(page.route, form.departure(), organisation=form.body, actor=request.actor)
        messages.success(request, _("Announced. Workers find it under activities."))
        return redirect("desk_activity", trip.activity_id)

    return _done_or_again(request, form, put_on, _("Announce a trip"), route_id)


def recuperation(request: ActorRequest) -> HttpResponse:
    """What is left of my year, where I am going, and where I could."""
    context = {
        "year": reads.year_of(request.actor),
        "routes": reads.offered_to(request.actor),
        "sheets": reads.my_sheets(request.actor),
    }
    return render(request, "events/recuperation/worker.html", context)


def sheet(request: ActorRequest, inspector_id: int) -> HttpResponse:
    """Score a route on the visit, on the phone."""
    mine = reads.my_sheet(request.actor, inspector_id)
    begun = {**(mine.scores or {}), "remark": mine.remark}
    form = ScoreForm(request.POST or None, inspection=mine.inspection, initial=begun)
    if request.method == "POST" and form.is_valid():
        remark = form.cleaned_data["remark"]
        actions.hand_in_scores(mine, scores=form.scores, remark=remark, actor=request.actor)
        messages.success(request, _("Thank you. You can change it until the visit is closed."))
        return redirect("recuperation")
    context = {"form": form, "sheet": mine, "route": mine.inspection.route}
    return render(request, "events/recuperation/sheet.html", context, status=422 if form.is_bound else 200)
