"""What activities do when people are merged, erased, leave their union, or take a copy of their data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.events import actions
from niangjia.events.models import (
    Activity,
    CalendarFeed,
    Claim,
    Companions,
    Explanation,
    Feedback,
    Invitation,
    Presence,
    Registration,
    Team,
    TeamMember,
)
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict
from niangjia.orgs.happenings import MemberLeft, TransferSettled
from niangjia.orgs.models import Membership, Transfer
from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing


def follow_merge(merged: PeopleMerged) -> None:
    """What the given-up record asked for is the kept one's, unless both asked: then people must settle it first."""
    theirs = Claim.objects.filter(person=merged.gone_id, team=None)
    both = Claim.objects.filter(person=merged.kept_id, team=None).values("activity")
    double = theirs.exclude(state=Claim.State.WITHDRAWN).filter(activity__in=both).select_related("activity").first()
    if double is not None:
        raise Conflict(
            _("Both records have registered for “%s”.") % double.activity.title,
            remedy=_("Have one of them withdrawn, then merge."),
            code="two_claims_for_an_activity",
        )
    moving = list(theirs.exclude(activity__in=both).values_list("pk", flat=True).order_by())
    Registration.objects.filter(claim__in=moving).update(person=merged.kept_id)
    Presence.objects.filter(registration__claim__in=moving).update(person=merged.kept_id)
    Feedback.objects.filter(person=merged.gone_id).update(person=merged.kept_id)
    CalendarFeed.objects.standing().filter(person=merged.gone_id).update(revoked_at=clock.now())
    invited = Invitation.objects.filter(person=merged.kept_id).values("activity")
    Invitation.objects.filter(person=merged.gone_id).exclude(activity__in=invited).update(person=merged.kept_id)
    Claim.objects.filter(pk__in=moving).update(person=merged.kept_id)
    _merge_teams(merged)


def _merge_teams(merged: PeopleMerged) -> None:
    """Their places in teams, and what they answer for as captain, likewise."""
    theirs = TeamMember.objects.filter(person=merged.gone_id)
    kept = TeamMember.objects.filter(person=merged.kept_id)
    joined = kept.joined().values("occurrence")
    double = theirs.joined().filter(occurrence__in=joined).select_related("team").first()
    if double is not None:
        raise Conflict(
            _("Both records are in teams of the same item, one of them in “%s”.") % double.team.name,
            remedy=_("Have one of them leave, then merge."),
            code="two_teams_of_an_item",
        )
    TeamMember.objects.filter(person=merged.kept_id, team__in=theirs.joined().values("team")).delete()
    theirs.exclude(team__in=kept.values("team")).update(person=merged.kept_id)
    Team.objects.filter(captain=merged.gone_id).update(captain=merged.kept_id)
    Claim.objects.filter(person=merged.gone_id, team__isnull=False).update(person=merged.kept_id)
    Registration.objects.filter(person=merged.gone_id, claim__team__isnull=False).update(person=merged.kept_id)


def hold_back_erasing(erasing: PersonErasing) -> None:
    """Refuse while a seat is held that somebody else could have; else let go of what tells of them."""
    asked = Activity.objects.filter(claims__person=erasing.person_id).order_by("pk").distinct()
    for activity_id in list(asked.values_list("pk", flat=True)):
        Activity.objects.lock(activity_id)  # a draw that is being made must not seat who is being erased
    live = Registration.objects.live().filter(person=erasing.person_id, occurrence__starts_at__gt=clock.now())
    held = live.select_related("claim__activity").first()
    if held is not None:
        raise Conflict(
            _("You hold a seat at “%s”.") % held.claim.activity.title,
            remedy=_("Give it up, so that somebody else can come; then your record can be erased."),
            code="holds_a_seat",
        )
    led = Team.objects.standing().filter(captain=erasing.person_id, occurrence__starts_at__gt=clock.now()).first()
    if led is not None:
        raise Conflict(
            _("You are the captain of “%s”.") % led.name,
            remedy=_("Hand the team over to another member, or dissolve it."),
            code="leads_a_team",
        )
    TeamMember.objects.filter(person=erasing.person_id).update(state=TeamMember.State.LEFT, changed_at=clock.now())
    open_still = Claim.objects.filter(person=erasing.person_id, state__in=(Claim.State.ENTERED, Claim.State.ASKED))
    open_still.update(state=Claim.State.WITHDRAWN)
    Claim.objects.filter(person=erasing.person_id).update(waits=False)
    Companions.objects.filter(claim__person=erasing.person_id).delete()
    Explanation.objects.filter(presence__person=erasing.person_id).update(why="—")
    Feedback.objects.filter(person=erasing.person_id).update(person=None)
    CalendarFeed.objects.filter(person=erasing.person_id).delete()
    Presence.objects.filter(person=erasing.person_id).exclude(reason="").update(reason="—")  # it may tell of an illness


def hear_left(happening: MemberLeft) -> None:
    """Who has left wins no lot and is offered no seat of that union."""
    person_id = Membership.objects.values_list("person", flat=True).get(pk=happening.membership_id)
    actions.let_hopes_go(person_id, actor=Actor.system("membership"))


def hear_transfer(happening: TransferSettled) -> None:
    """Who has moved to another union hopes there, no longer here."""
    person_id = Transfer.objects.values_list("membership__person", flat=True).get(pk=happening.transfer_id)
    actions.let_hopes_go(person_id, actor=Actor.system("membership"))


def add_to_copy(copying: DataCopying) -> None:
    """Put what a person asked of activities, what they held, and their teams, into the copy of their data."""
    claims = Claim.objects.filter(person=copying.person_id).select_related("activity").order_by("pk")
    copying.parts["activities"] = [
        {"activity": one.activity.title, "state": one.state, "seats": one.seats,
         "claimed_at": one.claimed_at.isoformat(),
         "dates": [{"starts_at": held.occurrence.starts_at.isoformat(), "state": held.state}
                   for held in one.registrations.all()]}
        for one in claims.prefetch_related("registrations__occurrence")
    ]  # fmt: skip
    places = TeamMember.objects.filter(person=copying.person_id).select_related("team__activity").order_by("pk")
    copying.parts["teams"] = [
        {"activity": one.team.activity.title, "team": one.team.name, "state": one.state,
         "since": one.changed_at.isoformat()}
        for one in places
    ]  # fmt: skip
    been = Presence.objects.filter(person=copying.person_id).select_related("occurrence__activity").order_by("pk")
    copying.parts["presence"] = [
        {"activity": one.occurrence.activity.title, "starts_at": one.occurrence.starts_at.isoformat(),
         "state": one.state, "how": one.how, "hours": one.hours,
         "arrived_at": one.arrived_at.isoformat() if one.arrived_at else "",
         "left_at": one.left_at.isoformat() if one.left_at else "", "reason": one.reason}
        for one in been
    ]  # fmt: skip
