"""Whoever waits for a seat waits without a thread, whatever their browser does meanwhile."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger

from niangjia.events.opening.lane import House, Lane, Press
from niangjia.web.commands.serving import await_answer
from niangjia.web.parking import Parked, ParkingWorker

Connect = Callable[[], socket.socket]


@pytest.fixture(scope="module")
def house() -> Iterator[Connect]:
    """One process with two threads; connects to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "-k", "niangjia.web.parking.ParkingWorker", "--threads", "2"]
    command += ["--keep-alive", "30", "--graceful-timeout", "1", "--log-level", "warning", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "niangjia.web.tests.waiting_room"], cwd=settings.ROOT)
    try:
        await_answer([server], port)

        def connect() -> socket.socket:
            return socket.create_connection(("127.0.0.1", port), timeout=30)

        assert _presses(connect) == 0
        yield connect
    finally:
        server.terminate()
        server.wait(10)


def _press(milliseconds: int, *headers: str) -> bytes:
    head = [f"POST /activities/{milliseconds}/claim/ HTTP/1.1", "Host: here", "Content-Length: 4"]
    head += ["HX-Request: true", *headers]
    return ("\r\n".join(head) + "\r\n\r\nseat").encode()


def _heard(line: socket.socket, answers: int = 1) -> bytes:
    """So many whole answers, or what came before the connection ended."""
    heard, wanted = b"", answers
    while wanted:
        more = line.recv(65536)
        if not more:
            break
        heard += more
        wanted = answers - _whole_in(heard)
    return heard


def _whole_in(heard: bytes) -> int:
    head, mark, rest = heard.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head.lower())
    if not mark or found is None or len(rest) < int(found[1]):
        return 0
    return 1 + _whole_in(rest[int(found[1]) :])


def _presses(connect: Connect) -> int:
    """Asked of the house itself: how many presses came so far."""
    with connect() as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        heard = b""
        while more := line.recv(4096):
            heard += more
    return int(heard.partition(b"\r\n\r\n")[2].split()[0])


def test_more_wait_than_there_are_threads_and_the_house_still_answers(house: Connect) -> None:
    waiting = [house() for _ in range(20)]
    for line in waiting:
        line.sendall(_press(900))
    assert _presses(house) <= 20
    for line in waiting:
        assert b'data-what="entered"' in _heard(line)
        line.close()


def test_idle_connections_do_not_shut_the_house(house: Connect) -> None:
    idle = [house() for _ in range(20)]
    with house() as line:
        line.sendall(_press(1))
        assert b'data-what="entered"' in _heard(line)
    for one in idle:
        one.close()


def test_presses_sent_in_one_go_are_answered_one_after_the_other(house: Connect) -> None:
    with house() as line:
        line.sendall(_press(200) + _press(1) + _press(1))
        heard = _heard(line, answers=3)
    assert heard.count(b"HTTP/1.1 200 OK") == 3
    assert heard.count(b'data-what="entered"') == 3


def test_a_connection_is_kept_for_the_next_press_unless_the_client_wants_it_closed(house: Connect) -> None:
    with house() as line:
        for _ in range(2):
            line.sendall(_press(1))
            assert b"connection: keep-alive" in _heard(line).lower()
        line.sendall(_press(1, "Connection: close"))
        assert b"connection: close" in _heard(line).lower()
        assert line.recv(1) == b""


def test_who_goes_away_leaves_nothing_behind_that_harms_the_next(house: Connect) -> None:
    before = _presses(house)
    for _ in range(5):
        with house() as line:
            line.sendall(_press(300))
    with house() as line:
        line.sendall(_press(600))
        assert b'data-what="entered"' in _heard(line)
    assert _presses(house) == before + 6


def test_who_has_waited_too_long_is_told_to_press_again(house: Connect) -> None:
    with house() as line:
        line.sendall(_press(0))
        heard = _heard(line)
        assert heard.startswith(b"HTTP/1.1 503")
        assert 'data-what="' in heard.decode()
        line.sendall(_press(1))
        assert b'data-what="entered"' in _heard(line)


