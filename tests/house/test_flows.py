"""The diagrams in the docs are the tables the code goes by, and each life can be lived to an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module

from niangjia.kit import flows
from niangjia.kit.flows import Move
from niangjia.web.commands.listings import FLOWS_PAGE
from tests.house.source import ROOT, none, product


def dead_ends(lives: Mapping[str, Sequence[Move]]) -> Iterator[str]:
    """States that no beginning leads to, or from which no end is reached."""
    for thing, moves in lives.items():
        states = {state for move in moves for state in (*move.before, move.after)}
        left = {state for move in moves for state in move.before}
        begun = {move.after for move in moves if not move.before} | (left - {move.after for move in moves})
        ahead = [(state, move.after) for move in moves for state in move.before]
        yield from (f"{thing}: nothing leads to {state}" for state in sorted(states - _reached(begun, ahead)))
        back = [(after, before) for before, after in ahead]
        ends = states - left
        yield from (f"{thing}: {state} never ends" for state in sorted(states - _reached(ends, back)))


def _reached(start: Iterable[str], arrows: Sequence[tuple[str, str]]) -> set[str]:
    found = set(start)
    while more := {after for before, after in arrows if before in found} - found:
        found |= more
    return found


def test_the_drawn_flows_are_the_true_ones():
    page = ROOT / FLOWS_PAGE
    assert page.exists(), "docs/generated/flow.md is missing: run `niangjia flows --write`"
    assert page.read_text("utf-8") == flows.page(), "docs/generated/flow.md is old: run `niangjia flows --write`"


def test_every_flow_table_is_declared():
    rooms = {source.package for source in product() if source.room == "flow"}
    tables = [
        (f"niangjia/{package}/flow.py: {name}", value)
        for package in sorted(rooms)
        for name, value in vars(import_module(f"niangjia.{package}.flow")).items()
        if isinstance(value, tuple) and value and all(isinstance(one, Move) for one in value)
    ]
    assert rooms == {where.split("/")[1] for where, _ in tables}
    declared = flows.flows().values()
    none(f"{where} is declared in no apps.py" for where, moves in tables if moves not in declared)


def test_every_life_begins_and_can_end():
    none(dead_ends(flows.flows()))


def test_a_life_without_an_end_is_noticed():
    born, turns = Move("make", (), "new", "anybody"), Move("turn", ("new",), "old", "anybody")
    back, lost = Move("return", ("old",), "new", "anybody"), Move("wake", ("asleep",), "asleep", "anybody")
    assert not list(dead_ends({"Thing": [born, turns]}))
    assert len(list(dead_ends({"Thing": [born, turns, back]}))) == 2
    assert any("nothing leads to asleep" in fault for fault in dead_ends({"Thing": [born, turns, lost]}))


def test_a_diagram_shows_beginning_verbs_and_end():
    drawn = flows.diagram([Move("open", ("shut",), "wide", "keeper")])
    assert drawn.splitlines()[2:5] == ["  [*] --> shut", "  shut --> wide: open (keeper)", "  wide --> [*]"]
