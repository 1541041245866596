"""What my union asks, and my answer; an officer asks, looks at the counts, and closes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.demand import actions, reads
from niangjia.demand.forms import PollForm
from niangjia.kit.asked import whole_number
from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs.reads import bodies_of


def polls(request: ActorRequest) -> HttpResponse:
    """What my unions ask now."""
    return render(request, "demand/polls.html", {"polls": reads.polls_for(request.actor)})


def poll(request: ActorRequest, poll_id: int) -> HttpResponse:
    """One poll: tick what I need."""
    page = reads.poll_for(request.actor, poll_id)
    if request.method != "POST":
        return render(request, "demand/poll.html", {"page": page})
    ticked = {number for text in request.POST.getlist("option") if (number := whole_number(text)) is not None}
    try:
        actions.wish_for(page.poll, ticked, actor=request.actor)
    except Invalid as refusal:
        return render(request, "demand/poll.html", {"page": page, "refusal": refusal}, status=refusal.status)
    told = _("Noted. The union sees how many ask for it, not who.") if ticked else _("Taken back.")
    messages.success(request, told)
    return redirect("poll", poll_id)


def desk_polls(request: ActorRequest) -> HttpResponse:
    """What the unions of an officer ask and asked."""
    context = {"polls": reads.own_polls(request.actor), "bodies": bodies_of(request.actor)}
    return render(request, "demand/desk/polls.html", context)


def desk_new(request: ActorRequest) -> HttpResponse:
    """Ask workers what they need."""
    bodies = bodies_of(request.actor)
    form = PollForm(request.POST if request.method == "POST" else None, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        body = next(one for one in bodies if str(one.pk) == given.pop("organisation"))
        try:
            made = actions.open_poll(body, actor=request.actor, **given)
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Asked. Workers find it under “What I need”."))
            return redirect("desk_poll", made.pk)
    return render(request, "demand/desk/new.html", {"form": form}, status=422 if form.errors else 200)


def desk_poll(request: ActorRequest, poll_id: int) -> HttpResponse:
    """How many ask for what; close it."""
    page = reads.own_poll(request.actor, poll_id)
    if request.method == "POST":
        actions.close_poll(page.poll, actor=request.actor)
        messages.success(request, _("Closed. What was counted stands."))
        return redirect("desk_poll", poll_id)
    return render(request, "demand/desk/poll.html", {"page": page})
