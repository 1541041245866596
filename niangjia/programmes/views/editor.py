"""The editor of a draft: the same file by its fields or as text, checked while it is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit.refusal import Conflict
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions, editing, loading
from niangjia.programmes.definition import Definition, DefinitionFault, DefinitionFaults
from niangjia.programmes.models import Programme, ProgrammeVersion
from niangjia.programmes.permissions import can_edit_programme
from niangjia.programmes.reads import effects
from niangjia.programmes.reads import programmes as reads
from niangjia.programmes.reads.reach import Reach, Slice, from_json, joined, reach, to_json, workers_of
from niangjia.programmes.reads.words import words
from niangjia.programmes.views.gallery import faults_of
from niangjia.rules import RuleFault, RuleFaults

FORM, TEXT = "form", "text"
SLICE = 100_000  # workers counted in one answer; beyond it the count goes on, and shows how far it is
SO_FAR = "programmes.try"  # what a count carries from answer to answer is signed for this


@dataclass(frozen=True, slots=True)
class Told:
    """A fault beside its field, or at its line in the whole file."""

    where: str
    label: str
    said: str
    excerpt: str = ""
    line: int = 0
    column: int = 0


@dataclass
class Sheet:
    """The editor with what was typed in it: one of the two ways to write, and what goes with both."""

    programme: Programme
    draft: ProgrammeVersion
    tab: str
    saving: editing.SavingForm
    fields: editing.EditForm | None = None
    file: editing.FileForm | None = None
    faults: tuple[DefinitionFault, ...] = ()
    refusal: Conflict | None = None

    @property
    def written(self) -> str | None:
        """The text that was typed; none while something typed cannot be put into a text."""
        if self.fields is not None:
            return self.fields.text() if self.fields.is_valid() else None
        assert self.file is not None
        return str(self.file.cleaned_data["text"]) if self.file.is_valid() else None

    def put(self, found: DefinitionFaults) -> None:
        self.faults = tuple(found.faults)
        if self.fields is not None:
            self.fields.put(found)


def _sheet(programme: Programme, draft: ProgrammeVersion, tab: str, data: Any = None) -> Sheet:
    saving = editing.SavingForm(data, initial={"seen": draft.digest, "note": draft.note})
    if tab == TEXT:
        file = editing.FileForm(data, initial={"text": draft.text})
        return Sheet(programme, draft, TEXT, saving, file=file)
    return Sheet(programme, draft, FORM, saving, fields=editing.EditForm(draft.text, draft.definition, data))


def _tab(request: ActorRequest) -> str:
    given = request.POST if request.method == "POST" else request.GET
    return TEXT if given.get("tab") == TEXT else FORM


def edit(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Edit the draft; what does not load is not kept, and says why beside the field."""
    programme = reads.find_programme(request.actor, programme_id)
    can_edit_programme(request.actor, programme).require()
    draft, _standing = reads.draft_and_standing(programme)
    if draft is None:
        messages.info(request, _("There is no draft; make a new version to change the programme."))
        return redirect("programme", programme.pk)
    data = request.POST if request.method == "POST" else None
    sheet = _sheet(programme, draft, _tab(request), data)
    if data is None:
        return _show(request, sheet)
    text = sheet.written
    if text is not None and data.get("then") == TEXT:
        over = {"text": text, "seen": data.get("seen", ""), "note": data.get("note", "")}
        sheet = _sheet(programme, draft, TEXT, over)
        sheet.file.is_valid()  # type: ignore[union-attr]
        return _show(request, sheet)
    if text is not None and sheet.saving.is_valid() and _keep(sheet, text, request):
        messages.success(request, _("The draft is saved."))
        return redirect(f"{reverse('programme_edit', args=[programme.pk])}?tab={sheet.tab}")
    return _show(request, sheet, 422)


def _keep(sheet: Sheet, text: str, request: ActorRequest) -> bool:
    told = sheet.saving.cleaned_data
    try:
        actions.edit_draft(sheet.draft, text=text, note=told["note"], seen_digest=told["seen"], actor=request.actor)
    except DefinitionFaults as found:
        sheet.put(found)
        return False
    except Conflict as moved:
        sheet.refusal = moved
        return False
    return True


