"""The codes of a door: what a worker shows, and what a hall shows.

A card says whose it is (`Holder.key`) and proves it by a code that only the house, and the device that keeps the
door of that one date, can work out. It names nobody and opens nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from niangjia.events.door.holders import Holder
from niangjia.events.models import Occurrence
from niangjia.kit import clock, codes, crypto
from niangjia.kit.refusal import Invalid

MARK = "NJ1"
TURN_SECONDS = 30


def door_key(occurrence_id: int) -> str:
    """The key of one date's door, in hexadecimal; it opens no other."""
    return crypto.keyed_hash(str(occurrence_id), "events.door")


def code(holder: Holder) -> str:
    """What is typed when no camera reads the card."""
    date = holder.registration.occurrence_id
    return codes.spelt(bytes.fromhex(door_key(date)), f"{date}.{holder.key}")


def card(holder: Holder) -> str:
    """What stands in the QR code of a card (events/door.js reads it without network)."""
    return f"{MARK}.{holder.registration.occurrence_id}.{holder.key}.{code(holder)}"


def read(occurrence: Occurrence, given: str, holders: Iterable[Holder]) -> Holder:
    """The holder whose card or code this is; refuses what is forged, misread or another date's."""
    typed = given.strip().upper()
    if typed.startswith(f"{MARK}."):
        _mark, date, _number, typed = (*typed.split("."), "", "", "")[:4]
        if date != str(occurrence.pk):
            raise Invalid(
                _("This card is for another date."), remedy=_("Look at the card: date and place stand on it."),
                code="other_date",
            )  # fmt: skip
    found = next((one for one in holders if codes.is_same(code(one), typed)), None)
    if found is None:
        raise Invalid(
            _("This code belongs to nobody registered for this date."),
            remedy=_("Try once more, or find the person by name."),
            code="unknown_code",
        )
    return found


def hall_code(occurrence: Occurrence, turns_ago: int = 0) -> str:
    """The code on the screen of the hall, another one each half minute."""
    turn = int(clock.now().timestamp()) // TURN_SECONDS - turns_ago
    return codes.spelt(bytes.fromhex(crypto.keyed_hash(str(occurrence.pk), "events.hall")), str(turn), 6)


def is_in_hall(occurrence: Occurrence, given: str) -> bool:
    """Whether somebody sees the screen: a code that has just turned is still good, fingers are slow."""
    return any(codes.is_same(hall_code(occurrence, turns_ago), given) for turns_ago in (0, 1))
