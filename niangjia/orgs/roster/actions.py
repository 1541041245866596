"""Rosters: received, read, looked at, imported as a whole, undone as a whole. Nothing is half-imported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app as jobs

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict
from niangjia.orgs.happenings import RosterImported, RosterUndone
from niangjia.orgs.models import Organisation
from niangjia.orgs.models_roster import RosterBatch, RosterPiece, RosterProgress, RosterRow
from niangjia.orgs.roster import applying, undoing, writing
from niangjia.orgs.roster.comparing import compare
from niangjia.orgs.roster.faults import FileFault
from niangjia.orgs.roster.keeping import original, pieces_of
from niangjia.orgs.roster.permissions import can_apply, can_forget, can_import, can_undo
from niangjia.orgs.roster.reading import MEGABYTE, TEXT_LIMIT, Roster
from niangjia.orgs.roster.staging import Tell, fill_stage, open_stage
from niangjia.trail import actions as trail

State = RosterBatch.State
KEPT_DAYS = 90


def _untold(done: int, total: int) -> None:
    """Nobody watches."""


def _new_batch(actor: Actor, union: Organisation, name: str) -> RosterBatch:
    batch = RosterBatch.objects.create(union=union, uploaded_by_id=actor.person_id, file_name=name[-200:])
    RosterProgress.objects.create(batch=batch)
    return batch


@transaction.atomic
def receive_roster(pieces: Iterable[bytes], *, actor: Actor, union: Organisation, name: str) -> RosterBatch:
    """Keep a file as it came, sealed, so that it can be read here or by a worker on another machine."""
    can_import(actor, union).require()
    batch = _new_batch(actor, union, name)
    size = 0
    for number, piece in enumerate(pieces):
        size += len(piece)
        if size > TEXT_LIMIT * MEGABYTE:
            raise FileFault("too_big", limit=TEXT_LIMIT)
        RosterPiece.objects.create(batch=batch, number=number, content=piece)
    trail.record(actor, "receive_roster", batch, bytes=size)
    return batch


@transaction.atomic
def read_roster(batch: RosterBatch, *, actor: Actor, tell: Tell = _untold) -> RosterBatch:
    """Read a received file and give every row its verdict. A file that cannot be read says why."""
    batch = RosterBatch.objects.lock(batch.pk)
    can_import(actor, batch.union).require()
    if batch.state != State.RECEIVED:
        return batch
    try:
        with original(batch) as path, transaction.atomic():
            _preview(batch, path, keep=True, tell=tell)
    except FileFault as fault:
        return _unreadable(batch, actor, "read_roster", fault)
    batch.save()
    trail.record(actor, "read_roster", batch, **batch.counts)
    return batch


def _unreadable(batch: RosterBatch, actor: Actor, verb: str, fault: FileFault) -> RosterBatch:
    RosterPiece.objects.filter(batch=batch).delete()
    RosterBatch.objects.filter(pk=batch.pk).update(state=State.UNREADABLE, trouble=str(fault))
    trail.record(actor, verb, batch)
    return RosterBatch.objects.lock(batch.pk)


@transaction.atomic
def preview_roster(
    path: Path, *, actor: Actor, union: Organisation, name: str = "", keep: bool = True, tell: Tell = _untold
) -> RosterBatch:
    """Read a file at hand and give every row its verdict. Without `keep`, for this transaction only."""
    name = name or path.name
    if keep:
        batch = receive_roster(pieces_of(path), actor=actor, union=union, name=name)
    else:
        can_import(actor, union).require()
        batch = _new_batch(actor, union, name)
    _preview(batch, path, keep=keep, tell=tell)
    batch.save()
    trail.record(actor, "preview_roster", batch, **batch.counts)
    return batch


def _preview(batch: RosterBatch, path: Path, *, keep: bool, tell: Tell) -> None:
    _weigh(batch, path, sealed=keep, tell=tell)
    batch.counts, batch.state = applying.counts(), State.PREVIEWED
    if keep:
        applying.keep_rows(batch, written=False)


def _weigh(batch: RosterBatch, path: Path, *, sealed: bool, tell: Tell, to_write: bool = False) -> bool:
    """The file's rows on the bench, compared; whether anybody of them was known."""
    open_stage(to_write=to_write)
    roster = Roster(path, batch.file_name)
    batch.sheets = fill_stage(roster, clock.today(), sealed=sealed, tell=tell)
    names = [sheet["name"] for sheet in batch.sheets]
    notes, known = compare(batch.union_id, names)
    batch.notes = [*roster.notes, *notes]
    return known


