"""What is read of friendship events: one's own page, one event among its guests, the desk with its counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from niangjia.events.friendship.permissions import can_run, reaching
from niangjia.events.models import Evening, Guest, Pair, Presence, Profile, Registration, Report
from niangjia.kit import clock, divisions
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound
from niangjia.orgs.models import Kind, Membership, Organisation, within
from niangjia.orgs.reads import bodies_of
from niangjia.people.models import Person

FEWEST = 10  # below this a count could point at somebody (small cells are not shown)
AT_MOST = 200


def few(count: int) -> int | None:
    """A count that points at nobody; none when it is too small to be told."""
    return count if count >= FEWEST or count == 0 else None


@dataclass(frozen=True, slots=True)
class Card:
    """Another guest as guests read them."""

    number: int
    nickname: str
    age_band: str
    district: str
    words: str


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who chose me as I chose them, and how to reach them."""

    pair: Pair
    card: Card
    contact: str


@dataclass(frozen=True, slots=True)
class MyPage:
    """My profile, and the events I came to."""

    person: Person
    profile: Profile | None
    evenings: Sequence[Evening]


@dataclass(frozen=True, slots=True)
class EveningPage:
    """One event among its guests: whom I can choose, or who chose me as I chose them."""

    evening: Evening
    own: Guest
    others: Sequence[Card]
    matches: Sequence[Match]
    answers: Sequence[Report]

    @property
    def is_open(self) -> bool:
        return self.evening.revealed_at is None and clock.now() < self.evening.reveals_at


def my_page(actor: Actor) -> MyPage:
    """What I told about myself, and where I was."""
    if actor.person_id is None:
        raise NotFound
    person = Person.objects.get(pk=actor.person_id)
    came = Evening.objects.filter(guests__person=person).select_related("activity")
    return MyPage(person, Profile.objects.filter(person=person).first(), list(came[:AT_MOST]))


def evening_of(actor: Actor, evening_id: int) -> Evening:
    """An event I came to; to everybody else there is none."""
    found = Evening.objects.filter(pk=evening_id, guests__person=actor.person_id).select_related("activity")
    evening = found.first()
    if evening is None or actor.person_id is None:
        raise NotFound
    return evening


def evening_page(actor: Actor, evening_id: int) -> EveningPage:
    """One event as this guest reads it."""
    evening = evening_of(actor, evening_id)
    guests = {one.pk: one for one in Guest.objects.filter(evening=evening)}
    own = next(one for one in guests.values() if one.person_id == actor.person_id)
    profiles = {one.person_id: one for one in Profile.objects.filter(person__in=[g.person_id for g in guests.values()])}
    cards = {
        one.pk: _card(one, profiles[one.person_id])
        for one in guests.values()
        if one != own and one.person_id in profiles and profiles[one.person_id].state == Profile.State.VERIFIED
    }
    matches = []
    for pair in Pair.objects.filter(Q(first=own) | Q(second=own)):
        other = guests[pair.second_id if pair.first_id == own.pk else pair.first_id]
        if other.pk in cards:
            matches.append(Match(pair, cards[other.pk], profiles[other.person_id].contact))
    answers = Report.objects.filter(by=own, answered_at__isnull=False).select_related("about")
    return EveningPage(evening, own, sorted(cards.values(), key=lambda one: one.number), matches, list(answers))


def _card(guest: Guest, profile: Profile) -> Card:
    district = divisions.place_name(profile.district_code) if profile.district_code else ""
    return Card(guest.number, profile.nickname, profile.age_band, district, profile.words)


def my_pair(actor: Actor, pair_id: int) -> Pair:
    """A mutual choice I am one side of."""
    mine = Q(first__person=actor.person_id) | Q(second__person=actor.person_id)
    found = Pair.objects.filter(mine, pk=pair_id).first() if actor.person_id is not None else None
    if found is None:
        raise NotFound
    return found


# --- the desk -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToVerify:
    """A profile as whoever verifies it sees it: who, and whether the identity is on record.

    Only members reach this list. Nothing of employer or union is shown.
    """

    profile: Profile
    is_proved: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Events held, people who came to any (people), and pairs; none where the number is too small to be told."""

    events: int
    people: int
    pairs: int | None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What waits for whoever runs friendship events, and what there was."""

    waiting: Sequence[ToVerify]
    evenings: Sequence[Evening]
    reports: Sequence[Report]
    counted: Counted


def desk(actor: Actor) -> DeskPage:
    """Profiles to verify and reports to answer, the events, and the counts."""
    evenings = Evening.objects.run_by(actor).select_related("activity__organisation")
    waiting = _in_reach(actor).filter(state=Profile.State.WAITING).select_related("person")[:AT_MOST]
    open_reports = Report.objects.filter(evening__in=evenings, answered_at=None)
    return DeskPage(
        [ToVerify(one, bool(one.person.id_number)) for one in waiting],
        list(evenings[:AT_MOST]),
        list(open_reports.select_related("about", "evening__activity")[:AT_MOST]),
        counted(actor.paths),
    )


def _in_reach(actor: Actor) -> QuerySet[Profile]:
    members = Membership.objects.members().main().filter(within(reaching(actor), "union__path"))
    return Profile.objects.filter(person__in=members.values("person"))


def profile_for(actor: Actor, profile_id: int) -> Profile:
    found = _in_reach(actor).filter(pk=profile_id).first()
    if found is None:
        raise NotFound
    return found


def report_for(actor: Actor, report_id: int) -> Report:
    found = Report.objects.filter(pk=report_id, evening__in=Evening.objects.run_by(actor)).first()
    if found is None:
        raise NotFound
    return found


def hosts_for(actor: Actor) -> list[Organisation]:
    """The federations for which I can hold an event."""
    return [
        one for one in bodies_of(actor) if one.kind == Kind.FEDERATION and one.path.startswith(tuple(reaching(actor)))
    ]


@dataclass(frozen=True, slots=True)
class RunPage:
    """One event for whoever runs it: how many hold a seat and came; never who chose whom, nor how many chose."""

    evening: Evening
    seated: int
    came: int
    pairs: int | None
    run: Permit


def run_page(actor: Actor, evening_id: int) -> RunPage:
    evening = evening_for(actor, evening_id)
    held = Registration.objects.live().filter(occurrence__activity=evening.activity)
    came = Presence.objects.came().filter(occurrence__activity=evening.activity)
    return RunPage(
        evening, held.count(), came.values("person").distinct().count(), few(evening.pairs_counted),
        can_run(actor, evening),
    )  # fmt: skip


def evening_for(actor: Actor, evening_id: int) -> Evening:
    found = Evening.objects.run_by(actor).select_related("activity__organisation").filter(pk=evening_id).first()
    if found is None:
        raise NotFound
    return found


def counted(paths: tuple[str, ...]) -> Counted:
    """Counted from the rows that stay when everything personal of an event has been deleted."""
    held = Evening.objects.filter(within(paths, "activity__organisation__path"), opened_at__isnull=False)
    came = Presence.objects.came().filter(occurrence__activity__in=held.values("activity"))
    pairs = sum(held.values_list("pairs_counted", flat=True))
    return Counted(held.count(), came.values("person").distinct().count(), few(pairs))
