"""The door of a date: who is in, by code, by name or without registration; the screen of the hall; without network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.events import actions
from niangjia.events.models import Occurrence
from niangjia.events.permissions import can_keep_door
from niangjia.events.reads import door as reads
from niangjia.kit import clock, codes
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Conflict, Invalid, Refusal
from niangjia.kit.routes import ActorRequest
from niangjia.people.models import Person

KEEPER = Path(__file__).parents[1] / "static" / "events" / "keeper.js"


def doors(request: ActorRequest) -> HttpResponse:
    """The dates of yesterday, today and tomorrow, each with its door."""
    return render(request, "events/door/list.html", {"dates": reads.doors(request.actor)})


def door(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """One door. Opened plainly it names nobody, so that a device may keep the page."""
    page = reads.door_page(request.actor, occurrence_id)
    if request.headers.get("X-Part"):
        return render(request, "events/door/_count.html", {"page": page})
    asked = request.GET.get("q", "")[:64]
    lines = reads.by_name(page.occurrence, asked) if page.keep else []
    context = {"page": page, "asked": asked, "lines": lines, "typed": _typed(request)}
    return render(request, "events/door/door.html", context)


def _typed(request: ActorRequest) -> dict[str, str]:
    """What stands in the fields of the door: what was sent and not taken, else nothing."""
    return {name: request.POST.get(name, "")[:64] for name in ("code", "who", "people")}


@never_cache
@require_POST
def print_list(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """The list of one date on paper: masked, to be ticked off by hand, marked with who took it out."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    lines = actions.print_door_list(occurrence, actor=request.actor)
    context = {"occurrence": occurrence, "lines": lines, "taken_by": request.actor.name, "at": clock.now()}
    return render(request, "events/door/print.html", context)


def _back(occurrence: Occurrence, asked: str = "") -> HttpResponseRedirect:
    address = reverse("occurrence_door", args=[occurrence.pk])
    return HttpResponseRedirect(f"{address}?{urlencode({'q': asked})}" if asked else address)


