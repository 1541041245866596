"""What a worker sees of teams: those of an activity that concern them, one team, and the rosters an officer prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Prefetch

from niangjia.events.admission.standing import counts_if_given_up
from niangjia.events.models import Activity, Claim, Occurrence, Pool, Registration, Team, TeamMember
from niangjia.events.permissions import can_lead_team
from niangjia.events.reads.desk import activity_run_by
from niangjia.events.reads.worker import place_in_line, seats_left, standing_of, within_reach
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound

JOINED, INVITED = TeamMember.State.JOINED, TeamMember.State.INVITED


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item for teams as a worker reads it: seats left (none: without limit), and my team or invitations."""

    occurrence: Occurrence
    left: int | None
    mine: Team | None
    invitations: Sequence[Team]

    @property
    def is_on(self) -> bool:
        return self.occurrence.state == Occurrence.State.PLANNED and self.occurrence.starts_at > clock.now()


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One team for somebody in it, or invited to it, or who was told its code."""

    team: Team
    members: Sequence[TeamMember]
    mine: TeamMember | None
    lead: Permit
    claim: Claim | None
    held: Registration | None
    place: int | None

    @property
    def counts(self) -> bool:
        """Whether giving the seats up now counts as an absence of the captain."""
        held = self.held
        return held is not None and counts_if_given_up(held, self.team.occurrence, self.team.activity, at=clock.now())

    @property
    def is_free(self) -> bool:
        """Whether the seats can still be given up without it counting, and later no more."""
        free_until = self.team.occurrence.starts_at - timedelta(hours=self.team.activity.cancel_hours)
        return self.held is not None and clock.now() <= free_until

    @property
    def standing(self) -> str:
        return standing_of(self.claim, [self.held] if self.held is not None else [])

    @property
    def is_in(self) -> bool:
        return self.mine is not None and self.mine.state == JOINED

    @property
    def joined(self) -> Sequence[TeamMember]:
        return [one for one in self.members if one.state == JOINED]

    @property
    def invited(self) -> Sequence[TeamMember]:
        return [one for one in self.members if one.state == INVITED]

    @property
    def has_asked(self) -> bool:
        return self.standing not in ("none", "withdrawn", "full")

    @property
    def places(self) -> int:
        """How many members there can be: the seats asked for, or before that the most the item allows."""
        return self.claim.seats if self.claim is not None and self.has_asked else self.team.occurrence.team_most

    @property
    def missing(self) -> int:
        return max(0, self.team.occurrence.team_least - len(self.joined))

    @property
    def is_roster_open(self) -> bool:
        return self.team.dissolved_at is None and clock.now() < self.team.roster_closes_at

    @property
    def has_room(self) -> bool:
        return self.is_roster_open and len(self.joined) < self.places

    @property
    def is_open(self) -> bool:
        return self.team.activity.is_open_at(clock.now())

    @property
    def opens_later(self) -> bool:
        return clock.now() < self.team.activity.opens_at


def items_of(actor: Actor, activity: Activity) -> list[ItemLine]:
    """The items of an activity that are for teams."""
    items = [one for one in Occurrence.objects.filter(activity=activity) if one.is_for_teams]
    if not items:
        return []
    mine = TeamMember.objects.filter(team__activity=activity, team__dissolved_at=None, person=actor.person_id)
    places = list(mine.filter(state__in=(JOINED, INVITED)).select_related("team"))
    pools = {one.occurrence_id: one for one in Pool.objects.filter(activity=activity, group=None)}
    return [
        ItemLine(
            item,
            seats_left(pools.get(item.pk), pools.get(None)),
            next((one.team for one in places if one.occurrence_id == item.pk and one.state == JOINED), None),
            [one.team for one in places if one.occurrence_id == item.pk and one.state == INVITED],
        )
        for item in items
    ]


def item_for(actor: Actor, activity_id: int, occurrence_id: int | None) -> Occurrence:
    """An item of an activity that the worker's unions have on."""
    found = Occurrence.objects.filter(activity__in=within_reach(actor), activity=activity_id, pk=occurrence_id).first()
    if found is None:
        raise NotFound
    return found


def team_of(actor: Actor, team_id: int) -> TeamPage:
    """A team for those in it or invited to it; to all others there is none."""
    return _page(actor, Team.objects.of(actor).filter(pk=team_id).first())


def team_by_code(actor: Actor, code: str) -> TeamPage:
    """The team of a code, within what the worker's unions have on."""
    found = Team.objects.standing().filter(code=code.strip().upper(), activity__in=within_reach(actor)).first()
    return _page(actor, found)


def _page(actor: Actor, found: Team | None) -> TeamPage:
    if found is None:
        raise NotFound
    team = Team.objects.select_related("activity__organisation", "occurrence", "union", "captain").get(pk=found.pk)
    people = TeamMember.objects.filter(team=team, state__in=(JOINED, INVITED)).select_related("person")
    members = list(people.order_by("changed_at", "pk"))
    claim = Claim.objects.filter(team=team).first()
    held = Registration.objects.live().filter(claim=claim).first() if claim is not None else None
    return TeamPage(
        team=team,
        members=members,
        mine=next((one for one in members if one.person_id == actor.person_id), None),
        lead=can_lead_team(actor, team),
        claim=claim,
        held=held,
        place=place_in_line(claim),
    )


def place_of(actor: Actor, member_id: int) -> TeamMember:
    """Somebody's place in a team of mine; one's own too."""
    teams = Team.objects.of(actor).values("pk")
    found = TeamMember.objects.filter(pk=member_id, team__in=teams).select_related("team__activity").first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One team as the organiser reads it."""

    team: Team
    names: Sequence[str]
    standing: str
    seats: int

    @property
    def missing(self) -> int:
        return max(0, self.team.occurrence.team_least - len(self.names))


@dataclass(frozen=True, slots=True)
class Rosters:
    """All teams of an activity, item by item, and how many people they are."""

    activity: Activity
    lines: Sequence[RosterLine]
    teams: int
    people: int


def rosters_of(actor: Actor, activity_id: int) -> Rosters:
    """Who is in which team: each consented that the organiser reads their name."""
    activity = activity_run_by(actor, activity_id)
    joined = TeamMember.objects.joined().select_related("person").order_by("changed_at", "pk")
    live = Registration.objects.live()
    teams = (
        Team.objects.standing()
        .filter(activity=activity)
        .select_related("occurrence", "union", "captain", "claim")
        .prefetch_related(Prefetch("members", joined), Prefetch("claim__registrations", live))
        .order_by("occurrence__starts_at", "occurrence", "founded_at", "pk")
    )
    lines = [_roster(one) for one in teams]
    people = TeamMember.objects.joined().filter(team__activity=activity, team__dissolved_at=None)
    return Rosters(activity, lines, len(lines), people.aggregate(people=Count("person", distinct=True))["people"])


def _roster(team: Team) -> RosterLine:
    claim: Claim | None = getattr(team, "claim", None)
    held = list(claim.registrations.all()) if claim is not None else []
    names = [one.person.name for one in team.members.all()]
    return RosterLine(team, names, standing_of(claim, held), claim.seats if claim is not None else 0)
