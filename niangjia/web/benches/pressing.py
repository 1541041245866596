"""Many workers pressing at once: a load generator of plain sockets in one thread.

`python -m niangjia.web.benches.pressing < plan.json` sends every request of the plan and prints what came back. A plan
is {"host", "port", "together", "paths": […], "bodies": […], "cookies": […]}; `together` requests are under way at a
time, each connection taking the next as soon as it is answered. Times count from the first byte sent.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass
from typing import Any

GIVE_UP = 120.0
PAUSE = 0.3  # seconds until somebody presses again who was not answered
AWAY = frozenset({0, 500, 502, 503, 504})  # what a server says, or does not, that is down or does not know


@dataclass(eq=False)
class Line:
    """One connection with the request it is waiting on."""

    socket: socket.socket | None = None
    number: int = -1
    began: float = 0.0
    received: bytes = b""
    again_at: float = 0.0


def request(host: str, path: str, cookie: str, body: str) -> bytes:
    """One press of the button as the page sends it."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: sessionid={cookie}\r\nHX-Request: true\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def requests_of(plan: dict[str, Any]) -> list[bytes]:
    host = f"{plan['host']}:{plan['port']}"
    presses = zip(plan["paths"], plan["cookies"], plan["bodies"], strict=True)
    return [request(host, path, cookie, body) for path, cookie, body in presses]


class Presses:
    """Sends requests over so many connections and keeps when each was answered, and how.

    With `again`, whoever gets no answer, or hears that the house does not know, presses again as a person would: the
    same request, on a new connection.
    """

    def __init__(self, address: tuple[str, int], requests: list[bytes], together: int, *, again: bool = False) -> None:
        self.address, self.requests, self.again = address, requests, again
        self.together = min(together, len(requests))
        self.next = 0
        self.answers: list[tuple[int, float, str]] = [(0, 0.0, "")] * len(requests)
        self.answered = 0
        self.repeated = 0
        self.waiting = selectors.DefaultSelector()
        self.resting: list[Line] = []

    def run(self) -> float:
        """Seconds from the first press to the last answer."""
        lines = [Line() for _ in range(self.together)]
        for line in lines:
            self._connect(line)
        began = time.perf_counter()
        for line in lines:
            self._take_next(line)
        while self.answered < len(self.requests) and time.perf_counter() - began < GIVE_UP:
            for key, _events in self.waiting.select(PAUSE):
                self._hear(key.data)
            now = time.perf_counter()
            for line in [one for one in self.resting if one.again_at <= now]:
                self.resting.remove(line)
                if line.number < 0:
                    self._take_next(line)
                else:
                    self._send(line)
        seconds = time.perf_counter() - began
        for line in lines:
            self._hang_up(line)
        self.waiting.close()
        return seconds

    def _connect(self, line: Line) -> None:
        line.socket = socket.create_connection(self.address)
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting.register(line.socket, selectors.EVENT_READ, line)

    def _take_next(self, line: Line) -> None:
        if self.next < len(self.requests):
            line.number, self.next = self.next, self.next + 1
            line.began = time.perf_counter()
            self._send(line)

    def _send(self, line: Line) -> None:
        line.received = b""
        try:
            if line.socket is None:
                self._connect(line)
            assert line.socket is not None
            line.socket.sendall(self.requests[line.number])
        except ConnectionError:
            self._unanswered(line)

    def _hear(self, line: Line) -> None:
        assert line.socket is not None
        try:
            heard = line.socket.recv(65536)
        except ConnectionError:
            heard = b""
        line.received += heard
        whole = _whole(line.received)
        if heard and not whole:
            return
        status = int(line.received[9:12]) if whole else 0
        if status == 0 or (self.again and status in AWAY):
            self._unanswered(line)
            return
        if not heard or b"connection: close" in line.received[:600].lower():
            self._hang_up(line)
        self._note(line, status)
        self._take_next(line)

    def _unanswered(self, line: Line) -> None:
        self._hang_up(line)
        line.again_at = time.perf_counter()
        if self.again:
            self.repeated += 1
            line.again_at += PAUSE
        else:  # this press is lost, and told as such
            self._note(line, 0)
            line.number = -1
        self.resting.append(line)

    def _hang_up(self, line: Line) -> None:
        if line.socket is not None:
            self.waiting.unregister(line.socket)
            line.socket.close()
            line.socket = None

    def _note(self, line: Line, status: int) -> None:
        self.answers[line.number] = (status, time.perf_counter() - line.began, _told(line.received))
        self.answered += 1


def _whole(received: bytes) -> bool:
    head, mark, body = received.partition(b"\r\n\r\n")
    if not mark:
        return False
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0].strip()
    return len(body) >= int(length or 0)


def _told(received: bytes) -> str:
    """What the part says came of it: the mark the template puts on it."""
    return received.partition(b'data-what="')[2].partition(b'"')[0].decode()


def main() -> None:
    plan: dict[str, Any] = json.load(sys.stdin)
    crowd = Presses((plan["host"], plan["port"]), requests_of(plan), plan["together"])
    seconds = crowd.run()
    json.dump({"seconds": seconds, "answers": crowd.answers}, sys.stdout)


if __name__ == "__main__":
    main()