def _nobody(_environ: dict[str, Any], _start_response: Callable[..., Any]) -> list[bytes]:
    return []


def test_looking_for_who_waits_too_long_minds_nobody_who_comes_meanwhile() -> None:
    """On 21 November 2026 a process of the server died of this in the midst of an opening."""
    config = Config()
    worker = ParkingWorker(1, os.getpid(), [], None, 30, config, Logger(config))
    worker.wsgi = Lane(_nobody)
    press = Press("zh-hans", Future())

    def come() -> None:
        for number in range(20_000):
            worker.parked[number] = Parked(press)

    worker.parked.update({-number: Parked(press) for number in range(1, 2_000)})
    coming = Thread(target=come)
    as_ever = sys.getswitchinterval()
    sys.setswitchinterval(0.00001)
    try:
        coming.start()
        while coming.is_alive():
            worker.give_up(0.0)
    finally:
        sys.setswitchinterval(as_ever)
        coming.join()
    assert len(worker.parked) == 20_000 + 1_999
    worker.tmp.close()


def test_a_press_in_pieces_or_of_an_odd_form_is_answered_like_any_other(house: Connect) -> None:
    """Half of a press stands at the door first; the other form is one that only gunicorn's own reader may judge."""
    with house() as line:
        press = _press(1)
        line.sendall(press[:-2])
        with suppress(TimeoutError):
            line.settimeout(0.2)
            assert line.recv(1) == b"", "nobody is answered before their press is there"
        line.settimeout(30)
        line.sendall(press[-2:])
        assert b'data-what="entered"' in _heard(line)
        chunked = (
            _press(1).replace(b"Content-Length: 4", b"Transfer-Encoding: chunked")[:-4] + b"4\r\nseat\r\n0\r\n\r\n"
        )
        line.sendall(chunked)
        assert _heard(line).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "sent",
    [
        _press(1, "Content-Length: 4"),
        _press(1, "Transfer-Encoding: chunked"),
        _press(1, "Expect: 100-continue"),
        _press(1, "Connection: close"),
        _press(1, "X-Bare: a\nContent-Length: 0"),
        _press(1, "Con tent: 1"),
        _press(1, "Host : here"),
        _press(1) + b"x",
        _press(1)[:-1],
        _press(1).replace(b"HTTP/1.1", b"HTTP/1.0"),
        _press(1).replace(b"POST /", b"POST http://here/"),
        _press(1).replace(b"claim/ ", b"claim/?a=1 "),
        _press(1).replace(b"\r\n", b"\n"),
        _press(1).replace(b"Content-Length: 4", b"Content-Length: +4"),
        _press(1).replace(b"Host: here\r\n", b""),
        _press(1).replace(b"HX-Request: true", b"HX-Request: false"),
    ],
)  # fmt: skip
def test_what_could_be_meant_in_two_ways_is_no_press_at_a_look(sent: bytes) -> None:
    assert Lane(_nobody).pressed(sent) is None


def test_the_plainest_form_is_read_at_a_look() -> None:
    told = _Told(_nobody)
    assert told.pressed(_press(7, "Cookie: sessionid=abc", "Accept: */*")) is not None
    assert told.heard == [(7, "sessionid=abc", b"seat")]


def test_who_is_told_that_it_is_over_and_stays_keeps_nobody_waiting(house: Connect) -> None:
    """gunicorn waits two seconds for a browser to close; on 21 November 2026 everybody else waited with it."""
    with house() as lingering:
        lingering.sendall(_press(1, "Connection: close"))
        assert b"connection: close" in _heard(lingering).lower()
        began = time.monotonic()
        assert _presses(house) > 0
        assert time.monotonic() - began < 1.0


class _Told(Lane):
    """A lane that only notes what it would ask the counter."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.heard: list[tuple[int, str, bytes]] = []

    def hand_over(self, activity_id: int, cookie: str, body: bytes) -> Press:
        self.heard.append((activity_id, cookie, body))
        return Press("zh-hans", Future())
