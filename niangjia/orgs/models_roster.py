"""Rosters brought in from spreadsheets: the file, what was said about each row, and what each row made."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock, crypto
from niangjia.kit.actor import Actor
from niangjia.orgs.models import EmploymentForm, Organisation, Post, within
from niangjia.people.models import IdKind, Person, Sex


class RosterBatchQuerySet(models.QuerySet["RosterBatch"]):
    def lock(self, batch_id: int) -> RosterBatch:
        return self.select_for_update(of=("self",)).select_related("union").get(pk=batch_id)

    def visible_to(self, actor: Actor) -> Self:
        """An officer sees the rosters of their subtree."""
        return self if actor.is_system else self.filter(within(actor.paths, "union__path"))


class RosterBatch(models.Model):
    """One roster file: read, looked at, then applied as a whole, and undone as a whole."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        UNREADABLE = "unreadable", _("cannot be read")
        PREVIEWED = "previewed", _("checked")
        APPLYING = "applying", _("being imported")
        APPLIED = "applied", _("imported")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    union = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rosters")
    uploaded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    trouble = models.TextField(_("what went wrong"), blank=True)
    notes = models.JSONField(default=list)
    sheets = models.JSONField(default=list)  # name and heads of each sheet that was read
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = RosterBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster batch")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def path(self) -> str:
        """Where the trail files what is done to it."""
        return self.union.path


class RosterPiece(models.Model):
    """A sealed piece of the file as it was sent: read from here, and looked up again for the rows that are refused."""

    batch = models.ForeignKey(RosterBatch, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = crypto.SealedBytesField()

    class Meta:
        verbose_name = _("roster file piece")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_roster_piece_per_number", fields=["batch", "number"])
        ]

    def __str__(self) -> str:
        return f"piece {self.number} of roster {self.batch_id}"


class RosterProgress(models.Model):
    """How far the work on a roster is. Apart from the batch, which the work keeps locked."""

    batch = models.OneToOneField(RosterBatch, on_delete=models.CASCADE, related_name="progress")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("roster progress")

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"


class RosterRow(models.Model):
    """One person of a roster: the verdict, the faults, and what the row made of whom."""

    # Written by the million under the lock of their batch, which nobody deletes: not asked for at each row.
    batch = models.ForeignKey(
        RosterBatch, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField()  # counted over all sheets and people, from 0
    sheet = models.PositiveSmallIntegerField()
    row = models.PositiveIntegerField(_("row"))
    part = models.PositiveSmallIntegerField(default=0)  # which of several people in one row
    verdict = models.CharField(_("verdict"), max_length=8)
    faults = models.JSONField(default=list)
    name = models.CharField(max_length=64, blank=True)
    name_key = models.CharField(max_length=128, blank=True)
    id_kind = models.CharField(max_length=10, choices=IdKind, blank=True)
    id_hash = models.CharField(max_length=64, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True)
    # Sealed for the columns of `Person` they will stand in, and emptied when they do.
    id_number = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    unit = models.CharField(max_length=128, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    trade = models.CharField(max_length=64, blank=True)
    post = models.CharField(max_length=16, choices=Post, blank=True)
    form = models.CharField(max_length=10, choices=EmploymentForm, blank=True)
    started_on = models.DateField(null=True, blank=True)

    # What the row made, known once it is applied. By number, not by key: the things may lawfully be gone later.
    person_id = models.BigIntegerField(null=True)
    new_person = models.BooleanField(default=False)
    filled = ArrayField(models.CharField(max_length=8), default=list)
    membership_id = models.BigIntegerField(null=True)
    employer_id = models.BigIntegerField(null=True)
    employment_id = models.BigIntegerField(null=True)
    new_employment = models.BooleanField(default=False)
    employment_before = models.JSONField(null=True)

    class Meta:
        verbose_name = _("roster row")
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["batch", "verdict"], name="roster_row_by_verdict")]
        constraints: ClassVar = [models.UniqueConstraint(name="one_roster_row_per_number", fields=["batch", "number"])]

    def __str__(self) -> str:
        return f"row {self.row} of roster {self.batch_id}"
