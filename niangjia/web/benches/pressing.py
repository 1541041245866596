"""Many workers pressing at once: a load generator of plain sockets in a process of its own.

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

GIVE_UP = 60.0


@dataclass
class Line:
    """One connection with the request it is waiting on."""

    socket: socket.socket
    number: int = -1
    began: float = 0.0
    received: bytes = b""


def request(host: str, path: str, cookie: str, body: str) -> bytes:
    """One press of the button as the page sends it."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: sessionid={cookie}\r\nHX-Request: true\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class Presses:
    """Sends requests over so many connections and keeps when each was answered, and how."""

    def __init__(self, address: tuple[str, int], requests: list[bytes], together: int) -> None:
        self.address, self.requests = address, requests
        self.together = min(together, len(requests))
        self.next = 0
        self.answers: list[tuple[int, float, str]] = [(0, 0.0, "")] * len(requests)
        self.answered = 0
        self.waiting = selectors.DefaultSelector()

    def run(self) -> float:
        """Seconds from the first press to the last answer."""
        lines = [Line(socket.create_connection(self.address)) for _ in range(self.together)]
        for line in lines:
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        for line in lines:
            self.waiting.register(line.socket, selectors.EVENT_READ, line)
            self._press(line)
        while self.answered < len(self.requests) and time.perf_counter() - began < GIVE_UP:
            for key, _events in self.waiting.select(1):
                self._hear(key.data)
        return time.perf_counter() - began

    def _press(self, line: Line) -> None:
        if self.next < len(self.requests):
            line.number, self.next = self.next, self.next + 1
            line.received, line.began = b"", time.perf_counter()
            line.socket.sendall(self.requests[line.number])

    def _hear(self, line: Line) -> None:
        try:
            heard = line.socket.recv(65536)
        except ConnectionError:
            heard = b""
        line.received += heard
        if heard and not _whole(line.received):
            return
        status = int(line.received[9:12]) if line.received else 0
        self.answers[line.number] = (status, time.perf_counter() - line.began, _told(line.received))
        self.answered += 1
        closing = not heard or b"connection: close" in line.received[:600].lower()
        if closing:
            self.waiting.unregister(line.socket)
            line.socket.close()
            if self.next >= len(self.requests):
                return
            try:
                line.socket = socket.create_connection(self.address)
            except ConnectionError:
                self.answered += 1  # the server is down: this press is lost, and told as such
                self.next += 1
                return
            self.waiting.register(line.socket, selectors.EVENT_READ, line)
        self._press(line)


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
    host = f"{plan['host']}:{plan['port']}"
    presses = zip(plan["paths"], plan["cookies"], plan["bodies"], strict=True)
    requests = [request(host, path, cookie, body) for path, cookie, body in presses]
    crowd = Presses((plan["host"], plan["port"]), requests, plan["together"])
    seconds = crowd.run()
    json.dump({"seconds": seconds, "answers": crowd.answers}, sys.stdout)


if __name__ == "__main__":
    main()
