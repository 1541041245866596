"""Telling those who come that a date is near, and asking those who were there how it was: each once."""

from __future__ import annotations

from django.db import transaction

from niangjia.events.happenings import DateDue
from niangjia.events.models import Activity, Occurrence
from niangjia.events.permissions import can_run_activity
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.trail import actions as trail


@transaction.atomic
def tell_due(occurrence: Occurrence, due: Occurrence.Due, *, actor: Actor) -> bool:
    """Announce that a date is near or over, once; a date that was moved is near anew."""
    activity = Activity.objects.lock(occurrence.activity_id)
    can_run_activity(actor, activity).require()
    told = Occurrence.objects.filter(pk=occurrence.pk, told__lt=due).update(told=due)
    if told:
        trail.record(actor, "tell_due", occurrence, due=int(due))
        announce(DateDue(occurrence.pk, int(due)))
    return bool(told)
