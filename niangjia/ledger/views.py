"""The books for officers: the accounts of one's subtree, and what came and went in each."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.kit import clock
from niangjia.kit.asked import whole_number
from niangjia.kit.routes import ActorRequest
from niangjia.ledger import actions, reads
from niangjia.ledger.permissions import can_export
from niangjia.ledger.writing import statement_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def accounts(request: ActorRequest) -> HttpResponse:
    """The budgets and stocks in my care, each with how far it has been used."""
    page = reads.accounts(request.actor, page=_page(request))
    return render(request, "ledger/accounts.html", {"page": page, "rows": [reads.row(one) for one in page]})


def account(request: ActorRequest, account_id: int) -> HttpResponse:
    """The statement of one account."""
    shown = reads.statement(request.actor, account_id, page=_page(request))
    context = {"statement": shown, "may_export": can_export(request.actor, shown.account)}
    return render(request, "ledger/account.html", context)


@never_cache
@require_POST
def statement(request: ActorRequest, account_id: int) -> HttpResponse:
    """The whole statement as a spreadsheet; who took it is noted, and stands in it."""
    chosen = actions.export_statement(reads.account_for(request.actor, account_id), actor=request.actor)
    response = HttpResponse(statement_workbook(chosen, taken_by=request.actor.name), content_type=XLSX)
    name = quote(f"{chosen.title}-{clock.today():%Y%m%d}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _page(request: ActorRequest) -> int:
    return whole_number(request.GET.get("page", ""), digits=6) or 1
