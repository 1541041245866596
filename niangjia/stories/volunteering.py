"""Yuhuan's riders give back (row 62): before the Double Ninth they visit the old, and their hours stand in the ledger.

The union of the riders has nearly two hundred members. What the page leaves out, how many went and for how long, is the
story's own.
"""

from __future__ import annotations

from datetime import date, timedelta

from niangjia.events import actions as events
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Occurrence, Presence
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.ledger import actions as ledger
from niangjia.ledger.models import Account, Transfer, Unit
from niangjia.orgs.models import Kind, Membership, Organisation
from niangjia.people.models import Person
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.putting_on import everybody_comes, put_on
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY, UNION = "331083", "玉环市玉城街道饿了么送餐员工会"
TITLE, WHERE = "迎重阳志愿服务", "玉环长者公寓"
DAY = date(2022, 10, 3)
MEMBERS, VOLUNTEERS = 196, 18
SERVICES = (("看望老人、拍照", 3), ("反诈骗宣传", 2), ("垃圾分类宣传", 2))  # with the hours of each


def enact(telling: Telling) -> None:
    """Riders sign up for a service, come, and the hours of those who came are put to their names."""
    with clock.at(DAY - timedelta(days=20)):
        county = cast.federation(COUNTY)
        names = invented(COUNTY, "volunteer-officers")
        handler = cast.officer(county, Office.HANDLER, next(names)).actor
        finance = cast.officer(county, Office.FINANCE, next(names)).actor
        union = cast.union(county, UNION, kind=Kind.INDUSTRY_JOINT_UNION, trade="delivery")
        members = cast.workforce([union], "volunteers", telling.of(MEMBERS), since=date(2021, 6, 1), actor=handler)
        hours = ledger.open_account(
            organisation=union, kind=Account.Kind.HOLDING, unit=Unit.HOURS, name=TITLE, actor=finance
        )
        activity = _announce(union, handler)
        services = list(activity.occurrences.order_by("pk"))
        wishes = [
            events.Wish(one.pk, (services[nth % len(services)].pk,), by=cast.pressing(one))
            for nth, one in enumerate(members[: telling.of(VOLUNTEERS)])
        ]
        events.claim_seats(activity, wishes, actor=handler)
    for service, (_name, length) in zip(services, SERVICES, strict=True):
        everybody_comes(service, actor=handler)
        with clock.at(service.ends_at):
            came = Person.objects.filter(presences__in=Presence.objects.came().filter(occurrence=service))
            _put_down(hours, service, list(came.order_by("pk")), length, finance)
    lengths = zip(services, (length for _name, length in SERVICES), strict=True)
    given = sum(length * service.presences.came().count() for service, length in lengths)
    booked = Transfer.objects.filter(debit=hours, state=Transfer.State.POSTED)
    assert sum(one.amount for one in booked) == given, "every hour of those who came, and no other"


def _announce(union: Organisation, handler: Actor) -> Activity:
    begins = clock.start_of(DAY) + timedelta(hours=14)
    plan = Plan(
        title=TITLE,
        opens_at=clock.now(),
        closes_at=begins - timedelta(days=1),
        dates=[Date(begins, begins + timedelta(hours=length), WHERE, title=name) for name, length in SERVICES],
        mode=Activity.Mode.FIRST_COME,
    )
    return put_on(plan, union, handler)


def _put_down(hours: Account, service: Occurrence, people: list[Person], length: int, finance: Actor) -> None:
    """The hours of one service come from outside, as work does, and go to who gave them."""
    if not people:
        return
    key = f"volunteer:{service.pk}"
    ledger.fund_account(hours, amount=length * len(people), key=key, actor=finance)
    accounts = ledger.open_person_accounts(people, unit=Unit.HOURS, actor=cast.REGISTRY)
    orders = [
        ledger.Order(hours, accounts[one.pk], length, f"{key}:{one.pk}", purpose=TITLE, thing=service, person=one)
        for one in people
    ]
    ledger.post_many(ledger.reserve_many(orders, actor=finance), actor=finance)


# --- what the page published, counted --------------------------------------------------------------------------------


def members() -> int:
    """Members of the riders' union."""
    return Membership.objects.members().filter(union__name=UNION).count()


def services_with_hours() -> int:
    """Services for which hours stand in the ledger to the name of somebody who came."""
    came = Presence.objects.came().filter(occurrence__activity__title=TITLE)
    booked = Transfer.objects.filter(
        state=Transfer.State.POSTED, debit__unit=Unit.HOURS, thing_type="events.occurrence",
        thing_id__in=came.values("occurrence"), person__in=came.values("person"),
    )  # fmt: skip
    return booked.values("thing_id").distinct().count()


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
