"""What is on for a worker, line by line: what is for them first, each with the reason in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TypeVar

from niangjia.events.admission.eligibility import Door, clause_said, door
from niangjia.events.models import Activity, Claim, Group, Invitation, Occurrence, Registration
from niangjia.events.reads.worker import standing_of, within_reach
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.matching import reads as matching
from niangjia.places import reads as places
from niangjia.rules import Verdict

One = TypeVar("One")
WHEN = ("", "today", "week", "weekend")


class Fit(IntEnum):
    """How an activity is for somebody, in the order in which a list shows it."""

    THEIRS = 0  # they are invited, in a group of its own, or all it asks is so
    OPEN = 1  # for everybody, or not known yet
    SHUT = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an activity is for somebody or not: one word for the page, and the condition or group that says so."""

    what: str  # yes, group, invited, unknown, no or uninvited; empty where nothing is asked
    text: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class ActivityCard:
    """One line of the list: the activity, its dates to come, whether it is for the worker, and how they stand."""

    activity: Activity
    dates: Sequence[Occurrence]
    standing: str
    reason: Reason
    opening: datetime  # of registration, for this worker
    answer_by: datetime | None = None  # of the offer that ends first
    metres: int | None = None  # from where the reader is, when the phone told

    @property
    def next_date(self) -> Occurrence | None:
        return self.dates[0] if self.dates else None

    @property
    def distance(self) -> str:
        return places.far(self.metres)

    @property
    def is_open(self) -> bool:
        return self.activity.is_open_at(clock.now()) and self.opening <= clock.now()

    @property
    def opens_at(self) -> datetime | None:
        """When registration opens, while that is still to come."""
        later = self.activity.state == Activity.State.ANNOUNCED and clock.now() < self.opening
        return self.opening if later else None

    @property
    def is_asked(self) -> bool:
        """Whether the worker has or waits for something here."""
        return self.standing not in ("none", "withdrawn", "full")

    @property
    def can_be_asked(self) -> bool:
        return self.is_open and not self.is_asked and self.reason.fit is not Fit.SHUT

    @property
    def place(self) -> tuple[int, datetime]:
        """Where it stands in the list: what is asked for and what is theirs, the open, the shut; then by opening."""
        return (Fit.THEIRS if self.is_asked else self.reason.fit, self.activity.opens_at)

    def is_on(self, when: str) -> bool:
        """Whether one of its dates is today, within seven days or on this weekend; `when` is one of `WHEN`."""
        return not when or any(_is_within(one, when) for one in self.dates)


def _is_within(one: Occurrence, when: str) -> bool:
    today = clock.today()
    first, last = (_day(moment) for moment in (one.starts_at, one.ends_at))
    if when == "today":
        return first <= today <= last
    if when == "week":
        return first < today + timedelta(days=7)
    sunday = today + timedelta(days=6 - today.weekday())
    return first <= sunday and last >= sunday - timedelta(days=1)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.SHANGHAI).date()


def activities_for(actor: Actor) -> list[ActivityCard]:
    """What the worker's unions have on from now, what is for them first; past dates are left out.

    As many queries for three activities as for three hundred.
    """
    found = list(within_reach(actor).filter(occurrences__ends_at__gt=clock.now()).distinct().order_by("opens_at"))
    coming = Occurrence.objects.filter(activity__in=found, ends_at__gt=clock.now()).order_by("starts_at")
    dates = _by_activity((one.activity_id, one) for one in coming)
    doors, groups = _doors(actor, found)
    invited = _invited(actor, found)
    claims = {one.activity_id: one for one in Claim.objects.mine(actor).filter(activity__in=found)}
    live = Registration.objects.live().filter(claim__in=claims.values()).order_by("pk").select_related("claim")
    held = _by_activity((one.claim.activity_id, one) for one in live)
    cards = [
        ActivityCard(
            one,
            dates.get(one.pk, []),
            standing_of(claims.get(one.pk), held.get(one.pk, [])),
            _reason(one, doors[one.pk], groups.get(one.pk, []), one.pk in invited),
            doors[one.pk].opens_at,
            min((seat.offer_until for seat in held.get(one.pk, []) if seat.offer_until is not None), default=None),
        )
        for one in found
    ]
    return sorted(cards, key=lambda card: card.place)


def nearest_first(cards: Sequence[ActivityCard], *, lat: str, lon: str) -> list[ActivityCard]:
    """The cards by the way to their next date, as far as it is at a place on record; the others keep their order."""
    point = places.position(lat, lon)
    if point is None:
        return list(cards)
    said = {
        card.activity.pk: (card.next_date.location, card.activity.organisation.path)
        for card in cards
        if card.next_date is not None
    }
    away = places.metres_to(point, said)
    measured = [replace(card, metres=away.get(card.activity.pk)) for card in cards]
    return sorted(measured, key=lambda card: (card.metres is None, card.metres or 0))


def _by_activity(rows: Iterable[tuple[int, One]]) -> dict[int, list[One]]:
    found: dict[int, list[One]] = {}
    for activity_id, one in rows:
        found.setdefault(activity_id, []).append(one)
    return found


def _doors(actor: Actor, found: Sequence[Activity]) -> tuple[dict[int, Door], dict[int, list[Group]]]:
    """The door of each activity for one person; what is known of them is looked up once, and only if any asks."""
    groups = _by_activity((one.activity_id, one) for one in Group.objects.filter(activity__in=found))
    is_asked = bool(groups) or any(one.conditions for one in found)
    known = matching.facts_of(actor.person_id) if is_asked and actor.person_id is not None else {}
    return {one.pk: door(one, groups.get(one.pk, []), known) for one in found}, groups


def _invited(actor: Actor, found: Sequence[Activity]) -> set[int]:
    by_invitation = [one.pk for one in found if one.mode == Activity.Mode.INVITATION]
    standing = Invitation.objects.mine(actor).open_at(clock.now()).filter(activity__in=by_invitation, declined_at=None)
    return set(standing.values_list("activity", flat=True)) if by_invitation else set()


def _reason(activity: Activity, found: Door, groups: Sequence[Group], is_invited: bool) -> Reason:
    """The one thing worth a few words: what shuts the door, else what opens it, else what is not known."""
    if found.is_shut:
        return Reason("no", clause_said(activity, found.refusing[0].key), Fit.SHUT)
    if activity.mode == Activity.Mode.INVITATION:
        return Reason("invited", "", Fit.THEIRS) if is_invited else Reason("uninvited", "", Fit.SHUT)
    unknown = [one for one in found.finding.clauses if one.verdict is Verdict.UNKNOWN]
    if unknown:
        return Reason("unknown", clause_said(activity, unknown[0].key), Fit.OPEN)
    inside = [one.title for one in groups if one.key in found.groups]
    if inside:
        return Reason("group", inside[0], Fit.THEIRS)
    required = [one for one in found.finding.clauses if one.kind == "require"]
    return Reason("yes", clause_said(activity, required[0].key), Fit.THEIRS) if required else Reason("", "", Fit.OPEN)
