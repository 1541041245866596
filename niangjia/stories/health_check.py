"""Luqiao's health check for new-form workers (row 33): drivers and guards come by appointment, a package of ¥600 each.

The hospital keeps what it finds; the union knows who was there and what it paid. The money is promised when somebody
gets an appointment, moves when they came, and is let go when they gave it up. A lathe operator with a labour contract,
whom the union's list names too, is told why this is not for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from niangjia.events import actions
from niangjia.events.actions.announcing import Date, Plan
from niangjia.events.models import Activity, Claim, Occurrence, Presence, Registration
from niangjia.events.reads import people_present
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

COUNTY = "331004"
TITLE, HOSPITAL = "惠“新”体检", "路桥同德医院体检中心"
FIRST, MORNINGS, A_MORNING = date(2023, 6, 5), 3, 3
PEOPLE, PACKAGE_FEN = 135, 60_000
GIVE_UP = 3
EMPLOYED = "路桥泵业公司工会"
WINDOW = "health-check:2023"
NEW_FORM = {  # zh: the condition, as the notice words it
    "key": "new_form", "text_zh": "新就业形态劳动者", "text_en": "New-form workers", "rule": "worker.new_form",
    "if_unknown": "refuse",
}  # fmt: skip


def enact(telling: Telling) -> None:
    """Appointments are given, three are given up and go to those who wait, and whoever came is paid for."""
    opens = clock.start_of(FIRST) - timedelta(days=12)
    with clock.at(opens):
        county, handler, finance, people = _settle(telling.of(PEOPLE) + GIVE_UP)
        budget = _fund(county, finance, telling.of(PEOPLE))
        activity = _announce(county, handler, telling.of(PEOPLE))
    dates = list(activity.occurrences.order_by("starts_at").values_list("pk", flat=True))
    with clock.at(opens + timedelta(hours=9)):
        wishes = []
        for nth, person in enumerate(people):
            first = nth % len(dates)  # the half-hour that suits best; any other will do
            wanted = (*dates[first:], *dates[:first])
            wishes.append(actions.Wish(person.pk, wanted, by=cast.pressing(person)))
        actions.claim_seats(activity, wishes, actor=handler)
        _promise(budget, activity, finance)
        _turn_away(county, activity, handler)
    with clock.at(opens + timedelta(days=3)):
        for claim in Claim.objects.filter(activity=activity, short=0).order_by("pk")[:GIVE_UP]:
            actions.withdraw(claim, actor=handler)
        _let_go(activity, finance)
        _promise(budget, activity, finance)
    for nth, occurrence in enumerate(activity.occurrences.order_by("starts_at"), 1):
        everybody_comes(occurrence, actor=handler)
        with clock.at(occurrence.ends_at):
            came = Presence.objects.came().filter(occurrence=occurrence).values("person")
            ledger.post_many(_promised().filter(person__in=came), actor=finance)
        telling.progress("appointments", nth, len(dates))
    budget.refresh_from_db()
    assert (budget.balance, budget.reserved) == (0, 0), "what was granted is spent to the last yuan"


def _settle(count: int) -> tuple[Organisation, Actor, Actor, list[Person]]:
    county = cast.federation(COUNTY)
    names = invented(COUNTY, "health-officers")
    handler = cast.officer(county, Office.HANDLER, next(names)).actor
    finance = cast.officer(county, Office.FINANCE, next(names)).actor
    union = cast.union(county, "路桥区货运与网约车联合工会", kind=Kind.INDUSTRY_JOINT_UNION)
    people = cast.workforce([union], "health", count, since=date(2023, 3, 1), actor=handler)
    return county, handler, finance, people


def _fund(county: Organisation, finance: Actor, people: int) -> Account:
    budget = ledger.open_account(
        organisation=county, kind=Account.Kind.BUDGET, unit=Unit.FEN, name=TITLE, actor=finance
    )
    ledger.fund_account(budget, amount=people * PACKAGE_FEN, key=f"{WINDOW}:budget", actor=finance)
    return budget


def _announce(county: Organisation, handler: Actor, people: int) -> Activity:
    """Half-hours of three mornings; their seats together are what the budget pays for."""
    slots = MORNINGS * A_MORNING
    begins = [
        clock.start_of(FIRST + timedelta(days=day)) + timedelta(hours=8, minutes=30 * half)
        for day in range(MORNINGS) for half in range(A_MORNING)
    ]  # fmt: skip
    plan = Plan(
        title=TITLE,
        opens_at=clock.now(),
        closes_at=clock.start_of(FIRST) - timedelta(days=2),
        dates=[
            Date(at, at + timedelta(minutes=30), HOSPITAL, people // slots + (nth < people % slots))
            for nth, at in enumerate(begins)
        ],
        mode=Activity.Mode.FIRST_COME,
        more={
            "summary": "价值近600元的体检一次，结果只由医院告诉本人，工会不留存。",
            "conditions": [NEW_FORM],
            "offer_hours": 0,
        },
    )
    return put_on(plan, county, handler)


def _turn_away(county: Organisation, activity: Activity, handler: Actor) -> None:
    """Somebody employed by a firm stands on a list that is handed in: the list is answered with the condition."""
    firm = cast.firm_union(county, EMPLOYED)
    since = date(2023, 3, 1)
    (employed,) = cast.workforce([firm], "health-employed", 1, since=since, started=since, actor=handler)
    wanted = list(activity.occurrences.order_by("starts_at").values_list("pk", flat=True))
    answer = actions.register_list(activity, [employed.pk], wanted=wanted, actor=handler)[employed.pk]
    assert answer.refusal is not None, "this is for new-form workers"
    assert answer.refusal.code == "not_for_them", answer.refusal


def _held(activity: Activity) -> list[Registration]:
    held = Registration.objects.live().filter(occurrence__activity=activity)
    return list(held.select_related("person").order_by("pk"))


def _promise(budget: Account, activity: Activity, finance: Actor) -> None:
    """A package for everybody who holds an appointment; asked twice it is one promise."""
    held = _held(activity)
    accounts = ledger.open_person_accounts([one.person for one in held], unit=Unit.FEN, actor=cast.REGISTRY)
    ledger.reserve_many(
        [
            ledger.Order(
                budget, accounts[one.person_id], PACKAGE_FEN, f"{WINDOW}:{one.pk}", purpose=TITLE, thing=one,
                person=one.person, limit=ledger.Limit(WINDOW, times=1),
            )
            for one in held
        ],
        actor=finance,
    )  # fmt: skip


def _let_go(activity: Activity, finance: Actor) -> None:
    standing: Sequence[int] = [one.person_id for one in _held(activity)]
    ledger.void_many(_promised().exclude(person__in=standing), actor=finance)


def _promised() -> QuerySet[Transfer]:
    return Transfer.objects.filter(window=WINDOW, state=Transfer.State.RESERVED)


# --- what the page published, counted --------------------------------------------------------------------------------


def checked() -> int:
    """New-form workers who came to their appointment."""
    return people_present(Occurrence.objects.filter(activity__title=TITLE))


def paid_yuan() -> int:
    """Yuan that moved from the budget for packages that were used."""
    posted = Transfer.objects.filter(window=WINDOW, state=Transfer.State.POSTED)
    return int(posted.aggregate(total=Sum("amount", default=0))["total"]) // 100


def yuan_each() -> int:
    """What every package cost; nothing when they differ."""
    amounts = set(Transfer.objects.filter(window=WINDOW).filter(~Q(state="voided")).values_list("amount", flat=True))
    return amounts.pop() // 100 if len(amounts) == 1 else 0


STORY = Story(
    key="health-check",
    title="惠“新”体检",
    rows=(33,),
    enact=enact,
    figures=(
        PublishedFigure("people", "people", PEOPLE, "=", checked),
        PublishedFigure("package", "yuan", 600, "=", yuan_each),
        PublishedFigure("paid", "yuan", 81_000, "=", paid_yuan),
    ),
)
