"""Every variable that the house reads from its environment is documented, and every documented one is read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from tests.house.source import ROOT, Source, none, python, sample

NAME = re.compile(r"NIANGJIA_[A-Z][A-Z_]*|DATABASE_URL")
PAGE = ROOT / "docs/settings.md"


def read_by(sources: Iterable[Source]) -> Iterator[tuple[str, str]]:
    """Every variable named by a string of its own, and where."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
                yield node.value, source.at(node)


def _sources() -> list[Source]:
    """The product and what starts it: a test may make up variables."""
    return [source for source in python() if not source.is_test or source.path.parts[:2] == ("tests", "support")]


def documented(page: str) -> set[str]:
    """Names in the first column of the page's tables."""
    return set(re.findall(rf"^\| `({NAME.pattern})`", page, flags=re.MULTILINE))


def test_every_variable_is_documented():
    known = documented(PAGE.read_text("utf-8"))
    none(
        {
            f"{place} reads {name}: add it to docs/settings.md"
            for name, place in read_by(_sources())
            if name not in known
        }
    )


def test_every_documented_variable_is_read():
    names = {name for name, _ in read_by(_sources())}
    none(f"docs/settings.md names {name}, which nothing reads" for name in documented(PAGE.read_text("utf-8")) - names)


def test_a_variable_is_noticed():
    assert list(read_by([sample("config/settings/base.py", 'X = env.text("NIANGJIA_X")')])) == [
        ("NIANGJIA_X", "config/settings/base.py:1")
    ]
    assert documented("| `NIANGJIA_X` | … |\nand `NIANGJIA_Y`") == {"NIANGJIA_X"}
