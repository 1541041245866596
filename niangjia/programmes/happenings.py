"""What others may hear of programmes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """The workers a round is for have been found."""

    round_id: int


@dataclass(frozen=True, slots=True)
class ApplicationsMoved:
    """Applications reached a new state or step; `what` is submitted, returned, refused, granted, step or withdrawn."""

    application_ids: tuple[int, ...]
    what: str


@dataclass(frozen=True, slots=True)
class NoticePublished:
    notice_id: int


@dataclass(frozen=True, slots=True)
class AppealAnswered:
    appeal_id: int
