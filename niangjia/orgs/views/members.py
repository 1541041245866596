"""The officer's desk for members: the list, one member, who wants to join, who is on the move."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.kit.asked import whole_number
from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs import actions
from niangjia.orgs.forms import DecideForm, HardshipForm, PurposeForm, ReasonForm, TakeForm
from niangjia.orgs.models import Membership
from niangjia.orgs.reads import memberships, unions
from niangjia.people import actions as people


def _page(request: ActorRequest) -> int:
    return whole_number(request.GET.get("page", ""), digits=6) or 1


def members(request: ActorRequest) -> HttpResponse:
    """Everybody in my subtrees."""
    search = memberships.Search(
        words=request.GET.get("q", "")[:64],
        state=request.GET.get("state", ""),
        union_id=whole_number(request.GET.get("union", "")),
    )
    context = {
        "page": memberships.members(request.actor, search, _page(request)),
        "search": search,
        "states": [("", _("all members")), *Membership.State.choices],
        "powers": [power for power in request.actor.powers if power.is_union],
    }
    return render(request, "orgs/members.html", context)


def _reasons() -> dict[str, ReasonForm]:
    """Two forms on one page ask for a reason; each has ids of its own."""
    return {"retaining": ReasonForm(auto_id="retain_%s"), "closing": ReasonForm(auto_id="close_%s")}


def member(request: ActorRequest, membership_id: int) -> HttpResponse:
    """One member."""
    shown = memberships.member_page(request.actor, membership_id)
    context = {"shown": shown, "purpose": PurposeForm()} | _reasons()
    template = "orgs/_member.html" if getattr(request, "htmx", False) else "orgs/member.html"
    return render(request, template, context)


@never_cache
@require_POST
def numbers(request: ActorRequest, membership_id: int) -> HttpResponse:
    """Open a member's sealed numbers for a purpose that the member will read."""
    shown = memberships.member_page(request.actor, membership_id)
    form = PurposeForm(request.POST)
    if not form.is_valid():
        context = {"shown": shown, "purpose": form} | _reasons()
        return render(request, "orgs/member.html", context, status=422)
    path = shown.membership.union.path
    opened = people.reveal(shown.person, actor=request.actor, purpose=form.cleaned_data["purpose"], over=path)
    return render(request, "orgs/member_numbers.html", {"shown": shown, "opened": opened})


@require_POST
def retain(request: ActorRequest, membership_id: int) -> HttpResponse:
    """Keep the membership of somebody who does not work now."""
    membership = memberships.visible_membership(request.actor, membership_id)
    actions.retain(membership, actor=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("The membership is retained."))
    return redirect("member", membership.pk)


@require_POST
def resume(request: ActorRequest, membership_id: int) -> HttpResponse:
    """Somebody retained is back at work."""
    membership = memberships.visible_membership(request.actor, membership_id)
    actions.resume(membership, actor=request.actor)
    messages.success(request, _("The membership is in good standing again."))
    return redirect("member", membership.pk)


def hardship(request: ActorRequest, membership_id: int) -> HttpResponse:
    """Open a hardship file for a member's household."""
    shown = memberships.member_page(request.actor, membership_id)
    form = HardshipForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        path = shown.membership.union.path
        household = shown.household.household if shown.household else None
        if household is None:
            household = people.form_household(shown.person, actor=request.actor, over=path)
        try:
            actions.open_hardship_file(
                household, actor=request.actor, union=shown.membership.union, **form.cleaned_data
            )
        except Invalid as fault:
            show_fault(form, fault)
        else:
            messages.success(request, _("The hardship file is open."))
            return redirect("member", membership_id)
    return render(request, "orgs/hardship.html", {"shown": shown, "form": form}, status=422 if form.errors else 200)


@require_POST
def hardship_close(request: ActorRequest, membership_id: int, file_id: int) -> HttpResponse:
    """Close a hardship file."""
    file = memberships.visible_hardship_file(request.actor, file_id)
    actions.close_hardship_file(file, actor=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("The hardship file is closed."))
    return redirect("member", membership_id)


def requests(request: ActorRequest) -> HttpResponse:
    """Who wants to join; many can be answered at once."""
    page = memberships.join_requests(request.actor, _page(request))
    form = None
    if request.method == "POST":
        form = DecideForm(request.POST, ids=request.POST.getlist("chosen"))
        if form.is_valid():
            try:
                return _decide(request, form)
            except Invalid as fault:
                show_fault(form, fault)
    context = {"page": page, "form": form}
    return render(request, "orgs/requests.html", context, status=422 if form is not None else 200)


def _decide(request: ActorRequest, form: DecideForm) -> HttpResponse:
    chosen = memberships.chosen_requests(request.actor, [int(each) for each in form.cleaned_data["chosen"]])
    if form.cleaned_data["answer"] == "admit":
        done = actions.admit_many(chosen, actor=request.actor)
        said = ngettext("%(count)s person was admitted.", "%(count)s people were admitted.", len(done))
    else:
        done = actions.decline_many(chosen, actor=request.actor, reason=form.cleaned_data["reason"])
        said = ngettext("%(count)s application was declined.", "%(count)s applications were declined.", len(done))
    messages.success(request, said % {"count": len(done)})
    return redirect("join_requests")


def transfers(request: ActorRequest) -> HttpResponse:
    """Members on the move: into my unions, out of them, and in the county's waiting pool."""
    return render(request, "orgs/transfers.html", {"rows": memberships.waiting_transfers(request.actor)})


def transfer_take(request: ActorRequest, transfer_id: int) -> HttpResponse:
    """Take a member in: choose the union, or confirm the one asked."""
    asked = memberships.visible_transfer(request.actor, transfer_id)
    choices = memberships.unions_to_take_into(request.actor, asked)
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        union = unions.visible_body(request.actor, form.cleaned_data["union"])
        taken = actions.accept_transfer(asked, actor=request.actor, union=union)
        messages.success(request, _("%(name)s is now a member of %(union)s.") % {
            "name": taken.person.name, "union": union.name,
        })  # fmt: skip
        return redirect("transfers")
    context = {"transfer": asked, "choices": choices, "form": form, "reason": ReasonForm()}
    return render(request, "orgs/transfer_take.html", context, status=422 if form.errors else 200)


@require_POST
def transfer_return(request: ActorRequest, transfer_id: int) -> HttpResponse:
    """Send a member back to the old union, with the reason."""
    asked = memberships.visible_transfer(request.actor, transfer_id)
    actions.return_transfer(asked, actor=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("Returned to the old union, which has kept the member all along."))
    return redirect("transfers")
