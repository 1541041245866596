"""The tree: browsing it, founding, moving and closing unions, giving and lending offices, bringing in partners."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit.actor import Office
from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs import actions
from niangjia.orgs.committee import committee_faults
from niangjia.orgs.forms import (
    AppointForm,
    CloseForm,
    DelegateForm,
    FoundForm,
    MoveForm,
    PartnerForm,
)
from niangjia.orgs.models import Kind
from niangjia.orgs.permissions import can_appoint, can_close, can_delegate, can_found, can_move, can_register
from niangjia.orgs.reads import unions


def tree(request: ActorRequest) -> HttpResponse:
    """Where my offices begin."""
    return render(request, "orgs/unions.html", {"roots": unions.roots_of(request.actor)})


def union(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """One body with all that stands around it."""
    return render(request, "orgs/union.html", {"shown": unions.union_page(request.actor, organisation_id)})


def found(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Found a union below this one. What the law asks of its committee is said afterwards, and hinders nobody."""
    parent = unions.visible_body(request.actor, organisation_id)
    can_found(request.actor, parent).require()
    form = FoundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            founded = actions.found_union(actor=request.actor, parent=parent, **given)
        except Invalid as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("%(name)s is founded.") % {"name": founded.name})
            for warning in committee_faults(given["members"], given["committee_seats"]):
                messages.warning(request, str(warning.sentence))
            return redirect("union", founded.pk)
    context = {"body": parent, "form": form, "title": _("Found a union"), "press": _("Found the union")}
    return render(request, "orgs/body_form.html", context, status=422 if form.errors else 200)


def appoint(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Give somebody an office in this body."""
    body = unions.visible_body(request.actor, organisation_id)
    can_appoint(request.actor, body, Office.HANDLER).require()
    form = AppointForm(request.POST if request.method == "POST" else None, body=body)
    if request.method == "POST" and form.is_valid():
        try:
            person = unions.person_with_phone(form.cleaned_data["phone"])
            actions.appoint(
                actor=request.actor, person=person, organisation=body, office=form.cleaned_data["office"],
                until=form.cleaned_data["until"],
            )  # fmt: skip
        except Invalid as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("The office is given."))
            return redirect("union", body.pk)
    context = {"body": body, "form": form, "title": _("Give an office"), "press": _("Appoint")}
    return render(request, "orgs/body_form.html", context, status=422 if form.errors else 200)


@require_POST
def relieve(request: ActorRequest, appointment_id: int) -> HttpResponse:
    """End an office."""
    appointment = unions.visible_appointment(request.actor, appointment_id)
    actions.relieve(appointment, actor=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("The office has ended."))
    return redirect("union", appointment.organisation_id)


def delegate(request: ActorRequest, appointment_id: int) -> HttpResponse:
    """Lend my office to a colleague for a while."""
    appointment = unions.visible_appointment(request.actor, appointment_id)
    can_delegate(request.actor, appointment).require()
    form = DelegateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            colleague = unions.person_with_phone(form.cleaned_data["phone"])
            actions.delegate(appointment, actor=request.actor, to=colleague, until=form.cleaned_data["until"])
        except Invalid as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("The office is lent. It comes back by itself."))
            return redirect("union", appointment.organisation_id)
    context = {
        "body": appointment.organisation, "form": form, "title": _("Lend my office"), "press": _("Lend"),
    }  # fmt: skip
    return render(request, "orgs/body_form.html", context, status=422 if form.errors else 200)


def move(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Put a union below another."""
    body = unions.visible_body(request.actor, organisation_id)
    can_move(request.actor, body, body).require()
    form = MoveForm(request.POST if request.method == "POST" else None, unions=unions.places_for(request.actor, body))
    if request.method == "POST" and form.is_valid():
        parent = unions.visible_body(request.actor, int(form.cleaned_data["parent"]))
        actions.move_union(body, actor=request.actor, parent=parent)
        messages.success(request, _("%(name)s has moved, with all below it.") % {"name": body.name})
        return redirect("union", body.pk)
    context = {"body": body, "form": form, "title": _("Move this union"), "press": _("Move the union")}
    return render(request, "orgs/body_form.html", context, status=422 if form.errors else 200)


def close(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Close a union; its members are not lost."""
    body = unions.visible_body(request.actor, organisation_id)
    can_close(request.actor, body).require()
    form = CloseForm(request.POST if request.method == "POST" else None, unions=unions.siblings_of(request.actor, body))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["successor"]
        successor = unions.visible_body(request.actor, int(chosen)) if chosen else None
        actions.close_union(body, actor=request.actor, reason=form.cleaned_data["reason"], successor=successor)
        messages.success(request, _("%(name)s is closed. Its members are kept.") % {"name": body.name})
        return redirect("union", body.pk)
    context = {"body": body, "form": form, "title": _("Close this union"), "press": _("Close the union")}
    return render(request, "orgs/body_form.html", context, status=422 if form.errors else 200)


def bring_in(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Record an enterprise or partner that this union works with."""
    host = unions.visible_body(request.actor, organisation_id)
    can_register(request.actor, host).require()
    form = PartnerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["kind"] == Kind.ENTERPRISE:
                guest = actions.register_employer(
                    actor=request.actor, host=host, name=given["name"], uscc=given["uscc"],
                    headcount=given["headcount"], above_scale=given["above_scale"],
                ).organisation  # fmt: skip
            else:
                guest = actions.register_partner(actor=request.actor, host=host, kind=given["kind"], name=given["name"])
        except Invalid as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("%(name)s is recorded.") % {"name": guest.name})
            return redirect("union", host.pk)
    context = {"body": host, "form": form, "title": _("Bring in an enterprise or partner"), "press": _("Put on record")}
    return render(request, "orgs/body_form.html", context, status=422 if form.errors else 200)


@require_POST
def cover(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Record that this union covers the workers of an employer it brought in."""
    body = unions.visible_body(request.actor, organisation_id)
    employer = unions.visible_employer(request.actor, request.POST.get("employer", ""))
    actions.cover(body, employer, actor=request.actor)
    messages.success(request, _("The workers of this employer are covered."))
    return redirect("union", body.pk)
