"""Taking lists out: it changes nothing, and is told in the trail all the same."""

from __future__ import annotations

from django.db import transaction

from niangjia.events import doorlist
from niangjia.events.models import Activity
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.trail import actions as trail


@transaction.atomic
def take_door_list(activity: Activity, *, actor: Actor) -> bytes:
    """The list for the door as a workbook: names and numbers masked, and on every page who took it out and when."""
    can_run_activity(actor, activity).require()
    content, rows = doorlist.workbook(activity, taken_by=actor.name, at=clock.now())
    trail.record(actor, "take_door_list", activity, rows=rows)
    return content
