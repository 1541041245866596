"""The desk where people are invited, and the worker's no to an invitation."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.events import actions
from niangjia.events.forms.inviting import InvitingForm
from niangjia.events.reads import inviting as reads
from niangjia.kit import clock
from niangjia.kit.routes import ActorRequest


def inviting(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Invite people, and see what they answered."""
    page = reads.inviting(request.actor, activity_id)
    later = (clock.now() + timedelta(days=3)).astimezone(clock.SHANGHAI).replace(second=0, microsecond=0)
    if request.method != "POST":
        return _shown(request, page, InvitingForm(initial={"ends_at": min(later, page.activity.closes_at)}))
    form = InvitingForm(request.POST)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    given = form.cleaned_data
    found = reads.typed(page.activity, given["who"])
    people = [*found.people, *(reads.by_rule(page.activity, given["group"]) if given["group"] else ())]
    if not people:
        form.add_error("who", _("Nobody was found to invite."))
        return _shown(request, page, form, found, status=422)
    done = actions.invite_people(
        page.activity, people, ends_at=given["ends_at"], held=given["held"] == "yes", actor=request.actor
    )
    messages.success(request, _("%(new)d people are invited and told.") % {"new": len(done.new)})
    if found.unclear:
        left = InvitingForm(initial={**given, "who": "\n".join(line for line, _why in found.unclear), "group": ""})
        return _shown(request, reads.inviting(request.actor, activity_id), left, found)
    return redirect("activity_inviting", activity_id)


def _shown(
    request: ActorRequest, page: reads.InvitingPage, form: InvitingForm, found: reads.Found | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {"page": page, "activity": page.activity, "form": form, "unclear": found.unclear if found else ()}
    return render(request, "events/desk/inviting.html", context, status=status)


@require_POST
def decline(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Say no to an invitation."""
    actions.decline_invitation(reads.my_invitation(request.actor, activity_id), actor=request.actor)
    messages.success(request, _("You have said no; thank you for answering."))
    return redirect("activity", activity_id)
