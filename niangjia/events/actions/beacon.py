"""The outside value of a draw: named before anybody enters, typed in when it is known, confirmed by a second person."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.models import Activity, Draw
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail


@transaction.atomic
def enter_beacon(activity: Activity, *, value: str, actor: Actor) -> Activity:
    """Type the outside value in once registration has closed. It stands on the public page until lots are drawn."""
    activity = Activity.objects.lock(activity.pk)
    can_run_activity(actor, activity).require()
    if not activity.beacon_name:
        raise Conflict(_("No outside value was named for this draw."))
    if clock.now() < activity.closes_at:
        raise Conflict(_("Registration is still open."), remedy=_("The value must be one nobody knew while it was."))
    if Draw.objects.filter(activity=activity).exists():
        raise Conflict(_("The lots are drawn already."))
    value = " ".join(value.split())
    if not value or len(value) > 120:
        raise Invalid(_("Type the value as it was published."), faults={"value": _("At most 120 characters.")})
    activity.beacon, activity.beacon_by, activity.beacon_at = value, actor.person_id, clock.now()
    activity.save(update_fields=["beacon", "beacon_by", "beacon_at"])
    trail.record(actor, "enter_beacon", activity, value=value)
    return activity
