"""Writing the trail, sealing it, and proving it whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import OperationalError, connection, models, transaction

from niangjia.kit import bulk, clock
from niangjia.kit.actor import Actor
from niangjia.trail.models import Line, Seal

LOOKED = "looked_at"
PATIENCE = "2s"  # how long everybody who writes may be kept waiting for the seal


def _line(actor: Actor, verb: str, thing: models.Model, detail: dict[str, Any]) -> Line:
    return Line(
        actor_kind=actor.kind,
        actor_id=actor.person_id,
        actor_name=actor.name[:64],
        verb=verb,
        thing_type=thing._meta.label_lower,
        thing_id=thing.pk,
        path=getattr(thing, "path", "") or "",
        detail=detail,
    )


def record(actor: Actor, verb: str, thing: models.Model, **detail: Any) -> None:
    """Note that `actor` did `verb` (the action's own name) to `thing`. Details hold no personal data."""
    _line(actor, verb, thing, detail).save(force_insert=True)


def record_many(actor: Actor, verb: str, things: Iterable[models.Model], **detail: Any) -> None:
    """Note the same act on many things, in one statement."""
    Line.objects.bulk_create([_line(actor, verb, thing, detail) for thing in things], batch_size=1000)


def record_rows(
    actor: Actor, verb: str, kind: type[models.Model], query: str, values: Sequence[Any], **detail: Any
) -> None:
    """Note the same act on things of one kind, whose keys `query` selects, without bringing them here."""
    line = _line(actor, verb, kind(), detail)
    given = {
        str(field.column): field.get_db_prep_save(getattr(line, field.attname), connection)
        for field in Line._meta.concrete_fields
        if field.name not in ("id", "thing_id")
    }
    written = ", ".join(["%s"] * len(given))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO trail_line ({', '.join(given)}, thing_id) SELECT {written}, found.* FROM ({query}) AS found",  # noqa: S608 - the query is the caller's own text
            [*given.values(), *values],
        )


def record_each(verb: str, acts: Iterable[tuple[Actor, models.Model]]) -> None:
    """Note the same act by different actors, each on a thing of their own, in one statement."""
    now = clock.now()
    bulk.insert(
        Line,
        [
            {
                "at": now, "actor_kind": actor.kind, "actor_id": actor.person_id, "actor_name": actor.name[:64],
                "verb": verb, "thing_type": thing._meta.label_lower, "thing_id": thing.pk,
                "path": getattr(thing, "path", "") or "", "detail": {},
            }
            for actor, thing in acts
        ],
    )  # fmt: skip


def record_look(actor: Actor, thing: models.Model, *, purpose: str) -> None:
    """Note that sensitive fields were opened, and why: the person concerned can see this line (PIPL art. 44)."""
    record(actor, LOOKED, thing, purpose=purpose)


def _digest(before: str, lines: Iterable[Line]) -> str:
    running = hashlib.sha256(before.encode())
    for line in lines:
        fields = [
            line.pk,
            line.at.isoformat(),
            line.actor_kind,
            line.actor_id,
            line.actor_name,
            line.verb,
            line.thing_type,
            line.thing_id,
            line.path,
            line.detail,
        ]
        running.update(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode())
    return running.hexdigest()


def _settled_upto() -> int:
    """The newest line below which nobody is writing any more; 0 when somebody has been writing for too long.

    Numbers are given out before a transaction commits: a line of a lower number may still come. Whoever sealed past it
    would later find the seal broken by an honest hand.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute("LOCK TABLE trail_line IN SHARE MODE")
            cursor.execute("SELECT coalesce(max(id), 0) FROM trail_line")
            return int(cursor.fetchall()[0][0])
    except OperationalError:  # the next run seals it
        return 0


def seal() -> Seal | None:
    """Seal every settled line since the last seal; None when there is none. One sealer at a time."""
    upto = _settled_upto()
    with transaction.atomic():
        return _seal(upto)


def _seal(upto: int) -> Seal | None:
    last = Seal.objects.select_for_update().last()
    lines = Line.objects.filter(pk__gt=last.upto if last else 0, pk__lte=upto).order_by("pk")
    newest = lines.last()
    if newest is None:
        return None
    digest = _digest(last.digest if last else "", lines.iterator(chunk_size=2000))
    return Seal.objects.create(upto=newest.pk, digest=digest)


def first_broken_seal() -> Seal | None:
    """The first seal whose lines no longer give its digest; None when the trail is whole."""
    before, start = "", 0
    for kept in Seal.objects.order_by("upto"):
        lines = Line.objects.filter(pk__gt=start, pk__lte=kept.upto).order_by("pk")
        if _digest(before, lines.iterator(chunk_size=2000)) != kept.digest:
            return kept
        before, start = kept.digest, kept.upto
    return None
