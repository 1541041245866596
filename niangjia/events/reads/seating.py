"""What would become of seating somebody by hand, worked out before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.arranging import seat_by_hand
from niangjia.events.models import Activity, Claim, Occurrence, Pool, Registration
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict
from niangjia.people.models import Person


@dataclass(frozen=True, slots=True)
class Grown:
    """A limit that would be passed: of everybody, or of a group."""

    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Trial:
    """Which limits would grow, and the security permit that would fall with it (empty: none)."""

    grown: Sequence[Grown]
    permit: str


def asking(activity: Activity, claim_id: int | None) -> Claim | None:
    """Who asked for seats and is looked at to be given one; teams are seated whole, not by hand."""
    asked = Claim.objects.filter(activity=activity, team=None, pk=claim_id or 0).hoping()
    return asked.select_related("person").first()


def tried(occurrence: Occurrence, person: Person, *, reason: str, seats: int, actor: Actor) -> Trial:
    """What seating this person would change at this moment. It is done and undone at once: nothing is written."""
    held = Registration.objects.live().filter(occurrence=occurrence, person=person, claim__team=None)
    if held.exists():
        raise Conflict(
            _("%s has a seat on this date already.") % person.masked_name, remedy=_("Choose another date or person.")
        )
    pools = Pool.objects.filter(activity=occurrence.activity_id).select_related("group")
    with transaction.atomic():
        before = {one.pk: one.ceiling for one in pools}
        seat_by_hand(occurrence, person, reason=reason, seats=seats, actor=actor)
        grown = [
            Grown(_whose(one), before[one.pk] or 0, one.ceiling)
            for one in pools.all()
            if one.ceiling is not None and one.ceiling != before[one.pk]
        ]
        transaction.set_rollback(True)
    return Trial(grown, occurrence.activity.permit_number if grown else "")


def _whose(pool: Pool) -> str:
    if pool.group is not None:
        return pool.group.title
    return str(_("everybody") if pool.occurrence_id else _("all dates together"))
