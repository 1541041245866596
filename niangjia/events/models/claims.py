"""Who asked for seats, and who holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from niangjia.events.models.activities import Activity, Occurrence
from niangjia.events.models.teams import Team, TeamMember
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import within
from niangjia.people.models import Person


class ClaimQuerySet(models.QuerySet["Claim"]):
    def mine(self, actor: Actor) -> Self:
        """What one asked for oneself; what one's team asked for is the team's."""
        return self.filter(person=actor.person_id, person__isnull=False, team=None)

    def visible_to(self, actor: Actor) -> Self:
        """One's own; an officer's, of the activities of their subtree."""
        if actor.is_system:
            return self
        return self.filter(
            Q(person=actor.person_id, person__isnull=False) | within(actor.paths, "activity__organisation__path")
        )

    def hoping(self) -> Self:
        """Those that hold a seat, stand in line or in the draw, or are being decided on."""
        return self.filter(state__in=HOPING)

    def people(self) -> Iterator[tuple[int, int]]:
        """Whom these claims are for, each with its claim: the person, or everybody who has joined the team."""
        yield from self.filter(team=None).order_by("pk").values_list("pk", "person")
        members = TeamMember.objects.joined().filter(team__claim__in=self.order_by())
        yield from members.order_by("pk").values_list("team__claim", "person")

    def overdue(self, now: datetime) -> Self:
        """Asked for, and the day by which the union meant to choose, or the last date itself, has passed."""
        to_come = Occurrence.objects.filter(activity=OuterRef("activity"), starts_at__gt=now)
        late = Q(activity__decide_by__lte=now) | ~Exists(to_come.order_by())
        return self.filter(late, state=Claim.State.ASKED)

    def waiting(self) -> Self:
        """Who waits for seats, in the order they will be served."""
        return self.filter(state=Claim.State.ADMITTED, waits=True, short__gt=0).order_by("tier", "rank")


class Claim(models.Model):
    """What one person asks of one activity: which dates, how many of them, how many seats; and their place in line.

    There is one per person and activity for good: asked, given up and asked again, it is the same claim at a new place.
    A team's claim is its own: made in the captain's name, with a seat for each member, served whole or not at all.
    """

    class State(models.TextChoices):
        ENTERED = "entered", _("in the draw")
        ASKED = "asked", _("asked for")
        ADMITTED = "admitted", _("served")
        WITHDRAWN = "withdrawn", _("withdrawn")
        DECLINED = "declined", _("not chosen")
        UNDECIDED = "undecided", _("nobody decided in time")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    team = models.OneToOneField(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="claim")
    state = models.CharField(_("state"), max_length=10, choices=State)
    wanted = ArrayField(models.BigIntegerField(), help_text=_("dates, the dearest first"))
    take = models.PositiveSmallIntegerField(_("dates asked for"), default=1)
    seats = models.PositiveSmallIntegerField(_("seats on each date"), default=1)
    short = models.PositiveSmallIntegerField(help_text=_("dates asked for and not held"))
    waits = models.BooleanField(_("wants to wait"), default=True)
    groups = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    tier = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveBigIntegerField(help_text=_("place in line; the lower is served first"))
    token = models.CharField(max_length=32, unique=True, help_text=_("names the claim in a published draw"))
    claimed_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(_("why not"), max_length=300, blank=True, default="", db_default="")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        ordering: ClassVar = ["activity", "tier", "rank"]
        indexes: ClassVar = [
            models.Index(
                fields=["activity", "tier", "rank"],
                name="claims_in_line",
                condition=Q(state="admitted", waits=True, short__gt=0),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_claim_per_person",
                fields=["activity", "person"],
                condition=Q(team=None),
                violation_error_message=_("You have registered for this already."),
            ),
            models.CheckConstraint(
                name="claim_asks_for_something",
                condition=Q(seats__gt=0, take__gt=0, wanted__len__gte=F("take")),
                violation_error_message=_("Choose at least one date and one seat."),
            ),
            models.CheckConstraint(
                name="claim_short_of_at_most_all",
                condition=Q(short__lte=F("take")),
                violation_error_message=_("Nobody can be short of more dates than they asked for."),
            ),
            models.CheckConstraint(
                name="a_no_to_a_claim_has_a_reason",
                condition=~Q(state="declined") | ~Q(reason=""),
                violation_error_message=_("Say why: the person reads it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.activity_id}"

    def ask_anew(self, dates: Sequence[int], take: int, held: Collection[int] = ()) -> None:
        """Ask for so many of these dates, besides those it holds for good: begun, or checked in before the start."""
        self.wanted = [*held, *(one for one in dates if one not in held)]
        self.take, self.short = len(held) + take, take


LIVE = ("offered", "registered")
HOPING = ("entered", "asked", "admitted")


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def live(self) -> Self:
        """Those that hold seats."""
        return self.filter(state__in=LIVE)

    def of_person(self, person_id: int | None) -> Self:
        """The seats of one person: their own, and those of the teams they are in."""
        teams = TeamMember.objects.joined().filter(person=person_id, person__isnull=False).values("team")
        own = Q(person=person_id, person__isnull=False, claim__team=None)
        return self.filter(own | Q(claim__team__in=teams))

    def scarce(self) -> Self:
        """Seats others went without: given by lot, by the union's choice, or where somebody who asked got none."""
        without = Claim.objects.filter(
            activity=OuterRef("claim__activity"), state=Claim.State.ADMITTED, short=F("take")
        )
        by_choice = Q(claim__activity__mode__in=(Activity.Mode.DRAW, Activity.Mode.APPROVAL))
        return self.filter(by_choice | Exists(without.order_by()))


class Registration(models.Model):
    """Seats held on one date. The truth that every counter is proved against."""

    class State(models.TextChoices):
        OFFERED = "offered", _("offered")
        REGISTERED = "registered", _("registered")
        CANCELLED = "cancelled", _("cancelled")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("not answered in time")
        RELEASED = "released", _("released")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="registrations")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    seats = models.PositiveSmallIntegerField()
    groups = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    offer_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        ordering: ClassVar = ["occurrence", "made_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="nobody_twice_on_a_date",
                fields=["occurrence", "person"],
                condition=Q(state__in=LIVE),
                violation_error_message=_("You hold a seat on this date already."),
            ),
            models.CheckConstraint(
                name="an_offer_has_an_end",
                condition=Q(state="offered", offer_until__isnull=False) | ~Q(state="offered"),
                violation_error_message=_("An offer must say until when it stands."),
            ),
            models.CheckConstraint(
                name="registration_holds_a_seat",
                condition=Q(seats__gt=0),
                violation_error_message=_("A registration holds at least one seat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.occurrence_id}"