@require_POST
def let_in(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """Let in who shows a card or a code, or whom we know by name."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    try:
        told = _let_in(request, occurrence)
    except (Invalid, Conflict) as refusal:
        return _refused(request, occurrence, refusal)
    if told.is_new:
        messages.success(request, _("Checked in."))
    else:
        messages.info(request, _("This card was checked in before."))
    return _back(occurrence, request.POST.get("q", "")[:64])


def _let_in(request: ActorRequest, occurrence: Occurrence) -> actions.Told:
    """Who was pressed by name, or whose card this is."""
    key = request.POST.get("holder", "")
    if not key:
        return actions.read_card(occurrence, request.POST.get("code", "")[:64], actor=request.actor)
    holder = reads.holder_for(request.actor, key)
    (told,) = actions.check_in_many(occurrence, [actions.Arrival(holder.person_id)], actor=request.actor)
    if told.refusal is not None:
        raise told.refusal
    return told


def _refused(request: ActorRequest, occurrence: Occurrence, refusal: Refusal) -> HttpResponse:
    """The door as it stands, with what went wrong and what was typed: people wait, nobody types it twice."""
    page, asked = reads.door_page(request.actor, occurrence.pk), request.POST.get("q", "")[:64]
    context: dict[str, Any] = {"page": page, "asked": asked, "typed": _typed(request)}
    context["lines"] = reads.by_name(occurrence, asked)
    context |= {"refusal": refusal, "faults": refusal.faults if isinstance(refusal, Invalid) else {}}
    return render(request, "events/door/door.html", context, status=refusal.status)


@require_POST
def walk_in(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """Let a member in who has no registration; of several with one name the one who was chosen."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    can_keep_door(request.actor, occurrence.activity).require()
    try:
        people, found = _number_of(request), _called(request, occurrence)
        if len(found) > 1:
            page = reads.door_page(request.actor, occurrence_id)
            context = {"page": page, "asked": "", "lines": [], "namesakes": found, "people": people}
            context["typed"] = _typed(request)
            return render(request, "events/door/door.html", context)
        (person,) = found
        actions.walk_in(occurrence, person, people=people, actor=request.actor)
    except (Invalid, Conflict) as refusal:
        return _refused(request, occurrence, refusal)
    messages.success(request, _("Let in: %s.") % person.masked_name)
    return _back(occurrence)


def _number_of(request: ActorRequest) -> int:
    people = whole_number(request.POST.get("people", "1"), digits=2)
    if not people:
        sentence = _("How many are they? A number, please.")
        raise Invalid(sentence, faults={"people": _("A whole number from 1 to 99.")})
    return people


def _called(request: ActorRequest, occurrence: Occurrence) -> Sequence[Person]:
    """The member who was chosen among several of one name, or all of the name that was typed."""
    chosen = whole_number(request.POST.get("person", ""))
    if chosen is not None:
        return (reads.member_for(occurrence, chosen),)
    return reads.members_called(occurrence, request.POST.get("who", "")[:64])


@require_POST
def heads(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """Count somebody nobody knows, or take one back."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    asked = request.POST.get("step", "")
    step = -1 if asked == "-1" else whole_number(asked, digits=2)
    try:
        actions.count_heads(occurrence, step or 0, actor=request.actor)
    except (Invalid, Conflict) as refusal:
        return _refused(request, occurrence, refusal)
    return _back(occurrence)


@require_POST
def release(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """Give up the seats of those who have not come, for those at the door."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    freed = actions.release_no_shows(occurrence, actor=request.actor)
    messages.success(request, _("Registrations released: %d.") % freed)
    return _back(occurrence)


@require_POST
def leave(request: ActorRequest, presence_id: int) -> HttpResponse:
    """Note that somebody has left."""
    presence = reads.presence_for(request.actor, presence_id)
    actions.check_out(presence, actor=request.actor)
    messages.success(request, _("Noted: left."))
    return _back(presence.occurrence, request.POST.get("q", "")[:64])


@require_POST
def undo(request: ActorRequest, presence_id: int) -> HttpResponse:
    """Take back what was noted by mistake."""
    presence = reads.presence_for(request.actor, presence_id)
    actions.undo_presence(presence, actor=request.actor)
    messages.success(request, _("Taken back."))
    return _back(presence.occurrence, request.POST.get("q", "")[:64])


@require_POST
def excuse(request: ActorRequest, registration_id: int) -> HttpResponse:
    """Note who could not come and why."""
    member = request.POST.get("member", "")
    holder = reads.holder_for(request.actor, f"{registration_id}-{member}" if member else str(registration_id))
    reason = request.POST.get("reason", "")[:200]
    actions.excuse(holder.registration, member=holder.member, reason=reason, actor=request.actor)
    messages.success(request, _("Noted: excused."))
    return _back(holder.registration.occurrence, request.POST.get("q", "")[:64])


@never_cache
def hall(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """The code for the screen of a hall; it turns by itself."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    can_keep_door(request.actor, occurrence.activity).require()
    code = reads.hall_code(occurrence)
    address = request.build_absolute_uri(reverse("here", args=[occurrence.pk])) + "?" + urlencode({"code": code})
    context = {"occurrence": occurrence, "code": code, "qr": codes.qr(address, scale=8)}
    return render(
        request, "events/door/_hall_code.html" if request.headers.get("X-Part") else "events/door/hall.html", context
    )


@never_cache
@require_POST
def take_along(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """The list for a device that keeps this door without network."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    return JsonResponse(actions.take_door_along(occurrence, actor=request.actor))


@never_cache
@require_POST
def bring_back(request: ActorRequest, occurrence_id: int) -> HttpResponse:
    """What such a device noted meanwhile; each line is answered."""
    occurrence = reads.occurrence_for(request.actor, occurrence_id)
    try:
        settled = actions.bring_door_back(occurrence, _lines(request.POST.get("lines", "")), actor=request.actor)
    except Refusal as refusal:
        return JsonResponse({"said": str(refusal)}, status=refusal.status)
    told = [
        {"id": one.key, "what": one.what, "said": str(one.refusal or "")} for one in settled
    ]  # fmt: skip
    return JsonResponse({"lines": told})


def _lines(sent: str) -> list[actions.Brought]:
    """`[{"id": "7-2", "at": milliseconds}, …]`, as events/door.js sends them."""
    try:
        told: Any = json.loads(sent)
        return [actions.Brought(str(one["id"]), datetime.fromtimestamp(int(one["at"]) / 1000, UTC)) for one in told]
    except (ValueError, TypeError, KeyError, OverflowError) as fault:
        raise Invalid(
            _("What this device brought cannot be read."), remedy=_("Open the page anew and send it again.")
        ) from fault


def keeper(_request: ActorRequest) -> HttpResponse:
    """The script that keeps pages of one folder on the phone; served there, it can reach no other."""
    return HttpResponse(KEEPER.read_text("utf-8"), content_type="text/javascript; charset=utf-8")


def manifest(_request: ActorRequest) -> JsonResponse:
    """What a phone needs to put the door on its home screen."""
    told = {
        "name": _("The door"), "short_name": _("The door"), "start_url": reverse("doors"), "scope": reverse("doors"),
        "display": "standalone", "icons": [{"src": static("kit/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }  # fmt: skip
    return JsonResponse(told, content_type="application/manifest+json")
