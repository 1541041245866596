"""What others may hear about certificates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CredentialsIssued:
    """Certificates were issued; their holders want to know."""

    credential_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """A certificate counts no longer."""

    credential_id: int
