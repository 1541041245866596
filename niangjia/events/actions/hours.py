"""Hours of learning or volunteering: booked on the ledger to who was there, once, and taken back with the presence."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.models import Activity, Occurrence, Presence
from niangjia.events.permissions import can_keep_door
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.ledger import actions as ledger
from niangjia.ledger.models import Account, Unit
from niangjia.orgs.models import Organisation
from niangjia.trail import actions as trail

BOOKS = Actor.system("attendance")
PROGRAMME = "activities"


@transaction.atomic
def book_hours(occurrence: Occurrence, *, actor: Actor) -> int:
    """After the end, book the hours of a date to everybody who was there. Returns to how many it was news."""
    activity = Activity.objects.lock(occurrence.activity_id)
    can_keep_door(actor, activity).require()
    occurrence = Occurrence.objects.get(pk=occurrence.pk)
    if not activity.hours_kind or not activity.hours or clock.now() < occurrence.ends_at:
        return 0
    came = Presence.objects.came().filter(occurrence=occurrence, hours=0).select_related("person").order_by("pk")
    due = [(one, earned(one, activity, occurrence)) for one in came]
    due = [(one, hours) for one, hours in due if hours]
    if not due:
        return 0
    source = _source(activity.organisation)
    key, total = f"hours-date-{occurrence.pk}-{due[0][0].pk}", sum(hours for _one, hours in due)
    ledger.fund_account(source, amount=total, key=key, actor=BOOKS, purpose=activity.title)
    accounts = ledger.open_person_accounts([one.person for one, _hours in due], unit=Unit.HOURS, actor=BOOKS)
    purpose = f"{activity.get_hours_kind_display()} · {activity.title}"
    orders = [
        ledger.Order(source, accounts[one.person_id], hours, f"hours-presence-{one.pk}", purpose, one)
        for one, hours in due
    ]
    ledger.post_many(ledger.reserve_many(orders, actor=BOOKS), actor=BOOKS)
    for one, hours in due:
        one.hours = hours
    Presence.objects.bulk_update([one for one, _hours in due], ["hours"], batch_size=1000)
    trail.record(actor, "book_hours", occurrence, people=len(due), hours=total)
    return len(due)


def earned(presence: Presence, activity: Activity, occurrence: Occurrence) -> int:
    """All hours of the date; of who left early, the whole hours they were there."""
    if presence.state != Presence.State.LEFT_EARLY or presence.left_at is None or presence.arrived_at is None:
        return activity.hours
    there = presence.left_at - max(presence.arrived_at, occurrence.starts_at)
    return min(activity.hours, max(0, int(there.total_seconds()) // 3600))


def take_hours_back(presence: Presence) -> None:
    """Book the hours of a presence back, before it is undone."""
    if not presence.hours:
        return
    account = ledger.open_person_accounts([presence.person], unit=Unit.HOURS, actor=BOOKS)[presence.person_id]
    ledger.pay(
        account, _source(presence.occurrence.activity.organisation), amount=presence.hours,
        key=f"hours-presence-{presence.pk}-back", actor=BOOKS, purpose=_("Taken back"), thing=presence,
    )  # fmt: skip


def _source(organisation: Organisation) -> Account:
    """The account from which a union gives hours."""
    kept = Account.objects.filter(organisation=organisation, unit=Unit.HOURS, programme=PROGRAMME)
    return kept.first() or ledger.open_account(
        organisation=organisation, kind=Account.Kind.BUDGET, unit=Unit.HOURS, name=_("Hours given for activities"),
        programme=PROGRAMME, actor=BOOKS,
    )  # fmt: skip
