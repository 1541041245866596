"""The desk: what waits, one case from my side, and the decision on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.kit import parts as kit_parts
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Conflict, Invalid, NotFound, Refusal
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions, deskforms, records
from niangjia.programmes.deskforms import RECORD
from niangjia.programmes.forms import put_faults
from niangjia.programmes.models import Decision
from niangjia.programmes.reads import queues, reviews
from niangjia.programmes.reads.reviews import PARTNER, ReviewPage
from niangjia.programmes.views import parts

Verdict = Decision.Verdict
SETTLED_ELSEWHERE = ("rank", "notice", "sign")
DUES = ("overdue", "soon")
TONES = {Verdict.APPROVE: "good", Verdict.RECORD: "good", Verdict.REFUSE: "bad", Verdict.RETURN: "wait"}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to decide a case: a form of its own, shown open or behind its heading."""

    key: str
    verdict: str
    title: str
    press: str
    form: Any
    kind: str = "main"
    is_open: bool = False


def desk(request: ActorRequest) -> HttpResponse:
    """What waits for me, the most urgent first."""
    due = request.GET.get("due", "")
    asked = queues.Asked(
        below=request.GET.get("whole") == "1",
        round_id=whole_number(request.GET.get("round", "")),
        step=request.GET.get("step", "")[:64],
        due=due if due in DUES else "",
        q=request.GET.get("q", "")[:64],
        page=whole_number(request.GET.get("page", "")) or 1,
    )
    context = {
        "queue": queues.queue(request.actor, asked),
        "asked": asked,
        "is_union": bool(request.actor.paths),
        "scopes": (("", _("For me")), ("1", _("My whole subtree"))),
        "back": request.get_full_path(),
    }
    return render(request, "programmes/desk/queue.html", context)


@never_cache
def case(request: ActorRequest, application_id: int) -> HttpResponse:
    """One case: a drawer for who stands at the list, a page for who came by a link."""
    shown = reviews.review_page(request.actor, application_id, run_id=whole_number(request.GET.get("run", "")))
    return _show(request, shown, ways_of(shown), part=bool(getattr(request, "htmx", False)))


def ways_of(shown: ReviewPage, data: Any = None, pressed: str = "") -> dict[str, Way]:
    """What this actor can do here, each with its form; the pressed one holds what was typed."""
    if not shown.permit:
        return {}
    step, kind = shown.step, shown.step.kind

    def typed(key: str) -> Any:
        return data if key == pressed else None

    ways: list[Way] = []
    if kind == "score":
        form: Any = deskforms.PointsForm(step, typed("approve"))
        ways.append(Way("approve", Verdict.RECORD, _("Points"), _("Give these points"), form, is_open=True))
        recuse = deskforms.RecuseForm(typed("recuse"))
        ways.append(Way("recuse", Verdict.RECUSE, _("Step aside"), _("Step aside"), recuse, "", pressed == "recuse"))
    elif kind not in SETTLED_ELSEWHERE:
        asked = deskforms.RecordForm(step, typed("approve"))
        approval = asked if shown.asks_record else deskforms.Deciding(typed("approve"))
        title, press = _words_for(shown)
        ways.append(Way("approve", Verdict.APPROVE, title, press, approval, is_open=True))
    if step.returns:
        back = deskforms.ReturnForm(shown.definition, typed("return"))
        ways.append(
            Way("return", Verdict.RETURN, _("Send back to complete"), _("Send back"), back, "", pressed == "return")
        )
    if kind != "score":
        refusal = deskforms.RefuseForm(shown.definition, typed("refuse"), clauses=shown.side != PARTNER)
        ways.append(Way("refuse", Verdict.REFUSE, _("Refuse"), _("Refuse"), refusal, "danger", pressed == "refuse"))
    return {way.key: way for way in ways}


