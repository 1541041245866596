"""Craftsmen (rows 101, 70 and 45): Luqiao's digital craftsman, the yearly West Lake craftsman, and the shortlist of
Jiaxing's fine craftsmen put up for public notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from niangjia.credentials import actions as credentials
from niangjia.credentials.models import Credential
from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people import actions as people
from niangjia.people.models import Consent, Person
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, JudgeSeat, Notice, Round, StepRun
from niangjia.programmes.reads.rankings import ranking
from niangjia.stories import cast
from niangjia.stories.degree_subsidy import decide_all
from niangjia.stories.people import Synthetic
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

PRACTICE = "craftsman"
LUQIAO, XIHU, JIAXING, NANHU, XIUZHOU = "331004", "330106", "330400", "330402", "330411"
POSTS = ("一线职工", "一线职工", "一线职工", "技术人员", "管理人员")
TRADES = ("车工", "钳工", "焊工", "数控铣工", "电工", "模具工")
SHORTLIST_FROM_NANHU = 33
PAGE_ORDER = ["recommendation", "vetting", "judging", "ranking", "notice", "award"]
CLOCK = Actor.system("clock")


@dataclass(frozen=True, slots=True)
class Bench:
    """Who runs a selection: the launching union, the unions below, and their officers."""

    launcher: Organisation
    unions: tuple[Organisation, ...]
    own: dict[int, Actor]
    vetting: dict[int, Actor]
    handler: Actor
    chair: Actor
    judges: tuple[Person, ...]


def bench(launcher: Organisation, below: Sequence[Organisation], *, firms: Sequence[str], judges: int = 3) -> Bench:
    """The officers of a selection run by `launcher` over unions founded under each of `below`."""
    names = invented(launcher.division_code, "craft-officers")
    unions, own, vetting = [], {}, {}
    for county in below:
        vetter = cast.officer(county, Office.HANDLER, next(names)).actor
        for firm in firms:
            of = cast.firm_union(county, f"{county.name.removesuffix('总工会')}{firm}工会")
            unions.append(of)
            own[of.pk] = cast.officer(of, Office.HANDLER, next(names)).actor
            vetting[of.pk] = vetter
    return Bench(
        launcher=launcher,
        unions=tuple(unions),
        own=own,
        vetting=vetting,
        handler=cast.officer(launcher, Office.HANDLER, next(names)).actor,
        chair=cast.officer(launcher, Office.CHAIR, next(names)).actor,
        judges=tuple(cast.officer(launcher, Office.JUDGE, next(names)).person for _nth in range(judges)),
    )


def candidates(of: Bench, count: int, seed: str, *, since: date) -> list[Person]:
    """Members with a trade, of several posts, women among them, each with a skill certificate on record."""
    made = invented(of.launcher.division_code, seed, oldest=1968, youngest=1995)
    workers: list[Synthetic] = [
        replace(one, post=POSTS[nth % len(POSTS)]) for nth, one in enumerate(islice(made, count))
    ]
    found = cast.enrol(of.unions, workers, since=since, started=date(since.year - 1, 7, 1), actor=of.handler)
    for nth, person in enumerate(found):
        credentials.record_outside_certificate(
            person, achievement="L3" if nth % 3 else "L2", issuer_name="鉴定机构（示例）", number=f"S{person.pk:012d}",
            issued_on=date(since.year - 1, 6, 1), occupation=TRADES[nth % len(TRADES)], actor=of.handler,
        )  # fmt: skip
    return found


def nominate(of: Round, place: Bench, people_: Sequence[Person]) -> None:
    """The unions enter what their candidates wrote."""
    for union_id, officer in place.own.items():
        mine = [one for one in people_ if one.memberships.filter(union=union_id).exists()]
        papers = [actions.Entry(one, _answers(one, nth)) for nth, one in enumerate(mine)]
        if papers:
            actions.enter_on_behalf(of, papers, actor=officer)


def _answers(person: Person, nth: int) -> dict[str, object]:
    return {
        "occupation": TRADES[nth % len(TRADES)],
        "trade_years": 12 + nth % 15,
        "unit_head": False,
        "story": "革新工装夹具，班组废品率明显下降；带出多名徒弟。",
        "showcase": True,
        "phone": person.phone,
    }


def judge(of: Round, place: Bench, points: Callable[[Application], int], *, recused: int | None = None) -> None:
    """Every judge scores every candidate; `recused` is the application on which the first judge steps aside."""
    actions.seat_judges(of, "judging", place.judges, actor=place.handler)
    runs = list(
        StepRun.objects.filter(application__round=of, step="judging", state=StepRun.State.OPEN)
        .select_related("application").order_by("pk")
    )  # fmt: skip
    for seat, person in enumerate(place.judges):
        choices = []
        for run in runs:
            if seat == 0 and run.application_id == recused:
                choices.append(actions.Choice(run.pk, Decision.Verdict.RECUSE, reason="候选人是本人徒弟"))
                continue
            given = min(10, max(0, points(run.application) + (seat == 1) - (seat == 2)))
            record = dict.fromkeys(("skill", "innovation", "passing_on", "conduct"), given)
            choices.append(actions.Choice(run.pk, Decision.Verdict.RECORD, record=record))
        actions.decide_many(choices, actor=actor_for(person))


def shortlist(of: Round, place: Bench, points: Callable[[Application], int], *, recused: int | None = None) -> Notice:
    """Recommendation, vetting, judging, ranking within the quotas, and the notice put up."""
    decide_all(of, "recommendation", place.own)
    decide_all(of, "vetting", place.vetting)
    judge(of, place, points, recused=recused)
    actions.confirm_ranking(of, "ranking", seen=ranking(of, "ranking").digest, actor=place.handler)
    return actions.publish_notice(of, "notice", actor=place.handler)


def launch(place: Bench, title: str, *, quota: int) -> Round:
    return actions.launch(
        PRACTICE, organisation=place.launcher, title=title, opens_at=clock.now() - timedelta(hours=1),
        closes_at=clock.now() + timedelta(days=30), quota=quota, actor=place.handler,
    )  # fmt: skip


def award(of: Round, place: Bench, notice: Notice) -> None:
    with clock.at(notice.closes_on + timedelta(days=1)):
        actions.close_due_notices(actor=CLOCK)
        decide_all(of, "award", place.chair)


def enact(telling: Telling) -> None:
    """Luqiao with an objection and a title taken back, two years of West Lake, and Jiaxing's shortlist."""
    _luqiao()
    telling.progress("selections", 1, 4)
    for nth, year in enumerate((2023, 2024)):
        _west_lake(year)
        telling.progress("selections", 2 + nth, 4)
    _jiaxing()
    telling.progress("selections", 4, 4)


