"""One's own record: what it says, who looked at it, what was agreed to."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.people import actions, reads
from niangjia.people.forms import IdentityForm, PlacesForm


def my_data(request: ActorRequest) -> HttpResponse:
    """Everything a person has a right to on one page (PIPL art. 44 to 47)."""
    return render(request, "people/my_data.html", {"record": reads.my_record(request.actor)})


@never_cache
@require_POST
def reveal(request: ActorRequest) -> HttpResponse:
    """Show one's own numbers in full."""
    person = reads.me(request.actor)
    shown = actions.reveal(person, actor=request.actor, purpose=_("Checking my own record"))
    return render(request, "people/my_numbers.html", {"shown": shown})


def edit(request: ActorRequest) -> HttpResponse:
    """Correct where one lives."""
    person = reads.me(request.actor)
    places = {"residence_code": person.residence_code, "hukou_code": person.hukou_code}
    form = PlacesForm(request.POST if request.method == "POST" else None, initial=places)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_person(person, actor=request.actor, **form.cleaned_data)
        except Invalid as fault:
            _show(form, fault)
        else:
            messages.success(request, _("Saved."))
            return redirect("my_data")
    return render(request, "people/edit.html", {"form": form}, status=422 if form.errors else 200)


def identity(request: ActorRequest) -> HttpResponse:
    """Prove one's identity by name and number."""
    person = reads.me(request.actor)
    form = IdentityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.verify_identity(person, actor=request.actor, **form.cleaned_data)
        except Invalid as fault:
            _show(form, fault)
        else:
            messages.success(request, _("Your identity is on record."))
            return redirect("my_data")
    context = {"form": form, "person": person}
    return render(request, "people/identity.html", context, status=422 if form.errors else 200)


def _show(form: PlacesForm | IdentityForm, fault: Invalid) -> None:
    """A refused value stands beside its field, with what to do."""
    for field, sentence in fault.faults.items():
        form.add_error(field if field in form.fields else None, f"{sentence} {fault.remedy}".strip())


@require_POST
def copy(request: ActorRequest) -> HttpResponse:
    """Hand a person everything we hold about them, as a file."""
    parts = actions.export_my_data(reads.me(request.actor), actor=request.actor)
    body = json.dumps(parts, ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="niangjia-{clock.today():%Y%m%d}.json"'
    return response


@require_POST
def withdraw(request: ActorRequest, consent_id: int) -> HttpResponse:
    """Take a consent back."""
    actions.withdraw_consent(reads.my_consent(request.actor, consent_id), actor=request.actor)
    messages.success(request, _("Your consent is withdrawn."))
    return redirect("my_data")


def erase(request: ActorRequest) -> HttpResponse:
    """Say what erasing means, and do it when the person is sure."""
    if request.method == "POST":
        actions.erase(reads.me(request.actor), actor=request.actor)
        return redirect("erased")
    return render(request, "people/erase.html")


def erased(request: ActorRequest) -> HttpResponse:
    """The last page a person sees of us."""
    return render(request, "people/erased.html")
