"""Counting heads where everybody may come: a number and nothing else, kept apart from the people who are known."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from niangjia.events.actions.attending import refuse_shut
from niangjia.events.models import Activity, Occurrence, Pool
from niangjia.events.permissions import can_keep_door
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail

STEPS = (1, 10, -1)


@transaction.atomic
def count_heads(occurrence: Occurrence, step: int, *, actor: Actor) -> int:
    """Count one or ten more of those nobody knows, or take one back. Returns how many there are now.

    Only where seats have no limit: elsewhere who comes in holds a seat, and is let in by name.
    """
    activity = Activity.objects.lock(occurrence.activity_id)
    can_keep_door(actor, activity).require()
    found = Occurrence.objects.get(pk=occurrence.pk)
    refuse_shut(activity, found)
    if step not in STEPS:
        raise Invalid(_("Count one or ten more, or take one back."))
    if Pool.objects.filter(activity=activity, occurrence=found, group=None, ceiling__isnull=False).exists():
        raise Conflict(_("Here everybody has a seat."), remedy=_("Let them in by name."), code="seats_are_counted")
    if found.heads + step < 0:
        raise Conflict(_("Nobody has been counted."), code="nobody_counted")
    Occurrence.objects.filter(pk=found.pk).update(heads=F("heads") + step)
    trail.record(actor, "count_heads", found, step=step)
    return found.heads + step
