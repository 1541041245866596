"""From a notice to the seat: found, entered, not drawn, offered all the same, at the door without network; the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from niangjia.events import actions
from niangjia.events.actions.announcing import Ahead
from niangjia.events.door import codes as doorcodes
from niangjia.events.door.holders import Holder
from niangjia.events.models import Activity, Occurrence, Presence
from niangjia.events.tests.factories import CLOCK, claim, held_by, make_activity, make_workers
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.kit.shell import LARGE_COOKIE
from niangjia.orgs import actions as orgs
from niangjia.orgs.reads import actor_for
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_account,
    make_employer,
    make_member,
    make_officer,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people.models import Account, Person
from tests.journeys.helpers import page_weight

pytestmark = pytest.mark.django_db(transaction=True)
LIGHT = 150_000  # bytes, cold
Seen = Callable[[Page], None]
Enter = Callable[..., None]
KEPT = """async (path) => { for (let n = 0; n < 100; n++) {
  if (await caches.has("niangjia-door-1") && await (await caches.open("niangjia-door-1")).match(location.origin + path))
    return true;
  await new Promise((done) => setTimeout(done, 100)); } return false; }"""


@dataclass(frozen=True)
class Cast:
    activity: Activity
    worker: Account
    first: Person  # who is served before the worker
    keeper: Account


@pytest.fixture
def cast() -> Cast:
    """Given one seat for two, of whom the front-line worker comes first."""
    county = make_tree().county
    union = make_union(county)
    worker, first = (make_member(union, make_person(name)).person for name in ("欧阳小芳", "周正"))
    firm = make_employer(union)
    for person, post in ((worker, "manager"), (first, "front_line")):
        orgs.employ(person, actor=REGISTRY, employer=firm, form="contract", post=post)
    member = {"key": "member", "text_zh": "工会会员", "text_en": "Union members", "rule": "worker.union.member"}
    activity = make_activity(
        1, mode=Activity.Mode.DRAW, organisation=county, days_ahead=1.5, cancel_hours=1, conditions=[member],
        ahead=[Ahead("一线职工", rule="worker.front_line")],
    )  # fmt: skip
    claim(activity, first, tier=0)
    return Cast(activity, make_account(worker), first, make_account(make_officer(county, Office.HANDLER).person))


def large(page: Page) -> None:
    """As those hold their phone who read large letters."""
    page.context.add_cookies([{"name": LARGE_COOKIE, "value": "1", "url": page.url}])


@pytest.mark.parametrize("letters", ["usual", "large"])
def test_a_worker_loses_the_draw_and_comes_all_the_same(
    letters: str, phone: Page, enter: Enter, cast: Cast, sound: Seen
) -> None:
    enter(phone, cast.worker)
    phone.goto("/activities/")
    if letters == "large":
        large(phone)
    when_the_worker_finds_it_and_enters_the_draw(phone, sound, cast)
    the_window_closes_and_lots_are_drawn(cast.activity)
    then_the_worker_checks_the_draw_on_their_own_phone(phone, sound, cast)
    actions.cancel_registration(held_by(cast.first, cast.activity)[0], actor=actor_for(cast.first))
    then_the_seat_is_offered_and_taken(phone, sound, cast)
    the_day_comes(cast.activity)
    then_the_card_shows_without_network_and_lets_in(phone, enter, sound, cast)


def when_the_worker_finds_it_and_enters_the_draw(phone: Page, sound: Seen, cast: Cast) -> None:
    assert page_weight(phone, "/activities/") < LIGHT
    sound(phone)
    phone.get_by_role("link", name=cast.activity.title).click()
    expect(phone.get_by_text("您在第 2 档：其他人")).to_be_visible()
    expect(phone.locator(".clauses > li", has_text="工会会员")).to_be_visible()
    sound(phone)
    phone.get_by_role("button", name="参加抽签").click()
    expect(phone.locator("#answer").get_by_text("您已参加抽签")).to_be_visible()
    sound(phone)


def the_window_closes_and_lots_are_drawn(activity: Activity) -> None:
    now = clock.now()
    Activity.objects.filter(pk=activity.pk).update(opens_at=now - timedelta(hours=2), closes_at=now)
    actions.draw_lots(activity, actor=CLOCK)


def then_the_worker_checks_the_draw_on_their_own_phone(phone: Page, sound: Seen, cast: Cast) -> None:
    phone.goto(f"/activities/{cast.activity.pk}/")
    expect(phone.get_by_text("您在候补名单第 1 位")).to_be_visible()
    sound(phone)
    phone.get_by_role("link", name="查看并核验抽签").click()
    expect(phone.get_by_text("您的手机已重新计算：抽签结果真实。")).to_be_visible()
    sound(phone)


def then_the_seat_is_offered_and_taken(phone: Page, sound: Seen, cast: Cast) -> None:
    phone.goto("/activities/")
    expect(phone.get_by_text("等待您答复")).to_be_visible()
    phone.get_by_role("link", name=cast.activity.title).first.click()
    sound(phone)
    phone.get_by_role("button", name="我参加").click()
    expect(phone.get_by_text("名额是您的了")).to_be_visible()
    sound(phone)


def the_day_comes(activity: Activity) -> None:
    """The first date begins in twenty minutes."""
    starts = clock.now() + timedelta(minutes=20)
    first = Occurrence.objects.filter(activity=activity).order_by("starts_at")[:1]
    Occurrence.objects.filter(pk__in=first.values("pk")).update(starts_at=starts, ends_at=starts + timedelta(hours=2))


def then_the_card_shows_without_network_and_lets_in(phone: Page, enter: Enter, sound: Seen, cast: Cast) -> None:
    """The worker's phone and then the officer's are cut off; what was noted at the door comes in later."""
    assert cast.worker.person is not None
    (seat,) = held_by(cast.worker.person, cast.activity)
    card = f"/card/{seat.pk}/"
    phone.goto(card)
    sound(phone)
    without_network(phone, card)
    expect(phone.get_by_role("img", name="我的入场码")).to_be_visible()
    phone.context.set_offline(False)
    door = f"/desk/doors/{seat.occurrence_id}/"
    enter(phone, cast.keeper)
    phone.goto(door)
    phone.get_by_role("button", name="在本机打开签到").click()
    typed = phone.get_by_label("入场码、姓名或手机尾号")
    expect(typed).to_be_visible()
    without_network(phone, door)
    typed.fill(doorcodes.card(Holder(seat)))
    typed.press("Enter")
    expect(phone.locator(".door-said")).to_contain_text("已签到")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="立即上传").click()
    expect(phone.get_by_text("已全部上传")).to_be_visible()
    assert Presence.objects.get(occurrence=seat.occurrence_id).person_id == cast.worker.person_id
    phone.faults.clear()  # type: ignore[attr-defined] # the browser notes that there was no network


def without_network(page: Page, path: str) -> None:
    """Wait until the device keeps the page, cut the network, open it again."""
    assert page.evaluate(KEPT, path)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.reload()


def test_an_officer_puts_on_a_proven_activity_and_keeps_its_door(desk: Page, enter: Enter, sound: Seen) -> None:
    county = make_tree().county
    worker, *_others = make_workers(1, make_union(county))
    enter(desk, make_account(make_officer(county, Office.HANDLER).person))
    activity = when_it_is_put_on_from_a_practice(desk, sound)
    claim(activity, worker)
    desk.goto(f"/desk/activities/{activity.pk}/")
    sound(desk)
    the_day_comes(activity)
    desk.goto("/desk/doors/")
    sound(desk)
    desk.get_by_role("link", name=activity.title).click()
    sound(desk)
    asked = desk.get_by_role("textbox", name="姓名，或手机号后四位")  # the door names nobody who is not asked for
    asked.fill(worker.name)
    asked.press("Enter")
    desk.locator("li", has_text=worker.masked_name).get_by_role("button", name="签到入场").click()
    expect(desk.get_by_text("已签到").first).to_be_visible()
    assert Presence.objects.get(occurrence__activity=activity).person == worker
    sound(desk)


def when_it_is_put_on_from_a_practice(desk: Page, sound: Seen) -> Activity:
    """Three clicks and two fields."""
    desk.goto("/desk/activities/")
    sound(desk)
    desk.get_by_role("link", name="举办活动").first.click()
    sound(desk)
    desk.get_by_role("link", name="午间一小时").click()
    sound(desk)
    desk.get_by_label("时间", exact=True).first.fill(
        f"{(clock.now() + timedelta(days=8)).astimezone(clock.SHANGHAI):%Y-%m-%dT12:00}"
    )
    desk.get_by_label("地点", exact=True).fill("县职工之家三楼")
    desk.get_by_role("button", name="先预览").click()
    sound(desk)
    desk.get_by_role("button", name="发布").click()
    expect(desk.get_by_text("已发布，职工可在“活动”中看到。")).to_be_visible()
    return Activity.objects.get()
