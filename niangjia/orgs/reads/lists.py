"""A spreadsheet of people as somebody keeps it: who stands in its rows. The roster's reader, without a roster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.orgs.roster.checking import Checker
from niangjia.orgs.roster.faults import note_sentence
from niangjia.orgs.roster.reading import Roster
from niangjia.orgs.roster.staging import mark
from niangjia.orgs.roster.verdicts import Verdict, sentence, verdict_of


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of one row: what they can be known by, or the sentence why they cannot."""

    sheet: str
    row: int
    name: str
    id_number: str
    phone: str
    fault: str


@dataclass(frozen=True, slots=True)
class PeopleList:
    """Everybody in a file, in its order, and what should be known about the file itself."""

    people: tuple[Listed, ...]
    notes: tuple[str, ...]


def people_listed(path: Path, *, name: str, most: int) -> PeopleList:
    """Who stands in a spreadsheet with names and numbers; `FileFault` says why it cannot be read, `Invalid` when more.

    Titles, totals and remarks are passed over; a row that cannot be read comes with its fault.
    """
    file = Roster(path, name)
    found: list[Listed] = []
    for one in _people(file):
        if len(found) == most:
            raise Invalid(
                _("There are more than %d people in this file.") % most,
                remedy=_("Split it into several files and send one after the other."),
                code="list_too_long",
            )
        found.append(one)
    return PeopleList(tuple(found), tuple(note_sentence(note) for note in file.notes))


def _people(file: Roster) -> Iterator[Listed]:
    for table in file.tables():
        checker = Checker(table.header, clock.today(), from_1904=table.from_1904)
        for row, cells in table.rows:
            people = checker.people(cells)
            mark(people, row, table)
            for one in people:
                verdict = verdict_of(one.faults)
                if verdict is Verdict.SKIPPED:
                    continue
                faults = [fault for fault in one.faults if verdict_of([fault]) is Verdict.REFUSED]
                said = " ".join(sentence(row, fault) for fault in faults)
                yield Listed(table.sheet, row, one.name, one.id_number, one.phone, said)
