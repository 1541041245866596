"""One run of a benchmark: rivals take turns, medians are compared, and what was found is printed and kept as JSON.

Absolute times move with the machine and with whatever else it is doing; the ratio of two medians taken in turns moves
far less. So every figure is told as a ratio to a rival of the same run, with the spread beside it.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import click
from django.conf import settings
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

Clock = Literal["wall", "cpu"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one turn of one rival took. `amount` is how much it did: rows, verdicts, requests."""

    seconds: float
    amount: float = 1.0

    @property
    def rate(self) -> float:
        return self.amount / self.seconds


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure and, where there is a rival, how many times the rival's it is; `goal` is what `ratio` should reach.

    Without a rival the goal is for the value itself; `at_most` turns it round (memory, seconds).
    """

    name: str
    value: float
    unit: str
    spread: float = 0.0  # half the way from the smallest to the largest turn, of the median
    against: str = ""
    ratio: float | None = None
    goal: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        reached = self.value if self.ratio is None else self.ratio
        return reached <= self.goal if self.at_most else reached >= self.goal

    def told(self) -> dict[str, Any]:
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "spread": self.spread, "against": self.against,
            "ratio": self.ratio, "goal": self.goal, "at_most": self.at_most, "met": self.met,
        }  # fmt: skip


@dataclass
class Turns:
    """All turns of all rivals, by name."""

    taken: dict[str, list[Taken]] = field(default_factory=dict)

    def seconds(self, name: str) -> float:
        return statistics.median(turn.seconds for turn in self.taken[name])

    def rate(self, name: str) -> float:
        """What the rival did a second, in the median turn."""
        return statistics.median(turn.rate for turn in self.taken[name])

    def spread(self, name: str) -> float:
        rates = [turn.rate for turn in self.taken[name]]
        return (max(rates) - min(rates)) / 2 / statistics.median(rates)

    def metric(
        self, name: str, unit: str, *, against: str = "", goal: float | None = None, told: str | None = None
    ) -> Metric:
        """The rival's rate, beside another's: the median of the ratios turn by turn, which share the machine's mood."""
        ratio = None
        if against:
            pairs = zip(self.taken[name], self.taken[against], strict=True)
            ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
        return Metric(told or name, self.rate(name), unit, self.spread(name), against, ratio, goal)


def take_turns(
    rivals: Mapping[str, Callable[[], float | None]],
    *,
    rounds: int,
    clock: Clock = "wall",
    warm: int = 1,
    in_json: bool = False,
) -> Turns:
    """Let the rivals run one after the other, `rounds` times; a rival returns how much it did. Warm turns count not."""
    read = time.perf_counter if clock == "wall" else time.process_time
    turns = Turns({name: [] for name in rivals})
    with Progress(console=Console(stderr=True), disable=in_json, transient=True) as progress:
        bar = progress.add_task("", total=(rounds + warm) * len(rivals))
        for number in range(rounds + warm):
            for name, run in rivals.items():
                progress.update(bar, description=name)
                began = read()
                amount = run()
                took = Taken(read() - began, 1.0 if amount is None else amount)
                if number >= warm:
                    turns.taken[name].append(took)
                progress.advance(bar)
    return turns


def apart(work: Callable[..., Any], *arguments: Any) -> tuple[Any, int]:
    """Run `work` in a process of its own and return its answer and the most memory it held, in bytes."""
    with _nameless_main(), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        answer, peak = pool.submit(_weighed, work, arguments).result()
    return answer, peak


@contextmanager
def _nameless_main() -> Iterator[None]:
    """A new process imports the script that started us, and ours runs the whole command when it is imported."""
    named = vars(sys.modules["__main__"])
    file = named.pop("__file__", None)
    try:
        yield
    finally:
        if file is not None:
            named["__file__"] = file


def _weighed(work: Callable[..., Any], arguments: Sequence[Any]) -> tuple[Any, int]:
    answer = work(*arguments)
    # Not ru_maxrss: a child keeps the parent's across fork and exec. The high-water mark is this process's own.
    status = Path("/proc/self/status").read_text("ascii")
    return answer, int(status.partition("VmHWM:")[2].split()[0]) * 1024


def machine() -> dict[str, Any]:
    """What this ran on."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(pages * size / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


def report(bench: str, rounds: int, metrics: Sequence[Metric], *, in_json: bool, **more: Any) -> None:
    """Print what was found, and keep it in var/bench/NAME.json."""
    told = {
        "bench": bench, "rounds": rounds, "metrics": [each.told() for each in metrics], **more, "machine": machine(),
    }  # fmt: skip
    kept = Path(settings.VAR) / "bench" / f"{bench}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if in_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    table = Table(title=f"{bench}, {rounds} rounds in turns, medians", title_justify="left")
    for heading in ("figure", "value", "±", "ratio", "against", "goal", ""):
        table.add_column(heading, justify="right" if heading in ("value", "±", "ratio", "goal") else "left")
    for each in metrics:
        sign = "" if each.goal is None else f"{'≤' if each.at_most else '≥'} {each.goal:g}"
        table.add_row(
            each.name,
            f"{each.value:,.4g} {each.unit}" if each.value < 100 else f"{each.value:,.0f} {each.unit}",
            f"{each.spread:.0%}" if each.spread else "",
            "" if each.ratio is None else f"{each.ratio:.3g}",
            each.against,
            sign,
            {True: "met", False: "MISSED", None: ""}[each.met],
        )
    Console().print(table)
