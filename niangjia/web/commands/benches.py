"""`niangjia bench`: how fast the house is on this machine, beside a peer or the bare floor in the same run."""

from __future__ import annotations

import click


@click.group()
def bench() -> None:
    """Measure one thing: `bench NAME [--quick] [--json]`.

    The peers stand in the development lock: `./nj bench NAME` installs it first.
    """
