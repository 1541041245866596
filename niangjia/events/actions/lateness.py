"""Giving a seat up later than it was free to: the seat goes on all the same, and it counts as not coming does."""

from __future__ import annotations

from niangjia.events.admission.standing import counts_if_given_up
from niangjia.events.models import Occurrence, Presence, Registration
from niangjia.events.occupancy import Seating
from niangjia.kit.actor import Actor


def note_if_late(seating: Seating, registration: Registration, actor: Actor) -> bool:
    """Note that somebody gave their seat up late, before it is freed. An officer who does it for them holds nothing
    against them, and what stands noted of that date (an excuse) stays.
    """
    occurrence: Occurrence = seating.occurrences[registration.occurrence_id]
    is_own = actor.person_id is not None and actor.person_id == registration.person_id
    if not is_own or not counts_if_given_up(registration, occurrence, seating.activity, at=seating.now):
        return False
    _noted, is_new = Presence.objects.get_or_create(
        occurrence=occurrence,
        person_id=registration.person_id,
        defaults={
            "registration": registration, "state": Presence.State.GAVE_UP, "how": Presence.How.CLOCK,
            "people": registration.seats, "noted_at": seating.now,
        },
    )  # fmt: skip
    return is_new
