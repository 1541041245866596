"""What is decided: steps, the bodies that act in them, decisions, notices and objections."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.crypto import SealedJSONField
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person
from niangjia.programmes.models.applying import Application
from niangjia.programmes.models.offering import Round

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class Notice(models.Model):
    """A public notice over the applications that reached a notice step; anybody may object until it closes."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notices")
    step = models.SlugField(max_length=64)
    title = models.CharField(max_length=160)
    published_at = models.DateTimeField(default=clock.now)
    closes_on = models.DateField(help_text=_("the last day on which an objection counts"))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("public notice")
        ordering: ClassVar = ["-published_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return self.round.organisation.path


class StepRun(models.Model):
    """An application at one step: who has it, since when, until when, and how it ended."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PASSED = "passed", _("passed")
        REFUSED = "refused", _("refused")
        RETURNED = "returned", _("sent back")
        STOPPED = "stopped", _("stopped")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="runs")
    step = models.SlugField(max_length=64)
    attempt = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")

    class Meta:
        verbose_name = _("step of an application")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="steprun_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_step",
                fields=["application"],
                condition=Q(state="open"),
                violation_error_message=_("This application is already at another step."),
            ),
            models.UniqueConstraint(fields=["application", "step", "attempt"], name="one_run_per_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.application} at {self.step}"


class StepBody(models.Model):
    """A body that has to act in a step: one for a review, several for a joint survey or a signature."""

    run = models.ForeignKey(StepRun, on_delete=models.CASCADE, related_name="bodies")
    side = models.SlugField(max_length=64, help_text=_("`union`, or the partner's key"))
    office = models.CharField(max_length=10)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duties")

    class Meta:
        verbose_name = _("body that acts in a step")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "side"], name="one_body_per_side"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} for {self.run}"


class Decision(models.Model):
    """What one person decided or recorded at a step. Never changed: another decision follows it."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("approve")
        REFUSE = "refuse", _("refuse")
        RETURN = "return", _("send back")
        RECORD = "record", _("recorded")
        RECUSE = "recuse", _("recused")

    run = models.ForeignKey(StepRun, on_delete=models.CASCADE, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="decisions")
    by_name = models.CharField(max_length=64)
    side = models.SlugField(max_length=64, default="union")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.TextField(blank=True)
    record = SealedJSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("decision")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_decision_per_person_and_step",
                fields=["run", "person"],
                violation_error_message=_("You have already decided this step."),
            ),
            models.CheckConstraint(
                name="no_or_return_says_why",
                condition=~Q(verdict__in=["refuse", "return", "recuse"]) | ~Q(reason=""),
                violation_error_message=_("Say why in a sentence."),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="decision_stays", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.verdict}"


class JudgeSeat(models.Model):
    """A person who judges a score step of a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="judges")
    step = models.SlugField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="judge_seats")

    class Meta:
        verbose_name = _("judge's seat")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "step", "person"], name="one_seat_per_judge"),
        ]

    def __str__(self) -> str:
        return f"{self.person} judges {self.round}"


class Objection(models.Model):
    """What somebody has against a line of a public notice, and how it was answered."""

    class State(models.TextChoices):
        OPEN = "open", _("being looked into")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("not upheld")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="objections")
    run = models.ForeignKey(StepRun, on_delete=models.CASCADE, null=True, blank=True, related_name="objections")
    text = models.TextField(_("what is wrong"))
    name = SealedJSONField(_("name and contact"), default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    made_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"objection {self.pk} to {self.notice}"
