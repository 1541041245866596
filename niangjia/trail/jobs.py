"""What the clock does for the trail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from niangjia.trail import actions


@app.periodic(cron="*/10 * * * *")
@app.task(name="seal_trail", queueing_lock="seal_trail")
def seal_trail(timestamp: int) -> None:
    """Seal the lines written since the last seal."""
    actions.seal()
