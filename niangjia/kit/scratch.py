"""A database and a folder for files of its own: made, used, dropped."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from uuid import uuid4

from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings
from psycopg import sql


@contextmanager
def scratch_database() -> Iterator[None]:
    """Everything inside happens in a fresh migrated database, which is gone afterwards."""
    with _apart("template1"):
        call_command("migrate", verbosity=0, interactive=False)
        yield


@contextmanager
def scratch_copy() -> Iterator[None]:
    """Everything inside happens in a copy of the database at hand, which nobody else may be using; then it is gone."""
    with _apart(connection.settings_dict["NAME"]):
        yield


@contextmanager
def _apart(like: str) -> Iterator[None]:
    home, name = connection.settings_dict["NAME"], f"scratch_{uuid4().hex[:12]}"
    with _swept_when_stopped():
        try:
            _run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
            _move_to(name)
            with tempfile.TemporaryDirectory() as media, override_settings(MEDIA_ROOT=media):
                yield
        finally:
            _move_to(home)
            _run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _swept_when_stopped() -> Iterator[None]:
    """Who is asked to stop (SIGTERM) sweeps up first, as with Ctrl-C: unasked, Python would end on the spot."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _move_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _run(statement: sql.Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
