"""`niangjia story`: practices enacted from end to end."""

from __future__ import annotations

import click


@click.group()
def story() -> None:
    """List and run the stories."""
