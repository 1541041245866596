"""gunicorn's threads, but whoever waits at the counter for a seat waits without one.

A press is handed to the counter, and its connection is parked until the answer is there. So a few threads hold two
thousand people who pressed in the same second, and the processor is not spent on waking two thousand threads, each
fighting for the interpreter. A press that is there whole when its connection is first looked at does not take a thread
at all; one that comes in pieces, or is not of the plainest form, is read by a thread as everything else is.

Nor does a connection take a thread before its first byte is there: browsers open some to spare, and gunicorn would let
each of them hold a thread for five seconds. And nobody waits for one who leaves: gunicorn would wait two seconds, with
everybody, for a browser to close a connection of which it has been told that it is over.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

AT_ONCE = 32  # connections taken in before looking at those we have
LOOKED_AT = 8192  # bytes; a press is a tenth of it
LINGER = 2.0  # seconds for whoever is told that a connection is over to have read the last answer
Handled = Future[Any]  # what gunicorn's thread says of a request: may the connection stay?
STAYS, GOES = Future[Any](), Future[Any]()
STAYS.set_result(True)
GOES.set_result(False)


class Press(Protocol):
    """What the application in front hands over: an answer that will be there, and how it is told."""

    @property
    def answer(self) -> Future[Any]: ...

    def told(self) -> tuple[str, list[tuple[str, str]], bytes]: ...


@dataclass(slots=True)
class Parked:
    """A connection whose press waits at the counter: told when the answer is there and its thread, if any, is done."""

    press: Press
    handled: bool | None = None
    stays: bool = True
    log: Callable[[str, list[tuple[str, str]], bytes], None] | None = None
    since: float = field(default_factory=time.monotonic)


class Conn(TConn):  # type: ignore[misc]
    """A connection that is seen off by the worker rather than waited for."""

    def __init__(self, worker: ParkingWorker, client: Any, address: Any, server: Any) -> None:
        super().__init__(worker.cfg, client, address, server)
        self.worker = worker

    def close(self, graceful: bool = False) -> None:
        if graceful and not self.cfg.is_ssl:
            self.worker.see_off(self)
        else:
            super().close(graceful)


class ParkingWorker(ThreadWorker):  # type: ignore[misc]
    """Everything but presses is served as gunicorn serves it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parked: dict[Any, Parked] = {}
        self.answered: deque[Any] = deque()
        self.roused = False
        self.leaving: deque[Any] = deque()
        self.looked_at = 0.0
        # What gunicorn itself takes from a connection, or notes of a request, needs its own reading.
        own = self.cfg.is_ssl or self.cfg.proxy_protocol != "off" or "h2" in self.cfg.http_protocols
        self.at_a_look = not (own or self.log.access_log_enabled)

    def accept(self, listener: Any) -> None:
        """In the main thread: take connections in; a thread gets each once it has something to say."""
        for _ in range(min(AT_ONCE, self.worker_connections - self.nr_conns)):
            try:
                client, address = listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            self.nr_conns += 1
            conn = Conn(self, client, address, listener.getsockname())
            conn.set_timeout()
            self.pending_conns.append(conn)
            self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    # --- a press comes ----------------------------------------------------------------------------------------------

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        if not self._is_pressed(conn, self.pending_conns):
            super().on_pending_socket_readable(conn, client)

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        if not self._is_pressed(conn, self.keepalived_conns):
            super().on_client_socket_readable(conn, client)

    def _is_pressed(self, conn: Any, among: deque[Any]) -> bool:
        """In the main thread: hand over a press that is there whole; what is not one is left for a thread to read."""
        if not (self.at_a_look and self._may_stay()):
            return False
        try:
            sent = conn.sock.recv(LOOKED_AT)
        except OSError:
            return False
        conn.init()
        press = self.wsgi.pressed(sent)
        if press is None:
            conn.parser.unreader.unread(sent)
            return False
        self.poller.unregister(conn.sock)
        among.remove(conn)
        self._park(conn, Parked(press, handled=True))
        return True

    def handle_request(self, req: Any, conn: Any) -> bool:
        """In a thread: serve the request, or hand a press over and leave its connection parked."""
        if req.method != "POST" or not req.path.endswith("/claim/"):
            return bool(super().handle_request(req, conn))
        response, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg)
        press = self.wsgi.press(environ)
        if press is None:
            return bool(super().handle_request(req, conn))
        parked = Parked(press, stays=self._may_stay() and not req.should_close())
        parked.log = partial(self._log, parked, response, req, environ)
        self._park(conn, parked)
        return True

    def _may_stay(self) -> bool:
        return bool(self.alive and self.cfg.keepalive and len(self.keepalived_conns) < self.max_keepalived)

    def _park(self, conn: Any, parked: Parked) -> None:
        self.parked[conn] = parked
        parked.press.answer.add_done_callback(lambda _answer: self._note(conn))

    # --- its answer goes --------------------------------------------------------------------------------------------

    def _note(self, conn: Any) -> None:
        """In the clerk's thread, who has the next to serve: the main one is roused once for all that are answered."""
        self.answered.append(conn)
        if not self.roused:
            self.roused = True
            self.method_queue.defer(self._tell_all)

    def _tell_all(self) -> None:
        self.roused = False
        while self.answered:
            self._tell(self.answered.popleft())

    def finish_request(self, conn: Any, fs: Handled) -> None:
        """In the main thread: what gunicorn does with a connection, once nobody holds it any more."""
        if conn in self.parked:
            self.parked[conn].handled = not (fs.cancelled() or fs.exception()) and bool(fs.result())
            self._tell(conn)
        else:
            super().finish_request(conn, fs)

    def _tell(self, conn: Any) -> None:
        """In the main thread: write an answer that is there to a connection that nobody holds."""
        parked = self.parked.get(conn)
        if parked is None or parked.handled is None or not parked.press.answer.done():
            return
        del self.parked[conn]
        stays = parked.stays and parked.handled
        try:
            self._write(conn, parked, "keep-alive" if stays else "close")
        except OSError:  # never waiting for one who does not read
            self.log.debug("Whoever pressed has gone.")
            stays = False
        super().finish_request(conn, STAYS if stays else GOES)

    def _write(self, conn: Any, parked: Parked, connection: str) -> None:
        status, headers, body = parked.press.told()
        lines = [f"HTTP/1.1 {status}", f"Date: {util.http_date()}", f"Connection: {connection}"]
        lines += [f"{name}: {value}" for name, value in headers]
        whole = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        conn.sock.setblocking(False)
        if conn.sock.send(whole) < len(whole):
            raise BlockingIOError
        if parked.log is not None:
            parked.log(status, headers, body)

    def _log(
        self, parked: Parked, response: Any, req: Any, environ: dict[str, Any], status: str, headers: Any, body: bytes
    ) -> None:
        response.start_response(status, headers)
        response.sent = len(body)
        self.log.access(response, req, environ, timedelta(seconds=time.monotonic() - parked.since))

    # --- who leaves, and who waits too long -------------------------------------------------------------------------

    def see_off(self, conn: Any) -> None:
        """In the main thread: tell a client that this is all, and close once it has closed."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._hear_out, conn))
        except (OSError, KeyError):
            util.close(conn.sock)
            return
        conn.timeout = time.monotonic() + LINGER
        self.leaving.append(conn)
        self.nr_conns += 1

    def _hear_out(self, conn: Any, _client: Any) -> None:
        with suppress(OSError):
            if conn.sock.recv(LOOKED_AT):
                return
        self._close(conn)

    def _close(self, conn: Any) -> None:
        self.leaving.remove(conn)
        self.poller.unregister(conn.sock)
        util.close(conn.sock)
        self.nr_conns -= 1

    def notify(self) -> None:
        """In the main thread, every second: whoever has waited too long is told so and may press again."""
        now = time.monotonic()
        if now - self.looked_at < 1.0:
            return
        self.looked_at = now
        super().notify()
        while self.leaving and self.leaving[0].timeout < now:
            self._close(self.leaving[0])
        self.give_up(now - self.wsgi.patience)

    def give_up(self, late: float) -> None:
        """Keep nobody waiting who has waited since then."""
        for parked in list(self.parked.values()):  # a copy: the threads park more meanwhile
            if parked.since < late:
                parked.press.answer.cancel()
