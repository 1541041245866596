"""Whom an officer invites: found by what was typed, or by a rule; and what became of each invitation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from niangjia.events.admission.eligibility import conditions_of
from niangjia.events.forms.order import AHEAD
from niangjia.events.models import Activity, Claim, Invitation
from niangjia.events.reads.desk import AT_MOST, activity_run_by
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Invalid, NotFound
from niangjia.matching import reads as matching
from niangjia.orgs.models import Membership
from niangjia.people import identifiers
from niangjia.people.models import Person

MOST_LINES = 300


@dataclass(frozen=True, slots=True)
class Found:
    """Who was meant by the lines that were typed, and the lines of which it is not clear, each with what is wrong."""

    people: tuple[int, ...]
    unclear: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One invitation and what the person has answered: seated, offered, declined, ended or open."""

    invitation: Invitation
    answer: str


@dataclass(frozen=True, slots=True)
class InvitingPage:
    """Everybody invited to one activity."""

    activity: Activity
    lines: Sequence[Line]
    count: int


def inviting(actor: Actor, activity_id: int) -> InvitingPage:
    """The invitations of one activity, the latest first."""
    activity = activity_run_by(actor, activity_id)
    rows = Invitation.objects.filter(activity=activity)
    shown = list(rows.select_related("person").order_by("-made_at", "-pk")[:AT_MOST])
    claims = Claim.objects.filter(activity=activity, person__in=[one.person_id for one in shown])
    answers = {one.person_id: one for one in claims.prefetch_related("registrations")}
    lines = [Line(one, _answer(one, answers.get(one.person_id))) for one in shown]
    return InvitingPage(activity, lines, rows.count())


def _answer(invitation: Invitation, claim: Claim | None) -> str:
    states = {one.state for one in claim.registrations.all()} if claim is not None else set()
    if "registered" in states:
        return "seated"
    if invitation.declined_at is not None or "declined" in states:
        return "declined"
    if not invitation.is_open_at(clock.now()):
        return "ended"
    return "offered" if "offered" in states else "open"


def _members(activity: Activity) -> QuerySet[Membership]:
    return Membership.objects.members().main().filter(union__path__startswith=activity.path)


def typed(activity: Activity, text: str) -> Found:
    """Members named one a line by mobile or identity number, or by a name that only one of them has."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_LINES:
        raise Invalid(_("At most %d lines at a time.") % MOST_LINES, faults={"who": _("Send them in parts.")})
    people, unclear = [], []
    for line in lines:
        found = list(_members(activity).filter(person__in=_named(line)).values_list("person", flat=True)[:2])
        if len(found) == 1:
            people.append(found[0])
        else:
            unclear.append(
                (line, _("Several have this name: write the mobile number.") if found else _("No member of ours."))
            )
    return Found(tuple(people), tuple(unclear))


def _named(line: str) -> QuerySet[Person]:
    try:
        return Person.objects.with_phone(identifiers.phone(line))
    except Invalid:
        pass
    try:
        return Person.objects.with_id_number(identifiers.identity(line).number)
    except Invalid:
        return Person.objects.filter(name=line)


def by_rule(activity: Activity, key: str) -> tuple[int, ...]:
    """The members of whom it is certain that they are in a group: front-line workers, households in hardship."""
    clauses = conditions_of([{"key": key, "text_zh": AHEAD[key].title, "rule": AHEAD[key].rule}])
    return tuple(matching.suited(clauses, people=matching.MEMBERS_BELOW, given={"path": f"{activity.path}%"}))


def my_invitation(actor: Actor, activity_id: int) -> Invitation:
    """The invitation of this worker to an activity."""
    found = Invitation.objects.mine(actor).filter(activity=activity_id).first()
    if found is None:
        raise NotFound
    return found
