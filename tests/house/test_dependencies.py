"""The product stands on requirements/run.lock alone: what only a developer's tool brings along may not be imported."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions

from tests.house.source import ROOT, Source, imports, none, product, python, sample

OURS = {"niangjia", "config", "tests"}
# module → why a product file may name it although not everybody who runs the house has it.
APART = {
    "babel": "niangjia messages update and check, which only developers run",
    "celpy": "the peer of niangjia bench verdict",
    "import_export": "the peer of niangjia bench roster",
    "numpy": "the rules written by hand in niangjia bench match",
    "openfisca_core": "the peer of niangjia bench match and verdict",
    "pyspark": "the extra `spark`; whoever matches on a cluster is told to install it",
    "tablib": "what that peer reads",
}


@cache
def locked() -> frozenset[str]:
    """Distributions of run.lock, as they are compared: small letters and dashes."""
    lines = (ROOT / "requirements/run.lock").read_text("utf-8").splitlines()
    return frozenset(_plain(match.group(1)) for line in lines if (match := re.match(r"([A-Za-z0-9._-]+)==", line)))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def unlocked_imports(sources: Iterable[Source]) -> Iterator[str]:
    brought_by = packages_distributions()
    for source in sources:
        for name, node in imports(source):
            top = name.partition(".")[0]
            if top in OURS or top in sys.stdlib_module_names or top in APART or top == "__future__":
                continue
            if not {_plain(dist) for dist in brought_by.get(top, [])} & locked():
                yield f"{source.at(node)} imports {top}, which requirements/run.lock does not bring"


def _running() -> list[Source]:
    settings = [s for s in python() if s.path.parts[0] == "config" and s.path.name != "test.py"]
    return [*product(), *settings]


def test_everything_imported_is_in_the_run_lock():
    none(unlocked_imports(_running()))


def test_the_product_never_imports_its_tests():
    none(
        f"{source.at(node)} imports {name}"
        for source in _running()
        for name, node in imports(source)
        if "tests" in name.split(".")
    )


def test_a_developers_tool_is_noticed():
    assert list(unlocked_imports([sample("niangjia/web/x.py", "import pytest")]))
    assert not list(unlocked_imports([sample("niangjia/web/x.py", "import django.db\nimport json")]))
