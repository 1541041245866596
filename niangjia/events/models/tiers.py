"""Who comes first: the tiers of an activity, in the order in which they are served."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity


class Tier(models.Model):
    """People who are served before the rest: by a rule about them, or because they have had nothing of ours lately.

    Whoever is in several is in the first of them; whoever is in none comes after all of them.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="tiers")
    place = models.PositiveSmallIntegerField(_("served as number"))
    title = models.CharField(_("who they are"), max_length=60)
    title_en = models.CharField(max_length=80, blank=True)
    rule = models.TextField(_("the rule that says so"), blank=True, max_length=2000)
    without_days = models.PositiveSmallIntegerField(
        _("have had no scarce seat of ours for so many days"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("tier of an activity")
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_tier_per_place",
                fields=["activity", "place"],
                violation_error_message=_("Two tiers cannot stand at the same place."),
            ),
            models.CheckConstraint(
                name="tier_says_who_in_one_way",
                condition=Q(rule="", without_days__gt=0) | (~Q(rule="") & Q(without_days=None)),
                violation_error_message=_("A tier is told by a rule or by how long somebody has had nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """Who they are, in the reader's language."""
        is_chinese = (get_language() or "zh").startswith("zh")
        return self.title if is_chinese or not self.title_en else self.title_en
