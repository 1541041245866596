"""What officers set: places, hours, closures, resources and their terms, quotas, what is lent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit.asked import whole_number
from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.places import actions
from niangjia.places.forms import (
    AccessoryForm,
    CloseForm,
    HoursForm,
    PlaceForm,
    QuotaForm,
    ResourceForm,
)
from niangjia.places.models import Place
from niangjia.places.models_booking import Resource
from niangjia.places.permissions import can_add_place, can_run
from niangjia.places.reads import desk as reads


def _form_page(
    request: ActorRequest, form: forms.Form, do: Callable[[dict[str, Any]], Place], *, title: str, place: Place | None,
    can_retire: bool = False,
) -> HttpResponse:  # fmt: skip
    """Show a form; when it is sent and right, do it and go back to the place."""
    if request.method == "POST" and form.is_valid():
        try:
            shown = do(form.cleaned_data)
        except (Invalid, Conflict) as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk_place", shown.pk)
    context = {"form": form, "title": title, "place": place, "can_retire": can_retire}
    return render(request, "places/desk/form.html", context, status=422 if form.errors else 200)


def _sent(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


def add_place(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Put a place on record."""
    body = reads.body_for(request.actor, organisation_id)
    can_add_place(request.actor, body).require()
    form = PlaceForm(_sent(request), initial={"division_code": body.division_code[:6]})

    def do(given: dict[str, Any]) -> Place:
        return actions.add_place(body, actor=request.actor, **given)

    return _form_page(request, form, do, title=_("Add a place"), place=None)


def _own(request: ActorRequest, place_id: int) -> Place:
    place = reads.place_for(request.actor, place_id)
    can_run(request.actor, place).require()
    return place


def edit_place(request: ActorRequest, place_id: int) -> HttpResponse:
    """Correct a place."""
    place = _own(request, place_id)
    shown = {name: getattr(place, name) for name in PlaceForm.base_fields if hasattr(place, name)}
    form = PlaceForm(_sent(request), initial=shown)

    def do(given: dict[str, Any]) -> Place:
        if request.POST.get("retire") == "1":
            return actions.give_up_place(place, actor=request.actor)
        return actions.change_place(place, actor=request.actor, **given)

    return _form_page(
        request, form, do, title=_("Edit the place"), place=place, can_retire=place.closed_on is None
    )  # fmt: skip


def set_hours(request: ActorRequest, place_id: int) -> HttpResponse:
    """New hours, from a day on."""
    place = _own(request, place_id)
    form = HoursForm(_sent(request), standing=reads.hours_today(place))

    def do(given: dict[str, Any]) -> Place:
        lines = [actions.Line(*line) for line in given["lines"]]
        actions.set_hours(
            place, lines, actor=request.actor, since=given["since"], until=given["until"],
            cancel_bookings=given["cancel_bookings"],
        )  # fmt: skip
        return place

    return _form_page(request, form, do, title=_("New hours"), place=place)


def close(request: ActorRequest, place_id: int) -> HttpResponse:
    """Close the place, or one of its rooms, for a time."""
    place = _own(request, place_id)
    asked = whole_number(request.GET.get("resource", ""))
    resource = reads.resource_for(request.actor, asked) if asked else None
    form = CloseForm(_sent(request))

    def do(given: dict[str, Any]) -> Place:
        allowed = reads.unions_named(request.actor, given.pop("allowed"))
        actions.close_for(place, actor=request.actor, resource=resource, allowed=allowed, **given)
        return place

    title = _("Close %(what)s") % {"what": resource or place}
    return _form_page(request, form, do, title=title, place=place)


@require_POST
def lift(request: ActorRequest, closure_id: int) -> HttpResponse:
    """Open again before the time."""
    closure = reads.closure_for(request.actor, closure_id)
    actions.lift_closure(closure, actor=request.actor)
    messages.success(request, _("Open again."))
    return redirect("desk_place", closure.place_id)


def add_resource(request: ActorRequest, place_id: int) -> HttpResponse:
    """Make something bookable; `part_of` names the whole it is a part of."""
    place = _own(request, place_id)
    asked = whole_number(request.GET.get("part_of", ""))
    parent: Resource | None = reads.resource_for(request.actor, asked) if asked else None
    form = ResourceForm(_sent(request))

    def do(given: dict[str, Any]) -> Place:
        actions.add_resource(place, actor=request.actor, parent=parent, **given)
        return place

    title = _("A part of %(what)s") % {"what": parent} if parent else _("Make something bookable")
    return _form_page(request, form, do, title=title, place=place)


def edit_resource(request: ActorRequest, resource_id: int) -> HttpResponse:
    """Change the terms."""
    resource = reads.resource_for(request.actor, resource_id)
    can_run(request.actor, resource.place).require()
    form = ResourceForm(_sent(request), initial={name: getattr(resource, name) for name in ResourceForm.base_fields})

    def do(given: dict[str, Any]) -> Place:
        if request.POST.get("retire") == "1":
            actions.retire_resource(resource, actor=request.actor)
        else:
            actions.change_resource(resource, actor=request.actor, **given)
        return resource.place

    return _form_page(
        request, form, do, title=resource.name, place=resource.place, can_retire=resource.retired_on is None
    )


def set_quota(request: ActorRequest, place_id: int) -> HttpResponse:
    """Limit how much one may book."""
    place = _own(request, place_id)
    form = QuotaForm(_sent(request), resources=list(place.resources.standing()))

    def do(given: dict[str, Any]) -> Place:
        actions.set_quota(place, actor=request.actor, **given)
        return place

    return _form_page(request, form, do, title=_("A quota"), place=place)


@require_POST
def end_quota(request: ActorRequest, rule_id: int) -> HttpResponse:
    """Let a quota hold no longer than today."""
    rule = reads.rule_for(request.actor, rule_id)
    actions.end_quota(rule, actor=request.actor)
    messages.success(request, _("The quota holds until today."))
    return redirect("desk_place", rule.place_id)


def set_accessory(request: ActorRequest, place_id: int) -> HttpResponse:
    """Put down what is lent."""
    place = _own(request, place_id)

    def do(given: dict[str, Any]) -> Place:
        actions.set_accessory(place, actor=request.actor, **given)
        return place

    return _form_page(request, AccessoryForm(_sent(request)), do, title=_("What is lent with a booking"), place=place)
