"""What the clock does in programmes."""

from __future__ import annotations

from procrastinate.contrib.django import app

from niangjia.kit.actor import Actor
from niangjia.programmes import actions

CLOCK = Actor.system("clock")


@app.periodic(cron="*/15 * * * *")
@app.task(name="close_due_notices", queueing_lock="close_due_notices")
def close_due_notices(timestamp: int) -> None:
    """Let the lines of notices whose last day has passed go on."""
    actions.close_due_notices(actor=CLOCK)


@app.periodic(cron="*/10 * * * *")
@app.task(name="invite_again", queueing_lock="invite_again")
def invite_again(timestamp: int) -> None:
    """Tell those who came to suit an open round since it was last matched; on a new day look at everybody."""
    actions.invite_again(actor=CLOCK)
