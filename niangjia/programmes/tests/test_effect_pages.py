"""What a new version does, before it is published: beside the old one, and against last year's decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_member, make_person, make_tree, make_union
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Decision, Programme, Round
from niangjia.programmes.reads import backtests, costs
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, Desk, case, desk_of

pytestmark = pytest.mark.django_db
# Its one example comes out the same whatever the second condition says.
PLAIN = (
    TEXT.split("\nexamples:")[0]
    + "\nexamples:\n  - {name: 外人, facts: {worker.union.member: false}, verdict: false}\n"
)
OWN = 'rule: worker.home == "own"\n    if_unknown'


def ruled(rule: str, text: str = PLAIN) -> str:
    assert OWN in text
    return text.replace(OWN, f"rule: {rule}\n    if_unknown")


@pytest.fixture
def county() -> Organisation:
    return make_tree().county


@pytest.fixture
def desk(county: Organisation) -> Desk:
    return desk_of(county)


@pytest.fixture
def of(county: Organisation) -> Round:
    return factories.open_round_of(PLAIN, county, budget_fen=1_000_000, quota=3)


def redraft(of: Round, text: str, desk: Desk) -> Programme:
    """The round's programme with a draft of this text."""
    programme = of.version.programme
    actions.edit_draft(actions.draft_version(programme, actor=desk.actor), text=text, actor=desk.actor)
    return programme


def compared(desk: Desk, programme: Programme) -> Any:
    return desk.get("programme_compare", programme.pk, query={"show": "effect"}).context["effect"]


def test_the_draft_stands_beside_the_version_it_follows_with_who_gains_by_union(
    desk: Desk, county: Organisation, of: Round
) -> None:
    mill, mine = make_union(county, "纺织厂工会"), make_union(county, "矿山工会")
    for _n in range(3):
        make_member(mill, make_person(sex="F"))
    make_member(mine, make_person(sex="M"))
    programme = redraft(of, ruled('worker.sex == "F"'), desk)
    page = desk.get("programme_compare", programme.pk)
    assert (page.context["old"].number, page.context["new"].number) == (1, 2)
    assert [one.after for one in page.context["changes"]] == ['worker.sex == "F"']
    told = compared(desk, programme)
    [unions, sexes, *_others] = told.sides
    assert (told.gains, told.loses) == (3, 0)
    assert [(row.label, row.gains) for row in unions.side.rows if row.gains] == [("纺织厂工会", 3)]
    assert {row.label: row.gains for row in sexes.side.rows} == {"女": 3, "男": 0}
    html = desk.get("programme_compare", programme.pk, query={"show": "effect"}).content.decode()
    assert "纺织厂工会 · 增加" in html


def test_any_two_versions_can_be_compared_and_back(desk: Desk, county: Organisation, of: Round) -> None:
    make_member(make_union(county), make_person(sex="F"))
    programme = redraft(of, ruled('worker.sex == "F"'), desk)
    there = desk.get("programme_compare", programme.pk, query={"old": "1", "new": "2", "show": "effect"})
    back = desk.get("programme_compare", programme.pk, query={"old": "2", "new": "1", "show": "effect"})
    assert (there.context["effect"].gains, there.context["effect"].loses) == (1, 0)
    assert (back.context["effect"].gains, back.context["effect"].loses) == (0, 1)
    part = desk.part("programme_compare", programme.pk, old="1", new="2", show="effect").content.decode()
    assert "<html" not in part
    odd = desk.get("programme_compare", programme.pk, query={"old": "77", "new": "x"})
    assert odd.context["new"].number == 2


def test_one_version_alone_cannot_be_compared(desk: Desk, of: Round) -> None:
    assert desk.get("programme_compare", of.version.programme.pk).status_code == 302


