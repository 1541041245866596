"""Doors: every route says who may enter, and a door that says nothing stays shut."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import Actor, Role
from niangjia.kit.middleware import refusal_page
from niangjia.kit.refusal import Forbidden, Refusal

View = Callable[..., HttpResponseBase]


class Needs(StrEnum):
    """Who may knock at a route. What they see behind it is the scoped read's business."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    WORKER = "worker"
    OFFICER = "officer"
    STAFF = "staff"  # an officer, or a partner invited into a step


ROLES_FOR: dict[Needs, frozenset[Role]] = {
    Needs.WORKER: frozenset({Role.WORKER}),
    Needs.OFFICER: frozenset({Role.OFFICER}),
    Needs.STAFF: frozenset({Role.OFFICER, Role.PARTNER}),
}
SENTENCES = {
    Needs.WORKER: _("This page is for workers with a personal record."),
    Needs.OFFICER: _("This page is for union officers."),
    Needs.STAFF: _("This page is for union officers and invited partners."),
}
# A statement, or a part of it in brackets, that begins with a word of writing; `FOR UPDATE` only locks.
WRITES = re.compile(
    r"(?:\A|[();]|\*/|--[^\n]*\n)\s*(?:INSERT|UPDATE|DELETE|TRUNCATE|ALTER|CREATE|DROP|COPY|MERGE)\b", re.IGNORECASE
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = (*sorted(SAFE_METHODS), "POST")


class ActorRequest(HttpRequest):
    """A request whose actor is known (`web.middleware.ActorMiddleware`)."""

    actor: Actor


class WroteOnGet(Refusal):
    """A GET tried to change something. Prefetching, crawlers and link previews must be harmless."""

    code = "wrote_on_get"
    status = 500


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if WRITES.search(sql):
        raise WroteOnGet(_("Opening a page must not change anything; this page tried to."))
    return execute(sql, params, many, context)


def read_only(view: View) -> View:
    """Run the view so that its connection refuses every write."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in SAFE_METHODS:
            return view(request, *args, **kwargs)
        with connection.execute_wrapper(_refuse_writes):
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
            return response

    return guarded


def route(pattern: str, view: View, *, name: str, needs: Needs) -> URLPattern:
    """A path that declares who may enter; its GET is read-only."""
    guarded = read_only(view)
    guarded.needs = needs  # type: ignore[attr-defined]
    return path(pattern, guarded, name=name)


def declare(patterns: Sequence[URLPattern | URLResolver], needs: Needs) -> list[URLPattern | URLResolver]:
    """Declare the routes of a library (sign-in by WeChat or OIDC), which write on GET by their protocol."""
    for pattern in _walk(patterns):
        original = pattern.callback

        @functools.wraps(original)
        def opened(request: HttpRequest, *args: Any, original: View = original, **kwargs: Any) -> HttpResponseBase:
            return original(request, *args, **kwargs)

        opened.needs = needs  # type: ignore[attr-defined]
        pattern.callback = opened
    return list(patterns)


def _walk(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
        else:
            yield pattern


class DoorMiddleware:
    """Closed until declared: refuses a route without `needs`, sends the nameless to the sign-in page."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: ActorRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        needs = getattr(view, "needs", None)
        if needs is None:
            if view.__module__.startswith(("django.views.static", "whitenoise", "django.contrib.staticfiles")):
                return None
            raise ImproperlyConfigured(f"{request.path}: this route declares nobody who may enter")
        if needs is Needs.PUBLIC:
            return None
        if request.actor.person_id is None:
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        allowed = ROLES_FOR.get(needs)
        if allowed is not None and not allowed & request.actor.roles:
            remedy = _("If you hold such an office, ask the union that appointed you to record it.")
            return refusal_page(request, Forbidden(SENTENCES[needs], remedy=remedy))
        return None
