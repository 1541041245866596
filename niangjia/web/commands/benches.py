"""`niangjia bench`: how fast the house is on this machine."""

from __future__ import annotations

import click


@click.group()
def bench() -> None:
    """Measure one thing: `bench NAME [--quick] [--json]`."""
