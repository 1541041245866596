"""What the clock does to friendship events: tells who chose one another at the stated hour, deletes what is old."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from niangjia.events.friendship import actions
from niangjia.events.models import Evening
from niangjia.kit import clock
from niangjia.kit.actor import Actor

CLOCK = Actor.system("clock")


@app.periodic(cron="*/5 * * * *")
@app.task(name="move_friendship_on", queueing_lock="move_friendship_on")
def move_friendship_on(timestamp: int) -> None:
    """Every event whose hour or whose last day has come."""
    now = clock.now()
    for evening in Evening.objects.filter(opened_at__isnull=False, revealed_at=None, reveals_at__lte=now):
        actions.tell_mutual(evening, actor=CLOCK)
    for evening in Evening.objects.filter(forgotten_at=None, reveals_at__lte=now - timedelta(days=1)):
        if now >= evening.reveals_at + timedelta(days=evening.keep_days):
            actions.forget_event(evening, actor=CLOCK)
