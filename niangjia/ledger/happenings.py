"""What others may hear of the ledger."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransfersPosted:
    """Amounts have arrived."""

    transfer_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TransfersVoided:
    """Promised amounts have been let go; their accounts can promise them again."""

    transfer_ids: tuple[int, ...]
