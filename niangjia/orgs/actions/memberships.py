"""Joining, deciding on it, keeping, leaving. The employer is never asked and never told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.flow import advance
from niangjia.orgs.happenings import JoinAsked, MemberAdmitted, MemberDeclined, MemberLeft
from niangjia.orgs.models import MEMBER_STATES, Membership, Organisation
from niangjia.orgs.permissions import (
    can_decide_joining,
    can_join,
    can_join_batch,
    can_keep_membership,
    can_leave,
)
from niangjia.people.models import Person
from niangjia.trail import actions as trail

State = Membership.State


def _open_union(union: Organisation) -> Organisation:
    union = Organisation.objects.select_related("parent").get(pk=union.pk)
    if not union.is_union or union.closed_on is not None:
        sentence = _("This body takes no members.")
        raise Invalid(sentence, remedy=_("Choose a union that is open."), faults={"union": sentence})
    return union


@transaction.atomic
def join(person: Person, *, actor: Actor, union: Organisation) -> Membership:
    """Apply to join a union; without an employer, that is the area's or the trade's (`reads.union_for`)."""
    can_join(actor, person).require()
    union = _open_union(union)
    with keeping(Membership):
        membership = Membership.objects.create(person=person, union=union, route=Membership.Route.ALONE)
    trail.record(actor, "join", membership, union=union.pk)
    announce(JoinAsked(membership.pk))
    return membership


@transaction.atomic
def join_batch(
    people: Sequence[Person], *, actor: Actor, union: Organisation, since: date | None = None,
    route: str = Membership.Route.BATCH,
) -> list[Membership]:  # fmt: skip
    """Admit many at once, as at a joining ceremony: all of them, or nobody and the names of those in the way."""
    union = _open_union(union)
    can_join_batch(actor, union).require()
    taken = Membership.objects.main().filter(person__in=people, state__in=(*MEMBER_STATES, State.APPLICANT))
    names = sorted({membership.person.name for membership in taken.select_related("person")})
    if names:
        raise Conflict(
            _("These people already belong to a union or have applied: %(names)s.") % {"names": "、".join(names[:20])},
            remedy=_("Take them off the list; those in another union can be transferred."),
        )
    day = since or clock.today()
    with keeping(Membership):
        joined = Membership.objects.bulk_create(
            Membership(person=person, union=union, state=State.MEMBER, route=route, since=day, joined_on=day)
            for person in people
        )
    trail.record_many(actor, "join_batch", joined, union=union.pk)
    for membership in joined:
        announce(MemberAdmitted(membership.pk))
    return joined


@transaction.atomic
def admit(membership: Membership, *, actor: Actor, since: date | None = None) -> Membership:
    """Accept an application."""
    [membership] = Membership.objects.lock(membership.pk)
    can_decide_joining(actor, membership).require()
    advance(membership, "admit")
    membership.since = since or clock.today()
    membership.joined_on = membership.joined_on or membership.since
    membership.save()
    trail.record(actor, "admit", membership)
    announce(MemberAdmitted(membership.pk))
    return membership


@transaction.atomic
def admit_many(memberships: Iterable[Membership], *, actor: Actor) -> list[Membership]:
    """Accept many applications: all, or none and the reason."""
    rows = Membership.objects.lock(*[membership.pk for membership in memberships])
    for membership in rows:
        can_decide_joining(actor, membership).require()
    return [admit(membership, actor=actor) for membership in rows]


@transaction.atomic
def decline(membership: Membership, *, actor: Actor, reason: str) -> Membership:
    """Do not accept an application, and say why: the applicant reads the reason."""
    [membership] = Membership.objects.lock(membership.pk)
    can_decide_joining(actor, membership).require()
    reason = _reason(reason)
    advance(membership, "decline")
    membership.reason, membership.until = reason, clock.today()
    membership.save()
    trail.record(actor, "decline", membership)
    announce(MemberDeclined(membership.pk))
    return membership


@transaction.atomic
def decline_many(memberships: Iterable[Membership], *, actor: Actor, reason: str) -> list[Membership]:
    """Decline many applications for one reason: all, or none."""
    rows = Membership.objects.lock(*[membership.pk for membership in memberships])
    for membership in rows:
        can_decide_joining(actor, membership).require()
    return [decline(membership, actor=actor, reason=reason) for membership in rows]


def _reason(typed: str) -> str:
    reason = " ".join(typed.split())[:200]
    if not reason:
        sentence = _("Give a reason; the worker will read it.")
        raise Invalid(sentence, remedy=_("One plain sentence is enough."), faults={"reason": sentence})
    return reason


@transaction.atomic
def retain(membership: Membership, *, actor: Actor, reason: str) -> Membership:
    """Keep the membership of somebody retired, out of work or called up: all rights stay, dues rest."""
    [membership] = Membership.objects.lock(membership.pk)
    can_keep_membership(actor, membership).require()
    reason = _reason(reason)
    advance(membership, "retain")
    membership.reason = reason
    membership.save()
    trail.record(actor, "retain", membership)
    return membership


@transaction.atomic
def resume(membership: Membership, *, actor: Actor) -> Membership:
    """A retained member is back at work."""
    [membership] = Membership.objects.lock(membership.pk)
    can_keep_membership(actor, membership).require()
    advance(membership, "resume")
    membership.reason = ""
    membership.save()
    trail.record(actor, "resume", membership)
    return membership


@transaction.atomic
def leave(membership: Membership, *, actor: Actor, reason: str = "") -> Membership:
    """Leave the union, or take an application back. It is free; no reason is owed."""
    [membership] = Membership.objects.lock(membership.pk)
    can_leave(actor, membership).require()
    advance(membership, "leave")
    membership.until = max(clock.today(), membership.since or clock.today())
    membership.reason = " ".join(reason.split())[:200]
    membership.save()
    trail.record(actor, "leave", membership)
    announce(MemberLeft(membership.pk))
    return membership


@transaction.atomic
def serve_here(person: Person, *, actor: Actor, union: Organisation) -> Membership:
    """Let a member of another union use this one's services; the main membership stays where it is."""
    union = _open_union(union)
    can_join_batch(actor, union).require()
    Person.objects.lock(person.pk)
    known = Membership.objects.filter(person=person, union=union, service_only=True, state=State.MEMBER).first()
    if known is not None:
        return known
    membership = Membership.objects.create(
        person=person, union=union, state=State.MEMBER, service_only=True, since=clock.today()
    )
    trail.record(actor, "serve_here", membership, union=union.pk)
    return membership
