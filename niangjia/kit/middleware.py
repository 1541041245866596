"""Language by choice, and every refusal as a page with a sentence."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Invalid, Refusal

LANGUAGE_COOKIE = "niangjia_language"
Handler = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chinese first: the reader's own choice, else Chinese, whatever the phone is set to."""

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


class UnreadableText(Refusal):
    """The request holds a character that no text has."""

    code = "unreadable_text"
    status = 400


class WrongMethod(Refusal):
    """An address that takes only the press of a button was opened, or the reverse."""

    code = "wrong_method"
    status = 405


NUL = "\0"  # PostgreSQL keeps every character but this one


class RefusalMiddleware:
    """Shows what a view refused, what cannot be read, and a door that opens only to a button."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        remedy = _("Go back to the page you came from and press the button there.")
        page = refusal_page(request, WrongMethod(_("This address cannot be opened by itself."), remedy=remedy))
        page["Allow"] = response["Allow"]
        return page

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        given = (request.GET, request.POST)
        if any(NUL in value for typed in given for values in typed.lists() for value in values[1]):
            sentence = _("What was sent holds a character that is no text.")
            return refusal_page(request, UnreadableText(sentence, remedy=_("Type it again by hand.")))
        return None

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return refusal_page(request, fault) if isinstance(fault, Refusal) else None
