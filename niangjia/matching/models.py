"""What keeps the facts table current. The table itself is made from the declared facts; see `table`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """Somebody's facts have changed since they were last read into the table.

    Written by triggers, also several times for one person: no key makes two writers wait for each other. It points to
    nobody, so that a person who is gone can still be noted.
    """

    person_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("change of facts")

    def __str__(self) -> str:
        return f"facts of person {self.person_id} changed"


class FactsTable(models.Model):
    """The state of the facts table: for which day it holds, and how many times it was brought up to date.

    Rows carry the count of the time they last changed, so that whoever matched at a count knows whom to match again.
    """

    day = models.DateField(_("day it holds for"), null=True)
    generation = models.BigIntegerField(_("times brought up to date"), default=0)

    class Meta:
        verbose_name = _("facts table")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="one_facts_table",
                condition=models.Q(pk=1),
                violation_error_message=_("There is one facts table."),
            )
        ]

    def __str__(self) -> str:
        return f"facts of {self.day}"
