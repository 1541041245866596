"""What a worker shows at the door, and how they say that they are in the hall."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.events import actions
from niangjia.events.reads import door as reads
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest


def card(request: ActorRequest, registration_id: int) -> HttpResponse:
    """My card for one date: a code for the door that the phone keeps, so that it shows without network."""
    return render(request, "events/door/card.html", {"card": reads.my_card(request.actor, registration_id)})


def here(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """I am in the hall: type, or scan, the code on its screen."""
    found = reads.my_seat_on(request.actor, occurrence_id)
    code = request.GET.get("code", "")[:16]
    context = {"card": found, "code": code}
    if request.method != "POST":
        return render(request, "events/door/here.html", context)
    try:
        actions.check_in_by_hall_code(found.holder, request.POST.get("code", "")[:16], actor=request.actor)
    except Invalid as refusal:
        context |= {"refusal": refusal, "faults": refusal.faults, "code": ""}
        return render(request, "events/door/here.html", context, status=refusal.status)
    messages.success(request, _("You are checked in."))
    return redirect("card", found.registration.pk)
