"""What officers write to those who registered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity, Occurrence
from niangjia.kit import clock


class Mailing(models.Model):
    """An officer's own words to the people of one activity; in the night they wait until the morning."""

    class To(models.TextChoices):
        EVERYBODY = "everybody", _("everybody who registered")
        SEATED = "seated", _("who holds a seat")
        WAITING = "waiting", _("who stands in line")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="mailings")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, null=True, blank=True, related_name="mailings")
    to = models.CharField(_("to whom"), max_length=10, choices=To)
    text = models.TextField(_("what is said"), max_length=500)
    written_by = models.CharField(max_length=64)
    written_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(_("goes out"))
    sent_at = models.DateTimeField(_("went out"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people"), default=0)

    class Meta:
        verbose_name = _("message to those registered")
        ordering: ClassVar = ["-written_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mailing_of_a_date_is_to_its_people",
                condition=Q(occurrence=None) | Q(to="seated"),
                violation_error_message=_("A message for one date goes to those who hold a seat on it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.text[:20]}"
