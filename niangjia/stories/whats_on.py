"""What is on in the demo today: activities of Xinchang at every step, so that whoever looks in finds them alive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse

from niangjia.demand import actions as demand
from niangjia.demand.models import Poll
from niangjia.events import actions
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.friendship import actions as friendship
from niangjia.events.models import Activity, Inspector, Occurrence
from niangjia.events.recuperation import actions as recuperation
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.demo import Sight
from niangjia.orgs.models import Organisation
from niangjia.people.models import Person
from niangjia.stories import big_benefit, cast, contests
from niangjia.stories.friendship import NOTICE
from niangjia.stories.people import people as invented
from niangjia.stories.putting_on import everybody_comes, put_on

LOT, OFFER, OPEN, DOOR, CHOICE = "职工电影专场", "新春民乐会", "大佛寺茶艺课", "编程公益体验课", "亲子采茶半日"
ROUTE, EVENING = "乡村疗休养·外婆坑", "浙工缘·茶山小聚"
POLL, CONTEST = "下半年您最想参加什么", "班组拔河赛"
POLL_OPTIONS = ("太极拳班", "急救培训", "亲子游泳课", "周末电影")
FIRST_COME = Activity.Mode.FIRST_COME


def enact(county: Organisation, handler: Actor, visitor: Person, others: Sequence[Person]) -> None:
    """One activity at each step: `visitor` is offered a seat and expected at a door, `others` keep them company."""
    _draw(county, handler, others)
    _offer(county, handler, visitor, others)
    _first_come(county, handler, others)
    _door(county, handler, visitor, others)
    _choice(county, handler, others)
    _route(county, handler, others)
    _evening(county, handler, others)
    _poll(county, handler, others)
    _contest(county, handler, others)


def _ask(activity: Activity, people: Sequence[Person]) -> None:
    """Each presses for themselves."""
    wanted = tuple(activity.occurrences.values_list("pk", flat=True))
    wishes = [actions.Wish(one.pk, wanted, by=cast.pressing(one)) for one in people]
    refused = [
        answer.refusal for answer in actions.claim_seats(activity, wishes, actor=cast.REGISTRY) if not answer.claim
    ]
    assert not refused, refused


def _plan(title: str, day: int, minute: int, where: str, seats: int, *, mode: Activity.Mode, **more: Any) -> Plan:
    starts = clock.start_of(clock.today() + timedelta(days=day)) + timedelta(minutes=minute)
    return Plan(
        title=title, opens_at=clock.now() - timedelta(hours=6), closes_at=starts - timedelta(hours=3),
        dates=[Date(starts, starts + timedelta(hours=2), where, seats)], mode=mode,
        more={"conditions": [big_benefit.MEMBERS_ONLY], **more},
    )  # fmt: skip


def _draw(county: Organisation, handler: Actor, others: Sequence[Person]) -> None:
    """The window of a draw is open: some have entered."""
    told = "请劳动者看一场电影，可带一位家人。"
    plan = _plan(LOT, 9, 19 * 60, "新昌大剧院", 5, mode=Activity.Mode.DRAW, summary=told, most_seats=2)
    _ask(put_on(plan, county, handler), others[:8])


def _offer(county: Organisation, handler: Actor, visitor: Person, others: Sequence[Person]) -> None:
    """A concert tomorrow is full, somebody cannot come: the seat is offered to the visitor, who waited."""
    plan = _plan(
        OFFER, 1, 19 * 60 + 30, "新昌县文化馆", 3, mode=FIRST_COME, summary="丝竹小团，一小时半，适合下班后来。"
    )
    activity = put_on(plan, county, handler)
    _ask(activity, [*others[:3], visitor, others[3]])
    seated = activity.claims.get(person=others[0]).registrations.get()
    actions.cancel_registration(seated, actor=cast.pressing(others[0]))


def _first_come(county: Organisation, handler: Actor, others: Sequence[Person]) -> None:
    """Seats to be had now."""
    plan = _plan(OPEN, 12, 14 * 60, "大佛寺茶室", 12, mode=FIRST_COME, summary="识茶、泡茶，茶叶和茶具由工会准备。")
    _ask(put_on(plan, county, handler), others[4:9])


def _door(county: Organisation, handler: Actor, visitor: Person, others: Sequence[Person]) -> None:
    """It begins within the hour: the door is open, two have come, the visitor is expected."""
    starts = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=40)
    with clock.at(clock.now() - timedelta(days=4)):
        plan = Plan(
            title=DOOR, opens_at=clock.now(), closes_at=starts - timedelta(days=1), mode=FIRST_COME,
            dates=[Date(starts, starts + timedelta(hours=2), "新昌县职工之家会议室", 20)],
            more={"summary": "零基础，带手机就行。", "hours_kind": Activity.HoursKind.LEARNING, "hours": 2},
        )  # fmt: skip
        activity = put_on(plan, county, handler)
        _ask(activity, [visitor, *others[:7]])
    arrivals = [actions.Arrival(one.pk) for one in others[:2]]
    actions.check_in_many(activity.occurrences.get(), arrivals, actor=handler)


def _choice(county: Organisation, handler: Actor, others: Sequence[Person]) -> None:
    """The union chooses, and has not yet."""
    summary = "带孩子上茶山，名额少，由工会按家庭情况安排。"
    decide_by = clock.start_of(clock.today() + timedelta(days=5)) + timedelta(hours=18)
    plan = _plan(CHOICE, 10, 9 * 60, "东茗乡茶园", 4, mode=Activity.Mode.APPROVAL, summary=summary, decide_by=decide_by)
    _ask(put_on(plan, county, handler), others[2:8])


def _route(county: Organisation, handler: Actor, others: Sequence[Person]) -> None:
    """A route was looked at, approved for the season, and a departure is open."""
    today = clock.today()
    with clock.at(clock.now() - timedelta(days=30)):
        chair = cast.officer(county, Office.CHAIR, next(invented(county.division_code[:6], "chair"))).actor
        draft = recuperation.Draft(
            title=ROUTE, days=2, day_price_fen=45_000, capacity=40, stops=[(1, "镜岭镇外婆坑村"), (2, "穿岩十九峰")],
            summary="住农家、走古道、看梯田，费用由工会按标准承担。", family_price_fen=88_000,
        )  # fmt: skip
        route = recuperation.list_route(draft, organisation=county, actor=handler)
        visit = recuperation.open_inspection(route, visited_on=clock.today(), people=others[:3], actor=handler)
        for one in Inspector.objects.filter(inspection=visit).select_related("person", "inspection"):
            scores = {each["key"]: each["most"] - one.person_id % 3 for each in visit.criteria}
            recuperation.hand_in_scores(one, scores=scores, actor=cast.pressing(one.person))
        recuperation.close_inspection(visit, actor=handler)
        until = today + timedelta(days=150)
        recuperation.approve_route(route, starts_on=today - timedelta(days=20), ends_on=until, actor=chair)
    now = clock.now()
    departure = recuperation.Departure(
        starts_on=today + timedelta(days=21), seats=10, opens_at=now - timedelta(hours=6),
        closes_at=clock.start_of(today + timedelta(days=10)) + timedelta(hours=18), location="县总工会门口", family=1,
    )  # fmt: skip
    _ask(recuperation.announce_trip(route, departure, organisation=county, actor=handler).activity, others[4:9])


def _evening(county: Organisation, handler: Actor, others: Sequence[Person]) -> None:
    """An evening among the tea hills: six are verified and come, one more waits to be verified."""
    singles = sorted(others, key=lambda one: (one.birth_date, one.pk), reverse=True)[:7]
    for nth, person in enumerate(singles):
        wanted = friendship.Wanted(f"茶缘{nth + 1}", f"微信号留给互选的人 {nth + 1}", NOTICE, "喜欢爬山和做饭")
        profile = friendship.opt_in(person, wanted, actor=cast.pressing(person))
        if nth < len(singles) - 1:
            friendship.verify_profile(profile, verified=True, actor=handler)
    plan = _plan(EVENING, 8, 14 * 60, "新昌县职工之家", 20, mode=FIRST_COME)
    reveals_at = plan.dates[0].ends_at + timedelta(hours=24)
    evening = friendship.hold_event(plan, reveals_at=reveals_at, organisation=county, actor=handler)
    _ask(evening.activity, singles[:-1])


def _poll(county: Organisation, handler: Actor, others: Sequence[Person]) -> None:
    """The union asks what to put on next: some have answered, of one thing enough have asked."""
    closes_on = clock.today() + timedelta(days=14)
    poll = demand.open_poll(
        county, actor=handler, title=POLL, options=POLL_OPTIONS, most=2, notice_at=5, closes_on=closes_on
    )
    option = list(poll.options.values_list("pk", flat=True))
    for nth, person in enumerate(others[:8]):
        demand.wish_for(poll, {option[0], option[nth % len(option)]}, actor=cast.pressing(person))


def _contest(county: Organisation, handler: Actor, others: Sequence[Person]) -> None:
    """A week ago three teams pulled a rope; how they came out is shown."""
    starts = clock.start_of(clock.today() - timedelta(days=7)) + timedelta(hours=14)
    with clock.at(starts - timedelta(days=20)):
        plan = Plan(
            title=CONTEST, opens_at=clock.now(), closes_at=starts - timedelta(days=3), mode=FIRST_COME,
            dates=[Date(starts, starts + timedelta(hours=2), "新昌县体育场", team_least=2, team_most=4)],
            more={"summary": "同事自己组队，队员本人点一下同意。"},
        )  # fmt: skip
        item = put_on(plan, county, handler).occurrences.get()
        for nth, name in enumerate(("轴承队", "机械队", "纺织队")):
            contests.enter(item, name, others[nth:9:3])  # of one union each
    everybody_comes(item, actor=handler)
    contests.tell_results(item, has_judges=False, actor=handler)


def sights(visitor: str, handler: str) -> list[Sight]:
    """Where a visitor of the demo finds each of them, as whom."""
    on = {
        one.title: one.pk for one in Activity.objects.filter(title__in=(LOT, OFFER, OPEN, DOOR, CHOICE, ROUTE, CONTEST))
    }
    door = Occurrence.objects.filter(activity__title=DOOR).order_by("pk").first()
    item = Occurrence.objects.filter(activity__title=CONTEST).order_by("pk").first()
    poll = Poll.objects.filter(title=POLL).order_by("pk").first()
    if door is None or item is None or poll is None:
        return []
    found = (
        (visitor, "activity", on[OFFER], f"{OFFER}：有人退出，空出的席位正等您答复"),
        (visitor, "activity", on[LOT], f"{LOT}：登记期内报名机会均等，截止后公开抽签"),
        (visitor, "activity", on[OPEN], f"{OPEN}：先到先得，现在就能报名"),
        (visitor, "activity", on[ROUTE], f"{ROUTE}：考察通过、应季开行的疗休养线路"),
        (handler, "occurrence_door", door.pk, f"{DOOR}：一小时内开始，现场签到"),
        (handler, "activity_asking", on[CHOICE], f"{CHOICE}：六人申请四个名额，等工会选定"),
        (handler, "desk_friendship", None, f"{EVENING}：交友联谊，有一份资料待核实"),
        (visitor, "poll", poll.pk, f"{POLL}：工会正在点单，勾选您想要的"),
        (handler, "desk_poll", poll.pk, f"{POLL}：各项有多少人想要，看得到人数，看不到姓名"),
        (visitor, "activity", on[CONTEST], f"{CONTEST}：上周的团体赛，成绩已公布"),
        (handler, "date_results", item.pk, f"{CONTEST}：填写、更正和公布团体赛成绩"),
    )
    return [Sight(who, reverse(name, args=() if pk is None else (pk,)), what) for who, name, pk, what in found]
