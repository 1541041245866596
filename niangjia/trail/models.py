"""The record of who did what to which thing: append-only, by name and not by foreign key."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock


class Line(models.Model):
    """One act. Things and people are named by text, so erasing a person leaves honest history and no cycle."""

    at = models.DateTimeField(_("when"), default=clock.now)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    thing_type = models.CharField(max_length=64)
    thing_id = models.BigIntegerField()
    path = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("trail line")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["thing_type", "thing_id", "id"], name="trail_line_by_thing"),
            models.Index(fields=["actor_id", "id"], name="trail_line_by_actor"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="trail_line_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.thing_type} {self.thing_id}"


class Seal(models.Model):
    """A hash over all lines up to one, chained to the seal before: a line changed behind our back shows."""

    upto = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("trail seal")
        ordering: ClassVar = ["upto"]
        triggers: ClassVar = [pgtrigger.Protect(name="trail_seal_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.upto}: {self.digest[:12]}"
