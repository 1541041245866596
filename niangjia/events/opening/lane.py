"""The short way to the counter: a press that carries a good ticket is served without waking the rest of the house.

At the opening a thousand presses arrive in a second, each the same: a session, a ticket, the dates. Everything else a
page needs (languages, menus, messages, the actor's offices) would cost ten times what the seat does. This stands in
front of Django and answers only that; whatever is not exactly that goes on to the view of the same address, which
serves it by the same counter and says everything there is to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from niangjia.events.actions import Answer, Wish
from niangjia.events.opening.counter import PATIENCE, counter, settled
from niangjia.events.opening.tickets import StaleTicket, Ticket, opened
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


@dataclass(frozen=True, slots=True)
class Press:
    """One press on its way through the counter. A server may let it go and come back when `answer` is there."""

    language: str
    answer: Future[Answer]

    def told(self) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body of what is told; waits for the answer if it is not there yet."""
        answer = _settled(self.answer)
        status = answer.refusal.status if answer.refusal else 200
        with translation.override(self.language):
            body = answer_part(answer).encode()
        headers = [*HEADERS, *where(answer), ("Content-Length", str(len(body)))]
        return f"{status} {REASONS.get(status, 'Refused')}", headers, body


class Lane:
    """A WSGI application in front of the house's own."""

    patience = PATIENCE

    def __init__(self, house: House) -> None:
        self.house = house

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        press = self.press(environ)
        if press is None:
            return self.house(environ, start_response)
        status, headers, body = press.told()
        start_response(status, headers)
        return [body]

    def press(self, environ: Environ) -> Press | None:
        """The press that a request is, handed to the counter; none when it is anything else."""
        pressed = PRESSED.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if pressed is None or environ.get("HTTP_HX_REQUEST") != "true" or _length(environ) > MOST_BYTES:
            return None
        cookies = _cookies(environ)
        language = _language(cookies)
        session_key = cookies.get(settings.SESSION_COOKIE_NAME, "")
        answer: Future[Answer]
        try:
            with translation.override(language):
                answer = _asked(int(pressed[1]), session_key, _form(environ))
        except Refusal as refusal:
            answer = Future()
            answer.set_exception(refusal)
        return Press(language, answer)


def served(activity_id: int, session_key: str, form: dict[str, list[str]]) -> Answer:
    """What came of one press: an answer, be it a no."""
    try:
        return _settled(_asked(activity_id, session_key, form))
    except Refusal as refusal:
        return Answer(None, refusal=refusal)


def _settled(answer: Future[Answer]) -> Answer:
    try:
        return settled(answer)
    except Refusal as refusal:
        return Answer(None, refusal=refusal)


def _asked(activity_id: int, session_key: str, form: dict[str, list[str]]) -> Future[Answer]:
    ticket = opened(next(iter(form.get("ticket", [])), ""), session_key=session_key)
    if ticket.activity_id != activity_id:
        raise StaleTicket
    return counter.ask(activity_id, wish_of(ticket, form), session_key=session_key)


def wish_of(ticket: Ticket, form: dict[str, list[str]]) -> Wish:
    """What was pressed, for the person of the ticket. Dates come in the order of preference."""
    return Wish(
        person_id=ticket.person_id,
        wanted=tuple(_number(one) for one in form.get("date", [])),
        take=_number(next(iter(form.get("take", [])), "1")),
        seats=_number(next(iter(form.get("seats", [])), "1")),
        waits="yes" in form.get("waits", ["yes"]),  # a box not ticked sends only the "no" that stands before it
        groups=ticket.groups,
        tier=ticket.tier,
        opens_at=ticket.opens_at,
        by=Actor(kind="person", name=ticket.name, person_id=ticket.person_id),
        language=translation.get_language() or "",
    )


def where(answer: Answer) -> list[tuple[str, str]]:
    """A seat takes the place of the form; a no stands above it, so that it can be mended and pressed again."""
    return [("HX-Retarget", "#answer")] if answer.refusal else []


def answer_part(answer: Answer) -> str:
    """The answer as the part of the page that takes the button's place."""
    if answer.refusal is None:
        return _plain_part(answer.what, translation.get_language() or settings.LANGUAGE_CODE)
    return render_to_string("events/_answer.html", {"answer": answer, "refusal": answer.refusal})


@lru_cache(maxsize=64)
def _plain_part(what: str, _language: str) -> str:
    """Hundreds are told the same in the same blink: it is rendered once for each language."""
    return render_to_string("events/_answer.html", {"answer": {"what": what}})


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("", code="not_a_number")
    return int(text)


def _length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else MOST_BYTES + 1


def _form(environ: Environ) -> dict[str, list[str]]:
    body: bytes = environ["wsgi.input"].read(_length(environ))
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=40)
    except ValueError as fault:
        raise Invalid("", code="too_many_fields") from fault


def _cookies(environ: Environ) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(environ.get("HTTP_COOKIE", "")).items()}
    except CookieError:
        return {}


def _language(cookies: dict[str, str]) -> str:
    chosen = cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
