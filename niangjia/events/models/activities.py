"""What is on: an activity, its dates, the groups of people it has seats for, and the seats."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.demand.models import Option
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.orgs.models import Organisation, within

# Whoever moves a date by whatever verb, people's calendars must hear of it (SEQUENCE, RFC 5545 §3.8.7.4).
REVISED = pgtrigger.Trigger(
    name="date_counts_its_changes",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("starts_at", "ends_at", "location", "state"),
    func="""
        NEW.revision = OLD.revision + 1;
        IF NEW.starts_at IS DISTINCT FROM OLD.starts_at THEN NEW.told = 0; END IF;
        RETURN NEW;
    """,
)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def lock(self, activity_id: int) -> Activity:
        """The activity, locked. Every change of who holds a seat begins here: one lock, one order, for every verb.

        NO KEY: a claim's foreign key to the activity must not wait for it.
        """
        return self.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=activity_id)

    def announced(self) -> Self:
        return self.exclude(state=Activity.State.DRAFT)

    def visible_to(self, actor: Actor) -> Self:
        """Whoever is under the organiser sees what is announced; its officers also see drafts."""
        if actor.is_system:
            return self
        above = Organisation.objects.above(*actor.paths)
        return self.filter(
            within(actor.paths, "organisation__path") | (Q(organisation__in=above) & ~Q(state=Activity.State.DRAFT))
        )

    def offered_within(self, path: str) -> Self:
        """What is announced by the union at this path or by one above it."""
        return self.announced().filter(organisation__in=Organisation.objects.above(path))


class Activity(models.Model):
    """Something a union puts on, with one way of giving out its seats."""

    class Mode(models.TextChoices):
        FIRST_COME = "first_come", _("first come, first served")
        DRAW = "draw", _("equal window, then a draw")
        APPROVAL = "approval", _("the union chooses")
        INVITATION = "invitation", _("by invitation")

    class HoursKind(models.TextChoices):
        NONE = "", _("no hours")
        LEARNING = "learning", _("learning hours")
        VOLUNTEERING = "volunteering", _("volunteering hours")

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        ANNOUNCED = "announced", _("announced")
        CALLED_OFF = "called_off", _("called off")

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary activity")
        TRIP = "trip", _("trip")
        FRIENDSHIP = "friendship", _("friendship event")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="activities")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ORDINARY, editable=False)
    title = models.CharField(_("title"), max_length=80)
    summary = models.TextField(_("what it is"), blank=True, max_length=2000)
    practice = models.SlugField(_("practice it was begun from"), max_length=32, blank=True)
    answers = models.ForeignKey(
        Option, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="activities",
        verbose_name=_("what workers asked for"),
    )  # fmt: skip
    mode = models.CharField(_("how seats are given"), max_length=12, choices=Mode, default=Mode.DRAW)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(_("registration opens"))
    closes_at = models.DateTimeField(_("registration closes"))
    conditions = models.JSONField(_("who it is for"), default=list, blank=True)
    most_seats = models.PositiveSmallIntegerField(
        _("seats one person may ask for"), default=1, help_text=_("companions included")
    )
    most_dates = models.PositiveSmallIntegerField(_("dates one person may hold"), default=1)
    all_dates = models.BooleanField(
        _("one registration for all dates"), default=False, help_text=_("all of them or none, as for a course")
    )
    most_companions = models.PositiveSmallIntegerField(_("companions without a seat of their own, at most"), default=0)
    asks_ages = models.BooleanField(_("the ages of companions matter"), default=False)
    forgets_days = models.PositiveSmallIntegerField(
        _("days after which nothing is kept of companions"), default=7, help_text=_("counted from the last date")
    )
    roster_hours = models.PositiveSmallIntegerField(_("a team may change its members until, hours before"), default=24)
    cancel_hours = models.PositiveSmallIntegerField(_("free to cancel until, hours before"), default=24)
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to answer an offer"), default=24, help_text=_("of a seat that came free; 0: it is yours at once")
    )
    instant_hours = models.PositiveSmallIntegerField(_("a freed seat is given at once until, hours before"), default=48)
    rest_days = models.PositiveSmallIntegerField(
        _("who had a scarce seat of ours comes after the others for so many days"), default=0
    )
    door_minutes = models.PositiveSmallIntegerField(_("the door opens, minutes before"), default=60)
    grace_minutes = models.PositiveSmallIntegerField(
        _("a seat is kept, minutes after the start"), default=15, help_text=_("who comes later is late")
    )
    heeds_absences = models.BooleanField(_("who missed something of ours without a word comes later"), default=True)
    decide_by = models.DateTimeField(
        _("the union chooses by"), null=True, blank=True, help_text=_("what nobody has decided then has lapsed")
    )
    hours_kind = models.CharField(
        _("what being there counts as"), max_length=12, choices=HoursKind, default=HoursKind.NONE, blank=True
    )
    hours = models.PositiveSmallIntegerField(_("hours each date counts"), default=0)
    minimum = models.PositiveIntegerField(_("takes place with at least so many people"), null=True, blank=True)
    go_by = models.DateTimeField(_("decided whether it takes place"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    expected = models.PositiveIntegerField(
        _("people expected on a date"), null=True, blank=True, help_text=_("where seats have no limit")
    )
    permit_number = models.CharField(_("number of the security permit"), max_length=60, blank=True, editable=False)
    permit_on = models.DateField(_("date of the security permit"), null=True, blank=True, editable=False)
    beacon_name = models.CharField(_("outside value of the draw"), max_length=120, blank=True)
    beacon = models.CharField(max_length=120, blank=True, editable=False)
    beacon_by = models.BigIntegerField(null=True, blank=True, editable=False)
    beacon_at = models.DateTimeField(null=True, blank=True, editable=False)
    commitment = models.CharField(max_length=64, blank=True, editable=False)
    seed = models.CharField(max_length=64, blank=True, editable=False)
    last_rank = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        ordering: ClassVar = ["-opens_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="activity_closes_after_it_opens",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("Registration must close after it opens."),
            ),
            models.CheckConstraint(
                name="a_minimum_has_its_day",
                condition=Q(minimum=None, go_by=None) | Q(minimum__gt=0, go_by__isnull=False),
                violation_error_message=_("Say by when it is decided whether it takes place."),
            ),
            models.CheckConstraint(
                name="a_permit_has_number_and_date",
                condition=Q(permit_number="", permit_on=None) | (~Q(permit_number="") & Q(permit_on__isnull=False)),
                violation_error_message=_("Number and date as they stand on the permit, please."),
            ),
            models.CheckConstraint(
                name="activity_gives_a_seat",
                condition=Q(most_seats__gt=0, most_dates__gt=0),
                violation_error_message=_("One person must be able to ask for at least one seat on one date."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        return self.organisation.path

    def is_open_at(self, moment: datetime) -> bool:
        return self.state == self.State.ANNOUNCED and self.opens_at <= moment < self.closes_at


class Occurrence(models.Model):
    """One date of an activity, or one item of a contest; for single people, or for teams of so many."""

    class Due(models.IntegerChoices):
        TOMORROW = 1, _("tomorrow")
        SOON = 2, _("soon")
        OVER = 3, _("over")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CALLED_OFF = "called_off", _("called off")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="occurrences")
    title = models.CharField(_("item"), max_length=40, blank=True, help_text=_("of a contest: tug-of-war, relay"))
    team_least = models.PositiveSmallIntegerField(_("a team has at least"), default=0)
    team_most = models.PositiveSmallIntegerField(
        _("a team has at most"), default=0, help_text=_("0: not for teams, but for single people")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    location = models.CharField(_("where"), max_length=120)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    heads = models.PositiveIntegerField(
        _("heads counted"), default=0, editable=False,
        help_text=_("people of whom nothing is known but that they were there; never among those who registered"),
    )  # fmt: skip
    told = models.PositiveSmallIntegerField(default=0, editable=False)  # of Due: the last that people were told
    revision = models.PositiveIntegerField(default=0, editable=False)  # counted by PostgreSQL, for calendars
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)  # last put to another time or place
    results_at = models.DateTimeField(null=True, blank=True, editable=False)  # a contest's results shown to everybody

    class Meta:
        verbose_name = _("date of an activity")
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="occurrence_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A date must end after it starts."),
            ),
            models.CheckConstraint(
                name="team_is_of_two_at_least",
                condition=Q(team_least=0, team_most=0) | Q(team_least__gte=2, team_most__gte=F("team_least")),
                violation_error_message=_("A team has two members at least, and not fewer at most than at least."),
            ),
        ]
        triggers: ClassVar = [REVISED]

    def __str__(self) -> str:
        return f"{self.activity}, {self.title or format(self.starts_at, '%Y-%m-%d %H:%M')}"

    @property
    def full_title(self) -> str:
        """The activity, and which item of it where it has several."""
        return f"{self.activity.title} · {self.title}" if self.title else self.activity.title

    @property
    def said(self) -> str:
        """When it is, and which item where several are at once."""
        return " ".join(filter(None, (say_moment(self.starts_at), self.title)))

    @property
    def is_for_teams(self) -> bool:
        return self.team_most > 0


class Group(models.Model):
    """People an activity counts apart: a district, a trade, the front line. Its rule says who is in it."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="groups")
    key = models.SlugField(max_length=32)
    title = models.CharField(_("group"), max_length=60)
    rule = models.TextField(_("who is in it"), max_length=2000)
    opens_at = models.DateTimeField(_("opens for them"), null=True, blank=True)

    class Meta:
        verbose_name = _("group of an activity")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_group_per_key",
                fields=["activity", "key"],
                violation_error_message=_("There is a group of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Pool(models.Model):
    """Seats: of one date or of all together, for one group or for everybody; with a ceiling, a floor, or both.

    A seat counts against every pool it falls into. `taken` is a guard kept beside the registrations, which are the
    truth. A floor keeps seats back for its group in the pool of everybody, until it is merged.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="pools")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, null=True, blank=True, related_name="pools")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="pools")
    ceiling = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    floor = models.PositiveIntegerField(_("at least"), default=0)
    merges_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0, editable=False)
    held_back = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("pool of seats")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_pool_per_date_and_group",
                fields=["activity", "occurrence", "group"],
                nulls_distinct=False,
                violation_error_message=_("These seats are counted already."),
            ),
            models.CheckConstraint(
                name="pool_never_over",
                condition=Q(ceiling=None) | Q(ceiling__gte=F("taken") + F("held_back")),
                violation_error_message=_("More seats are taken or kept back than there would be."),
            ),
            models.CheckConstraint(
                name="pool_floor_is_of_a_group",
                condition=Q(floor=0) | Q(group__isnull=False),
                violation_error_message=_("Only for a group can seats be kept back."),
            ),
            models.CheckConstraint(
                name="pool_floor_below_ceiling",
                condition=Q(ceiling=None) | Q(floor__lte=F("ceiling")),
                violation_error_message=_("A group cannot have more seats kept back than it may have."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group or _('everybody')}: {self.taken}/{self.ceiling}"
