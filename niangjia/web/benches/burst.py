"""`niangjia bench burst`: how many registrations a second, and what two thousand people at once are told.

Everything over HTTP with the sessions of workers who have signed in, on a database that keeps what it promised
(fsync on), beside pgbench and a bare statement on the same server, in turns.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
from django.conf import settings

from niangjia.kit import postgres
from niangjia.kit.commands import without_database
from niangjia.web.benches import burst_visit, visitors
from niangjia.web.benches.harness import Metric, Taken, Turns, report
from niangjia.web.commands import serving

DATA = Path(settings.VAR) / "bench" / "burst-pg"
SAID = Path(settings.VAR) / "bench" / "burst-server.log"
PORT = 8731
IS_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
# So many come in by the sign-in page, which costs as much as forty presses; the others, who only fill the steady turns,
# press with session rows that were written for them. The press itself cannot tell.
SIGNED_IN, SIGNED_IN_QUICK = 2000, 100
SEATS = 500
TOGETHER = 1000  # in a steady turn: as many as wait at once while an opening's first seats go
BARE = """\\set who random(1, 1000000000)
WITH seat AS (UPDATE bare_pool SET taken = taken + 1 WHERE id = 1 AND taken < 100000000 RETURNING id)
INSERT INTO bare_claim (pool_id, person_id) SELECT id, :who FROM seat;
"""


@click.command()
@click.option("--quick", is_flag=True, help="A third of the people, one round.")
@click.option("--chaos", "in_chaos", is_flag=True, help="Kill the server and the database in mid-burst instead.")
@click.option("--url", default="", help="Press at a server that runs already, http://127.0.0.1:8000; see --phones.")
@click.option("--activity", type=int, default=0, help="With --url: the number of the activity, which is open.")
@click.option("--phones", type=IS_FILE, help="With --url: who presses, one phone to a line; the activity is for them.")
@click.option("--codes", type=IS_FILE, help="With --url: where the server's standard error goes, which says the codes.")
@click.option("--json", "in_json", is_flag=True, help="One JSON document on standard output.")
@without_database
def burst(
    *, quick: bool, in_chaos: bool, url: str, activity: int, phones: Path | None, codes: Path | None, in_json: bool
) -> None:
    """Registrations a second over HTTP, against pgbench on the same server; 2,000 people for 500 seats."""
    if url:
        if not (activity and phones and codes):
            raise click.UsageError("--url needs --activity, --phones and --codes beside it.")
        burst_visit.visit(url, activity, phones, codes, in_json=in_json)
        return
    _measure(quick=quick, in_chaos=in_chaos, in_json=in_json)


def _measure(*, quick: bool, in_chaos: bool, in_json: bool) -> None:
    rounds, people = (1, 700) if quick else (3, 2000)
    seconds = 4 if quick else 10
    with _database() as url:
        os.environ["DATABASE_URL"] = url
        if in_chaos:
            from niangjia.web.benches import chaos

            chaos.report(DATA, kills=2 if quick else 10, in_json=in_json)
            return
        workers = in_django("crowd", people=people)
        turns = Turns({"pgbench": [], "bare": [], "ours": []})
        steadies: list[dict[str, Any]] = []
        bursts: list[dict[str, Any]] = []
        with serving_house():
            came_in = _come_in(workers[: SIGNED_IN_QUICK if quick else SIGNED_IN])
            world = in_django("doors", workers=workers, people=people, rounds=rounds)
            for number in range(rounds):
                turns.taken["pgbench"].append(_pgbench(url, seconds))
                turns.taken["bare"].append(_pgbench(url, seconds, script=True))
                steady = _press(world["steady"][number], together=TOGETHER)
                accepted = sum(what == "registered" for _status, _took, what in steady["answers"])
                turns.taken["ours"].append(Taken(steady["seconds"], accepted))
                steadies.append(steady)
                bursts.append(_press(world["burst"][number], together=people))
        told = [*steadies, *bursts]
        crowds = [*world["steady"], *world["burst"]]
        proof = in_django("prove", **promises(crowds, [one["answers"] for one in told]))
    report("burst", rounds, [came_in, *_metrics(turns, bursts, proof, people)], in_json=in_json)


def _come_in(workers: list[dict[str, Any]]) -> Metric:
    """Sign workers in by phone and code, all over HTTP, before any clock runs for a seat."""
    began = time.monotonic()
    sessions = visitors.come_in(("127.0.0.1", PORT), [one["phone"] for one in workers], SAID)
    for worker, session in zip(workers, sessions, strict=True):
        worker["session"] = session
    return Metric(f"{len(workers)} signed in by phone and code", len(workers) / (time.monotonic() - began), "a second")


def _metrics(turns: Turns, bursts: Sequence[dict[str, Any]], proof: dict[str, int], people: int) -> list[Metric]:
    told = [Counter(what for _status, _took, what in one["answers"]) for one in bursts]
    late = [sorted(took for _status, took, _what in one["answers"]) for one in bursts]
    p99 = statistics.median(each[int(len(each) * 0.99)] for each in late)
    seats = min(SEATS, people)
    return [
        turns.metric("pgbench", "tx/s", told="pgbench TPC-B-like, 8 clients"),
        turns.metric("bare", "tx/s", told="one bare statement on one row, 8 clients"),
        turns.metric("ours", "registrations/s", against="pgbench", goal=0.4, told="accepted over HTTP"),
        turns.metric("ours", "registrations/s", against="bare", told="accepted over HTTP"),
        Metric(f"p99 of {people} at once for {seats} seats", p99, "s", goal=2.0, at_most=True),
        Metric("all answered", statistics.median(one["seconds"] for one in bursts), "s"),
        Metric("not answered or told no reason", sum(each[""] for each in told), "people", goal=0, at_most=True),
        Metric("told they have a seat", max(each["registered"] for each in told), "people", goal=seats),
        Metric("sold over", proof["over"], "seats", goal=0, at_most=True),
        Metric("registered twice", proof["twice"], "people", goal=0, at_most=True),
        Metric("counters that differ from the rows", proof["wrong"], "counters", goal=0, at_most=True),
        Metric("told yes and not in the rows", proof["lost"], "people", goal=0, at_most=True),
    ]


@contextmanager
def _database() -> Iterator[str]:
    """A server of its own whose promises survive a power cut; what it holds goes when we leave."""
    with postgres.joined(DATA) as url:
        yield url


def in_django(what: str, **told: Any) -> Any:
    """Run a part that needs models in a process of its own, whose settings read our database."""
    command = [sys.executable, "-m", "niangjia.web.benches.burst_world", what]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(done.stderr[-2000:])
    return json.loads(done.stdout)


@contextmanager
def serving_house() -> Iterator[subprocess.Popen[bytes]]:
    """The house as `niangjia serve` runs it; what it says goes to `SAID`, the codes of the sign-in among it."""
    with SAID.open("wb") as said, serving.web("127.0.0.1", PORT, said=said) as server:
        try:
            serving.await_answer([server], PORT)
            yield server
        finally:
            server.terminate()


def _press(crowd: dict[str, Any], *, together: int) -> dict[str, Any]:
    """Let a crowd press, `together` of them at a time."""
    command = [sys.executable, "-m", "niangjia.web.benches.pressing"]
    plan = json.dumps(plan_of(crowd, together=together))
    done = subprocess.run(command, input=plan, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def plan_of(crowd: dict[str, Any], *, together: int) -> dict[str, Any]:
    """What the crowd sends, for the load generator."""
    return {
        "host": "127.0.0.1",
        "port": PORT,
        "together": together,
        "paths": [f"/activities/{crowd['activity']}/claim/"] * len(crowd["people"]),
        "cookies": [one["session"] for one in crowd["people"]],
        "bodies": [urlencode({"ticket": one["ticket"], "date": crowd["date"]}) for one in crowd["people"]],
    }


def promises(crowds: Sequence[dict[str, Any]], answers: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Who was told what, for `burst_world.prove`: activities, who was promised a seat, whose claim was noted."""
    told = [
        [(one["person"], what) for one, (_status, _took, what) in zip(crowd["people"], heard, strict=True)]
        for crowd, heard in zip(crowds, answers, strict=True)
    ]
    return {
        "activities": [crowd["activity"] for crowd in crowds],
        "promised": [[who for who, what in each if what == "registered"] for each in told],
        "noted": [[who for who, what in each if what in ("registered", "waiting")] for each in told],
    }


def _pgbench(url: str, seconds: int, *, script: bool = False) -> Taken:
    """Transactions in so many seconds, 8 clients; TPC-B-like unless it is the bare script."""
    kept = Path(settings.VAR) / "bench" / "bare.sql"
    kept.write_text(BARE, "utf-8")
    more = ["-n", "-f", str(kept)] if script else ["-n"]
    command = [
        str(postgres.binaries() / "pgbench"),
        "-M",
        "prepared",
        "-c",
        "8",
        "-j",
        "2",
        "-T",
        str(seconds),
        *more,
        url,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None
    return Taken(1.0, float(found[1]))
