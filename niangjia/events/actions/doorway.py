"""Codes at the door: a card is read, the code of a hall is typed, a device takes the door along and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.attending import Arrival, Told, check_in_many, note_arrivals, refuse_shut
from niangjia.events.door import codes as doorcodes
from niangjia.events.door.holders import Holder, holders
from niangjia.events.models import Activity, Occurrence, Presence, Registration
from niangjia.events.permissions import can_claim_for, can_keep_door
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid, Refusal
from niangjia.trail import actions as trail

How = Presence.How
KEPT_FOR = timedelta(hours=12)  # how long after the end a device may keep the door
MOST = 2000  # lines a device brings at once


@transaction.atomic
def read_card(occurrence: Occurrence, given: str, *, actor: Actor) -> Told:
    """Let in the holder of the card that was scanned, or of the code that was typed."""
    can_keep_door(actor, occurrence.activity).require()
    holder = doorcodes.read(occurrence, given, holders(Registration.objects.filter(occurrence=occurrence)))
    (told,) = check_in_many(occurrence, [Arrival(holder.person_id, None, How.QR)], actor=actor)
    if told.refusal is not None:
        raise told.refusal
    return told


@transaction.atomic
def check_in_by_hall_code(holder: Holder, given: str, *, actor: Actor) -> Presence:
    """Note that a worker is in the hall: they see the code on its screen that changes each half minute."""
    registration = holder.registration
    can_claim_for(actor, registration.claim.activity, holder.person_id).require()
    activity = Activity.objects.lock(registration.claim.activity_id)
    refuse_shut(activity, registration.occurrence)
    if registration.occurrence.ends_at <= clock.now():
        raise Conflict(_("This date is over."), remedy=_("Ask the organiser to note you by name."), code="over")
    if not doorcodes.is_in_hall(registration.occurrence, given):
        raise Invalid(
            _("This is not the code on the screen now."),
            remedy=_("It changes each half minute: type the one that stands there now."),
            faults={"code": _("Type the newest code.")},
            code="wrong_code",
        )
    arrival = Arrival(holder.person_id, None, How.HALL_CODE)
    (told,) = note_arrivals(activity, registration.occurrence_id, [arrival], actor)
    if told.presence is None:
        raise told.refusal or Conflict(_("This person could not be let in."))
    return told.presence


@transaction.atomic
def take_door_along(occurrence: Occurrence, *, actor: Actor) -> dict[str, Any]:
    """The list of one date for a device that keeps its door without network: masked, with the key of this door alone.

    The device seals it at once with a key that cannot be taken out of it, and forgets it when its time is over.
    """
    can_keep_door(actor, occurrence.activity).require()
    live = Registration.objects.live().filter(occurrence=occurrence).order_by("pk")
    inside = set(Presence.objects.came().filter(occurrence=occurrence).values_list("person", flat=True))
    people = [
        {"id": one.key, "name": one.person.masked_name, "phone": one.person.masked_phone, "seats": one.seats,
         "team": one.team, "along": len(one.ages), "code": doorcodes.code(one), "in": one.person_id in inside}
        for one in holders(live)
    ]  # fmt: skip
    trail.record(actor, "take_door_along", occurrence, people=len(people))
    return {
        "occurrence": occurrence.pk,
        "title": occurrence.full_title,
        "key": doorcodes.door_key(occurrence.pk),
        "until": int((occurrence.ends_at + KEPT_FOR).timestamp() * 1000),
        "people": people,
    }


@dataclass(frozen=True, slots=True)
class Brought:
    """One line a device brings back: which holder (`Holder.key`) came and when, by the clock of the device."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a line: in, already in, or refused with the reason."""

    key: str
    what: str
    refusal: Refusal | None = None


@transaction.atomic
def bring_door_back(occurrence: Occurrence, lines: Sequence[Brought], *, actor: Actor) -> list[Settled]:
    """Note who a device let in without network. Brought twice it is noted once; conflicts are told, not lost."""
    if len(lines) > MOST:
        raise Invalid(_("A device may bring %d lines at once.") % MOST)
    can_keep_door(actor, occurrence.activity).require()
    cards = {one.key: one.person_id for one in holders(Registration.objects.filter(occurrence=occurrence))}
    known = [one for one in lines if one.key in cards]
    arrivals = [Arrival(cards[one.key], one.at, How.OFFLINE) for one in known]
    told = dict(zip((one.key for one in known), check_in_many(occurrence, arrivals, actor=actor), strict=True))
    return [_settled(one.key, told.get(one.key)) for one in lines]


def _settled(key: str, told: Told | None) -> Settled:
    if told is None:
        return Settled(key, "refused", Conflict(_("This card is not of this date."), code="unknown"))
    if told.refusal is not None:
        return Settled(key, "refused", told.refusal)
    return Settled(key, "in" if told.is_new else "already")
