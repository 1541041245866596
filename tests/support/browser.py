"""A real browser as our people hold it: Chinese, Shanghai, a phone of 390 px or a desk of 1440 px."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
Axed = Callable[[Page], None]


def chromium() -> str | None:
    """The browser to drive; None leaves the choice to Playwright's own."""
    return os.environ.get("NIANGJIA_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Playwright runs its own event loop in this thread; Django would refuse the ORM there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    flags = ["--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    path = chromium()
    return {**browser_type_launch_args, "args": flags, **({"executable_path": path} if path else {})}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": PHONE}


def a_page(browser: Browser, arguments: dict[str, Any], live_server: Any) -> Iterator[Page]:
    """A page that fails its test when the console reports an error or a request leaves the house."""
    context = browser.new_context(**{**arguments, "base_url": live_server.url})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("request", lambda request: None if request.url.startswith((live_server.url, "data:", "blob:"))
            else faults.append(f"left the house: {request.url}"))  # fmt: skip
    page.faults = faults  # type: ignore[attr-defined]
    yield page
    context.close()
    assert not faults, faults


@pytest.fixture
def phone(browser: Browser, browser_context_args: dict[str, Any], live_server: Any) -> Iterator[Page]:
    """A phone, 390 px wide. A test that provokes an error answer clears `page.faults` itself."""
    yield from a_page(browser, {**browser_context_args, "viewport": PHONE, "has_touch": True}, live_server)


@pytest.fixture
def desk(browser: Browser, browser_context_args: dict[str, Any], live_server: Any) -> Iterator[Page]:
    """An officer's desk, 1440 px wide."""
    yield from a_page(browser, {**browser_context_args, "viewport": DESK}, live_server)


@pytest.fixture
def enter(client: Any, live_server: Any) -> Callable[[Page, Any], None]:
    """`enter(page, account)`: go on as this account without typing a code."""

    def entering(page: Page, account: Any) -> None:
        client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return entering


@pytest.fixture
def axe() -> Axed:
    """`axe(page)`: no accessibility finding on the page as it stands."""

    def run(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return run
