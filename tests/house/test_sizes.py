"""Nothing grows past what one can hold in one's head."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.house.source import Source, none, python, sample

FUNCTION = 60
FILE, MODELS, TESTS = 400, 600, 600

# path or path:function → lines it has, dated. May only shrink; a line that is no longer needed must go.
LONGER: dict[str, int] = {}


def _limit(source: Source) -> int:
    if source.is_test:
        return TESTS
    return MODELS if source.path.name.startswith("models") or "models" in source.path.parts else FILE


def oversized(sources: Iterable[Source]) -> Iterator[tuple[str, int, int]]:
    """What is too long, its lines, and how many it may have."""
    for source in sources:
        lines = source.text.count("\n")
        if lines > _limit(source):
            yield str(source.path), lines, _limit(source)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION:
                    yield f"{source.path}:{node.name}", length, FUNCTION


def test_functions_and_files_stay_small():
    none(
        f"{what} has {lines} lines, {limit} are allowed: split it along what it does"
        for what, lines, limit in oversized(python())
        if lines > LONGER.get(what, 0)
    )


def test_no_size_is_excused_that_needs_no_excuse():
    found = {what: lines for what, lines, _ in oversized(python())}
    none(f"{what}: {lines} lines are excused, {found.get(what)} stand" for what, lines in LONGER.items()
         if found.get(what) != lines)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("niangjia/orgs/reads.py", "\n" * 401),
        ("niangjia/orgs/models.py", "\n" * 601),
        ("niangjia/orgs/tests/test_x.py", "\n" * 601),
        ("niangjia/orgs/reads.py", "def f():\n" + "    pass\n" * 60),
    ],
)
def test_too_long_is_noticed(path: str, text: str):
    assert list(oversized([sample(path, text)]))


def test_long_enough_is_let_be():
    assert not list(oversized([sample("niangjia/orgs/models.py", "\n" * 599)]))
