"""Teams: founded by a captain, joined by each member's own hand, seated whole or not at all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.claiming import Wish, admitted, stands, write_claims
from niangjia.events.actions.giving_up import withdraw
from niangjia.events.admission import gates, lottery
from niangjia.events.admission.eligibility import Door, door
from niangjia.events.admission.precedence import Order
from niangjia.events.happenings import TeamChanged
from niangjia.events.models import Activity, Claim, Group, Occurrence, Registration, Team, TeamMember
from niangjia.events.models.teams import new_code
from niangjia.events.occupancy import Seating, held_dates
from niangjia.events.permissions import can_change_member, can_join_team, can_lead_team
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.matching import reads as matching
from niangjia.orgs.models import Membership
from niangjia.people.models import Person
from niangjia.trail import actions as trail

State = TeamMember.State


@transaction.atomic
def found_team(occurrence: Occurrence, *, name: str, actor: Actor) -> Team:
    """Found a team for an item. Its captain is its first member."""
    activity = Activity.objects.lock(occurrence.activity_id)
    can_join_team(actor).require()
    if not occurrence.is_for_teams:
        raise Invalid(_("This is not for teams."), code="not_for_teams")
    if not name.strip():
        raise Invalid(_("A team needs a name."), faults={"name": _("Give it a name.")})
    if activity.state != Activity.State.ANNOUNCED or clock.now() >= activity.closes_at:
        raise Conflict(_("Registration has closed."), code="closed")
    belonging = Membership.objects.members().main().filter(person=actor.person_id).first()
    captain = Person.objects.get(pk=_own(actor))
    _refuse_not_for_them(activity, [captain.pk])
    with keeping(Team):
        team = Team.objects.create(
            activity=activity,
            occurrence=occurrence,
            name=name.strip(),
            union_id=belonging.union_id if belonging is not None else activity.organisation_id,
            captain=captain,
            code=new_code(),
        )
    _stand(team, captain.pk, State.JOINED)
    trail.record(actor, "found_team", team, occurrence=occurrence.pk)
    return team


@transaction.atomic
def invite_to_team(team: Team, *, name: str, actor: Actor) -> None:
    """Ask a colleague of the team's union, by full name, to join. Nobody learns who was found."""
    team = _locked(team)
    can_lead_team(actor, team).require()
    colleagues = Membership.objects.members().filter(union__path__startswith=team.union.path, person__name=name.strip())
    found = list(colleagues.order_by("person").distinct("person").values_list("person", flat=True)[:2])
    known = TeamMember.objects.filter(team=team, person__in=found)
    if len(found) == 1 and not known.exists():  # two of one name, or a no: the code is how they come all the same
        _stand(team, found[0], State.INVITED)
        announce(TeamChanged(team.pk, tuple(found), "invited"))
    trail.record(actor, "invite_to_team", team)


@transaction.atomic
def join_team(team: Team, *, actor: Actor) -> TeamMember:
    """Join by one's own hand, which is the consent that captain and organiser read one's name."""
    team = _locked(team)
    can_join_team(actor).require()
    own_id = _own(actor)
    mine = TeamMember.objects.filter(team=team, person=own_id).first()
    if mine is not None and mine.state == State.JOINED:
        return mine
    _refuse_closed_roster(team)
    claim = _standing_claim(team)
    if TeamMember.objects.filter(team=team).joined().count() >= (claim.seats if claim else team.occurrence.team_most):
        raise Conflict(
            _("The team “%s” is full.") % team.name, remedy=_("Ask its captain, or found a team."), code="team_full"
        )
    (own,) = _refuse_not_for_them(team.activity, [own_id])
    if claim is not None and not set(claim.groups) <= set(own.groups):
        raise Conflict(
            _("The seats of this team are kept for a group you are not in."),
            remedy=_("Ask the organiser."),
            code="other_group",
        )
    member = _stand(team, own_id, State.JOINED)
    trail.record(actor, "join_team", team, member=member.pk)
    announce(TeamChanged(team.pk, (team.captain_id,), "joined"))
    return member


@transaction.atomic
def leave_team(member: TeamMember, *, actor: Actor) -> TeamMember:
    """Leave a team or decline its invitation; or be taken out by its captain. The team keeps its seats."""
    team = _locked(member.team)
    member = TeamMember.objects.select_related("team__activity__organisation").get(pk=member.pk)
    can_change_member(actor, member).require()
    if member.state == State.LEFT:
        return member
    if member.person_id == team.captain_id:
        raise Conflict(
            _("You are the captain of “%s”.") % team.name,
            remedy=_("Hand the team over to another member first, or dissolve it."),
            code="captain_stays",
        )
    if member.state == State.JOINED and _standing_claim(team) is not None:
        _refuse_closed_roster(team)
    member = _stand(team, member.person_id, State.LEFT)
    trail.record(actor, "leave_team", team, member=member.pk)
    if actor.person_id == member.person_id:
        announce(TeamChanged(team.pk, (team.captain_id,), "left"))
    else:
        announce(TeamChanged(team.pk, (member.person_id,), "taken_out"))
    return member


