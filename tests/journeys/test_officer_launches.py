"""An officer finds a practice, launches it in one step, adjusts another and publishes it; at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_member, make_tree, make_union
from niangjia.people.models import Account
from niangjia.programmes.models import Programme, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import account_of

pytestmark = pytest.mark.django_db(transaction=True)
Seen = Callable[[Page], None]
# A waiting circle turns for ever; everything else comes to rest.


@pytest.fixture
def county() -> Organisation:
    """Given a county with one union of members."""
    found = make_tree().county
    union = make_union(found, "新昌县七星街道轴承行业工会联合会")
    for _one in range(3):
        make_member(union)
    return found


@pytest.fixture
def officer(county: Organisation) -> Account:
    return account_of(factories.officer(county, Office.HANDLER))


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_officer_launches_and_adjusts(
    request: pytest.FixtureRequest, size: str, enter: Callable[..., None], officer: Account, sound: Seen
) -> None:
    page: Page = request.getfixturevalue(size)
    enter(page, officer)
    when_a_practice_is_launched_in_one_step(page, sound)
    when_another_is_adjusted_and_a_fault_is_mended(page, sound)
    when_it_is_published_and_a_round_is_opened(page, sound)


def when_a_practice_is_launched_in_one_step(page: Page, sound: Seen) -> None:
    page.goto("/practices/")
    sound(page)
    page.get_by_role("link", name="职工学历提升资助").click()
    expect(page.get_by_role("figure").filter(has_text="轴承行业工会联合会")).to_be_visible()
    sound(page)
    page.get_by_label("名额").fill("0")
    page.faults.clear()  # type: ignore[attr-defined]
    page.get_by_role("button", name="发起").click()
    expect(page.get_by_role("alert")).to_be_focused()
    sound(page)
    page.get_by_label("名额").fill("20")
    page.get_by_role("button", name="发起").click()
    page.wait_for_url("**/rounds/*/")
    page.faults.clear()  # type: ignore[attr-defined]
    assert Round.objects.get().quota == 20


def when_another_is_adjusted_and_a_fault_is_mended(page: Page, sound: Seen) -> None:
    page.goto("/practices/degree-subsidy/")
    page.get_by_role("button", name="先按本地情况调整").click()
    page.wait_for_url("**/edit/")
    expect(page.get_by_text("没有问题")).to_be_visible()
    sound(page)
    page.locator("details", has_text="是工会会员").first.locator("summary").click()
    rule = page.locator("#id_require-0-rule")
    rule.fill("worker.unoin.member")
    expect(page.get_by_text("还有1处要改")).to_be_visible()
    page.faults.clear()  # type: ignore[attr-defined]
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("pre", has_text="^").first).to_be_visible()  # and a second one as soon as it is checked live
    sound(page)
    rule.fill("worker.union.member")
    page.locator("#id_title-zh").fill("新昌职工学历提升资助")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.faults.clear()  # type: ignore[attr-defined]
    page.get_by_role("link", name="整个文件").click()
    sound(page)


def when_it_is_published_and_a_round_is_opened(page: Page, sound: Seen) -> None:
    page.get_by_role("link", name="查看改动并发布").click()
    expect(page.get_by_role("figure").filter(has_text="轴承行业工会联合会")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="发布这一版").click()
    page.wait_for_url("**/rounds/new/")
    sound(page)
    page.get_by_role("button", name="开放申请").click()
    page.wait_for_url("**/rounds/*/")
    programme = Programme.objects.get(title="新昌职工学历提升资助")
    page.goto(f"/programmes/{programme.pk}/")
    sound(page)
    page.goto("/programmes/")
    expect(page.get_by_role("link", name="新昌职工学历提升资助")).to_be_visible()
    sound(page)
