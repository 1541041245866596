"""What every test of the house shares: the database template, the browser, loud warnings and templates."""

from __future__ import annotations

import pytest

from niangjia.kit import messages

pytest_plugins = ["tests.support.database", "tests.support.browser"]

NEEDS_BROWSER = {"page", "browser", "phone", "desk"}


def pytest_configure(config: pytest.Config) -> None:
    """Compile the Chinese once, before the workers start."""
    if not hasattr(config, "workerinput"):
        messages.compile_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a page is a browser test; nobody has to remember the marker."""
    for item in items:
        if NEEDS_BROWSER & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
