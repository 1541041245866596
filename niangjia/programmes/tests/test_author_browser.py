"""Writing a rule in a real browser: by keyboard, by touch, told while typing what is wrong and whom it reaches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from niangjia.kit.actor import Office
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_member, make_person, make_tree, make_union
from niangjia.programmes import actions
from niangjia.programmes.models import Programme
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import account_of
from tests.journeys.helpers import runs_wide, settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def county() -> Organisation:
    found = make_tree().county
    for name, sex in (("轴承工会", "F"), ("纺织工会", "M")):
        union = make_union(found, name)
        for _n in range(4):
            make_member(union, make_person(sex=sex))
    return found


@pytest.fixture
def programme(county: Organisation) -> Programme:
    actor = factories.officer(county, Office.HANDLER)
    return actions.adopt_practice("degree-subsidy", organisation=county, actor=actor)


def opened(page: Page, programme: Programme, enter: Callable[..., None], county: Organisation) -> Locator:
    """The editor with the first condition unfolded; its rule."""
    enter(page, account_of(factories.officer(county, Office.HANDLER)))
    page.goto(f"/programmes/{programme.pk}/edit/")
    page.locator("summary", has_text="是工会会员").first.click()
    return page.locator("#id_require-0-rule")


def test_a_name_is_found_by_its_chinese_label_and_put_in_by_keyboard_alone(
    desk: Page, programme: Programme, county: Organisation, enter: Callable[..., None], axe: Callable[[Page], None]
) -> None:
    rule = opened(desk, programme, enter, county)
    rule.fill("")
    rule.press_sequentially("年龄")
    options = desk.get_by_role("listbox", name="符合的名称")
    expect(options).to_be_visible()
    expect(options.get_by_role("option").first).to_contain_text("worker.age")
    expect(rule).to_have_attribute("aria-activedescendant", "rule-option-0")
    axe(desk)
    rule.press("Enter")
    expect(rule).to_have_value("worker.age")
    expect(options).to_be_hidden()
    rule.press_sequentially(" >= 40 && worker.employment.form == ")
    expect(options.get_by_role("option")).to_have_count(4)
    rule.press("ArrowDown")
    rule.press("ArrowDown")
    rule.press("Enter")
    expect(rule).to_have_value('worker.age >= 40 && worker.employment.form == "platform"')
    rule.press("Control+z")
    expect(rule).not_to_have_value('worker.age >= 40 && worker.employment.form == "platform"')


def test_escape_closes_the_list_and_tab_goes_on_without_putting_anything_in(
    desk: Page, programme: Programme, county: Organisation, enter: Callable[..., None]
) -> None:
    rule = opened(desk, programme, enter, county)
    rule.fill("")
    rule.press_sequentially("worker.un")
    options = desk.get_by_role("listbox", name="符合的名称")
    expect(options).to_be_visible()
    rule.press("Escape")
    expect(options).to_be_hidden()
    rule.press_sequentially("i")
    expect(options).to_be_visible()
    rule.press("Tab")
    expect(options).to_be_hidden()
    expect(rule).to_have_value("worker.uni")
    rule.press("Control+ ")
    expect(options).to_be_visible()


def test_codes_are_offered_inside_a_list_of_codes(
    desk: Page, programme: Programme, county: Organisation, enter: Callable[..., None]
) -> None:
    rule = opened(desk, programme, enter, county)
    rule.fill("")
    rule.press_sequentially('worker.employment.post in ["technical", 班组')
    desk.get_by_role("option", name="班组长").click()
    expect(rule).to_have_value('worker.employment.post in ["technical", "team_leader"')
    rule.fill("worker.skill_level == ")
    rule.press("End")
    rule.press_sequentially("高级")
    rule.press("Enter")
    expect(rule).to_have_value("worker.skill_level == 3")


def test_a_name_is_put_in_by_touch(
    phone: Page, programme: Programme, county: Organisation, enter: Callable[..., None]
) -> None:
    rule = opened(phone, programme, enter, county)
    rule.tap()
    rule.fill("")
    rule.press_sequentially("性别")
    option = phone.get_by_role("option", name="性别")
    box = option.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    option.tap()
    expect(rule).to_have_value("worker.sex")
    expect(rule).to_be_focused()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_fault_stands_beside_its_field_while_typing_and_goes_when_it_is_mended(
    request: pytest.FixtureRequest, size: str, programme: Programme, county: Organisation, enter: Any, axe: Any
) -> None:
    page: Page = request.getfixturevalue(size)
    rule = opened(page, programme, enter, county)
    expect(page.locator("#check .good")).to_be_visible()
    rule.fill("worker.unoin.member")
    beside = page.locator("#id_require-0-rule_live")
    expect(beside).to_contain_text("应改为：worker.union.member")
    expect(beside.locator("pre")).to_contain_text("^^^")
    expect(rule).to_have_attribute("aria-invalid", "true")
    expect(rule).to_be_focused()
    expect(page.locator("#try")).to_contain_text("请先改正")
    settle(page)
    axe(page)
    assert runs_wide(page) <= 0
    rule.fill("worker.union.member")
    expect(beside).to_have_count(0)
    expect(rule).not_to_have_attribute("aria-invalid", "true")


def test_whom_it_reaches_follows_what_is_typed_before_anything_is_saved(
    desk: Page, programme: Programme, county: Organisation, enter: Callable[..., None]
) -> None:
    rule = opened(desk, programme, enter, county)
    suits_not = desk.locator("#try .kpi", has_text="不符合").locator("b")
    expect(suits_not).to_have_text("0")
    rule.fill('worker.sex == "F"')
    expect(suits_not).to_have_text("4")
    assert programme.versions.get().definition.require[0].rule == "worker.union.member"


def test_in_the_whole_file_names_are_offered_only_where_a_rule_is_written_and_faults_lead_to_their_line(
    desk: Page, programme: Programme, county: Organisation, enter: Callable[..., None], axe: Callable[[Page], None]
) -> None:
    opened(desk, programme, enter, county)
    desk.goto(f"/programmes/{programme.pk}/edit/?tab=text")
    file = desk.locator("#id_text")
    text = file.input_value()
    options = desk.get_by_role("listbox", name="符合的名称")
    at = text.index("rule: worker.union.member") + len("rule: ")
    file.evaluate("(field, at) => { field.focus(); field.setSelectionRange(at, at + 19); }", at)
    desk.keyboard.type("性别")
    expect(options).to_be_visible()
    axe(desk)
    desk.keyboard.press("Enter")
    desk.keyboard.type(' == "F"')
    assert 'rule: worker.sex == "F"' in file.input_value()
    file.evaluate("(field, at) => { field.setSelectionRange(at, at); }", text.index("summary:"))
    desk.keyboard.type("性别")
    expect(options).to_be_hidden()
    file.fill(text.replace("rule: worker.union.member", "rule: worker.unoin.member", 1))
    fault = desk.locator("#check a[data-line]")
    expect(fault).to_have_count(1)
    fault.click()
    expect(file).to_be_focused()
    start = file.evaluate("field => field.selectionStart")
    assert file.input_value()[start:].startswith("worker.unoin.member")
