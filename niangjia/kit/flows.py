"""The lives of things, each one table: which verb leads from which states to which, and who may do it.

A package's `flow.py` holds the table and goes by it; declared here, its diagram is drawn for the docs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PAGE_HEAD = (
    "# Flows\n\nThe lives of things, drawn from the tables the code goes by. Generated: `niangjia flows --write`.\n"
)


@dataclass(frozen=True, slots=True)
class Move:
    """A verb, the states it leaves (none: it begins the life), the state it leads to, and who may do it."""

    verb: str
    before: tuple[str, ...]
    after: str
    who: str


_flows: dict[str, tuple[Move, ...]] = {}


def declare(thing: str, moves: Sequence[Move]) -> None:
    """Make the life of a thing known. Call in `AppConfig.ready`."""
    _flows[thing] = tuple(moves)


def flows() -> dict[str, tuple[Move, ...]]:
    return dict(sorted(_flows.items()))


def page() -> str:
    """docs/generated/flow.md as it should read."""
    return PAGE_HEAD + "".join(f"\n## {thing}\n\n{diagram(moves)}" for thing, moves in flows().items())


def diagram(moves: Sequence[Move]) -> str:
    """A Mermaid state diagram; a state that no verb leaves is an end, one that none leads to a beginning."""
    left = {state for move in moves for state in move.before}
    reached = {str(move.after) for move in moves}
    arrows = [f"{state} --> {move.after}: {move.verb} ({move.who})" for move in moves for state in move.before]
    begun = [f"[*] --> {move.after}: {move.verb} ({move.who})" for move in moves if not move.before]
    begun += [f"[*] --> {state}" for state in sorted(left - reached)]
    ends = [f"{state} --> [*]" for state in sorted(reached - left)]
    return "\n".join(["```mermaid", "stateDiagram-v2", *(f"  {line}" for line in begun + arrows + ends), "```", ""])
