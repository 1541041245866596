"""Putting an activity on again: everything is kept, only the dates move."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from niangjia.events.models import Activity, Group, Occurrence, Pool, Tier
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_run_activity
from niangjia.events.series import usual_close
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Invalid
from niangjia.trail import actions as trail


@transaction.atomic
def put_on_again(activity: Activity, *, starts_at: datetime, actor: Actor) -> Activity:
    """Draft the same activity anew with its first date at `starts_at`; every other moment moves by as much."""
    can_run_activity(actor, activity).require()
    kept = list(Occurrence.objects.filter(activity=activity).exclude(state=Occurrence.State.CALLED_OFF))
    dates = kept or list(Occurrence.objects.filter(activity=activity))
    if starts_at <= clock.now():
        raise Invalid(_("The first date has passed already."), faults={"starts_at": _("Choose a later one.")})
    moved = starts_at - dates[0].starts_at
    again = Activity.objects.create(**_window(_kept(activity, moved), starts_at))
    groups = {one.pk: Group.objects.create(**_kept(one, moved, activity=again)) for one in activity.groups.all()}
    places = {one.pk: Occurrence.objects.create(**_kept(one, moved, activity=again)) for one in dates}
    for tier in activity.tiers.all():
        Tier.objects.create(**_kept(tier, moved, activity=again))
    for pool in Pool.objects.filter(activity=activity).select_related("occurrence", "group"):
        if pool.occurrence_id is None or pool.occurrence_id in places:
            occurrence = places[pool.occurrence_id] if pool.occurrence_id else None
            group = groups[pool.group_id] if pool.group_id else None
            Pool.objects.create(**_kept(pool, moved, activity=again, occurrence=occurrence, group=group))
    seating = Seating.of(again.pk)
    seating.recount()
    seating.save()
    trail.record(actor, "put_on_again", again, like=activity.pk, dates=len(dates))
    return again


def _kept(one: models.Model, moved: timedelta, **changed: Any) -> dict[str, Any]:
    """What officers set of a row, its moments shifted; what the platform keeps beside it begins anew."""
    found: dict[str, Any] = {}
    for field in one._meta.concrete_fields:
        if field.primary_key or not field.editable or field.name == "state":
            continue
        value = getattr(one, field.name)
        found[field.name] = value + moved if isinstance(value, datetime) else value
    return found | changed


def _window(columns: dict[str, Any], starts_at: datetime) -> dict[str, Any]:
    """A window that would have closed already is opened now."""
    if columns["closes_at"] <= clock.now():
        columns["opens_at"] = clock.now()
        columns["closes_at"] = usual_close(starts_at, columns["opens_at"])
        for name in ("go_by", "decide_by"):  # a day that has passed would call it off at once
            if columns[name] is not None:
                columns[name] = max(columns[name], columns["closes_at"])
    return columns
