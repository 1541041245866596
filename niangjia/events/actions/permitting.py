"""The security permit of a large event: its number is recorded, and falls with what it was given for."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.models import Activity
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid, Sentence
from niangjia.trail import actions as trail


@transaction.atomic
def record_permit(activity: Activity, *, number: str, day: date, actor: Actor) -> Activity:
    """Keep the number and date of the permit the police gave for the activity as it stands now."""
    activity = Activity.objects.lock(activity.pk)
    can_run_activity(actor, activity).require()
    if activity.state == Activity.State.CALLED_OFF:
        raise Conflict(_("“%s” has been called off.") % activity.title)
    faults: dict[str, Sentence] = {}
    if not number.strip():
        faults["number"] = _("It stands at the top of the permit.")
    if day > clock.today():
        faults["day"] = _("This day has not come yet.")
    if faults:
        raise Invalid(_("Number and date as they stand on the permit, please."), faults=faults)
    activity.permit_number, activity.permit_on = number.strip()[:60], day
    activity.save(update_fields=["permit_number", "permit_on"])
    trail.record(actor, "record_permit", activity, number=activity.permit_number, day=f"{day}")
    return activity


def drop_permit(activity: Activity) -> str:
    """What was made larger or moved needs a permit anew (Decree 505, article 14): the recorded one is let go of.

    Returns its number for the trail line of the verb that did it; empty when none was recorded.
    """
    number = activity.permit_number
    if number:
        activity.permit_number, activity.permit_on = "", None
        activity.save(update_fields=["permit_number", "permit_on"])
    return number
