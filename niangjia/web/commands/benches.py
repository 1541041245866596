"""`niangjia bench`: how fast the house is on this machine, beside a peer or the bare floor in the same run."""

from __future__ import annotations

import click

from niangjia.web.benches.burst import burst
from niangjia.web.benches.match import match
from niangjia.web.benches.roster import roster
from niangjia.web.benches.scale import scale
from niangjia.web.benches.verdict import verdict


@click.group()
def bench() -> None:
    """Measure one thing: `bench NAME [--quick] [--json]`.

    The peers stand in the development lock: `./nj bench NAME` installs it first.
    """


bench.add_command(burst)
bench.add_command(match)
bench.add_command(roster)
bench.add_command(scale)
bench.add_command(verdict)
