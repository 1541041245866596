"""What a worker says about an absence, and what the union answers."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.presence import Presence
from niangjia.kit import clock
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.orgs.models import within


class ExplanationQuerySet(models.QuerySet["Explanation"]):
    def open(self) -> Self:
        return self.filter(answered_at=None)

    def to_answer_by(self, actor: Actor) -> Self:
        """Those about activities this officer puts on; they may tell of an illness, and no other office reads them."""
        paths = actor.reach(*RUNNERS)
        return self.filter(within(paths, "presence__occurrence__activity__organisation__path"))


class Explanation(models.Model):
    """Why somebody did not come, in their own words. Accepted, the absence is excused and delays nothing."""

    presence = models.OneToOneField(Presence, on_delete=models.CASCADE, related_name="explanation")
    why = models.CharField(_("why I did not come"), max_length=300)
    made_at = models.DateTimeField(default=clock.now)
    accepted = models.BooleanField(_("whether it is excused"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = _("explanation of an absence")
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_explanation_is_answered_in_words",
                condition=Q(answered_at=None, accepted=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message=_("Answer in a sentence: the person reads it."),
            ),
        ]

    def __str__(self) -> str:
        return f"about {self.presence_id}"
