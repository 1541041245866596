"""What the clock does to activities: offers nobody answered, seats whose keeping has ended, draws that are due."""

from __future__ import annotations

from procrastinate.contrib.django import app

from niangjia.events import actions
from niangjia.events.models import Activity, Pool, Registration
from niangjia.kit import clock
from niangjia.kit.actor import Actor

CLOCK = Actor.system("clock")


@app.periodic(cron="* * * * *")
@app.task(name="move_activities_on", queueing_lock="move_activities_on")
def move_activities_on(timestamp: int) -> None:
    """Everything of activities whose time has come."""
    now = clock.now()
    late = Registration.objects.filter(state=Registration.State.OFFERED, offer_until__lte=now)
    for activity_id in late.values_list("claim__activity", flat=True).distinct().order_by():
        actions.lapse_offers(activity_id, actor=CLOCK)
    for activity_id in (
        Pool.objects.filter(floor__gt=0, merges_at__lte=now).values_list("activity", flat=True).distinct()
    ):
        actions.merge_pools(activity_id, actor=CLOCK)
    due = Activity.objects.filter(
        mode=Activity.Mode.DRAW, state=Activity.State.ANNOUNCED, closes_at__lte=now, draw=None
    )
    for activity in due:
        actions.draw_lots(activity, actor=CLOCK)
