"""Who comes to a date on which seat: the holder of a registration; of a team each of its members, for themself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from niangjia.events.models import Registration, TeamMember
from niangjia.people.models import Person


@dataclass(frozen=True, slots=True)
class Holder:
    """One person with a card of their own for a date. `member`: their place in the team that holds the seats."""

    registration: Registration
    member: TeamMember | None = None

    @property
    def key(self) -> str:
        """Names the holder on cards and on devices: `12`, or of a team's member `12-7`."""
        return str(self.registration.pk) if self.member is None else f"{self.registration.pk}-{self.member.pk}"

    @property
    def person_id(self) -> int:
        return self.registration.person_id if self.member is None else self.member.person_id

    @property
    def person(self) -> Person:
        return self.registration.person if self.member is None else self.member.person

    @property
    def seats(self) -> int:
        """How many come on this card: a member of a team comes alone."""
        return self.registration.seats if self.member is None else 1

    @property
    def team(self) -> str:
        return self.member.team.name if self.member is not None else ""

    @property
    def ages(self) -> list[str]:
        """The family who come along, each by its age band where the activity asks for it."""
        noted = getattr(self.registration.claim, "companions", None) if self.member is None else None
        return [str(noted.Age(age).label) for age in noted.ages] if noted is not None else []


def holders(
    registrations: QuerySet[Registration], people: Collection[int] | QuerySet[Any] | None = None
) -> list[Holder]:
    """Everybody with a card for these registrations, in their order; `people` narrows them.

    Who has left a team has no card, and who took the place has one.
    """
    alone, members = registrations.filter(claim__team=None), TeamMember.objects.joined()
    if people is not None:
        alone, members = alone.filter(person__in=people), members.filter(person__in=people)
    found = [Holder(one) for one in alone.select_related("person", "occurrence__activity", "claim__companions")]
    of_teams: dict[int, list[Registration]] = defaultdict(list)
    for one in registrations.exclude(claim__team=None).select_related("occurrence__activity", "claim__team"):
        of_teams[one.claim.team_id or 0].append(one)
    if of_teams:
        for member in members.filter(team__in=of_teams).select_related("person", "team").order_by("team", "pk"):
            found += [Holder(one, member) for one in of_teams[member.team_id]]
    return found
