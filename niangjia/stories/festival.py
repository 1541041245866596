"""Transfar port's third logistics festival (row 84): “what we want, they put on”.

Weeks before, a poll asks drivers what they want; the union sees how many ask for what, never who, and puts on as much.
On the day several hundred lunches go out of a stock, one to a driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from niangjia.demand import actions as demand
from niangjia.demand.models import Option, Poll, Wish
from niangjia.demand.reads import own_poll
from niangjia.events import actions as events
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Claim, Occurrence, Presence
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
WORTH_IT = 5  # from so many on, the union wants to be told
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
        poll = ask(name, day, coming, union, handler)
        activity = arrange(poll, name, day, union, handler)
        hold(activity, handler)
        if day == EDITIONS[-1]:
            hand_out(activity, union, finance)
        telling.progress("festivals", nth, len(EDITIONS))


def ask(name: str, day: date, drivers: Sequence[Person], union: Organisation, handler: Actor) -> Poll:
    """Weeks before, the union asks what they would like: everybody ticks lunch and one thing more."""
    title = f"{name}，您想要什么"
    with clock.at(clock.start_of(day) - timedelta(days=40)):
        poll = demand.open_poll(
            union, actor=handler, title=title, options=SERVICES, most=2, notice_at=WORTH_IT,
            closes_on=day - timedelta(days=22),
        )  # fmt: skip
        option = dict(poll.options.values_list("title", "pk"))
        others = [option[service] for service in SERVICES if service != LUNCH]
        for nth, driver in enumerate(drivers):
            demand.wish_for(poll, [option[LUNCH], others[nth % len(others)]], actor=cast.pressing(driver))
    return poll


def arrange(poll: Poll, name: str, day: date, union: Organisation, handler: Actor) -> Activity:
    """The union reads the counts and puts on a stall for each thing asked for, with as many places; drivers press."""
    noon = clock.start_of(day) + timedelta(hours=11)
    with clock.at(noon - timedelta(days=21)):
        asked = {line.option.title: line for line in own_poll(handler, poll.pk).lines if line.people}
        demand.close_poll(poll, actor=handler)
        dates = [Date(noon, noon + timedelta(hours=3), WHERE, line.people, title=one) for one, line in asked.items()]
        plan = Plan(
            title=name,
            opens_at=clock.now(),
            closes_at=noon - timedelta(days=3),
            dates=dates,
            mode=Activity.Mode.FIRST_COME,
            more={"summary": "想要什么点什么，点的人多就多办。", "most_dates": 2, "answers": asked[LUNCH].option},
        )
        activity = put_on(plan, union, handler)
        stall = {one.title: one.pk for one in activity.occurrences.all()}
        wanted: dict[int, list[int]] = {}
        for person, service in Wish.objects.filter(option__poll=poll).values_list("person", "option__title"):
            wanted.setdefault(person, []).append(stall[service])
        drivers = Person.objects.in_bulk(wanted)
        wishes = [
            events.Wish(who, tuple(stalls), take=2, by=cast.pressing(drivers[who])) for who, stalls in wanted.items()
        ]
        events.claim_seats(activity, wishes, actor=handler)
    assert not Claim.objects.filter(activity=activity, short__gt=0).exists(), "as much is put on as was asked for"
    return activity


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
    """Services that drivers asked for in the poll and found at the third festival."""
    answered = Activity.objects.filter(title=NAMES[-1]).values("answers__poll")
    asked = Option.objects.filter(poll__in=answered, wishes__isnull=False).values_list("title", flat=True)
    return len({service for festival, service in _stalls() if festival == NAMES[-1]} & set(asked))


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
