"""The counter where seats are asked for: one writer in each process serves all who came while it was busy.

At nine o'clock a thousand people press within a second. Each in a transaction of their own they would queue for the one
row that counts the seats, and every one would pay for a commit. Here they are taken together, in the order they came:
one lock, one commit for all. Nobody is answered before that commit.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import sleep

from django.contrib.sessions.models import Session
from django.db import Error, InterfaceError, OperationalError, connection
from django.utils.translation import gettext_lazy as _  # said in the reader's thread, not in the clerk's

from niangjia.events.actions import Answer, Wish, claim_seats
from niangjia.events.models import Activity
from niangjia.events.opening.tickets import StaleTicket
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound, Refusal

MOST = 400  # served in one transaction
IDLE = 1.0  # seconds without anybody asking after which the clerk gives its connection back
PATIENCE = 10.0  # seconds a person is kept waiting before they are told to press again
TRIES = 4  # a database that was restarted takes the same wishes again: nothing was promised yet
CLERK = Actor.system("counter")
log = logging.getLogger(__name__)


class Busy(Refusal):
    """The counter could not serve in time. What was asked may still be granted; pressing again tells."""

    code = "busy"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            _("There are too many people at once, and we do not know yet whether you got a seat."),
            remedy=_("Press again in a few seconds: nobody gets two, and nothing is lost."),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish at the counter, with the session it was made in."""

    activity_id: int
    session_key: str
    wish: Wish
    answer: Future[Answer]


class Counter:
    """The queue of one process and the thread that serves it. The thread starts with the first wish after a fork."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Asked] = SimpleQueue()
        self._starting = Lock()
        self._pid = 0

    def ask(self, activity_id: int, wish: Wish, *, session_key: str) -> Future[Answer]:
        """What will have come of a wish once it is committed; nobody need stand by meanwhile."""
        self._start()
        asked = Asked(activity_id, session_key, wish, Future())
        self._queue.put(asked)
        return asked.answer

    def _start(self) -> None:
        if self._pid != os.getpid():
            with self._starting:
                if self._pid != os.getpid():
                    Thread(target=self._serve_for_ever, name="counter", daemon=True).start()
                    self._pid = os.getpid()

    def _serve_for_ever(self) -> None:
        try:
            while True:
                waiting = [self._next()]
                while len(waiting) < MOST:
                    try:
                        waiting.append(self._queue.get_nowait())
                    except Empty:
                        break
                for activity_id in dict.fromkeys(one.activity_id for one in waiting):
                    _serve(activity_id, [one for one in waiting if one.activity_id == activity_id])
        finally:  # a fault of ours: the next who asks finds a new clerk
            self._pid = 0

    def _next(self) -> Asked:
        """The next who asks. A clerk with nobody to serve keeps no connection from those who work."""
        try:
            return self._queue.get(timeout=IDLE)
        except Empty:
            connection.close()
            return self._queue.get()


def settled(answer: Future[Answer]) -> Answer:
    """The answer of a wish; raises its refusal, or `Busy` when it takes too long."""
    try:
        return answer.result(PATIENCE)
    except (TimeoutError, CancelledError) as fault:
        raise Busy from fault


def _serve(activity_id: int, waiting: list[Asked]) -> None:
    """Serve everybody who asked for seats of one activity; whatever happens, everybody is answered."""
    try:
        answers = _patiently(lambda: _served(activity_id, waiting))
    except Refusal as refusal:
        _refuse(waiting, refusal)
    except Error:
        log.exception("the counter could not reach the database")
        _refuse(waiting, Busy())
    else:
        for one, answer in zip(waiting, answers, strict=True):
            if one.answer.set_running_or_notify_cancel():
                one.answer.set_result(answer)
    finally:
        _refuse([one for one in waiting if not one.answer.done()], Busy())


def _refuse(waiting: list[Asked], refusal: Refusal) -> None:
    for one in waiting:
        if one.answer.set_running_or_notify_cancel():
            one.answer.set_exception(refusal)


def _patiently(work: Callable[[], list[Answer]]) -> list[Answer]:
    """Do it again while the database is away: whatever was not committed is asked anew, what was is found standing.

    The connection is not tried beforehand: that is a statement for each batch, and this finds out as well.
    """
    for tried in range(TRIES):
        try:
            return work()
        except (OperationalError, InterfaceError):
            connection.close()
            if tried == TRIES - 1:
                raise
            sleep(0.5 * 2**tried)
    raise AssertionError


def _served(activity_id: int, waiting: list[Asked]) -> list[Answer]:
    keys = {one.session_key for one in waiting}
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now()).values_list("session_key", flat=True)
    )
    asked = [one.wish for one in waiting if one.session_key in alive]
    try:
        answers = iter(claim_seats(Activity(pk=activity_id), asked, actor=CLERK))
    except Activity.DoesNotExist as fault:
        raise NotFound from fault
    return [next(answers) if one.session_key in alive else Answer(None, refusal=StaleTicket()) for one in waiting]


counter = Counter()
