"""A series goes on: new dates are looked at first, then added."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from niangjia.events import actions
from niangjia.events.forms.prolonging import AddDatesForm
from niangjia.events.reads import desk as reads
from niangjia.events.reads import running
from niangjia.events.views.running import say_of_permit
from niangjia.kit.refusal import Refusal
from niangjia.kit.routes import ActorRequest


def add(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Add dates to a series: whom they concern stands there before anything is written."""
    activity = reads.activity_run_by(request.actor, activity_id)
    page = running.adding_page(activity)
    form = AddDatesForm(request.POST or None, last=page.last, seats=page.seats)
    context = {"activity": activity, "page": page, "form": form}
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid() and request.POST.get("step") != "change":
        if request.POST.get("step") != "add":
            return render(request, "events/desk/dates_add.html", context | {"dates": form.dates()})
        try:
            added = actions.add_dates(activity, form.dates(), actor=request.actor)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, ngettext("%d date is added.", "%d dates are added.", len(added)) % len(added))
            say_of_permit(request, activity)
            return redirect("desk_activity", activity.pk)
    context |= {"refusal": refusal, "faults": getattr(refusal, "faults", {})}
    status = refusal.status if refusal is not None else 422 if form.errors else 200
    return render(request, "events/desk/dates_add.html", context, status=status)
