"""What the clock does to activities: offers nobody answered, seats whose keeping has ended, draws that are due,
who did not come."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from procrastinate.contrib.django import app

from niangjia.events import actions
from niangjia.events.models import Activity, Claim, Mailing, Occurrence, Pool, Presence, Registration
from niangjia.kit import clock
from niangjia.kit.actor import Actor

ABSENT_AFTER = timedelta(hours=12)  # a door without network, or a list on paper, has been brought in by then
LOOKED_BACK = timedelta(days=3)
SOON = timedelta(hours=2)

BEACON_SEEN = timedelta(hours=24)  # an outside value nobody confirmed has been public so long before the clock draws
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
    _look_back(now)
    if not clock.is_quiet(now):
        _tell_due(now)
    for activity_id in Claim.objects.overdue(now).values_list("activity", flat=True).distinct().order_by():
        actions.lapse_undecided(activity_id, actor=CLOCK)
    deciding = Activity.objects.filter(
        state=Activity.State.ANNOUNCED, minimum__isnull=False, confirmed_at=None, go_by__lte=now
    )
    for activity_id in deciding.values_list("pk", flat=True).order_by("pk"):
        actions.decide_going(activity_id, actor=CLOCK)
    due = Activity.objects.filter(
        mode=Activity.Mode.DRAW, state=Activity.State.ANNOUNCED, closes_at__lte=now, draw=None
    ).filter(Q(beacon_name="") | Q(beacon_at__lte=now - BEACON_SEEN))
    for activity in due:
        actions.draw_lots(activity, actor=CLOCK)
    for mailing in Mailing.objects.filter(sent_at=None, due_at__lte=now):
        actions.send_mailing(mailing, actor=CLOCK)


def _look_back(now: datetime) -> None:
    """Dates that are over: hours for who was there, and a note of who held a seat and did not come."""
    noted = Presence.objects.came().filter(occurrence=OuterRef("pk"))
    over = Occurrence.objects.filter(
        Exists(noted), state=Occurrence.State.PLANNED, ends_at__lte=now, ends_at__gt=now - LOOKED_BACK
    )
    due = noted.filter(hours=0)
    for occurrence in over.filter(Exists(due), activity__hours__gt=0).exclude(activity__hours_kind="").order_by("pk"):
        actions.book_hours(occurrence, actor=CLOCK)
    seen = Presence.objects.filter(occurrence=OuterRef("occurrence"), person=OuterRef("person"))
    missing = Registration.objects.filter(~Exists(seen), state=Registration.State.REGISTERED, occurrence__in=over)
    for occurrence in over.filter(ends_at__lte=now - ABSENT_AFTER, pk__in=missing.values("occurrence")).order_by("pk"):
        actions.mark_absent(occurrence, actor=CLOCK)


def _tell_due(now: datetime) -> None:
    """Remind the day before and shortly before; ask how it was. By night nothing is said that can wait."""
    coming = Occurrence.objects.filter(state=Occurrence.State.PLANNED, activity__state=Activity.State.ANNOUNCED)
    over = Presence.objects.came().filter(occurrence=OuterRef("pk"))
    due = {
        Occurrence.Due.OVER: coming.filter(Exists(over), ends_at__lte=now, ends_at__gt=now - LOOKED_BACK),
        Occurrence.Due.SOON: coming.filter(starts_at__gt=now, starts_at__lte=now + SOON),
        Occurrence.Due.TOMORROW: coming.filter(starts_at__gt=now + SOON, starts_at__lte=now + timedelta(days=1)),
    }
    for what, dates in due.items():
        for occurrence in dates.filter(told__lt=what).order_by("pk"):
            actions.tell_due(occurrence, what, actor=CLOCK)


@app.periodic(cron="20 3 * * *")
@app.task(name="forget_companions", queueing_lock="forget_companions")
def forget_companions(timestamp: int) -> None:
    """Nothing is kept of those who came along, some days after."""
    actions.forget_companions(actor=CLOCK)
