"""What a package announces to those above it: typed, in the same transaction, in a stated order. Not Django signals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class TablesMigrated:
    """The database's tables are up to date: whoever comes with standing data plants it now."""


H = TypeVar("H")
_listeners: dict[type, list[tuple[int, str, Callable[[Any], None]]]] = defaultdict(list)


def listen(happening: type[H], handler: Callable[[H], None], *, order: int = 100) -> None:
    """Hear a happening. Call in `AppConfig.ready`; the same handler registers once."""
    name = f"{handler.__module__}.{handler.__qualname__}"
    if all(name != known for _, known, _ in _listeners[happening]):
        _listeners[happening].append((order, name, handler))
        _listeners[happening].sort(key=lambda entry: entry[:2])


def announce(happening: object) -> None:
    """Tell the listeners, now, inside the caller's transaction: what they refuse undoes the verb."""
    for _, _, handler in _listeners.get(type(happening), ()):
        handler(happening)


def listeners() -> dict[type, list[str]]:
    """Who hears what, for `niangjia doctor` and the docs."""
    return {happening: [name for _, name, _ in entries] for happening, entries in _listeners.items()}
