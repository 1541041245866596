"""Routes of recuperation and outings: what they are, who looked at them, for which season they are approved."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import Organisation, within
from niangjia.people.models import Person


class RouteQuerySet(models.QuerySet["Route"]):
    def lock(self, route_id: int) -> Route:
        return self.select_for_update(of=("self",)).select_related("organisation").get(pk=route_id)

    def visible_to(self, actor: Actor) -> Self:
        """Officers see the routes that the federations above and below them have listed."""
        if actor.is_system:
            return self
        above = Organisation.objects.above(*actor.paths)
        return self.filter(within(actor.paths, "organisation__path") | Q(organisation__in=above))

    def approved_on(self, day: date) -> Self:
        return self.filter(approvals__in=Approval.objects.standing_on(day)).distinct()


class Route(models.Model):
    """A way to rest that a federation has listed: its stops, its days, its price. Trips are announced from it."""

    class Kind(models.TextChoices):
        RECUPERATION = "recuperation", _("recuperation")
        OUTING = "outing", _("spring or autumn outing")

    class Reach(models.TextChoices):
        WITHIN = "within", _("within the city")
        BEYOND = "beyond", _("outside the city")
        COUNTERPART = "counterpart", _("counterpart region")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="routes")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RECUPERATION)
    reach = models.CharField(_("where it leads"), max_length=12, choices=Reach, default=Reach.WITHIN)
    title = models.CharField(_("title"), max_length=60)
    summary = models.TextField(_("what it is"), blank=True, max_length=2000)
    days = models.PositiveSmallIntegerField(_("days, travel included"))
    day_price_fen = models.PositiveIntegerField(_("price a day"))
    family_price_fen = models.PositiveIntegerField(
        _("what a family member pays"), null=True, blank=True,
        help_text=_("for the whole trip, to the travel firm; empty: family does not come along"),
    )  # fmt: skip
    capacity = models.PositiveIntegerField(_("people at most"))
    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="routes_run",
        verbose_name=_("base or travel firm"),
    )  # fmt: skip
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("recuperation route")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="route_takes_people_for_a_day",
                condition=Q(days__gt=0, capacity__gt=0),
                violation_error_message=_("A route lasts at least a day and takes at least one person."),
            ),
            models.CheckConstraint(
                name="outing_is_of_one_day",
                condition=~Q(kind="outing") | Q(days=1),
                violation_error_message=_("A spring or autumn outing goes and comes back on the same day."),
            ),
            models.UniqueConstraint(
                name="one_route_of_a_title",
                fields=["organisation", "title"],
                violation_error_message=_("This federation has listed a route of this title already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return self.organisation.path

    @property
    def price_fen(self) -> int:
        """What the union pays for one worker."""
        return self.days * self.day_price_fen


class Stop(models.Model):
    """Where a route leads on one of its days: a base, a village, a house."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="stops")
    day = models.PositiveSmallIntegerField(_("day of the route"), default=1)
    name = models.CharField(_("name of the stop"), max_length=60)

    class Meta:
        verbose_name = _("stop of a route")
        ordering: ClassVar = ["day", "pk"]

    def __str__(self) -> str:
        return self.name


class Inspection(models.Model):
    """A visit of union representatives to a route before it is approved. The criteria are those of its day."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="inspections")
    visited_on = models.DateField(_("visited on"))
    criteria = models.JSONField(help_text=_("what is scored: key, words, most points"))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("route inspection")
        ordering: ClassVar = ["-visited_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_inspection_of_a_route",
                fields=["route"],
                condition=Q(closed_at=None),
                violation_error_message=_("An inspection of this route is open already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.route}, {self.visited_on}"


class Inspector(models.Model):
    """One representative of an inspection, and the scores they handed in."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="inspectors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="inspections")
    scores = models.JSONField(null=True, blank=True, help_text=_("points by the key of the criterion"))
    points = models.PositiveSmallIntegerField(_("points in all"), null=True, blank=True)
    remark = models.CharField(_("what was noticed"), max_length=300, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("inspector of a route")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="nobody_inspects_twice",
                fields=["inspection", "person"],
                violation_error_message=_("This representative is named already."),
            ),
            models.CheckConstraint(
                name="scores_are_handed_in_whole",
                condition=Q(scores=None, points=None, handed_in_at=None)
                | Q(scores__isnull=False, points__isnull=False, handed_in_at__isnull=False),
                violation_error_message=_("Scores are handed in for all criteria together."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.inspection}"


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def standing_on(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day, withdrawn_on=None)


class Approval(models.Model):
    """A federation's word that a route may be travelled in a season, with the inspection it rests on."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="approvals")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="approvals")
    starts_on = models.DateField(_("season starts"))
    ends_on = models.DateField(_("season ends"))
    withdrawn_on = models.DateField(null=True, blank=True)
    reason = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval of a route")
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approval_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A season must end after it starts."),
            ),
            models.CheckConstraint(
                name="an_approval_is_withdrawn_with_a_reason",
                condition=Q(withdrawn_on=None) | ~Q(reason=""),
                violation_error_message=_("Say why the approval is withdrawn."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route}, {self.starts_on} – {self.ends_on}"


class Trip(models.Model):
    """One departure on an approved route: an activity, and what it takes from the year of whoever goes."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="trip")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="trips")
    starts_on = models.DateField(_("leaves on"))
    price_fen = models.PositiveIntegerField(_("what the union pays for one worker"))
    counts = models.BooleanField(_("taken from the year's allowance"), default=True)

    class Meta:
        verbose_name = _("recuperation trip")
        ordering: ClassVar = ["starts_on", "pk"]

    def __str__(self) -> str:
        return str(self.activity)
