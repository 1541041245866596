"""Registering a list of people: read a spreadsheet, look at what would become of each row, then do it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from niangjia.events import actions
from niangjia.events.forms.listing import ListForm
from niangjia.events.models import Activity
from niangjia.events.reads import desk as desk_reads
from niangjia.events.reads import lists as reads
from niangjia.kit.refusal import Conflict, Refusal
from niangjia.kit.routes import ActorRequest

SALT = "niangjia.events.list"
GOOD_FOR = 60 * 60  # seconds between looking at a list and registering it
SHOWN = 500  # rows on the page; all are registered
WORDS = {
    "registered": gettext_lazy("has a seat"),
    "partly": gettext_lazy("has a seat on some dates"),
    "waiting": gettext_lazy("stands in line"),
    "full": gettext_lazy("full"),
    "entered": gettext_lazy("in the draw"),
    "asked": gettext_lazy("asked for"),
    "already": gettext_lazy("registered before"),
    "refused": gettext_lazy("cannot be registered"),
    "unclear": gettext_lazy("not found"),
}
TONES = {"registered": "good", "entered": "good", "asked": "good", "partly": "wait", "waiting": "wait"}


def people(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Read a list, show what would become of each row, and register it once the officer has looked."""
    activity = desk_reads.activity_run_by(request.actor, activity_id)
    reads.refuse_unlistable(activity)
    if request.POST.get("step") == "register":
        return _registered(request, activity)
    form = ListForm(request.POST or None, request.FILES or None, activity=activity)
    context: dict[str, Any] = {"activity": activity, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            rows, notes = _read(activity, form.cleaned_data["file"])
            told = reads.tried(activity, rows, form.wanted(), actor=request.actor)
        except Refusal as refusal:
            return render(request, "events/desk/list_form.html", context | {"refusal": refusal}, status=refusal.status)
        sealed = [[row.sheet, row.row, row.name, row.person] for row in rows if row.person is not None]
        context |= _outcome(told) | {"notes": notes, "sealed": signing.dumps(
            [activity.pk, form.wanted(), sealed], salt=SALT, compress=True
        )}  # fmt: skip
        return render(request, "events/desk/list_told.html", context)
    return render(request, "events/desk/list_form.html", context, status=422 if form.errors else 200)


def _read(activity: Activity, file: UploadedFile[bytes]) -> tuple[list[reads.Row], tuple[str, ...]]:
    """The rows of an upload; the file itself is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        with path.open("wb") as kept:
            for piece in file.chunks():
                kept.write(piece)
        return reads.read(activity, path, file.name or "")


def _registered(request: ActorRequest, activity: Activity) -> HttpResponse:
    """Register what was looked at. Pressed twice, everybody is answered as they stand."""
    try:
        number, wanted, sealed = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as fault:
        raise _stale() from fault
    if number != activity.pk:
        raise _stale()
    rows = [reads.Row(*one) for one in sealed]
    answers = actions.register_list(
        activity, [row.person for row in rows if row.person is not None], wanted=wanted, actor=request.actor
    )
    context = {"activity": activity, "is_done": True} | _outcome(reads.told(rows, answers))
    return render(request, "events/desk/list_told.html", context)


def _stale() -> Conflict:
    return Conflict(_("This list was looked at too long ago."), remedy=_("Send the file once more; it takes a second."))


def _outcome(told: Sequence[reads.Told]) -> dict[str, Any]:
    """How many of each, and the rows: first those that need a look."""
    counts = Counter(one.what for one in told)
    shown = sorted(told, key=lambda one: one.what not in ("unclear", "refused", "full"))[:SHOWN]
    return {
        "counts": [(WORDS[what], counts[what], TONES.get(what, "quiet")) for what in WORDS if counts[what]],
        "lines": [(one, WORDS[one.what], TONES.get(one.what, "quiet")) for one in shown],
        "all": len(told),
        "can_register": sum(counts[what] for what in ("registered", "partly", "waiting", "entered", "asked")),
    }
