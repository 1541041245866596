"""`niangjia import`: lists that unions keep in spreadsheets."""

from __future__ import annotations

import click


@click.group()
def imports() -> None:
    """Bring in what is kept elsewhere."""