@transaction.atomic
def hand_to_worker(batch: RosterBatch, *, actor: Actor, work: str) -> RosterBatch:
    """Leave a long piece of work (`read`, `apply` or `undo`) to the worker; the page shows how far it is."""
    batch = RosterBatch.objects.lock(batch.pk)
    if work == "apply":
        can_apply(actor, batch).require()
        batch.state = State.APPLYING
    elif work == "undo":
        can_undo(actor, batch).require()
        batch.state = State.UNDOING
    else:
        can_import(actor, batch.union).require()
    batch.trouble = ""
    batch.save(update_fields=["state", "trouble"])
    RosterProgress.objects.filter(batch=batch).update(done=0, total=0, at=clock.now())
    jobs.configure_task("work_on_roster").defer(batch_id=batch.pk, work=work)
    trail.record(actor, "hand_to_worker", batch, work=work)
    return batch


@transaction.atomic
def import_roster(batch: RosterBatch, *, actor: Actor, tell: Tell = _untold) -> RosterBatch:
    """Read a received file and import every row that is not refused, all in one transaction and without a preview.

    Broken off at whatever moment, the file is still there and nothing else is: the same call begins again.
    """
    batch = RosterBatch.objects.lock(batch.pk)
    can_import(actor, batch.union).require()
    if batch.state != State.RECEIVED:
        return apply_roster(batch, actor=actor, tell=tell)
    try:
        with original(batch) as path, transaction.atomic():
            known = _weigh(batch, path, sealed=True, tell=tell, to_write=True)
    except FileFault as fault:
        return _unreadable(batch, actor, "import_roster", fault)
    _write(batch, tell, known=known)
    applying.keep_rows(batch, written=True)
    batch.counts = applying.counts()
    return _applied(batch, actor, "import_roster")


@transaction.atomic
def apply_roster(batch: RosterBatch, *, actor: Actor, tell: Tell = _untold) -> RosterBatch:
    """Import every row that was not refused, all in one transaction. Importing twice imports once.

    The rows are compared again with the register as it is now: between the preview and this moment somebody may have
    joined another union, and then that row is refused and says so.
    """
    batch = RosterBatch.objects.lock(batch.pk)
    if batch.state == State.APPLIED:
        can_import(actor, batch.union).require()
        return batch
    can_apply(actor, batch).require()
    open_stage(to_write=True)
    applying.load_stage(batch)
    _notes, known = compare(batch.union_id, [sheet["name"] for sheet in batch.sheets])
    _write(batch, tell, known=known)
    applying.keep_results(batch)
    batch.counts = {**applying.counts(), **_not_on_bench(batch)}
    return _applied(batch, actor, "apply_roster")


def _write(batch: RosterBatch, tell: Tell, *, known: bool) -> None:
    try:
        with transaction.atomic():
            applying.write_records(batch, clock.today(), tell, known=known)
    except IntegrityError as fault:
        raise Conflict(
            _("The register changed while the roster was being imported; nothing was imported."),
            remedy=_("Import the roster again: it is compared anew."),
        ) from fault


def _applied(batch: RosterBatch, actor: Actor, verb: str) -> RosterBatch:
    batch.state, batch.applied_at, batch.trouble = State.APPLIED, clock.now(), ""
    batch.save()
    trail.record(actor, verb, batch, **batch.counts)
    applying.record_on_people(batch, actor, verb)
    announce(RosterImported(batch.pk, batch.union_id))
    return batch


