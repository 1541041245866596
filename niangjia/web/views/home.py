"""The first screens: the landing page, the worker's home, and where each role begins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from niangjia.kit.actor import Role
from niangjia.kit.routes import ActorRequest
from niangjia.web import reads


def front(request: ActorRequest) -> HttpResponse:
    """Nobody gets the landing page; a worker their home; an officer or partner their desk."""
    if request.actor.person_id is None:
        return render(request, "web/landing.html")
    if request.actor.roles & {Role.OFFICER, Role.PARTNER}:
        return redirect("desk")
    return redirect("home")


def home(request: ActorRequest) -> HttpResponse:
    return render(request, "web/home.html", {"home": reads.worker_home(request.actor)})


def healthy(_request: ActorRequest) -> HttpResponse:
    """For whoever watches the server: it answers."""
    return HttpResponse("ok", content_type="text/plain")
