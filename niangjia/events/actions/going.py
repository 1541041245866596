"""Whether an activity takes place: enough people by the day that was named, or an officer who says so."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events import going
from niangjia.events.actions.announcing import call_off
from niangjia.events.happenings import ActivityConfirmed
from niangjia.events.models import Activity
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict
from niangjia.trail import actions as trail


@transaction.atomic
def decide_going(activity_id: int, *, actor: Actor) -> bool:
    """On the day that was named: confirm it, or call it off and say why. Returns whether it takes place."""
    activity = Activity.objects.lock(activity_id)
    can_run_activity(actor, activity).require()
    if activity.confirmed_at is not None or activity.state != Activity.State.ANNOUNCED or activity.minimum is None:
        return activity.state == Activity.State.ANNOUNCED
    if activity.go_by is None or clock.now() < activity.go_by:
        raise Conflict(_("The day to decide has not come."), remedy=_("Confirm it by hand if it is certain already."))
    count = going.count(activity)
    trail.record(actor, "decide_going", activity, people=count, minimum=activity.minimum)
    if count < activity.minimum:
        reason = _("%(count)d people registered; at least %(minimum)d were needed.") % {
            "count": count, "minimum": activity.minimum,
        }  # fmt: skip
        call_off(activity, reason=reason, actor=actor)
        return False
    _confirm(activity)
    return True


@transaction.atomic
def confirm_going(activity: Activity, *, actor: Actor) -> Activity:
    """Say that it takes place, however many there are, earlier than the day that was named. Said twice, it is said."""
    activity = Activity.objects.lock(activity.pk)
    can_run_activity(actor, activity).require()
    if activity.state != Activity.State.ANNOUNCED:
        raise Conflict(_("“%s” has been called off.") % activity.title)
    if activity.minimum is not None and activity.confirmed_at is None:
        _confirm(activity)
        trail.record(actor, "confirm_going", activity, people=going.count(activity), minimum=activity.minimum)
    return activity


def _confirm(activity: Activity) -> None:
    activity.confirmed_at = clock.now()
    activity.save(update_fields=["confirmed_at"])
    announce(ActivityConfirmed(activity.pk))
