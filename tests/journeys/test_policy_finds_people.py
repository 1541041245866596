"""A policy finds its people: a wrong rule is mended; a worker learns from when, another answers one question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import REGISTRY, make_account, make_employer, make_member, make_person, make_tree
from niangjia.orgs.tests.factories import make_union as found_union
from niangjia.people.models import Account, Person
from niangjia.programmes.models import Programme
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import account_of

pytestmark = pytest.mark.django_db(transaction=True)
Seen = Callable[[Page], None]
UNION = "新昌县轴承行业工会"
TITLE = "新昌职工学历提升资助"
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Cast:
    officer: Account
    early: Account  # whose contract is not a year old
    silent: Account  # of whom one thing is not known


@pytest.fixture
def cast() -> Cast:
    """Given a county whose workers differ in one point each."""
    county = make_tree().county
    union = found_union(county, UNION)
    early = a_worker(union, "周新来", clock.today() - YEAR + timedelta(days=40))
    factories.tell(early, worker__enrolment="college")
    silent = a_worker(union, "林晓芳", date(2015, 7, 1))
    handler = account_of(factories.officer(county, Office.HANDLER))
    return Cast(handler, make_account(early), make_account(silent))


def a_worker(union: Organisation, name: str, since: date) -> Person:
    person = make_member(union, make_person(name)).person
    firm = make_employer(union)
    orgs.employ(person, actor=REGISTRY, employer=firm, form="contract", post="front_line", since=since)
    return person


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_policy_finds_its_people(
    request: pytest.FixtureRequest, size: str, enter: Callable[..., None], cast: Cast, sound: Seen
) -> None:
    page: Page = request.getfixturevalue(size)
    enter(page, cast.officer)
    when_a_wrong_rule_is_told_and_mended(page, sound)
    when_the_boundaries_are_looked_at(page, sound)
    when_it_is_published_and_a_round_is_opened(page, sound)
    enter(page, cast.early)
    then_a_worker_learns_why_not_and_from_when(page, sound)
    enter(page, cast.silent)
    then_one_question_arrives_and_its_answer_turns_the_card(page, sound)


def when_a_wrong_rule_is_told_and_mended(page: Page, sound: Seen) -> None:
    page.goto("/practices/degree-subsidy/")
    page.get_by_role("button", name="先按本地情况调整").click()
    page.wait_for_url("**/edit/")
    page.locator("details", has_text="是工会会员").first.locator("summary").click()
    rule = page.locator("#id_require-0-rule")
    rule.fill("worker.unoin.member")
    page.locator("#id_title-zh").fill(TITLE)
    expect(page.get_by_text("还有1处要改")).to_be_visible()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("worker.union.member").first).to_be_visible()
    page.faults.clear()  # type: ignore[attr-defined]
    sound(page)
    rule.fill("worker.union.member")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.faults.clear()  # type: ignore[attr-defined]


def when_the_boundaries_are_looked_at(page: Page, sound: Seen) -> None:
    page.get_by_role("link", name="边界上的例子").click()
    expect(page.get_by_text("入职满12个月差1天")).to_be_visible()
    sound(page)
    card = page.locator("section", has_text="与现单位签订劳动合同满一年")
    card.get_by_role("button", name="这些都判得对").click()
    expect(page.get_by_text("文件里留下了")).to_be_visible()
    expect(card.get_by_role("img", name="已确认").first).to_be_visible()
    sound(page)


def when_it_is_published_and_a_round_is_opened(page: Page, sound: Seen) -> None:
    page.get_by_role("link", name="查看改动并发布").click()
    expect(page.get_by_text("个边界例子没有确认")).to_be_visible()
    expect(page.get_by_text(UNION).first).to_be_attached()
    sound(page)
    page.get_by_role("button", name="发布这一版").click()
    page.wait_for_url("**/rounds/new/")
    page.get_by_role("button", name="开放申请").click()
    page.wait_for_url("**/rounds/*/")
    assert Programme.objects.get(title=TITLE).versions.get().published_at is not None


def then_a_worker_learns_why_not_and_from_when(page: Page, sound: Seen) -> None:
    page.goto("/services/")
    expect(page.get_by_text("暂不符合")).to_be_visible()
    sound(page)
    page.get_by_role("link", name=TITLE).click()
    clause = page.locator(".clauses > li", has_text="与现单位签订劳动合同满一年")
    expect(clause).to_contain_text("入职满12个月")
    expect(clause).to_contain_text("日起")
    expect(clause).to_contain_text("就业登记")
    expect(clause).to_contain_text("区（县）总工会职工服务部门")
    sound(page)


def then_one_question_arrives_and_its_answer_turns_the_card(page: Page, sound: Seen) -> None:
    page.goto("/home/")
    expect(page.get_by_role("group", name="您现在在读大专或本科吗")).to_be_visible()
    sound(page)
    page.goto("/messages/")
    sound(page)
    page.get_by_role("button", name=TITLE).click()
    page.wait_for_url("**/questions/**")
    expect(page.get_by_text(f"“{TITLE}”")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="大专在读").click()
    expect(page.get_by_text("适合您")).to_be_visible()
    expect(page.get_by_text("本人填报")).to_be_visible()
    sound(page)
    page.goto("/home/")
    expect(page.get_by_text("您现在在读大专或本科吗")).to_have_count(0)
    expect(page.locator("li", has_text=TITLE).get_by_text("适合您")).to_be_visible()
    sound(page)
