"""The benchmark harness: what it calls a ratio is one, and a missed goal is told as missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from niangjia.web.benches import harness
from niangjia.web.benches.harness import Metric, Taken, Turns


def test_a_ratio_pairs_the_turns_of_one_round_so_a_slow_minute_harms_nobody():
    turns = Turns({"ours": [Taken(1, 20), Taken(4, 20)], "theirs": [Taken(1, 10), Taken(4, 10)]})
    metric = turns.metric("ours", "rows/s", against="theirs", goal=2)
    assert metric.ratio == 2
    assert metric.met is True
    assert metric.spread > 0


def test_a_missed_goal_is_told_as_missed():
    assert Metric("ours", 9, "rows/s", ratio=0.79, goal=0.8).met is False
    assert Metric("memory", 1.1, "GiB", goal=1, at_most=True).met is False
    assert Metric("memory", 0.9, "GiB", goal=1, at_most=True).met is True
    assert Metric("told beside", 9, "s").met is None


def test_rivals_take_turns_and_warm_turns_do_not_count():
    heard: list[str] = []
    rivals = {name: lambda name=name: heard.append(name) for name in ("ours", "theirs")}
    turns = harness.take_turns(rivals, rounds=2, warm=1, in_json=True)
    assert heard == ["ours", "theirs"] * 3
    assert [len(taken) for taken in turns.taken.values()] == [2, 2]


def _hold(size: int) -> int:
    return len(bytes(b"x" * size))


def test_memory_is_that_of_the_work_alone():
    _, small = harness.apart(_hold, 1)
    held, large = harness.apart(_hold, 200_000_000)
    assert held == 200_000_000
    assert large - small > 150_000_000


def test_a_report_is_printed_and_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: pytest.FixtureRequest
):
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    harness.report("tried", 2, [Metric("rows", 5, "rows/s", goal=6)], in_json=True)
    kept = json.loads((tmp_path / "bench" / "tried.json").read_text("utf-8"))
    assert kept == json.loads(capsys.readouterr().out)
    assert kept["metrics"][0]["met"] is False
    harness.report("tried", 2, [Metric("rows", 5, "rows/s", goal=6)], in_json=False)
    assert "MISSED" in capsys.readouterr().out
