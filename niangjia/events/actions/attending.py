"""At the door: who came, who left, who is excused, who never came; and seats for those who stand there without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.arranging import claim_by_hand
from niangjia.events.actions.giving_up import give_up, refill_and_save
from niangjia.events.actions.hours import take_hours_back
from niangjia.events.door.holders import Holder, holders
from niangjia.events.happenings import Noted, PresenceNoted
from niangjia.events.models import LIVE, Activity, Occurrence, Presence, Registration, TeamMember
from niangjia.events.occupancy import Seating
from niangjia.events.permissions import can_keep_door
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, Refusal
from niangjia.people.models import Person
from niangjia.trail import actions as trail

How, State = Presence.How, Presence.State
COLUMNS = ["registration", "state", "how", "people", "walked_in", "arrived_at", "left_at", "reason", "noted_at"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody at the door: when (none: now), how it was found out, how many they are (none: all of their seats)."""

    person_id: int
    at: datetime | None = None
    how: Presence.How = How.BY_NAME
    people: int | None = None
    walked_in: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the door answers: the record, whether it stood there before; or why this person cannot be let in."""

    person_id: int
    presence: Presence | None = None
    is_new: bool = False
    refusal: Refusal | None = None


@transaction.atomic
def check_in(
    registration: Registration, *, how: Presence.How = How.BY_NAME, at: datetime | None = None, actor: Actor
) -> Presence:
    """Note that the holder of a seat has come. Noted twice, the first time stands."""
    arrival = Arrival(registration.person_id, at, how)
    (told,) = check_in_many(registration.occurrence, [arrival], actor=actor)
    if told.presence is None:
        raise told.refusal or Conflict(_("This person could not be let in."))
    return told.presence


@transaction.atomic
def check_in_many(occurrence: Occurrence, arrivals: Sequence[Arrival], *, actor: Actor) -> list[Told]:
    """Note who came to a date, in one go: a list on paper, a phone that was without network. Each gets an answer."""
    activity = Activity.objects.lock(occurrence.activity_id)
    can_keep_door(actor, activity).require()
    return note_arrivals(activity, occurrence.pk, arrivals, actor)


def note_arrivals(activity: Activity, occurrence_id: int, arrivals: Sequence[Arrival], actor: Actor) -> list[Told]:
    """Write down who came, under the lock of the activity. A person without a seat is told why not."""
    occurrence = Occurrence.objects.get(pk=occurrence_id, activity=activity)
    refuse_shut(activity, occurrence)
    people = [one.person_id for one in arrivals]
    cards = holders(Registration.objects.filter(occurrence=occurrence), people)
    seats = {one.person_id: one for one in sorted(cards, key=_best_last)}
    known = {one.person_id: one for one in Presence.objects.filter(occurrence=occurrence, person__in=people)}
    told, touched, taken = [], {}, []
    for arrival in arrivals:
        seat, presence = seats.get(arrival.person_id), known.get(arrival.person_id)
        if presence is not None and presence.has_come and presence.left_at is None:
            told.append(Told(arrival.person_id, presence))
        elif seat is None or seat.registration.state not in LIVE:
            told.append(Told(arrival.person_id, refusal=_no_seat(seat.registration if seat is not None else None)))
        else:
            presence = presence or Presence(occurrence=occurrence, person_id=arrival.person_id)
            _arrive(presence, arrival, seat, activity, occurrence)
            known[arrival.person_id] = touched[arrival.person_id] = presence
            told.append(Told(arrival.person_id, presence, is_new=True))
            if seat.registration.state == Registration.State.OFFERED:  # who stands at the door has answered
                taken.append(seat.registration.pk)
    Registration.objects.filter(pk__in=taken).update(state=Registration.State.REGISTERED, offer_until=None)
    _write(list(touched.values()), "came", "check_in", actor)
    return told


def _best_last(holder: Holder) -> tuple[bool, int]:
    """What somebody holds comes after what they once held."""
    return holder.registration.state in LIVE, holder.registration.pk


def refuse_shut(activity: Activity, occurrence: Occurrence) -> None:
    """Refuse before the door opens, and on a date that is not to be."""
    if activity.state != Activity.State.ANNOUNCED or occurrence.state != Occurrence.State.PLANNED:
        raise Conflict(_("This date has been called off."), code="called_off")
    if clock.now() < (opens := door_opens(activity, occurrence)):
        raise Conflict(
            _("The door opens at %s.") % say_moment(opens),
            remedy=_("Come back then."),
            code="door_shut",
        )


def door_opens(activity: Activity, occurrence: Occurrence) -> datetime:
    return occurrence.starts_at - timedelta(minutes=activity.door_minutes)


def _no_seat(seat: Registration | None) -> Refusal:
    """Why somebody at the door has no seat, by what became of the last they had."""
    remedy = _("If there is room, let them in without a registration.")
    if seat is None:
        return Conflict(_("This person is not registered for this date."), remedy=remedy, code="not_registered")
    if seat.state == Registration.State.RELEASED:
        return Conflict(_("This person came too late; the seat was given away."), remedy=remedy, code="seat_released")
    return Conflict(_("This registration was given up before."), remedy=remedy, code="registration_over")


def _arrive(presence: Presence, arrival: Arrival, seat: Holder, activity: Activity, occurrence: Occurrence) -> None:
    """Who left and comes back has come when they first came."""
    now = clock.now()
    # A list on paper is written down after the end: whoever stands on it came in time.
    usual = now if now <= occurrence.ends_at else occurrence.starts_at
    at = min(max(arrival.at or usual, door_opens(activity, occurrence)), now)
    presence.registration, presence.how, presence.noted_at = seat.registration, arrival.how, now
    presence.people = arrival.people or seat.seats
    presence.walked_in = presence.walked_in or arrival.walked_in
    presence.arrived_at, presence.left_at, presence.reason = presence.arrived_at or at, None, ""
    presence.state = _state(presence, activity, occurrence)


def _state(presence: Presence, activity: Activity, occurrence: Occurrence) -> Presence.State:
    grace = timedelta(minutes=activity.grace_minutes)
    if presence.left_at is not None and presence.left_at < occurrence.ends_at - grace:
        return State.LEFT_EARLY
    arrived = presence.arrived_at
    return State.LATE if arrived is not None and arrived > occurrence.starts_at + grace else State.PRESENT


def _write(presences: Sequence[Presence], what: Noted, verb: str, actor: Actor) -> None:
    if not presences:
        return
    known = [one for one in presences if one.pk is not None]  # before the others are given their keys
    Presence.objects.bulk_create([one for one in presences if one.pk is None], batch_size=1000)
    Presence.objects.bulk_update(known, COLUMNS, batch_size=1000)
    trail.record_many(actor, verb, presences)
    announce(PresenceNoted(tuple(one.pk for one in presences), what))


def _locked(presence: Presence) -> tuple[Activity, Presence]:
    activity = Activity.objects.lock(presence.occurrence.activity_id)
    return activity, Presence.objects.select_related("occurrence").get(pk=presence.pk)


@transaction.atomic
def check_out(presence: Presence, *, at: datetime | None = None, actor: Actor) -> Presence:
    """Note that somebody has left. Noted twice, the first time stands; who is checked in again is back."""
    activity, presence = _locked(presence)
    can_keep_door(actor, activity).require()
    if not presence.has_come or presence.arrived_at is None:
        raise Conflict(_("This person has not come, so they cannot leave."))
    if presence.left_at is None:
        presence.left_at = max(min(at or clock.now(), clock.now()), presence.arrived_at)
        presence.state = _state(presence, activity, presence.occurrence)
        _write([presence], "left", "check_out", actor)
    return presence


@transaction.atomic
def excuse(registration: Registration, *, reason: str, member: TeamMember | None = None, actor: Actor) -> Presence:
    """Note that the holder of a seat, or a member of the team that holds it, could not come and why.

    It is not held against them.
    """
    activity = Activity.objects.lock(registration.occurrence.activity_id)
    can_keep_door(actor, activity).require()
    if not reason.strip():
        raise Invalid(_("Say why they are excused."), faults={"reason": _("A few words are enough.")})
    who = Holder(registration, member).person_id
    found = Presence.objects.filter(occurrence=registration.occurrence_id, person=who).first()
    presence = found or Presence(occurrence_id=registration.occurrence_id, person_id=who)
    if presence.has_come:
        raise Conflict(_("This person was there."), remedy=_("Undo the check-in first if it was a mistake."))
    presence.registration, presence.how, presence.noted_at = registration, How.BY_NAME, clock.now()
    presence.state, presence.reason = State.EXCUSED, reason.strip()[:200]
    _write([presence], "excused", "excuse", actor)
    return presence


@transaction.atomic
def undo_presence(presence: Presence, *, actor: Actor) -> None:
    """Take back what was noted by mistake: of this person and date nothing is known again."""
    activity = Activity.objects.lock(presence.occurrence.activity_id)
    can_keep_door(actor, activity).require()
    presence = Presence.objects.select_related("occurrence__activity__organisation", "person").get(pk=presence.pk)
    take_hours_back(presence)
    announce(PresenceNoted((presence.pk,), "undone"))
    trail.record(actor, "undo_presence", presence, was=presence.state)
    presence.delete()


@transaction.atomic
def mark_absent(occurrence: Occurrence, *, actor: Actor) -> int:
    """After the end, note who held a seat and did not come. Returns how many.

    Where nobody was checked in nobody looked, and nobody is called absent.
    """
    activity = Activity.objects.lock(occurrence.activity_id)
    can_keep_door(actor, activity).require()
    occurrence = Occurrence.objects.get(pk=occurrence.pk)
    seen = Presence.objects.filter(occurrence=occurrence)
    if occurrence.state != Occurrence.State.PLANNED or clock.now() < occurrence.ends_at or not seen.came().exists():
        return 0
    known = set(seen.values_list("person", flat=True))
    held = Registration.objects.filter(occurrence=occurrence, state=Registration.State.REGISTERED).order_by("pk")
    absent = [_absent(one) for one in holders(held) if one.person_id not in known]
    _write(absent, "absent", "mark_absent", actor)
    return len(absent)


def _absent(holder: Holder) -> Presence:
    return Presence(
        occurrence_id=holder.registration.occurrence_id, person_id=holder.person_id, registration=holder.registration,
        state=State.ABSENT, how=How.CLOCK, people=holder.seats, noted_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def release_no_shows(occurrence: Occurrence, *, actor: Actor) -> int:
    """Once the grace is over, free the seats of those who did not come, for who stands at the door."""
    seating = Seating.of(occurrence.activity_id)
    can_keep_door(actor, seating.activity).require()
    found = seating.occurrences[occurrence.pk]
    refuse_shut(seating.activity, found)
    if (kept := _kept_until(seating.activity, found)) > clock.now():
        raise Conflict(
            _("Seats are kept until %s.") % f"{kept.astimezone(clock.SHANGHAI):%H:%M}",
            remedy=_("Wait until then: those who registered have been promised."),
            code="grace",
        )
    released = _release(seating, found.pk, None, actor)
    refill_and_save(seating)
    return released


def _kept_until(activity: Activity, occurrence: Occurrence) -> datetime:
    return occurrence.starts_at + timedelta(minutes=activity.grace_minutes)


def _release(seating: Seating, occurrence_id: int, seats: int | None, actor: Actor) -> int:
    """Free the seats of who has not come, the last to register first, until so many are free (none: all).

    A team keeps all its seats as soon as one of it is there, or is excused.
    """
    seen = set(Presence.objects.filter(occurrence=occurrence_id).values_list("person", flat=True))
    held = Registration.objects.filter(occurrence=occurrence_id, state=Registration.State.REGISTERED)
    of_seats: dict[int, list[Holder]] = defaultdict(list)
    for holder in holders(held):
        of_seats[holder.registration.pk].append(holder)
    freed, absent, released = 0, [], 0
    for one in held.select_related("claim").order_by("-made_at", "-pk"):
        if seats is not None and freed >= seats:
            break
        if any(holder.person_id in seen for holder in of_seats[one.pk]):
            continue
        one.claim.activity = seating.activity
        give_up(seating, one, Registration.State.RELEASED)
        freed, released = freed + one.seats, released + 1
        absent += [_absent(holder) for holder in of_seats[one.pk]]
    _write(absent, "absent", "release_no_shows", actor)
    return released


@transaction.atomic
def walk_in(
    occurrence: Occurrence, person: Person, *, people: int = 1, at: datetime | None = None, actor: Actor
) -> Presence:
    """Let somebody in who has no registration, if there is room: free seats, or those of who did not come in time."""
    seating = Seating.of(occurrence.activity_id)
    activity, found = seating.activity, seating.occurrences[occurrence.pk]
    can_keep_door(actor, activity).require()
    refuse_shut(activity, found)
    arrival = Arrival(person.pk, at, How.BY_NAME, people, walked_in=True)
    if not Registration.objects.live().filter(occurrence=found, person=person).exists():
        claim = claim_by_hand(seating, found.pk, person, seats=people)
        if seating.full_pool(found.pk, claim.groups, people) and _kept_until(activity, found) <= clock.now():
            _release(seating, found.pk, people, actor)
        if seating.full_pool(found.pk, claim.groups, people) is not None:
            raise Conflict(
                _("All seats are taken."),
                remedy=_("Seats of those who have not come are kept until %s.")
                % f"{_kept_until(activity, found).astimezone(clock.SHANGHAI):%H:%M}",
                code="full",
            )
        seating.seat(claim, found.pk, seats=people)
        refill_and_save(seating)
        trail.record(actor, "walk_in", claim, occurrence=found.pk)
    (told,) = note_arrivals(activity, found.pk, [arrival], actor)
    assert told.presence is not None
    return told.presence