def _not_on_bench(batch: RosterBatch) -> dict[str, int]:
    """Counts over all rows of the batch: those refused at the preview stayed away from the bench."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT verdict, count(*) FROM orgs_rosterrow WHERE batch_id = %s GROUP BY verdict", [batch.pk])
        found: dict[str, int] = dict(cursor.fetchall())
    return {"total": sum(found.values()), **{verdict: found.get(verdict, 0) for verdict in ("refused", "skipped")}}


@transaction.atomic
def undo_roster(batch: RosterBatch, *, actor: Actor, tell: Tell = _untold) -> RosterBatch:
    """Put everything back as it was before the import, or say what leans on it and change nothing."""
    batch = RosterBatch.objects.lock(batch.pk)
    if batch.state == State.UNDONE:
        can_import(actor, batch.union).require()
        return batch
    can_undo(actor, batch).require()
    if batch.applied_at and batch.applied_at < clock.now() - timedelta(days=KEPT_DAYS):
        raise Conflict(
            _("A roster can be undone within %(days)s days of its import.") % {"days": KEPT_DAYS},
            remedy=_("Correct single people on their own pages."),
        )
    _refuse_leaning(undoing.leanings(batch))
    applying.record_on_people(batch, actor, "undo_roster")
    tell(1, 2)
    try:
        with transaction.atomic():
            undoing.take_back(batch)
    except IntegrityError as fault:
        raise Conflict(
            _("Something new came to rest on this roster just now; nothing was undone."), remedy=_("Try again.")
        ) from fault
    batch.state, batch.undone_at, batch.trouble = State.UNDONE, clock.now(), ""
    batch.save()
    trail.record(actor, "undo_roster", batch)
    announce(RosterUndone(batch.pk, batch.union_id))
    return batch


def _refuse_leaning(found: list[undoing.Leaning]) -> None:
    if not found:
        return
    faults: dict[str, Any] = {}
    for leaning in found:
        rows = "、".join(map(str, leaning.rows)) + ("…" if leaning.count > len(leaning.rows) else "")
        faults[str(leaning.kind)] = gettext("rows %(rows)s") % {"rows": rows}
    listed = "；".join(f"{kind}: {rows}" for kind, rows in faults.items())
    raise Conflict(
        gettext("Later records rest on this roster, so it was not undone. %(listed)s") % {"listed": listed},
        remedy=_("Settle those first, or correct single people on their own pages."),
    )


@transaction.atomic
def note_trouble(batch: RosterBatch, *, actor: Actor, sentence: str) -> RosterBatch:
    """Say why a piece of work was broken off; the batch stands where it stood before."""
    batch = RosterBatch.objects.lock(batch.pk)
    can_import(actor, batch.union).require()
    back = {State.APPLYING: State.PREVIEWED, State.UNDOING: State.APPLIED, State.RECEIVED: State.UNREADABLE}
    batch.state = back.get(State(batch.state), State(batch.state))
    batch.trouble = sentence
    batch.save(update_fields=["state", "trouble"])
    trail.record(actor, "note_trouble", batch)
    return batch


@transaction.atomic
def refused_rows(batch: RosterBatch, *, actor: Actor) -> bytes:
    """The refused rows as a spreadsheet, the reason beside each. It holds full numbers, so the look is recorded."""
    can_import(actor, batch.union).require()
    trail.record_look(actor, batch, purpose="refused rows")
    return writing.refused_workbook(batch)


@transaction.atomic
def forget_old_rosters(*, actor: Actor) -> int:
    """Clear what was typed from rosters past the time of undoing; the records they made stay. How many."""
    can_forget(actor).require()
    day = clock.now() - timedelta(days=KEPT_DAYS)
    old = RosterBatch.objects.filter(created_at__lt=day).exclude(applied_at__gte=day)
    old = old.filter(pk__in=RosterPiece.objects.values("batch")).select_related("union")
    batches = list(old.exclude(state__in=(State.APPLYING, State.UNDOING)))
    RosterPiece.objects.filter(batch__in=batches).delete()
    RosterRow.objects.filter(batch__in=batches).update(
        name="",
        name_key="",
        id_number="",
        id_hash="",
        phone="",
        phone_hash="",
        sex="",
        birth_date=None,
        unit="",
        credit_code="",
        trade="",
    )
    RosterBatch.objects.filter(
        pk__in=[batch.pk for batch in batches], state__in=(State.RECEIVED, State.PREVIEWED)
    ).update(state=State.UNREADABLE, trouble=gettext("The roster was never imported and its rows have been cleared."))
    trail.record_many(actor, "forget_old_rosters", batches)
    return len(batches)
