"""Small decisions of a running activity: it takes place regardless; the outside value of its draw."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.events import actions
from niangjia.events.reads import desk as reads
from niangjia.kit.routes import ActorRequest


@require_POST
def go(request: ActorRequest, activity_id: int) -> HttpResponse:
    """It takes place, however many there are."""
    actions.confirm_going(reads.activity_for(request.actor, activity_id), actor=request.actor)
    messages.success(request, _("Confirmed; those who hold a seat are told."))
    return redirect("desk_activity", activity_id)


@require_POST
def beacon(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Type in the outside value a draw waits for."""
    found = reads.activity_for(request.actor, activity_id)
    actions.enter_beacon(found, value=request.POST.get("value", ""), actor=request.actor)
    messages.success(request, _("Kept, and shown to everybody. A second officer draws the lots."))
    return redirect("desk_activity", activity_id)
