"""How the teams of a contest came out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Occurrence
from niangjia.events.models.claims import Registration
from niangjia.events.models.teams import Team
from niangjia.kit import clock


def entered(occurrence: Occurrence) -> models.QuerySet[Team]:
    """The teams that hold seats in an item."""
    seated = Registration.objects.live().filter(occurrence=occurrence).values("claim__team")
    return Team.objects.standing().filter(pk__in=seated)


class TeamResult(models.Model):
    """What one team reached in its item. Teams have places and scores; nobody collects any by themselves."""

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="result")
    place = models.PositiveSmallIntegerField(_("placing"), null=True, blank=True)
    score = models.CharField(
        _("score"), max_length=20, blank=True, help_text=_("as the judges say it: 92.5, 3:0, 1 min 23 s")
    )
    noted_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("result of a team")
        ordering: ClassVar = [F("place").asc(nulls_last=True), "team__name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_result_says_something",
                condition=(Q(place=None) & ~Q(score="")) | Q(place__isnull=False, place__gte=1),
                violation_error_message=_("A result is a place, counted from 1, or a score."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.place or self.score}"