def _luqiao() -> None:
    with clock.at(datetime(2022, 4, 6, 9, tzinfo=clock.SHANGHAI)):
        county = cast.federation(LUQIAO)
        place = bench(county, [county], firms=("泵业厂", "阀门厂", "塑模厂"))
        of = launch(place, "路桥工匠（数智工匠）", quota=6)
        nominate(of, place, candidates(place, 14, "craft", since=date(2018, 5, 1)))
        first = of.applications.order_by("pk")[0]
        notice = shortlist(of, place, lambda one: 9 - one.pk % 5, recused=first.pk)
        lines = list(notice.runs.select_related("application").order_by("pk"))
        for line, upheld, answer in (
            (lines[0], False, "经核实，技改成果由本人主持完成，异议不成立。"),
            (lines[1], True, "经核实，申报的专利不属于本人。"),
        ):
            objection = actions.object_to(
                notice, run=line, text="申报材料与实际不符", name="同厂职工", contact="19900000000", actor=CLOCK
            )
            actions.answer_objection(objection, upheld=upheld, answer=answer, actor=place.handler)
        award(of, place, notice)
        _show(of)
    with clock.at(datetime(2022, 12, 1, 9, tzinfo=clock.SHANGHAI)):
        last = Credential.objects.filter(issuer=county, revoked_on=None).order_by("-pk")[0]
        credentials.revoke_credential(last, reason="违反安全生产规定，按奖惩办法取消称号", actor=place.chair)


def _show(of: Round) -> None:
    """Those who were awarded agree to be shown."""
    for one in of.applications.filter(state=Application.State.GRANTED).select_related("person"):
        people.give_consent(
            one.person, purpose="showcase", notice="同意在职工展播里公开姓名和事迹", actor=actor_for(one.person)
        )


def _west_lake(year: int) -> None:
    with clock.at(datetime(year, 3, 15, 9, tzinfo=clock.SHANGHAI)):
        county = cast.federation(XIHU)
        place = bench(county, [county], firms=("仪器厂", "茶机厂"))
        of = launch(place, f"{year}年西湖工匠", quota=5)
        nominate(of, place, candidates(place, 10, f"craft-{year}", since=date(year - 4, 5, 1)))
        award(of, place, shortlist(of, place, lambda one: 9 - one.pk % 4))


