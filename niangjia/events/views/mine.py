"""My dates, where I have been, my hours and my calendar; what I thought of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.events import actions
from niangjia.events.forms.feedback import FeedbackForm
from niangjia.events.reads import desk as desk_reads
from niangjia.events.reads import mine as reads
from niangjia.kit import ics
from niangjia.kit.routes import ActorRequest

CALENDAR = "text/calendar; charset=utf-8"


def mine(request: ActorRequest) -> HttpResponse:
    """My dates and where I have been."""
    return render(request, "events/mine.html", {"mine": reads.mine(request.actor)})


def feedback(request: ActorRequest, presence_id: int) -> HttpResponse:
    """How it was: a minute, and nameless unless I choose."""
    presence = reads.my_presence(request.actor, presence_id)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.give_feedback(presence, actor=request.actor, **form.cleaned_data)
        messages.success(request, _("Thank you."))
        return redirect("activities_mine")
    status = 422 if form.errors else 200
    return render(request, "events/feedback.html", {"presence": presence, "form": form}, status=status)


def feedback_told(request: ActorRequest, activity_id: int) -> HttpResponse:
    """What those who were there thought, for the officers who put it on."""
    activity = desk_reads.activity_run_by(request.actor, activity_id)
    return render(request, "events/desk/feedback.html", {"page": reads.feedback_of(activity)})


def registration_calendar(request: ActorRequest, registration_id: int) -> HttpResponse:
    """One date for the calendar of a phone."""
    response = HttpResponse(ics.calendar(*reads.my_date(request.actor, registration_id)), content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="activity-{registration_id}.ics"'
    return response


@never_cache
@require_POST
def make_address(request: ActorRequest) -> HttpResponse:
    """A new calendar address, shown this once."""
    token = actions.make_calendar_address(actor=request.actor)
    address = request.build_absolute_uri(reads.feed_path(token))
    return render(request, "events/calendar_address.html", {"address": address})


@require_POST
def revoke_address(request: ActorRequest) -> HttpResponse:
    """Let the calendar address stop working."""
    actions.revoke_calendar_address(actor=request.actor)
    messages.success(request, _("The calendar address no longer works."))
    return redirect("activities_mine")


@never_cache
def calendar_feed(_request: ActorRequest, token: str) -> HttpResponse:
    """What a calendar fetches: the dates of one person and nothing else."""
    return HttpResponse(ics.calendar(*reads.feed_of(token)), content_type=CALENDAR)
