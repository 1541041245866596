"""Xihu's double hundred (row 73): three years, a million yuan, a hundred couriers, riders and drivers at college."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Kind
from niangjia.programmes import actions
from niangjia.programmes.reads.rankings import ranking
from niangjia.stories import cast
from niangjia.stories.degree_subsidy import decide_all, paid_yuan, subsidised
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY = "330106"
PRACTICE = "double-hundred"
PLACES = {2022: 33, 2023: 33, 2024: 34}
APPLICANTS = 40
TUITION_FEN = 1_000_000
TRADES = ("courier", "delivery", "ride_hailing")


def enact(telling: Telling) -> None:
    """Each year the industry joint unions collect applications; a hundred people in all are paid their tuition."""
    everybody = invented(COUNTY, "riders", oldest=1985)
    names = invented(COUNTY, "officers")
    with clock.at(date(2022, 1, 10)):
        county = cast.federation(COUNTY)
        unions = [
            cast.union(county, name, kind=Kind.INDUSTRY_JOINT_UNION, trade=trade)
            for name, trade in (("西湖区快递行业联合工会", "courier"), ("西湖区外卖行业联合工会", "delivery"))
        ]
        own = {one.pk: cast.officer(one, Office.HANDLER, next(names)).actor for one in unions}
        handler = cast.officer(county, Office.HANDLER, next(names)).actor
        finance = cast.officer(county, Office.FINANCE, next(names)).actor
    for year, places in PLACES.items():
        with clock.at(datetime(year, 2, 21, 9, tzinfo=clock.SHANGHAI)):
            workers = list(islice(everybody, telling.of(APPLICANTS)))
            people = cast.enrol(unions, workers, since=date(year, 2, 1), started=None, actor=handler)
            of = actions.launch(
                PRACTICE,
                organisation=county,
                title=f"{year}年“双百”行动",
                opens_at=clock.now() - timedelta(hours=1),
                closes_at=clock.now() + timedelta(days=40),
                quota=telling.of(places),
                budget_fen=places * TUITION_FEN,
                actor=handler,
            )
            for of_union, officer in own.items():
                mine = [one for one in people if one.memberships.filter(union=of_union).exists()]
                papers = [actions.Entry(one, _answers(one.phone, nth)) for nth, one in enumerate(mine)]
                actions.enter_on_behalf(of, papers, actor=officer)
        with clock.at(datetime(year, 4, 11, 9, tzinfo=clock.SHANGHAI)):
            decide_all(of, "review", own)
            decide_all(of, "county", handler)
            actions.confirm_ranking(of, "places", seen=ranking(of, "places").digest, actor=handler)
            notice = actions.publish_notice(of, "notice", actor=handler)
        with clock.at(notice.closes_on + timedelta(days=1)):
            actions.close_due_notices(actor=Actor.system("clock"))
            decide_all(of, "payment", finance)
        telling.progress("years", year - 2021, len(PLACES))


def _answers(phone: str, nth: int) -> dict[str, object]:
    return {
        "trade": TRADES[nth % 3],
        "education": ("junior", "senior", "college")[nth % 3],
        "level": "bachelor" if nth % 3 == 2 else "college",
        "school": "浙江某开放大学",
        "major": "工商管理",
        "tuition": TUITION_FEN,
        "phone": phone,
        "card": "4111111111111111",
    }


STORY = Story(
    key="double-hundred",
    title="快递小哥成长“双百”行动",
    rows=(73,),
    enact=enact,
    figures=(
        PublishedFigure("people_funded", "people", 100, "=", lambda: subsidised(PRACTICE)),
        PublishedFigure("paid_yuan", "yuan", 1_000_000, "=", lambda: paid_yuan(PRACTICE)),
    ),
)