@transaction.atomic
def hand_over_team(team: Team, member: TeamMember, *, actor: Actor) -> Team:
    """Make another member captain: from now on they answer for the team's seats."""
    team = _locked(team)
    can_lead_team(actor, team).require()
    if not TeamMember.objects.filter(team=team, pk=member.pk).joined().exists():
        raise Conflict(_("Only a member can be captain."))
    team.captain_id = member.person_id
    team.save(update_fields=["captain"])
    with keeping(Registration):
        Claim.objects.filter(team=team).update(person=member.person_id)
        Registration.objects.live().filter(claim__team=team).update(person=member.person_id)
    trail.record(actor, "hand_over_team", team, member=member.pk)
    announce(TeamChanged(team.pk, (member.person_id,), "captain"))
    return team


@transaction.atomic
def enter_team(team: Team, *, waits: bool = True, actor: Actor) -> Claim:
    """Ask for a seat for each member: all of them or a place in line, or an entry in the draw."""
    seating = Seating.of(team.activity_id)
    team = _locked(team)
    can_lead_team(actor, team).require()
    standing = Claim.objects.filter(team=team).first()
    held = held_dates([standing])[standing.pk] if standing is not None else {}
    if standing is not None and stands(standing, held):
        return standing
    people = list(TeamMember.objects.filter(team=team).joined().values_list("person", flat=True))
    least = team.occurrence.team_least
    if len(people) < least:
        raise Invalid(
            _("A team has at least %(least)d members, and “%(team)s” has %(people)d.")
            % {"least": least, "team": team.name, "people": len(people)},
            remedy=_("Give the code to colleagues; each joins by their own hand."),
            code="team_too_small",
        )
    for refusal in gates.shut_for(seating.activity, people).values():
        raise refusal
    doors = _refuse_not_for_them(seating.activity, people)
    wish = Wish(
        person_id=team.captain_id,
        wanted=(team.occurrence_id,),
        seats=len(people),
        waits=waits,
        groups=tuple(sorted(set.intersection(*(set(one.groups) for one in doors)))),
        tier=max(Order(seating.activity).of_many(people).values()),
        opens_at=max(one.opens_at for one in doors),
    )
    fresh = standing or Claim(activity=seating.activity, team=team, token=lottery.new_token())
    fresh.person_id = team.captain_id
    claim = admitted(seating, wish, fresh, actor, held)
    given = seating.serve(claim, held) if claim.state == Claim.State.ADMITTED else []
    write_claims(seating, {team.pk: (claim, actor, given)})
    trail.record(actor, "enter_team", claim, team=team.pk, members=len(people))
    return claim


@transaction.atomic
def dissolve_team(team: Team, *, actor: Actor) -> Team:
    """End a team. Its seats go to the next in line, and its members may join others."""
    team = _locked(team)
    can_lead_team(actor, team).require()
    claim = _standing_claim(team)
    if claim is not None:
        withdraw(claim, actor=actor)
    members = TeamMember.objects.filter(team=team).joined().exclude(person=team.captain)
    told = tuple(members.order_by("pk").values_list("person", flat=True))
    TeamMember.objects.filter(team=team).update(state=State.LEFT, changed_at=clock.now())
    team.dissolved_at = clock.now()
    team.save(update_fields=["dissolved_at"])
    trail.record(actor, "dissolve_team", team)
    announce(TeamChanged(team.pk, told, "dissolved"))
    return team


# --- back room ------------------------------------------------------------------------------------------------------


def _own(actor: Actor) -> int:
    assert actor.person_id is not None  # the permit asked
    return actor.person_id


def _locked(team: Team) -> Team:
    """The team, under the lock of its activity: who is in it and which seats it holds change together."""
    activity = Activity.objects.lock(team.activity_id)
    found = Team.objects.select_related("occurrence", "union").get(pk=team.pk)
    found.activity = activity
    if found.dissolved_at is not None:
        raise Conflict(_("The team “%s” has been dissolved.") % found.name, code="dissolved")
    return found


def _standing_claim(team: Team) -> Claim | None:
    """What the team asks for or holds; nothing once that was given up."""
    claim = Claim.objects.filter(team=team).exclude(state=Claim.State.WITHDRAWN).first()
    return claim if claim is not None and stands(claim, held_dates([claim])[claim.pk]) else None


def _stand(team: Team, person_id: int, state: TeamMember.State) -> TeamMember:
    with keeping(TeamMember):
        member, _born = TeamMember.objects.update_or_create(
            team=team,
            person_id=person_id,
            defaults={"state": state, "changed_at": clock.now(), "occurrence_id": team.occurrence_id},
        )
    return member


def _refuse_closed_roster(team: Team) -> None:
    if clock.now() >= team.roster_closes_at:
        raise Conflict(
            _("The members of “%(team)s” stand since %(since)s.")
            % {"team": team.name, "since": say_moment(team.roster_closes_at)},
            remedy=_("Ask the organiser at the door."),
            code="roster_closed",
        )


def _refuse_not_for_them(activity: Activity, people: list[int]) -> list[Door]:
    """What each of these people meets at the activity's door; refuses when it is shut for one of them."""
    groups = list(Group.objects.filter(activity=activity))
    known = matching.facts_of_many(people) if groups or activity.conditions else {}
    doors = [door(activity, groups, known.get(one, {})) for one in people]
    shut = [person for person, one in zip(people, doors, strict=True) if one.is_shut]
    if shut:
        names = "、".join(Person.objects.filter(pk__in=shut).order_by("pk").values_list("name", flat=True))
        raise Conflict(
            _("By what we see, this is at present not for: %s.") % names,
            remedy=_("The page of the activity tells why, and what would change it."),
            code="not_for_them",
        )
    return doors
