"""What journeys measure and need beside the page itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

NARROW = {"width": 320, "height": 640}
SETTLED = """Promise.all(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().iterations !== Infinity).map(one => one.finished))"""


def page_weight(page: Page, url: str) -> int:
    """Bytes that opening `url` cold brings over the wire, with everything the page loads.

    The test server does not compress, so a real server sends less.
    """
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    wire.detach()
    return round(sum(sizes))


def settle(page: Page) -> None:
    """Wait until what moves has come to rest, so that colours are what they will be. A spinner never rests."""
    page.evaluate(SETTLED)


def runs_wide(page: Page) -> int:
    """By how many pixels the page must be scrolled sideways; 0 is right."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@contextmanager
def without_javascript(browser: Browser, arguments: dict[str, Any], live_server: Any, cookies: Any) -> Iterator[Page]:
    """A page in a browser that runs no script, signed in with these cookies."""
    context = browser.new_context(**{**arguments, "base_url": live_server.url, "java_script_enabled": False})
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()
