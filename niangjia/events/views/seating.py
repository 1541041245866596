"""Seating somebody by hand, past line and ceiling: first what it would change is shown, then it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.events import actions
from niangjia.events.forms.seating import SeatForm
from niangjia.events.models import Activity, Occurrence
from niangjia.events.reads import door as door_reads
from niangjia.events.reads import lists, seating
from niangjia.events.reads.desk import activity_run_by
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Refusal
from niangjia.kit.routes import ActorRequest


def seat(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Give somebody a seat past the line: find them, say what grows and which permit falls, then do it."""
    activity = activity_run_by(request.actor, activity_id)
    lists.refuse_unlistable(activity)
    dates = lists.dates_for_lists(activity)
    if request.method != "POST":
        return _begun(request, activity, dates)
    chosen = whole_number(request.POST.get("person", ""))
    known = door_reads.member_for(dates[0], chosen) if chosen is not None else None
    form = SeatForm(request.POST, dates=dates)
    context: dict[str, Any] = {"activity": activity, "form": form, "asked": known}
    if not form.is_valid():
        return render(request, "events/desk/seat.html", context, status=422)
    if request.POST.get("step") == "change":
        return render(request, "events/desk/seat.html", context)
    given = form.cleaned_data
    date = form.dates[given["date"]]
    date.activity = activity
    try:
        found = [known] if known is not None else door_reads.members_called(date, given["who"])
        if len(found) > 1:
            return render(request, "events/desk/seat.html", context | {"namesakes": found})
        (person,) = found
        wanted = {"reason": given["reason"], "seats": given["seats"], "actor": request.actor}
        trial = seating.tried(date, person, **wanted)
        if request.POST.get("step") != "seat" or (trial.grown and request.POST.get("grows") != "yes"):
            shown = context | {"person": person, "date": date, "trial": trial, "given": given}
            return render(request, "events/desk/seat_look.html", shown)
        actions.seat_by_hand(date, person, **wanted)
    except Refusal as refusal:
        shown = context | {"refusal": refusal, "faults": getattr(refusal, "faults", {})}
        return render(request, "events/desk/seat.html", shown, status=refusal.status)
    messages.success(request, _("%s has a seat and is told.") % person.masked_name)
    if trial.permit:
        said = _("Permit %s was given for what stood before: apply for it anew, then record the new one.")
        messages.warning(request, said % trial.permit)
    return redirect("desk_activity", activity.pk)


def _begun(request: ActorRequest, activity: Activity, dates: Sequence[Occurrence]) -> HttpResponse:
    """An empty form, or one for somebody who stands in line or has asked."""
    claim = seating.asking(activity, whole_number(request.GET.get("claim", "")))
    initial: dict[str, Any] = {}
    if claim is not None:
        on = next((one.pk for one in dates if one.pk in claim.wanted), dates[0].pk)
        initial = {"who": claim.person.name, "person": claim.person_id, "seats": claim.seats, "date": on}
    form = SeatForm(initial=initial, dates=dates)
    context = {"activity": activity, "form": form, "asked": claim.person if claim is not None else None}
    return render(request, "events/desk/seat.html", context)
