"""Pages as people meet them: readable at every size, usable without script, and true to their display choices."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from playwright.sync_api import Dialog, Page, Route, expect

from config import urls as house
from niangjia.kit.refusal import Conflict
from niangjia.kit.routes import Needs, route
from niangjia.orgs.tests.factories import make_account, make_officer, make_tree
from niangjia.web.views import faults

GUIDE = "/styleguide/?in="
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('a, button, summary, select, input')]
  .filter(e => !['checkbox', 'radio'].includes(e.type))
  .filter(e => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && r.height < 43.5 })
  .filter(e => !e.closest('p, .sr, .skip')).map(e => e.outerHTML.slice(0, 90))"""


def fall(_request: Any) -> Any:
    raise RuntimeError("something broke")


def clash(_request: Any) -> Any:
    raise Conflict("Somebody was faster.", remedy="Open it again.")


urlpatterns = [
    route("fall/", fall, name="fall", needs=Needs.PUBLIC),
    route("clash/", clash, name="clash", needs=Needs.PUBLIC),
    *house.urlpatterns,
]
handler400, handler500 = house.handler400, house.handler500


@pytest.mark.django_db
@pytest.mark.parametrize("shell", ["worker", "console", "plain"])
def test_every_component_is_shown_in_every_shell(client: Client, shell: str):
    answer = client.get(GUIDE + shell)
    assert answer.status_code == 200
    assert "style=" not in answer.content.decode()


@pytest.mark.django_db
def test_a_display_choice_is_kept_and_leads_back(client: Client):
    answer = client.post("/display/", {"large": "1", "next": "/styleguide/?in=plain"})
    assert answer["Location"] == "/styleguide/?in=plain"
    client.post("/display/", {"theme": "dark"})
    client.post("/display/", {"language": "en"})
    html = client.get(GUIDE + "plain").content.decode()
    assert '<html lang="en" class="large">' in html
    assert 'dark.css">' in html
    assert "What pages are built from" in html


