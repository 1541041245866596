"""Applying: one thing a page, kept as one goes, checked as a whole at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Invalid, Refusal
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions
from niangjia.programmes.answers import digest_of
from niangjia.programmes.definition import Field, FormPage
from niangjia.programmes.forms import HandInForm, PageForm, accepted, takes_photos
from niangjia.programmes.models import Attachment
from niangjia.programmes.permissions import can_edit
from niangjia.programmes.reads.mine import Draft, ahead_of, my_draft, my_file
from niangjia.programmes.reads.offers import offer_of
from niangjia.programmes.reads.summaries import AnswerPage, summary
from niangjia.programmes.views import parts


@dataclass(frozen=True, slots=True)
class Entry:
    """One question as the page draws it."""

    spec: Field
    bound: BoundField
    files: list[Attachment]
    prefilled: bool
    accept: str
    photos: bool


def apply(request: ActorRequest, round_id: int) -> HttpResponse:
    """Begin, or go on with what was begun."""
    found = offer_of(request.actor, round_id)
    if request.method != "POST":
        return redirect("offer", round_id)
    application = actions.start_application(found.round, actor=request.actor)
    if not can_edit(request.actor, application):
        return redirect("application", application.pk)
    return redirect(_first(my_draft(request.actor, application.pk)))


def _first(draft: Draft) -> str:
    return _page_url(draft, draft.pages[0].key if draft.pages else "")


def _page_url(draft: Draft, key: str) -> str:
    """Where a page of the form is; the check page for no key."""
    if not key:
        return reverse("check_application", args=[draft.application.pk])
    return reverse("edit_application", args=[draft.application.pk, key])


def begin_editing(request: ActorRequest, application_id: int) -> HttpResponse:
    """The first page of the form."""
    return redirect(_first(my_draft(request.actor, application_id)))


def edit_application(request: ActorRequest, application_id: int, page: str) -> HttpResponse:
    """One page of the form. Whatever was typed is kept before anything is said about it."""
    draft = my_draft(request.actor, application_id)
    permit = can_edit(request.actor, draft.application)
    if not permit:
        if request.method == "POST":  # an old page, sent again: the thumb must know that nothing was kept
            messages.warning(request, str(permit.reason))
        return redirect("application", application_id)
    shown = draft.page(page)
    if request.method != "POST":
        return _show(request, draft, shown, _form(draft, shown))
    if (gone := whole_number(request.POST.get("remove", ""))) is not None:
        return _remove(request, draft, shown, gone)
    return _keep(request, draft, shown)


def _form(draft: Draft, page: FormPage, request: ActorRequest | None = None) -> PageForm:
    attached = {key: len(files) for key, files in draft.files.items()}
    posted: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request else {}
    return PageForm(draft.shown(page), draft.application.answers, attached=attached, **posted)


def _keep(request: ActorRequest, draft: Draft, page: FormPage) -> HttpResponse:
    form = _form(draft, page, request)
    asked = set(form.specs)
    actions.save_answers(draft.application, form.given(), actor=request.actor)
    _attach(request, draft, form)
    draft = my_draft(request.actor, draft.application.pk)
    wanted = request.POST.get("do", "next")
    if form.errors and (wanted == "next" or _has_file_faults(form)):
        return _show(request, draft, page, form, status=422)
    if wanted == "save":
        messages.success(request, _("Saved. You can go on at any time until the closing date."))
        return redirect("application", draft.application.pk)
    if wanted == "add":
        return redirect(_page_url(draft, page.key))
    if page in draft.pages and {field.key for field in draft.shown(page)} - asked:
        messages.info(request, _("Your answers bring up something more to fill in on this page."))
        return redirect(_page_url(draft, page.key))
    return redirect(_page_url(draft, draft.after(page.key)))


def _has_file_faults(form: PageForm) -> bool:
    return any(form.specs[key].type == "file" and form.uploads(key) for key in form.errors if key in form.specs)


def _attach(request: ActorRequest, draft: Draft, form: PageForm) -> None:
    """Attach each file by itself: one that is refused does not hold up the others."""
    for key, spec in form.specs.items():
        if spec.type != "file":
            continue
        for upload in form.uploads(key):
            try:
                actions.attach_file(draft.application, key, upload, actor=request.actor)
            except Invalid as fault:
                form.add_error(key, str(fault))


def _remove(request: ActorRequest, draft: Draft, page: FormPage, attachment_id: int) -> HttpResponse:
    actions.save_answers(draft.application, _form(draft, page, request).given(), actor=request.actor)
    attachment = my_file(request.actor, draft.application.pk, attachment_id)
    actions.remove_attachment(attachment, actor=request.actor)
    return redirect(f"{_page_url(draft, page.key)}#id_{attachment.field}")


def _show(request: ActorRequest, draft: Draft, page: FormPage, form: PageForm, status: int = 200) -> HttpResponse:
    entries = [
        Entry(
            spec=spec,
            bound=form[key],
            files=draft.files.get(key, []),
            prefilled=key in draft.prefilled,
            accept=accepted(spec),
            photos=takes_photos(spec),
        )
        for key, spec in form.specs.items()
    ]
    context = {
        "draft": draft,
        "page": page,
        "title": page.title.text(request.LANGUAGE_CODE[:2]),
        "form": form,
        "entries": entries,
        "place": draft.place(page.key),
        "total": len(draft.pages) + 1,
        "back": _page_url(draft, draft.before(page.key)) if draft.before(page.key) else "",
        "skip": _page_url(draft, draft.after(page.key)),
    }
    return render(request, "programmes/applying/page.html", context, status=status)


def check_application(request: ActorRequest, application_id: int) -> HttpResponse:
    """All answers at one glance, all that is missing in one list, then hand in."""
    draft = my_draft(request.actor, application_id)
    application = draft.application
    if request.method != "POST":
        if not can_edit(request.actor, application):
            return redirect("application", application_id)
        seen = {"revision": application.revision, "answers": digest_of(application)}
        return _check(request, draft, HandInForm(initial=seen))
    form = HandInForm(request.POST)
    if not form.is_valid():
        return _check(request, draft, form, status=422)
    try:
        actions.submit_application(
            application,
            seen_revision=form.cleaned_data["revision"],
            seen_answers=form.cleaned_data["answers"],
            consent=consent_wording(draft),
            actor=request.actor,
        )
    except Invalid as refused:
        return _check(request, my_draft(request.actor, application_id), form, refused, status=422)
    return redirect("application", application_id)


def consent_wording(draft: Draft) -> str:
    """What the applicant agrees to by handing in; kept with the application in these words."""
    return _(
        "What I have written is true. %(union)s and the bodies named in the steps may use it to handle this "
        "application, and for nothing else."
    ) % {"union": draft.application.round.organisation.name}


def _check(
    request: ActorRequest, draft: Draft, form: HandInForm, refused: Refusal | None = None, status: int = 200
) -> HttpResponse:
    ahead = ahead_of(draft)
    answered = summary(draft.definition, draft.application.answers, draft.all_files)
    context = {
        "draft": draft,
        "answered": [{"page": page, "url": _page_url(draft, page.key)} for page in answered],
        "missing": _missing(draft, answered, ahead.faults),
        "clauses": parts.clauses(ahead.clauses, asking=False),
        "verdict": parts.ANSWER[ahead.weighed.verdict],
        "consent": consent_wording(draft),
        "form": form,
        "refused": refused,
        "place": len(draft.pages) + 1,
        "total": len(draft.pages) + 1,
        "back": _page_url(draft, draft.pages[-1].key) if draft.pages else "",
    }
    return render(request, "programmes/applying/check.html", context, status=status)


def _missing(draft: Draft, answered: tuple[AnswerPage, ...], faults: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything missing, each with the place where it is mended."""
    page_of = {line.key: page.key for page in answered for line in page.lines}
    return [
        {"sentence": sentence, "url": f"{_page_url(draft, page_of.get(key, ''))}#id_{key}"}
        for key, sentence in faults.items()
    ]


def application_file(request: ActorRequest, application_id: int, attachment_id: int) -> FileResponse:
    """A file of one's own. Pictures open, papers are saved; nothing in them can run here."""
    return parts.handed_out(my_file(request.actor, application_id, attachment_id))
