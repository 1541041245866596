"""`niangjia doctor`: is everything here that the house needs, and what to do where it is not."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import version

import click
from django.conf import settings
from django.db import connection
from django.db.utils import Error

from niangjia.kit import messages
from niangjia.kit.commands import as_json, as_table, is_embedded, pending, reachable, without_database
from niangjia.kit.postgres import PostgresTrouble

OLDEST_POSTGRES = 150000
GIB = 1024**3
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")


class State(StrEnum):
    GOOD = "good"
    WARNED = "warned"  # works, but somebody should know
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do next if it is not good."""

    check: str
    state: State
    detail: str
    remedy: str = ""


def look() -> Iterator[Finding]:
    """Look at everything, from the ground up."""
    checks: tuple[Callable[[], Finding], ...] = (_python, _keys, _chinese, _static, _disk, _browser, _fonts)
    for check in checks:
        yield check()
    try:
        with reachable():
            yield from _database()
    except (Error, PostgresTrouble) as fault:
        remedy = "Start the server that DATABASE_URL names, or unset it to use the embedded one."
        yield Finding("database", State.BROKEN, str(fault).strip(), remedy)


def _python() -> Finding:
    detail = f"Python {platform.python_version()}, Django {version('django')}, {platform.system()} {platform.machine()}"
    return Finding("python", State.GOOD, detail)


def _keys() -> Finding:
    if settings.SETTINGS_MODULE == "config.settings.dev":
        remedy = "Before real people use it: NIANGJIA_SECRET_KEY and NIANGJIA_FIELD_KEYS (docs/settings.md)."
        return Finding("keys", State.WARNED, "the demo's keys, which everybody knows", remedy)
    return Finding("keys", State.GOOD, f"{len(settings.FIELD_KEYS)} field keys, newest first")


def _chinese() -> Finding:
    stale = messages.uncompiled()
    if stale:
        names = ", ".join(path.parents[3].name for path in stale)
        return Finding("messages", State.BROKEN, f"not compiled: {names}", "Run `niangjia messages compile`.")
    return Finding("messages", State.GOOD, "Chinese is compiled")


def _static() -> Finding:
    if (settings.STATIC_ROOT / "staticfiles.json").exists():
        return Finding("static files", State.GOOD, str(settings.STATIC_ROOT))
    return Finding("static files", State.WARNED, "not collected yet", "`niangjia serve` and `demo` collect them.")


def _disk() -> Finding:
    settings.VAR.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.VAR).free / GIB
    detail = f"{free:.1f} GiB free under {settings.VAR}"
    if not os.access(settings.VAR, os.W_OK):
        return Finding(
            "disk", State.BROKEN, f"{settings.VAR} cannot be written", "Set NIANGJIA_VAR to a place that can."
        )
    if free < 1:
        return Finding("disk", State.BROKEN, detail, "Make room: the database stops when the disk is full.")
    return Finding("disk", State.GOOD, detail)


def _browser() -> Finding:
    found = os.environ.get("NIANGJIA_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return Finding("browser", State.GOOD, found)
    remedy = "Only `./nj test` needs one: install chromium, or set NIANGJIA_BROWSER."
    return Finding("browser", State.WARNED, "none found", remedy)


def _fonts() -> Finding:
    """Only pictures of pages need a Chinese font on this machine; readers bring their own."""
    lister = shutil.which("fc-list")
    listed = (
        subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False) if lister else None
    )
    families = sorted(set(listed.stdout.splitlines())) if listed else []
    if families:
        return Finding("fonts", State.GOOD, families[0])
    remedy = "Browser tests draw empty boxes without one: install fonts-noto-cjk."
    return Finding("fonts", State.WARNED, "no Chinese font found", remedy)


def _database() -> Iterator[Finding]:
    connection.ensure_connection()
    number = connection.connection.info.server_version
    kind = "embedded" if is_embedded() else "from DATABASE_URL"
    detail = f"PostgreSQL {number // 10000}.{number % 10000}, {kind}"
    if number < OLDEST_POSTGRES:
        yield Finding("database", State.BROKEN, detail, "Niangjia needs PostgreSQL 15 or newer.")
        return
    yield Finding("database", State.GOOD, detail)
    waiting = pending()
    if waiting and is_embedded():
        yield Finding("migrations", State.WARNED, f"{len(waiting)} are pending", "The next command applies them.")
    elif waiting:
        yield Finding("migrations", State.BROKEN, f"{len(waiting)} are pending", "Run `niangjia migrate`.")
    else:
        yield Finding("migrations", State.GOOD, "none pending")
        yield _rosters()
        yield _trail()


def _rosters() -> Finding:
    from niangjia.orgs.roster.reads import broken_off  # a model, and this command also works without a database

    found = [str(batch.pk) for batch in broken_off()]
    if not found:
        return Finding("rosters", State.GOOD, "none was broken off")
    remedy = "Nothing was imported of them; `niangjia import roster --resume NUMBER` begins again."
    return Finding("rosters", State.WARNED, f"begun and not ended: {', '.join(found)}", remedy)


def _trail() -> Finding:
    from niangjia.trail.actions import first_broken_seal  # as above

    broken = first_broken_seal()
    if broken is None:
        return Finding("trail", State.GOOD, "every sealed line is as it was sealed")
    remedy = "Somebody changed the record in the database itself: compare it with a backup from before."
    return Finding("trail", State.BROKEN, f"what was sealed up to line {broken.upto} is not what stands there", remedy)


@click.command()
@click.option("--json", "json_", is_flag=True, help="As JSON: a list of check, state, detail and remedy.")
@without_database
def doctor(*, json_: bool) -> None:
    """Look at everything the house needs; exit 1 if something is broken."""
    findings = list(look())
    if json_:
        as_json([asdict(finding) for finding in findings])
    else:
        rows = [
            (one.check, one.state.value, f"{one.detail}. {one.remedy}" if one.remedy else one.detail)
            for one in findings
        ]
        as_table(("check", "state", "what"), rows)
    sys.exit(1 if any(finding.state is State.BROKEN for finding in findings) else 0)
