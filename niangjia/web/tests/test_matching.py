"""`niangjia match`: what it counts, how it explains, and what it says of wrong input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from niangjia.kit import clock
from niangjia.orgs.tests.factories import make_hardship_file, make_household, make_member, make_tree, make_union
from niangjia.people.models import Person
from niangjia.programmes.models import Match, Programme, ProgrammeVersion, Round
from niangjia.programmes.tests import factories
from niangjia.trail.actions import LOOKED
from niangjia.trail.models import Line
from niangjia.web.commands import matching

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> Round:
    return factories.open_round("craftsman", make_tree().county)


@pytest.fixture
def worker(of: Round) -> Person:
    person = make_member(make_union(of.organisation)).person
    factories.tell(person, worker__trade_years=12)
    return person


def run(*arguments: object) -> Result:
    return CliRunner().invoke(matching.match, [str(argument) for argument in arguments])


def said(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_it_counts_who_suits_and_what_would_settle_most(worker: Person, engine: str, of: Round) -> None:
    counted = said("craftsman", f"round-{of.pk}", "--engine", engine)
    assert counted["people"] == Person.objects.count()
    assert counted["programmes"]["craftsman"] == counted["programmes"][f"round-{of.pk}"]
    assert counted["programmes"]["craftsman"]["yes"] == 1
    text = run("craftsman", "--engine", engine)
    assert text.exit_code == 0
    assert "技能等级" in text.output  # the question that would settle most


def test_without_a_name_it_is_all_open_rounds_and_the_catalogue(worker: Person, of: Round) -> None:
    assert {f"round-{of.pk}", "craftsman", "solar-aid"} <= set(said()["programmes"])


def test_lists_stay_only_where_they_were_asked_for(worker: Person, tmp_path: Path) -> None:
    said("craftsman", "--out", tmp_path / "kept")
    assert list((tmp_path / "kept/lists").glob("*.parquet"))
    assert (tmp_path / "kept/facts/snapshot.json").exists()


def test_another_day_is_judged_as_of_that_day(worker: Person) -> None:
    assert said("craftsman", "--as-of", "2020-01-01")["programmes"]["craftsman"]["yes"] == 0


def test_it_explains_one_person_and_notes_a_look_at_what_is_sensitive(worker: Person) -> None:
    text = run("craftsman", "--explain", worker.pk)
    assert text.exit_code == 0
    assert "本人填报" in text.output
    assert not Line.objects.filter(verb=LOOKED).exists()
    household = make_household(worker)
    make_hardship_file(make_union(), household, yearly_income_fen=1)
    finding = said("solar-aid", "--explain", worker.pk)["programmes"]["solar-aid"]
    assert finding["verdict"] in {"true", "false", "unknown"}
    (look,) = Line.objects.filter(verb=LOOKED, thing_id=worker.pk)
    assert look.detail == {"purpose": "niangjia match --explain"}


def test_the_found_are_invited_and_the_changed_brought_up_to_date(worker: Person, of: Round) -> None:
    assert said(f"round-{of.pk}", "--invite")["invited"] == {f"round-{of.pk}": {"found": 1, "gone": 0}}
    assert Match.objects.filter(round=of, person=worker).exists()
    other = make_member(make_union(of.organisation)).person
    factories.tell(other, worker__trade_years=20)
    text = run("--changed")
    assert text.exit_code == 0
    assert Match.objects.filter(round=of, person=other).exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("craftsmen",), "craftsman"), (("round-99999",), "round-99999"), (("99999",), "99999"),
        (("craftsman", "--explain", "99999999"), "99999999"), (("--as-of", "2026-02-30"), "2026-02-30"),
        (("--engine", "sqlite"), "duckdb"), (("--changed", "craftsman"), "--changed"),
        (("--invite", "--engine", "postgres"), "--changed"),
    ],
)  # fmt: skip
def test_wrong_input_gets_a_sentence(arguments: tuple[str, ...], told: str, of: Round) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_a_directory_that_cannot_be_written_to_is_named(worker: Person, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("craftsman", "--out", tmp_path / "file" / "deep")
    assert result.exit_code == 2
    assert "file" in result.output


def test_spark_without_java_is_told(worker: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    result = run("craftsman", "--engine", "spark")
    assert result.exit_code == 2
    assert "Java" in result.output


def test_a_number_of_both_kinds_must_be_told_apart(of: Round) -> None:
    twin, _new = Programme.objects.get_or_create(
        pk=of.pk, defaults={"organisation": of.organisation, "practice": "craftsman", "title": "另一个"}
    )
    ProgrammeVersion.objects.get_or_create(
        programme=twin, number=1, defaults={"text": of.version.text, "digest": "", "published_at": clock.now()}
    )
    result = run(of.pk)
    assert result.exit_code == 2
    assert f"round-{of.pk}" in result.output
    assert {run(f"{kind}-{of.pk}").exit_code for kind in ("round", "programme")} == {0}
