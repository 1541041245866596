"""What the page of an activity hands a worker to press with: signed, short-lived, good for one session.

Everything that can be found out before the opening is found out then: whether the activity is for them, the groups they
count in, their own opening. What is left for the moment itself is to check a signature and to take a seat.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext_lazy as _  # said in the reader's thread, not in the clerk's

from niangjia.kit import clock
from niangjia.kit.refusal import Refusal

GOOD_FOR = timedelta(minutes=30)
SALT = "niangjia.events.ticket"


class StaleTicket(Refusal):
    """The page was open too long, or was opened under another sign-in."""

    code = "stale_ticket"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This page has been open too long."), remedy=_("Open it again; it takes a second."))


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is known of one person at the door of one activity."""

    activity_id: int
    person_id: int
    name: str
    groups: tuple[str, ...]
    tier: int
    opens_at: datetime

    def sealed_for(self, session_key: str) -> str:
        """The ticket as text, of no use in another session."""
        told = [
            self.activity_id, self.person_id, self.name, self.groups, self.tier, self.opens_at.timestamp(),
            _mark(session_key),
        ]  # fmt: skip
        return signing.dumps(told, salt=SALT)


def opened(sealed: str, *, session_key: str) -> Ticket:
    """The ticket a press came with; raises `StaleTicket` for one that is forged, old or another session's."""
    try:
        *told, mark = signing.loads(sealed, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as fault:
        raise StaleTicket from fault
    if mark != _mark(session_key):
        raise StaleTicket
    activity_id, person_id, name, groups, tier, opens_at = told
    return Ticket(activity_id, person_id, name, tuple(groups), tier, datetime.fromtimestamp(opens_at, clock.SHANGHAI))


def _mark(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]
