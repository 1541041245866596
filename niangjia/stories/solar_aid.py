"""Xinchang's solar roofs (rows 57 and 58): apply through the own union, screening against the hardship files, the
year's plan, joint survey, papers, three-party agreement, installation by the volunteer team, yearly yield."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.kit import clock
from niangjia.kit.actor import Actor, Office
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import HardshipClass, Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, Round, StepRun
from niangjia.programmes.reads.rankings import ranking
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY = "330624"
PRACTICE = "solar-aid"
UNIONS = ("七星机械厂工会", "南明纺织厂工会", "羽林轴承厂工会")
BUREAU = "新昌县供电局"
HARDSHIP = [HardshipClass.DEEP, HardshipClass.RELATIVE, HardshipClass.NEAR, HardshipClass.ACCIDENT]
HOUSEHOLDS = 10
PLACES = 9
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True, slots=True)
class Xinchang:
    """Who acts in Xinchang."""

    county: Organisation
    bureau: Organisation
    unions: tuple[Organisation, ...]
    grassroots: dict[int, Actor]
    county_handler: cast.Officer
    survey_handler: cast.Officer
    finance: cast.Officer
    team: cast.Officer
    city_handler: cast.Officer


def settle() -> Xinchang:
    """The county's unions and officers; those who are there stay."""
    county = cast.federation(COUNTY)
    names = invented(COUNTY, "officers")
    bureau = cast.partner(county, BUREAU)
    unions = tuple(cast.firm_union(county, name) for name in UNIONS)
    parent = county.parent
    assert parent is not None, "a county stands below a city"
    return Xinchang(
        county=county,
        bureau=bureau,
        unions=unions,
        grassroots={one.pk: cast.officer(one, Office.HANDLER, next(names)).actor for one in unions},
        county_handler=cast.officer(county, Office.HANDLER, next(names)),
        survey_handler=cast.officer(county, Office.HANDLER, next(names)),
        finance=cast.officer(county, Office.FINANCE, next(names)),
        team=cast.officer(bureau, Office.PARTNER, next(names)),
        city_handler=cast.officer(parent, Office.HANDLER, next(names)),
    )


def enact(telling: Telling) -> None:
    """Ten households apply; nine places; one roof is unsound, is appealed, and stays a no."""
    with clock.at(datetime(2023, 2, 6, 9, tzinfo=clock.SHANGHAI)):
        place = settle()
        households = _households(place)
        of = actions.launch(
            PRACTICE,
            organisation=place.county,
            title="2023年光FU行",
            opens_at=clock.now() - timedelta(hours=1),
            closes_at=clock.now() + timedelta(days=45),
            quota=PLACES,
            budget_fen=20_000_000,
            partners={"power_bureau": place.bureau.pk},
            actor=place.county_handler.actor,
        )
        applications = []
        for done, person in enumerate(households):
            applications.append(apply(of, person))
            telling.progress("households", done + 1, len(households))
    with clock.at(datetime(2023, 3, 1, 9, tzinfo=clock.SHANGHAI)):
        for application in applications:
            review(application, place)
        confirm(of, place)
    with clock.at(datetime(2023, 3, 20, 9, tzinfo=clock.SHANGHAI)):
        selected = list(Application.objects.filter(round=of, step="survey").order_by("pk"))
        unsound, fit = selected[-1], selected[:-1]
        _refuse_unsound(unsound, place)
        for nth, application in enumerate(fit):
            install(application, place, yield_fen=300_000 + nth * 25_000)
            telling.progress("roofs", nth + 1, len(fit))
    with clock.at(datetime(2023, 4, 3, 9, tzinfo=clock.SHANGHAI)):
        _appeal(unsound, place)


def _households(place: Xinchang) -> list[Person]:
    """Households with a hardship file, and some without, spread over the unions."""
    with_file = []
    for nth, one in enumerate(islice(invented(COUNTY, "households"), HOUSEHOLDS + 6)):
        of = place.unions[nth % len(place.unions)]
        person = cast.member(of, one, since=date(2019, 3, 1), place=COUNTY)
        household = people.form_household(person, actor=cast.REGISTRY, address="")
        if nth < HOUSEHOLDS:
            orgs.open_hardship_file(
                household, actor=cast.REGISTRY, union=of, hardship=HARDSHIP[nth % 4], yearly_income_fen=2_400_000
            )
            with_file.append(person)
    return with_file


