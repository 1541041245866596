"""A union's own programmes: versions, publishing, rounds, and what it has brought."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions
from niangjia.programmes.forms import put_faults
from niangjia.programmes.models import Programme
from niangjia.programmes.permissions import can_edit_programme
from niangjia.programmes.practiceforms import OpeningForm
from niangjia.programmes.reads import effects, practices
from niangjia.programmes.reads import programmes as reads
from niangjia.programmes.reads.trying import unconfirmed
from niangjia.programmes.views.effects import counted
from niangjia.programmes.views.gallery import faults_of


def programmes(request: ActorRequest) -> HttpResponse:
    """The programmes of my unions and of those above them."""
    number = request.GET.get("page", "")
    page = int(number) if number.isdigit() and len(number) < 7 else 1
    return render(request, "programmes/gallery/programmes.html", {"page": reads.programmes_page(request.actor, page)})


def programme(request: ActorRequest, programme_id: int) -> HttpResponse:
    """One programme through all its versions and rounds."""
    page = reads.programme_page(request.actor, programme_id)
    return render(request, "programmes/gallery/programme.html", {"page": page, "programme": page.programme})


def _mine(request: ActorRequest, programme_id: int) -> Programme:
    found = reads.find_programme(request.actor, programme_id)
    can_edit_programme(request.actor, found).require()
    return found


@require_POST
def new_version(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Begin to change a programme that is published: a new draft, or the one under way."""
    found = _mine(request, programme_id)
    actions.draft_version(found, actor=request.actor)
    return redirect("programme_edit", found.pk)


@require_POST
def discard(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Throw the draft away; a programme that was never published goes with it."""
    found = _mine(request, programme_id)
    draft, standing = reads.draft_and_standing(found)
    if draft is not None:
        actions.discard_draft(draft, actor=request.actor)
        messages.success(request, _("The draft is thrown away."))
    return redirect("programme", found.pk) if standing is not None else redirect("programmes")


def publish(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Confirm what a new version changes, and whom it reaches, before it is final."""
    found = _mine(request, programme_id)
    draft, standing = reads.draft_and_standing(found)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("programme", found.pk)
    moved = None
    if request.method == "POST":
        if request.POST.get("seen") == draft.digest:
            actions.publish_version(draft, actor=request.actor)
            messages.success(request, _("Version %d is published. Open a round with it.") % draft.number)
            return redirect("round_new", found.pk)
        moved = Conflict(
            _("Somebody changed this draft while you were reading."), remedy=_("Look at the changes again below.")
        )
    context = {
        "programme": found,
        "draft": draft,
        "standing": standing,
        "changes": reads.changes(standing.definition, draft.definition) if standing is not None else (),
        "refusal": moved,
        "unconfirmed": unconfirmed(draft),
        **(counted(request, found) if "reach" in request.GET else {}),
    }
    return render(request, "programmes/gallery/publish.html", context, status=409 if moved else 200)


def new_round(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Open a round with the newest published version."""
    found = _mine(request, programme_id)
    _draft, standing = reads.draft_and_standing(found)
    if standing is None:
        messages.info(request, _("Publish the draft first; a round keeps the version it was opened with."))
        return redirect("programme", found.pk)
    data = request.POST if request.method == "POST" else None
    form = OpeningForm(standing.definition, practices.bodies_to_partner(request.actor), data)
    if data is not None and form.is_valid():
        try:
            opened = actions.open_and_find(standing, actor=request.actor, **form.opening())
        except Invalid as fault:
            put_faults(form, fault)
        else:
            messages.success(request, _("The round is open, and the workers it suits have been found and told."))
            return redirect("round", opened.pk)
    context = {
        "programme": found,
        "standing": standing,
        "form": form,
        "faults": faults_of(form),
        **(
            {"reach": effects.reached(found, standing.text), "union": found.organisation}
            if "reach" in request.GET
            else {}
        ),
    }
    return render(request, "programmes/gallery/round_new.html", context, status=422 if data is not None else 200)
