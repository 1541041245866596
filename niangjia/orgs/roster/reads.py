"""What the pages and the command show of rosters."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection, transaction
from django.db.models import QuerySet

from niangjia.kit import clock
from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound, Sentence
from niangjia.orgs.models import Organisation, within
from niangjia.orgs.models_roster import RosterBatch, RosterProgress, RosterRow
from niangjia.orgs.roster.columns import LABELS, Field
from niangjia.orgs.roster.faults import note_sentence
from niangjia.orgs.roster.permissions import can_apply, can_undo
from niangjia.orgs.roster.verdicts import SENTENCES, SKIPS, STOPPING, Fault, Verdict, sentence, worst
from niangjia.orgs.roster.writing import template_workbook

__all__ = [
    "RosterPage",
    "RowSaid",
    "batch_for",
    "batches_for",
    "broken_off",
    "roster_page",
    "rows_said",
    "template_workbook",
    "unions_for",
]
PER_PAGE = 50
STATE = RosterBatch.State
AT_WORK = (STATE.RECEIVED, STATE.APPLYING, STATE.UNDOING)
QUIET = timedelta(minutes=3)  # for so long work may say nothing before it is taken for broken off


@dataclass(frozen=True, slots=True)
class RowSaid:
    """One row of a spreadsheet with its verdict and a sentence for each fault."""

    sheet: str
    row: int
    verdict: str
    faults: tuple[str, ...]
    name: str = ""

    @property
    def label(self) -> Sentence:
        return Verdict(self.verdict).label


def rows_said(batch: RosterBatch, *, staged: bool = False) -> Iterator[RowSaid]:
    """Every row in the order of the file; of people who share a row, the worst verdict and all faults.

    `staged`: the rows lie on the bench of this transaction, as after a preview that is not kept.
    """
    source = "roster_stage" if staged else "orgs_rosterrow WHERE batch_id = %s"
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT sheet, row, verdict, faults, name FROM {source} ORDER BY number",
            [] if staged else [batch.pk],
        )
        names = [sheet["name"] for sheet in batch.sheets]
        for (sheet, row), same in itertools.groupby(cursor, key=lambda found: (found[0], found[1])):
            found = [(verdict, _loaded(faults), name) for _sheet, _row, verdict, faults, name in same]
            said = [sentence(row, fault) for _verdict, faults, _name in found for fault in faults]
            verdict = worst(verdict for verdict, _faults, _name in found)
            people = "、".join(name for *_rest, name in found if name)
            yield RowSaid(names[sheet], row, str(verdict), tuple(dict.fromkeys(said)), people)


def _loaded(faults: Any) -> list[Fault]:
    loaded: list[Fault] = json.loads(faults) if isinstance(faults, str) else faults
    return loaded


def note_sentences(batch: RosterBatch) -> list[str]:
    return [note_sentence(note) for note in batch.notes]


def unions_for(actor: Actor) -> QuerySet[Organisation]:
    """The unions this actor may import rosters for."""
    unions = Organisation.objects.unions().filter(closed_on=None)
    if actor.is_system:
        return unions
    return unions.filter(within(actor.reach(*RUNNERS)))


def batches_for(actor: Actor, page: str | int = 1) -> Page[RosterBatch]:
    """The rosters of the actor's subtree, newest first."""
    rows = RosterBatch.objects.visible_to(actor).select_related("union", "uploaded_by")
    return Paginator(rows, 20).get_page(page)


def batch_for(actor: Actor, batch_id: int) -> RosterBatch:
    batch = RosterBatch.objects.visible_to(actor).select_related("union").filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    return batch


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault, and how many rows have it."""

    code: str
    column: Sentence
    sentence: str
    rows: int
    stops: bool
    skips: bool


@dataclass(frozen=True, slots=True)
class Work:
    """Work going on: how far it is, and whether it seems to have been broken off."""

    done: int
    total: int
    percent: int
    stalled: bool


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Everything on a roster's page."""

    batch: RosterBatch
    notes: list[str]
    kinds: list[Kind]
    rows: Page[RosterRow]
    said: list[RowSaid]
    work: Work | None
    may_apply: Permit
    may_undo: Permit
    importable: int


def roster_page(actor: Actor, batch_id: int, *, verdict: str = "", code: str = "", page: str | int = 1) -> RosterPage:
    batch = batch_for(actor, batch_id)
    rows = RosterRow.objects.filter(batch=batch).order_by("number")
    if verdict in Verdict.values:
        rows = rows.filter(verdict=verdict)
    if code in SENTENCES:
        rows = rows.filter(faults__contains=[{"code": code}])
    shown = Paginator(rows, PER_PAGE).get_page(page)
    names = [sheet["name"] for sheet in batch.sheets]
    said = [
        RowSaid(
            names[row.sheet], row.row, row.verdict, tuple(sentence(row.row, fault) for fault in row.faults), row.name
        )
        for row in shown
    ]  # fmt: skip
    return RosterPage(
        batch=batch, notes=note_sentences(batch), kinds=_kinds(batch), rows=shown, said=said, work=work_on(batch),
        may_apply=can_apply(actor, batch), may_undo=can_undo(actor, batch),
        importable=batch.counts.get("ok", 0) + batch.counts.get("warned", 0),
    )  # fmt: skip


def _kinds(batch: RosterBatch) -> list[Kind]:
    """The faults by kind, the frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fault->>'code', coalesce(fault->>'field', ''), count(*)"
            " FROM orgs_rosterrow, jsonb_array_elements(faults) AS fault WHERE batch_id = %s"
            " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
            [batch.pk],
        )
        found = cursor.fetchall()
    return [
        Kind(code, LABELS[Field(field)] if field else "", _general(code), rows, code in STOPPING, code in SKIPS)
        for code, field, rows in found
    ]


def _general(code: str) -> str:
    """The sentence of a kind of fault, with an ellipsis where single rows put their own words."""
    return str(SENTENCES[code]) % _Ellipses()


class _Ellipses(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def work_on(batch: RosterBatch) -> Work | None:
    """The work going on with this roster, if any."""
    if batch.state not in AT_WORK:
        return None
    progress = RosterProgress.objects.filter(batch=batch).first()
    done, total = (progress.done, progress.total) if progress else (0, 0)
    stalled = progress is None or progress.at < clock.now() - QUIET
    return Work(done, total, round(100 * done / total) if total else 0, stalled)


def broken_off() -> list[RosterBatch]:
    """Rosters whose work was broken off, as by a power cut: nothing was written, and they can be begun again.

    Whoever works on a roster holds its row; who was killed holds nothing.
    """
    quiet = RosterBatch.objects.filter(state__in=AT_WORK).exclude(progress__at__gt=clock.now() - QUIET)
    with transaction.atomic():
        return list(quiet.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
