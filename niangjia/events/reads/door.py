"""What those at the door see, and what a worker shows there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet, Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from niangjia.events.door import codes as doorcodes
from niangjia.events.door.holders import Holder, holders
from niangjia.events.models import Activity, Occurrence, Presence, Registration
from niangjia.events.permissions import can_keep_door
from niangjia.kit import clock, codes
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import Invalid, NotFound
from niangjia.orgs.models import Membership, within
from niangjia.people.models import Person

AT_MOST = 100  # names shown at once; whoever is not among them is found by typing more of the name
DIGITS_OF_A_KEY = 19
DIGITS = 4  # of a phone number, that people say to each other


@dataclass(frozen=True, slots=True)
class DoorCount:
    """How many there are at this moment: people expected, people who came (companions included), and of them extra."""

    expected: int
    came: int
    walked_in: int
    late: int
    excused: int
    seats: int | None


@dataclass(frozen=True, slots=True)
class DoorPage:
    """The door of one date. It names nobody: names are asked for."""

    occurrence: Occurrence
    count: DoorCount
    keep: Permit

    @property
    def activity(self) -> Activity:
        return self.occurrence.activity

    @property
    def is_open(self) -> bool:
        opens = self.occurrence.starts_at - timedelta(minutes=self.activity.door_minutes)
        return self.occurrence.state == Occurrence.State.PLANNED and opens <= clock.now()

    @property
    def is_grace_over(self) -> bool:
        kept = self.occurrence.starts_at + timedelta(minutes=self.activity.grace_minutes)
        return self.is_open and kept <= clock.now() < self.occurrence.ends_at


@dataclass(frozen=True, slots=True)
class NameLine:
    """One person on the list of a door."""

    holder: Holder
    presence: Presence | None


def _dates(actor: Actor) -> QuerySet[Occurrence]:
    mine = Occurrence.objects.filter(within(actor.paths, "activity__organisation__path"))
    return mine.exclude(activity__state=Activity.State.DRAFT).select_related("activity__organisation")


def doors(actor: Actor) -> list[Occurrence]:
    """The dates of my unions from yesterday to tomorrow."""
    now, day = clock.now(), timedelta(days=1)
    return list(_dates(actor).filter(ends_at__gt=now - day, starts_at__lt=now + day).order_by("starts_at", "pk"))


def occurrence_for(actor: Actor, occurrence_id: int) -> Occurrence:
    """A date of the actor's unions; to all others there is no such door."""
    found = _dates(actor).filter(pk=occurrence_id).first()
    if found is None:
        raise NotFound
    return found


def presence_for(actor: Actor, presence_id: int) -> Presence:
    """What was noted at a door of the actor's unions."""
    mine = Presence.objects.filter(within(actor.paths, "occurrence__activity__organisation__path"))
    found = mine.select_related("occurrence__activity").filter(pk=presence_id).first()
    if found is None:
        raise NotFound
    return found


def holder_for(actor: Actor, key: str) -> Holder:
    """Who has the card of this key, for a date of the actor's unions."""
    number = key.partition("-")[0]
    mine = Registration.objects.filter(within(actor.paths, "occurrence__activity__organisation__path"))
    asked = mine.filter(pk=number if number.isdecimal() and len(number) < DIGITS_OF_A_KEY else 0)
    found = next((one for one in holders(asked) if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def door_page(actor: Actor, occurrence_id: int) -> DoorPage:
    """One door with its head-count."""
    occurrence = occurrence_for(actor, occurrence_id)
    return DoorPage(occurrence, _counted(occurrence), can_keep_door(actor, occurrence.activity))


def _counted(occurrence: Occurrence) -> DoorCount:
    expected = Registration.objects.live().filter(occurrence=occurrence).aggregate(n=Sum("seats", default=0))["n"]
    noted = Presence.objects.filter(occurrence=occurrence)
    came = noted.came()
    pool = occurrence.pools.filter(group=None).first()
    return DoorCount(
        expected=expected,
        came=came.aggregate(n=Sum("people", default=0))["n"],
        walked_in=came.filter(walked_in=True).aggregate(n=Count("pk"))["n"],
        late=came.filter(state=Presence.State.LATE).count(),
        excused=noted.filter(state=Presence.State.EXCUSED).count(),
        seats=pool.ceiling if pool is not None else None,
    )


def by_name(occurrence: Occurrence, asked: str) -> Sequence[NameLine]:
    """Who holds a seat and is called so, or whose phone ends so. Everybody is shown masked."""
    asked = asked.strip()
    if not asked:
        return []
    live = Registration.objects.live().filter(occurrence=occurrence)
    if asked.isdigit() and len(asked) == DIGITS:
        found = [one for one in holders(live) if one.person.phone.endswith(asked)]  # sealed: no query finds them
    else:
        found = holders(live, Person.objects.filter(name__startswith=asked).values("pk"))
    found = sorted(found, key=lambda one: (one.person.name_key, one.key))[:AT_MOST]
    people = [one.person_id for one in found]
    noted = {one.person_id: one for one in Presence.objects.filter(occurrence=occurrence, person__in=people)}
    return [NameLine(one, noted.get(one.person_id)) for one in found]


def members_called(occurrence: Occurrence, asked: str) -> Sequence[Person]:
    """The members of the organising union, or of one below it, with this phone number or this full name."""
    unions = Membership.objects.members().filter(union__path__startswith=occurrence.activity.path)
    inside = Person.objects.filter(pk__in=unions.values("person"), merged_into=None)
    asked = asked.strip()
    known = inside.with_phone(asked) if asked.isdecimal() else inside.filter(name=asked)
    found = list(known.order_by("pk")[:AT_MOST]) if asked else []
    if not found:
        raise Invalid(
            _("No member of ours has this name or phone number."),
            remedy=_("Look at it again; who is not a member yet can join in a minute on their own phone."),
            faults={"who": _("The full name, or the 11 digits as the member gave them to the union.")},
            code="no_such_member",
        )
    return found


def member_for(occurrence: Occurrence, person_id: int) -> Person:
    """One of those who were shown because several have the same name."""
    unions = Membership.objects.members().filter(union__path__startswith=occurrence.activity.path)
    found = Person.objects.filter(pk=person_id, merged_into=None, pk__in=unions.values("person")).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Card:
    """What a worker shows at the door."""

    holder: Holder
    code: str
    qr: SafeString
    presence: Presence | None

    @property
    def registration(self) -> Registration:
        return self.holder.registration


def my_card(actor: Actor, registration_id: int) -> Card:
    """The card of one of this worker's seats, or of their place in a team; a seat given up has none."""
    return _card(actor, Registration.objects.live().filter(pk=registration_id))


def _card(actor: Actor, asked: QuerySet[Registration]) -> Card:
    mine = holders(asked, [actor.person_id] if actor.person_id is not None else [])
    if not mine:
        raise NotFound
    found = mine[0]
    noted = Presence.objects.filter(occurrence=found.registration.occurrence_id, person=actor.person_id).first()
    return Card(found, doorcodes.code(found), codes.qr(doorcodes.card(found), scale=9), noted)


def my_seat_on(actor: Actor, occurrence_id: int) -> Card:
    """The worker's seat on this date, for who scanned the screen of the hall."""
    try:
        return _card(actor, Registration.objects.live().filter(occurrence=occurrence_id))
    except NotFound as nothing:
        raise NotFound(
            _("You have no seat on this date."), remedy=_("Ask at the door: if there is room you can come in.")
        ) from nothing


def hall_code(occurrence: Occurrence) -> str:
    """What the screen of the hall shows now."""
    return doorcodes.hall_code(occurrence)
