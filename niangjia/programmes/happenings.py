"""What others may hear of programmes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """Workers a round is for have been found, or are one answer away from it now; none who was told so before."""

    round_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ApplicationsMoved:
    """Applications reached a new state or step; `what` is submitted, returned, refused, granted, step or withdrawn."""

    application_ids: tuple[int, ...]
    what: str


@dataclass(frozen=True, slots=True)
class QuestionSettled:
    """Somebody answered the question about a fact, or does not want to be asked for now."""

    person_id: int
    fact: str


@dataclass(frozen=True, slots=True)
class NoticePublished:
    notice_id: int


@dataclass(frozen=True, slots=True)
class AppealAnswered:
    appeal_id: int
