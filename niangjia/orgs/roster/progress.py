"""How far a long piece of work is, told to whoever watches while its own transaction is still open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

EVERY = 0.5  # seconds


@contextmanager
def telling(batch_id: int) -> Iterator[Callable[[int, int], None]]:
    """A teller that writes over a connection of its own, so that the page sees it before the work is done."""
    line = connection.copy()
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < EVERY and done != total:
            return
        last = time.monotonic()
        with line.cursor() as cursor:
            cursor.execute(
                "UPDATE orgs_rosterprogress SET done = %s, total = %s, at = now() WHERE batch_id = %s",
                [done, total, batch_id],
            )

    try:
        yield tell
    finally:
        line.close()
