"""Many cases of one step, to be decided together and each for itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.programmes.definition import StepDef
from niangjia.programmes.models import Application, Entitlement, Finding, Round, StepRun
from niangjia.programmes.permissions import can_act
from niangjia.programmes.reads.queues import runs_for, seen_revisions

MOST = 100
ONE_BY_ONE = ("score", "sign", "rank", "notice")


@dataclass(frozen=True, slots=True)
class BatchRow:
    run: StepRun
    permit: Permit
    verdict: str  # what the rules said: true, false, unknown
    changed: bool
    amount_fen: int  # what stands promised; nothing before the money is set aside


@dataclass(frozen=True, slots=True)
class Batch:
    round: Round
    step: StepDef
    label: str
    rows: tuple[BatchRow, ...]


def batch(actor: Actor, run_ids: Iterable[int]) -> Batch:
    """The ticked cases that still wait for this actor; all of one step of one round. Ten queries, however many rows."""
    newest = Finding.objects.filter(application=OuterRef("application")).order_by("-pk").values("verdict")[:1]
    runs = list(
        runs_for(actor, below=True)
        .filter(pk__in=list(run_ids)[:MOST])
        .select_related("application__round__version", "application__round__organisation", "application__union")
        .select_related("application__person", "application__entitlement")
        .defer("application__answers", "application__person__phone", "application__person__id_number")
        .prefetch_related(
            "bodies__organisation",
            "decisions",
            "application__round__judges",
            Prefetch("application__runs", StepRun.objects.prefetch_related("bodies__organisation", "decisions")),
        )
        .annotate(verdict=Subquery(newest))
        .order_by("due_on", "pk")
    )
    if not runs:
        raise Conflict(
            _("None of the ticked cases waits for you any more."), remedy=_("Go back to the desk and tick them anew.")
        )
    if len({(run.application.round_id, run.step) for run in runs}) > 1:
        raise Invalid(
            _("Tick cases of one step of one round: these stand at different steps."),
            remedy=_("Choose a round and a step above the list first."),
        )
    of = runs[0].application.round
    step = of.definition.step(runs[0].step)
    label = step.title.text((get_language() or "zh")[:2])
    if step.kind in ONE_BY_ONE or any(field.required for field in step.records):
        raise Invalid(
            _("At “%s” something has to be put down for each case, so they are decided one by one.") % label,
            remedy=_("Open the cases from the desk."),
        )
    seen = seen_revisions(actor, [run.application_id for run in runs])
    rows = (
        BatchRow(
            run=run,
            permit=can_act(actor, run),
            verdict=run.verdict or "",
            changed=seen.get(run.application_id, run.application.revision) < run.application.revision,
            amount_fen=promised_fen(run.application),
        )
        for run in runs
    )
    return Batch(of, step, label, tuple(rows))


def promised_fen(application: Application) -> int:
    """The sum that stands promised to an application; expects its entitlement to be loaded."""
    promised: Entitlement | None = getattr(application, "entitlement", None)
    return promised.amount_fen if promised is not None and promised.state == Entitlement.State.PROMISED else 0
