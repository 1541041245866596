"""What one package tells those above it: frozen, typed, heard in a stated order."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.house.source import Source, dotted, none, product, sample


def loose(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        if source.room != "happenings":
            continue
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and not _is_frozen(node):
                yield f"{source.at(node)} {node.name} is not a frozen dataclass"


def _is_frozen(node: ast.ClassDef) -> bool:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func) in {"dataclass", "dataclasses.dataclass"}:
            return any(
                word.arg == "frozen" and isinstance(word.value, ast.Constant) and word.value.value is True
                for word in decorator.keywords
            )
    return False


def test_happenings_are_frozen():
    none(loose(product()))


def test_a_loose_happening_is_noticed():
    assert list(loose([sample("niangjia/orgs/happenings.py", "@dataclass\nclass Joined:\n    pk: int\n")]))
    frozen = "@dataclass(frozen=True, slots=True)\nclass Joined:\n    pk: int\n"
    assert not list(loose([sample("niangjia/orgs/happenings.py", frozen)]))


def signal_users(sources: Iterable[Source]) -> Iterator[str]:
    """Django's signals of our own making hide what happens next."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and dotted(node.func) in {
                "Signal",
                "dispatch.Signal",
                "django.dispatch.Signal",
            }:
                yield f"{source.at(node)} makes a signal: announce a happening"


def test_nobody_makes_signals():
    none(signal_users(product()))


def test_a_signal_is_noticed():
    assert list(signal_users([sample("niangjia/orgs/x.py", "joined = Signal()")]))
