"""My absences: what they delay, until when, and a word about each; the desk that answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.events import actions
from niangjia.events.permissions import can_organise_somewhere
from niangjia.events.reads import missed as reads
from niangjia.kit.asked import whole_number
from niangjia.kit.routes import ActorRequest


def missed(request: ActorRequest) -> HttpResponse:
    """What I did not come to, and why."""
    if request.method == "POST":
        presence = reads.my_absence(request.actor, whole_number(request.POST.get("absence", "")) or 0)
        actions.explain_absence(presence, why=request.POST.get("why", ""), actor=request.actor)
        messages.success(request, _("Sent. The union answers you."))
        return redirect("missed")
    return render(request, "events/missed.html", {"absences": reads.my_absences(request.actor)})


def explanations(request: ActorRequest) -> HttpResponse:
    """What people say about their absences; each is answered in a sentence."""
    can_organise_somewhere(request.actor).require()
    if request.method == "POST":
        found = reads.explanation_for(request.actor, whole_number(request.POST.get("explanation", "")) or 0)
        accepted = request.POST.get("accepted") == "yes"
        actions.answer_explanation(found, accepted=accepted, answer=request.POST.get("answer", ""), actor=request.actor)
        messages.success(request, _("Answered. The person is told."))
        return redirect("explanations")
    context = {"explanations": reads.open_explanations(request.actor)}
    return render(request, "events/desk/explanations.html", context)
