"""What comes after a date: what people thought of it; and the calendar that shows a person their own dates."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Occurrence
from niangjia.kit import clock
from niangjia.people.models import Person


class Feedback(models.Model):
    """What somebody who was there thought of a date, in a minute.

    Whoever does not want to be named is not in the record at all: only their presence remembers that they have
    answered. The day is kept and not the hour, so that no trail line tells whose words these are.
    """

    class Liked(models.TextChoices):
        GOOD = "good", _("good")
        SO_SO = "so_so", _("so-so")
        BAD = "bad", _("not good")

    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="feedback")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    liked = models.CharField(_("how it was"), max_length=5, choices=Liked)
    again = models.BooleanField(_("would come again"))
    words = models.CharField(_("in their own words"), max_length=300, blank=True)
    given_on = models.DateField(default=clock.today)

    class Meta:
        verbose_name = _("feedback")
        ordering: ClassVar = ["occurrence", "liked", "words", "pk"]

    def __str__(self) -> str:
        return f"{self.liked} of {self.occurrence_id}"


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def standing(self) -> Self:
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """An address under which a phone's calendar fetches one person's own dates. Only the hash of its secret is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_calendar_address_per_person",
                fields=["person"],
                condition=Q(revoked_at=None),
                violation_error_message=_("You have a calendar address already."),
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
