"""`demo`, `serve` and `worker`: the house open to visitors."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from http import HTTPStatus
from types import FrameType
from typing import IO

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app

from niangjia.kit import demo as demo_world
from niangjia.kit.commands import opened, without_database

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CROWD = 4096  # connections a process holds, and as many may queue at its door
SPARE = 256  # files a process needs for everything else
UP = 120.0  # seconds that a server gets to answer; on two busy cores it is 25
PATIENCE = 30.0  # seconds that a stopped process gets to end


@click.command()
@click.option("--port", default=8000, show_default=True, help="On 127.0.0.1.")
@without_database
def demo(*, port: int) -> None:
    """Open the demo: database, tables, people and their stories, pages and jobs, until Ctrl-C."""
    began = time.monotonic()
    os.environ["NIANGJIA_DEMO"] = "1"
    with _leaving_when_told(), opened():
        _refuse_a_taken_port("127.0.0.1", port)
        demo_world.plant()
        cast, sights = demo_world.keep_cast(), demo_world.sights()
        connection.close()
        with suppress(KeyboardInterrupt):
            servers = [web("127.0.0.1", port), _jobs()]
            _run_together(servers, port, ready=lambda: _invite(port, cast, sights, time.monotonic() - began))


def _invite(port: int, cast: Sequence[demo_world.Visitor], sights: Sequence[demo_world.Sight], seconds: float) -> None:
    click.echo(f"\nNiangjia is open after {seconds:.0f} s: http://127.0.0.1:{port}/  (Ctrl-C closes it)")
    if cast:
        click.echo(
            "Who can sign in, with one click on the sign-in page or by phone and code (the code is printed here):"
        )
    for visitor in cast:
        click.echo(f"  {visitor.phone}  {visitor.name}  {visitor.role}")
    if sights:
        click.echo("What to look at, signed in as whom:")
    for sight in sights:
        click.echo(f"  {sight.who}  http://127.0.0.1:{port}{sight.path}  {sight.what}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Threads in each process.")
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="Also run background jobs.")
def serve(*, host: str, port: int, workers: int, threads: int, jobs: bool) -> None:
    """Serve the pages, and run the background jobs beside them."""
    if host not in LOOPBACK and settings.SETTINGS_MODULE == "config.settings.dev":
        raise click.ClickException(
            "These are the demo's keys, which everybody knows: set NIANGJIA_SECRET_KEY and NIANGJIA_FIELD_KEYS "
            "(docs/settings.md) before listening on anything but 127.0.0.1."
        )
    _refuse_a_taken_port(host, port)
    connection.close()
    with _leaving_when_told(), suppress(KeyboardInterrupt):
        servers = [web(host, port, workers=workers, threads=threads)] + ([_jobs()] if jobs else [])
        _run_together(servers, port, ready=lambda: click.echo(f"Listening on http://{host}:{port}/"))


@click.command()
@click.option("--once", is_flag=True, help="Do what is waiting, then end.")
def worker(*, once: bool) -> None:
    """Run background jobs."""
    with app.replace_connector(app.connector.get_worker_connector()) as jobs:  # type: ignore[attr-defined]
        jobs.run_worker(wait=not once)


@contextmanager
def _leaving_when_told() -> Iterator[None]:
    """INT and TERM both leave through every `finally`, so that what was started is stopped."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = [(each, signal.signal(each, leave)) for each in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for each, handler in before:
            signal.signal(each, handler)


def _refuse_a_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise click.ClickException(
                f"Port {port} on {host} cannot be used ({fault.strerror}): try --port."
            ) from fault


def web(
    host: str, port: int, *, workers: int = 2, threads: int = 4, said: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """gunicorn's threads: the best tail under contention of those tried (docs/adr/0017-seats.md).

    What it says goes where we speak ourselves, or to the file `said`.
    """
    _collect_static()
    _most, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))  # a shell's 1,024 is soon reached at an opening
    command = [sys.executable, "-m", "gunicorn", "-k", "niangjia.web.parking.ParkingWorker", "-w", str(workers)]
    command += ["--threads", str(threads), "--worker-connections", str(min(CROWD, allowed - SPARE))]
    command += ["--backlog", str(CROWD), "--keep-alive", "30", "--graceful-timeout", "5", "--log-level", "warning"]
    return subprocess.Popen([*command, "-b", f"{host}:{port}", "config.wsgi"], cwd=settings.ROOT, stderr=said)


@cache
def _collect_static() -> None:
    """Once a process, however often it starts a server: nothing changes in between."""
    call_command("collectstatic", interactive=False, verbosity=0)


def _jobs() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "niangjia.web.cli", "worker"], cwd=settings.ROOT)


def _run_together(servers: list[subprocess.Popen[bytes]], port: int, *, ready: Callable[[], None]) -> None:
    """Run until told to stop or until one of them ends; then the others end too."""
    try:
        await_answer(servers, port)
        ready()
        while all(server.poll() is None for server in servers):
            time.sleep(0.2)
        raise click.ClickException("A server ended by itself; the lines above say why.")
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()


def await_answer(servers: Sequence[subprocess.Popen[bytes]], port: int, host: str = "127.0.0.1") -> None:
    """Wait until a request is answered, be it with a no: the door stands open before the house behind it is up.

    Raises when a server ends meanwhile or nobody answers in time.
    """
    deadline = time.monotonic() + UP
    while time.monotonic() < deadline and all(server.poll() is None for server in servers):
        line = http.client.HTTPConnection(host, port, timeout=max(1.0, deadline - time.monotonic()))
        try:
            line.request("GET", "/healthz/")
            if line.getresponse().status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            line.close()
        time.sleep(0.1)
    raise click.ClickException(f"Nobody answers at http://{host}:{port}/; the lines above say why.")
