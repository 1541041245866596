"""Booking as a worker sees it: the slots of a day, what is left of the quotas, and what one has booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.places import occupancy, quotas, slots
from niangjia.places.checking import Wanted, first_bookable_moment, require_bookable
from niangjia.places.models_booking import Accessory, Booking, Resource, SlotWish
from niangjia.places.slots import Slot

DAYS_SHOWN = 8
SHOWN_MINE = 30
TONES = {
    "held": "wait", "confirmed": "good", "checked_in": "good", "released": "bad", "cancelled": "quiet",
    "refused": "bad", "expired": "quiet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """One resource on one day."""

    resource: Resource
    day: date
    days: tuple[date, ...]
    slots: tuple[Slot, ...]
    quotas: tuple[str, ...]
    opens: datetime | None  # when this day becomes bookable, if it is not yet
    is_standing: bool  # neither it nor its place is given up


@dataclass(frozen=True, slots=True)
class Confirming:
    """The page before the click: what is booked, what it counts in, what can be borrowed."""

    resource: Resource
    starts: datetime
    ends: datetime
    quotas: tuple[str, ...]
    accessories: tuple[tuple[Accessory, int], ...]
    lengths: tuple[int, ...]  # other lengths in minutes that can be chosen


@dataclass(frozen=True, slots=True)
class Mine:
    ahead: tuple[Booking, ...]
    offers: tuple[Booking, ...]
    past: tuple[Booking, ...]
    wishes: tuple[SlotWish, ...]


@dataclass(frozen=True, slots=True)
class OnePage:
    """One's own booking with what can be done about it now."""

    booking: Booking
    tone: str
    can_cancel: bool
    can_move: bool
    door_opens: datetime
    door_closes: datetime | None
    is_door_open: bool


def resource_for(resource_id: int) -> Resource:
    rows = Resource.objects.select_related("place__organisation", "place__host", "parent__parent")
    found = rows.filter(pk=resource_id).first()
    if found is None:
        raise NotFound
    return found


def resource_page(actor: Actor, resource_id: int, day: date | None) -> ResourcePage:
    """The slots of a day; without one, of the first that has any."""
    resource, today = resource_for(resource_id), clock.today()
    first = max(today, resource.available_from or today)
    chosen = day or first
    is_standing = resource.retired_on is None and resource.place.closed_on is None
    found = slots.day_slots(resource, chosen, person_id=actor.person_id) if is_standing else []
    opens = first_bookable_moment(resource, chosen)
    shares = []
    if actor.person_id is not None and found:
        prime = next((slot for slot in found if slot.prime), found[0])
        wanted = Wanted(resource, prime.starts, prime.ends, actor.person_id)
        shares = quotas.shares(wanted, employer=quotas.employer_of(actor.person_id))
    return ResourcePage(
        resource=resource,
        day=chosen,
        days=tuple(first + timedelta(days=n) for n in range(DAYS_SHOWN)),
        slots=tuple(found),
        quotas=tuple(quotas.told(shares)),
        opens=opens if opens > clock.now() and is_standing else None,
        is_standing=is_standing,
    )


def moving(actor: Actor, resource_id: int, booking_id: int | None) -> Booking | None:
    """The own booking of this resource that is being given another time; none when it cannot be."""
    if booking_id is None:
        return None
    own = Booking.objects.mine(actor).filter(pk=booking_id, resource=resource_id, state=Booking.State.CONFIRMED)
    return own.filter(starts_at__gt=clock.now(), resource__needs_approval=False).first()


def confirming(actor: Actor, resource_id: int, starts: datetime, minutes: int) -> Confirming:
    assert actor.person_id is not None, "the route lets nobody else in"
    resource = resource_for(resource_id)
    ends = starts + timedelta(minutes=minutes)
    wanted = Wanted(resource, starts, ends, actor.person_id)
    require_bookable(wanted)
    shares = quotas.shares(wanted, employer=quotas.employer_of(actor.person_id))
    lent = Accessory.objects.filter(place=resource.place_id)
    return Confirming(
        resource=resource,
        starts=starts,
        ends=ends,
        quotas=tuple(quotas.told(shares)),
        accessories=tuple((one, max(0, occupancy.accessory_left(one, starts, ends))) for one in lent),
        lengths=tuple(n * resource.slot_minutes for n in range(resource.min_slots, resource.max_slots + 1)),
    )


def mine(actor: Actor) -> Mine:
    """What I have booked, what is offered to me, what I wait for, what has been. Two queries."""
    now = clock.now()
    own = Booking.objects.mine(actor).select_related("resource__place")
    found = list(own.order_by("-starts_at")[: 2 * SHOWN_MINE])
    ahead = [one for one in reversed(found) if one.is_live and one.ends_at > now]
    wishes = SlotWish.objects.mine(actor).waiting().filter(ends_at__gt=now).select_related("resource__place")
    return Mine(
        ahead=tuple(one for one in ahead if not one.is_offer),
        offers=tuple(one for one in ahead if one.is_offer),
        past=tuple(one for one in found if not one.is_live or one.ends_at <= now)[:SHOWN_MINE],
        wishes=tuple(wishes),
    )


def own_booking(actor: Actor, booking_id: int) -> Booking:
    rows = Booking.objects.mine(actor).select_related(
        "resource__place__organisation", "resource__place__host", "series"
    )
    found = rows.filter(pk=booking_id).first()
    if found is None:
        raise NotFound
    return found


def own_wish(actor: Actor, wish_id: int) -> SlotWish:
    found = SlotWish.objects.mine(actor).select_related("resource__place__organisation").filter(pk=wish_id).first()
    if found is None:
        raise NotFound
    return found


def one_page(actor: Actor, booking_id: int) -> OnePage:
    booking, now = own_booking(actor, booking_id), clock.now()
    stands = booking.state in (Booking.State.HELD, Booking.State.CONFIRMED) and booking.ends_at > now
    opens = occupancy.door_opens(booking)
    return OnePage(
        booking=booking,
        tone=TONES[booking.state],
        can_cancel=stands,
        can_move=stands and booking.state == Booking.State.CONFIRMED and booking.starts_at > now
        and not booking.resource.needs_approval,
        door_opens=opens,
        door_closes=occupancy.door_closes(booking),
        is_door_open=booking.state == Booking.State.CONFIRMED and opens <= now < booking.ends_at,
    )  # fmt: skip


def at_the_door(actor: Actor, resource_id: int) -> tuple[Resource, Booking | None]:
    """The resource behind a door code, and one's own booking of it that is now or next."""
    resource, now = resource_for(resource_id), clock.now()
    own = Booking.objects.mine(actor).live().filter(resource=resource, ends_at__gt=now).order_by("starts_at")
    return resource, own.select_related("resource__place__organisation").first()
