"""What a bulk run found, counted: by programme, by clause, and by the question that would settle most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from niangjia.rules.bulk import CHUNK, YES, Bulk
from niangjia.rules.lookups import At

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """How many people satisfy a clause, are open in it and fail it."""

    key: str
    yes: int
    unknown: int
    no: int


@dataclass(frozen=True, slots=True)
class ProgrammeCount:
    """How many people a programme suits, is one fact away for, is open for otherwise, and rules out."""

    yes: int
    one_fact: int
    open: int
    no: int
    clauses: tuple[ClauseCount, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A missing fact: how many people could tell it, and how many answers of programmes it alone would settle."""

    path: str
    people: int
    answers: int


@dataclass(frozen=True, slots=True)
class Counts:
    """All that a run counted; questions that settle most come first."""

    people: int
    programmes: dict[str, ProgrammeCount]
    questions: tuple[Question, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "people": self.people,
            "programmes": {
                key: {
                    "yes": one.yes,
                    "one_fact": one.one_fact,
                    "open": one.open,
                    "no": one.no,
                    "clauses": [
                        {"key": each.key, "yes": each.yes, "unknown": each.unknown, "no": each.no}
                        for each in one.clauses
                    ],
                }
                for key, one in self.programmes.items()
            },
            "questions": [
                {"path": each.path, "people": each.people, "answers": each.answers} for each in self.questions
            ],
        }


class Tally:
    """Adds up the counts of the pieces of a population."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk
        self.people = 0
        self._cells: Counter[tuple[int, int]] = Counter()
        self._listed: Counter[tuple[int, int]] = Counter()
        self._asked: Counter[int] = Counter()
        self._open: Counter[int] = Counter()

    def add(self, people: int, cells: Rows, listed: Rows, asked: Rows, opened: Rows) -> None:
        """Add one piece: how many people it holds, and the rows of the four counting statements."""
        self.people += people
        for lookup, cell, count in cells:
            self._cells[lookup, cell] += count
        for programme, lacks, count in listed:
            self._listed[programme, lacks] += count
        for lacks, count in asked:
            self._asked[lacks] += count
        for first, *counts in opened:
            for programme, count in zip(range(first, first + CHUNK), counts, strict=True):
                self._open[programme] += int(count or 0)

    def counts(self) -> Counts:
        """The sum of what was added."""
        paths = self.bulk.paths
        one_fact: Counter[int] = Counter()
        answers: Counter[int] = Counter()
        for (programme, lacks), count in self._listed.items():
            if lacks != YES:
                one_fact[programme] += count
                answers[lacks] += count
        programmes = {}
        for number, key in enumerate(self.bulk.programmes):
            yes, one, opened = self._listed[number, YES], one_fact[number], self._open[number]
            programmes[key] = ProgrammeCount(yes, one, opened, self.people - yes - one - opened, self._clauses(key))
        questions = [Question(paths[lacks], self._asked[lacks], count) for lacks, count in answers.items()]
        return Counts(self.people, programmes, tuple(sorted(questions, key=lambda each: (-each.answers, each.path))))

    def _clauses(self, programme: str) -> tuple[ClauseCount, ...]:
        found = []
        for clause in self.bulk.programmes[programme].clauses:
            answer = self.bulk.answer(clause)
            no, unknown = self._said(answer.fails), self._said(answer.open)
            found.append(ClauseCount(clause.key, self.people - no - unknown, unknown, no))
        return tuple(found)

    def _said(self, at: At) -> int:
        """How many people stand in the cells that say this answer."""
        return sum(
            count
            for (lookup, cell), count in self._cells.items()
            if lookup == at.lookup and self.bulk.answered(at, cell)
        )
