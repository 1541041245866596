"""The province's public-benefit activities 大工“惠” (row 37): one notice, members of all Zhejiang, seats by lot.

Sign-up from 13 June; an incense-and-tea afternoon on 17 June at 14:15, the acrobatic drama on 19 June at 19:30, the
children's drama on 20 June at 19:00. What the page does not publish, the number of seats, is the story's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Min, QuerySet

from niangjia.events import actions
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Claim, Draw, Occurrence, Registration
from niangjia.events.reads import fault_in_draw, miscounts
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Person
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

PROVINCE, DISTRICT = "330000", "330106"
OPENS = date(2023, 6, 13)
MEMBERS = 24
CLOCK = Actor.system("clock")
MEMBERS_ONLY = {  # zh: the condition, as the notice words it
    "key": "member", "text_zh": "工会会员", "text_en": "Union members", "rule": "worker.union.member",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One activity of the notice."""

    title: str
    summary: str
    location: str
    day: date
    minute: int
    seats: int

    @property
    def starts_at(self) -> datetime:
        return clock.start_of(self.day) + timedelta(minutes=self.minute)


TEA = Part("大工“惠”：香茶雅集", "识香、制香，品一盏夏茶。", "省职工服务中心二楼", date(2023, 6, 17), 14 * 60 + 15, 6)
ACROBATS = Part("大工“惠”：杂技剧专场", "一台大型原创杂技剧。", "杭州剧院", date(2023, 6, 19), 19 * 60 + 30, 10)
CHILDREN = Part("大工“惠”：儿童剧专场", "带孩子一起来看的儿童剧。", "杭州剧院", date(2023, 6, 20), 19 * 60, 8)
PARTS = (TEA, ACROBATS, CHILDREN)


def enact(telling: Telling) -> None:
    """The notice is put up, members enter, lots are drawn, who cannot come gives the seat to the next."""
    with clock.at(clock.start_of(OPENS) - timedelta(days=1)):
        handler, members = settle(telling.of(MEMBERS))
        made = [put_on(part, handler) for part in PARTS]
    with clock.at(clock.start_of(OPENS) + timedelta(hours=9)):
        for nth, activity in enumerate(made):
            for person in members[nth:]:
                enter(activity, person)
    for nth, activity in enumerate(made):
        with clock.at(activity.closes_at):
            actions.draw_lots(activity, actor=CLOCK)
            _give_one_back(activity)
        assert miscounts(activity) == []
        telling.progress("activities", nth + 1, len(made))


def settle(count: int) -> tuple[Actor, list[Person]]:
    """The province's handler, and members of a union in Hangzhou."""
    cast.federation(DISTRICT)
    province = Organisation.objects.get(code=PROVINCE)
    handler = cast.officer(province, Office.HANDLER, next(invented(DISTRICT, "benefit-officers"))).actor
    union = cast.firm_union(Organisation.objects.get(code=DISTRICT), "西湖区软件企业工会")
    members = islice(invented(DISTRICT, "benefit"), count)
    return handler, [cast.member(union, one, since=date(2020, 1, 1)) for one in members]


def put_on(part: Part, handler: Actor) -> Activity:
    """One activity of the notice, announced before its sign-up opens."""
    plan = Plan(
        title=part.title,
        opens_at=clock.start_of(OPENS) + timedelta(hours=9),
        closes_at=part.starts_at - timedelta(days=2),
        dates=[Date(part.starts_at, part.starts_at + timedelta(hours=2), part.location, part.seats)],
        more={"summary": part.summary, "conditions": [MEMBERS_ONLY]},
    )
    province = Organisation.objects.get(code=PROVINCE)
    activity = actions.draft_activity(plan, organisation=province, actor=handler)
    return actions.announce_activity(activity, actor=handler)


def enter(activity: Activity, person: Person) -> None:
    """A member presses the button."""
    wanted = tuple(activity.occurrences.values_list("pk", flat=True))
    actions.claim_seats(activity, [actions.Wish(person.pk, wanted)], actor=actor_for(person))


def _give_one_back(activity: Activity) -> None:
    held = Registration.objects.live().filter(occurrence__activity=activity).select_related("person").order_by("pk")
    first = held.first()
    if first is not None:
        actions.cancel_registration(first, actor=actor_for(first.person))


def _told() -> QuerySet[Activity]:
    return Activity.objects.announced().filter(title__in=[part.title for part in PARTS])


def _starts(part: Part) -> datetime | None:
    found = Occurrence.objects.filter(activity__title=part.title).aggregate(first=Min("starts_at"))["first"]
    return found.astimezone(clock.SHANGHAI) if found is not None else None


def minute_of_june(part: Part) -> int:
    """When it began, as day·10000 + hour·100 + minute of June."""
    at = _starts(part)
    return at.day * 10_000 + at.hour * 100 + at.minute if at is not None and at.month == date(2023, 6, 1).month else 0


def opening_day() -> int:
    """The day of June on which the first member entered."""
    first = Claim.objects.filter(activity__in=_told()).aggregate(first=Min("claimed_at"))["first"]
    return first.astimezone(clock.SHANGHAI).day if first is not None else 0


def true_draws() -> int:
    """Draws that whoever works them out again from the published file finds true."""
    return sum(not fault_in_draw(one.published) for one in Draw.objects.filter(activity__in=_told()))


STORY = Story(
    key="big-benefit",
    title="大工“惠”公益活动",
    rows=(37,),
    enact=enact,
    figures=(
        PublishedFigure("activities", "activities", 3, "=", lambda: _told().count()),
        PublishedFigure("sign_up_from", "day of June", 13, "=", opening_day),
        PublishedFigure("tea", "June, dhhmm", 171415, "=", lambda: minute_of_june(TEA)),
        PublishedFigure("acrobatic_drama", "June, dhhmm", 191930, "=", lambda: minute_of_june(ACROBATS)),
        PublishedFigure("childrens_drama", "June, dhhmm", 201900, "=", lambda: minute_of_june(CHILDREN)),
        PublishedFigure("true_draws", "draws", 3, "=", true_draws),
    ),
)
