"""Afterwards: what those who were there thought of it, in a minute, and named only if they choose."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.models import Feedback, Presence
from niangjia.events.permissions import can_answer
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict
from niangjia.trail import actions as trail


@transaction.atomic
def give_feedback(
    presence: Presence, *, liked: Feedback.Liked, again: bool, words: str = "", named: bool = False, actor: Actor
) -> None:
    """Say how a date was. Not named, nothing leads back to who said it: the record has neither person nor hour."""
    locked = Presence.objects.select_for_update(of=("self",)).select_related("occurrence")
    presence = locked.get(pk=presence.pk)
    can_answer(actor, presence).require()
    if not presence.has_come or presence.occurrence.ends_at > clock.now():
        raise Conflict(_("Feedback is for who was there, when it is over."), code="not_yet")
    if presence.has_answered:
        raise Conflict(_("You have answered already. Thank you."), code="answered")
    Feedback.objects.create(
        occurrence=presence.occurrence, person_id=presence.person_id if named else None,
        liked=liked, again=again, words=words.strip()[:300],
    )  # fmt: skip
    presence.has_answered = True
    presence.save(update_fields=["has_answered"])
    trail.record(actor, "give_feedback", presence)
