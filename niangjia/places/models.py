"""Where workers are served: stations, homes and venues, their hours and doors; and the lines that take them to work."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.demand.models import Option, Poll
from niangjia.kit import clock
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.orgs.models import Organisation, within
from niangjia.people.models import Person

DAY_MINUTES = 24 * 60


class PlaceKind(models.TextChoices):
    STATION = "station", _("outdoor workers' station")
    HOME = "home", _("workers' home")
    SPACE = "space", _("“Union+” shared space")
    VENUE = "venue", _("venue")
    BASE = "base", _("recuperation base")


class Facility(models.TextChoices):
    """What a worker finds inside. The set is closed, so that filters and figures mean the same everywhere."""

    WATER = "water", _("drinking water")
    REST = "rest", _("seats to rest")
    COOL = "cool", _("cooling and heating")
    MICROWAVE = "microwave", _("microwave oven")
    CHARGING = "charging", _("phone charging")
    BATTERY = "battery", _("battery swap")
    TOILET = "toilet", _("toilet")
    FIRST_AID = "first_aid", _("first-aid box")
    WIFI = "wifi", _("wireless network")
    LIBRARY = "library", _("workers' library")
    NURSING = "nursing", _("nursing room")
    HAIRCUT = "haircut", _("haircut")
    CRAFT = "craft", _("craft class")
    SPORT = "sport", _("sports ground")
    STEP_FREE = "step_free", _("step-free entrance")


class Sharing(models.TextChoices):
    """On whose premises a place stands."""

    OWN = "own", _("the union's own premises")
    PARTY_SITE = "party_site", _("shared with a Party-service site")
    ENTERPRISE = "enterprise", _("on an enterprise's premises")
    PUBLIC = "public", _("in a public institution")
    SHOP = "shop", _("in a shop or bank branch")


class Holidays(models.TextChoices):
    """What holds on a public holiday for which no hours of its own are given."""

    AS_USUAL = "as_usual", _("open as on the weekday")
    CLOSED = "closed", _("closed on public holidays")


class PlaceQuerySet(models.QuerySet["Place"]):
    def standing(self, day: date) -> Self:
        """Those that exist on this day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)

    def run_by(self, actor: Actor) -> Self:
        """Those whose union an officer's subtree holds, or that they host."""
        if actor.is_system:
            return self
        held = [power.organisation_id for power in actor.powers if power.is_union]
        return self.filter(within(actor.paths, "organisation__path") | Q(host__in=held))

    def kept_by(self, actor: Actor) -> Self:
        """Those at whose doors this officer stands: only they read who booked, and what for (`can_keep_door`)."""
        if actor.is_system:
            return self
        kept = [power.organisation_id for power in actor.powers if power.is_union and power.office in RUNNERS]
        return self.filter(within(actor.reach(*RUNNERS), "organisation__path") | Q(host__in=kept))

    def lock(self, place_id: int) -> Place:
        """The place, held until the transaction ends: whoever books, frees or counts in it waits (docs/adr/0016)."""
        rows = self.select_for_update(of=("self",), no_key=True).select_related("organisation", "host")
        return rows.get(pk=place_id)


