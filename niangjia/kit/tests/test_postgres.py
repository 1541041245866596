"""The embedded server, started for real on a directory of its own."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from niangjia.kit import postgres


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url):
            return True
    except psycopg.OperationalError:
        return False


@pytest.fixture
def place() -> Iterator[Path]:
    """Not pytest's own directory: each session of pytest shuts that to other users, and as root the server is one."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A cluster under a path too long for a socket, with a space, a quote and Chinese in it."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made) / f"it's 数据 {'long' * 20}" / "pg"


def test_the_last_to_leave_stops_the_server(data: Path):
    with postgres.joined(data, forgetful=True) as url:
        with postgres.joined(data) as again:
            assert again == url
        assert _answers(url)
    assert not _answers(url)


def test_what_was_written_is_there_after_a_restart(data: Path):
    with postgres.joined(data, forgetful=True) as url, psycopg.connect(url) as server:
        server.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('还在')")
    with postgres.joined(data) as url, psycopg.connect(url) as server:
        assert server.execute("SELECT word FROM kept").fetchone() == ("还在",)


def test_text_sorts_the_same_on_every_machine(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.GBK")
    with postgres.joined(data, forgetful=True) as url, psycopg.connect(url) as server:
        row = server.execute("SELECT datlocale, pg_encoding_to_char(encoding) FROM pg_database LIMIT 1").fetchone()
        assert row == ("C.UTF-8", "UTF8")


def test_nobody_reaches_it_but_through_its_socket(data: Path):
    with postgres.joined(data) as url, psycopg.connect(url) as server:
        assert server.execute("SHOW listen_addresses").fetchone() == ("",)
    assert postgres.socket_directory(data).stat().st_mode & 0o077 == 0


def _crash(data: Path) -> None:
    """Join, then die without leaving, as a killed process does."""
    joining = postgres.joined(data, forgetful=True)
    joining.__enter__()
    os._exit(9)


def test_a_killed_process_does_not_keep_the_server_up_for_ever(data: Path):
    process = multiprocessing.get_context("fork").Process(target=_crash, args=(data,))
    process.start()
    process.join()
    assert _answers(postgres.url(data))
    with postgres.joined(data):
        pass
    assert not _answers(postgres.url(data))


def test_a_cluster_half_made_is_made_anew(place: Path):
    """As when the power fails during the very first start."""
    aside = place / ".pg.making"
    aside.mkdir()
    (aside / "PG_VERSION").write_text("18\n")
    with postgres.joined(place / "pg", forgetful=True) as url:
        assert _answers(url)
    assert not aside.exists()


def test_a_directory_with_other_things_in_it_is_let_be(place: Path):
    (place / "pg").mkdir()
    (place / "pg/letter.txt").touch()
    with pytest.raises(postgres.PostgresTrouble, match="move it away"), postgres.joined(place / "pg"):
        pass


def test_another_versions_data_is_refused_in_words(place: Path):
    data = place / "pg"
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(postgres.PostgresTrouble, match="made by PostgreSQL 12"), postgres.joined(data):
        pass


def _adopt_and_start_again(data: Path) -> None:
    """As the parent of the server: kill it, bury it only a second later, and start it meanwhile."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: what pg_ctl leaves behind is ours
    postgres.start(data, forgetful=True)
    killed = int((data / "postmaster.pid").read_text().split()[0])
    os.kill(killed, signal.SIGKILL)
    Timer(1, os.waitpid, (killed, 0)).start()
    postgres.start(data)
    postgres.stop(data)


def test_a_server_killed_a_moment_ago_is_not_taken_for_a_running_one(data: Path):
    process = multiprocessing.get_context("fork").Process(target=_adopt_and_start_again, args=(data,))
    process.start()
    process.join()
    assert process.exitcode == 0
