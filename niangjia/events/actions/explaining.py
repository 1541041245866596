"""Saying why one did not come, and the union's answer: excused, the absence never was."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.attending import excuse
from niangjia.events.happenings import AbsenceAnswered
from niangjia.events.models import MISSED, Explanation, Presence
from niangjia.events.permissions import can_explain, can_run_activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.trail import actions as trail


@transaction.atomic
def explain_absence(presence: Presence, *, why: str, actor: Actor) -> Explanation:
    """Tell the union why I did not come. Said again before it is answered, the last words stand."""
    presence = Presence.objects.select_for_update().get(pk=presence.pk)
    can_explain(actor, presence).require()
    if not why.strip():
        raise Invalid(_("Say in a sentence why you did not come."), faults={"why": _("A few words are enough.")})
    if presence.state not in MISSED:
        raise Conflict(_("You are not noted as absent here."))
    explanation = Explanation.objects.filter(presence=presence).first() or Explanation(presence=presence)
    if explanation.answered_at is not None:
        raise Conflict(_("This has been answered already."))
    explanation.why, explanation.made_at = why.strip()[:300], clock.now()
    explanation.save()
    trail.record(actor, "explain_absence", presence)
    return explanation


@transaction.atomic
def answer_explanation(explanation: Explanation, *, accepted: bool, answer: str, actor: Actor) -> Explanation:
    """Accept or not, in a sentence the person reads. Accepted, the absence is excused and its effect is gone."""
    explanation = Explanation.objects.select_for_update().get(pk=explanation.pk)
    presence = explanation.presence
    can_run_activity(actor, presence.occurrence.activity).require()
    if explanation.answered_at is not None:
        return explanation
    if not answer.strip():
        raise Invalid(_("Answer in a sentence: the person reads it."), faults={"answer": _("A few words are enough.")})
    if accepted and presence.state in MISSED:
        excuse(presence.registration, reason=answer, actor=actor)
    explanation.accepted, explanation.answer = accepted, answer.strip()[:300]
    explanation.answered_at = clock.now()
    explanation.save()
    trail.record(actor, "answer_explanation", presence, accepted=accepted)
    announce(AbsenceAnswered(explanation.pk))
    return explanation
