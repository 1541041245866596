"""What anybody may see without signing in: notices and objections, the showcase, policies, one's own result."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions, throttle
from niangjia.programmes.forms import ObjectionForm, ResultForm, put_faults
from niangjia.programmes.permissions import can_object
from niangjia.programmes.reads import public
from niangjia.programmes.reads.policies import public_policy

PAGE = 20
OBJECTIONS_FROM_ONE_ADDRESS = 20
WRONG_FOR_ONE_NUMBER = 5
WRONG_FROM_ONE_ADDRESS = 100  # a whole factory may look up its results through one address


def _address(request: ActorRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def notices(request: ActorRequest) -> HttpResponse:
    """Every public notice, the newest first."""
    page = Paginator(public.public_notices(), PAGE).get_page(request.GET.get("page"))
    rows = [{"notice": one, "open": public.is_open(one)} for one in page]
    return render(request, "programmes/public/notices.html", {"page": page, "rows": rows})


def notice(request: ActorRequest, notice_id: int) -> HttpResponse:
    """One notice with the least it may show, and the way to object to it."""
    found = public.find_notice(notice_id)
    shown = public.notice_page(found)
    lines = [(line.run_id, f"{line.name} · {line.union}") for line in shown.lines]
    form = ObjectionForm(lines, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        can_object(found).require()
    if request.method == "POST" and form.is_valid():
        throttle.require("objection", _address(request), most=OBJECTIONS_FROM_ONE_ADDRESS)
        given = form.cleaned_data
        try:
            actions.object_to(
                found,
                run=public.find_line(found, given["run"]),
                text=given["text"],
                name=given["name"],
                contact=given["contact"],
                actor=request.actor,
            )
        except Invalid as fault:
            put_faults(form, fault)
        else:
            throttle.note("objection", _address(request))
            messages.success(
                request, _("Your objection has been handed in. It is answered before the notice takes effect.")
            )
            return redirect("notice", notice_id)
    context = {"shown": shown, "form": form, "can_object": can_object(found)}
    return render(request, "programmes/public/notice.html", context, status=422 if form.is_bound else 200)


def showcase(request: ActorRequest) -> HttpResponse:
    """Those who were awarded a title; named only if they wish to be."""
    page = Paginator(public.showcase(), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "honoured": public.honoured(list(page))}
    return render(request, "programmes/public/showcase.html", context)


def policy(request: ActorRequest, round_id: int) -> HttpResponse:
    """One policy, for anybody."""
    return render(request, "programmes/public/policy.html", {"policy": public_policy(round_id)})


def results(request: ActorRequest) -> HttpResponse:
    """How my application stands, by its number and my phone's last digits. By POST: neither stands in an address."""
    form = ResultForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        throttle.require("result", number, most=WRONG_FOR_ONE_NUMBER)
        throttle.require("result-from", _address(request), most=WRONG_FROM_ONE_ADDRESS)
        found = public.result_of(number, form.cleaned_data["last_four"])
        if found is None:
            throttle.note("result", number)
            throttle.note("result-from", _address(request))
            form.add_error(None, _("No application has this number and this phone number. Please compare both."))
    status = 422 if form.is_bound and found is None else 200
    return render(request, "programmes/public/results.html", {"form": form, "found": found}, status=status)
