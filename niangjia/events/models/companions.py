"""Family who come along: how many, by age where it matters, and nothing else; deleted soon after."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity
from niangjia.events.models.claims import Claim
from niangjia.kit import clock


class Companions(models.Model):
    """Those who come along with one claim. No names: an age band each, where the activity asks for it."""

    class Age(models.TextChoices):
        ANY = "any", _("companion")
        TODDLER = "0-3", _("child under 4")
        PRESCHOOL = "4-6", _("child of 4 to 6")
        SCHOOL = "7-12", _("child of 7 to 12")
        YOUTH = "13-17", _("youth of 13 to 17")
        ADULT = "18", _("adult")

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="companions")
    ages = ArrayField(models.CharField(max_length=5, choices=Age))
    noted_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("companions")
        ordering: ClassVar = ["claim"]

    def __str__(self) -> str:
        return f"{len(self.ages)} with {self.claim_id}"


def asked_ages(activity: Activity) -> list[Companions.Age]:
    """What is asked of each companion: an age band, or nothing but that they come."""
    return [one for one in Companions.Age if (one == Companions.Age.ANY) != activity.asks_ages]


def most_companions(claim: Claim) -> int:
    """Those without a seat of their own; where ages matter, those on the seats asked for too."""
    on_seats = claim.seats - 1 if claim.activity.asks_ages and claim.team_id is None else 0
    return claim.activity.most_companions + on_seats
