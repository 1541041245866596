"""Registering the people of a list, as if each had pressed: who was registered on paper, who has no phone."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from niangjia.events.actions.claiming import Answer, claim_seats
from niangjia.events.admission.bulk import wishes_of
from niangjia.events.models import Activity
from niangjia.events.permissions import can_run_activity
from niangjia.kit.actor import Actor
from niangjia.trail import actions as trail


@transaction.atomic
def register_list(
    activity: Activity, people: Sequence[int], *, wanted: Sequence[int], actor: Actor
) -> dict[int, Answer]:
    """Ask for these dates for each person, in the order of the list, within the same window and by the same rules.

    Who asked before is answered as they stand, so that a list registered twice is registered once.
    """
    can_run_activity(actor, activity).require()
    wishes, shut = wishes_of(activity, people, wanted, actor)
    answers = claim_seats(activity, wishes, actor=actor)
    found = {who: Answer(None, refusal=refusal) for who, refusal in shut.items()}
    found |= {wish.person_id: answer for wish, answer in zip(wishes, answers, strict=True)}
    new = sum(answer.claim is not None and not answer.stood for answer in found.values())
    trail.record(actor, "register_list", activity, listed=len(people), registered=new)
    return found
