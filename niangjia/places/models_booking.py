"""What can be booked, by whom, how often; the bookings; and the rows that make a double booking impossible."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.orgs.models import Employer
from niangjia.people.models import Person
from niangjia.places.models import DAY_MINUTES, Place

LIVE = ("held", "confirmed", "checked_in")  # those that occupy
COUNTED = (*LIVE, "released")  # those that use up a quota: who did not come has had the slot


class ResourceKind(models.TextChoices):
    ROOM = "room", _("room")
    HALL = "hall", _("hall")
    TABLE = "table", _("table")
    COURT = "court", _("court")
    SEAT = "seat", _("seat")


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("every worker")
    MEMBERS = "members", _("members of any union")
    OWN = "own", _("members of the union that runs the place, and of those below it")


class ResourceQuerySet(models.QuerySet["Resource"]):
    def standing(self) -> Self:
        return self.filter(retired_on=None)

    def run_by(self, actor: Actor) -> Self:
        return self.filter(place__in=Place.objects.run_by(actor))


class Resource(models.Model):
    """A room, table or court with its own terms. One that is divided takes up all its parts, and each part takes it."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="resources")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    kind = models.CharField(_("kind"), max_length=8, choices=ResourceKind, default=ResourceKind.ROOM)
    name = models.CharField(_("name of the resource"), max_length=32)
    capacity = models.PositiveSmallIntegerField(_("people it holds"), default=1)
    audience = models.CharField(_("who may book"), max_length=10, choices=Audience, default=Audience.EVERYBODY)
    slot_minutes = models.PositiveSmallIntegerField(_("length of a slot in minutes"), default=60)
    min_slots = models.PositiveSmallIntegerField(_("slots at least"), default=1)
    max_slots = models.PositiveSmallIntegerField(_("slots at most"), default=1)
    buffer_before = models.PositiveSmallIntegerField(_("minutes to set up before"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("minutes to clear after"), default=0)
    min_notice_minutes = models.PositiveIntegerField(_("book at least so many minutes before"), default=0)
    max_notice_days = models.PositiveSmallIntegerField(_("book at most so many days before"), default=7)
    release_minute = models.PositiveSmallIntegerField(
        _("a day becomes bookable at"), default=0, help_text=_("minutes after midnight of the first bookable day")
    )
    available_from = models.DateField(_("bookable from"), null=True, blank=True)
    available_until = models.DateField(_("bookable until"), null=True, blank=True)
    needs_approval = models.BooleanField(_("an officer approves each booking"), default=False)
    hold_hours = models.PositiveSmallIntegerField(_("a request waits so many hours for an answer"), default=24)
    check_in_from = models.PositiveSmallIntegerField(_("check in from so many minutes before"), default=15)
    grace_minutes = models.PositiveSmallIntegerField(
        _("given to others so many minutes after the beginning"), null=True, blank=True,
        help_text=_("Leave empty when nobody checks in."),
    )  # fmt: skip
    rotating_code = models.BooleanField(_("the code at the door changes every minute"), default=False)
    door_secret = models.CharField(max_length=64, default=secrets.token_hex, editable=False)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        ordering: ClassVar = ["place_id", "name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_resource_per_name",
                fields=["place", "name"],
                violation_error_message=_("This place already has a resource of this name."),
            ),
            models.CheckConstraint(
                name="resource_slots_make_sense",
                condition=Q(slot_minutes__gte=5, slot_minutes__lte=DAY_MINUTES, min_slots__gte=1, capacity__gte=1)
                & Q(max_slots__gte=F("min_slots")),
                violation_error_message=_("A slot lasts five minutes at least, and “at most” is not below “at least”."),
            ),
            models.CheckConstraint(
                name="resource_day_opens_within_the_day",
                condition=Q(release_minute__lt=DAY_MINUTES),
                violation_error_message=_("A day becomes bookable at a time between 00:00 and 23:59."),
            ),
            models.CheckConstraint(
                name="resource_season_ends_after_it_begins",
                condition=Q(available_from=None)
                | Q(available_until=None)
                | Q(available_until__gte=F("available_from")),
                violation_error_message=_("The last bookable day is not before the first."),
            ),
            models.CheckConstraint(
                name="resource_is_no_part_of_itself",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                violation_error_message=_("A room is not a part of itself."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return self.place.path

    def occupied_by(self, starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
        """The time a booking takes up, with setting up and clearing."""
        return starts - timedelta(minutes=self.buffer_before), ends + timedelta(minutes=self.buffer_after)


class Accessory(models.Model):
    """Something lent with a booking: rackets, a microphone. There are only so many at a time."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="accessories")
    name = models.CharField(_("name of the accessory"), max_length=32)
    stock = models.PositiveSmallIntegerField(_("how many there are"))

    class Meta:
        verbose_name = _("accessory")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_accessory_per_name",
                fields=["place", "name"],
                violation_error_message=_("This place already lends an accessory of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return self.place.path


class QuotaRuleQuerySet(models.QuerySet["QuotaRule"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class QuotaRule(models.Model):
    """How much one person, or all workers of one enterprise together, may book in a period. Dated data, never code."""

    class Subject(models.TextChoices):
        PERSON = "person", _("each person")
        ENTERPRISE = "enterprise", _("all workers of one enterprise together")

    class Period(models.TextChoices):
        DAY = "day", _("a day")
        WEEK = "week", _("a week")
        MONTH = "month", _("a month")

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="quotas")
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="quotas",
        help_text=_("empty: everything in the place together"),
    )  # fmt: skip
    subject = models.CharField(_("for"), max_length=10, choices=Subject, default=Subject.PERSON)
    period = models.CharField(_("within"), max_length=5, choices=Period, default=Period.WEEK)
    most = models.PositiveSmallIntegerField(_("slots at most"))
    prime_only = models.BooleanField(_("only evenings and days off count"), default=False)
    valid_from = models.DateField(_("valid from"), default=clock.today)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = QuotaRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking quota")
        ordering: ClassVar = ["place_id", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="quota_rule_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("A quota cannot end before it begins to hold."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.subject}/{self.period}: {self.most}"

    @property
    def path(self) -> str:
        return self.place.path


class BookingSeries(models.Model):
    """A booking that comes again every week. An edit of “this and following” or “all” is a new version of it."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="series")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="booking_series")
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    every_weeks = models.PositiveSmallIntegerField(_("every so many weeks"), default=1)
    starts = models.PositiveSmallIntegerField(help_text=_("minutes after midnight"))
    minutes = models.PositiveSmallIntegerField()
    purpose = models.CharField(_("purpose"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("booking series")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="series_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day"), every_weeks__gte=1, minutes__gte=1),
                violation_error_message=_("A series ends on or after its first day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.first_day}–{self.last_day} v{self.version}"

    @property
    def path(self) -> str:
        return self.resource.path

    def days(self) -> list[date]:
        """The days it falls on."""
        count = (self.last_day - self.first_day).days // (7 * self.every_weeks) + 1
        return [self.first_day + timedelta(weeks=n * self.every_weeks) for n in range(count)]


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> Self:
        """Those that take up their resource."""
        return self.filter(state__in=LIVE)

    def counted(self) -> Self:
        """Those that use up a quota."""
        return self.filter(state__in=COUNTED)

    def ahead(self, moment: datetime) -> Self:
        return self.live().filter(ends_at__gt=moment)

    def visible_to(self, actor: Actor) -> Self:
        """A person's own, and those in the places an officer runs. An employer sees none."""
        if actor.is_system:
            return self
        mine = Q(person=actor.person_id, person__isnull=False)
        return self.filter(mine | Q(resource__place__in=Place.objects.run_by(actor)))

    def mine(self, actor: Actor) -> Self:
        return self.filter(person=actor.person_id, person__isnull=False)


class Booking(models.Model):
    """One person's claim on a resource for a time, from the request to the door."""

    class State(models.TextChoices):
        HELD = "held", _("held")
        CONFIRMED = "confirmed", _("booked")
        CHECKED_IN = "checked_in", _("checked in")
        RELEASED = "released", _("not come, given to others")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("not approved")
        EXPIRED = "expired", _("not answered in time")

    class HeldFor(models.TextChoices):
        APPROVAL = "approval", _("an officer's answer")
        OFFER = "offer", _("the answer of who waited")

    class Door(models.TextChoices):
        """How the person was checked in."""

        CODE = "code", _("code at the door")
        NAME = "name", _("by name")

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="bookings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bookings")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    series = models.ForeignKey(BookingSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    detached = models.BooleanField(_("changed apart from its series"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State)
    held_for = models.CharField(max_length=8, choices=HeldFor, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    slots = models.PositiveSmallIntegerField(default=1)
    prime = models.BooleanField(_("in prime time"), default=False)
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    purpose = models.CharField(_("purpose"), max_length=100, blank=True)
    booked_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    door = models.CharField(max_length=4, choices=Door, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["person", "starts_at"], name="booking_by_person"),
            models.Index(fields=["resource", "starts_at"], name="booking_by_resource"),
            models.Index(fields=["held_until"], condition=Q(state="held"), name="booking_held"),
            models.Index(fields=["starts_at"], condition=Q(state="confirmed"), name="booking_expected"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="booking_ends_after_it_begins",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message=_("A booking ends after it begins."),
            ),
            models.CheckConstraint(
                name="held_booking_says_until_when",
                condition=~Q(state="held") | (Q(held_until__isnull=False) & ~Q(held_for="")),
                violation_error_message=_("A held booking says for what it is held, and until when."),
            ),
            models.CheckConstraint(
                name="refused_booking_says_why",
                condition=~Q(state="refused") | ~Q(reason=""),
                violation_error_message=_("Say why the booking is not approved."),
            ),
            models.CheckConstraint(
                name="checked_in_says_how",
                condition=~Q(state="checked_in") | (Q(checked_in_at__isnull=False) & ~Q(door="")),
                violation_error_message=_("Say how the person was checked in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def path(self) -> str:
        return self.resource.path

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_offer(self) -> bool:
        return self.state == self.State.HELD and self.held_for == self.HeldFor.OFFER


class Occupation(models.Model):
    """That a booking takes up one undivided resource, buffers included. PostgreSQL lets no two overlap."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="occupations")
    leaf = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="occupations")
    during = DateTimeRangeField()

    class Meta:
        verbose_name = _("occupation")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            # A range of one number instead of `=`, for which GiST would need the btree_gist extension.
            ExclusionConstraint(
                name="never_booked_twice",
                expressions=[
                    (
                        OpClass(
                            Func(F("leaf_id"), F("leaf_id"), Value("[]"), function="int8range"), name="range_ops"
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Somebody has booked this time already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.leaf} {self.during}"


class AccessoryLoan(models.Model):
    """What goes along with a booking."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="loans")
    accessory = models.ForeignKey(Accessory, on_delete=models.PROTECT, related_name="loans")
    quantity = models.PositiveSmallIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("accessory loan")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_loan_per_accessory",
                fields=["booking", "accessory"],
                violation_error_message=_("This accessory is on the booking already."),
            ),
            models.CheckConstraint(
                name="a_loan_is_of_something",
                condition=Q(quantity__gte=1),
                violation_error_message=_("Borrow at least one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accessory} × {self.quantity}"


class SlotWishQuerySet(models.QuerySet["SlotWish"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def open(self) -> Self:
        return self.filter(state__in=("waiting", "offered"))

    def mine(self, actor: Actor) -> Self:
        return self.filter(person=actor.person_id, person__isnull=False)


class SlotWish(models.Model):
    """Waiting for a slot that is taken. When it is freed, it is offered to one at a time, in the order they came."""

    class State(models.TextChoices):
        WAITING = "waiting", _("in the line")
        OFFERED = "offered", _("offered to you")
        TAKEN = "taken", _("taken")
        LET_GO = "let_go", _("let go")
        LAPSED = "lapsed", _("lapsed")

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="wishes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="slot_wishes")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="wish")
    asked_at = models.DateTimeField(default=clock.now)

    objects = SlotWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot wish")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["resource", "starts_at"], condition=Q(state="waiting"), name="wish_waiting"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_wish_per_slot",
                fields=["resource", "person", "starts_at"],
                condition=Q(state__in=["waiting", "offered"]),
                violation_error_message=_("You are waiting for this slot already."),
            ),
            models.CheckConstraint(
                name="an_offer_is_a_held_booking",
                condition=~Q(state="offered") | Q(booking__isnull=False),
                violation_error_message=_("An offered slot is held for the person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def path(self) -> str:
        return self.resource.path
