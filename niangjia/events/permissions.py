"""Who may put on activities and who may ask for seats, each with the sentence why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Activity, Claim, Invitation, Presence, Team, TeamMember
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.permit import YES, Permit, permit
from niangjia.orgs.models import Organisation


def can_organise(actor: Actor, organisation: Organisation) -> Permit:
    return permit(
        actor.is_system or actor.holds(*RUNNERS, over=organisation.path),
        _("Only the chair or a case handler of %(body)s may put on its activities.") % {"body": organisation},
    )


def can_organise_somewhere(actor: Actor) -> Permit:
    return permit(
        any(power.is_union and power.office in RUNNERS for power in actor.powers),
        _("Only the chair or a case handler of a union may put on its activities."),
    )


def can_run_activity(actor: Actor, activity: Activity) -> Permit:
    return can_organise(actor, activity.organisation)


def can_keep_door(actor: Actor, activity: Activity) -> Permit:
    """Note who came, who is excused, and let people in."""
    return can_run_activity(actor, activity)


def can_claim_for(actor: Actor, activity: Activity, person_id: int) -> Permit:
    """The person themself; an officer of the organiser for somebody who cannot (by proxy, told in the trail)."""
    if actor.person_id is not None and actor.person_id == person_id:
        return YES  # said first: in a burst it is asked of everybody, and the sentence costs more than the seat
    return permit(
        actor.is_system or actor.holds(*RUNNERS, over=activity.organisation.path),
        _("Only the person, or an officer of %(body)s for them, may register.") % {"body": activity.organisation},
    )


def can_change_claim(actor: Actor, claim: Claim) -> Permit:
    return can_claim_for(actor, claim.activity, claim.person_id)


def can_join_team(actor: Actor) -> Permit:
    return permit(actor.person_id is not None, _("Only a person can be in a team."))


def can_lead_team(actor: Actor, team: Team) -> Permit:
    """The captain; an officer of the organiser in their stead."""
    return permit(
        (actor.person_id is not None and actor.person_id == team.captain_id)
        or actor.holds(*RUNNERS, over=team.activity.organisation.path),
        _("Only the captain of the team, or an officer of %(body)s, may do this.")
        % {"body": team.activity.organisation},
    )


def can_change_member(actor: Actor, member: TeamMember) -> Permit:
    mine = actor.person_id is not None and actor.person_id == member.person_id
    return permit(mine or bool(can_lead_team(actor, member.team)), _("Only the member or the captain may do this."))


def can_answer(actor: Actor, presence: Presence) -> Permit:
    """Only who was there says how it was; nobody for them."""
    own = actor.person_id is not None and actor.person_id == presence.person_id
    return permit(own, _("Only who was there can say how it was."))


def can_keep_calendar(actor: Actor) -> Permit:
    return permit(actor.person_id is not None, _("A calendar is a person's own."))


def can_answer_invitation(actor: Actor, invitation: Invitation) -> Permit:
    return permit(
        actor.is_system or (actor.person_id is not None and actor.person_id == invitation.person_id),
        _("Only the person who is invited can answer."),
    )


def can_explain(actor: Actor, presence: Presence) -> Permit:
    return permit(
        actor.is_system or (actor.person_id is not None and actor.person_id == presence.person_id),
        _("Only the person who did not come can say why."),
    )


def can_forget(actor: Actor) -> Permit:
    return permit(actor.is_system, _("What is kept of companions is deleted by the clock."))