def apply(of: Round, person: Person) -> Application:
    """What a household fills in on the phone."""
    actor = actor_for(person)
    application = actions.start_application(of, actor=actor)
    answers = {"address": "羽林街道石溪村", "owner": "own", "roof_area": "60", "phone": person.phone}
    actions.save_answers(application, answers, actor=actor)
    for field in ("photos", "house_title"):
        upload = SimpleUploadedFile(f"{field}.png", PICTURE + field.encode())
        actions.attach_file(application, field, upload, actor=actor)
    return actions.submit_application(application, actor=actor)


def run_of(application: Application) -> StepRun:
    return application.runs.get(state=StepRun.State.OPEN)


def review(application: Application, place: Xinchang) -> None:
    """The own union's review, then the county's screening against the hardship files."""
    own = place.grassroots[application.union_id]
    actions.decide(run_of(application), verdict=Decision.Verdict.APPROVE, actor=own)
    actions.decide(run_of(application), verdict=Decision.Verdict.APPROVE, actor=place.county_handler.actor)


def confirm(of: Round, place: Xinchang) -> None:
    seen = ranking(of, "plan").digest
    actions.confirm_ranking(of, "plan", seen=seen, actor=place.county_handler.actor)


def survey(application: Application, place: Xinchang) -> None:
    found = {"roof_fit": "fit", "usable_area": 48, "note": "屋顶朝南，结构牢固"}
    run = run_of(application)
    actions.decide(run, verdict=Decision.Verdict.APPROVE, record=found, actor=place.survey_handler.actor)
    actions.decide(run, verdict=Decision.Verdict.APPROVE, record=found, actor=place.team.actor)


def sign(application: Application, place: Xinchang) -> None:
    """All three parties sign the exact text."""
    agreement = run_of(application).agreement
    signers = {
        "applicant": actor_for(application.person),
        "union": place.county_handler.actor,
        "partner.power_bureau": place.team.actor,
    }
    for party, actor in signers.items():
        actions.sign_agreement(agreement, party=party, digest=agreement.digest, actor=actor)


def install(application: Application, place: Xinchang, *, yield_fen: int) -> None:
    """From the survey to the paid installation; `yield_fen` is what the team expects a year to bring."""
    survey(application, place)
    actions.decide(run_of(application), verdict=Decision.Verdict.APPROVE, actor=place.county_handler.actor)
    sign(application, place)
    delivered = {
        "safety_notice": True,
        "grid_case": f"XC{application.pk:06d}",
        "capacity_watts": 8000,
        "estimated_yield_fen": yield_fen,
    }
    actions.decide(run_of(application), verdict=Decision.Verdict.APPROVE, record=delivered, actor=place.team.actor)
    actions.decide(run_of(application), verdict=Decision.Verdict.APPROVE, actor=place.finance.actor)


def _refuse_unsound(application: Application, place: Xinchang) -> None:
    actions.decide(
        run_of(application),
        verdict=Decision.Verdict.REFUSE,
        reason="屋面檩条腐朽，承不住光伏板",
        actor=place.team.actor,
    )


def _appeal(application: Application, place: Xinchang) -> None:
    made = actions.appeal(application, text="屋顶去年修过，请再看一次", actor=actor_for(application.person))
    actions.answer_appeal(
        made,
        upheld=False,
        answer="已请第三方复看，檩条仍须更换；更换后可在下一批申请。",
        actor=place.city_handler.actor,
    )


def handed_in() -> int:
    return Application.objects.handed_in().filter(round__version__programme__practice=PRACTICE).count()


def _yields() -> list[int]:
    """The yearly yields recorded at the installations that were granted, in whole yuan."""
    records = Decision.objects.filter(
        run__step="installation", run__state=StepRun.State.PASSED, run__application__state=Application.State.GRANTED,
        run__application__round__version__programme__practice=PRACTICE,
    )  # fmt: skip
    return [decision.record["estimated_yield_fen"] // 100 for decision in records.order_by("pk")]


STORY = Story(
    key="solar-aid",
    title="光FU行：困难职工家庭屋顶光伏",
    rows=(57, 58),
    enact=enact,
    figures=(
        PublishedFigure("households_applied", "households", 10, "=", handed_in),
        PublishedFigure("yearly_yield_least", "yuan", 3000, ">=", lambda: min(_yields(), default=0)),
        PublishedFigure("yearly_yield_most", "yuan", 5000, "<=", lambda: max(_yields(), default=10**9)),
    ),
)
