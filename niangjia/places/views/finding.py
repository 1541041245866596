"""Find a place, see whether it is open, say that it was not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from niangjia.kit.asked import whole_number
from niangjia.kit.divisions import county_choices
from niangjia.kit.routes import ActorRequest
from niangjia.places import actions
from niangjia.places.models import Facility, PlaceKind
from niangjia.places.reads import finding, mapping, nearby


@sensitive_post_parameters("lat", "lon")
def places(request: ActorRequest) -> HttpResponse:
    """Places of a county, or around one, as a list and a map; near me when the phone says where, in the body alone."""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = finding.asked(
        request.actor, county=asked.get("county", ""), kind=asked.get("kind", ""), facility=asked.get("facility", ""),
        open_now=asked.get("open") == "1", around=whole_number(asked.get("around", "")),
        point=nearby.position(request.POST.get("lat", ""), request.POST.get("lon", "")),
    )  # fmt: skip
    found = finding.near(wanted)
    around = mapping.outline(wanted)
    context = {
        "wanted": wanted,
        "found": found,
        "map": mapping.drawn(found, wanted.point, around),
        "around": asked.get("around", "") if wanted.point else "",
        "is_mine": "lat" in request.POST and wanted.point is not None,
        "is_outlined": len(around) >= mapping.CORNERS,
        "counties": county_choices(),
        "kinds": PlaceKind.choices,
        "facilities": Facility.choices,
    }
    return render(request, "places/places.html", context)


def place(request: ActorRequest, place_id: int) -> HttpResponse:
    """One place: open or not, hours, facilities, what can be booked."""
    return render(request, "places/place.html", {"shown": finding.place_page(request.actor, place_id)})


@require_POST
def report(request: ActorRequest, place_id: int) -> HttpResponse:
    """It was closed."""
    actions.report_closed(finding.place_for(place_id), actor=request.actor)
    messages.success(request, _("Thank you. The host is asked, and everybody sees it; you are told the answer."))
    return redirect("place", place_id)


@require_POST
def visit(request: ActorRequest, place_id: int) -> HttpResponse:
    """I was here."""
    actions.visit(finding.place_for(place_id), actor=request.actor)
    messages.success(request, _("Counted. Your name is shown to nobody."))
    return redirect("place", place_id)
