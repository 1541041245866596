"""What the clock does to activities: offers nobody answered, seats whose keeping has ended, draws that are due,
who did not come."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from procrastinate.contrib.django import app

from niangjia.events import actions
from niangjia.events.models import Activity, Claim, Occurrence, Pool, Presence, Registration
from niangjia.kit import clock
from niangjia.kit.actor import Actor

ABSENT_AFTER = timedelta(hours=12)  # a door without network, or a list on paper, has been brought in by then
LOOKED_BACK = timedelta(days=3)

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
    over = Occurrence.objects.filter(state=Occurrence.State.PLANNED, ends_at__lte=now - ABSENT_AFTER)
    missing = Registration.objects.filter(
        state=Registration.State.REGISTERED, occurrence__in=over.filter(ends_at__gt=now - LOOKED_BACK)
    ).exclude(Exists(Presence.objects.filter(occurrence=OuterRef("occurrence"), person=OuterRef("person"))))
    for occurrence in over.filter(pk__in=missing.values("occurrence")).order_by("pk"):
        actions.mark_absent(occurrence, actor=CLOCK)
    for activity_id in Claim.objects.overdue(now).values_list("activity", flat=True).distinct().order_by():
        actions.lapse_undecided(activity_id, actor=CLOCK)
    due = Activity.objects.filter(
        mode=Activity.Mode.DRAW, state=Activity.State.ANNOUNCED, closes_at__lte=now, draw=None
    )
    for activity in due:
        actions.draw_lots(activity, actor=CLOCK)
