"""What a version does: beside the version before it, and against what was really decided."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.kit.routes import ActorRequest
from niangjia.programmes.models import Programme, ProgrammeVersion
from niangjia.programmes.permissions import can_edit_programme, can_run_programmes
from niangjia.programmes.reads import backtests, effects
from niangjia.programmes.reads import programmes as reads


def effect(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Whom the draft reaches, and what it changes: the part of the publish page that takes a moment to count."""
    programme = reads.find_programme(request.actor, programme_id)
    can_edit_programme(request.actor, programme).require()
    return render(request, "programmes/gallery/_effect.html", counted(request, programme))


def counted(request: ActorRequest, programme: Programme) -> dict[str, object]:
    """Whom the newest text reaches and what it changes; `?of=standing` asks for the published version alone."""
    draft, standing = reads.draft_and_standing(programme)
    draft = None if standing is not None and request.GET.get("of") == "standing" else draft
    newest = draft or standing
    assert newest is not None, "a programme has a version"
    told: dict[str, object] = {
        "reach": effects.reached(programme, newest.text),
        "union": programme.organisation,
        "programme": programme,
    }
    if draft is not None and standing is not None:
        told["effect"] = effects.effect(programme, standing.text, draft.text, request.actor)
    return told


def compare(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Two versions of a programme side by side: what is written, and what it does to whom."""
    programme = reads.find_programme(request.actor, programme_id)
    old, new = _two(request, programme)
    if old is None or new is None:
        messages.info(request, _("There is only one version; nothing can be compared yet."))
        return redirect("programme", programme.pk)
    context = {
        "programme": programme,
        "old": old,
        "new": new,
        "versions": tuple(programme.versions.order_by("number")),
        "changes": reads.changes(old.definition, new.definition),
        "exact": bool(can_run_programmes(request.actor, programme.organisation)),
    }
    if request.GET.get("show") == "effect":
        context["effect"] = effects.effect(programme, old.text, new.text, request.actor)
    part = request.headers.get("HX-Request") == "true" and "effect" in context
    template = "programmes/gallery/_compared.html" if part else "programmes/gallery/compare.html"
    return render(request, template, context)


def _two(request: ActorRequest, programme: Programme) -> tuple[ProgrammeVersion | None, ProgrammeVersion | None]:
    """The versions asked for; else the two newest."""
    newest = list(programme.versions.order_by("-number")[:2])
    chosen = [reads.find_version(programme, request.GET.get(name, "")) for name in ("old", "new")]
    if all(chosen):
        return chosen[0], chosen[1]
    return (newest[1], newest[0]) if len(newest) == 2 else (None, None)


def backtest(request: ActorRequest, programme_id: int) -> HttpResponse:
    """The newest text, or the version asked for, against the decisions of the past year."""
    programme = reads.find_programme(request.actor, programme_id)
    can_edit_programme(request.actor, programme).require()
    draft, standing = reads.draft_and_standing(programme)
    version = reads.find_version(programme, request.GET.get("version", "")) or draft or standing
    assert version is not None, "a programme has a version"
    context = {
        "programme": programme,
        "version": version,
        "versions": tuple(programme.versions.order_by("number")),
        "found": backtests.backtest(request.actor, programme, version.text),
    }
    return render(request, "programmes/gallery/backtest.html", context)
