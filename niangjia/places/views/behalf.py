"""What officers do for one worker: book for somebody who stands at the counter or calls, look at a booking."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs.reads.unions import person_with_phone
from niangjia.places import actions
from niangjia.places.forms import BehalfForm
from niangjia.places.permissions import can_run
from niangjia.places.reads import desk as reads


def book(request: ActorRequest, resource_id: int) -> HttpResponse:
    """Book for somebody by their phone number; notice and grid do not bind, hours and quotas do."""
    resource = reads.resource_for(request.actor, resource_id)
    can_run(request.actor, resource.place).require()
    shown = {"starts": request.GET.get("starts", ""), "minutes": resource.min_slots * resource.slot_minutes}
    form = BehalfForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.book(
                resource, actor=request.actor, person=person_with_phone(given["phone"]), starts=given["starts"],
                ends=given["starts"] + timedelta(minutes=given["minutes"]), people=given["people"],
                purpose=given["purpose"],
            )  # fmt: skip
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Booked for %(name)s, who is told.") % {"name": made.person})
            return redirect("desk_booking_page", made.pk)
    context = {"form": form, "title": _("Book %(what)s for somebody") % {"what": resource}, "place": resource.place}
    return render(request, "places/desk/form.html", context, status=422 if form.errors else 200)


def booking(request: ActorRequest, booking_id: int) -> HttpResponse:
    """One booking, and what an officer can do about it now."""
    return render(request, "places/desk/booking.html", {"shown": reads.booking_desk(request.actor, booking_id)})
