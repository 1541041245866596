"""What every journey asks of every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.helpers import runs_wide, settle

Seen = Callable[[Page], None]


@pytest.fixture
def sound(axe: Seen) -> Seen:
    """Then the page can be used by everybody: no accessibility finding, nothing to scroll sideways."""

    def look(page: Page) -> None:
        settle(page)
        axe(page)
        assert runs_wide(page) == 0, page.url

    return look
