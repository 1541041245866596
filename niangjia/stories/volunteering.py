"""Yuhuan's riders give back (row 62): before the Double Ninth they visit the old, and their hours stand in the ledger.

The union of the riders has nearly two hundred members. What the page leaves out, how many went and for how long, is the
story's own.
"""

from __future__ import annotations

from datetime import date, timedelta

from niangjia.events import actions as events
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Occurrence
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.ledger.models import Transfer, Unit
from niangjia.orgs.models import Kind, Membership, Organisation
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.putting_on import everybody_comes, put_on
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY, UNION = "331083", "玉环市玉城街道饿了么送餐员工会"
TITLE, WHERE = "迎重阳志愿服务", "玉环长者公寓"
DAY = date(2022, 10, 3)
MEMBERS, VOLUNTEERS = 196, 18
SERVICES = ("看望老人、拍照", "反诈骗宣传", "垃圾分类宣传")
HOURS = 2  # that each counts
CLOCK = Actor.system("clock")


def enact(telling: Telling) -> None:
    """Riders sign up for a service, come, and the hours of those who came are put to their names."""
    with clock.at(DAY - timedelta(days=20)):
        county = cast.federation(COUNTY)
        names = invented(COUNTY, "volunteer-officers")
        handler = cast.officer(county, Office.HANDLER, next(names)).actor
        union = cast.union(county, UNION, kind=Kind.INDUSTRY_JOINT_UNION, trade="delivery")
        members = cast.workforce([union], "volunteers", telling.of(MEMBERS), since=date(2021, 6, 1), actor=handler)
        activity = _announce(union, handler)
        services = list(activity.occurrences.order_by("pk"))
        wishes = [
            events.Wish(one.pk, (services[nth % len(services)].pk,), by=cast.pressing(one))
            for nth, one in enumerate(members[: telling.of(VOLUNTEERS)])
        ]
        events.claim_seats(activity, wishes, actor=handler)
    for service in services:
        everybody_comes(service, actor=handler)
        with clock.at(service.ends_at):
            events.book_hours(service, actor=CLOCK)


def _announce(union: Organisation, handler: Actor) -> Activity:
    begins = clock.start_of(DAY) + timedelta(hours=14)
    plan = Plan(
        title=TITLE,
        opens_at=clock.now(),
        closes_at=begins - timedelta(days=1),
        dates=[Date(begins, begins + timedelta(hours=HOURS), WHERE, title=name) for name in SERVICES],
        mode=Activity.Mode.FIRST_COME,
        more={"hours_kind": Activity.HoursKind.VOLUNTEERING, "hours": HOURS},
    )
    return put_on(plan, union, handler)


# --- what the page published, counted --------------------------------------------------------------------------------


def members() -> int:
    """Members of the riders' union."""
    return Membership.objects.members().filter(union__name=UNION).count()


def services_with_hours() -> int:
    """Services for which the hours stand in the ledger of everybody who came."""
    held = Occurrence.objects.filter(activity__title=TITLE)
    there = [set(one.presences.came().values_list("pk", flat=True)) for one in held]
    return sum(bool(came) and came == _booked(came) for came in there)


def _booked(presences: set[int]) -> set[int]:
    """Those of these presences for which every hour was booked."""
    hours = Transfer.objects.filter(
        state=Transfer.State.POSTED, credit__unit=Unit.HOURS, amount=HOURS, thing_type="events.presence",
        thing_id__in=presences,
    )  # fmt: skip
    return {one.thing_id for one in hours if one.thing_id is not None}


STORY = Story(
    key="volunteering",
    title="骑手志愿服务",
    rows=(62,),
    enact=enact,
    figures=(
        PublishedFigure("members", "people", 200, "~", members),
        PublishedFigure("services", "services", len(SERVICES), "=", services_with_hours),
    ),
)
