"""The one owner of occupancy: what is taken, given back, lent and offered to who waits (docs/adr/0016).

Every function here runs under the lock of its place (`Place.objects.lock`). The lock makes order and quotas exact;
that nothing is booked twice does not depend on it: PostgreSQL refuses an overlapping `Occupation` whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.places import saying, slots
from niangjia.places.models_booking import LIVE, Accessory, AccessoryLoan, Booking, Occupation, Resource

NEVER_TWICE = "never_booked_twice"


class Taken(Conflict):
    """Somebody was quicker. The sentence names what is taken, the remedy the nearest slots that are free."""

    code = "taken"


def leaves_of(resource: Resource) -> list[int]:
    """The undivided resources it consists of: itself, when it is not divided."""
    return slots.tree_of(resource.place_id).leaves(resource.pk)


def take(booking: Booking) -> None:
    """Take up the time of a saved booking, or refuse with what is free instead."""
    begins, ends = booking.resource.occupied_by(booking.starts_at, booking.ends_at)
    rows = [Occupation(booking=booking, leaf_id=leaf, during=(begins, ends)) for leaf in leaves_of(booking.resource)]
    try:
        with transaction.atomic():
            Occupation.objects.bulk_create(rows)
    except IntegrityError as fault:
        if getattr(getattr(fault.__cause__, "diag", None), "constraint_name", None) != NEVER_TWICE:
            raise
        raise taken(booking.resource, booking.starts_at, booking.ends_at) from fault


def taken(resource: Resource, starts: datetime, ends: datetime) -> Taken:
    """The refusal for a time somebody else has."""
    free = slots.nearest_free(resource, starts, ends - starts)
    return Taken(
        _("%(what)s, %(slot)s, is taken.") % {"what": resource, "slot": saying.slot(starts, ends)},
        remedy=_("Nearest free slots: %(slots)s.") % {"slots": saying.slots(free)}
        if free
        else _("Nothing else is free around that time. You can wait for this slot: it is offered to you if freed."),
    )


def give_back(booking: Booking) -> None:
    """The time is anybody's again."""
    booking.occupations.all().delete()


def move(booking: Booking) -> None:
    """Take up the booking's new time instead of its old one; when that is taken, the old one stays."""
    with transaction.atomic():
        give_back(booking)
        take(booking)


def lend(booking: Booking, accessories: Mapping[int, int]) -> None:
    """Put accessories on a booking, never more than there are at any moment of it."""
    known = {one.pk: one for one in Accessory.objects.filter(place=booking.resource.place_id, pk__in=accessories)}
    for accessory_id, quantity in accessories.items():
        if accessory_id not in known:
            raise Invalid(_("This place lends no such accessory."), remedy=_("Choose from the list."))
        if quantity < 1:
            continue
        left = accessory_left(known[accessory_id], booking.starts_at, booking.ends_at, but=booking)
        if quantity > left:
            said = {"what": known[accessory_id], "left": left}
            raise Conflict(
                _("%(what)s: only %(left)d left at that time.") % said,
                remedy=_("Take fewer, bring your own, or choose another time."),
                code="accessory_short",
            )
        AccessoryLoan.objects.create(booking=booking, accessory_id=accessory_id, quantity=quantity)


def require_accessories(booking: Booking) -> None:
    """A moved booking takes its accessories along, if they are there at the new time."""
    for loan in booking.loans.select_related("accessory"):
        left = accessory_left(loan.accessory, booking.starts_at, booking.ends_at, but=booking)
        if loan.quantity > left:
            raise Conflict(
                _("%(what)s: only %(left)d left at that time.") % {"what": loan.accessory, "left": left},
                remedy=_("Choose another time, or cancel and book without it."),
                code="accessory_short",
            )


def accessory_left(accessory: Accessory, starts: datetime, ends: datetime, *, but: Booking | None = None) -> int:
    """How many are in the cupboard all through this time."""
    lent = AccessoryLoan.objects.filter(
        accessory=accessory, booking__state__in=LIVE, booking__starts_at__lt=ends, booking__ends_at__gt=starts
    )
    if but is not None:
        lent = lent.exclude(booking=but.pk)
    out = list(lent.values_list("booking__starts_at", "booking__ends_at", "quantity"))
    return accessory.stock - slots.busiest(out)


def door_opens(booking: Booking) -> datetime:
    return booking.starts_at - timedelta(minutes=booking.resource.check_in_from)


def door_closes(booking: Booking) -> datetime | None:
    """Until when somebody may check in; None when the resource is never given to others."""
    grace = booking.resource.grace_minutes
    if grace is None:
        return None
    # Who books or accepts at the last minute has the whole grace to walk over.
    return max(booking.starts_at, booking.confirmed_at or booking.starts_at) + timedelta(minutes=grace)


def is_due(booking: Booking, now: datetime | None = None) -> bool:
    """Whether the clock may give a confirmed booking to others."""
    closes = door_closes(booking)
    return closes is not None and (now or clock.now()) > closes
