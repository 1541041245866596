"""The laws of booking, counted afresh from the rows: for the doctor, the tests and whoever doubts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from niangjia.kit import clock
from niangjia.places import quotas, slots
from niangjia.places.models_booking import Accessory, AccessoryLoan, Booking, Occupation, QuotaRule


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, and every law that was found broken, as a sentence."""

    bookings: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


OVERLAPPING = """
SELECT a.booking_id, b.booking_id FROM places_occupation a JOIN places_occupation b
    ON a.leaf_id = b.leaf_id AND a.id < b.id AND a.during && b.during
"""


def prove() -> Proof:
    """Nothing is booked twice, every live booking has its time and no other has, no quota or stock is exceeded."""
    faults = [*_twice(), *_occupations(), *_quotas(), *_accessories()]
    return Proof(Booking.objects.count(), tuple(faults))


def _twice() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPPING)
        yield from (f"bookings {one} and {other} overlap" for one, other in cursor.fetchall())


def _occupations() -> Iterator[str]:
    held: dict[int, dict[int, tuple[object, object]]] = {}
    for booking_id, leaf, during in Occupation.objects.order_by("pk").values_list("booking", "leaf", "during"):
        held.setdefault(booking_id, {})[leaf] = (during.lower, during.upper)
    trees: dict[int, slots.Tree] = {}
    for booking in Booking.objects.select_related("resource").order_by("pk"):
        found, place_id = held.pop(booking.pk, {}), booking.resource.place_id
        if booking.is_live:
            trees.setdefault(place_id, slots.tree_of(place_id))
            wanted = set(trees[place_id].leaves(booking.resource_id))
            if set(found) != wanted or len(set(found.values())) != 1:
                yield f"booking {booking.pk} is {booking.state} and takes up {sorted(found)}, not {sorted(wanted)}"
        elif found:
            yield f"booking {booking.pk} is {booking.state} and still takes up {sorted(found)}"


def _quotas() -> Iterator[str]:
    for rule in QuotaRule.objects.order_by("pk"):
        counted = Booking.objects.counted().filter(resource__place=rule.place_id, booked_at__date__gte=rule.valid_from)
        asked: set[tuple[int | None, object]] = set()
        for booking in counted.select_related("employer").order_by("pk"):
            day = booking.starts_at.astimezone(clock.SHANGHAI).date()
            is_personal = rule.subject == QuotaRule.Subject.PERSON
            key = (booking.person_id if is_personal else booking.employer_id), quotas.period_of(rule.period, day)
            if key in asked or key[0] is None:
                continue
            asked.add(key)
            used = quotas.share(rule, day, person_id=booking.person_id, employer=booking.employer).used
            if used > rule.most:
                yield f"quota {rule.pk} allows {rule.most}, booking {booking.pk} makes {used}"


def _accessories() -> Iterator[str]:
    for accessory in Accessory.objects.order_by("pk"):
        live = AccessoryLoan.objects.filter(accessory=accessory, booking__in=Booking.objects.live())
        most = slots.busiest(live.values_list("booking__starts_at", "booking__ends_at", "quantity"))
        if most > accessory.stock:
            yield f"accessory {accessory.pk}: {most} out of {accessory.stock} are lent at one time"
