"""What a worker finds of themself: coming dates, where they have been, hours, and the calendar that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse

from niangjia.events.actions.calendars import token_hash
from niangjia.events.models import LIVE, Activity, CalendarFeed, Feedback, Occurrence, Presence, Registration
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.ics import Date
from niangjia.kit.refusal import NotFound

AT_MOST = 100
KEPT = timedelta(days=60)  # how long a calendar goes on showing what is over or was given up
FEW = 5  # answers below which no words and no counts are shown: people know one another


@dataclass(frozen=True, slots=True)
class HoursSum:
    """Hours of one kind."""

    kind: str
    label: str
    hours: int


@dataclass(frozen=True, slots=True)
class Mine:
    """Everything of one worker."""

    coming: Sequence[Registration]
    been: Sequence[Presence]
    hours: Sequence[HoursSum]
    feed: CalendarFeed | None


def mine(actor: Actor) -> Mine:
    """One's own dates, presence and hours. Four queries."""
    been = Presence.objects.mine(actor).came().select_related("occurrence__activity").order_by("-arrived_at")
    sums: dict[str, int] = {}
    for kind, hours in been.filter(hours__gt=0).order_by().values_list("occurrence__activity__hours_kind", "hours"):
        sums[kind] = sums.get(kind, 0) + hours
    coming = _registrations(actor.person_id).filter(state__in=LIVE, occurrence__ends_at__gt=clock.now())
    return Mine(
        coming=list(coming.order_by("occurrence__starts_at")[:AT_MOST]),
        been=list(been[:AT_MOST]),
        hours=[HoursSum(kind, str(Activity.HoursKind(kind).label), hours) for kind, hours in sorted(sums.items())],
        feed=CalendarFeed.objects.standing().filter(person=actor.person_id).first(),
    )


def _registrations(person_id: int | None) -> QuerySet[Registration]:
    return Registration.objects.of_person(person_id).select_related("occurrence__activity", "claim__team")


def my_presence(actor: Actor, presence_id: int) -> Presence:
    """Where this worker has been."""
    found = Presence.objects.mine(actor).came().select_related("occurrence__activity").filter(pk=presence_id).first()
    if found is None:
        raise NotFound
    return found


def dates_of(person_id: int) -> list[Date]:
    """A person's dates for their calendar: those held, and as cancelled those given up or called off."""
    since = clock.now() - KEPT
    found = _registrations(person_id).filter(occurrence__ends_at__gt=since).exclude(state=Registration.State.OFFERED)
    return calendar_dates(person_id, found.order_by("occurrence__starts_at", "pk"))


def calendar_dates(person_id: int | None, registrations: Iterable[Registration]) -> list[Date]:
    """One entry for each date. Its sequence grows with every change of the date, and of who holds the seat."""
    by_date: dict[int, list[Registration]] = {}
    for one in registrations:
        by_date.setdefault(one.occurrence_id, []).append(one)
    return [_entry(person_id, lives) for lives in by_date.values()]


def _entry(person_id: int | None, lives: Sequence[Registration]) -> Date:
    """Registered, given up, registered again: each is a step of the sequence."""
    occurrence = lives[-1].occurrence
    is_held = any(one.state in LIVE for one in lives) and occurrence.state == Occurrence.State.PLANNED
    return Date(
        uid=f"activity-date-{occurrence.pk}-{person_id}@niangjia",
        summary=occurrence.full_title,
        starts=occurrence.starts_at,
        ends=occurrence.ends_at,
        location=occurrence.location,
        stamped=clock.now(),
        sequence=occurrence.revision + 2 * len(lives) - (2 if is_held else 1),
        is_cancelled=not is_held,
    )


def my_date(actor: Actor, registration_id: int) -> list[Date]:
    """One date for the calendar of who holds, or held, the seat."""
    asked = _registrations(actor.person_id).filter(pk=registration_id).first()
    if asked is None:
        raise NotFound
    own = _registrations(actor.person_id).filter(occurrence=asked.occurrence_id)
    return calendar_dates(actor.person_id, own.order_by("pk"))


def feed_of(token: str) -> list[Date]:
    """The dates of whoever this address belongs to; one that was taken back has none."""
    found = CalendarFeed.objects.standing().filter(token_hash=token_hash(token)).first()
    if found is None:
        raise NotFound
    return dates_of(found.person_id)


def feed_path(token: str) -> str:
    return reverse("calendar_feed", args=[token])


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """What those who were there thought; nothing while they are too few to stay unknown."""

    activity: Activity
    answers: int
    came: int
    liked: Sequence[tuple[str, int]]
    again: int
    words: Sequence[Feedback]

    @property
    def is_shown(self) -> bool:
        return self.answers >= FEW


def feedback_of(activity: Activity) -> FeedbackPage:
    """Counts and words of all dates of an activity, in no order of time."""
    given = Feedback.objects.filter(occurrence__activity=activity)
    answers = given.count()
    counts = dict(given.order_by().values_list("liked").annotate(Count("pk")))
    shown = answers >= FEW
    return FeedbackPage(
        activity=activity,
        answers=answers,
        came=Presence.objects.came().filter(occurrence__activity=activity).count(),
        liked=[(str(one.label), counts.get(one.value, 0)) for one in Feedback.Liked] if shown else [],
        again=given.filter(again=True).count() if shown else 0,
        words=list(given.exclude(words="").select_related("person").order_by("liked", "words")[:AT_MOST])
        if shown
        else [],
    )
