"""Who was there: one record for each person and date, richer than yes or no."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Occurrence
from niangjia.events.models.claims import Registration
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import within
from niangjia.people.models import Person

CAME = ("present", "late", "left_early")
MISSED = ("absent", "gave_up")  # counts in the standing until it is made good or excused


class PresenceQuerySet(models.QuerySet["Presence"]):
    def came(self) -> Self:
        """Of those who were there, be it late or not to the end."""
        return self.filter(state__in=CAME)

    def mine(self, actor: Actor) -> Self:
        return self.filter(person=actor.person_id, person__isnull=False)

    def visible_to(self, actor: Actor) -> Self:
        """One's own; an officer's, of the activities of their subtree."""
        if actor.is_system:
            return self
        return self.filter(
            Q(person=actor.person_id, person__isnull=False)
            | within(actor.paths, "occurrence__activity__organisation__path")
        )


class Presence(models.Model):
    """What is known of one person on one date: when they came and went and how it was found out, or why they did not.

    Nothing known is no record: before the end somebody has merely not come yet.
    """

    class State(models.TextChoices):
        PRESENT = "present", _("was there")
        LATE = "late", _("came late")
        LEFT_EARLY = "left_early", _("left early")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("did not come")
        GAVE_UP = "gave_up", _("gave the seat up late")

    class How(models.TextChoices):
        QR = "qr", _("code on the phone")
        BY_NAME = "by_name", _("by name")
        HALL_CODE = "hall_code", _("changing code in the hall")
        OFFLINE = "offline", _("at the door without network")
        CLOCK = "clock", _("found by the clock")

    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="presences")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="presences")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="presences")
    state = models.CharField(_("state"), max_length=10, choices=State)
    how = models.CharField(_("how it was found out"), max_length=10, choices=How)
    people = models.PositiveSmallIntegerField(_("people who came"), default=1, help_text=_("companions included"))
    walked_in = models.BooleanField(_("came without a registration"), default=False)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours booked"), default=0, editable=False)
    has_answered = models.BooleanField(_("has given feedback"), default=False, editable=False)
    noted_at = models.DateTimeField(default=clock.now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        ordering: ClassVar = ["occurrence", "arrived_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["person", "state"], name="presences_of_a_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_presence_per_date",
                fields=["occurrence", "person"],
                violation_error_message=_("This person has been noted on this date already."),
            ),
            models.CheckConstraint(
                name="who_came_arrived",
                condition=Q(state__in=CAME, arrived_at__isnull=False)
                | (~Q(state__in=CAME) & Q(arrived_at=None, left_at=None)),
                violation_error_message=_("Who came arrived at a time; who did not come has none."),
            ),
            models.CheckConstraint(
                name="left_after_arriving",
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
                violation_error_message=_("Nobody can leave before they came."),
            ),
            models.CheckConstraint(
                name="an_excuse_has_a_reason",
                condition=~Q(state="excused") | ~Q(reason=""),
                violation_error_message=_("An excuse needs its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.occurrence_id}: {self.state}"

    @property
    def has_come(self) -> bool:
        return self.state in CAME
