"""A worker with a phone: finds what suits, answers one question, applies, follows it, signs and receives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from niangjia.kit.actor import Office
from niangjia.orgs.tests.factories import make_account, make_member, make_person, make_union
from niangjia.people.models import Account
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Round
from niangjia.programmes.tests import factories
from tests.journeys.helpers import NARROW, page_weight, without_javascript

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = (Path(factories.__file__).parent / "worker_pages.yaml").read_text("utf-8")
LIGHT = 150_000  # bytes, cold
Seen = Callable[[Page], None]


@dataclass(frozen=True)
class Cast:
    of: Round
    account: Account


@pytest.fixture
def cast() -> Cast:
    """Given a round that is open, and a member whose one fact is not known yet."""
    of = factories.open_round_of(TEXT, quota=5)
    person = make_member(make_union(of.organisation), make_person("欧阳小芳")).person
    return Cast(of, make_account(person))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "学费票据.png"
    path.write_bytes(factories.PNG)
    return path


def test_a_worker_applies_from_the_card_to_the_money(
    phone: Page, enter: Callable[..., None], cast: Cast, photo: Path, sound: Seen
) -> None:
    enter(phone, cast.account)
    when_the_one_question_is_answered(phone, sound)
    when_the_form_is_filled_in_page_by_page(phone, sound, photo)
    application = then_it_is_handed_in_and_the_next_step_is_told(phone, sound)
    when_the_union_approves_and_nobody_objects(application)
    when_the_agreement_is_read_and_signed(phone, sound, application)
    then_the_money_is_granted(phone, sound, application)


def when_the_one_question_is_answered(phone: Page, sound: Seen) -> None:
    phone.goto("/services/")
    expect(phone.get_by_text("只差一个回答")).to_be_visible()
    sound(phone)
    phone.get_by_role("radio", name="大专在读").check()
    phone.get_by_role("button", name="回答").click()
    expect(phone.get_by_text("适合您").first).to_be_visible()
    phone.get_by_role("link", name="条件和流程").click()
    sound(phone)
    phone.get_by_role("button", name="申请").click()


def when_the_form_is_filled_in_page_by_page(phone: Page, sound: Seen, photo: Path) -> None:
    expect(phone.get_by_label("姓名")).to_have_value("欧阳小芳")
    sound(phone)
    phone.get_by_role("radio", name="大专").check()
    phone.get_by_label("入学日期").fill("2025-09-01")
    phone.get_by_role("radio", name="否", exact=True).check()
    phone.get_by_role("button", name="下一步", exact=True).first.click()
    phone.get_by_label("已交学费").fill("5200")
    phone.get_by_label("收款银行卡").fill("4111 1111 1111 1112")
    phone.get_by_label("学费票据", exact=True).set_input_files(photo)
    phone.get_by_role("button", name="上传所选文件").click()
    expect(phone.get_by_role("link", name="学费票据")).to_be_visible()
    then_a_mistyped_card_is_said_and_nothing_is_lost(phone, sound)
    phone.get_by_label("收款银行卡").fill("4111 1111 1111 1111")
    phone.get_by_role("button", name="下一步", exact=True).first.click()


def then_a_mistyped_card_is_said_and_nothing_is_lost(phone: Page, sound: Seen) -> None:
    phone.get_by_role("button", name="下一步", exact=True).first.click()
    summary = phone.get_by_role("alert")
    expect(summary).to_contain_text("卡号有一位不对")
    expect(summary).to_be_focused()
    expect(phone.get_by_label("已交学费")).to_have_value("5200")
    sound(phone)
    phone.faults.clear()  # type: ignore[attr-defined] # the browser notes the 422


def then_it_is_handed_in_and_the_next_step_is_told(phone: Page, sound: Seen) -> Application:
    expect(phone.get_by_role("heading", name="核对并提交")).to_be_visible()
    expect(phone.get_by_text("各项条件都符合")).to_be_visible()
    sound(phone)
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.get_by_text("当前环节：工会审核")).to_be_visible()
    sound(phone)
    phone.goto("/applications/")
    expect(phone.get_by_text("工会审核")).to_be_visible()
    sound(phone)
    return Application.objects.get()


def when_the_union_approves_and_nobody_objects(application: Application) -> None:
    factories.carry_on(application, until="sign")


def when_the_agreement_is_read_and_signed(phone: Page, sound: Seen, application: Application) -> None:
    phone.goto(f"/applications/{application.pk}/")
    phone.get_by_role("link", name="阅读并签署协议").click()
    expect(phone.get_by_text("欧阳小芳承诺完成学业")).to_be_visible()
    sound(phone)
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="签署").click()
    expect(phone.get_by_text("您已签署")).to_be_visible()
    agreement = application.agreements.get()
    handler = factories.officer(application.round.organisation, Office.HANDLER)
    actions.sign_agreement(agreement, party="union", digest=agreement.digest, actor=handler)


def then_the_money_is_granted(phone: Page, sound: Seen, application: Application) -> None:
    factories.carry_on(application)
    phone.goto(f"/applications/{application.pk}/")
    expect(phone.get_by_text("¥2,000")).to_be_visible()
    sound(phone)


def test_a_worker_without_javascript_hands_in_all_the_same(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    phone: Page,
    enter: Callable[..., None],
    cast: Cast,
    photo: Path,
) -> None:
    enter(phone, cast.account)
    with without_javascript(browser, browser_context_args, live_server, phone.context.cookies()) as page:
        page.goto("/services/")
        page.get_by_role("radio", name="大专在读").check()
        page.get_by_role("button", name="回答").click()
        page.get_by_role("button", name="申请").click()
        page.get_by_role("radio", name="大专").check()
        page.get_by_label("入学日期").fill("2025-09-01")
        page.get_by_role("radio", name="是", exact=True).check()
        page.get_by_role("button", name="下一步", exact=True).first.click()
        # Then the question that this answer brings up stands on the same page
        page.get_by_label("单位报销了多少").fill("300")
        page.get_by_label("单位报销了多少").press("Enter")  # and Enter goes on, it removes no file
        page.get_by_label("已交学费").fill("5200")
        page.get_by_label("收款银行卡").fill("4111111111111111")
        page.get_by_label("学费票据", exact=True).set_input_files(photo)
        page.get_by_role("button", name="下一步", exact=True).first.click()
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="提交申请").click()
        expect(page.get_by_text("当前环节：工会审核")).to_be_visible()


def test_a_refused_worker_appeals_on_the_phone(
    phone: Page, enter: Callable[..., None], cast: Cast, sound: Seen
) -> None:
    enter(phone, cast.account)
    person = cast.account.person
    assert person is not None
    application = factories.apply(cast.of, person, level="college", helped=False, card="4111111111111111")
    handler = factories.officer(application.union, Office.HANDLER)
    actions.decide(factories.current(application), verdict="refuse", reason="票据与学籍不符", actor=handler)
    phone.goto(f"/applications/{application.pk}/")
    expect(phone.get_by_text("票据与学籍不符").first).to_be_visible()
    sound(phone)
    phone.get_by_role("link", name="申诉").click()
    sound(phone)
    phone.get_by_label("您为什么认为决定不对").fill("学籍在我本人名下，票据可以补。")
    phone.get_by_role("button", name="提交申诉").click()
    expect(phone.get_by_role("heading", name="您的申诉")).to_be_visible()
    sound(phone)


def test_public_pages_are_open_to_everybody_on_the_narrowest_phone_in_large_text_at_night(
    phone: Page, cast: Cast, sound: Seen, live_server: Any
) -> None:
    person = cast.account.person
    assert person is not None
    application = factories.apply(cast.of, person, level="college", helped=False, card="4111111111111111")
    factories.carry_on(application, until="notice")
    notice = actions.publish_notice(cast.of, "notice", actor=factories.officer(cast.of.organisation, Office.HANDLER))
    phone.set_viewport_size(NARROW)  # type: ignore[arg-type]
    phone.context.add_cookies([{"name": "niangjia_large", "value": "1", "url": live_server.url}])
    phone.context.add_cookies([{"name": "niangjia_theme", "value": "dark", "url": live_server.url}])
    for url in ("/notices/", f"/notices/{notice.pk}/", f"/policies/{cast.of.pk}/", "/showcase/", "/results/"):
        phone.goto(url)
        sound(phone)


@pytest.mark.parametrize("url", ["/services/", "/applications/", "/"])
def test_a_page_is_light_enough_for_a_weak_signal(
    url: str, phone: Page, enter: Callable[..., None], cast: Cast
) -> None:
    enter(phone, cast.account)
    assert page_weight(phone, url) <= LIGHT
