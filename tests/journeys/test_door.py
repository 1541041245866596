"""At the door without network: cards show, the officer's device lets in, conflicts are told later; and afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from niangjia.events import actions
from niangjia.events.door import codes as doorcodes
from niangjia.events.door.holders import Holder
from niangjia.events.models import Activity, Feedback, Presence
from niangjia.events.tests.factories import claim, held_by, make_activity, organiser
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import make_account, make_member, make_officer, make_person, make_union
from niangjia.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
Seen = Callable[[Page], None]
KEPT = """async (path) => { for (let n = 0; n < 100; n++) {
  if (await caches.has("niangjia-door-1")) {
    if (await (await caches.open("niangjia-door-1")).match(location.origin + path)) return true;
  }
  await new Promise((done) => setTimeout(done, 100)); } return false; }"""


@pytest.fixture
def activity() -> Activity:
    """Given an activity that begins in half an hour."""
    return make_activity(seats=5, days_ahead=0.02)


def registered(activity: Activity, name: str) -> Person:
    person = make_member(make_union(), make_person(name)).person
    claim(activity, person)
    return person


def kept_without_network(page: Page, path: str) -> None:
    """Wait until the device keeps the page, cut the network, open it again."""
    assert page.evaluate(KEPT, path)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.reload()


def test_a_card_opened_once_shows_without_network(
    phone: Page, enter: Callable[..., None], activity: Activity, sound: Seen
) -> None:
    worker = registered(activity, "欧阳小芳")
    (seat,) = held_by(worker, activity)
    enter(phone, make_account(worker))
    phone.goto(f"/activities/{activity.pk}/")
    phone.get_by_role("link", name="我的入场码").click()
    expect(phone.get_by_text(doorcodes.code(Holder(seat)))).to_be_visible()
    sound(phone)
    kept_without_network(phone, f"/card/{seat.pk}/")
    expect(phone.get_by_text(doorcodes.code(Holder(seat)))).to_be_visible()
    expect(phone.get_by_role("img", name="我的入场码")).to_be_visible()
    phone.faults.clear()  # type: ignore[attr-defined] # the browser notes that there is no network


def test_a_door_taken_along_lets_in_without_network_and_tells_conflicts_later(
    phone: Page, enter: Callable[..., None], activity: Activity, sound: Seen
) -> None:
    comes, changes_mind = registered(activity, "周正"), registered(activity, "吴用")
    (seat,), (given_up,) = held_by(comes, activity), held_by(changes_mind, activity)
    path = f"/desk/doors/{seat.occurrence_id}/"
    enter(phone, make_account(make_officer(activity.organisation, Office.HANDLER).person))
    phone.goto(path)
    sound(phone)
    phone.get_by_role("button", name="在本机打开签到").click()
    typed = phone.get_by_label("入场码、姓名或手机尾号")
    expect(typed).to_be_visible()
    sound(phone)
    late = registered(activity, "郑来迟")  # after the list was taken
    actions.cancel_registration(given_up, actor=actor_for(changes_mind))
    kept_without_network(phone, path)
    genuine = doorcodes.card(Holder(seat))
    for code, said in (
        (doorcodes.card(Holder(seat)), "已签到： 周*"),
        (doorcodes.card(Holder(seat)), "此前已签到： 周*"),
        (doorcodes.code(Holder(given_up)).lower(), "已签到： 吴*"),
        (doorcodes.card(Holder(held_by(late, activity)[0])), "入场码真实"),
        (genuine[:-1] + ("3" if genuine.endswith("2") else "2"), "入场码不是真的"),
    ):
        typed.fill(code)
        typed.press("Enter")
        expect(phone.locator(".door-said")).to_contain_text(said)
    assert not Presence.objects.exists()
    phone.reload()  # the list, and what was noted, are kept sealed on the device
    expect(phone.get_by_text("尚未上传： 3")).to_be_visible()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="立即上传").click()
    expect(phone.get_by_text("吴* ")).to_contain_text("已经放弃")
    expect(phone.get_by_text("已全部上传")).to_be_visible()
    assert set(Presence.objects.values_list("person", flat=True)) == {comes.pk, late.pk}
    phone.get_by_role("button", name="关闭本机签到并清除名单").click()
    expect(phone.get_by_role("button", name="在本机打开签到")).to_be_visible()
    phone.faults.clear()  # type: ignore[attr-defined]


def test_afterwards_a_worker_says_how_it_was_and_takes_their_dates_into_the_calendar(
    phone: Page, enter: Callable[..., None], sound: Seen
) -> None:
    with clock.at(clock.now() - timedelta(days=9)):
        over = make_activity(days_ahead=1, hours_kind="learning", hours=2)
        worker = registered(over, "欧阳小芳")
    (seat,) = held_by(worker, over)
    with clock.at(seat.occurrence.ends_at):
        actions.check_in(seat, actor=organiser(over))
        actions.book_hours(seat.occurrence, actor=organiser(over))
    enter(phone, make_account(worker))
    phone.goto("/activities/")
    phone.get_by_role("link", name="我的活动").click()
    expect(phone.get_by_text("学习时长： 2")).to_be_visible()
    sound(phone)
    phone.get_by_role("link", name="这次活动怎么样？").click()
    sound(phone)
    phone.get_by_label("好", exact=True).check()
    phone.get_by_label("愿意", exact=True).check()
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("谢谢您")).to_be_visible()
    assert Feedback.objects.get().person is None
    phone.get_by_role("button", name="生成我的日历地址").click()
    expect(phone.get_by_label("请现在复制：只显示这一次。")).to_have_value(re.compile(r"/calendar/[\w-]{43}\.ics$"))
    sound(phone)
