"""The slots of a day and what each is: free, taken, over. The page, the refusal and the offer ask here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from niangjia.kit import clock
from niangjia.places import hours
from niangjia.places.checking import first_bookable_moment
from niangjia.places.models import Closure
from niangjia.places.models_booking import Accessory, AccessoryLoan, Booking, Occupation, Resource

NEAREST, SEARCH_DAYS = 3, 7
Time = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Tree:
    """How the resources of a place are divided."""

    parts: Mapping[int | None, list[int]]
    parents: Mapping[int, int | None]

    def leaves(self, resource_id: int) -> list[int]:
        below = self.parts.get(resource_id, [])
        return [leaf for part in below for leaf in self.leaves(part)] if below else [resource_id]

    def above(self, resource_id: int) -> list[int]:
        """The resource and all it is a part of: what closes one of them closes it."""
        parent = self.parents.get(resource_id)
        return [resource_id, *(self.above(parent) if parent is not None else ())]

    def touches(self, one: int, other: int) -> bool:
        """Whether the two share a part, so that a booking of one takes from the other."""
        return bool(set(self.leaves(one)) & set(self.leaves(other)))


def tree_of(place_id: int) -> Tree:
    """The resources of a place that are in use, as they are divided."""
    parents = dict(Resource.objects.filter(place=place_id, retired_on=None).order_by("pk").values_list("pk", "parent"))
    parts: dict[int | None, list[int]] = {}
    for part, parent in parents.items():
        parts.setdefault(parent, []).append(part)
    return Tree(parts, parents)


class Standing(StrEnum):
    """What a slot is to the one who looks."""

    FREE = "free"
    TAKEN = "taken"
    MINE = "mine"
    CLOSED = "closed"
    OVER = "over"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Slot:
    starts: datetime
    ends: datetime
    standing: Standing
    prime: bool = False

    @property
    def is_free(self) -> bool:
        return self.standing is Standing.FREE

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts).total_seconds() // 60)

    @property
    def hours(self) -> str:
        return f"{self.starts.astimezone(clock.SHANGHAI):%H:%M}–{self.ends.astimezone(clock.SHANGHAI):%H:%M}"


def grid(resource: Resource, day: date, length: timedelta | None = None) -> Iterator[Time]:
    """The slots of a day: from the opening on, one after another, while they fit. `length` asks for longer ones."""
    step = timedelta(minutes=resource.slot_minutes)
    length = length or resource.min_slots * step
    if resource.available_from is not None and day < resource.available_from:
        return
    if resource.available_until is not None and day > resource.available_until:
        return
    for opens, closes in hours.spans(resource.place, resource.place.hours.all(), day):
        starts, end = hours.moment(day, opens), hours.moment(day, closes)
        while starts + length <= end:
            yield starts, starts + length
            starts += step


def occupied(resource: Resource, begins: datetime, ends: datetime) -> list[tuple[Time, int]]:
    """What is taken of a resource between two moments, buffers included, with whose it is."""
    rows = Occupation.objects.filter(leaf__in=tree_of(resource.place_id).leaves(resource.pk))
    rows = rows.filter(during__overlap=(begins, ends)).order_by("during")
    found = rows.values_list("during", "booking__person_id")
    return [((during.lower, during.upper), person_id) for during, person_id in found]


def day_slots(resource: Resource, day: date, *, person_id: int | None = None) -> list[Slot]:
    """The slots of one day as this person finds them."""
    now = clock.now()
    around = (clock.start_of(day) - timedelta(days=1), clock.start_of(day) + timedelta(days=2))
    busy = occupied(resource, *around)
    closures = closed_times(resource, *around)
    opens = first_bookable_moment(resource, day)
    notice = timedelta(minutes=resource.min_notice_minutes)
    found = []
    for starts, ends in grid(resource, day):
        begins, clears = resource.occupied_by(starts, ends)
        owners = {who for (lower, upper), who in busy if lower < clears and upper > begins}
        if person_id is not None and person_id in owners:
            standing = Standing.MINE
        elif owners:
            standing = Standing.TAKEN
        elif any(closure.starts_at < ends and closure.ends_at > starts for closure in closures):
            standing = Standing.CLOSED
        elif ends <= now or (notice and now > starts - notice):
            standing = Standing.OVER
        elif now < opens:
            standing = Standing.NOT_YET
        else:
            standing = Standing.FREE
        found.append(Slot(starts, ends, standing, hours.is_prime(resource.place, starts, ends)))
    return found


def closed_times(resource: Resource, begins: datetime, ends: datetime) -> list[Closure]:
    """Closures of the place, of the resource and of what it is a part of."""
    family = (None, *tree_of(resource.place_id).above(resource.pk))
    return [one for one in resource.place.closures.touching(begins, ends) if one.resource_id in family]


def nearest_free(resource: Resource, starts: datetime, length: timedelta) -> list[Time]:
    """The free slots nearest to a time, within a week around it, in the order of the clock."""
    now = clock.now()
    middle = starts.astimezone(clock.SHANGHAI).date()
    free: list[Time] = []
    for away in range(SEARCH_DAYS):
        for day in {middle - timedelta(days=away), middle + timedelta(days=away)}:
            if clock.end_of(day) > now and now >= first_bookable_moment(resource, day):
                free += _free_on(resource, day, length, now)
        if len(free) >= NEAREST:
            break
    nearest = sorted(free, key=lambda time: abs((time[0] - starts).total_seconds()))[:NEAREST]
    return sorted(nearest)


def _free_on(resource: Resource, day: date, length: timedelta, now: datetime) -> Iterator[Time]:
    around = (clock.start_of(day) - timedelta(days=1), clock.start_of(day) + timedelta(days=2))
    busy = [time for time, _who in occupied(resource, *around)]
    closed = [(one.starts_at, one.ends_at) for one in closed_times(resource, *around)]
    notice = timedelta(minutes=resource.min_notice_minutes)
    for starts, ends in grid(resource, day, length):
        begins, clears = resource.occupied_by(starts, ends)
        if starts - notice < now:
            continue
        if not any(lower < clears and upper > begins for lower, upper in busy) and not any(
            lower < ends and upper > starts for lower, upper in closed
        ):
            yield starts, ends


def live_on(resource_ids: list[int], begins: datetime, ends: datetime) -> list[Booking]:
    """The live bookings of some resources between two moments, for a calendar."""
    rows = Booking.objects.live().filter(resource__in=resource_ids, starts_at__lt=ends, ends_at__gt=begins)
    return list(rows.select_related("person", "resource").order_by("starts_at", "pk"))


def busiest(lent: Iterable[tuple[datetime, datetime, int]]) -> int:
    """The most that is out at one moment. What comes back at six can go out at six."""
    steps = sorted(
        step for starts, ends, count in lent for step in ((starts, 1, count), (ends, 0, -count))
    )  # fmt: skip
    out = most = 0
    for _when, _order, change in steps:
        out += change
        most = max(most, out)
    return most


def most_lent(accessory: Accessory) -> int:
    """The most of an accessory that is promised at one moment from now on."""
    ahead = AccessoryLoan.objects.filter(accessory=accessory, booking__in=Booking.objects.ahead(clock.now()))
    return busiest(ahead.values_list("booking__starts_at", "booking__ends_at", "quantity"))
