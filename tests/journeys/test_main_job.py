"""The main job in a real browser: solar aid from the launch to the public result; and a no that is appealed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from niangjia.kit.actor import Office
from niangjia.ledger.reads import prove
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import (
    make_account,
    make_hardship_file,
    make_household,
    make_member,
    make_partner,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.models import Account
from niangjia.programmes.models import Application, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import account_of
from tests.journeys.helpers import runs_wide, settle
from tests.support.browser import DESK, PHONE, a_page

pytestmark = pytest.mark.django_db(transaction=True)
State = Application.State
NAME = "欧阳小芳"
# What fades in has its colours; what turns for ever, as a waiting sign does, is not waited for.


@dataclass(frozen=True)
class Cast:
    """Everybody who has a hand in it."""

    county: Organisation
    bureau: Organisation
    union: Organisation
    worker: Account
    grassroots: Account
    screener: Account
    finance: Account
    electrician: Account
    city: Account


@dataclass
class Stage:
    """One screen of one width, on which each person in turn signs in."""

    page: Page
    enter: Callable[[Page, Account], None]
    axe: Callable[[Page], None]

    def turn_of(self, account: Account, url: str) -> Page:
        self.enter(self.page, account)
        return self.open(url)

    def open(self, url: str) -> Page:
        self.page.goto(url)
        self.sound()
        return self.page

    def sound(self) -> None:
        """The page as it stands can be used by everybody, and nothing has to be scrolled sideways."""
        settle(self.page)
        self.axe(self.page)
        assert runs_wide(self.page) == 0, self.page.url

    def case_on_desk(self, account: Account) -> Locator:
        """The drawer of the one case that waits for this officer."""
        self.turn_of(account, "/desk/")
        with self.page.expect_response(lambda answer: answer.url.endswith("/seen/")):
            self.page.get_by_role("link", name=NAME).click()
        drawer = self.page.get_by_role("dialog")
        expect(drawer.get_by_role("heading", name=NAME)).to_be_visible()
        self.sound()
        return drawer

    def decide(self, drawer: Locator, button: str) -> None:
        with self.page.expect_navigation(url="**/desk/"):  # the drawer stands over the address it returns to
            drawer.get_by_role("button", name=button, exact=True).click()


@pytest.fixture(params=[PHONE, DESK], ids=["390px", "1440px"])
def stage(
    request: pytest.FixtureRequest, browser: Browser, browser_context_args: dict[str, Any], live_server: Any,
    enter: Callable[[Page, Account], None], axe: Callable[[Page], None],
) -> Iterator[Stage]:  # fmt: skip
    for page in a_page(browser, {**browser_context_args, "viewport": request.param}, live_server):
        page.on("dialog", lambda dialog: dialog.accept())
        yield Stage(page, enter, axe)


@pytest.fixture
def cast() -> Cast:
    return given_a_county_with_its_people()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    path = tmp_path / "屋顶.png"
    path.write_bytes(factories.PNG)
    return path


def test_solar_aid_runs_from_the_launch_to_the_public_result(stage: Stage, cast: Cast, papers: Path) -> None:
    of = when_the_county_launches_the_practice(stage, cast)
    then_the_worker_it_is_for_is_told(stage, cast)
    application = when_the_worker_applies(stage, papers)
    when_union_and_county_approve(stage, cast, application)
    when_the_ranking_is_confirmed(stage, cast, of, application)
    when_county_and_bureau_survey_the_roof(stage, cast, application)
    when_the_papers_are_checked(stage, cast, application)
    when_all_three_sign(stage, cast, application)
    when_the_panels_are_installed_and_paid(stage, cast, application)
    then_everybody_sees_the_result(stage, cast, of, application)


def test_a_refusal_is_read_appealed_and_taken_up_again(stage: Stage, cast: Cast) -> None:
    application = given_a_case_at_the_countys_screening(cast)
    when_the_county_refuses(stage, cast)
    then_anybody_with_the_number_reads_the_reason(stage, application)
    when_the_worker_appeals(stage, cast, application)
    when_the_city_upholds_the_appeal(stage, cast)
    then_the_worker_reads_that_it_is_taken_up_again(stage, cast, application)
    stage.decide(stage.case_on_desk(cast.screener), "通过，转下一环节")
    assert factories.current(application).step == "plan"


def given_a_county_with_its_people() -> Cast:
    tree = make_tree()
    union = make_union(tree.county, "七星机械厂工会")
    bureau = make_partner(tree.county, "新昌县供电局")
    worker = make_member(union, make_person(NAME, hukou_code="330624")).person
    make_hardship_file(union, make_household(worker), "deep")
    return Cast(
        county=tree.county, bureau=bureau, union=union, worker=make_account(worker),
        grassroots=account_of(factories.officer(union, Office.HANDLER)),
        screener=account_of(factories.officer(tree.county, Office.HANDLER)),
        finance=account_of(factories.officer(tree.county, Office.FINANCE)),
        electrician=account_of(factories.officer(bureau, Office.PARTNER)),
        city=account_of(factories.officer(tree.city, Office.HANDLER)),
    )  # fmt: skip


def given_a_case_at_the_countys_screening(cast: Cast) -> Application:
    of = factories.open_round("solar-aid", cast.county, quota=1, partners={"power_bureau": cast.bureau.pk})
    assert cast.worker.person is not None
    return factories.carry_on(factories.apply(of, cast.worker.person, owner="own"), until="screening")


def when_the_county_launches_the_practice(stage: Stage, cast: Cast) -> Round:
    page = stage.turn_of(cast.screener, "/practices/")
    page.get_by_role("link", name=re.compile("光FU行")).first.click()
    expect(page.get_by_text("绍兴市新昌县").first).to_be_visible()
    stage.sound()
    page.locator("#id_quota").fill("1")
    page.get_by_label("供电局").select_option(label="新昌县供电局")
    page.get_by_role("button", name=re.compile("^发起")).click()
    page.wait_for_url("**/rounds/*/")
    stage.sound()
    return Round.objects.get()


def then_the_worker_it_is_for_is_told(stage: Stage, cast: Cast) -> None:
    page = stage.turn_of(cast.worker, "/messages/")
    expect(page.get_by_text(re.compile("光FU行.*适合您"))).to_be_visible()
    stage.open("/home/")


def when_the_worker_applies(stage: Stage, papers: Path) -> Application:
    page = stage.open("/services/")
    page.get_by_role("link", name="条件和流程").first.click()
    stage.sound()
    page.get_by_role("button", name="申请").first.click()
    page.get_by_label("要安装的房屋地址").fill("新昌县七星街道石溪村12号")
    page.get_by_role("radio", name="自己的").check()
    page.get_by_label("屋顶大约多少平方米").fill("60")
    stage.sound()
    _go_on(page)
    page.get_by_label("房屋和屋顶照片", exact=True).set_input_files(papers)
    page.get_by_label("房屋权属证明", exact=True).set_input_files(papers)
    stage.sound()
    _go_on(page)
    expect(page.get_by_label("手机号")).not_to_be_empty()
    stage.sound()
    _go_on(page)
    expect(page.get_by_text("各项条件都符合")).to_be_visible()
    stage.sound()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("当前环节：工会审核")).to_be_visible()
    stage.sound()
    return Application.objects.get()


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="下一步", exact=True).first.click()


def when_union_and_county_approve(stage: Stage, cast: Cast, application: Application) -> None:
    for officer, following in ((cast.grassroots, "screening"), (cast.screener, "plan")):
        stage.decide(stage.case_on_desk(officer), "通过，转下一环节")
        assert factories.current(application).step == following


def when_the_ranking_is_confirmed(stage: Stage, cast: Cast, of: Round, application: Application) -> None:
    page = stage.turn_of(cast.screener, f"/rounds/{of.pk}/ranking/plan/")
    page.get_by_role("button", name="确认排名").click()
    page.wait_for_url(f"**/rounds/{of.pk}/")
    stage.sound()
    assert factories.current(application).step == "survey"


def when_county_and_bureau_survey_the_roof(stage: Stage, cast: Cast, application: Application) -> None:
    for officer in (cast.screener, cast.electrician):
        drawer = stage.case_on_desk(officer)
        drawer.get_by_role("radio", name="适合", exact=True).check()
        drawer.get_by_label("可安装面积").fill("52")
        stage.decide(drawer, "提交记录")
    assert factories.current(application).step == "papers"


def when_the_papers_are_checked(stage: Stage, cast: Cast, application: Application) -> None:
    stage.decide(stage.case_on_desk(cast.screener), "通过，转下一环节")
    assert factories.current(application).step == "agreement"


def when_all_three_sign(stage: Stage, cast: Cast, application: Application) -> None:
    page = stage.turn_of(cast.worker, f"/applications/{application.pk}/agreement/")
    expect(page.get_by_text("石溪村12号的房屋免费安装屋顶光伏")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="签署").click()
    expect(page.get_by_text("您已签署")).to_be_visible()
    for officer in (cast.screener, cast.electrician):
        stage.decide(stage.case_on_desk(officer), "签署")
    assert factories.current(application).step == "installation"


def when_the_panels_are_installed_and_paid(stage: Stage, cast: Cast, application: Application) -> None:
    drawer = stage.case_on_desk(cast.electrician)
    drawer.get_by_role("radio", name="是", exact=True).check()
    drawer.get_by_label("发电上网申请编号").fill("XC000001")
    drawer.get_by_label("装机容量").fill("8000")
    drawer.get_by_label("预计每年收益").fill("4200")
    stage.decide(drawer, "登记交付")
    assert factories.current(application).step == "payment"
    stage.decide(stage.case_on_desk(cast.finance), "发放")
    application.refresh_from_db()
    assert application.state == State.GRANTED


def then_everybody_sees_the_result(stage: Stage, cast: Cast, of: Round, application: Application) -> None:
    page = stage.turn_of(cast.worker, f"/applications/{application.pk}/")
    expect(page.get_by_text("屋顶光伏安装").first).to_be_visible()
    page = stage.turn_of(cast.screener, f"/rounds/{of.pk}/")
    expect(page.get_by_text("¥18,000").first).to_be_visible()
    page.context.clear_cookies()
    stage.open(f"/policies/{of.pk}/")
    then_anybody_with_the_number_reads(stage, application, "已通过")
    prove()


def then_anybody_with_the_number_reads(stage: Stage, application: Application, words: str) -> None:
    application.refresh_from_db()
    page = stage.open("/results/")
    page.get_by_label("办件编号").fill(str(application.number))
    page.get_by_label("手机号后4位").fill(application.person.phone[-4:])
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
    stage.sound()


def when_the_county_refuses(stage: Stage, cast: Cast) -> None:
    drawer = stage.case_on_desk(cast.screener)
    drawer.get_by_text("不予通过", exact=True).first.click()
    drawer.get_by_label("依据").select_option("hardship_file")
    drawer.get_by_label("原因").fill("困难档案已于上月到期")
    stage.sound()
    stage.decide(drawer, "不予通过")


def then_anybody_with_the_number_reads_the_reason(stage: Stage, application: Application) -> None:
    stage.page.context.clear_cookies()
    then_anybody_with_the_number_reads(stage, application, "困难档案已于上月到期")


def when_the_worker_appeals(stage: Stage, cast: Cast, application: Application) -> None:
    page = stage.turn_of(cast.worker, f"/applications/{application.pk}/")
    expect(page.get_by_text("困难档案已于上月到期").first).to_be_visible()
    page.get_by_role("link", name="申诉").click()
    stage.sound()
    page.get_by_label("您为什么认为决定不对").fill("档案上周已经续期，请再核对。")
    page.get_by_role("button", name="提交申诉").click()
    expect(page.get_by_role("heading", name="您的申诉")).to_be_visible()
    stage.sound()


def when_the_city_upholds_the_appeal(stage: Stage, cast: Cast) -> None:
    page = stage.turn_of(cast.city, "/appeals/")
    page.get_by_role("link", name=re.compile(NAME)).first.click()
    expect(page.get_by_text("档案上周已经续期")).to_be_visible()
    stage.sound()
    page.get_by_role("radio", name="申诉成立，重新办理").check()
    page.get_by_label("查明的情况和理由").fill("续期记录属实，请县总工会重新办理。")
    page.get_by_role("button", name="回答", exact=True).click()
    page.wait_for_url("**/appeals/")


def then_the_worker_reads_that_it_is_taken_up_again(stage: Stage, cast: Cast, application: Application) -> None:
    page = stage.turn_of(cast.worker, f"/applications/{application.pk}/")
    expect(page.get_by_text("续期记录属实")).to_be_visible()
    expect(page.get_by_text("当前环节：县总工会筛查")).to_be_visible()
