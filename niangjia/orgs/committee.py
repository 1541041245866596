"""What the law asks of a union committee. It warns; the union above decides (Trade Union Law art. 11–14)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Sentence

# members up to, fewest seats, most seats
SEATS = (
    (25, 3, 3),
    (100, 3, 5),
    (200, 5, 7),
    (500, 7, 9),
    (1000, 9, 15),
    (5000, 15, 21),
    (10_000, 21, 29),
    (50_000, 29, 37),
)
LARGEST = (37, 45)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule the committee does not meet."""

    code: str
    sentence: Sentence


def seats_for(members: int) -> tuple[int, int]:
    """Fewest and most committee seats for a union of this size; (0, 0): an organiser is enough."""
    if members <= 10:
        return (0, 0)
    return next(((low, high) for limit, low, high in SEATS if members <= limit), LARGEST)


def committee_faults(members: int | None, seats: int | None) -> list[Fault]:
    """What to put right before the first meeting; nothing when the size is not known yet."""
    if members is None:
        return []
    faults: list[Fault] = []
    low, high = seats_for(members)
    if members >= 25 and not seats:
        sentence = _("From 25 members on, a union forms a committee (Trade Union Law art. 11).")
        faults.append(Fault("needs_committee", sentence))
    if seats and seats % 2 == 0:
        faults.append(Fault("even_seats", _("A committee has an odd number of seats.")))
    if seats and high and not low <= seats <= high:
        sentence = _("For %(members)s members, %(low)s to %(high)s seats are usual.")
        faults.append(Fault("unusual_seats", sentence % {"members": members, "low": low, "high": high}))
    if seats and not high:
        faults.append(Fault("organiser_enough", _("With ten members or fewer, one organiser is enough.")))
    return faults
