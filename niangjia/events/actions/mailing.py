"""Writing to those who registered: shown and counted first, and never in the night."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.happenings import MailingSent
from niangjia.events.models import Activity, Claim, Mailing, Occurrence, Registration
from niangjia.events.permissions import can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail

WAKES = time(8)  # the end of the hours that `clock.is_quiet` keeps


def waking(moment: datetime) -> datetime:
    """The moment itself by day; at night the next morning."""
    if not clock.is_quiet(moment):
        return moment
    local = moment.astimezone(clock.SHANGHAI)
    day = local.date() + timedelta(days=local.hour >= WAKES.hour)
    return datetime.combine(day, WAKES, clock.SHANGHAI)


def recipients(activity: Activity, to: str, occurrence: Occurrence | None) -> list[int]:
    """The people a message goes to, each once."""
    if to == Mailing.To.SEATED:
        held = Registration.objects.live().filter(claim__activity=activity)
        held = held.filter(occurrence=occurrence) if occurrence is not None else held
        found = Claim.objects.filter(pk__in=held.order_by().values("claim"))
    else:
        asked = Claim.objects.filter(activity=activity).hoping()
        found = asked.waiting() if to == Mailing.To.WAITING else asked
    return sorted({who for _claim, who in found.people()})


@transaction.atomic
def write_to_registered(
    activity: Activity, *, to: str, text: str, occurrence: Occurrence | None = None, actor: Actor
) -> Mailing:
    """Write to the people of an activity: at once by day, in the morning if it is night."""
    activity = Activity.objects.lock(activity.pk)
    can_run_activity(actor, activity).require()
    if activity.state == Activity.State.DRAFT:
        raise Conflict(_("“%s” has not been announced; nobody has registered.") % activity.title)
    if not text.strip():
        raise Invalid(_("Write what they should know."), faults={"text": _("It is empty.")})
    if not recipients(activity, to, occurrence):
        raise Conflict(_("There is nobody to write to."), remedy=_("Choose others."), code="nobody_to_write_to")
    now = clock.now()
    with keeping(Mailing):
        mailing = Mailing.objects.create(
            activity=activity, to=to, text=text.strip(), occurrence=occurrence, written_by=actor.name,
            due_at=waking(now),
        )  # fmt: skip
    if mailing.due_at <= now:
        _send(mailing)
    trail.record(actor, "write_to_registered", activity, to=to, people=mailing.people, due=mailing.due_at.isoformat())
    return mailing


@transaction.atomic
def send_mailing(mailing: Mailing, *, actor: Actor) -> Mailing:
    """Send what waited for the morning, to those it is for by then. Sent once, it is sent."""
    mailing = (
        Mailing.objects.select_for_update(of=("self",)).select_related("activity__organisation").get(pk=mailing.pk)
    )
    can_run_activity(actor, mailing.activity).require()
    if mailing.sent_at is None and mailing.due_at <= clock.now():
        _send(mailing)
        trail.record(actor, "send_mailing", mailing.activity, people=mailing.people)
    return mailing


def _send(mailing: Mailing) -> None:
    people = recipients(mailing.activity, mailing.to, mailing.occurrence)
    mailing.sent_at, mailing.people = clock.now(), len(people)
    mailing.save(update_fields=["sent_at", "people"])
    announce(MailingSent(mailing.pk, tuple(people)))
