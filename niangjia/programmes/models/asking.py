"""What has been asked of a worker and put off by them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.people.models import Person


class PutOffQuerySet(models.QuerySet["PutOff"]):
    def standing(self, on: date | None = None) -> Self:
        """Those that still keep a question back."""
        return self.filter(until__gt=on or clock.today())


class PutOff(models.Model):
    """A question somebody does not want to answer now; they are not asked again before the day."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="questions_put_off")
    fact = models.CharField(max_length=64)
    until = models.DateField()

    objects = PutOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("question put off")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "fact"], name="put_off_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.fact} until {self.until}"
