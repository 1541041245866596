"""A scratch database is gone afterwards, also when whoever made it is asked to stop."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from django.db import connection

WAITING = """
import os, sys, django
django.setup()
from django.db import connection
from niangjia.kit.scratch import scratch_copy
connection.settings_dict["NAME"] = "template1"
with scratch_copy():
    print(connection.settings_dict["NAME"], flush=True)
    sys.stdin.read()
"""


@pytest.mark.django_db
def test_a_process_that_is_told_to_stop_leaves_no_scratch_database() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    assert _stands(name)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert not _stands(name)


def _stands(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None
