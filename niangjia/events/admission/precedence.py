"""Who comes before whom: the tier of each person at an activity, from rules about them and from what they have had.

Found at the door, where it is told, and found again of everybody when the roll of a draw is frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from niangjia.events.admission.eligibility import compiled_tiers, weighed
from niangjia.events.admission.standing import Missed, missed_by
from niangjia.events.models import Activity, Claim, Registration, TeamMember, Tier
from niangjia.kit import clock
from niangjia.matching import reads as matching
from niangjia.rules import Known, Verdict

CHUNK = 1000  # people whose facts are read at a time


@dataclass(frozen=True, slots=True)
class Had:
    """The last scarce seat somebody was given by an organiser: when, and at what."""

    at: datetime
    title: str


@dataclass(frozen=True, slots=True)
class Precedence:
    """Where one person comes at one activity. `tier` is what is served in order, the lowest first."""

    tier: int
    inside: Tier | None  # none: everybody else
    tiers: Sequence[Tier]  # those before everybody else
    had: Had | None = None  # what makes them come after the others
    until: datetime | None = None  # and until when it does
    missed: Missed | None = None  # absences that still count with this organiser
    is_after: bool = False  # whether they put this person after the others

    @property
    def number(self) -> int:
        """The tier as people count, everybody else being the last."""
        return self.inside.place if self.inside is not None else len(self.tiers) + 1


class Order:
    """The order of one activity: its tiers, and how long who had something comes after the others."""

    def __init__(self, activity: Activity, *, at: datetime | None = None) -> None:
        self.activity = activity
        self.at = at or clock.now()
        self.tiers: Sequence[Tier] = list(Tier.objects.filter(activity=activity).order_by("place"))
        self._rules = compiled_tiers(self.tiers)

    @property
    def is_plain(self) -> bool:
        """Whether all come alike."""
        return not self.tiers and not self.activity.rest_days and not self.activity.heeds_absences

    @property
    def window(self) -> int:
        """For how many days back it matters what somebody had."""
        return max(self.activity.rest_days, *(tier.without_days or 0 for tier in self.tiers), 0)

    def of(self, facts: Mapping[int, Mapping[str, Known]]) -> dict[int, Precedence]:
        """Where each of these people comes, by what is known of them."""
        had, missed = self._had(list(facts)), self._missed(list(facts))
        return {who: self._of_one(known, had.get(who), missed.get(who)) for who, known in facts.items()}

    def _missed(self, people: Sequence[int]) -> dict[int, Missed]:
        activity = self.activity
        return missed_by(people, activity.organisation, at=self.at) if activity.heeds_absences else {}

    def of_many(self, people: Sequence[int]) -> dict[int, int]:
        """The tier of each of these people, their facts looked up."""
        found: dict[int, int] = {}
        for start in range(0, len(people), CHUNK):
            part = people[start : start + CHUNK]
            known = matching.facts_of_many(part) if self._rules else {}
            found |= {who: one.tier for who, one in self.of({who: known.get(who, {}) for who in part}).items()}
        return found

    def _of_one(self, known: Mapping[str, Known], had: Had | None, missed: Missed | None) -> Precedence:
        inside = next((tier for tier in self.tiers if self._is_in(tier, known, had)), None)
        count = len(self.tiers)
        place = inside.place - 1 if inside is not None else count
        rests = had.at + timedelta(days=self.activity.rest_days) if had is not None else self.at
        is_after = missed is not None and self.activity.mode == Activity.Mode.DRAW
        if (had is None or not self.activity.rest_days or rests <= self.at) and not is_after:
            return Precedence(place, inside, self.tiers, missed=missed)
        # After all the others, and among themselves in the same order: it delays, it never bars.
        until = rests if rests > self.at and self.activity.rest_days else None
        return Precedence(place + count + 1, inside, self.tiers, had if until else None, until, missed, is_after)

    def _is_in(self, tier: Tier, known: Mapping[str, Known], had: Had | None) -> bool:
        if tier.without_days is not None:
            return had is None or had.at <= self.at - timedelta(days=tier.without_days)
        return weighed(self._rules[tier.place], known).verdict is Verdict.TRUE

    def _had(self, people: Sequence[int]) -> dict[int, Had]:
        """By person the last scarce seat of this organiser that they did not give back; a team's, of each member."""
        if not self.window:
            return {}
        rows = (
            Registration.objects.filter(
                state=Registration.State.REGISTERED,
                claim__activity__organisation=self.activity.organisation_id,
                made_at__gt=self.at - timedelta(days=self.window),
            )
            .exclude(claim__activity=self.activity)
            .scarce()
        )
        alone = rows.filter(claim__team=None, person__in=people)
        joined = TeamMember.objects.joined().filter(person__in=people)
        teams = rows.filter(claim__team__in=joined.values("team"))
        told = ("made_at", "pk", "claim__activity__title")
        had = [
            *alone.order_by().values_list("person", *told),
            *_of_members(joined, teams.order_by().values_list("claim__team", *told)),
        ]
        return {who: Had(at, title) for who, at, _pk, title in sorted(had, key=lambda one: (one[1], one[2]))}


def _of_members(
    joined: QuerySet[TeamMember], seats: Iterable[tuple[int | None, datetime, int, str]]
) -> Iterator[tuple[int, datetime, int, str]]:
    """The seats of teams, once for each of these members."""
    had = {team: (at, number, title) for team, at, number, title in seats}
    if had:
        for team, who in joined.filter(team__in=had).order_by("pk").values_list("team", "person"):
            at, number, title = had[team]
            yield who, at, number, title


def _people_of(claims: Sequence[Claim]) -> dict[int, list[int]]:
    """For whom each claim asks: the person, or everybody of the team. A team comes where its last member does."""
    teams: dict[int, list[int]] = {}
    joined = TeamMember.objects.joined().filter(team__in=[one.team_id for one in claims if one.team_id is not None])
    for team_id, who in joined.order_by("pk").values_list("team", "person"):
        teams.setdefault(team_id, []).append(who)
    return {one.pk: teams.get(one.team_id or 0, [one.person_id]) for one in claims}


def find_again(activity: Activity, claims: Sequence[Claim]) -> Sequence[str]:
    """Put every claim of a roll about to be frozen into the tier its person is in now. Returns what tiers there are."""
    order = Order(activity)
    if not order.is_plain:
        people = _people_of(claims)
        tiers = order.of_many(sorted({who for every in people.values() for who in every}))
        for claim in claims:
            claim.tier = max(tiers[who] for who in people[claim.pk])
    return [tier.title for tier in order.tiers]
