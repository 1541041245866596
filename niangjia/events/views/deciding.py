"""The desk where the union chooses who gets a seat."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.events import actions
from niangjia.events.reads import deciding as reads
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest


def asking(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Who asked; a yes or a no to one or to many."""
    page = reads.asking(request.actor, activity_id)
    if request.method != "POST":
        told = {"page": page, "activity": page.activity, "chosen": (), "refusal": None}
        return render(request, "events/desk/asking.html", told)
    yes, reason = request.POST.get("answer") == "yes", request.POST.get("reason", "")
    chosen = [number for text in request.POST.getlist("chosen") if (number := whole_number(text)) is not None]
    choices = [actions.Choice(number, yes, reason) for number in chosen]
    try:
        if not chosen:
            raise Invalid(_("Tick at least one of those who asked."), code="nobody_chosen")
        actions.decide_claims(page.activity, choices, actor=request.actor)
    except Invalid as refusal:  # what was ticked stays ticked
        told = {"page": page, "activity": page.activity, "chosen": chosen, "refusal": refusal}
        return render(request, "events/desk/asking.html", told, status=refusal.status)
    messages.success(request, _("Decided. Each of them is told, with the reason."))
    return redirect("activity_asking", activity_id)
