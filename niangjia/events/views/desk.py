"""The desk of those who put activities on: the list, a new one in a minute, its seats and people, the door list."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.demand import reads as demand
from niangjia.events import actions, practices
from niangjia.events.forms.activity import FOR_WHOM, HOW, ActivityForm, AgainForm
from niangjia.events.forms.running import PermitForm
from niangjia.events.permissions import can_organise_somewhere
from niangjia.events.reads import desk as reads
from niangjia.events.reads import queue
from niangjia.events.security import security_permit
from niangjia.kit import clock
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs.reads import bodies_of

KINDS = (
    ("", gettext_lazy("All")),
    ("to_come", gettext_lazy("To come")),
    ("draft", gettext_lazy("Drafts")),
    ("over", gettext_lazy("Over")),
    ("called_off", gettext_lazy("Called off")),
)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def activities(request: ActorRequest) -> HttpResponse:
    """What needs me first, then what my unions put on: searched, filtered, a page at a time."""
    words, which = request.GET.get("q", "").strip()[:80], request.GET.get("which", "")
    permit = can_organise_somewhere(request.actor)
    context = {
        "page": reads.activities(request.actor, words, which, request.GET.get("page", "1")),
        "tasks": queue.tasks(request.actor) if permit.allowed and not words and not which else [],
        "permit": permit,
        "words": words,
        "which": which,
        "kinds": KINDS,
    }
    return render(request, "events/desk/list.html", context)


def picker(request: ActorRequest) -> HttpResponse:
    """The proven activities: each with all but date and place filled in."""
    can_organise_somewhere(request.actor).require()
    times = reads.put_on(request.actor)
    cards = [(one, times.get(one.key, 0)) for one in practices.practices()]
    context = {"cards": cards, "asked": demand.options_asked(request.actor)}
    return render(request, "events/desk/practices.html", context)


def new(request: ActorRequest) -> HttpResponse:
    """Write an activity down, look at it as it will be read, announce it."""
    can_organise_somewhere(request.actor).require()
    bodies = bodies_of(request.actor)
    if request.method != "POST":
        now = clock.now().astimezone(clock.SHANGHAI).replace(second=0, microsecond=0)
        key = request.GET.get("practice", "")
        begun = practices.practice(key).initial(now) if key else {}
        option = whole_number(request.GET.get("asked", ""))
        if option is not None:
            found = demand.option_for(request.actor, option)
            begun |= {"asked": found.pk, "title": found.title, "organisation": found.poll.organisation_id}
        form = ActivityForm(bodies=bodies, initial={**begun, "opens_at": now})
        return render(request, "events/desk/form.html", {"form": form})
    form = ActivityForm(request.POST, bodies=bodies)
    step = request.POST.get("step", "")
    if form.is_valid() and form.cleaned_data["asked"] is not None:
        demand.option_for(request.actor, form.cleaned_data["asked"])  # what others' workers asked is not ours to answer
    if not form.is_valid():
        return render(request, "events/desk/form.html", {"form": form}, status=422)
    if step == "change":
        return render(request, "events/desk/form.html", {"form": form})
    if step != "announce":
        return _preview(request, form)
    body = next(one for one in bodies if one.pk == form.cleaned_data["organisation"])
    with transaction.atomic():
        made = actions.draft_activity(form.plan(), organisation=body, actor=request.actor)
        actions.announce_activity(made, actor=request.actor)
    messages.success(request, _("Announced. Workers find it under activities."))
    return redirect("desk_activity", made.pk)


def _preview(request: ActorRequest, form: ActivityForm) -> HttpResponse:
    plan, given = form.plan(), form.cleaned_data
    context = {
        "form": form,
        "plan": plan,
        "given": given,
        "how": dict(HOW)[given["mode"]],
        "whom": dict(FOR_WHOM)[given["audience"]],
        "security": security_permit(
            (date.starts_at, plan.more["expected"] if date.seats is None else date.seats) for date in plan.dates
        ),
    }
    return render(request, "events/desk/preview.html", context)


def activity(request: ActorRequest, activity_id: int) -> HttpResponse:
    """One activity: how many there are at this moment, who they are, and what can be done."""
    page = reads.desk_page(request.actor, activity_id)
    context = {"page": page, "activity": page.activity, "again": AgainForm(initial={"starts_at": page.next_like}),
               "permit_form": PermitForm()}  # fmt: skip
    if getattr(request, "htmx", False):
        return render(request, "events/desk/_count.html", context)
    return render(request, "events/desk/activity.html", {**context, "roll": reads.roll(page)})


@require_POST
def again(request: ActorRequest, activity_id: int) -> HttpResponse:
    """The same once more on other dates, as a draft."""
    found = reads.activity_for(request.actor, activity_id)
    form = AgainForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("A date and a time, please."))
    made = actions.put_on_again(found, starts_at=form.cleaned_data["starts_at"], actor=request.actor)
    messages.success(request, _("Written down as a draft. Look at it, then announce it."))
    return redirect("desk_activity", made.pk)


@require_POST
def announce(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Show a draft to those it is for."""
    actions.announce_activity(reads.activity_for(request.actor, activity_id), actor=request.actor)
    messages.success(request, _("Announced. Workers find it under activities."))
    return redirect("desk_activity", activity_id)


@require_POST
def draw(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Draw the lots, now that registration has closed."""
    actions.draw_lots(reads.activity_for(request.actor, activity_id), actor=request.actor)
    messages.success(request, _("Drawn. Everybody who entered can look up where they stood."))
    return redirect("desk_activity", activity_id)


@require_POST
def call_off(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Call it off, and say why."""
    found = reads.activity_for(request.actor, activity_id)
    actions.call_off(found, reason=request.POST.get("reason", "")[:200], actor=request.actor)
    messages.success(request, _("Called off. Those who held seats are told why."))
    return redirect("desk_activity", activity_id)


@never_cache
@require_POST
def door_list(request: ActorRequest, activity_id: int) -> HttpResponse:
    """The list for the door, masked and marked with who took it out."""
    found = reads.activity_for(request.actor, activity_id)
    response = HttpResponse(actions.take_door_list(found, actor=request.actor), content_type=SHEET)
    response["Content-Disposition"] = f'attachment; filename="door-{found.pk}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
