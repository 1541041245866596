"""What the clock does for bookings, every minute."""

from __future__ import annotations

from procrastinate.contrib.django import app

from niangjia.kit.actor import Actor
from niangjia.places import actions

CLOCK = Actor.system("bookings")


@app.periodic(cron="* * * * *")
@app.task(name="keep_bookings", queueing_lock="keep_bookings")
def keep_bookings(timestamp: int) -> None:
    """End what nobody answered, give away what nobody came for, and offer what that frees."""
    actions.expire_holds(actor=CLOCK)
    actions.release_no_shows(actor=CLOCK)
