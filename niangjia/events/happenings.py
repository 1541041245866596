"""What others may hear of activities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["claimed", "registered", "offered", "waiting", "entered", "cancelled", "declined", "lapsed"]
Noted = Literal["came", "left", "excused", "absent", "undone"]


@dataclass(frozen=True, slots=True)
class SeatsMoved:
    """Registrations that just came to be, were offered or ended; for the people who hold them.

    Those claimed were given this instant to whoever pressed, who has the answer before them already.
    """

    registration_ids: tuple[int, ...]
    what: What


@dataclass(frozen=True, slots=True)
class DemandAnswered:
    """What workers asked for is announced: they are told before others find it."""

    activity_id: int


@dataclass(frozen=True, slots=True)
class LotsDrawn:
    """A draw was made: everybody who entered can look up where they stood."""

    activity_id: int


@dataclass(frozen=True, slots=True)
class MutualChoicesTold:
    """Who chose one another at a friendship event can be looked up: every guest is told the same words."""

    activity_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ActivityCalledOff:
    """An activity will not be: whoever held a seat, stood in line or in the draw is told why."""

    activity_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class PresenceNoted:
    """Who came, left, is excused or did not come; of what was undone the record still stands while this is heard."""

    presence_ids: tuple[int, ...]
    what: Noted


@dataclass(frozen=True, slots=True)
class ClaimsDecided:
    """The union chose, and these claims have no seat: declined with a reason, in line, or not decided in time."""

    claim_ids: tuple[int, ...]
    what: Literal["declined", "in_line", "undecided"]


@dataclass(frozen=True, slots=True)
class TeamChanged:
    """A team, and the people to be told of what happened to it."""

    team_id: int
    person_ids: tuple[int, ...]
    what: Literal["invited", "joined", "left", "taken_out", "captain", "dissolved"]


@dataclass(frozen=True, slots=True)
class DateDue:
    """A date is a day away or a few hours, or it is over: a moment to remind those who come, or to ask how it was."""

    occurrence_id: int
    due: int  # Occurrence.Due


@dataclass(frozen=True, slots=True)
class DatesChanged:
    """Dates are at another time or place: whoever holds a seat on one is told, and may give it up."""

    occurrence_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DatesAdded:
    """A series has new dates: these people hold them with the whole course, those ask for dates and wait."""

    occurrence_ids: tuple[int, ...]
    seated_ids: tuple[int, ...]
    waiting_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DatesCalledOff:
    """Dates of a series will not be; these people asked for them."""

    occurrence_ids: tuple[int, ...]
    person_ids: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TermsChanged:
    """Who an announced activity is for became narrower; whoever asked for a seat is told why."""

    activity_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class MailingSent:
    """An officer's own words go to these people."""

    mailing_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PeopleInvited:
    """These people are invited to an activity, each until a day."""

    activity_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AbsenceAnswered:
    """What somebody said about an absence was answered."""

    explanation_id: int


@dataclass(frozen=True, slots=True)
class ActivityConfirmed:
    """An activity that needed so many people takes place; whoever holds a seat is told."""

    activity_id: int


@dataclass(frozen=True, slots=True)
class HopesEnded:
    """These claims' places in line, in the draw or offers ended: whose they were has left the union that puts it on."""

    claim_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ResultsPublished:
    """The results of an item can be read by everybody its activity is for; its teams are told."""

    occurrence_id: int
