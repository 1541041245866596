"""One migrated template database, cloned for every run and every xdist worker."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from niangjia.matching import table

ROOT = Path(__file__).resolve().parents[2]


def _fingerprint() -> str:
    """Changes when a migration, a model, a fact source or a locked dependency does: then the template is built anew."""
    digest = hashlib.sha256((ROOT / "requirements/run.lock").read_bytes())
    sources = [*ROOT.glob("niangjia/*/migrations/*.py"), *ROOT.glob("niangjia/*/models*.py")]
    sources += [*ROOT.glob("niangjia/*/facts.py"), ROOT / "niangjia/matching/table.py"]
    for path in sorted([*sources, *ROOT.glob("niangjia/*/models/*.py"), ROOT / "config/settings/base.py"]):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:10]


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection[Any]]:
    """The server's own database, held by one process at a time."""
    # psycopg's names for what Django's settings call NAME, USER, …
    given: dict[str, Any] = settings.DATABASES["default"]
    wanted: dict[str, Any] = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    wanted |= {"password": given["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **{k: v for k, v in wanted.items() if v}) as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", ["niangjia-test-template"])
        yield server


def _build(name: str) -> None:
    """Migrate a fresh database of this name, then leave it alone so that it can be cloned."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
        table.make()  # no migration can know its columns; what packages plant, tests plant themselves
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def ensure_template(base: str) -> str:
    """The name of a migrated database that nobody writes to."""
    name = f"{base}_tpl_{_fingerprint()}"
    with _maintenance() as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{base}_tpl_%"]).fetchall()
        known = {row[0] for row in rows}
        if name in known:
            return name
        for stale in known:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(stale)))
        building = f"{base}_building"
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
        _build(building)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        server.execute(rename.format(sql.Identifier(building), sql.Identifier(name)))
    return name


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # ours comes after the worker's suffix
    django_db_blocker: Any,
) -> None:
    """Let every test database begin as a copy of the migrated template."""
    given: dict[str, Any] = settings.DATABASES["default"]
    base = given["TEST"]["NAME"].removesuffix("_" + _worker())
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = ensure_template(base)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "")
