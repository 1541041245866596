"""The short way to the counter: a press that carries a good ticket is served without waking the rest of the house.

At the opening a thousand presses arrive in a second, each the same: a session, a ticket, the dates. Everything else a
page needs (languages, menus, messages, the actor's offices) would cost ten times what the seat does. This stands in
front of Django and answers only that; whatever is not exactly that goes on to the view of the same address, which
serves it by the same counter and says everything there is to say.

A server that hands over the bytes as they came (`pressed`) is spared the general reading of a request as well, which
costs three times what reading a press does. Only the plainest form is read there: what could be meant in two ways, and
so be smuggled past a proxy, is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from niangjia.events.actions import Answer, Wish
from niangjia.events.models import Claim
from niangjia.events.opening.counter import PATIENCE, counter, settled
from niangjia.events.opening.tickets import StaleTicket, Ticket, opened
from niangjia.kit.actor import Actor
from niangjia.kit.middleware import LANGUAGE_COOKIE
from niangjia.kit.refusal import Invalid, Refusal

PRESSED = re.compile(r"/activities/(\d{1,18})/claim/")
MEND = _("Open the activity again and choose from what stands there.")
MOST_BYTES = 4096
HEAD = re.compile(
    rb"POST /activities/(\d{1,18})/claim/ HTTP/1\.1((?:\r\n[A-Za-z0-9-]+:[\t\x20-\x7e\x80-\xff]*)+)",  # RFC 9112 §3, §5
)
# They change where a request ends, or what is to be done with its connection (RFC 9112 §6, RFC 9110 §7.8, §10.1.1).
DELICATE = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"trailer", b"te"})
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'"),
]
REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 422: "Unprocessable", 503: "Busy"}

EXPLAINED = frozenset({Claim.State.DECLINED, Claim.State.UNDECIDED})  # with a reason of their own

Environ = dict[str, Any]
Told = tuple[str, list[tuple[str, str]], bytes]  # status, headers and body
House = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Press:
    """One press on its way through the counter. A server may let it go and come back when `answer` is there."""

    language: str
    answer: Future[Answer]

    def told(self) -> Told:
        """Status, headers and body of what is told; waits for the answer if it is not there yet."""
        answer = _settled(self.answer)
        if answer.refusal is None and answer.what not in EXPLAINED:
            return _plainly_told(answer.what, self.language)
        with translation.override(self.language):
            return _told(answer)


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
        body = environ["wsgi.input"].read(_length(environ))
        return self.hand_over(int(pressed[1]), environ.get("HTTP_COOKIE", ""), body)

    def pressed(self, sent: bytes) -> Press | None:
        """The press that these bytes are, as a browser sent them, handed to the counter; none when in any doubt."""
        head, _end, body = sent.partition(b"\r\n\r\n")
        pressed = HEAD.fullmatch(head)
        if pressed is None or len(body) > MOST_BYTES:
            return None
        lines = [line.partition(b":") for line in pressed[2].split(b"\r\n")[1:]]
        fields = {name.lower(): value.strip(b" \t") for name, _colon, value in lines}
        if len(fields) < len(lines) or fields.keys() & DELICATE or b"host" not in fields:
            return None
        if fields.get(b"content-length") != str(len(body)).encode() or fields.get(b"hx-request") != b"true":
            return None
        if fields.get(b"connection", b"keep-alive").lower() != b"keep-alive":
            return None
        return self.hand_over(int(pressed[1]), fields.get(b"cookie", b"").decode("latin-1"), body)

    def hand_over(self, activity_id: int, cookie: str, body: bytes) -> Press:
        """Ask the counter for what was pressed; whoever cannot be let to it is answered at once."""
        cookies = parse_cookie(cookie)
        language = cookies.get(LANGUAGE_COOKIE, "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        try:
            answer = _asked(activity_id, cookies.get(settings.SESSION_COOKIE_NAME, ""), _form(body), language)
        except Refusal as refusal:
            answer = Future()
            answer.set_exception(refusal)
        return Press(language, answer)


def served(activity_id: int, session_key: str, form: dict[str, list[str]]) -> Answer:
    """What came of one press: an answer, be it a no."""
    try:
        return _settled(_asked(activity_id, session_key, form, translation.get_language() or ""))
    except Refusal as refusal:
        return Answer(None, refusal=refusal)


def _settled(answer: Future[Answer]) -> Answer:
    try:
        return settled(answer)
    except Refusal as refusal:
        return Answer(None, refusal=refusal)


def _asked(activity_id: int, session_key: str, form: dict[str, list[str]], language: str) -> Future[Answer]:
    ticket = opened(next(iter(form.get("ticket", [])), ""), session_key=session_key)
    if ticket.activity_id != activity_id:
        raise StaleTicket
    return counter.ask(activity_id, wish_of(ticket, form, language), session_key=session_key)


def wish_of(ticket: Ticket, form: dict[str, list[str]], language: str = "") -> Wish:
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
        language=language,
    )


def where(answer: Answer | Outcome) -> list[tuple[str, str]]:
    """A seat takes the place of the form; a no stands above it, so that it can be mended and pressed again."""
    return [("HX-Retarget", "#answer")] if answer.refusal else []


def answer_part(answer: Answer | Outcome) -> str:
    """The answer as the part of the page that takes the button's place."""
    return render_to_string("events/_answer.html", {"answer": answer, "refusal": answer.refusal})


def _told(answer: Answer | Outcome) -> Told:
    status = answer.refusal.status if answer.refusal else 200
    body = answer_part(answer).encode()
    headers = [*HEADERS, *where(answer), ("Content-Length", str(len(body)))]
    return f"{status} {REASONS.get(status, 'Refused')}", headers, body


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer of which there is nothing to be told but what came of it."""

    what: str
    refusal: None = None


@lru_cache(maxsize=64)
def _plainly_told(what: str, language: str) -> Told:
    """Hundreds are told the same in the same blink: it is rendered once for each language."""
    with translation.override(language):
        return _told(Outcome(what))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(_("How many, or which date: a whole number was expected."), remedy=MEND, code="not_a_number")
    return int(text)


def _length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else MOST_BYTES + 1


def _form(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=40)
    except ValueError as fault:
        raise Invalid(_("More came than the form asks for."), remedy=MEND, code="too_many_fields") from fault
