"""A year of gatherings: talks before the shift, classes at noon, lectures, clubs, a first lesson on a field.

Eleven rows of the dossier are the same practice with other words: a union puts something on at a place with somebody
who speaks, people register, come, and are counted at the door. They are told from data (`data/gatherings.yaml`).

Pupils are nobody's members and get no record: their teacher registers the class with so many seats, and the door counts
heads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import groupby, islice
from pathlib import Path

import yaml
from django.db.models import Min, QuerySet, Sum

from niangjia.events import actions
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Feedback, Occurrence, Presence
from niangjia.events.reads import people_present, person_times, sessions_held
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Kind, Organisation
from niangjia.people.models import Person
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.putting_on import put_on
from niangjia.stories.story import PublishedFigure, Story, Telling, month_and_day

DATA = Path(__file__).resolve().parent / "data" / "gatherings.yaml"
JOINED = date(2021, 6, 1)
FIRST_LESSON = "开学劳动第一课"


@dataclass(frozen=True, slots=True)
class Gathering:
    """One activity with its dates."""

    row: int
    county: str
    union: str
    title: str
    speaker: str
    location: str
    first: date
    at: str
    minutes: int
    every: int
    sessions: int
    people: int
    same: bool
    classes: int = 0  # pupils in each class; those who register are their teachers
    work: bool = False
    feedback: bool = False  # the page tells that people were asked how it was

    @property
    def seats(self) -> int:
        """What one person asks for: themselves, and the class they bring."""
        return 1 + self.classes

    def dates(self) -> Iterator[datetime]:
        hour, minute = map(int, self.at.split(":"))
        begins = clock.start_of(self.first) + timedelta(hours=hour, minutes=minute)
        return (begins + timedelta(days=self.every * nth) for nth in range(self.sessions))


@lru_cache(maxsize=1)
def gatherings() -> tuple[Gathering, ...]:
    """All of them, those of one union together."""
    told = [Gathering(**entry) for entry in yaml.safe_load(DATA.read_text("utf-8"))]
    return tuple(sorted(told, key=lambda one: (one.county, one.union)))


def of_row(row: int) -> QuerySet[Occurrence]:
    """The dates of a practice."""
    return Occurrence.objects.filter(activity__title__in=[one.title for one in gatherings() if one.row == row])


def enact(telling: Telling) -> None:
    """Each union enrols its members, announces what it puts on, and counts at the door who came."""
    told, done = gatherings(), 0
    for (county, union), own in groupby(told, key=lambda one: (one.county, one.union)):
        programme = list(own)
        body, handler, members = _settle(county, union, programme, telling)
        others = iter(members)
        for one in programme:
            count = telling.of(one.people)
            hold(one, body, handler, members[:count] if one.same else list(islice(others, count)))
            done += 1
            telling.progress("gatherings", done, len(told))


def _settle(
    county: str, name: str, programme: Sequence[Gathering], telling: Telling
) -> tuple[Organisation, Actor, list[Person]]:
    """The union with the officer who puts things on, and as many members as its fullest programme needs."""
    with clock.at(JOINED):
        federation = cast.federation(county)
        handler = cast.officer(federation, Office.HANDLER, next(invented(county, "gathering-officers"))).actor
        if programme[0].work:
            union = cast.firm_union(federation, name)
        else:
            union = cast.union(federation, name, kind=Kind.JOINT_UNION)
        needed = sum(telling.of(one.people) for one in programme if not one.same)
        needed = max(needed, *(telling.of(one.people) for one in programme))
        started = JOINED if programme[0].work else None
        members = cast.workforce([union], name, needed, since=JOINED, started=started, actor=handler)
    return union, handler, members


def hold(one: Gathering, union: Organisation, handler: Actor, people: Sequence[Person]) -> None:
    """Announce it, let people register, and note at the end of each date who came."""
    begins = list(one.dates())
    with clock.at(begins[0] - timedelta(days=10)):
        activity = announce(one, union, handler)
        dates = list(activity.occurrences.order_by("starts_at"))
        actions.claim_seats(activity, list(_wishes(one, dates, people)), actor=handler)
    for nth, occurrence in enumerate(dates):
        with clock.at(occurrence.ends_at):
            came = people if one.same else people[nth :: one.sessions]
            arrivals = [actions.Arrival(person.pk, occurrence.starts_at) for person in came]
            told = actions.check_in_many(occurrence, arrivals, actor=handler)
            assert all(answer.presence is not None for answer in told), [answer.refusal for answer in told]
        if one.feedback:
            _say_how_it_was(occurrence)


def _say_how_it_was(occurrence: Occurrence) -> None:
    """The evening after, every second person of those who came takes a minute; most without their name."""
    with clock.at(occurrence.ends_at + timedelta(hours=3)):
        came = Presence.objects.came().filter(occurrence=occurrence).select_related("person").order_by("pk")
        for nth, presence in enumerate(came[::2]):
            liked = Feedback.Liked.SO_SO if nth % 6 == 5 else Feedback.Liked.GOOD
            words = "想再听一次情绪管理" if nth % 9 == 0 else ""
            actions.give_feedback(
                presence, liked=liked, again=liked is Feedback.Liked.GOOD, words=words, named=nth % 8 == 7,
                actor=cast.pressing(presence.person),
            )  # fmt: skip


def announce(one: Gathering, union: Organisation, handler: Actor) -> Activity:
    plan = Plan(
        title=one.title,
        opens_at=clock.now(),
        closes_at=clock.now() + timedelta(days=8),
        dates=[Date(at, at + timedelta(minutes=one.minutes), one.location) for at in one.dates()],
        mode=Activity.Mode.FIRST_COME,
        more={"summary": f"主讲：{one.speaker}", "most_seats": one.seats, "all_dates": one.same and one.sessions > 1},
    )
    return put_on(plan, union, handler)


def _wishes(one: Gathering, dates: Sequence[Occurrence], people: Sequence[Person]) -> Iterator[actions.Wish]:
    """Everybody presses for themselves: all dates of a series, or the one that suits them."""
    everything = tuple(each.pk for each in dates)
    for nth, person in enumerate(people):
        wanted = everything if one.same else (everything[nth % one.sessions],)
        yield actions.Wish(person.pk, wanted, seats=one.seats, by=cast.pressing(person))


# --- what the pages published, counted -------------------------------------------------------------------------------


def kinds(row: int) -> int:
    """Different activities of a practice to which somebody came."""
    came = Presence.objects.came().filter(occurrence__in=of_row(row))
    return came.values("occurrence__activity").distinct().count()


def months(row: int) -> int:
    """Months in which exactly one theme was taught."""
    held = of_row(row).filter(pk__in=Presence.objects.came().values("occurrence")).values_list("activity", "starts_at")
    themes: dict[str, set[int]] = {}
    for activity, starts in held:
        themes.setdefault(f"{starts.astimezone(clock.SHANGHAI):%Y-%m}", set()).add(activity)
    return sum(len(found) == 1 for found in themes.values())


def pilots_covered() -> int:
    """Of the pilot firms' unions, the percentage in which a session was held."""
    named = {one.union for one in gatherings() if one.row == 16}
    pilots = Organisation.objects.filter(name__in=named)
    held = Presence.objects.came().filter(occurrence__in=of_row(16)).values("occurrence__activity")
    covered = pilots.filter(activities__in=held)
    return 100 * covered.distinct().count() // len(named)


