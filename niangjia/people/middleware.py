"""Officers work with a second factor, where the federation asks for it (NIANGJIA_STAFF_TWO_FACTOR)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from niangjia.kit.actor import Role
from niangjia.kit.routes import ActorRequest, Needs, View

OPEN = frozenset({"second_factor", "logout"})


class SecondFactorMiddleware:
    """Sends an officer without an authenticator to set one up before anything else."""

    def __init__(self, get_response: Callable[[ActorRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: ActorRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.STAFF_TWO_FACTOR or getattr(view, "needs", Needs.PUBLIC) is Needs.PUBLIC:
            return None
        match = request.resolver_match
        if match is None or match.url_name in OPEN or Role.OFFICER not in request.actor.roles:
            return None
        return None if is_mfa_enabled(request.user) else HttpResponseRedirect(reverse("second_factor"))
