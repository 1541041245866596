"""「我的」: where I stand, joining, moving on, leaving. One question a page; nothing needs a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.kit.forms import show_fault
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs import actions
from niangjia.orgs.forms import CountyForm, OptionalReasonForm, SearchForm
from niangjia.orgs.models import Trade
from niangjia.orgs.reads import memberships, unions
from niangjia.people import actions as people
from niangjia.people.reads import me as my_person

CONSENT = "union_membership"


def me(request: ActorRequest) -> HttpResponse:
    """My union, my work, my data."""
    return render(request, "orgs/me.html", {"mine": memberships.my_union(request.actor)})


def join(request: ActorRequest) -> HttpResponse:
    """First question: where do you work?"""
    mine = memberships.my_union(request.actor)
    return render(request, "orgs/join.html", {"mine": mine, "trades": Trade.choices})


def _at_home(request: ActorRequest) -> dict[str, str]:
    """Most people work where they live."""
    return {"county": my_person(request.actor).residence_code}


def join_search(request: ActorRequest) -> HttpResponse:
    """Find the union of my firm by name."""
    form = SearchForm(request.GET or None, initial=_at_home(request))
    found = None
    if form.is_bound and form.is_valid():
        found = unions.joinable_unions(form.cleaned_data["county"], form.cleaned_data["q"])
    return render(request, "orgs/join_search.html", {"form": form, "found": found, "next": "join_confirm"})


def join_place(request: ActorRequest) -> HttpResponse:
    """No employer: where do you work, and in which trade? The place decides the union."""
    trade = request.GET.get("trade", "")
    trade = trade if trade in Trade.values else ""
    form = CountyForm(request.GET if "county" in request.GET else None, initial=_at_home(request))
    if form.is_bound and form.is_valid():
        union = unions.union_for(division_code=form.cleaned_data["county"], trade=trade)
        if union is not None:
            return redirect("join_confirm", union.pk)
        form.add_error("county", _("The unions of this place are not on this platform yet. Choose a place nearby."))
    return render(request, "orgs/join_place.html", {"form": form, "trade": trade}, status=422 if form.errors else 200)


def join_confirm(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """This union? Yes."""
    union = unions.union_to_join(organisation_id)
    notice = _("%(union)s keeps my name, phone number and membership to serve me as a member. My employer is not told.")
    notice = notice % {"union": union.name}
    if request.method == "POST":
        person = my_person(request.actor)
        people.give_consent(person, actor=request.actor, purpose=CONSENT, notice=notice)
        actions.join(person, actor=request.actor, union=union)
        messages.success(request, _("Your application is on its way. You get a message as soon as it is answered."))
        return redirect("me")
    return render(request, "orgs/join_confirm.html", {"union": union, "notice": notice})


def transfer(request: ActorRequest) -> HttpResponse:
    """Where do you work now? Search the new union, or let a county look for one."""
    membership = memberships.my_membership(request.actor)
    form = SearchForm(request.GET or None, initial=_at_home(request))
    found = pool = None
    if form.is_bound and form.is_valid():
        found = unions.joinable_unions(form.cleaned_data["county"], form.cleaned_data["q"])
        pool = unions.union_for(division_code=form.cleaned_data["county"])
    context = {"membership": membership, "form": form, "found": found, "pool": pool}
    return render(request, "orgs/transfer.html", context)


def transfer_confirm(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Move to this union, or into this county's waiting pool? Yes."""
    membership = memberships.my_membership(request.actor)
    wanted = unions.union_to_join(organisation_id)
    into_pool = unions.is_federation(wanted)
    if request.method == "POST":
        target, county = (None, wanted) if into_pool else (wanted, None)
        actions.request_transfer(membership, actor=request.actor, target=target, county=county)
        messages.success(request, _("Asked. Until somebody takes you in, you stay a member of your old union."))
        return redirect("me")
    context = {"membership": membership, "wanted": wanted, "into_pool": into_pool}
    return render(request, "orgs/transfer_confirm.html", context)


@require_POST
def transfer_back(request: ActorRequest, transfer_id: int) -> HttpResponse:
    """Take my transfer back."""
    asked = memberships.my_transfer(request.actor, transfer_id)
    actions.return_transfer(asked, actor=request.actor, reason=_("Taken back by the member."))
    messages.success(request, _("The transfer is taken back. You stay where you are."))
    return redirect("me")


def leave(request: ActorRequest) -> HttpResponse:
    """Leave the union, or take the application back."""
    membership = memberships.my_membership(request.actor)
    form = OptionalReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave(membership, actor=request.actor, reason=form.cleaned_data["reason"])
        except (Conflict, Invalid) as fault:
            show_fault(form, Invalid(fault.sentence, remedy=fault.remedy))
        else:
            messages.success(request, _("Done. You can come back at any time."))
            return redirect("me")
    context = {"form": form, "membership": membership}
    return render(request, "orgs/leave.html", context, status=422 if form.errors else 200)
