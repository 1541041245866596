"""Runs pytest beside a database of its own: `python -m tests.support.server [pytest's arguments]`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import FrameType

from niangjia.kit import postgres

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """pytest's exit code. With DATABASE_URL set that server is used; ours survives no power cut, for speed."""
    signal.signal(signal.SIGTERM, _leave)
    given = os.environ.get("DATABASE_URL")
    server = nullcontext(given) if given else postgres.joined(ROOT / "var/testpg", forgetful=True)
    with server as url:
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


def _leave(number: int, _frame: FrameType | None) -> None:
    """Ended from outside: still stop the server."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
