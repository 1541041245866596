"""The house as text. A rule is a function from sources to faults, so that a bad sample can prove it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NO_SOURCE = {"migrations", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One file: where it stands (from the repository's root) and what it says."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    @property
    def package(self) -> str:
        """`orgs` for niangjia/orgs/models.py; empty outside the packages."""
        parts = self.path.parts
        return parts[1] if len(parts) > 2 and parts[0] == "niangjia" else ""

    @property
    def module(self) -> str:
        """The dotted name it is imported by."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def room(self) -> str:
        """`actions` for orgs/actions.py and for orgs/actions/joining.py."""
        return self.module.split(".")[2] if self.module.count(".") > 1 else ""

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts or self.path.name == "conftest.py"

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def none(faults: Iterable[str]) -> None:
    """Fail with one line for each fault, and nothing else on the screen."""
    found = list(faults)
    if found:
        pytest.fail("\n".join([f"{len(found)} faults:", *found]), pytrace=False)


def sample(path: str, text: str) -> Source:
    """A made-up file, to prove that a rule can fail."""
    return Source(Path(path), text)


@cache
def python() -> tuple[Source, ...]:
    """Every Python file of the product and its tests."""
    files = [path for folder in ("niangjia", "config", "tests") for path in (ROOT / folder).rglob("*.py")]
    return tuple(_read([*files, ROOT / "conftest.py", ROOT / "manage.py", ROOT / "nj"]))


@cache
def product() -> tuple[Source, ...]:
    """The product's own Python: no tests, no tools."""
    return tuple(source for source in python() if source.package and not source.is_test)


@cache
def templates() -> tuple[Source, ...]:
    return tuple(_read(ROOT.glob("niangjia/*/templates/**/*")))


def template_name(source: Source) -> str:
    """`kit/base.html` for niangjia/kit/templates/kit/base.html."""
    return "/".join(source.path.parts[3:])


def _read(files: Iterator[Path] | list[Path]) -> Iterator[Source]:
    for path in sorted(files):
        if path.is_file() and not NO_SOURCE & set(path.parts):
            yield Source(path.relative_to(ROOT), path.read_text("utf-8"))


@cache
def floors() -> dict[str, int]:
    """Package → height, from the import contract in pyproject.toml: the roof is highest."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {
        name.strip(): height for height, layer in enumerate(reversed(layers)) for name in layer.split("|")
    }  # fmt: skip


def imports(source: Source) -> Iterator[tuple[str, ast.AST]]:
    """Every module or name that a file imports, dotted: `from a import b` is `a.b`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression made of names only; empty for any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
