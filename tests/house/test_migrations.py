"""Migrations form one line in each package, lean on nothing that will change, and say what the models say."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from tests.house.source import ROOT, Source, imports, none, sample


def _migrations() -> Iterator[Source]:
    for path in sorted(ROOT.glob("niangjia/*/migrations/[0-9]*.py")):
        yield Source(path.relative_to(ROOT), path.read_text("utf-8"))


def branches(leaves: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Leaves are (package, migration)."""
    seen: dict[str, str] = {}
    for package, name in leaves:
        if package in seen:
            yield f"{package} ends in both {seen[package]} and {name}: put one after the other"
        seen[package] = name


def test_each_package_has_one_line_of_migrations():
    none(branches(MigrationLoader(None).graph.leaf_nodes()))


def test_a_branch_is_noticed():
    assert list(branches([("orgs", "0002_a"), ("orgs", "0002_b")]))


def app_imports(sources: Iterable[Source]) -> Iterator[str]:
    """`kit` and the names of our own fields stay; everything else of ours will have changed when this runs again."""
    for source in sources:
        for name, node in imports(source):
            if name.startswith("niangjia.") and not name.startswith("niangjia.kit"):
                yield f"{source.at(node)} imports {name}: a migration must run when that has changed"


def test_migrations_import_nothing_that_changes():
    none(app_imports(_migrations()))


def test_an_import_of_a_package_is_noticed():
    assert list(app_imports([sample("niangjia/orgs/migrations/0002_x.py", "from niangjia.orgs.models import Kind")]))


def test_models_and_migrations_say_the_same():
    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("niangjia.")}
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    with translation.override(None):  # as makemigrations does: names are compared in English
        changes = detector.changes(graph=loader.graph, trim_to_apps=ours, convert_apps=ours)
    none(
        f"{label}: {operation.describe()}: run `python manage.py makemigrations {label}`"
        for label, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
    )


def tampered(sources: Iterable[Source]) -> Iterator[str]:
    """Python in a migration that cannot be undone, or does not say that it need not be."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "RunPython":
                words = {keyword.arg for keyword in node.keywords}
                if len(node.args) < 2 and "reverse_code" not in words:
                    yield f"{source.at(node)} does not say how it is undone"


def test_what_runs_forward_runs_back():
    none(tampered(_migrations()))


def test_a_step_without_return_is_noticed():
    text = "from django.db import migrations\nx = migrations.RunPython(fill)\n"
    assert list(tampered([sample(str(Path("niangjia/orgs/migrations/0002_x.py")), text)]))