def pupils() -> int:
    """Heads counted at the door, without the teacher who registered each class."""
    came = Presence.objects.came().filter(occurrence__in=of_row(120))
    return int(came.aggregate(heads=Sum("people", default=0))["heads"]) - came.count()


def first_lesson() -> int:
    """The day on which pupils came to the first lesson of the school year, as month·100 + day."""
    came = Presence.objects.came().filter(occurrence__activity__title=FIRST_LESSON)
    return month_and_day(came.aggregate(first=Min("occurrence__starts_at"))["first"])


def _of(count: Callable[[QuerySet[Occurrence]], int], row: int) -> int:
    return count(of_row(row))


def _figure(name: str, unit: str, published: int, comparator: str, count: Callable[[], int]) -> PublishedFigure:
    return PublishedFigure(name, unit, published, comparator, count)


STORY = Story(
    key="gatherings",
    title="一年里的宣讲、课堂与联谊",
    rows=(10, 11, 16, 21, 23, 24, 56, 65, 107, 115, 120),
    enact=enact,
    figures=(
        _figure("r10_kinds", "activities", 3, "=", partial(kinds, 10)),
        _figure("r11_sessions", "sessions", 120, ">", partial(_of, sessions_held, 11)),
        _figure("r16_sessions", "sessions", 50, ">", partial(_of, sessions_held, 16)),
        _figure("r16_attendances", "person-times", 1000, ">", partial(_of, person_times, 16)),
        _figure("r16_pilot_firms", "% of pilot firms", 100, "=", pilots_covered),
        _figure("r21_people", "people", 70, ">", partial(_of, people_present, 21)),
        _figure("r23_themes", "activities", 3, "=", partial(kinds, 23)),
        _figure("r23_months_of_one_theme", "months", 3, "=", partial(months, 23)),
        _figure("r24_kinds", "activities", 4, "=", partial(kinds, 24)),
        _figure("r56_people", "people", 50, ">", partial(_of, people_present, 56)),
        _figure("r65_kinds", "activities", 3, "=", partial(kinds, 65)),
        _figure("r107_classes", "activities", 2, "=", partial(kinds, 107)),
        _figure("r115_classes", "activities", 4, "=", partial(kinds, 115)),
        _figure("r115_people", "people", 1000, "~", partial(_of, people_present, 115)),
        _figure("r120_sessions", "sessions", 30, ">", partial(_of, sessions_held, 120)),
        _figure("r120_pupils", "people", 5800, ">", pupils),
        _figure("r120_first_lesson", "September, mdd", 912, "=", first_lesson),
    ),
)
