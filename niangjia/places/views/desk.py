"""The desk of those who run places: the list, one place, its week, requests and the door."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit import asked, clock, codes
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.places import actions
from niangjia.places.export import workbook
from niangjia.places.forms import AccessoryForm, QuotaForm
from niangjia.places.models import PlaceKind
from niangjia.places.permissions import can_keep_door
from niangjia.places.reads import desk as reads

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _shown(request: ActorRequest) -> reads.Desk:
    since, until = reads.month_of(clock.today())
    kind = request.GET.get("kind", "")
    return reads.desk(
        request.actor, since=asked.day(request.GET.get("since", "")) or since,
        until=asked.day(request.GET.get("until", "")) or until,
        words=request.GET.get("q", "")[:64], kind=kind if kind in PlaceKind.values else "",
    )  # fmt: skip


def places(request: ActorRequest) -> HttpResponse:
    """All the places I run, and their use."""
    context = {
        "shown": _shown(request), "kinds": PlaceKind.choices, "asked": request.GET, "q": request.GET.get("q", ""),
        "kind": request.GET.get("kind", ""),
    }  # fmt: skip
    return render(request, "places/desk/places.html", context)


def export(request: ActorRequest) -> HttpResponse:
    """The same as a workbook."""
    response = HttpResponse(workbook(_shown(request), request.actor), content_type=SHEET)
    response["Content-Disposition"] = f'attachment; filename="places-{clock.today()}.xlsx"'
    return response


def place(request: ActorRequest, place_id: int) -> HttpResponse:
    """One place and everything its officers set."""
    shown = reads.place_desk(request.actor, place_id)
    context = {"shown": shown, "quota": QuotaForm(resources=shown.resources), "accessory": AccessoryForm()}
    return render(request, "places/desk/place.html", context)


def week(request: ActorRequest, place_id: int) -> HttpResponse:
    """The calendar of all rooms, or of one."""
    day = asked.day(request.GET.get("day", "")) or clock.today()
    room_id = asked.whole_number(request.GET.get("resource", ""))
    shown = reads.week(request.actor, place_id, day, room_id)
    rooms = reads.place_desk(request.actor, place_id).resources
    return render(request, "places/desk/week.html", {"shown": shown, "rooms": rooms, "room_id": room_id})


@require_POST
def count_visits(request: ActorRequest, place_id: int) -> HttpResponse:
    """How many came on a day without tapping."""
    shown = reads.place_for(request.actor, place_id)
    typed = request.POST.get("day", "")
    day = asked.day(typed) if typed else clock.today()
    times = asked.whole_number(request.POST.get("times", ""), digits=5)
    if day is None or times is None:
        raise Invalid(_("Count a day that has been, with a number of people."))
    actions.count_visits(shown, actor=request.actor, times=times, day=day)
    messages.success(request, _("Counted."))
    return redirect("desk_place", place_id)


@require_POST
def answer_report(request: ActorRequest, report_id: int) -> HttpResponse:
    """Answer who found the door shut."""
    report = reads.report_for(request.actor, report_id)
    was_closed = request.POST.get("was") == "closed"
    actions.answer_closed_report(
        report, actor=request.actor, was_closed=was_closed, answer=request.POST.get("answer", "")[:200]
    )
    messages.success(request, _("Answered. The worker is told."))
    return redirect("desk_place", report.place_id)


def door(request: ActorRequest, resource_id: int) -> HttpResponse:
    """The code for the door: print it, or leave it on a screen."""
    resource = reads.resource_for(request.actor, resource_id)
    can_keep_door(request.actor, resource.place).require()
    code = reads.door_code(resource)
    address = request.build_absolute_uri(reverse("door", args=[resource.pk])) + "?" + urlencode({"code": code})
    context = {"resource": resource, "code": code, "qr": codes.qr(address, scale=6)}
    template = "places/desk/_door_code.html" if request.headers.get("X-Part") else "places/desk/door.html"
    return render(request, template, context)


def bookings(request: ActorRequest) -> HttpResponse:
    """Requests that wait for an answer, and who is expected today."""
    return render(request, "places/desk/bookings.html", {"queue": reads.queue(request.actor)})


@require_POST
def answer_booking(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Approve a request, refuse it, or cancel what was booked, with the reason."""
    booking = reads.booking_for(request.actor, booking_id)
    reason = request.POST.get("reason", "")[:200]
    match request.POST.get("answer", ""):
        case "approve":
            actions.approve_booking(booking, actor=request.actor)
            messages.success(request, _("Approved. The worker is told."))
        case "cancel":
            actions.cancel_booking(booking, actor=request.actor, reason=reason)
            messages.success(request, _("Cancelled. The worker is told."))
        case _other:
            actions.refuse_booking(booking, actor=request.actor, reason=reason)
            messages.success(request, _("Not approved. The worker is told why."))
    return redirect("desk_bookings")


@require_POST
def check_in(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Somebody without a phone is there."""
    booking = reads.booking_for(request.actor, booking_id)
    actions.check_in(booking, actor=request.actor)
    messages.success(request, _("%(name)s is in.") % {"name": booking.person})
    return redirect("desk_bookings")
