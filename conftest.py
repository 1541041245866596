"""What every test of the house shares: the database template, the browser, loud warnings and templates."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A machine that is busy elsewhere is no fault of the code; how fast things are is measured by `niangjia bench`.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

pytest_plugins = ["tests.support.database", "tests.support.browser", "tests.support.spark"]

NEEDS_BROWSER = {"page", "browser", "phone", "desk"}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a page or for the cluster is marked so; nobody has to remember the marker."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if NEEDS_BROWSER & asked:
            item.add_marker(pytest.mark.browser)
        if "spark" in asked:
            item.add_marker(pytest.mark.spark)
            item.add_marker(pytest.mark.xdist_group("spark"))  # one cluster, in one of the workers