def test_who_may_not_see_the_people_sees_no_figure_about_few(desk: Desk, county: Organisation, of: Round) -> None:
    mill, mine = make_union(county, "纺织厂工会"), make_union(county, "矿山工会")
    for _n in range(12):
        make_member(mill, make_person(sex="F"))
    make_member(mine, make_person(sex="F"))
    programme = redraft(of, ruled('worker.sex == "F"'), desk)
    below = desk_of(mill)
    answer = below.get("programme_compare", programme.pk, query={"show": "effect"})
    told = answer.context["effect"]
    assert answer.status_code == 200
    rows = {row.label: row.shown for row in told.sides[0].side.rows}
    assert (rows["矿山工会"], rows["纺织厂工会"]) == (
        False,
        False,
    )  # the one hidden row would be the total less the other
    assert "纺织厂工会 · 增加" not in answer.content.decode()
    assert told.found.total.shown
    assert told.costs is None
    assert desk_of(county, Office.FINANCE).get("programme_backtest", programme.pk).status_code == 403


def test_what_a_version_costs_is_counted_from_what_past_applicants_answered(
    desk: Desk, county: Organisation, of: Round
) -> None:
    union = make_union(county)
    for paid in (100_000, 300_000):
        case(of, union=union, until="", cost=paid)
    for _n in range(4):
        make_member(union, make_person(sex="F"))
    amount = of.definition.grant.amount
    assert amount is not None
    programme = redraft(of, ruled('worker.sex == "F"'), desk)
    bill = compared(desk, programme).costs
    mean = (amount.of({"cost": 100_000}) + amount.of({"cost": 300_000})) // 2
    assert (bill.before.each.mean, bill.before.each.seen) == (mean, 2)
    assert (bill.before.people, bill.after.people) == (2, 3)  # four suit, three places
    assert bill.more == mean
    of.budget.refresh_from_db()  # type: ignore[union-attr]
    assert bill.left == of.budget.available  # type: ignore[union-attr]
    assert bill.enough_for == bill.left // mean


def test_the_money_ends_sooner_when_more_suit(desk: Desk, county: Organisation, of: Round) -> None:
    union = make_union(county)
    with clock.at(clock.now() - timedelta(days=10)):
        of.opens_at = clock.now()
        of.save()
        case(of, union=union, until="", cost=100_000)
    for _n in range(2):
        make_member(union, make_person(sex="F"))
    programme = redraft(of, ruled('worker.sex == "F" || worker.home == "own"'), desk)
    bill = compared(desk, programme).costs
    assert bill.granted == 1
    assert clock.today() < bill.after.budget_ends < bill.before.budget_ends


def test_a_version_that_gives_no_money_has_no_bill(county: Organisation, of: Round) -> None:
    definition = of.definition.model_copy(
        update={"grant": of.definition.grant.model_copy(update={"amount": None, "kind": "service"})}
    )
    assert costs.costs(of.version.programme, definition, definition, None) is None  # type: ignore[arg-type]


def test_applications_under_way_keep_their_version_and_the_page_says_how_many(
    desk: Desk, county: Organisation, of: Round
) -> None:
    case(of)
    case(of)
    programme = redraft(of, ruled("worker.union.member"), desk)
    told = compared(desk, programme)
    assert (told.keeping, [(one.number, one.count) for one in told.under_way]) == (2, [(1, 2)])
    html = desk.get("programme_publish", programme.pk, query={"reach": "1"}).content.decode()
    assert "正在办理的2件申请" in html


# --- against real decisions -----------------------------------------------------------------------------------------


def refused(of: Round, county: Organisation) -> Application:
    application = case(of)
    union = application.union
    actions.decide(
        factories.current(application),
        verdict=Decision.Verdict.REFUSE,
        reason="材料与实际不符",
        actor=factories.officer(union, Office.HANDLER),
    )
    application.refresh_from_db()
    assert application.state == Application.State.REFUSED
    return application


def outcomes(desk: Desk, programme: Programme) -> dict[int, str]:
    found = desk.get("programme_backtest", programme.pk).context["found"]
    assert sum(found.counts.values()) == len(found.cases)
    return {one.application.pk: one.outcome for one in found.cases}


