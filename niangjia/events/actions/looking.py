"""Taking lists out: it changes nothing, and is told in the trail all the same."""

from __future__ import annotations

from django.db import transaction

from niangjia.events.door import sheet as doorlist
from niangjia.events.door.holders import Holder, holders
from niangjia.events.models import Activity, Occurrence
from niangjia.events.permissions import can_keep_door, can_run_activity
from niangjia.events.reads import desk as reads
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


@transaction.atomic
def print_door_list(occurrence: Occurrence, *, actor: Actor) -> list[Holder]:
    """Everybody with a card for one date, by name, for a sheet of paper at the door."""
    can_keep_door(actor, occurrence.activity).require()
    live = reads.held(occurrence.activity).filter(occurrence=occurrence)
    lines = sorted(holders(live), key=lambda one: (one.person.name_key, one.key))
    trail.record(actor, "print_door_list", occurrence.activity, date=occurrence.pk, rows=len(lines))
    return lines
