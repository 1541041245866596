"""Several cases of one step at once: a verdict and a reason for each, all of them or none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from niangjia.kit.asked import whole_number
from niangjia.kit.refusal import Invalid, Refusal
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions
from niangjia.programmes.deskforms import BatchRowForm, grounds
from niangjia.programmes.models import Decision
from niangjia.programmes.reads.batches import Batch, BatchRow, batch

Verdict = Decision.Verdict
Pair = tuple[BatchRow, BatchRowForm]
FILLED = ("verdict", "code", "reason")


def batch_decide(request: ActorRequest) -> HttpResponse:
    """The ticked cases in one table. GET may name one decision to put into every row."""
    given = request.POST if request.method == "POST" else request.GET
    asked = [whole_number(one) for one in given.getlist("run")]
    found = batch(request.actor, [one for one in asked if one is not None])
    pairs = _pairs(found, given, bound=request.method == "POST")
    if request.method != "POST":
        return _show(request, found, pairs)
    left_over = len(given.getlist("run")) - len(pairs)
    faulty = [form for _row, form in pairs if not form.is_valid()]  # every row says what is wrong with it
    if left_over or faulty:
        gone = ngettext(
            "%(count)d of the cases has been settled meanwhile and is no longer listed.",
            "%(count)d of the cases have been settled meanwhile and are no longer listed.",
            left_over,
        )
        return _show(request, found, pairs, Invalid(gone % {"count": left_over}) if left_over else None, status=422)
    try:
        runs = actions.decide_many([_choice(row, form) for row, form in pairs], actor=request.actor)
    except Refusal as refusal:
        faults = refusal.faults if isinstance(refusal, Invalid) else {}
        for row, form in pairs:
            if str(row.run.pk) in faults:
                form.add_error(None, str(faults[str(row.run.pk)]))
        return _show(request, found, pairs, refusal, status=refusal.status)
    said = ngettext("%(count)d case is decided.", "%(count)d cases are decided.", len(runs))
    messages.success(request, said % {"count": len(runs)})
    return redirect("desk")


def _pairs(found: Batch, given: QueryDict, *, bound: bool) -> list[Pair]:
    definition = found.round.definition
    filled: dict[str, Any] = {key: given.get(key, "") for key in FILLED}
    return [
        (
            row,
            BatchRowForm(
                found.step,
                definition,
                given if bound else None,
                prefix=str(row.run.pk),
                initial={**filled, "seen": row.run.application.revision},
            ),
        )
        for row in found.rows
        if row.permit
    ]


def _choice(row: BatchRow, form: BatchRowForm) -> actions.Choice:
    typed = form.cleaned_data
    return actions.Choice(
        run_id=row.run.pk,
        verdict=typed["verdict"],
        reason=typed["reason"],
        record={"code": typed["code"]} if typed["verdict"] == Verdict.REFUSE else {},
        seen_revision=typed["seen"],
    )


def _show(
    request: ActorRequest, found: Batch, pairs: list[Pair], refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    offered = [(Verdict.APPROVE.value, Verdict.APPROVE.label), (Verdict.REFUSE.value, Verdict.REFUSE.label)]
    if found.step.returns:
        offered.insert(1, (Verdict.RETURN.value, Verdict.RETURN.label))
    context = {
        "batch": found,
        "pairs": pairs,
        "barred": [row for row in found.rows if not row.permit],
        "refusal": refusal,
        "faulty": any(form.is_bound and form.errors for _row, form in pairs),
        "verdicts": offered,
        "codes": grounds(found.round.definition),
        "filled": {key: request.GET.get(key, "") for key in FILLED},
    }
    return render(request, "programmes/desk/batch.html", context, status=status)
