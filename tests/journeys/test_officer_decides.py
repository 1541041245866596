"""An officer at a desk decides what waits, alone and together; a partner does its step on a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_union
from niangjia.people.models import Account
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Look, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, account_of, case, person_of
from tests.journeys.helpers import without_javascript

pytestmark = pytest.mark.django_db(transaction=True)
State = Application.State
Seen = Callable[[Page], None]


@dataclass(frozen=True)
class Cast:
    of: Round
    union: Organisation
    cases: dict[str, Application]
    handler: Account


@pytest.fixture
def cast() -> Cast:
    """Given four applications at a union's review, one of them by somebody with a long name."""
    of = factories.open_round_of(TEXT, quota=2)
    union = make_union(of.organisation, "新昌县七星街道轴承行业工会联合会")
    names = ("王小芳", "李建国", "张志强", "买买提·阿不都热合曼")
    cases = {name: case(of, name, union=union) for name in names}
    return Cast(of, union, cases, account_of(factories.officer(union, Office.HANDLER)))


def test_an_officer_decides_what_waits(desk: Page, enter: Callable[..., None], cast: Cast, sound: Seen) -> None:
    enter(desk, cast.handler)
    when_a_case_is_opened_in_the_drawer_and_approved(desk, sound, cast.cases["王小芳"])
    when_a_refusal_without_ground_is_sent_nothing_typed_is_lost(desk, sound, cast.cases["李建国"])
    when_the_rest_is_decided_together(desk, sound, [cast.cases["张志强"], cast.cases["买买提·阿不都热合曼"]])
    expect(desk.get_by_text("没有待办")).to_be_visible()
    sound(desk)


def when_a_case_is_opened_in_the_drawer_and_approved(desk: Page, sound: Seen, waiting: Application) -> None:
    desk.goto("/desk/")
    sound(desk)
    with desk.expect_response(lambda answer: answer.url.endswith("/seen/")):
        desk.get_by_role("link", name="王小芳").click()
    drawer = desk.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name="王小芳")).to_be_visible()
    sound(desk)
    assert Look.objects.filter(application=waiting).exists()
    drawer.get_by_role("button", name="通过，转下一环节").click()
    expect(desk.get_by_role("status").filter(has_text=str(waiting.number))).to_be_visible()
    waiting.refresh_from_db()
    assert waiting.step == "visit"


def when_a_refusal_without_ground_is_sent_nothing_typed_is_lost(desk: Page, sound: Seen, waiting: Application) -> None:
    desk.get_by_role("link", name="李建国").click()
    drawer = desk.get_by_role("dialog")
    drawer.get_by_text("不予通过", exact=True).first.click()
    drawer.get_by_label("原因").fill("房屋已经出租")
    desk.faults.clear()  # type: ignore[attr-defined]
    drawer.get_by_role("button", name="不予通过").click()
    summary = desk.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(desk.get_by_label("原因")).to_have_value("房屋已经出租")
    sound(desk)
    desk.get_by_label("依据").select_option("home")
    desk.get_by_role("button", name="不予通过").click()
    desk.wait_for_url("**/desk/")
    desk.faults.clear()  # type: ignore[attr-defined]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.result_reason) == (State.REFUSED, "房屋已经出租")


def when_the_rest_is_decided_together(desk: Page, sound: Seen, rest: list[Application]) -> None:
    for one in rest:
        desk.get_by_role("checkbox", name=f"勾选{one.person.name}").check()
    desk.get_by_role("button", name="批量办理勾选的申请").click()
    sound(desk)
    desk.get_by_label("办理意见", exact=True).first.select_option("return")
    desk.get_by_label("原因", exact=True).first.fill("请补拍屋顶照片")
    desk.get_by_role("button", name="填入每一行").click()
    second = desk.get_by_role("region", name=rest[1].person.name)
    second.get_by_label("办理意见").select_option("approve")
    second.get_by_label("原因").fill("")
    desk.get_by_role("button", name="全部办理").click()
    desk.wait_for_url("**/desk/")
    for one in rest:
        one.refresh_from_db()
    assert [one.state for one in rest] == [State.RETURNED, State.IN_REVIEW]
    assert rest[1].step == "visit"


def test_a_partner_does_its_step_on_a_phone(phone: Page, enter: Callable[..., None], cast: Cast, sound: Seen) -> None:
    surveyed = factories.carry_on(cast.cases["王小芳"], until="survey")
    bureau = cast.of.partners.get().organisation
    enter(phone, account_of(factories.officer(bureau, Office.PARTNER)))
    phone.goto("/desk/")
    sound(phone)
    phone.get_by_role("link", name="王小芳").click()
    drawer = phone.get_by_role("dialog")
    expect(drawer.get_by_text("七星街道石溪村12号")).to_be_visible()
    expect(drawer.get_by_text("银行卡")).to_have_count(0)
    sound(phone)
    drawer.get_by_role("radio", name="是", exact=True).check()
    with phone.expect_navigation():  # the drawer stands on /desk/ already
        drawer.get_by_role("button", name="提交记录").click()
    assert factories.current(surveyed).decisions.get().side == "power_bureau"


def test_the_ranking_is_read_and_confirmed(desk: Page, enter: Callable[..., None], cast: Cast, sound: Seen) -> None:
    of = cast.of
    scored = [factories.carry_on(cast.cases[name], until="score") for name in ("王小芳", "李建国", "张志强")]
    judges = [factories.officer(of.organisation, Office.JUDGE, nth=n) for n in range(2)]
    handler = factories.officer(of.organisation, Office.HANDLER)
    actions.seat_judges(of, "score", [person_of(judge) for judge in judges], actor=handler)
    for one, given in zip(scored, (5, 9, 7), strict=True):
        for judge in judges:
            record = {"need": given, "plan": given}
            actions.decide(factories.current(one), verdict="record", record=record, actor=judge)
    enter(desk, account_of(handler))
    desk.goto("/rounds/")
    sound(desk)
    desk.get_by_role("link", name=of.title).first.click()
    sound(desk)
    desk.get_by_role("link", name="排名", exact=True).click()
    expect(desk.get_by_text("名额2个，入选2人")).to_be_visible()
    sound(desk)
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="确认排名").click()
    desk.wait_for_url(f"**/rounds/{of.pk}/")
    for one in scored:
        one.refresh_from_db()
    assert [one.state for one in scored] == [State.REFUSED, State.IN_REVIEW, State.IN_REVIEW]


def test_without_javascript_a_case_is_a_page_and_is_decided(
    browser: Browser, browser_context_args: dict[str, object], live_server: object, desk: Page,
    enter: Callable[..., None], cast: Cast,
) -> None:  # fmt: skip
    enter(desk, cast.handler)
    cookies = desk.context.cookies()
    with without_javascript(browser, browser_context_args, live_server, cookies) as page:
        page.goto("/desk/")
        page.get_by_role("link", name="王小芳").click()
        assert page.url.endswith(f"/desk/cases/{cast.cases['王小芳'].pk}/")
        page.get_by_role("button", name="通过，转下一环节").click()
        page.wait_for_url("**/desk/")
    cast.cases["王小芳"].refresh_from_db()
    assert cast.cases["王小芳"].step == "visit"
    assert Look.objects.filter(application=cast.cases["王小芳"]).exists(), "the decision notes the look"
