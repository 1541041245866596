"""The command line as a person or a program meets it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from django.db import connection

from niangjia.credentials.models import Achievement
from niangjia.kit import demo as demo_world
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_tree
from niangjia.trail.models import Line, Seal
from niangjia.web.cli import COMMANDS, niangjia
from niangjia.web.commands import serving


@pytest.fixture
def run() -> Callable[..., Result]:
    def running(*words: str) -> Result:
        return CliRunner().invoke(niangjia, list(words))

    return running


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(run: Callable[..., Result], name: str):
    answer = run(name, "--help")
    assert answer.exit_code == 0, answer.output
    assert len(answer.output.splitlines()) > 3


def test_an_unknown_command_is_refused_in_words(run: Callable[..., Result]):
    answer = run("dance")
    assert answer.exit_code == 2
    assert "dance" in answer.output


def test_routes_say_who_may_enter(run: Callable[..., Result]):
    listed = json.loads(run("routes", "--json").output)
    assert listed
    assert all(set(route) == {"pattern", "name", "needs", "view"} for route in listed)


def test_happenings_name_their_listeners(run: Callable[..., Result]):
    heard = json.loads(run("happenings", "--json").output)
    assert all(kind.startswith("niangjia.") and names for kind, names in heard.items())


@pytest.mark.django_db
def test_doctor_looks_at_everything_and_leaves_with_its_verdict(run: Callable[..., Result]):
    answer = run("doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(answer.output)}
    assert {"python", "keys", "messages", "disk", "database", "migrations", "trail"} <= set(findings)
    broken = [finding for finding in findings.values() if finding["state"] == "broken"]
    assert answer.exit_code == (1 if broken else 0)
    assert all(finding["remedy"] for finding in findings.values() if finding["state"] != "good")


@pytest.mark.django_db
def test_doctor_says_that_the_trail_was_changed_behind_our_back(run: Callable[..., Result]):
    make_tree()  # whatever is done leaves lines
    Seal.objects.create(upto=Line.objects.latest("pk").pk, digest="0" * 64)
    found = {finding["check"]: finding for finding in json.loads(run("doctor", "--json").output)}["trail"]
    assert (found["state"], "backup" in found["remedy"]) == ("broken", True)


@pytest.fixture
def behind(db: None, settings: Any, tmp_path: Path) -> None:
    """A server of the user's own, whose tables are one migration behind."""
    settings.VAR = tmp_path
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'trail'")


@pytest.mark.usefixtures("behind")
def test_doctor_finds_a_migration_that_is_not_applied(run: Callable[..., Result]):
    answer = run("doctor", "--json")
    found = {finding["check"]: finding for finding in json.loads(answer.output)}["migrations"]
    assert answer.exit_code == 1
    assert found["state"] == "broken"
    assert "niangjia migrate" in found["remedy"]


@pytest.mark.usefixtures("behind")
def test_a_command_on_an_old_database_says_what_to_do_first(run: Callable[..., Result]):
    answer = run("worker", "--once")
    assert answer.exit_code == 1
    assert "niangjia migrate" in answer.output


def test_messages_of_an_unknown_package_are_refused_in_words(run: Callable[..., Result]):
    answer = run("messages", "update", "boats")
    assert answer.exit_code == 2
    assert "boats" in answer.output


@pytest.mark.django_db
def test_the_demos_keys_never_face_the_world(run: Callable[..., Result], settings: Any):
    settings.SETTINGS_MODULE = "config.settings.dev"
    answer = run("serve", "--host", "0.0.0.0")
    assert answer.exit_code == 1
    assert "NIANGJIA_SECRET_KEY" in answer.output


def test_a_server_without_its_static_files_does_not_open(tmp_path: Path):
    """Each page would break at the address of its look; the sentence says what to do instead."""
    house = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "NIANGJIA_VAR": str(tmp_path)}
    begun = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"], env=house, capture_output=True, text=True, check=False
    )
    assert begun.returncode == 1
    assert "niangjia serve" in begun.stderr.splitlines()[-1]


@pytest.mark.django_db
def test_a_taken_port_is_named(run: Callable[..., Result]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run("serve", "--port", str(taken.getsockname()[1]))
    assert answer.exit_code == 1
    assert "--port" in answer.output


def test_the_demo_says_who_can_sign_in_and_what_to_look_at(capsys: pytest.CaptureFixture[str]):
    sight = demo_world.Sight("Wang", "/activities/7/", "a seat is offered")
    serving._invite(8000, [demo_world.Visitor("Wang", "worker", "13900000001")], [sight], 3.0)
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8000/ " in said
    assert "13900000001" in said
    assert "http://127.0.0.1:8000/activities/7/  a seat is offered" in said


@pytest.mark.django_db
def test_migrating_plants_the_list_of_achievements_and_again_changes_nothing(run: Callable[..., Result]):
    assert run("migrate").exit_code == 0
    planted = Achievement.objects.count()
    assert Achievement.objects.filter(kind=Achievement.Kind.SKILL_LEVEL).count() == 8
    assert run("migrate").exit_code == 0
    assert Achievement.objects.count() == planted


@pytest.mark.django_db
def test_the_tree_is_planted_once(run: Callable[..., Result]):
    answer = run("tree", "--json")
    planted = json.loads(answer.stdout)["planted"]
    assert (planted["province"], planted["city"]) == (1, 11)
    standing = Organisation.objects.count()
    assert standing == sum(planted.values())
    assert "stands already" in run("tree").output
    assert Organisation.objects.count() == standing


def test_a_door_behind_which_nobody_answers_is_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel takes connections in as soon as somebody listens; "open after 4 s" was said of that once."""
    monkeypatch.setattr(serving, "UP", 0.5)
    with socket.socket() as door, subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as server:
        door.bind(("127.0.0.1", 0))
        door.listen()
        with pytest.raises(click.ClickException, match="Nobody answers"):
            serving.await_answer([server], door.getsockname()[1])
        server.terminate()
