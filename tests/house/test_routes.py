"""Every door says who may knock, and the printed list of doors is the true one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from niangjia.kit.routes import Needs
from niangjia.web.commands.listings import ROUTES_PAGE, Door, doors, routes_page
from tests.house.source import ROOT, none


def undeclared(all_doors: Iterable[Door]) -> Iterator[str]:
    known = {str(needs) for needs in Needs}
    for door in all_doors:
        if door.needs not in known:
            yield f"{door.pattern} ({door.view}) does not say who may enter: use kit.routes.route(…, needs=…)"


def ambiguous(all_doors: Iterable[Door]) -> Iterator[str]:
    names = Counter(door.name for door in all_doors)
    yield from (f"{count} doors are called “{name}”" for name, count in names.items() if name and count > 1)


def test_every_door_says_who_may_enter():
    none(undeclared(doors()))


def test_every_door_has_a_name_of_its_own():
    none([*ambiguous(doors()), *(f"{door.pattern} has no name" for door in doors() if not door.name)])


def test_a_door_that_says_nothing_is_noticed():
    door = Door("/secret/", "secret", "", "niangjia.web.views.secret")
    assert list(undeclared([door]))
    assert list(ambiguous([door, door]))


def test_the_printed_list_of_doors_is_true():
    page = ROOT / ROUTES_PAGE
    assert page.exists(), "docs/generated/routes.md is missing: run `niangjia routes --write`"
    printed = set(page.read_text("utf-8").splitlines())
    true = set(routes_page().splitlines())
    none(sorted([f"not printed: {line}" for line in true - printed] + [f"not true: {line}" for line in printed - true]))
