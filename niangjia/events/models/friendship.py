"""Friendship events: who opted in, who came under which number, sealed choices, and who chose one another."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity
from niangjia.kit import clock, crypto
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.orgs.models import within
from niangjia.people.models import Person


class Profile(models.Model):
    """What somebody who is single lets others at an event read. Gone with their consent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be verified")
        VERIFIED = "verified", _("verified by the federation")
        REFUSED = "refused", _("not verified")
        BLOCKED = "blocked", _("blocked")

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="friendship_profile")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    nickname = models.CharField(_("nickname"), max_length=12)
    age_band = models.CharField(_("age band"), max_length=8)
    district_code = models.CharField(_("district of residence"), max_length=6, blank=True)
    words = models.CharField(_("a few words"), max_length=60, blank=True)
    contact = crypto.SealedTextField(
        _("how to reach you"), help_text=_("shown only to whom you chose and who chose you")
    )
    promised_at = models.DateTimeField(_("promised to be single"))
    reason = models.CharField(_("why not"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("friendship profile")
        ordering: ClassVar = ["promised_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_profile_turned_down_has_a_reason",
                condition=~Q(state__in=["refused", "blocked"]) | ~Q(reason=""),
                violation_error_message=_("Say why, in a sentence the person reads."),
            )
        ]

    def __str__(self) -> str:
        return self.nickname


class EveningQuerySet(models.QuerySet["Evening"]):
    def lock(self, evening_id: int) -> Evening:
        found = self.select_for_update(of=("self",)).select_related("activity__organisation")
        return found.get(pk=evening_id)

    def run_by(self, actor: Actor) -> Self:
        return self.filter(within(actor.reach(*RUNNERS), "activity__organisation__path"))


class Evening(models.Model):
    """The friendship side of an activity: its guests choose, and at a stated hour the mutual choices are told.

    `key` is what sealed choices are made with. It is thrown away with them at the reveal.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="evening")
    reveals_at = models.DateTimeField(_("mutual choices are told"))
    most_choices = models.PositiveSmallIntegerField(_("choices each may make"), default=3)
    keep_days = models.PositiveSmallIntegerField(_("days until all is deleted"), default=30)
    key = crypto.SealedTextField(null=True, editable=False)  # type: ignore[misc] # empty once thrown away
    opened_at = models.DateTimeField(null=True, blank=True)
    revealed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    guests_counted = models.PositiveIntegerField(default=0, editable=False)
    pairs_counted = models.PositiveIntegerField(default=0, editable=False)

    objects = EveningQuerySet.as_manager()

    class Meta:
        verbose_name = _("friendship event")
        ordering: ClassVar = ["-reveals_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="no_key_outlives_the_reveal",
                condition=Q(revealed_at=None) | Q(key__isnull=True),
                violation_error_message=_("The key is thrown away when the mutual choices are told."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity)

    @property
    def path(self) -> str:
        return self.activity.organisation.path

    def throw_key_away(self) -> None:
        """From now on no sheet that was left somewhere can be made sense of."""
        self.key = None  # type: ignore[assignment]


class Guest(models.Model):
    """Somebody who came, under a number. The sheet always has one mark for every other guest, chosen or not."""

    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="guests")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="evenings")
    number = models.PositiveSmallIntegerField(_("number at the event"))
    sheet = ArrayField(models.CharField(max_length=64), default=list, editable=False)

    class Meta:
        verbose_name = _("guest of a friendship event")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_number_per_guest", fields=["evening", "number"]),
            models.UniqueConstraint(name="one_place_per_guest", fields=["evening", "person"]),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Pair(models.Model):
    """Two who chose one another. Only they read it; either can end it."""

    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="pairs")
    first = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mutual choice")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_pair_is_told_once", fields=["first", "second"]),
            models.CheckConstraint(name="a_pair_is_of_two", condition=Q(first__lt=F("second"))),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk}"


class Report(models.Model):
    """A guest tells the organiser about another: how they behaved, or that they are not single."""

    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="reports")
    by = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="+")
    about = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="+")
    words = crypto.SealedTextField(_("what happened"))
    made_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("friendship report")
        ordering: ClassVar = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"report {self.pk}"
