"""What others may hear of what workers ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemandReached:
    """So many ask for an option as the union wanted to be told of; said once for each option."""

    option_id: int
