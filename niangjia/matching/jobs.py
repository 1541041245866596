"""What the clock does in matching."""

from __future__ import annotations

from procrastinate.contrib.django import app

from niangjia.kit.actor import Actor
from niangjia.matching import actions

CLOCK = Actor.system("matching")


@app.periodic(cron="*/5 * * * *")
@app.task(name="refresh_facts", queueing_lock="refresh_facts")
def refresh_facts(timestamp: int) -> None:
    """Read anew whoever's facts have changed, so that reads in bulk find few of them noted."""
    actions.refresh_facts(actor=CLOCK)
