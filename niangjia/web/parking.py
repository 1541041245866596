"""gunicorn's threads, but whoever waits at the counter for a seat waits without one.

A press is read by a thread and handed to the counter; the thread goes on to the next. Its connection is parked until
the answer is there, and the clerk who found it writes it. So a few threads hold two thousand people who pressed in the
same second, and the processor is not spent on waking two thousand threads, each fighting for the interpreter.

Nor does a connection take a thread before its first byte is there: browsers open some to spare, and gunicorn would let
each of them hold a thread for five seconds.
"""

from __future__ import annotations

import selectors
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

AT_ONCE = 32  # connections taken in before looking at those we have
Handled = Future[Any]  # what gunicorn's thread says of a request: may the connection stay?


class Press(Protocol):
    """What the application in front hands over: an answer that will be there, and how it is told."""

    @property
    def answer(self) -> Future[Any]: ...

    def told(self) -> tuple[str, list[tuple[str, str]], bytes]: ...


@dataclass(slots=True)
class Parked:
    """A connection whose press waits at the counter. It is free when its thread and the answer are both done."""

    press: Press
    since: float = field(default_factory=time.monotonic)
    handled: Handled | None = None
    stays: bool | None = None


class ParkingWorker(ThreadWorker):  # type: ignore[misc]
    """Everything but presses is served as gunicorn serves it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parked: dict[Any, Parked] = {}

    def accept(self, listener: Any) -> None:
        """In the main thread: take connections in; a thread gets each once it has something to say."""
        for _ in range(min(AT_ONCE, self.worker_connections - self.nr_conns)):
            try:
                client, address = listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            self.nr_conns += 1
            conn = TConn(self.cfg, client, address, listener.getsockname())
            conn.set_timeout()
            self.pending_conns.append(conn)
            self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle_request(self, req: Any, conn: Any) -> bool:
        """In a thread: serve the request, or hand a press over and leave its connection parked."""
        if req.method != "POST" or not req.path.endswith("/claim/"):
            return bool(super().handle_request(req, conn))
        response, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg)
        press = self.wsgi.press(environ)
        if press is None:
            return bool(super().handle_request(req, conn))
        if not (self.alive and self.cfg.keepalive and len(self.keepalived_conns) < self.max_keepalived):
            response.force_close()
        parked = self.parked[conn] = Parked(press)
        press.answer.add_done_callback(lambda _answer: self._write(parked, conn, response, environ))
        return True

    def _write(self, parked: Parked, conn: Any, response: Any, environ: dict[str, Any]) -> None:
        """In the clerk's thread: write the answer, never waiting for a client that does not read."""
        stays = False
        try:
            status, headers, body = parked.press.told()
            conn.sock.setblocking(False)
            response.start_response(status, headers)
            response.write(body)
            response.close()
            stays = not response.should_close()
            self.log.access(response, response.req, environ, timedelta(seconds=time.monotonic() - parked.since))
        except OSError:
            self.log.debug("Whoever pressed has gone.")
        finally:
            self.method_queue.defer(self._answered, conn, stays)

    def _answered(self, conn: Any, stays: bool) -> None:
        self.parked[conn].stays = stays
        self._free(conn)

    def finish_request(self, conn: Any, fs: Handled) -> None:
        """In the main thread: what gunicorn does with a connection, once nobody holds it any more."""
        if conn in self.parked:
            self.parked[conn].handled = fs
            self._free(conn)
        else:
            super().finish_request(conn, fs)

    def _free(self, conn: Any) -> None:
        parked = self.parked[conn]
        if parked.handled is None or parked.stays is None:
            return
        del self.parked[conn]
        if not parked.stays:
            parked.handled = Future()
            parked.handled.set_result(False)
        super().finish_request(conn, parked.handled)

    def notify(self) -> None:
        """In the main thread, every second: whoever has waited too long is told so and may press again."""
        super().notify()
        late = time.monotonic() - self.wsgi.patience
        for parked in list(self.parked.values()):  # a copy: the threads park more meanwhile
            if parked.since < late:
                parked.press.answer.cancel()
