"""Yuhang's tuition subsidy (row 52): five yearly rounds, 6,845 workers enrolled, 4,202 paid part of their tuition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.ledger.models import Transfer
from niangjia.orgs.models import Membership
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Person
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, Entitlement, Round, StepRun
from niangjia.programmes.reads.rankings import ranking
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY = "330110"
PRACTICE = "degree-subsidy"
YEARS = (2018, 2019, 2020, 2021, 2022)
ENROLLED_A_YEAR = 1369
PLACES = {2018: 840, 2019: 840, 2020: 840, 2021: 841, 2022: 841}
BUDGET_FEN = 400_000_000  # a year's tuition money, in the order of the published total
FIRMS = ("仪表厂", "纺织厂", "食品厂", "机床厂", "印务公司", "物流公司", "电子厂", "建材厂")
MAJORS = ("机电一体化技术", "计算机应用技术", "大数据与会计", "工商管理", "土木工程", "机械工程")
SCAN = b"%PDF-1.4\n% synthetic\n"
BATCH = 300


def enact(telling: Telling) -> None:
    """Each year: the unions' rosters, the round, the applications, two reviews, the places, the notice, the payment."""
    with clock.at(date(2018, 1, 8)):
        county = cast.federation(COUNTY)
        unions = [cast.firm_union(county, f"余杭{firm}工会") for firm in FIRMS]
        names = invented(COUNTY, "officers")
        own = {one.pk: cast.officer(one, Office.HANDLER, next(names)).actor for one in unions}
        handler = cast.officer(county, Office.HANDLER, next(names)).actor
        finance = cast.officer(county, Office.FINANCE, next(names)).actor
    everybody = invented(COUNTY, "workers")
    for year in YEARS:
        workers = list(islice(everybody, telling.of(ENROLLED_A_YEAR)))
        with clock.at(datetime(year, 3, 5, 9, tzinfo=clock.SHANGHAI)):
            people = cast.enrol(
                unions, workers, since=date(year - 2, 7, 1), started=date(year - 3, 7, 1), actor=handler
            )
        with clock.at(datetime(year, 9, 3, 9, tzinfo=clock.SHANGHAI)):
            of = actions.launch(
                PRACTICE,
                organisation=county,
                title=f"{year}年职工学历提升资助",
                opens_at=clock.now() - timedelta(hours=1),
                closes_at=clock.now() + timedelta(days=60),
                quota=telling.of(PLACES[year]),
                budget_fen=BUDGET_FEN,
                actor=handler,
            )
            _apply_all(of, people, year, own, telling)
        with clock.at(datetime(year, 10, 15, 9, tzinfo=clock.SHANGHAI)):
            decide_all(of, "review", own)
            decide_all(of, "county", handler)
            seen = ranking(of, "places").digest
            actions.confirm_ranking(of, "places", seen=seen, actor=handler)
            notice = actions.publish_notice(of, "notice", actor=handler)
        with clock.at(notice.closes_on + timedelta(days=1)):
            actions.close_due_notices(actor=Actor.system("clock"))
            decide_all(of, "payment", finance)


def _apply_all(of: Round, people: Sequence[Person], year: int, own: dict[int, Actor], telling: Telling) -> None:
    """One worker of each union applies on the phone; the others' papers are collected and entered by their union."""
    chance = Random(year)  # noqa: S311 - invented tuition
    by_union: dict[int, list[Person]] = {}
    for membership in Membership.objects.filter(person__in=people).select_related("person").order_by("pk"):
        by_union.setdefault(membership.union_id, []).append(membership.person)
    done = 0
    for union_id, workers in by_union.items():
        apply(of, workers[0], _answers(workers[0], chance), files=("register_proof", "receipt"))
        papers = [actions.Entry(person, _answers(person, chance)) for person in workers[1:]]
        for start in range(0, len(papers), BATCH):
            actions.enter_on_behalf(of, papers[start : start + BATCH], actor=own[union_id])
        done += len(workers)
        telling.progress(str(year), done, len(people))


def _answers(person: Person, chance: Random) -> dict[str, object]:
    return {
        "level": chance.choice(("college", "bachelor")),
        "school": "浙江某职业技术学院",
        "major": chance.choice(MAJORS),
        "tuition_paid": chance.randrange(7_200, 9_000) * 100,
        "phone": person.phone,
        "card": "4111111111111111",
    }


def apply(of: Round, person: Person, answers: dict[str, object], *, files: Sequence[str]) -> Application:
    """One worker's application, from the first page to handing in."""
    actor = actor_for(person)
    application = actions.start_application(of, actor=actor)
    actions.save_answers(application, answers, actor=actor)
    for field in files:
        upload = SimpleUploadedFile(f"{field}.pdf", SCAN + f"{person.pk} {field}".encode())
        actions.attach_file(application, field, upload, actor=actor)
    return actions.submit_application(application, actor=actor)


def decide_all(of: Round, step: str, by: Actor | dict[int, Actor]) -> None:
    """Approve everybody waiting at a step, in batches, each body's cases by its own officer."""
    waiting = StepRun.objects.filter(application__round=of, step=step, state=StepRun.State.OPEN)
    mine: dict[int, list[int]] = {}
    for run_id, union_id in waiting.values_list("pk", "application__union").order_by("pk"):
        mine.setdefault(union_id if isinstance(by, dict) else 0, []).append(run_id)
    for union_id, runs in mine.items():
        actor = by[union_id] if isinstance(by, dict) else by
        for start in range(0, len(runs), BATCH):
            choices = [actions.Choice(run, Decision.Verdict.APPROVE) for run in runs[start : start + BATCH]]
            actions.decide_many(choices, actor=actor)


def enrolled(practice: str = PRACTICE) -> int:
    """People who handed in proof that they are studying."""
    return (
        Application.objects.handed_in()
        .filter(round__version__programme__practice=practice)
        .values("person")
        .distinct()
        .count()
    )


def subsidised(practice: str = PRACTICE) -> int:
    """People whose subsidy has been paid."""
    paid = Entitlement.objects.filter(
        application__round__version__programme__practice=practice, state=Entitlement.State.DELIVERED
    )
    return paid.values("application__person").distinct().count()


def paid_yuan(practice: str = PRACTICE) -> int:
    """Whole yuan posted in the ledger for it."""
    posted = Transfer.objects.filter(
        entitlements__application__round__version__programme__practice=practice, state=Transfer.State.POSTED
    )
    return (posted.aggregate(total=Sum("amount"))["total"] or 0) // 100


STORY = Story(
    key="degree-subsidy",
    title="职工学历提升资助",
    rows=(52,),
    enact=enact,
    figures=(
        PublishedFigure("enrolled", "people", 6845, "=", enrolled),
        PublishedFigure("subsidised", "people", 4202, "=", subsidised),
        PublishedFigure("paid_yuan", "yuan", 18_000_000, ">", paid_yuan),
    ),
)