def _jiaxing() -> None:
    """The city adjusts the practice to its own title and runs it over two districts."""
    with clock.at(datetime(2022, 11, 1, 9, tzinfo=clock.SHANGHAI)):
        districts = [cast.federation(NANHU), cast.federation(XIUZHOU)]
        city = Organisation.objects.get(code=JIAXING)
        place = bench(city, districts, firms=("汽配厂", "电梯厂"))
        programme = actions.adopt_practice(PRACTICE, organisation=city, actor=place.handler)
        draft = programme.versions.get()
        text = draft.text.replace("craftsman_city", "craftsman_province").replace("craftsman_county", "craftsman_city")
        text = text.replace("{zh: 区县工匠, en:", "{zh: 嘉兴良匠, en:")
        draft = actions.edit_draft(draft, text=text, note="市级称号", actor=place.handler)
        version = actions.publish_version(draft, actor=place.handler)
        of = actions.open_round(
            version, title="2022年嘉兴良匠", opens_at=clock.now() - timedelta(hours=1),
            closes_at=clock.now() + timedelta(days=30), quota=SHORTLIST_FROM_NANHU + 3, actor=place.handler,
        )  # fmt: skip
        found = candidates(place, 80, "craft", since=date(2017, 5, 1))
        nominate(of, place, found)
        nanhu = [one.pk for one in of.applications.filter(union__path__startswith=districts[0].path).order_by("pk")]
        best = {*nanhu[:SHORTLIST_FROM_NANHU]}
        others = of.applications.exclude(pk__in=nanhu).order_by("pk").values_list("pk", flat=True)
        best |= set(others[:3])
        shortlist(of, place, lambda one: 8 if one.pk in best else 3)


def shortlisted_from_nanhu() -> int:
    """Lines from Nanhu's unions in the public notice of Jiaxing's shortlist."""
    lines = StepRun.objects.filter(notice__round__organisation__code=JIAXING)
    return lines.filter(application__union__division_code__startswith=NANHU).count()


def modules_in_use() -> int:
    """Which of the page's six modules hold something: notices, showcase, criteria, rewards and penalties, filing,
    results."""
    cases = Application.objects.filter(round__version__programme__practice=PRACTICE)
    rounds = Round.objects.filter(version__programme__practice=PRACTICE)
    issued = Credential.objects.filter(achievement__code="craftsman_county")
    in_use = (
        Notice.objects.filter(round__in=rounds).exists(),
        Consent.objects.filter(purpose="showcase", withdrawn_at=None, person__applications__in=cases).exists(),
        any(step.criteria for one in rounds for step in one.definition.steps),
        issued.filter(revoked_on=None).exists() and issued.exclude(revoked_on=None).exists(),
        cases.handed_in().exists(),
        cases.exclude(settled_at=None).exists(),
    )
    return sum(in_use)


def out_of_order() -> int:
    """Awarded cases whose steps did not pass in the order the page tells."""
    awarded = Application.objects.filter(
        state=Application.State.GRANTED, round__version__programme__practice=PRACTICE
    ).prefetch_related("runs")
    orders = [[run.step for run in one.runs.all() if run.state == StepRun.State.PASSED] for one in awarded]
    return sum(order != PAGE_ORDER for order in orders) if orders else -1


def judges_who_scored_their_own() -> int:
    """Scores given by somebody who had stepped aside; the page's fairness asks for none."""
    if not JudgeSeat.objects.filter(round__version__programme__practice=PRACTICE).exists():
        return -1
    given = Decision.objects.filter(verdict=Decision.Verdict.RECORD)
    recused = Decision.objects.filter(verdict=Decision.Verdict.RECUSE)
    return sum(given.filter(run=one.run, person=one.person).count() for one in recused)


STORY = Story(
    key="craftsman",
    title="数智工匠：路桥工匠、西湖工匠与嘉兴良匠",
    rows=(45, 70, 101),
    enact=enact,
    figures=(
        PublishedFigure("shortlisted_from_nanhu", "people", 33, "=", shortlisted_from_nanhu),
        PublishedFigure("modules_in_use", "modules", 6, "=", modules_in_use),
        PublishedFigure("cases_out_of_the_pages_order", "cases", 0, "=", out_of_order),
        PublishedFigure("scores_after_stepping_aside", "scores", 0, "=", judges_who_scored_their_own),
    ),
)