def test_past_decisions_are_judged_again_on_the_facts_that_stood_then(
    desk: Desk, county: Organisation, of: Round
) -> None:
    granted, turned_down = case(of, until=""), refused(of, county)
    assert granted.state == Application.State.GRANTED
    programme = redraft(of, ruled('worker.home == "own" && worker.union.member'), desk)
    assert outcomes(desk, programme) == {granted.pk: backtests.AGREED, turned_down.pk: backtests.BY_PEOPLE}
    # What became known later does not count: the case was decided on an own home.
    factories.tell(granted.person, worker__home="rented")
    assert outcomes(desk, programme)[granted.pk] == backtests.AGREED
    stricter = redraft(of, ruled('worker.home == "rented"'), desk)
    assert outcomes(desk, stricter) == {granted.pk: backtests.REFUSED, turned_down.pk: backtests.AGREED}
    page = desk.get("programme_backtest", stricter.pk)
    [differs] = page.context["found"].differing
    assert [(one.text, one.seen) for one in differs.reasons] == [("住自己的房子", "住房 自己的")]
    assert granted.number in page.content.decode()
    assert page.context["found"].granted_then > page.context["found"].granted_now == 0


def test_what_was_not_asked_then_cannot_be_told(desk: Desk, of: Round) -> None:
    granted = case(of, until="")
    programme = redraft(of, ruled("worker.age >= 40"), desk)
    assert outcomes(desk, programme) == {granted.pk: backtests.UNSURE}
    found = desk.get("programme_backtest", programme.pk).context["found"]
    assert found.granted_now == found.granted_then
    assert "年龄" in found.unsure[0].reasons[0].seen or "出生日期" in found.unsure[0].reasons[0].seen


def test_a_no_for_want_of_knowledge_may_become_a_yes(desk: Desk, county: Organisation, of: Round) -> None:
    programme = of.version.programme
    asking = ruled("worker.front_line", PLAIN)
    draft = actions.edit_draft(actions.draft_version(programme, actor=desk.actor), text=asking, actor=desk.actor)
    version = actions.publish_version(draft, actor=desk.actor)
    opened = actions.open_round(
        version, title="", opens_at=clock.now() - timedelta(minutes=1), closes_at=clock.now() + timedelta(days=9),
        partners={one.key: one.organisation_id for one in of.partners.all()}, quota=None, budget_fen=100_000,
        actor=desk.actor,
    )  # fmt: skip
    turned_down = refused(opened, county)
    loose = redraft(opened, ruled("worker.union.member"), desk)
    assert outcomes(desk, loose) == {turned_down.pk: backtests.GRANTED}


def test_only_the_last_year_and_only_what_the_officer_may_see_is_judged(
    desk: Desk, county: Organisation, of: Round
) -> None:
    granted = case(of, until="")
    programme = redraft(of, ruled("worker.union.member"), desk)
    assert list(outcomes(desk, programme)) == [granted.pk]
    with clock.at(clock.now() + timedelta(days=400)):
        assert outcomes(desk, programme) == {}
    stranger = desk_of(make_tree().other_county)
    assert stranger.get("programme_backtest", programme.pk).status_code == 404


def test_judging_many_cases_again_asks_as_much_as_judging_one(
    desk: Desk, of: Round, django_assert_max_num_queries: Any
) -> None:
    case(of, until="")
    programme = redraft(of, ruled("worker.union.member"), desk)
    with django_assert_max_num_queries(16) as one:
        desk.get("programme_backtest", programme.pk)
    case(of, until="")
    with django_assert_max_num_queries(len(one.captured_queries)):
        desk.get("programme_backtest", programme.pk)
    with django_assert_max_num_queries(22) as few:
        desk.get("programme_compare", programme.pk, query={"show": "effect"})
    case(of)
    with django_assert_max_num_queries(len(few.captured_queries)):
        desk.get("programme_compare", programme.pk, query={"show": "effect"})
