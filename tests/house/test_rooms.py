"""Which room may be entered from where (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps

from tests.house.source import Source, dotted, floors, imports, none, product, sample

FRONT = {"models", "permissions", "actions", "reads", "happenings"}
OPEN_TO_ALL = {"kit", "rules", "trail"}
# Rooms without a database behind them, open to all above, each with the reason.
ALSO_FRONT = {
    "niangjia.matching.engines": "rules run over files of facts; they know no tables of ours",
    "niangjia.people.identifiers": "what an identity or phone number is, as plain functions",
    "niangjia.people.names": "how a name sorts, as plain functions",
}
WRITING = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


def _is_front(name: str) -> bool:
    """`niangjia.orgs.reads` is a front room; so is `niangjia.orgs.roster.actions`, a package within the package."""
    rooms = [room.split("_")[0] for room in name.split(".")[2:]]  # models_roster is a part of models
    return bool(FRONT & set(rooms[:2])) or name.startswith(tuple(ALSO_FRONT))


def back_room_imports(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        for name, node in imports(source):
            if not name.startswith("niangjia."):
                continue
            package = name.split(".")[1]
            if package != source.package and package not in OPEN_TO_ALL and not _is_front(name):
                yield f"{source.at(node)} enters a back room of {package}: {name}"


def test_other_packages_are_entered_by_their_front_rooms_only():
    none(back_room_imports(product()))


@pytest.mark.parametrize(
    "line",
    ["from niangjia.orgs.forms import JoinForm", "from niangjia.orgs import flow", "import niangjia.orgs.engine.deep"],
)
def test_a_back_door_is_noticed(line: str):
    assert list(back_room_imports([sample("niangjia/web/views.py", line)]))


@pytest.mark.parametrize(
    "line",
    ["from niangjia.orgs import actions", "from niangjia.orgs.models import X", "from niangjia.kit import money"],
)
def test_a_front_door_is_open(line: str):
    assert not list(back_room_imports([sample("niangjia/web/views.py", line)]))


def upward_keys(links: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Links are (package, what, target package)."""
    height = floors()
    for package, what, target in links:
        if target != package and height[target] >= height[package]:
            yield f"{what} points up, from {package} to {target}"


def _foreign_keys() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models():
        package = _package_of(model)
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if package and target and field.concrete and (towards := _package_of(target)):
                yield package, f"{model.__name__}.{field.name}", towards


def _package_of(model: object) -> str:
    module = getattr(model, "__module__", "").split(".")
    return module[1] if module[0] == "niangjia" and len(module) > 1 else ""


def test_foreign_keys_point_down():
    none(upward_keys(_foreign_keys()))


def test_a_foreign_key_upwards_or_sideways_is_noticed():
    assert list(upward_keys([("people", "Person.union", "orgs")]))
    assert list(upward_keys([("ledger", "Account.credential", "credentials")]))


# file:call → why a view may. May only shrink (2026-11-21).
EXCUSED = {"niangjia/people/views/signing_in.py:form.save": "allauth's own form notes that a second factor was used"}


def views_that_reach_past_their_doors(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        if source.room not in {"views", "api"}:
            continue
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Attribute):
                continue
            if node.attr in {"objects", "_default_manager"}:
                yield f"{source.at(node)} asks the database itself: call a read"
            elif node.attr in WRITING and f"{source.path}:{dotted(node)}" not in EXCUSED:
                yield f"{source.at(node)} writes ({node.attr}): call an action"


def test_views_ask_reads_and_call_actions():
    none(views_that_reach_past_their_doors(product()))


def test_no_room_is_excused_that_needs_no_excuse():
    """The lists of excuses may only shrink."""
    written = {
        f"{source.path}:{dotted(node)}" for source in product() for node in ast.walk(source.tree)
        if source.room in {"views", "api"} and isinstance(node, ast.Attribute)
    }  # fmt: skip
    entered = {
        name for source in product() for name, _ in imports(source)
        if name.startswith("niangjia.") and name.split(".")[1] != source.package
    }  # fmt: skip
    none(f"no view calls {excuse} any more" for excuse in EXCUSED.keys() - written)
    none(f"nobody enters {room} any more" for room in ALSO_FRONT if not any(n.startswith(room) for n in entered))


@pytest.mark.parametrize("line", ["Person.objects.all()", "thing.save()"])
def test_a_view_that_reaches_past_its_door_is_noticed(line: str):
    assert list(views_that_reach_past_their_doors([sample("niangjia/orgs/views/joining.py", line)]))
