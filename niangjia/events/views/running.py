"""Changing an activity that runs: its dates, the seats of its groups, what stands written; writing to its people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from niangjia.events import actions
from niangjia.events.actions.mailing import recipients, waking
from niangjia.events.forms.running import DateForm, EditForm, MailingForm, PermitForm, PoolForm
from niangjia.events.models import Activity
from niangjia.events.permissions import can_run_activity
from niangjia.events.reads import desk as reads
from niangjia.events.reads import running
from niangjia.kit import clock
from niangjia.kit.refusal import Invalid, Refusal
from niangjia.kit.routes import ActorRequest


def date(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """One date: its time, place and seats, for itself, for all that follow, or for all."""
    page = running.date_page(request.actor, occurrence_id)
    activity = page.occurrence.activity
    can_run_activity(request.actor, activity).require()
    form = DateForm(
        request.POST or None, pool=page.pool, occurrence=page.occurrence, several=page.to_come > 1
    )  # fmt: skip
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            reach = actions.Reach(form.cleaned_data["reach"])
            changed = actions.change_dates(page.occurrence, reach=reach, change=form.change(), actor=request.actor)
        except Refusal as found:
            refusal = found
        else:
            said = ngettext("%d date is changed.", "%d dates are changed.", len(changed)) % len(changed)
            messages.success(request, said)
            say_of_permit(request, activity)
            return redirect("desk_activity", activity.pk)
    own = [
        (
            pool,
            PoolForm(
                initial={"ceiling": pool.ceiling, "floor": pool.floor, "merges_at": pool.merges_at},
                auto_id=f"pool-{pool.pk}-%s",
            ),
        )
        for pool in page.groups
    ]
    context = {"page": page, "activity": activity, "form": form, "refusal": refusal, "own": own,
               "faults": getattr(refusal, "faults", {}), "reaches": actions.Reach.choices}  # fmt: skip
    status = refusal.status if refusal is not None else 422 if form.errors else 200
    return render(request, "events/desk/date.html", context, status=status)


@require_POST
def call_off_date(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """Call this date off, or all that follow, and say why."""
    page = running.date_page(request.actor, occurrence_id)
    reach = request.POST.get("reach", "")
    if reach not in actions.Reach.values:
        raise Invalid(_("Choose which dates."))
    actions.call_off_dates(
        page.occurrence,
        reach=actions.Reach(reach),
        reason=request.POST.get("reason", "")[:200],
        actor=request.actor,
    )
    messages.success(request, _("Called off. Those who registered are told why."))
    return redirect("desk_activity", page.occurrence.activity_id)


@require_POST
def pool(request: ActorRequest, pool_id: int) -> HttpResponse:
    """The seats of one group, or of everybody: at most, kept for them, and until when."""
    found = reads.pool_for(request.actor, pool_id)
    form = PoolForm(request.POST)
    if not form.is_valid() or (found.group_id is None and form.cleaned_data["ceiling"] is None):
        raise Invalid(_("Numbers of seats and a moment, please."))
    actions.resize_pool(found, **form.cleaned_data, actor=request.actor)
    messages.success(request, _("The seats are changed."))
    say_of_permit(request, found.activity)
    return redirect("desk_activity", found.activity_id)


def edit(request: ActorRequest, activity_id: int) -> HttpResponse:
    """What stands written of an activity: anything while it is a draft, later only in people's favour."""
    activity = reads.activity_run_by(request.actor, activity_id)
    form = EditForm(request.POST or None, activity=activity)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            actions.edit_activity(activity, changes=form.changes(), reason=reason, actor=request.actor)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, _("Changed."))
            say_of_permit(request, activity)
            return redirect("desk_activity", activity.pk)
    context = {"activity": activity, "form": form, "refusal": refusal, "faults": getattr(refusal, "faults", {})}
    status = refusal.status if refusal is not None else 422 if form.errors else 200
    return render(request, "events/desk/edit.html", context, status=status)


@require_POST
def permit(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Record the security permit of a large event."""
    activity = reads.activity_for(request.actor, activity_id)
    form = PermitForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Number and date as they stand on the permit, please."))
    given = form.cleaned_data
    actions.record_permit(activity, number=given["number"], day=given["day"], actor=request.actor)
    messages.success(request, _("The permit is recorded."))
    return redirect("desk_activity", activity_id)


def say_of_permit(request: ActorRequest, before: Activity) -> None:
    """Whether the permit that was recorded has fallen with the change."""
    if before.permit_number and not reads.activity_for(request.actor, before.pk).permit_number:
        said = _("Permit %s was given for what stood before: apply for it anew, then record the new one.")
        messages.warning(request, said % before.permit_number)


def write(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Write to those who registered: first look at it and how many they are, then send."""
    activity = reads.activity_run_by(request.actor, activity_id)
    form = MailingForm(request.POST or None, dates=running.dates_to_come(activity))
    context = {"activity": activity, "form": form, "sent": running.mailings(activity)}
    if request.method == "POST" and form.is_valid():
        to, occurrence = form.aim()
        text = form.cleaned_data["text"]
        if request.POST.get("step") == "send":
            made = actions.write_to_registered(activity, to=to, occurrence=occurrence, text=text, actor=request.actor)
            messages.success(request, _said(made.sent_at is not None, made.people))
            return redirect("activity_write", activity.pk)
        now = clock.now()
        context |= {
            "text": text, "people": len(recipients(activity, to, occurrence)),
            "whom": dict(form.fields["to"].choices)[form.cleaned_data["to"]],  # type: ignore[attr-defined]
            "due": waking(now) if waking(now) > now else None,
        }  # fmt: skip
        return render(request, "events/desk/write_preview.html", context)
    return render(request, "events/desk/write.html", context, status=422 if form.errors else 200)


def _said(is_sent: bool, people: int) -> str:
    if not is_sent:
        return _("It is night: your message goes out in the morning.")
    return ngettext("Sent to %d person.", "Sent to %d people.", people) % people
