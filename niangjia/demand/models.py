"""Asking workers what they need (点单), before anything is arranged: a poll, its options, and who wishes for what."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import Organisation, within
from niangjia.people.models import Person


class PollQuerySet(models.QuerySet["Poll"]):
    def lock(self, poll_id: int) -> Poll:
        rows = self.select_for_update(of=("self",), no_key=True).select_related("organisation")
        return rows.get(pk=poll_id)

    def listed(self) -> Self:
        """Those that stand in the list of polls: a poll about something else is shown on that thing's own page."""
        return self.filter(is_listed=True)

    def open_on(self, day: date) -> Self:
        return self.filter(Q(closes_on=None) | Q(closes_on__gte=day), closed_at=None)

    def asked_within(self, paths: tuple[str, ...]) -> Self:
        """What the unions at these paths, or above them, ask."""
        return self.filter(organisation__in=Organisation.objects.above(*paths))

    def run_by(self, actor: Actor) -> Self:
        return self.filter(within(actor.paths, "organisation__path"))


class Poll(models.Model):
    """One question to workers: what do you need? They tick, the union counts, and arranges what many ask for."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="polls", verbose_name=_("asked by")
    )
    title = models.CharField(_("what is asked"), max_length=64)
    most = models.PositiveSmallIntegerField(_("one person ticks at most"), default=1)
    notice_at = models.PositiveIntegerField(
        _("tell us at so many people"), null=True, blank=True, help_text=_("empty: we look ourselves")
    )
    closes_on = models.DateField(_("answer until"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(default=clock.now, editable=False)
    is_listed = models.BooleanField(default=True, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand poll")
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_poll_lets_one_tick",
                condition=Q(most__gte=1),
                violation_error_message=_("One person ticks one option at least."),
            ),
            models.CheckConstraint(
                name="a_notice_is_of_somebody",
                condition=Q(notice_at=None) | Q(notice_at__gte=1),
                violation_error_message=_("We tell you when one person asks, or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return self.organisation.path

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and (self.closes_on is None or clock.today() <= self.closes_on)


class Option(models.Model):
    """One thing that can be asked for."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    title = models.CharField(_("option"), max_length=64)
    order = models.PositiveSmallIntegerField(default=0, editable=False)
    reached_at = models.DateTimeField(null=True, blank=True, editable=False)  # when the union was told

    class Meta:
        verbose_name = _("option of a poll")
        ordering: ClassVar = ["poll", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_option_per_title",
                fields=["poll", "title"],
                violation_error_message=_("This option stands there already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Wish(models.Model):
    """“I would like this”: one worker, one option. Unions see how many, never who."""

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="wishes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wishes")
    wished_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("wish")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_wish_per_option",
                fields=["option", "person"],
                violation_error_message=_("You have told us already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option_id}"

    @property
    def path(self) -> str:
        return self.option.poll.path
