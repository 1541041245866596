"""Changing what stands written of an activity: anything while it is a draft, little once people rely on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.announcing import refuse_wrong_rules
from niangjia.events.actions.permitting import drop_permit
from niangjia.events.happenings import TermsChanged
from niangjia.events.models import Activity, Draw, Occurrence
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, Sentence
from niangjia.trail import actions as trail

# What may change at any time; what only while nobody can have relied on it; what only in people's favour.
TEXTS = ("title", "summary", "door_minutes", "expected")
TERMS = ("mode", "opens_at", "most_seats", "most_dates")
IN_FAVOUR = ("closes_at", "cancel_hours", "grace_minutes", "heeds_absences")


@transaction.atomic
def edit_activity(activity: Activity, *, changes: dict[str, Any], reason: str = "", actor: Actor) -> Activity:
    """Change an activity. Once announced, its window only grows, and its conditions tighten only with a told reason."""
    activity = Activity.objects.lock(activity.pk)
    can_run_activity(actor, activity).require()
    if activity.state == Activity.State.CALLED_OFF:
        raise Conflict(_("“%s” has been called off.") % activity.title, remedy=_("Put it on anew."))
    before = {name: getattr(activity, name) for name in (*TEXTS, *TERMS, *IN_FAVOUR, "conditions")}
    changed = {name: value for name, value in changes.items() if name in before and before[name] != value}
    if not changed:
        return activity
    is_announced = activity.state == Activity.State.ANNOUNCED
    if is_announced:
        _refuse_breach(activity, changed)
    is_narrower = (
        is_announced and "conditions" in changed and not _is_looser(before["conditions"], changed["conditions"])
    )
    if is_narrower and not reason.strip():
        raise Invalid(
            _("Say why it is no longer for the same people."),
            faults={"reason": _("Those who registered will read it.")},
        )
    dropped = drop_permit(activity) if (changed.get("expected") or 0) > (activity.expected or 0) else ""
    for name, value in changed.items():
        setattr(activity, name, value)
    _refuse_window(activity)
    refuse_wrong_rules(activity)
    with keeping(Activity):
        activity.save(update_fields=list(changed))
    trail.record(
        actor, "edit_activity", activity, changed=sorted(changed), reason=reason.strip(), permit_dropped=dropped
    )
    if is_narrower:
        announce(TermsChanged(activity.pk, reason.strip()))
    return activity


def _is_looser(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    """Every condition that stands stood before: nobody is shut out who was not."""
    return all(one in before for one in after)


def _refuse_breach(activity: Activity, changed: dict[str, Any]) -> None:
    """Refuse what would take away what people were promised."""
    faults: dict[str, Sentence] = {}
    now = clock.now()
    if "mode" in changed:
        faults["mode"] = _("How seats are given was promised when it was announced.")
    if "opens_at" in changed and min(activity.opens_at, changed["opens_at"]) <= now:
        faults["opens_at"] = _("Registration has opened already, or would have.")
    for name in ("most_seats", "most_dates"):
        if changed.get(name, getattr(activity, name)) < getattr(activity, name):
            faults[name] = _("Some may have asked for as many; it can only be raised.")
    if changed.get("closes_at", activity.closes_at) < activity.closes_at:
        faults["closes_at"] = _("Registration can be open longer, not shorter: people rely on the day.")
    elif "closes_at" in changed and Draw.objects.filter(activity=activity).exists():
        faults["closes_at"] = _("Lots have been drawn; registration cannot be opened again.")
    if changed.get("cancel_hours", 0) > activity.cancel_hours:
        faults["cancel_hours"] = _("Giving up can be made freer, not harder.")
    if changed.get("grace_minutes", activity.grace_minutes) < activity.grace_minutes:
        faults["grace_minutes"] = _("A seat can be kept longer, not shorter.")
    if changed.get("heeds_absences"):
        faults["heeds_absences"] = _("What people missed can be left out of it, not brought in.")
    if faults:
        listed = " ".join(str(one) for one in faults.values())
        raise Invalid(_("People rely on what was announced. %s") % listed, faults=faults, code="was_promised")


def _refuse_window(activity: Activity) -> None:
    planned = Occurrence.objects.filter(activity=activity, state=Occurrence.State.PLANNED)
    starts: list[datetime] = list(planned.values_list("starts_at", flat=True).order_by("starts_at"))
    by_each = activity.mode == Activity.Mode.FIRST_COME and not activity.all_dates
    if starts and activity.closes_at > (starts[-1] if by_each else starts[0]):
        raise Invalid(
            _("Registration must close before the first date begins."),
            faults={"closes_at": _("Choose an earlier moment, or move the dates first.")},
        )
