"""What every test of the house shares: the database template, the browser, loud warnings and templates."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.support.database", "tests.support.browser"]

NEEDS_BROWSER = {"page", "browser", "phone", "desk"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a page is a browser test; nobody has to remember the marker."""
    for item in items:
        if NEEDS_BROWSER & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
