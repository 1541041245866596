"""What is announced is heard at once, by all, in a stated order, and a no undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from niangjia.kit import happenings
from niangjia.kit.refusal import Conflict

heard: list[str] = []


@dataclass(frozen=True, slots=True)
class DoorOpened:
    name: str


@dataclass(frozen=True, slots=True)
class GateOpened(DoorOpened):
    pass


def first(opened: DoorOpened) -> None:
    heard.append(f"first {opened.name}")


def second(opened: DoorOpened) -> None:
    heard.append(f"second {opened.name}")


def another(opened: DoorOpened) -> None:
    heard.append(f"another {opened.name}")


def refuses(opened: DoorOpened) -> None:
    raise Conflict("not now")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    yield
    heard.clear()
    happenings._listeners.pop(DoorOpened, None)


def test_listeners_hear_in_their_stated_order_and_then_by_name() -> None:
    happenings.listen(DoorOpened, second, order=200)
    happenings.listen(DoorOpened, first)
    happenings.listen(DoorOpened, another)
    happenings.announce(DoorOpened("south"))
    assert heard == ["another south", "first south", "second south"]
    assert happenings.listeners()[DoorOpened] == [f"{__name__}.{name}" for name in ("another", "first", "second")]


def test_who_registers_twice_hears_once() -> None:
    happenings.listen(DoorOpened, first)
    happenings.listen(DoorOpened, first)
    happenings.announce(DoorOpened("south"))
    assert heard == ["first south"]


def test_only_exactly_what_one_listens_for_is_heard() -> None:
    happenings.listen(DoorOpened, first)
    happenings.announce(GateOpened("north"))
    assert heard == []


def test_a_refusal_reaches_whoever_announced_and_stops_those_after_it() -> None:
    happenings.listen(DoorOpened, refuses, order=1)
    happenings.listen(DoorOpened, first)
    with pytest.raises(Conflict):
        happenings.announce(DoorOpened("south"))
    assert heard == []
