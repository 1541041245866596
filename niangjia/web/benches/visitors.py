"""Workers of a benchmark come in as workers do: phone number, code, and the page of an activity, over HTTP.

The code is read where a developer's server says it, on its standard error; a server that sends real messages lets
nobody in this way. Every visitor comes from a loopback address of their own, as two thousand phones do, so the limit of
codes for one address stays as it is.
"""

from __future__ import annotations

import http.client
import re
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urlencode

import click

AT_ONCE = 8
SECONDS = 30.0
SAID = re.compile(r"SMS (1\d{10}): .*?(?<!\d)(\d{6})(?!\d)")
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
DATE = re.compile(r'name="date"[^>]*? value="(\d+)"')
Found = TypeVar("Found")


class Codes:
    """What a server says on its standard error, read from the file that it goes to."""

    def __init__(self, heard: Path) -> None:
        self._file = heard.open(encoding="utf-8", errors="replace")
        self._last: dict[str, str] = {}
        self._begun = ""  # a line that somebody is writing
        self._one_at_a_time = Lock()

    def of(self, phone: str) -> str:
        """The code last sent to a phone; it is said before the page that asks for it comes."""
        with self._one_at_a_time:
            whole, end, self._begun = (self._begun + self._file.read()).rpartition("\n")
            self._last.update(SAID.findall(whole + end))
            return self._last.get(phone, "")

    def close(self) -> None:
        self._file.close()


def come_in(address: tuple[str, int], phones: Sequence[str], heard: Path) -> list[str]:
    """Sign everybody in by phone and code; their sessions, in order."""
    with closing(Codes(heard)) as codes:
        return _each(lambda number: _sign_in(address, number, phones[number], codes), len(phones))


def look(address: tuple[str, int], activity: int, sessions: Sequence[str]) -> list[tuple[str, str]]:
    """Everybody opens the page of an activity; the ticket it hands out, and its first date."""
    return _each(lambda number: _look(address, number, activity, sessions[number]), len(sessions))


def _each(work: Callable[[int], Found], count: int) -> list[Found]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, range(count)))


def _sign_in(address: tuple[str, int], number: int, phone: str, codes: Codes) -> str:
    # A browser that has been here before brings its own token; the form repeats it.
    token = secrets.token_hex(16)
    door = _Door(address, number, {"csrftoken": token})
    try:
        door.ask("POST", "/login/", {"csrfmiddlewaretoken": token, "phone": phone})
        code = codes.of(phone)
        if not code:
            raise click.ClickException(
                f"The server said no code for {phone}: {door.told}. It must run with the console as its SMS gateway, "
                "and its standard error must go to the file given."
            )
        before = door.cookies.get("sessionid", "")
        door.ask("POST", "/login/code/", {"csrfmiddlewaretoken": token, "code": code})
        session = door.cookies.get("sessionid", "")
        if door.status != 302 or session in ("", before):
            raise click.ClickException(f"{phone} was not let in: {door.told}.")
        return session
    finally:
        door.close()


def _look(address: tuple[str, int], number: int, activity: int, session: str) -> tuple[str, str]:
    door = _Door(address, number, {"sessionid": session})
    try:
        page = door.ask("GET", f"/activities/{activity}/", {})
    finally:
        door.close()
    ticket, date = TICKET.search(page), DATE.search(page)
    if ticket is None or date is None:
        raise click.ClickException(
            f"Activity {activity} hands out no ticket: {door.told}. It must be open, for these people, and they must "
            "not have asked before."
        )
    return ticket[1], date[1]


class _Door:
    """One visitor's connection and cookies."""

    def __init__(self, address: tuple[str, int], number: int, cookies: dict[str, str]) -> None:
        own = (f"127.{1 + number // 65000}.{number // 250 % 250}.{1 + number % 250}", 0)
        self._line = http.client.HTTPConnection(*address, timeout=SECONDS, source_address=own)
        self.cookies = cookies
        self.status = 0

    @property
    def told(self) -> str:
        return f"the last answer was {self.status}"

    def ask(self, method: str, path: str, form: dict[str, Any]) -> str:
        """One request, as a form sends it; the page that comes."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, path, urlencode(form) or None, headers)
        answer = self._line.getresponse()
        page = answer.read().decode("utf-8", "replace")
        self.status = answer.status
        for set_cookie in answer.headers.get_all("Set-Cookie", []):
            name, _mark, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return page

    def close(self) -> None:
        self._line.close()
