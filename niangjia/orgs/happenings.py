"""What others may hear about unions and their members."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SubtreeMoved:
    """A union body moved with all below it: whoever keeps tree paths rewrites those that begin with `old_path`."""

    organisation_id: int
    old_path: str
    new_path: str


@dataclass(frozen=True, slots=True)
class UnionClosed:
    """A union body closed; its members are kept by `keeper_id`."""

    organisation_id: int
    keeper_id: int


@dataclass(frozen=True, slots=True)
class JoinAsked:
    """Somebody applied to join a union."""

    membership_id: int


@dataclass(frozen=True, slots=True)
class MemberAdmitted:
    """An application was accepted, alone or in a batch."""

    membership_id: int


@dataclass(frozen=True, slots=True)
class MemberDeclined:
    """An application was not accepted; the reason stands on the membership."""

    membership_id: int


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """A member asked to move to another union, or into the county's waiting pool."""

    transfer_id: int


@dataclass(frozen=True, slots=True)
class TransferSettled:
    """A transfer was accepted, or returned to the old union."""

    transfer_id: int


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A member left the union."""

    membership_id: int


@dataclass(frozen=True, slots=True)
class RosterImported:
    """A roster was imported: many people, memberships and employments at once, told as one."""

    batch_id: int
    union_id: int


@dataclass(frozen=True, slots=True)
class RosterUndone:
    """An imported roster was taken back, and with it everything it made."""

    batch_id: int
    union_id: int
