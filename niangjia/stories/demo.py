"""The demo's world: what the stories left behind, and a living present with cases at every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.kit.demo import Sight, Visitor, World
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Appointment, Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.places import actions as places
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, Match, Round
from niangjia.stories import (
    big_benefit,
    craftsman,
    degree_subsidy,
    double_hundred,
    shared_space,
    solar_aid,
    stations,
    whats_on,
)
from niangjia.stories import cast as parts
from niangjia.stories.people import people as invented
from niangjia.stories.story import Telling

DEGREE_SHARE = 0.03  # the demo tells Yuhang's story at a fraction; `niangjia story run` tells it in full
PRESENT = "2026年光FU行"


def plant() -> None:
    """Enact the stories on an empty database, once, and open today's rounds."""
    if Round.objects.filter(title=PRESENT).exists():
        return
    chapters = (
        ("tree of Zhejiang", lambda: orgs.plant_tree(actor=parts.REGISTRY)),
        ("solar aid", lambda: solar_aid.enact(Telling())),
        ("degree subsidy", lambda: degree_subsidy.enact(Telling(share=DEGREE_SHARE))),
        ("double hundred", lambda: double_hundred.enact(Telling())),
        ("craftsmen", lambda: craftsman.enact(Telling())),
        ("stations", lambda: stations.enact(Telling())),
        ("shared space", lambda: shared_space.enact(Telling())),
        ("public-benefit activities", lambda: big_benefit.enact(Telling())),
        ("today", _present),
    )
    columns = (TextColumn("planting the demo: {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=len(chapters))
        for title, chapter in chapters:
            bar.update(task, description=title)
            chapter()
            bar.advance(task)


def _present() -> None:
    _solar_today()
    _degree_today()
    _craftsman_today()
    _places_today()
    _activity_today()


def _activity_today() -> None:
    """What is on in Xinchang, for the worker who can sign in and those who have applied."""
    county = Organisation.objects.get(code=solar_aid.COUNTY)
    applied = Application.objects.filter(round__title=PRESENT).select_related("person").order_by("pk")
    visitor = _suited()
    assert visitor is not None, "two households have not applied"
    others = [case.person for case in applied]
    whats_on.enact(county, _holder(county, Office.HANDLER), visitor.person, others)


def _places_today() -> None:
    """A home in Xinchang with two tables and a room: what can be booked today, and one request that waits."""
    county = Organisation.objects.get(code=solar_aid.COUNTY)
    handler = _holder(county, Office.HANDLER)
    home = places.add_place(
        county, actor=handler, kind="home", name="新昌县职工之家", address="人民中路168号三楼",
        facilities=["sport", "water", "library"], latitude=29.4990, longitude=120.9040,
        area_m2=860, stars=5, prime_from=17 * 60 + 30, prime_until=21 * 60,
    )  # fmt: skip
    places.set_hours(home, [places.Line(day, 8 * 60, 21 * 60) for day in range(7)], actor=handler)
    for name in ("1号球台", "2号球台"):
        places.add_resource(
            home, actor=handler, name=name, kind="table", audience="members", capacity=4, grace_minutes=15
        )
    room = places.add_resource(home, actor=handler, name="会议室", kind="room", capacity=30, needs_approval=True)
    places.set_quota(home, actor=handler, most=2, period="week", prime_only=True)
    places.set_accessory(home, actor=handler, name="投影仪", stock=1)
    _on_the_road(county, handler)
    suited = _suited()
    if suited is not None:
        starts = clock.start_of(clock.today() + timedelta(days=2)) + timedelta(hours=14)
        places.book(
            room, actor=actor_for(suited.person), starts=starts, ends=starts + timedelta(hours=1), people=12,
            purpose="班组读书会",
        )  # fmt: skip


def _on_the_road(county: Organisation, handler: Actor) -> None:
    """Two stations, one of them open day and night, and a line about which workers are asked."""
    for name, address, north, east, hours in (
        ("城南户外劳动者驿站", "七星街道环城南路加油站旁", 29.4912, 120.9012, (0, 24 * 60)),
        ("客运中心户外劳动者驿站", "新昌客运中心候车厅一楼", 29.5104, 120.8937, (6 * 60, 20 * 60)),
    ):
        station = places.add_place(
            county, actor=handler, kind="station", name=name, address=address, latitude=north, longitude=east,
            facilities=["water", "rest", "microwave", "charging"], sharing="public", host_name="县公共服务中心",
        )  # fmt: skip
        places.set_hours(station, [places.Line(day, *hours) for day in range(7)], actor=handler)
    stops = [("客运中心", 0), ("七星新村", 9), ("高新园区东门", 24)]
    places.plan_line(county, actor=handler, name="高新园区早班线", stops=stops, operator="新昌公交")


def _solar_today() -> None:
    """A round that is open now, with one household at every step."""
    place = solar_aid.settle()
    with clock.at(date(2024, 5, 6)):
        households = _households(place, 12)
    of = actions.launch(
        "solar-aid",
        organisation=place.county,
        title=PRESENT,
        opens_at=clock.now() - timedelta(days=12),
        closes_at=clock.now() + timedelta(days=40),
        quota=15,
        budget_fen=36_000_000,
        partners={"power_bureau": place.bureau.pk},
        actor=place.county_handler.actor,
    )
    with clock.at(clock.now() - timedelta(days=9)):
        cases = [solar_aid.apply(of, person) for person in households[2:]]
        _send_back(cases[1], place)
        _refuse(cases[2], place)
        for case in cases[3:]:
            own = place.grassroots[case.union_id]
            actions.decide(solar_aid.run_of(case), verdict=Decision.Verdict.APPROVE, actor=own)
        for case in cases[4:]:
            actions.decide(solar_aid.run_of(case), verdict=Decision.Verdict.APPROVE, actor=place.county_handler.actor)
        solar_aid.confirm(of, place)
    with clock.at(clock.now() - timedelta(days=3)):
        for case in cases[6:]:
            solar_aid.survey(case, place)
        for case in cases[7:]:
            run = solar_aid.run_of(case)
            actions.decide(run, verdict=Decision.Verdict.APPROVE, actor=place.county_handler.actor)
        for case in cases[8:]:
            solar_aid.sign(case, place)


def _households(place: solar_aid.Xinchang, count: int) -> list[Person]:
    """Members with a hardship file; the first two have not applied yet."""
    found = []
    for nth, one in enumerate(islice(invented(solar_aid.COUNTY, "present"), count)):
        of = place.unions[nth % len(place.unions)]
        person = parts.member(of, one, since=date(2021, 5, 1), place=solar_aid.COUNTY)
        household = people.form_household(person, actor=parts.REGISTRY, address="")
        orgs.open_hardship_file(
            household,
            actor=parts.REGISTRY,
            union=of,
            hardship=solar_aid.HARDSHIP[nth % 4],
            yearly_income_fen=2_600_000,
        )
        found.append(person)
    return found


def _send_back(case: Application, place: solar_aid.Xinchang) -> None:
    actions.decide(
        solar_aid.run_of(case),
        verdict=Decision.Verdict.RETURN,
        reason="屋顶照片太暗，请在白天重拍一张；房屋权属证明缺最后一页。",
        actor=place.grassroots[case.union_id],
    )


def _refuse(case: Application, place: solar_aid.Xinchang) -> None:
    actions.decide(
        solar_aid.run_of(case),
        verdict=Decision.Verdict.REFUSE,
        reason="这处房屋今年列入拆迁范围，不宜安装。",
        actor=place.grassroots[case.union_id],
    )


def _degree_today() -> None:
    """Yuhang's round of this year: those enrolled are found, the others are one question away."""
    county = Organisation.objects.get(code=degree_subsidy.COUNTY)
    of = actions.launch(
        "degree-subsidy",
        organisation=county,
        title="2026年职工学历提升资助",
        opens_at=clock.now() - timedelta(days=5),
        closes_at=clock.now() + timedelta(days=60),
        quota=800,
        budget_fen=360_000_000,
        actor=_holder(county, Office.HANDLER),
    )
    assert of.matches.exists(), "the story left workers for whom this round is"


def _craftsman_today() -> None:
    """Luqiao's selection of this year, with judges at work."""
    county = Organisation.objects.get(code=craftsman.LUQIAO)
    place = craftsman.bench(county, [county], firms=("泵业厂", "阀门厂", "塑模厂"))
    of = craftsman.launch(place, "2026年路桥工匠", quota=5)
    craftsman.nominate(of, place, craftsman.candidates(place, 8, "present", since=date(2020, 5, 1)))
    degree_subsidy.decide_all(of, "recommendation", place.own)
    degree_subsidy.decide_all(of, "vetting", place.vetting)
    actions.seat_judges(of, "judging", place.judges, actor=place.handler)


def _holder(body: Organisation, office: Office) -> Actor:
    held = body.appointments.filter(office=office, until=None).select_related("person").order_by("pk")[0]
    return actor_for(held.person)


def cast() -> Sequence[Visitor]:
    """Who can sign in, found in what was planted."""
    return tuple(_officers()) + tuple(_workers())


def _officers() -> Iterator[Visitor]:
    wanted = (
        ("基层工会经办人", "county-union", Office.HANDLER, 1),
        ("县总工会经办人", solar_aid.COUNTY, Office.HANDLER, 2),
        ("县总工会财务", solar_aid.COUNTY, Office.FINANCE, 1),
        ("供电局经办人", "bureau", Office.PARTNER, 1),
        ("市总工会经办人", "330600", Office.HANDLER, 1),
        ("路桥区总工会经办人", craftsman.LUQIAO, Office.HANDLER, 1),
        ("路桥工匠评委", craftsman.LUQIAO, Office.JUDGE, 3),
        ("余杭区总工会经办人", degree_subsidy.COUNTY, Office.HANDLER, 1),
    )
    for role, code, office, most in wanted:
        held = Appointment.objects.filter(office=office, until=None).select_related("person")
        match code:
            case "county-union":
                held = held.filter(organisation__name=solar_aid.UNIONS[0])
            case "bureau":
                held = held.filter(organisation__name=solar_aid.BUREAU)
            case _:
                held = held.filter(organisation__code=code)
        for one in held.order_by("pk")[:most]:
            yield Visitor(one.person.name, role, one.person.phone)


def _workers() -> Iterator[Visitor]:
    present = Application.objects.filter(round__title=PRESENT).select_related("person").order_by("pk")
    found = (
        ("职工：符合条件，还没申请；有一个席位等着答复", _suited()),
        ("职工：材料被退回", present.filter(state=Application.State.RETURNED).first()),
        ("职工：没有通过，可以申诉", present.filter(state=Application.State.REFUSED).first()),
        ("职工：等着签协议", present.filter(step="agreement").first()),
        ("职工：只差一个问题（余杭）", _one_question()),
    )
    for role, one in found:
        if one is not None:
            yield Visitor(one.person.name, role, one.person.phone)


def _suited() -> Match | None:
    applied = Application.objects.filter(round__title=PRESENT).values("person")
    suited = Match.objects.filter(round__title=PRESENT, verdict=Match.Verdict.YES).exclude(person__in=applied)
    return suited.select_related("person").order_by("pk").first()


def _one_question() -> Match | None:
    asked = Match.objects.filter(verdict=Match.Verdict.ONE_FACT, missing="worker.enrolment")
    return asked.select_related("person").order_by("pk").first()


def sights() -> Sequence[Sight]:
    """What to look at, and as whom."""
    visitor = _suited()
    if visitor is None:
        return ()
    county = Organisation.objects.get(code=solar_aid.COUNTY)
    handler = county.appointments.filter(office=Office.HANDLER, until=None).select_related("person").order_by("pk")[0]
    return whats_on.sights(visitor.person.name, handler.person.name)


WORLD = World(plant=plant, cast=cast, sights=sights)
