"""My absences and what became of them; for officers what people say about theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from niangjia.events.models import MISSED, Explanation, Presence
from niangjia.events.reads.desk import AT_MOST
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Absence:
    """One date I was noted absent from, or excused, and what I said about it (none: nothing yet)."""

    presence: Presence
    explanation: Explanation | None

    @property
    def is_open(self) -> bool:
        """Whether something can still be said."""
        unanswered = self.explanation is None or self.explanation.answered_at is None
        return self.presence.state in MISSED and unanswered


def my_absences(actor: Actor) -> list[Absence]:
    """The worker's own, the latest first."""
    rows = Presence.objects.mine(actor).filter(state__in=(*MISSED, Presence.State.EXCUSED))
    found = list(rows.select_related("occurrence__activity__organisation").order_by("-occurrence__starts_at")[:20])
    said = {one.presence_id: one for one in Explanation.objects.filter(presence__in=found)}
    return [Absence(one, said.get(one.pk)) for one in found]


def my_absence(actor: Actor, presence_id: int) -> Presence:
    """One of the worker's own."""
    found = Presence.objects.mine(actor).filter(pk=presence_id).first()
    if found is None:
        raise NotFound
    return found


def open_explanations(actor: Actor) -> Sequence[Explanation]:
    """What waits for an answer of this officer's unions, the oldest first."""
    rows = Explanation.objects.to_answer_by(actor).open()
    return list(rows.select_related("presence__person", "presence__occurrence__activity").order_by("made_at")[:AT_MOST])


def explanation_for(actor: Actor, explanation_id: int) -> Explanation:
    """One of them."""
    found = Explanation.objects.to_answer_by(actor).filter(pk=explanation_id).first()
    if found is None:
        raise NotFound
    return found
