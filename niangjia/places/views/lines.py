"""Commuter lines: look up the times, say that one would ride; an officer plans a line and sets its timetable."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit.asked import whole_number
from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs.reads import bodies_of
from niangjia.places import actions
from niangjia.places.forms import LineForm, TimetableForm
from niangjia.places.permissions import can_add_place
from niangjia.places.reads import desk, lines


def index(request: ActorRequest) -> HttpResponse:
    """The lines there are."""
    return render(request, "places/lines.html", {"lines": lines.lines()})


def line(request: ActorRequest, line_id: int) -> HttpResponse:
    """One line: when it is where."""
    return render(request, "places/line.html", {"shown": lines.line_page(request.actor, line_id)})


@require_POST
def ride(request: ActorRequest, line_id: int) -> HttpResponse:
    """I would ride from this stop; or no longer."""
    if request.POST.get("no") == "1":
        actions.ride_no_more(lines.line_page(request.actor, line_id).line, actor=request.actor)
        messages.success(request, _("Taken back."))
    else:
        stop = lines.stop_for(line_id, whole_number(request.POST.get("stop", "")))
        actions.ask_to_ride(stop, actor=request.actor)
        messages.success(request, _("Noted. The union sees how many would ride from here, not who."))
    return redirect("line", line_id)


def desk_lines(request: ActorRequest) -> HttpResponse:
    """The lines of my unions."""
    context = {"lines": lines.own_lines(request.actor), "bodies": bodies_of(request.actor)}
    return render(request, "places/desk/lines.html", context)


def add(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Plan a line and ask who would ride."""
    body = desk.body_for(request.actor, organisation_id)
    can_add_place(request.actor, body).require()
    form = LineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan_line(body, actor=request.actor, **form.cleaned_data)
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Workers can now say from where they would ride."))
            return redirect("desk_line", made.pk)
    context = {"form": form, "title": _("Plan a line"), "place": None}
    return render(request, "places/desk/form.html", context, status=422 if form.errors else 200)


def timetable(request: ActorRequest, line_id: int) -> HttpResponse:
    """How many would ride from where; the timetable; and the line's end."""
    shown = lines.line_page(request.actor, lines.own_line(request.actor, line_id).pk)
    shown.run.require()
    initial = {"departures": shown.line.departures, "seats": shown.line.seats, "since": shown.line.runs_from}
    form = TimetableForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and request.POST.get("end") == "1":
        actions.end_line(shown.line, actor=request.actor)
        messages.success(request, _("The line has ended."))
        return redirect("desk_lines")
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_timetable(shown.line, actor=request.actor, **form.cleaned_data)
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk_line", line_id)
    context = {"shown": shown, "form": form}
    return render(request, "places/desk/line.html", context, status=422 if form.errors else 200)
