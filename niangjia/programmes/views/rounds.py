"""Rounds: how far they have come, and what is settled for all of their cases at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.kit import charts
from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Conflict, Invalid, Refusal
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions
from niangjia.programmes.deskforms import AnswerForm
from niangjia.programmes.forms import put_faults
from niangjia.programmes.models import Appeal, Objection, Round
from niangjia.programmes.permissions import can_answer_appeal, can_answer_objection, can_run_round
from niangjia.programmes.reads import queues
from niangjia.programmes.reads import rounds as reads
from niangjia.programmes.reads.rankings import ranking

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _page(request: ActorRequest) -> int:
    return whole_number(request.GET.get("page", ""), digits=6) or 1


def rounds(request: ActorRequest) -> HttpResponse:
    """The rounds of my unions and of those above them."""
    state = request.GET.get("state", "")
    context = {
        "page": reads.rounds_page(request.actor, state=state, page=_page(request)),
        "state": state,
        "states": (("", _("All")), *Round.State.choices),
    }
    return render(request, "programmes/rounds/list.html", context)


def round_(request: ActorRequest, round_id: int) -> HttpResponse:
    """One round: the way of its applications, its money, and what is to be done."""
    page = reads.round_page(request.actor, round_id)
    context = {
        "page": page,
        "round": page.round,
        "title": page.round.title,
        "funnel": charts.funnel(_("From found to granted"), reads.funnel_of(page)),
    }
    return render(request, "programmes/rounds/round.html", context)


@require_POST
def find_people(request: ActorRequest, round_id: int) -> HttpResponse:
    """Find the workers of this round again."""
    found = actions.find_people(reads.find_round(request.actor, round_id), actor=request.actor)
    said = _("%(yes)d workers suit, %(one_fact)d are one answer away; they have been told.") % found
    messages.success(request, said)
    return redirect("round", round_id)


@require_POST
def close(request: ActorRequest, round_id: int) -> HttpResponse:
    """Take no more applications."""
    actions.close_round(reads.find_round(request.actor, round_id), actor=request.actor)
    messages.success(request, _("The round is closed. Applications handed in go on."))
    return redirect("round", round_id)


@require_POST
def publish(request: ActorRequest, round_id: int, step: str) -> HttpResponse:
    """Put up a public notice over everybody waiting for it."""
    of = reads.find_round(request.actor, round_id)
    try:
        notice = actions.publish_notice(of, reads.step_of(of, step, "notice").key, actor=request.actor)
    except Conflict as nothing:  # the same thumb twice
        messages.info(request, str(nothing))
        return redirect("round", round_id)
    messages.success(request, _("The notice is public until %s.") % notice.closes_on.isoformat())
    return redirect("round", round_id)


@never_cache
@require_POST
def export(request: ActorRequest, round_id: int) -> HttpResponse:
    """The round as a workbook, masked and marked with who took it out."""
    of = reads.find_round(request.actor, round_id)
    response = HttpResponse(actions.export_round(of, actor=request.actor), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="round-{of.pk}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def judges(request: ActorRequest, round_id: int, step: str) -> HttpResponse:
    """Seat the judges of a score step."""
    bench = reads.bench(request.actor, round_id, step)
    refusal: Refusal | None = None
    chosen = {str(pk) for pk in bench.seated}
    if request.method == "POST":
        chosen = set(request.POST.getlist("judge"))
        try:
            seats = actions.seat_judges(bench.round, step, bench.chosen(list(chosen)), actor=request.actor)
        except (Invalid, Conflict) as refused:
            refusal = refused
        else:
            said = ngettext("%(count)d judge is seated.", "%(count)d judges are seated.", len(seats))
            messages.success(request, said % {"count": len(seats)})
            return redirect("round", round_id)
    context = {
        "bench": bench,
        "round": bench.round,
        "people": [(person, body, str(person.pk) in chosen) for person, body in bench.people],
        "refusal": refusal,
    }
    return render(request, "programmes/rounds/judges.html", context, status=refusal.status if refusal else 200)


@never_cache
def round_ranking(request: ActorRequest, round_id: int, step: str) -> HttpResponse:
    """The ranking as it stands this moment, and its confirmation."""
    of = reads.find_round(request.actor, round_id)
    can_run_round(request.actor, of).require()
    asked = reads.step_of(of, step, "rank")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            standing = actions.confirm_ranking(of, step, seen=request.POST.get("seen", ""), actor=request.actor)
        except Refusal as refused:
            refusal = refused
        else:
            said = _("The ranking is confirmed: %(inside)d of %(all)d go on.")
            messages.success(request, said % {"inside": standing.selected, "all": len(standing.rows)})
            return redirect("round", round_id)
    standing = ranking(of, step)
    htmx = bool(getattr(request, "htmx", False))
    if htmx and request.GET.get("seen") == standing.digest:
        return HttpResponse(status=204)  # nothing has moved: whoever reads is not disturbed
    context = {
        "round": of,
        "step": asked,
        "label": asked.title.text(request.LANGUAGE_CODE[:2]),
        "ranking": standing,
        "refusal": refusal,
        "moved": htmx,
        "address": reverse("round_ranking", args=[of.pk, step]),
    }
    template = "programmes/rounds/_ranking.html" if htmx else "programmes/rounds/ranking.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def objections(request: ActorRequest) -> HttpResponse:
    """Objections to the notices of my unions: open ones first."""
    rows = queues.objections_page(request.actor, _page(request))
    return render(request, "programmes/rounds/objections.html", {"page": rows})


def objection(request: ActorRequest, objection_id: int) -> HttpResponse:
    """One objection, and the answer to it."""
    found = queues.find_objection(request.actor, objection_id)
    offered = [("yes", _("Upheld")), ("no", _("Not upheld"))]
    form = AnswerForm(offered, request.POST if request.method == "POST" else None)
    if _answered(request, form, partial(actions.answer_objection, found)):
        messages.success(request, _("The objection is answered."))
        return redirect("objections")
    context = {
        "objection": found,
        "form": form,
        "is_open": found.state == Objection.State.OPEN,
        "permit": can_answer_objection(request.actor, found.notice),
    }
    return render(request, "programmes/rounds/objection.html", context, status=422 if form.errors else 200)


def _answered(request: ActorRequest, form: AnswerForm, answer: Callable[..., object]) -> bool:
    """Whether a posted answer, upheld or not and why, has been given; else its faults stand in the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        answer(upheld=form.cleaned_data["upheld"] == "yes", answer=form.cleaned_data["answer"], actor=request.actor)
    except Invalid as fault:
        put_faults(form, fault)
        return False
    return True


def appeals(request: ActorRequest) -> HttpResponse:
    """Appeals to my unions: the most urgent open ones first."""
    rows = queues.appeals_page(request.actor, _page(request))
    return render(request, "programmes/rounds/appeals.html", {"page": rows})


def appeal_case(request: ActorRequest, appeal_id: int) -> HttpResponse:
    """One appeal with the refusal it is against, and the answer to it."""
    found = queues.find_appeal(request.actor, appeal_id)
    offered = [("yes", _("Upheld: the application is taken up again")), ("no", _("The refusal stands"))]
    form = AnswerForm(offered, request.POST if request.method == "POST" else None)
    if _answered(request, form, partial(actions.answer_appeal, found)):
        messages.success(request, _("The appeal is answered."))
        return redirect("appeals")
    context = {
        "appeal": found,
        "form": form,
        "is_open": found.state == Appeal.State.OPEN,
        "permit": can_answer_appeal(request.actor, found),
    }
    return render(request, "programmes/rounds/appeal.html", context, status=422 if form.errors else 200)
