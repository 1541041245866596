"""`niangjia bench burst --chaos`: the server, or its database, is killed in the midst of an opening.

SIGKILL: nobody gets to say goodbye. Whoever has no answer presses again, with the same ticket, as a person does who
looks at a page that does not come. Afterwards everybody must have been told something, and the rows must say the same.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table

from niangjia.kit import postgres
from niangjia.web.benches import burst
from niangjia.web.benches.pressing import Presses, requests_of
from niangjia.web.commands import serving

Victim = Literal["server", "database"]
CROWD, SEATS = 600, 200
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Blow:
    """One killing and what was left of the opening it fell into."""

    victim: Victim
    answered: int  # when it fell
    again: int  # presses that had to be repeated
    seconds: float
    seated: int
    faults: dict[str, int]

    @property
    def harmless(self) -> bool:
        return not any(self.faults.values())


class House:
    """A server and its database, either of which can be killed and comes back."""

    def __init__(self, data: Path, port: int, workers: int) -> None:
        self.data, self.port, self.workers = data, port, workers
        self.server = self._open()

    def _open(self) -> subprocess.Popen[bytes]:
        with (self.data.parent / "chaos-server.log").open("ab") as said:  # its faults are what is wanted here
            server = serving.web("127.0.0.1", self.port, workers=self.workers, said=said)
        serving.await_answer([server], self.port)
        return server

    def kill(self, victim: Victim) -> None:
        """End it at once, with all its processes, and bring it back."""
        if victim == "server":
            _kill(self.server.pid)
            self.server.wait(PATIENCE)
            self.server = self._open()
        else:
            _kill(int((self.data / "postmaster.pid").read_text().split()[0]))
            postgres.start(self.data)

    def close(self) -> None:
        _kill(self.server.pid)
        self.server.wait(PATIENCE)


def report(data: Path, *, kills: int, in_json: bool) -> None:
    """Kill each victim so many times, print what was left each time, and end with a fault if anything was harmed."""
    victims: list[Victim] = ["server", "database"] * kills
    crowds = burst.in_django("openings", people=CROWD, seats=SEATS, count=len(victims))
    blows = strike(data, crowds, victims)
    if in_json:
        click.echo(json.dumps([asdict(blow) for blow in blows]))
    else:
        Console().print(_table(blows))
    if not all(blow.harmless for blow in blows):
        raise click.ClickException("What was acknowledged did not outlive a blow: see the table.")


def _table(blows: list[Blow]) -> Table:
    table = Table(title=f"{len(blows)} openings, {CROWD} people for {SEATS} seats each", title_justify="left")
    names = list(blows[0].faults)
    for heading in ("killed", "answered by then", "pressed again", "seconds", "seated", *names):
        table.add_column(heading, justify="left" if heading == "killed" else "right")
    for blow in blows:
        faults = [str(blow.faults[name]) for name in names]
        told = [str(blow.answered), str(blow.again), f"{blow.seconds:.1f}", str(blow.seated)]
        table.add_row(blow.victim, *told, *faults)
    return table


def strike(
    data: Path, crowds: list[dict[str, Any]], victims: list[Victim], *, port: int = burst.PORT, workers: int = 2
) -> list[Blow]:
    """One opening for each victim, who falls when a part of the crowd, another each time, has been answered."""
    house = House(data, port, workers)
    fallen = []
    try:
        for number, (victim, crowd) in enumerate(zip(victims, crowds, strict=True)):
            fallen.append(_fall(house, victim, crowd, 0.7 * number / len(victims)))
            click.echo(f"{number + 1} of {len(victims)}: the {victim} fell, {fallen[-1].seconds:.1f} s", err=True)
    finally:
        house.close()
    told = [burst.promises([crowd], [one.presses.answers]) for crowd, one in zip(crowds, fallen, strict=True)]
    proofs = burst.in_django("prove_each", told=told)
    return [
        _judged(victim, crowd, one, proof)
        for victim, crowd, one, proof in zip(victims, crowds, fallen, proofs, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Fallen:
    """What the crowd saw of one blow."""

    presses: Presses
    answered: int
    seconds: float


def _fall(house: House, victim: Victim, crowd: dict[str, Any], share: float) -> Fallen:
    people = len(crowd["people"])
    plan = burst.plan_of(crowd, together=people // 3) | {"port": house.port}
    presses = Presses(("127.0.0.1", house.port), requests_of(plan), plan["together"], again=True)
    began = time.monotonic()
    pressing = Thread(target=presses.run, daemon=True)
    pressing.start()
    while presses.answered <= share * people and pressing.is_alive():
        time.sleep(0.002)
    answered = presses.answered
    house.kill(victim)
    pressing.join()
    return Fallen(presses, answered, time.monotonic() - began)


def _judged(victim: Victim, crowd: dict[str, Any], fallen: Fallen, proof: dict[str, int]) -> Blow:
    told = [what for _status, _took, what in fallen.presses.answers]
    faults = {
        "told nothing": told.count(""),
        "refused": told.count("refused"),
        "promised and lost": proof["lost"],
        "sold over": proof["over"],
        "twice": proof["twice"],
        "miscounted": proof["wrong"],
        "seats unsold": min(crowd["seats"], len(told)) - proof["rows"],
    }
    return Blow(victim, fallen.answered, fallen.presses.repeated, fallen.seconds, told.count("registered"), faults)


def _kill(pid: int) -> None:
    """SIGKILL to a process and its children; returns when they are gone.

    Gone and buried: a number that is still taken would pass for a running PostgreSQL.
    """
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())]
    for one in family:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
    deadline = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{one}").exists() for one in family) and time.monotonic() < deadline:
        time.sleep(0.01)
