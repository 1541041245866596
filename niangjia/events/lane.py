"""The short way to the counter: a press that carries a good ticket is served without waking the rest of the house.

At the opening a thousand presses arrive in a second, each the same: a session, a ticket, the dates. Everything else a
page needs (languages, menus, messages, the actor's offices) would cost ten times what the seat does. This stands in
front of Django and answers only that; whatever is not exactly that goes on to the view of the same address, which
serves it by the same counter and says everything there is to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from niangjia.events.actions import Answer, Wish
from niangjia.events.counter import counter
from niangjia.events.tickets import StaleTicket, opened
from niangjia.kit.actor import Actor
from niangjia.kit.middleware import LANGUAGE_COOKIE
from niangjia.kit.refusal import Invalid, Refusal

PRESSED = re.compile(r"/activities/(\d{1,18})/claim/")
MOST_BYTES = 4096
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'"),
]
REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 422: "Unprocessable", 503: "Busy"}

Environ = dict[str, Any]
House = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Lane:
    """A WSGI application in front of the house's own."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        pressed = PRESSED.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if pressed is None or environ.get("HTTP_HX_REQUEST") != "true" or _length(environ) > MOST_BYTES:
            return self.house(environ, start_response)
        cookies = _cookies(environ)
        with translation.override(_language(cookies)):
            answer = _answer(int(pressed[1]), cookies.get(settings.SESSION_COOKIE_NAME, ""), _form(environ))
            body = answer_part(answer).encode()
        status = answer.refusal.status if answer.refusal else 200
        headers = [*HEADERS, ("Content-Length", str(len(body)))]
        start_response(f"{status} {REASONS.get(status, 'Refused')}", headers)
        return [body]


def served(activity_id: int, session_key: str, form: dict[str, list[str]]) -> Answer:
    """What came of one press; raises the refusal when there is no answer."""
    ticket = opened(next(iter(form.get("ticket", [])), ""), session_key=session_key)
    if ticket.activity_id != activity_id:
        raise StaleTicket
    return counter.ask(
        activity_id,
        Wish(
            person_id=ticket.person_id,
            wanted=tuple(_number(one) for one in form.get("date", [])),
            take=_number(next(iter(form.get("take", [])), "1")),
            seats=_number(next(iter(form.get("seats", [])), "1")),
            waits=form.get("waits", ["yes"])[0] == "yes",
            groups=ticket.groups,
            tier=ticket.tier,
            opens_at=ticket.opens_at,
            by=Actor(kind="person", name=ticket.name, person_id=ticket.person_id),
        ),
        session_key=session_key,
    )


def answer_part(answer: Answer) -> str:
    """The answer as the part of the page that takes the button's place."""
    return render_to_string("events/_answer.html", {"answer": answer, "refusal": answer.refusal})


def _answer(activity_id: int, session_key: str, form: dict[str, list[str]]) -> Answer:
    try:
        return served(activity_id, session_key, form)
    except Refusal as refusal:
        return Answer(None, refusal=refusal)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("", code="not_a_number")
    return int(text)


def _length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else MOST_BYTES + 1


def _form(environ: Environ) -> dict[str, list[str]]:
    body: bytes = environ["wsgi.input"].read(_length(environ))
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=40)


def _cookies(environ: Environ) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(environ.get("HTTP_COOKIE", "")).items()}
    except CookieError:
        return {}


def _language(cookies: dict[str, str]) -> str:
    chosen = cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