class Place(models.Model):
    """A station, workers' home or venue that a union runs.

    The point is WGS-84, as phones give it and as the national CGCS2000 agrees to within centimetres. What is copied
    from AMap or WeChat is GCJ-02, off by some hundred metres, and is turned on entry (`geo.py`).
    """

    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind)
    name = models.CharField(_("name of the place"), max_length=64)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="places", verbose_name=_("run by")
    )
    host = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="hosted_places",
        verbose_name=_("host"), help_text=_("the body on whose premises it stands, if it is on record"),
    )  # fmt: skip
    host_name = models.CharField(_("name of the host"), max_length=64, blank=True)
    sharing = models.CharField(_("premises"), max_length=10, choices=Sharing, default=Sharing.OWN)
    division_code = models.CharField(_("division code (GB/T 2260)"), max_length=12, db_index=True)
    address = models.CharField(_("address"), max_length=128)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    facilities = ArrayField(
        models.CharField(max_length=10, choices=Facility), verbose_name=_("facilities"), default=list, blank=True
    )
    area_m2 = models.PositiveIntegerField(_("area in m²"), null=True, blank=True)
    stars = models.PositiveSmallIntegerField(_("star rating"), null=True, blank=True)
    holidays = models.CharField(_("public holidays"), max_length=8, choices=Holidays, default=Holidays.AS_USUAL)
    prime_from = models.PositiveSmallIntegerField(
        _("prime time from"), null=True, blank=True, help_text=_("minutes after midnight, on working days")
    )
    prime_until = models.PositiveSmallIntegerField(_("prime time until"), null=True, blank=True)
    prime_days_off = models.BooleanField(_("days off are prime time all day"), default=True)
    opened_on = models.DateField(_("opened on"), default=clock.today)
    closed_on = models.DateField(_("given up on"), null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        ordering: ClassVar = ["division_code", "name", "pk"]
        indexes: ClassVar = [
            models.Index(OpClass(F("division_code"), name="varchar_pattern_ops"), name="place_by_division"),
            models.Index(fields=["latitude", "longitude"], name="place_by_point"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_place_per_name",
                fields=["organisation", "name"],
                violation_error_message=_("This union already runs a place of this name."),
            ),
            models.CheckConstraint(
                name="place_point_is_whole",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=3, latitude__lte=54, longitude__gte=73, longitude__lte=136),
                violation_error_message=_("A point has a latitude and a longitude, both in China."),
            ),
            models.CheckConstraint(
                name="place_stars_up_to_five",
                condition=Q(stars=None) | Q(stars__gte=1, stars__lte=5),
                violation_error_message=_("A star rating runs from one to five."),
            ),
            models.CheckConstraint(
                name="place_facilities_are_known",
                condition=Q(facilities__contained_by=[str(one) for one in Facility]),
                violation_error_message=_("Choose facilities from the list."),
            ),
            models.CheckConstraint(
                name="shared_place_names_its_host",
                condition=Q(sharing="own") | Q(host__isnull=False) | ~Q(host_name=""),
                violation_error_message=_("Say on whose premises the place stands."),
            ),
            models.CheckConstraint(
                name="place_prime_time_is_a_span",
                condition=Q(prime_from=None, prime_until=None)
                | Q(prime_from__isnull=False, prime_until__isnull=False)
                & Q(prime_from__lt=F("prime_until"), prime_until__lte=DAY_MINUTES),
                violation_error_message=_("Prime time ends after it begins, on the same day."),
            ),
            models.CheckConstraint(
                name="place_given_up_after_it_opened",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                violation_error_message=_("A place cannot be given up before it opened."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return self.organisation.path

    @property
    def hosted_by(self) -> str:
        return self.host.name if self.host is not None else self.host_name

    @property
    def facility_labels(self) -> list[str]:
        return [str(Facility(code).label) for code in self.facilities]


class DayOfHours(models.IntegerChoices):
    """The day a line of hours is for. Holidays and make-up days come before weekdays where they have lines."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
    HOLIDAY = 7, _("public holiday")
    MAKE_UP = 8, _("make-up working day")


class OpeningHours(models.Model):
    """One line of the hours at the door: on this day, from–until, between two dates."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="hours")
    day = models.PositiveSmallIntegerField(_("day"), choices=DayOfHours)
    opens = models.PositiveSmallIntegerField(help_text=_("minutes after midnight"))
    closes = models.PositiveSmallIntegerField(help_text=_("minutes after midnight, up to 1440"))
    valid_from = models.DateField(_("valid from"), default=clock.today)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        ordering: ClassVar = ["day", "opens"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hours_close_after_they_open",
                condition=Q(opens__lt=F("closes"), closes__lte=DAY_MINUTES, day__lte=8),
                violation_error_message=_("Closing time comes after opening time, on the same day."),
            ),
            models.CheckConstraint(
                name="hours_end_after_they_begin",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("Hours cannot end before they begin to hold."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.get_day_display()} {said(self.opens)}–{said(self.closes)}"


def said(minutes: int) -> str:
    """`750` → `12:30`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class ClosureQuerySet(models.QuerySet["Closure"]):
    def touching(self, begins: datetime, ends: datetime) -> Self:
        return self.filter(starts_at__lt=ends, ends_at__gt=begins, lifted_at=None)


class Closure(models.Model):
    """A time in which a place, or one resource of it, cannot be used; those on the allowed list may all the same."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="closures")
    resource = models.ForeignKey(
        "places.Resource", on_delete=models.PROTECT, null=True, blank=True, related_name="closures",
        help_text=_("empty: the whole place"),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=100)
    allowed = models.ManyToManyField(
        Organisation, related_name="+", blank=True, verbose_name=_("unions whose members may book all the same")
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["place", "ends_at"], name="closure_by_place")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="closure_ends_after_it_begins",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message=_("A closure ends after it begins."),
            ),
            models.CheckConstraint(
                name="closure_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why it is closed: people read it at the door."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"

    @property
    def path(self) -> str:
        return self.place.path


class ClosedReportQuerySet(models.QuerySet["ClosedReport"]):
    def standing(self) -> Self:
        """Not answered by “it was open”."""
        return self.exclude(state="wrong")

    def run_by(self, actor: Actor) -> Self:
        return self.filter(place__in=Place.objects.run_by(actor))


class ClosedReport(models.Model):
    """“It was closed”: a worker stood at the door in opening hours. The host is asked, and the place shows it."""

    class State(models.TextChoices):
        ASKED = "asked", _("the host is asked")
        TRUE = "true", _("it was closed")
        WRONG = "wrong", _("it was open")

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="closed_reports")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="closed_reports")
    day = models.DateField(default=clock.today)
    reported_at = models.DateTimeField(default=clock.now)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.ASKED)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ClosedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed report")
        ordering: ClassVar = ["-reported_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_closed_report_a_day",
                fields=["place", "person", "day"],
                violation_error_message=_("You have already told us today that this place is closed."),
            ),
            models.CheckConstraint(
                name="closed_report_is_answered_in_words",
                condition=Q(state="asked") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                violation_error_message=_("Answer the worker in a sentence."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.day}"

    @property
    def path(self) -> str:
        return self.place.path


class Visit(models.Model):
    """That a place was used: one worker who tapped at the door, or heads that the host counted on a day."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="visits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="place_visits")
    day = models.DateField(default=clock.today)
    times = models.PositiveIntegerField(_("person-times"), default=1)

    class Meta:
        verbose_name = _("visit")
        ordering: ClassVar = ["-day", "-pk"]
        indexes: ClassVar = [models.Index(fields=["place", "day"], name="visit_by_place")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_visit_a_day",
                fields=["place", "day", "person"],
                nulls_distinct=False,
                violation_error_message=_("This day is counted already."),
            ),
            models.CheckConstraint(
                name="visit_of_a_person_is_one",
                condition=Q(person=None) | Q(times=1),
                violation_error_message=_("One person's tap counts once a day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.day}: {self.times}"

    @property
    def path(self) -> str:
        return self.place.path


import niangjia.places.models_booking  # noqa: E402, F401 - its tables belong to this package and stand on these nouns


class CommuterLineQuerySet(models.QuerySet["CommuterLine"]):
    def standing(self, day: date) -> Self:
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def run_by(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(within(actor.paths, "organisation__path"))


class CommuterLine(models.Model):
    """A bus that takes workers to a park and home again. Before it runs, workers say from where they would ride."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="commuter_lines", verbose_name=_("run by")
    )
    name = models.CharField(_("name of the line"), max_length=64)
    operator = models.CharField(_("bus operator"), max_length=64, blank=True)
    departures = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("departures"), default=list, blank=True,
        help_text=_("minutes after midnight, on working days"),
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField(_("seats on each departure"), null=True, blank=True)
    runs_from = models.DateField(
        _("runs from"), null=True, blank=True, help_text=_("empty: workers are being asked whether they would ride")
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="line", editable=False)

    objects = CommuterLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("commuter line")
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_line_per_name",
                fields=["organisation", "name"],
                violation_error_message=_("This union already runs a line of this name."),
            ),
            models.CheckConstraint(
                name="a_running_line_has_departures",
                condition=Q(runs_from=None) | Q(departures__len__gt=0, seats__isnull=False, seats__gt=0),
                violation_error_message=_("A line that runs has departures, and seats on each."),
            ),
            models.CheckConstraint(
                name="line_ends_after_it_began",
                condition=Q(ended_on=None) | Q(runs_from=None) | Q(ended_on__gte=F("runs_from")),
                violation_error_message=_("A line cannot end before it ran."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return self.organisation.path


class LineStop(models.Model):
    """Where a line stops, so many minutes after it sets out."""

    line = models.ForeignKey(CommuterLine, on_delete=models.CASCADE, related_name="stops")
    name = models.CharField(_("stop"), max_length=64)
    minutes = models.PositiveSmallIntegerField(_("minutes after setting out"))
    option = models.OneToOneField(Option, on_delete=models.PROTECT, related_name="stop", editable=False)

    class Meta:
        verbose_name = _("stop of a line")
        ordering: ClassVar = ["minutes", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_stop_per_name",
                fields=["line", "name"],
                violation_error_message=_("This line stops there already."),
            ),
            models.UniqueConstraint(
                name="one_stop_at_a_time",
                fields=["line", "minutes"],
                violation_error_message=_("A bus is at one stop at a time."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
