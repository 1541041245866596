"""Who is invited to an activity that is by invitation."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.people.models import Person


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def mine(self, actor: Actor) -> Self:
        return self.filter(person=actor.person_id, person__isnull=False)

    def open_at(self, moment: datetime) -> Self:
        return self.filter(ends_at__gt=moment)


class Invitation(models.Model):
    """One person may have a seat of one activity: it is held for them, or they come first among the invited."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    ends_at = models.DateTimeField(_("stands until"))
    is_held = models.BooleanField(_("a seat is held for them"), default=False)
    made_at = models.DateTimeField(default=clock.now)
    declined_at = models.DateTimeField(_("declined on"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_invitation_per_person",
                fields=["activity", "person"],
                violation_error_message=_("This person is invited already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.activity_id}"

    def is_open_at(self, moment: datetime) -> bool:
        return moment < self.ends_at
