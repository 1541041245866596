"""What was acknowledged outlives a SIGKILL of the server, and of the database, in the midst of an opening."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from niangjia.kit import postgres
from niangjia.web.benches import burst, chaos


@pytest.fixture
def own_database(tmp_path: Path, django_db_setup: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server of PostgreSQL that may be killed, with the tables of the test database."""
    data = tmp_path / "pg"
    with postgres.joined(data) as url:
        given = {name: str(value) for name, value in settings.DATABASES["default"].items()}
        tables = subprocess.run(
            [str(postgres.binaries() / "pg_dump"), "--no-owner", "-h", given["HOST"], "-p", given["PORT"] or "5432",
             "-U", given["USER"], str(connection.settings_dict["NAME"])],
            env=os.environ | {"PGPASSWORD": given["PASSWORD"]}, check=True, capture_output=True,
        ).stdout  # fmt: skip
        subprocess.run([postgres.binaries() / "psql", "-q", url], input=tables, check=True, capture_output=True)
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        # The server reads the list of hashed names, which only its own settings write.
        command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=settings.ROOT, check=True)
        yield data


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_what_was_acknowledged_outlives_a_killed_server_and_a_killed_database(own_database: Path) -> None:
    crowds = burst.in_django("openings", people=150, seats=60, count=2)
    blows = chaos.strike(own_database, crowds, ["server", "database"], port=_free_port(), workers=1)
    for blow in blows:
        assert blow.harmless, blow
        assert blow.seated == 60
    assert sum(blow.again for blow in blows) > 0, "nobody was in the midst of anything"
