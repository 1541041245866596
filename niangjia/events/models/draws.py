"""The record of a draw: everything somebody needs who wants to check it."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity
from niangjia.kit import clock


class Draw(models.Model):
    """One draw as published (`events.admission.lottery`): the roll, the seed promised beforehand, the order."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="draw")
    made_at = models.DateTimeField(default=clock.now)
    published = models.JSONField(help_text=_("the file anybody can check"))

    class Meta:
        verbose_name = _("draw")
        triggers: ClassVar = [pgtrigger.Protect(name="draw_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"draw of {self.activity}"
