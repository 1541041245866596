"""What reads tell, as the parts that the kit draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from niangjia.kit import parts
from niangjia.programmes.models import Application, Attachment, Decision
from niangjia.programmes.reads.offers import ClauseLine, Shown
from niangjia.programmes.reads.tracks import Event, TrackStep
from niangjia.rules import Verdict

ANSWER = {Verdict.TRUE: "yes", Verdict.FALSE: "no", Verdict.UNKNOWN: "unknown"}
TONES = {Decision.Verdict.APPROVE: "good", Decision.Verdict.REFUSE: "bad", Decision.Verdict.RETURN: "wait"}


def clauses(lines: Iterable[ClauseLine], *, asking: bool = True) -> tuple[parts.Clause, ...]:
    """The conditions with what we saw, what would change a no, and whom to turn to."""
    return tuple(
        parts.Clause(
            text=line.text,
            verdict=ANSWER[line.verdict],
            seen=_seen(line),
            change=line.change if line.verdict is Verdict.FALSE else "",
            appeal_to=_appeal_to(line),
            basis=line.basis,
            ask_url=f"#{line.ask.column}" if asking and line.ask and line.can_tell else "",
            ask_label=_("Answer") if line.verdict is Verdict.UNKNOWN else _("Has it changed? Answer again"),
        )
        for line in lines
    )


def _seen(line: ClauseLine) -> tuple[parts.Seen, ...]:
    return tuple(parts.Seen(one.label, one.value, " · ".join(_source(one))) for one in line.shown)


def _source(one: Shown) -> Iterator[str]:
    """Where a value comes from, since when it holds, and that it has grown too old to count."""
    if one.source:
        yield one.source
    if one.day:
        yield _("since %s") % one.day if one.is_figure else str(one.day)
    if one.is_stale:
        yield _("too old to count")


def _appeal_to(line: ClauseLine) -> str:
    if line.verdict is Verdict.TRUE or (line.verdict is Verdict.UNKNOWN and line.can_tell):
        return ""
    if line.appeal_to:
        return _("If the record is wrong, turn to: %s") % line.appeal_to
    return "" if line.can_tell else _("If the record is wrong, ask your union to correct it.")


def steps(told: Iterable[TrackStep]) -> tuple[parts.Step, ...]:
    return tuple(parts.Step(one.label, one.state, one.on, one.who, due=one.due) for one in told)


def events(told: Iterable[Event]) -> tuple[parts.Event, ...]:
    """What happened, the newest first."""
    said = dict(Decision.Verdict.choices)
    return tuple(
        parts.Event(
            title=f"{one.label} · {said[Decision.Verdict(one.verdict)]}",
            when=one.at,
            who=one.who,
            note=one.reason,
            tone=TONES.get(Decision.Verdict(one.verdict), ""),
        )
        for one in reversed(list(told))
    )


def files(application: Application, attachments: Iterable[Attachment]) -> tuple[parts.File, ...]:
    return tuple(
        parts.File(one.name, reverse("application_file", args=[application.pk, one.pk]), one.size)
        for one in attachments
    )


def handed_out(found: Attachment) -> FileResponse:
    """A file to look at. Pictures open, papers are saved; nothing in them can run here."""
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=not found.media_type.startswith("image/"),
        filename=found.name,
        content_type=found.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
