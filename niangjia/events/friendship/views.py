"""Friendship on the phone and at the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.events.friendship import actions, reads
from niangjia.events.friendship.forms import EventForm, ProfileForm
from niangjia.events.friendship.permissions import can_hold_somewhere
from niangjia.kit.asked import whole_number
from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest


@never_cache
def friendship(request: ActorRequest) -> HttpResponse:
    """My profile, and the events I came to."""
    return render(request, "events/friendship/mine.html", {"page": reads.my_page(request.actor)})


@never_cache
def profile(request: ActorRequest) -> HttpResponse:
    """Opt in, or change what others read."""
    page = reads.my_page(request.actor)
    known = page.profile
    begun = {"nickname": known.nickname, "words": known.words, "contact": known.contact} if known else {}
    form = ProfileForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            actions.opt_in(page.person, form.wanted(), actor=request.actor)
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Kept. Your federation verifies it once; then you can register."))
            return redirect("friendship")
    return render(request, "events/friendship/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def leave(request: ActorRequest) -> HttpResponse:
    """Take the consent back."""
    actions.opt_out(reads.my_page(request.actor).person, actor=request.actor)
    messages.success(request, _("All of it is deleted."))
    return redirect("friendship")


@never_cache
def evening(request: ActorRequest, evening_id: int) -> HttpResponse:
    """One event I came to: choose, wait, or read who chose me as I chose them."""
    if request.method == "POST":
        found = reads.evening_of(request.actor, evening_id)
        numbers = [whole_number(text, digits=4) for text in request.POST.getlist("number")]
        actions.hand_in_choices(found, [one for one in numbers if one is not None], actor=request.actor)
        messages.success(request, _("Sealed. Hand in again whenever you like: the newest sheet counts."))
        return redirect("evening", evening_id)
    page = reads.evening_page(request.actor, evening_id)
    return render(request, "events/friendship/evening.html", {"page": page, "evening": page.evening})


@require_POST
def report(request: ActorRequest, evening_id: int) -> HttpResponse:
    """Tell the organiser about another guest."""
    found = reads.evening_of(request.actor, evening_id)
    number = whole_number(request.POST.get("number", ""), digits=4) or 0
    actions.report_guest(found, number, words=request.POST.get("words", ""), actor=request.actor)
    messages.success(request, _("Told to the organiser, who answers here. The other does not learn of it."))
    return redirect("evening", evening_id)


@require_POST
def end(request: ActorRequest, pair_id: int) -> HttpResponse:
    """End a mutual choice."""
    pair = reads.my_pair(request.actor, pair_id)
    actions.end_pair(pair, actor=request.actor)
    messages.success(request, _("Ended. Neither of you sees how to reach the other any more."))
    return redirect("evening", pair.evening_id)


def desk(request: ActorRequest) -> HttpResponse:
    """What waits, what there was."""
    context = {"page": reads.desk(request.actor), "permit": can_hold_somewhere(request.actor)}
    return render(request, "events/friendship/desk.html", context)


def new(request: ActorRequest) -> HttpResponse:
    """Announce an event."""
    can_hold_somewhere(request.actor).require()
    form = EventForm(request.POST or None, bodies=reads.hosts_for(request.actor))
    if request.method == "POST" and form.is_valid():
        reveals_at = form.cleaned_data["reveals_at"]
        try:
            made = actions.hold_event(form.plan(), reveals_at=reveals_at, organisation=form.body, actor=request.actor)
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Announced. Those with a verified profile can register."))
            return redirect("desk_evening", made.pk)
    return render(request, "events/friendship/desk_new.html", {"form": form}, status=422 if form.is_bound else 200)


def desk_evening(request: ActorRequest, evening_id: int) -> HttpResponse:
    """One event for whoever runs it."""
    page = reads.run_page(request.actor, evening_id)
    return render(request, "events/friendship/desk_evening.html", {"page": page, "evening": page.evening})


@require_POST
def open_choosing(request: ActorRequest, evening_id: int) -> HttpResponse:
    """Give those who came their numbers."""
    actions.open_choosing(reads.evening_for(request.actor, evening_id), actor=request.actor)
    messages.success(request, _("Open. Guests see their number and choose on their phones."))
    return redirect("desk_evening", evening_id)


@require_POST
def verify(request: ActorRequest, profile_id: int) -> HttpResponse:
    """Verify a profile, or say why not."""
    found = reads.profile_for(request.actor, profile_id)
    verified = request.POST.get("verified") == "yes"
    actions.verify_profile(found, verified=verified, reason=request.POST.get("reason", ""), actor=request.actor)
    messages.success(request, _("Noted."))
    return redirect("desk_friendship")


@require_POST
def answer(request: ActorRequest, report_id: int) -> HttpResponse:
    """Answer a report, and block who was reported if need be."""
    found = reads.report_for(request.actor, report_id)
    block = request.POST.get("block") == "yes"
    actions.answer_report(found, answer=request.POST.get("answer", ""), block=block, actor=request.actor)
    messages.success(request, _("Answered."))
    return redirect("desk_friendship")