def _show(request: ActorRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    forms = [form for form in (sheet.fields, sheet.file, sheet.saving) if form is not None]
    text = sheet.file["text"].value() if sheet.file is not None else ""
    context = {
        "sheet": sheet,
        "programme": sheet.programme,
        "tabs": ((FORM, _("By fields")), (TEXT, _("The whole file"))),
        "told": faults_of(*forms) + _lines_of(sheet),
        "sections": sheet.fields.shown() if sheet.fields is not None else (),
        "numbered": editing.numbered(text or "", sheet.faults),
        "words": words(),
    }
    return render(request, "programmes/gallery/edit.html", context, status=status)


def _lines_of(sheet: Sheet) -> list[tuple[str, str, str]]:
    """The faults of the text as they stand in the list above it, each leading to its line."""
    if sheet.tab != TEXT:
        return []
    language = get_language() or "zh"
    return [(f"L{one.line}", "", one.sentence(language)) for one in sheet.faults]


@require_POST
def check(request: ActorRequest, programme_id: int) -> HttpResponse:
    """What would be wrong with what is typed at this moment. Nothing is kept."""
    programme = reads.find_programme(request.actor, programme_id)
    can_edit_programme(request.actor, programme).require()
    draft, _standing = reads.draft_and_standing(programme)
    if draft is None:
        return HttpResponse(status=204)
    sheet = _sheet(programme, draft, _tab(request), request.POST)
    text = sheet.written
    if text is not None:
        try:
            loading.load(text)
        except DefinitionFaults as found:
            sheet.put(found)
    return render(request, "programmes/gallery/_check.html", {"told": _told(sheet)})


def _told(sheet: Sheet) -> list[Told]:
    """Every fault of what is typed, each with the place it leads to."""
    if sheet.fields is None:
        language = get_language() or "zh"
        placed = [
            Told("id_text", "", one.sentence(language), one.excerpt, one.line, one.column) for one in sheet.faults
        ]
        return placed or [Told(*one) for one in faults_of(sheet.file)] if sheet.file is not None else placed
    excerpts = {sheet.fields[name].id_for_label: drawn for name, drawn in sheet.fields.excerpts.items()}
    return [Told(*one, excerpt=excerpts.get(one[0], "")) for one in faults_of(sheet.fields)]


@require_POST
def try_out(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Whom the conditions reach as they are typed at this moment, before anything is kept."""
    programme = reads.find_programme(request.actor, programme_id)
    can_edit_programme(request.actor, programme).require()
    draft, _standing = reads.draft_and_standing(programme)
    if draft is None:
        return HttpResponse(status=204)
    text = _sheet(programme, draft, _tab(request), request.POST).written
    definition = _readable(text)
    if text is None or definition is None:
        return render(request, "programmes/gallery/_try.html", {"faulty": True})
    slices = max(1, -(-workers_of(programme.organisation) // SLICE))
    number, before = _so_far(request.POST.get("so_far", ""), loading.digest(text), slices)
    counted = reach(text, programme.organisation, Slice(number, slices))
    counted = joined(before, counted) if before is not None else counted
    context = {"reach": effects.shown(counted, definition), "union": programme.organisation, "programme": programme}
    if number + 1 < slices:
        carried = {"digest": loading.digest(text), "next": number + 1, "of": slices, "reach": to_json(counted)}
        context |= {"done": number + 1, "slices": slices}
        context["so_far"] = json.dumps({"so_far": signing.dumps(carried, salt=SO_FAR, compress=True)})
    return render(request, "programmes/gallery/_try.html", context)


def _readable(text: str | None) -> Definition | None:
    """The text as far as its conditions can be judged; none while one of them is wrong."""
    if text is None:
        return None
    try:
        loading.clauses_of(text)
    except (DefinitionFaults, RuleFault, RuleFaults):
        return None
    return loading.sketch_of(text)


def _so_far(token: str, digest: str, slices: int) -> tuple[int, Reach | None]:
    """The slice to count next and what was counted before it; from the first for another text."""
    try:
        carried = signing.loads(token, salt=SO_FAR, max_age=600)
    except signing.BadSignature:
        return 0, None
    if (carried["digest"], carried["of"]) != (digest, slices):
        return 0, None
    return carried["next"], from_json(carried["reach"])
