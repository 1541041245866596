"""Everything the page of an activity finds out for one worker before they press, found out for many at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from niangjia.events.actions.claiming import Wish
from niangjia.events.admission.eligibility import clause_said, door
from niangjia.events.admission.precedence import CHUNK, Order
from niangjia.events.admission.standing import delayed
from niangjia.events.models import Activity, Group
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.matching import reads as matching


def wishes_of(
    activity: Activity, people: Sequence[int], wanted: Sequence[int], by: Actor
) -> tuple[list[Wish], dict[int, Refusal]]:
    """What each of these people would ask for, in their order; and for whom this is not, with the condition."""
    groups, order = list(Group.objects.filter(activity=activity)), Order(activity)
    wishes: list[Wish] = []
    shut: dict[int, Refusal] = {}
    for start in range(0, len(people), CHUNK):
        part = people[start : start + CHUNK]
        known = matching.facts_of_many(part)
        places = order.of({who: known.get(who, {}) for who in part})
        for who in part:
            found, place = door(activity, groups, known.get(who, {})), places[who]
            if found.is_shut:
                shut[who] = Conflict(
                    _("By what we see this is not for them: %s.") % clause_said(activity, found.refusing[0].key),
                    code="not_for_them",
                )
                continue
            opens_at = delayed(activity, found.opens_at, place.missed)
            wishes.append(
                Wish(
                    who, tuple(wanted), take=len(wanted), groups=found.groups, tier=place.tier, opens_at=opens_at, by=by
                )
            )
    return wishes, shut
