"""Applications that came on paper: an officer enters them for the workers of their union, the originals seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Membership, Organisation
from niangjia.people.models import Person
from niangjia.programmes import answers as answering
from niangjia.programmes import handing, limits
from niangjia.programmes.models import Application, Round
from niangjia.programmes.permissions import can_enter
from niangjia.trail import actions as trail


@dataclass(frozen=True, slots=True)
class Entry:
    """One worker's paper: who, and what it says. Its attachments were seen in the original and stay with the union."""

    person: Person
    answers: Mapping[str, Any]


@transaction.atomic
def enter_on_behalf(to: Round, entries: Sequence[Entry], *, actor: Actor) -> list[Application]:
    """Hand in what workers brought on paper, all of it or nothing, checked like what comes from a phone.

    For those without a phone at hand, and for unions that collect a whole workshop's forms. The applicant is told, and
    the record says who entered it. Raises Invalid naming each person whose paper cannot be accepted, and why.
    """
    to = Round.objects.select_related("version__programme", "organisation", "budget").get(pk=to.pk)
    unions = _own_unions([entry.person for entry in entries])
    for entry in entries:
        can_enter(actor, to, unions.get(entry.person.pk, to.organisation), entry.person).require()
    _refuse_known(to, entries)
    drafts = [_draft(to, entry, unions.get(entry.person.pk, to.organisation), actor) for entry in entries]
    limits.require(drafts, to.definition.limits)
    Application.objects.bulk_create(drafts, batch_size=500)
    handing.hand_in(drafts, actor)
    trail.record_many(actor, "enter_on_behalf", drafts)
    return drafts


def _own_unions(people: Sequence[Person]) -> dict[int, Organisation]:
    belonging = Membership.objects.members().main().filter(person__in=people).select_related("union").order_by("pk")
    return {one.person_id: one.union for one in belonging}


def _refuse_known(to: Round, entries: Sequence[Entry]) -> None:
    standing = to.applications.filter(person__in=[entry.person for entry in entries])
    standing = standing.exclude(state=Application.State.WITHDRAWN).select_related("person").order_by("pk")
    if names := [one.person.name for one in standing[:20]]:
        raise Conflict(
            _("These people already have an application in this round: %s.") % "、".join(names),
            remedy=_("Take them off the list."),
        )


def _draft(to: Round, entry: Entry, union: Organisation, actor: Actor) -> Application:
    try:
        values = answering.typed_all(to.definition.fields().values(), entry.answers)
    except Invalid as fault:
        sentences = "; ".join(str(one) for one in fault.faults.values())
        raise Invalid(f"{entry.person.name}: {sentences}", faults=fault.faults) from fault
    return Application(round=to, person=entry.person, union=union, answers=values, entered_by_id=actor.person_id)
