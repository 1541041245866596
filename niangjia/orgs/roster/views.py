"""The officer's desk for rosters: upload, look, import, undo."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.kit.asked import whole_number
from niangjia.kit.charts import donut
from niangjia.kit.routes import ActorRequest
from niangjia.orgs.roster import actions, reads
from niangjia.orgs.roster.forms import UploadForm
from niangjia.orgs.roster.verdicts import Verdict

READ_AT_ONCE = (
    1024 * 1024
)  # bytes, some five thousand rows: read while the officer waits; larger files go to the worker
WRITTEN_AT_ONCE = 5_000  # rows
# In the order of the chart's colours: red, pale, green, gold.
SHOWN = (Verdict.REFUSED, Verdict.WARNED, Verdict.OK, Verdict.SKIPPED)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _page(request: ActorRequest) -> int:
    return whole_number(request.GET.get("page", ""), digits=6) or 1


def rosters(request: ActorRequest) -> HttpResponse:
    """The rosters of my subtree, and the form for a new one."""
    sent = request.method == "POST"
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None, actor=request.actor)
    if sent and form.is_valid():
        file, union = form.cleaned_data["file"], form.cleaned_data["union"]
        batch = actions.receive_roster(
            file.chunks(READ_AT_ONCE), actor=request.actor, union=union, name=file.name or "roster"
        )
        if file.size <= READ_AT_ONCE:
            actions.read_roster(batch, actor=request.actor)
        else:
            actions.hand_to_worker(batch, actor=request.actor, work="read")
        return redirect("roster", batch.pk)
    context = {
        "form": form,
        "page": reads.batches_for(request.actor, _page(request)),
        "unions": reads.unions_for(request.actor)[:200],
    }
    return render(request, "orgs/rosters.html", context, status=422 if form.is_bound else 200)


def roster(request: ActorRequest, batch_id: int) -> HttpResponse:
    """One roster: what was read, what is at fault, what can be done."""
    verdict, code = request.GET.get("verdict", ""), request.GET.get("fault", "")
    shown = reads.roster_page(request.actor, batch_id, verdict=verdict, code=code, page=_page(request))
    counts = shown.batch.counts
    verdicts = [(choice.value, choice.label, counts.get(choice.value, 0)) for choice in SHOWN]
    chart = donut(_("Rows"), [(label, count) for _value, label, count in verdicts]) if counts else ""
    filters = [("", _("all rows"), counts.get("total", 0)), *verdicts]
    context = {"shown": shown, "batch": shown.batch, "chart": chart, "filters": filters, "verdict": verdict}
    return render(request, "orgs/roster.html", context)


@never_cache
def work(request: ActorRequest, batch_id: int) -> HttpResponse:
    """How far the work on a roster is: the part of the page that asks again by itself."""
    batch = reads.batch_for(request.actor, batch_id)
    return render(request, "orgs/_roster_work.html", {"batch": batch, "work": reads.work_on(batch)})


@require_POST
def apply(request: ActorRequest, batch_id: int) -> HttpResponse:
    """Import the roster."""
    batch = reads.batch_for(request.actor, batch_id)
    if batch.counts.get("total", 0) > WRITTEN_AT_ONCE:
        actions.hand_to_worker(batch, actor=request.actor, work="apply")
    else:
        actions.apply_roster(batch, actor=request.actor)
        messages.success(request, _("The roster is imported."))
    return redirect("roster", batch.pk)


@require_POST
def undo(request: ActorRequest, batch_id: int) -> HttpResponse:
    """Take the roster back."""
    batch = reads.batch_for(request.actor, batch_id)
    if batch.counts.get("total", 0) > WRITTEN_AT_ONCE:
        actions.hand_to_worker(batch, actor=request.actor, work="undo")
    else:
        actions.undo_roster(batch, actor=request.actor)
        messages.success(request, _("The roster is undone; everything is as it was before."))
    return redirect("roster", batch.pk)


@never_cache
@require_POST
def refused(request: ActorRequest, batch_id: int) -> HttpResponse:
    """The refused rows as a spreadsheet. A POST, because the look at full numbers is recorded."""
    batch = reads.batch_for(request.actor, batch_id)
    return _download(actions.refused_rows(batch, actor=request.actor), f"refused-{batch.pk}.xlsx")


def template(_request: ActorRequest) -> HttpResponse:
    """The empty roster to fill in."""
    return _download(reads.template_workbook(), "roster.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip
