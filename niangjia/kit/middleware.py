"""Language by choice, and every refusal as a page with a sentence."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from niangjia.kit.refusal import Invalid, Refusal

LANGUAGE_COOKIE = "niangjia_language"
Handler = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chinese first: the reader's own choice, else Chinese, whatever the phone is set to (stack.md pitfall 20)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page, or to htmx as a part: its sentence, its remedy and its code."""
    faults = refusal.faults if isinstance(refusal, Invalid) else {}
    part = "kit/_refusal.html" if getattr(request, "htmx", False) else "kit/refusal.html"
    return render(request, part, {"refusal": refusal, "faults": faults}, status=refusal.status)


class RefusalMiddleware:
    """Shows what a view refused."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return refusal_page(request, fault) if isinstance(fault, Refusal) else None