def _words_for(shown: ReviewPage) -> tuple[str, str]:
    confirming = bool(shown.standing_record)
    return {
        "review": (_("Approve"), _("Approve and pass on")),
        "visit": (_("The visit"), _("Confirm this record") if confirming else _("Put the visit on record")),
        "survey": (_("What your side found"), _("Put it on record")),
        "deliver": (_("Delivery"), _("Put the delivery on record")),
        "grant": (_("Payment"), _("Pay out")),
        "award": (_("Award"), _("Award the title")),
    }[shown.step.kind]


def _show(
    request: ActorRequest,
    shown: ReviewPage,
    ways: dict[str, Way],
    *,
    refusal: Refusal | None = None,
    reveal: forms.Form | None = None,
    revealed: str = "",
    part: bool = False,
    status: int = 200,
) -> HttpResponse:
    pk = shown.application.pk
    wanted = request.POST.get("back") or request.headers.get("HX-Current-URL", "")
    context = {
        "shown": shown,
        "ways": list(ways.values()),
        "clauses": parts.clauses(shown.clauses, asking=False),
        "events": _events(shown),
        "files": _files(shown.files, pk),
        "new_files": _files(shown.new_files, pk),
        "refusal": refusal,
        "reveal": reveal or (deskforms.RevealForm(shown.revealable) if shown.revealable else None),
        "revealed": revealed,
        "phone": reviews.mask_phone(shown.application.person.phone) if shown.application.person.phone else "",
        "back": _safe_back(request, wanted),
        "is_union": shown.side == reviews.UNION,
        "is_partner": shown.side == PARTNER,
    }
    template = "programmes/desk/_case_drawer.html" if part else "programmes/desk/case.html"
    return render(request, template, context, status=status)


def _files(attachments: Any, pk: int) -> tuple[kit_parts.File, ...]:
    return tuple(kit_parts.File(one.name, reverse("desk_file", args=[pk, one.pk]), one.size) for one in attachments)


def _events(shown: ReviewPage) -> tuple[kit_parts.Event, ...]:
    said = dict(Verdict.choices)
    return tuple(
        kit_parts.Event(
            title=f"{line.step} · {said[Verdict(line.verdict)]}",
            when=line.at,
            who=line.who,
            note="\n".join(filter(None, [line.reason, *(f"{label}: {value}" for label, value in line.record)])),
            tone=TONES.get(Verdict(line.verdict), ""),
        )
        for line in shown.history
    )


def _safe_back(request: ActorRequest, wanted: str) -> str:
    """Where the officer came from, if that is the desk; a stranger's address is never followed."""
    host = request.get_host()
    if not url_has_allowed_host_and_scheme(wanted, {host}, require_https=request.is_secure()):
        return reverse("desk")
    wanted = wanted.split(host, 1)[-1] if "//" in wanted else wanted
    return wanted if wanted.startswith(reverse("desk")) and "/cases/" not in wanted else reverse("desk")


@never_cache
@require_POST
def decide(request: ActorRequest, application_id: int) -> HttpResponse:
    """Decide the case at the step that was on the screen; a second press of the same button changes nothing more."""
    run_id, seen = whole_number(request.POST.get("run", "")), whole_number(request.POST.get("seen", ""))
    if run_id is None or seen is None:
        raise NotFound
    shown = reviews.review_page(request.actor, application_id, run_id=run_id, since=seen)
    pressed = request.POST.get("way", "")
    if shown.mine is not None and shown.mine.verdict == _verdict_of(pressed, shown):
        messages.info(request, _("This was already done; nothing was done twice."))
        return redirect(_safe_back(request, request.POST.get("back", "")))
    ways = ways_of(shown, request.POST, pressed)
    way = ways.get(pressed)
    if way is None:
        return _show(request, shown, ways, refusal=_too_late(shown), status=409)
    if not way.form.is_valid():
        return _show(request, shown, ways, status=422)
    try:
        actions.decide(
            shown.run,
            verdict=way.verdict,
            reason=way.form.reason(),
            record=way.form.record(),
            seen_revision=seen,
            actor=request.actor,
        )
    except Invalid as fault:
        put_faults(way.form, fault)
        return _show(request, shown, ways, status=422)
    except Conflict as conflict:
        fresh = reviews.review_page(request.actor, application_id, run_id=run_id, since=seen)
        return _show(request, fresh, ways_of(fresh, request.POST, pressed), refusal=conflict, status=409)
    actions.note_look(shown.application, actor=request.actor)
    said = _("Application %(number)s: %(done)s") % {"number": shown.application.number, "done": _done(way.verdict)}
    messages.success(request, said)
    return redirect(_safe_back(request, request.POST.get("back", "")))


