"""Transfar port's third logistics festival (row 84): “what we want, they put on”.

Drivers ask for what they want weeks before, by standing in line for it; the union sees how long each line is and puts
on as much. On the day several hundred lunches go out of a stock, one to a driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from niangjia.events import actions as events
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Claim, Occurrence, Pool, Presence
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.ledger import actions as ledger
from niangjia.ledger.models import Account, Transfer, Unit
from niangjia.orgs.models import Kind, Organisation
from niangjia.people.models import Person
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.putting_on import everybody_comes, put_on
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY, WHERE = "330303", "传化物流共富港"
EDITIONS = (date(2022, 5, 21), date(2023, 5, 20), date(2024, 5, 18))
NAMES = tuple(f"温州传化第{nth}届物流节" for nth in "一二三")
LUNCH = "午餐"
SERVICES = ("理发", LUNCH, "法律咨询", "文艺表演")
AT_FIRST = 10  # seats at each stall before anybody has asked
DRIVERS, EARLIER = 236, 20
WINDOW = "festival-lunch:2024"


def enact(telling: Telling) -> None:
    """Three festivals; at the third, what drivers ask for is arranged and the lunches are counted out."""
    with clock.at(EDITIONS[0] - timedelta(days=60)):
        county = cast.federation(COUNTY)
        names = invented(COUNTY, "festival-officers")
        handler = cast.officer(county, Office.HANDLER, next(names)).actor
        finance = cast.officer(county, Office.FINANCE, next(names)).actor
        union = cast.union(county, "传化公路港货运行业联合工会", kind=Kind.INDUSTRY_JOINT_UNION, trade="truck")
        drivers = cast.workforce([union], "drivers", telling.of(DRIVERS), since=date(2021, 9, 1), actor=handler)
    for nth, (day, name) in enumerate(zip(EDITIONS, NAMES, strict=True), 1):
        coming = drivers if day == EDITIONS[-1] else drivers[:EARLIER]
        activity = ask(name, day, coming, union, handler)
        arrange(activity, day, handler)
        hold(activity, handler)
        if day == EDITIONS[-1]:
            hand_out(activity, union, finance)
        telling.progress("festivals", nth, len(EDITIONS))


def ask(name: str, day: date, drivers: Sequence[Person], union: Organisation, handler: Actor) -> Activity:
    """Three weeks before, everybody stands in line for lunch and for one thing more."""
    noon = clock.start_of(day) + timedelta(hours=11)
    with clock.at(noon - timedelta(days=21)):
        plan = Plan(
            title=name,
            opens_at=clock.now(),
            closes_at=noon - timedelta(days=3),
            dates=[Date(noon, noon + timedelta(hours=3), WHERE, AT_FIRST, title=title) for title in SERVICES],
            mode=Activity.Mode.FIRST_COME,
            more={"summary": "想要什么点什么，点的人多就多办。", "most_dates": 2},
        )
        activity = put_on(plan, union, handler)
        stall = {one.title: one.pk for one in activity.occurrences.all()}
        others = [stall[title] for title in SERVICES if title != LUNCH]
        wishes = [
            events.Wish(driver.pk, (stall[LUNCH], others[nth % len(others)]), take=2, by=cast.pressing(driver))
            for nth, driver in enumerate(drivers)
        ]
        events.claim_seats(activity, wishes, actor=handler)
    return activity


def arrange(activity: Activity, day: date, handler: Actor) -> None:
    """The union looks at the lines and puts on as much as is asked for: who waited is seated."""
    with clock.at(clock.start_of(day) - timedelta(days=10)):
        for pool in Pool.objects.filter(activity=activity, occurrence__isnull=False):
            asked = Claim.objects.filter(activity=activity, wanted__contains=[pool.occurrence_id]).count()
            events.resize_pool(pool, ceiling=max(AT_FIRST, asked), actor=handler)
        assert not Claim.objects.filter(activity=activity, short__gt=0).exists(), "nobody waits any more"


def hold(activity: Activity, handler: Actor) -> None:
    """The day itself: whoever has a place at a stall comes."""
    for stall in activity.occurrences.order_by("pk"):
        everybody_comes(stall, actor=handler)


def hand_out(activity: Activity, union: Organisation, finance: Actor) -> None:
    """As many lunches as were asked for are cooked; each driver who came gets one, nobody two."""
    lunch = Occurrence.objects.get(activity=activity, title=LUNCH)
    with clock.at(lunch.ends_at):
        came = list(Person.objects.filter(presences__in=lunch.presences.came()).order_by("pk"))
        stock = ledger.open_account(
            organisation=union, kind=Account.Kind.HOLDING, unit=Unit.PACKS, name="炒粉干午餐", actor=finance
        )
        ledger.fund_account(stock, amount=len(came), key=f"{WINDOW}:cooked", actor=finance)
        accounts = ledger.open_person_accounts(came, unit=Unit.PACKS, actor=cast.REGISTRY)
        orders = [
            ledger.Order(
                stock, accounts[one.pk], 1, f"{WINDOW}:{one.pk}", purpose=LUNCH, thing=lunch, person=one,
                limit=ledger.Limit(WINDOW, times=1),
            )
            for one in came
        ]  # fmt: skip
        ledger.post_many(ledger.reserve_many(orders, actor=finance), actor=finance)


# --- what the page published, counted --------------------------------------------------------------------------------


def _stalls() -> set[tuple[str, str]]:
    """Festival and service, of those to which somebody came."""
    came = Presence.objects.came().filter(occurrence__activity__title__in=NAMES).order_by()
    return set(came.values_list("occurrence__activity__title", "occurrence__title").distinct())


def editions() -> int:
    return len({festival for festival, _service in _stalls()})


def services() -> int:
    """Services that drivers asked for and found at the third festival."""
    return sum(festival == NAMES[-1] for festival, _service in _stalls())


def lunches() -> int:
    """Lunches that went out of the stock at the third festival."""
    return Transfer.objects.filter(window=WINDOW, state=Transfer.State.POSTED).count()


STORY = Story(
    key="logistics-festival",
    title="物流节：司机点单、工会办",
    rows=(84,),
    enact=enact,
    figures=(
        PublishedFigure("editions", "festivals", 3, "=", editions),
        PublishedFigure("services", "services", len(SERVICES), "=", services),
        # “several hundred” is at least two hundred
        PublishedFigure("lunches", "packs", 200, ">=", lunches),
    ),
)
