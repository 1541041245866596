"""The rule packs that come with the house: dated, cited figures, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from niangjia.rules import Pack, Parameter, ParameterStore, load_pack

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, eq=False)
class Packs:
    """Some packs taken together: what parameters they declare, and their figures by day and place."""

    packs: tuple[Pack, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(pack.name for pack in self.packs)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(parameter for pack in self.packs for parameter in pack.parameters)

    @cached_property
    def store(self) -> ParameterStore:
        store = ParameterStore(row for pack in self.packs for row in pack.rows)
        store.require_fit(self.parameters)
        return store

    def pack_of(self, path: str) -> str:
        """The name of the pack that declares a parameter."""
        return next(pack.name for pack in self.packs if any(one.path == path for one in pack.parameters))


@lru_cache(maxsize=1)
def packs() -> Packs:
    """The packs that come with the house."""
    files = sorted(FOLDER.glob("*.yaml"))
    return Packs(tuple(load_pack(path.read_text("utf-8"), path.name) for path in files))