def _verdict_of(pressed: str, shown: ReviewPage) -> str:
    approval = Verdict.RECORD if shown.step.kind == "score" else Verdict.APPROVE
    return {"approve": approval, "return": Verdict.RETURN, "refuse": Verdict.REFUSE, "recuse": Verdict.RECUSE}.get(
        pressed, ""
    )


def _done(verdict: str) -> str:
    return {
        Verdict.APPROVE: _("done"),
        Verdict.RECORD: _("your points are on record"),
        Verdict.RETURN: _("sent back to the applicant"),
        Verdict.REFUSE: _("refused; the applicant is told why"),
        Verdict.RECUSE: _("you have stepped aside"),
    }[Verdict(verdict)]


def _too_late(shown: ReviewPage) -> Refusal:
    """Why nothing can be decided here any more."""
    return Conflict(
        shown.permit.reason or _("This cannot be done at this step."),
        remedy=_("What you typed was not applied. See below how the case stands."),
    )


@require_POST
def seen(request: ActorRequest, application_id: int) -> HttpResponse:
    """The open drawer reports that its reader has seen this revision."""
    actions.note_look(reviews.find_case(request.actor, application_id), actor=request.actor)
    return HttpResponse(status=204)


@never_cache
@require_POST
def sign(request: ActorRequest, application_id: int) -> HttpResponse:
    """Sign the agreement for a body, over the text that was on the screen."""
    shown = reviews.review_page(request.actor, application_id, run_id=whole_number(request.POST.get("run", "")))
    if shown.signing is None:
        raise NotFound
    try:
        actions.sign_agreement(
            shown.signing.agreement,
            party=request.POST.get("party", ""),
            digest=request.POST.get("digest", ""),
            actor=request.actor,
        )
    except Conflict as conflict:
        return _show(request, shown, ways_of(shown), refusal=conflict, status=409)
    messages.success(request, _("You have signed application %s.") % shown.application.number)
    return redirect(_safe_back(request, request.POST.get("back", "")))


@never_cache
@require_POST
def reveal(request: ActorRequest, application_id: int) -> HttpResponse:
    """Show one sealed number once. The answer is kept nowhere; the applicant reads who looked and why."""
    shown = reviews.review_page(request.actor, application_id, run_id=whole_number(request.POST.get("run", "")))
    if not shown.revealable:
        raise NotFound
    form = deskforms.RevealForm(shown.revealable, request.POST)
    if not form.is_valid():
        return _show(request, shown, ways_of(shown), reveal=form, status=422)
    what = form.cleaned_data["what"]
    number = actions.reveal_number(shown.run, what=what, purpose=form.cleaned_data["purpose"], actor=request.actor)
    name = dict(shown.revealable)[what]
    return _show(request, shown, ways_of(shown), revealed=f"{name}: {number}")


def case_file(request: ActorRequest, application_id: int, attachment_id: int) -> FileResponse:
    """A file of the case. Pictures open, papers are saved; nothing in them can run here."""
    return parts.handed_out(reviews.case_file(request.actor, application_id, attachment_id))


def total(request: ActorRequest, application_id: int) -> HttpResponse:
    """What the points typed so far come to."""
    shown = reviews.review_page(request.actor, application_id, run_id=whole_number(request.GET.get("run", "")))
    given = {one.key: whole_number(request.GET.get(f"{RECORD}-{one.key}", "")) or 0 for one in shown.step.criteria}
    kept = {one.key: min(given[one.key], one.max) for one in shown.step.criteria}
    return HttpResponse(f"{records.hundredths(shown.step, kept) / 100:.2f}", content_type="text/plain")
