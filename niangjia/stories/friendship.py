"""Shengzhou's “Zhegongyuan” (row 114): 17 events, more than 700 singles; on 2 September more than 40 made landscapes.

Three mixers of more than a hundred (20 May and the Double Seventh are on the page), small sessions between them. Who
opts in is verified by the federation, registers, is checked in, chooses in private; only who chose one another are
told. The other days, and all choices, are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Count, QuerySet

from niangjia.events.actions import Wish, check_in_many, claim_seats
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.actions.attending import Arrival
from niangjia.events.friendship import actions
from niangjia.events.models import Activity, Evening, Guest, Presence, Profile
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.people.models import Person
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY = "330683"
OPENED, LANDSCAPES = date(2023, 2, 1), date(2023, 9, 2)
LARGE, SMALL, ON_THE_DAY = 104, 30, 44
THEMES = ("流体熊制作", "指尖森林", "周末狼人杀", "虹吸咖啡")
SESSIONS = 13
CLOCK = Actor.system("clock")
NOTICE = "我自愿参加“浙工缘”交友联谊，承诺目前单身；资料只用于本活动，可随时撤回。"


@dataclass(frozen=True, slots=True)
class Gathering:
    """One event: when, what, how many come."""

    title: str
    day: date
    guests: int

    @property
    def starts_at(self) -> datetime:
        return clock.start_of(self.day) + timedelta(hours=14)


GATHERINGS = (
    Gathering("浙工缘·新春青年职工联谊会", date(2023, 2, 18), LARGE),
    Gathering("浙工缘·520青年职工联谊会", date(2023, 5, 20), LARGE),
    Gathering("浙工缘·七夕青年职工联谊会", date(2023, 8, 22), LARGE),
    *(
        Gathering(f"工会佳缘·{THEMES[n % 4]}第{n // 4 + 1}期", date(2023, 2, 25) + timedelta(days=12 * n), SMALL)
        for n in range(SESSIONS)
    ),
    Gathering("浙工缘·“指尖森林”微景观制作", LANDSCAPES, ON_THE_DAY),
)


def enact(telling: Telling) -> None:
    """Singles opt in and are verified; seventeen times they meet, choose in private, and are told at the hour."""
    with clock.at(OPENED):
        county = cast.federation(COUNTY)
        handler = cast.officer(county, Office.HANDLER, next(invented(COUNTY, "friendship-officers"))).actor
        singles = _singles(sum(telling.of(one.guests) for one in GATHERINGS), handler)
    for nth, gathering in enumerate(GATHERINGS):
        with clock.at(gathering.starts_at - timedelta(days=7)):
            evening = _announce(gathering, handler)
        coming, singles = singles[: telling.of(gathering.guests)], singles[telling.of(gathering.guests) :]
        _meet(evening, coming, handler)
        telling.progress("events", nth + 1, len(GATHERINGS))


def _singles(count: int, handler: Actor) -> list[Person]:
    """Members of the county's firms who opted in, each by themselves, and whom the county verified."""
    county = cast.federation(COUNTY)
    unions = [cast.firm_union(county, name) for name in ("嵊州领带企业工会", "嵊州厨具企业工会", "嵊州医院工会")]
    workers = list(islice(invented(COUNTY, "singles", oldest=1988, youngest=2001), count))
    members = cast.enrol(unions, workers, since=date(2022, 6, 1), started=date(2022, 3, 1), actor=cast.REGISTRY)
    for nth, person in enumerate(members):
        wanted = actions.Wanted(f"缘{nth + 1}", f"微信号留给互选的人 {nth + 1}", NOTICE, "喜欢爬山和做饭")
        profile = actions.opt_in(person, wanted, actor=cast.pressing(person))
        actions.verify_profile(profile, verified=True, actor=handler)
    return members


def _announce(gathering: Gathering, handler: Actor) -> Evening:
    now = clock.now()
    plan = Plan(
        title=gathering.title, opens_at=now, closes_at=gathering.starts_at - timedelta(days=1),
        dates=[Date(gathering.starts_at, gathering.starts_at + timedelta(hours=3), "嵊州市职工之家", gathering.guests)],
        mode=Activity.Mode.FIRST_COME,
    )  # fmt: skip
    reveals_at = gathering.starts_at + timedelta(hours=30)
    return actions.hold_event(plan, reveals_at=reveals_at, organisation=cast.federation(COUNTY), actor=handler)


def _meet(evening: Evening, coming: list[Person], handler: Actor) -> None:
    """They register, come, are given numbers, choose, and are told."""
    occurrence = evening.activity.occurrences.get()
    with clock.at(occurrence.starts_at - timedelta(days=5)):
        wishes = [Wish(person.pk, (occurrence.pk,)) for person in coming]
        claim_seats(evening.activity, wishes, actor=handler)
    with clock.at(occurrence.starts_at):
        check_in_many(occurrence, [Arrival(person.pk) for person in coming], actor=handler)
        if len(coming) < 2:
            return
        actions.open_choosing(evening, actor=handler)
    with clock.at(occurrence.ends_at + timedelta(hours=4)):
        guests = list(Guest.objects.filter(evening=evening).select_related("person"))
        for nth, guest in enumerate(guests[: len(guests) // 2]):
            other = guests[-1 - nth].number if nth % 3 == 0 else guests[(nth * 7 + 3) % len(guests)].number
            actions.hand_in_choices(evening, [other], actor=cast.pressing(guest.person))
            if nth % 3 == 0:
                actions.hand_in_choices(evening, [guest.number], actor=cast.pressing(guests[-1 - nth].person))
    with clock.at(evening.reveals_at):
        actions.tell_mutual(evening, actor=CLOCK)


def _told() -> QuerySet[Evening]:
    return Evening.objects.filter(activity__organisation__code=COUNTY)


def events_held() -> int:
    """Events somebody came to."""
    came = Presence.objects.came().values("occurrence__activity")
    return _told().filter(activity__in=came).count()


def singles_met() -> int:
    """People, each counted once, who opted in, were verified, and came to an event."""
    verified = Profile.objects.filter(state=Profile.State.VERIFIED).values("person")
    came = Presence.objects.came().filter(occurrence__activity__in=_told().values("activity"), person__in=verified)
    return came.values("person").distinct().count()


def on_the_day() -> int:
    """People who came on 2 September."""
    day = clock.start_of(LANDSCAPES), clock.start_of(LANDSCAPES + timedelta(days=1))
    came = Presence.objects.came().filter(occurrence__activity__in=_told().values("activity"))
    came = came.filter(occurrence__starts_at__gte=day[0], occurrence__starts_at__lt=day[1])
    return came.values("person").distinct().count()


def of_more_than_a_hundred() -> int:
    """Events to which more than a hundred people came."""
    came = Presence.objects.came().filter(occurrence__activity__in=_told().values("activity")).order_by()
    counted = came.values("occurrence__activity").annotate(there=Count("person", distinct=True))
    return counted.filter(there__gt=100).count()


STORY = Story(
    key="friendship",
    title="“浙工缘”交友联谊",
    rows=(114,),
    enact=enact,
    figures=(
        PublishedFigure("events", "events", 17, "=", events_held),
        PublishedFigure("singles", "people", 700, ">", singles_met),
        # “several” is at least two
        PublishedFigure("of_more_than_a_hundred", "events", 2, ">=", of_more_than_a_hundred),
        PublishedFigure("on_2_september", "people", 40, ">", on_the_day),
    ),
)