@pytest.mark.django_db
def test_one_choice_leaves_the_others_alone(client: Client):
    client.post("/display/", {"large": "1"})
    client.post("/display/", {"theme": "light"})
    html = client.get(GUIDE + "plain").content.decode()
    assert 'class="large"' in html
    assert "dark.css" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_a_display_choice_never_leads_out_of_the_house(client: Client, back: str):
    assert client.post("/display/", {"large": "1", "next": back})["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("choice", [{"language": "xx"}, {"theme": "pink"}, {"large": "yes"}, {}])
def test_a_choice_nobody_offers_changes_nothing(client: Client, choice: dict[str, str]):
    answer = client.post("/display/", choice)
    assert answer.status_code == 302
    assert not [name for name in answer.cookies if name.startswith("niangjia_")]


@pytest.mark.django_db
def test_opening_the_display_address_changes_nothing(client: Client):
    assert client.get("/display/").status_code == 405


@pytest.mark.django_db
def test_an_unknown_address_is_answered_with_a_way_on(client: Client):
    answer = client.get("/there-is-no-such-page/")
    assert answer.status_code == 404
    assert "这个网址下没有内容" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.urls("niangjia.web.tests.test_look")
def test_a_refusal_is_shown_with_its_remedy(client: Client):
    answer = client.get("/clash/")
    assert answer.status_code == 409
    assert "Somebody was faster." in answer.content.decode()
    assert "Open it again." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.urls("niangjia.web.tests.test_look")
def test_a_refusal_to_htmx_is_a_part_of_a_page(client: Client):
    answer = client.get("/clash/", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "<html" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.urls("niangjia.web.tests.test_look")
def test_our_own_fault_is_said_plainly(client: Client):
    client.raise_request_exception = False
    client.cookies["niangjia_large"] = "1"
    answer = client.get("/fall/")
    assert answer.status_code == 500
    assert "这是我们的问题，不怪您" in answer.content.decode()
    assert 'class="large"' in answer.content.decode()


def test_the_page_of_last_resort_asks_no_database():
    answer = faults.server_error(RequestFactory().get("/x/"))
    assert answer.status_code == 500
    assert faults.bad_request(RequestFactory().get("/x/"), ValueError()).status_code == 400


@pytest.mark.django_db
def test_a_form_that_stood_too_long_is_explained():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/display/", {"large": "1"})
    assert answer.status_code == 403
    assert "页面打开太久了" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_signed_in_desk_fits_a_phone_at_twice_the_size_of_letters(phone: Page, enter: Any):
    enter(phone, make_account(make_officer(make_tree().county).person))
    phone.goto("/desk/")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert phone.evaluate(WIDE) == 0


@pytest.mark.parametrize(("shell", "theme"), [("worker", "light"), ("worker", "dark"), ("console", "dark")])
def test_no_page_is_hard_to_read(phone: Page, axe: Any, live_server: Any, shell: str, theme: str):
    phone.context.add_cookies([{"name": "niangjia_theme", "value": theme, "url": live_server.url}])
    phone.goto(GUIDE + shell)
    axe(phone)


def test_the_desk_is_easy_to_read(desk: Page, axe: Any):
    desk.goto(GUIDE + "console")
    axe(desk)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("shell", ["worker", "console", "plain"])
def test_large_text_on_the_smallest_phone_never_scrolls_sideways(
    phone: Page, live_server: Any, shell: str, language: str
):
    for name, value in (("niangjia_large", "1"), ("niangjia_language", language)):
        phone.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(GUIDE + shell)
    assert phone.evaluate(WIDE) == 0


@pytest.mark.parametrize("shell", ["worker", "console", "plain"])
def test_a_thumb_hits_everything(phone: Page, shell: str):
    phone.goto(GUIDE + shell)
    assert phone.evaluate(SMALL) == []


def test_the_large_text_switch_works_without_script(browser: Any, browser_context_args: Any, live_server: Any):
    context = browser.new_context(**{**browser_context_args, "base_url": live_server.url, "java_script_enabled": False})
    page = context.new_page()
    page.goto(GUIDE + "worker")
    page.locator(".hero summary").click()
    page.locator(".hero").get_by_role("button", name="大字").click()
    expect(page.locator("html.large")).to_be_visible()
    context.close()


def test_a_row_opens_in_the_drawer_and_escape_closes_it(desk: Page):
    desk.goto(GUIDE + "console")
    desk.get_by_role("link", name="临时生活困难补助").last.click()
    drawer = desk.locator("dialog#drawer")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_role("heading", name="页面组件")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_the_drawer_closes_by_its_button(desk: Page):
    desk.goto(GUIDE + "console")
    desk.get_by_role("link", name="临时生活困难补助").last.click()
    desk.locator("[data-close]").click()
    expect(desk.locator("dialog#drawer")).to_be_hidden()


def test_leaving_a_half_filled_form_is_asked_about(phone: Page):
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    phone.on("dialog", leave)
    phone.goto(GUIDE + "plain")
    phone.locator("form[data-guard] input[name=name]").fill("x")
    phone.goto(GUIDE + "worker")
    assert asked == ["beforeunload"]


def test_a_worker_page_is_light(phone: Page):
    sizes: list[int] = []
    phone.on("response", lambda answer: sizes.append(len(answer.body())))
    phone.goto(GUIDE + "worker")
    phone.wait_for_load_state("networkidle")
    assert sum(sizes) < 150_000


def test_the_hero_never_covers_what_stands_on_it(phone: Page):
    phone.goto(GUIDE + "worker")
    phone.locator(".hero summary").click()
    corner = "const r = e.getBoundingClientRect(); const top = document.elementFromPoint(r.x + 20, r.y + 8)"
    on_top = f"(e) => {{ {corner}; return e.contains(top) }}"
    assert phone.locator("main .notice").first.evaluate(on_top)
    assert phone.locator(".hero .drop-box").evaluate(on_top)


def test_progress_is_asked_for_until_it_is_done(phone: Page):
    answers = [f'<p data-poll="/part/" data-every="0.05">{share}%</p>' for share in (30, 60)] + ["<p>ready</p>"]
    page = '<!doctype html><title>x</title><script src="/static/kit/app.js" defer></script><body>'
    phone.route("**/part/", lambda asked: asked.fulfill(body=answers.pop(0), content_type="text/html"))
    phone.route("**/whole/", lambda asked: asked.fulfill(body=page + answers.pop(0), content_type="text/html"))
    phone.goto("/whole/")
    expect(phone.get_by_text("ready")).to_be_visible()
    assert answers == []


def test_a_form_pressed_twice_is_sent_once(phone: Page):
    held: list[Route] = []
    phone.goto(GUIDE + "plain")
    phone.route("**/*", lambda asked: held.append(asked) if asked.request.method == "POST" else asked.continue_())
    # The answer to the first press is still on its way when the second comes.
    press = "for (const wait of [0, 300]) setTimeout(() => form.requestSubmit(), wait)"
    phone.locator("form[data-guard]").evaluate(f"(form) => {{ form.noValidate = true; {press} }}")
    phone.wait_for_timeout(900)
    assert len(held) == 1
    held[0].abort()
    phone.faults.clear()  # type: ignore[attr-defined]
