"""My applications: how each stands, what comes next and by when, signing, appealing, taking back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.kit.refusal import Invalid, NotFound
from niangjia.kit.routes import ActorRequest
from niangjia.people import actions as people
from niangjia.programmes import actions
from niangjia.programmes.forms import AgreeForm, AppealForm, put_faults
from niangjia.programmes.models import Application
from niangjia.programmes.permissions import can_appeal, can_edit, can_sign, can_withdraw
from niangjia.programmes.reads import mine
from niangjia.programmes.reads.summaries import summary
from niangjia.programmes.reads.tracks import TONES, track
from niangjia.programmes.views import parts


def applications(request: ActorRequest) -> HttpResponse:
    """Everything I applied for, the newest first."""
    return render(request, "programmes/tracking/list.html", {"briefs": mine.my_applications(request.actor)})


def application(request: ActorRequest, application_id: int) -> HttpResponse:
    """How one application stands."""
    found = mine.my_application(request.actor, application_id)
    told = track(found)
    files = mine.files_by_field(found)
    appeals = list(mine.appeals_of(found))
    refused = found.state == Application.State.REFUSED
    awarded = getattr(found, "entitlement", None)
    context = {
        "application": found,
        "title": told.definition.title.text(request.LANGUAGE_CODE[:2]),
        "tone": TONES[found.state],
        "track": told,
        "steps": parts.steps(told.steps),
        "events": parts.events(told.events),
        "returned": next((one for one in reversed(told.events) if one.verdict == "return"), None),
        "answered": summary(told.definition, found.answers, [file for each in files.values() for file in each]),
        "signing": mine.signing_of(found),
        "entitlement": awarded,
        "title_awarded": awarded is not None and awarded.credential_id is not None,
        "consent": mine.showcase_consent(request.actor) if awarded is not None else None,
        "appeals": appeals,
        "can_appeal": refused and not appeals and bool(can_appeal(request.actor, found)),
        "above": mine.body_above(found) if refused and not appeals else None,
        "can_edit": can_edit(request.actor, found),
        "can_withdraw": can_withdraw(request.actor, found),
    }
    return render(request, "programmes/tracking/application.html", context)


def agreement(request: ActorRequest, application_id: int) -> HttpResponse:
    """The exact text, who has signed, and one's own signature over it."""
    found = mine.my_application(request.actor, application_id)
    signing = mine.signing_of(found)
    if signing is None:
        raise NotFound
    form = AgreeForm(request.POST if request.method == "POST" else None, initial={"digest": signing.agreement.digest})
    if request.method == "POST" and form.is_valid():
        if not signing.mine.signed_by:
            actions.sign_agreement(
                signing.agreement, party="applicant", digest=form.cleaned_data["digest"], actor=request.actor
            )
            messages.success(request, _("You have signed. We tell you when the other parties have signed too."))
        return redirect("application", application_id)
    context = {
        "application": found,
        "signing": signing,
        "form": form,
        "can_sign": can_sign(request.actor, signing.agreement, "applicant"),
    }
    return render(request, "programmes/tracking/agreement.html", context, status=422 if form.is_bound else 200)


def appeal(request: ActorRequest, application_id: int) -> HttpResponse:
    """Ask the union above to look at a no again."""
    found = mine.my_application(request.actor, application_id)
    if mine.appeals_of(found).exists() or not can_appeal(request.actor, found):
        return redirect("application", application_id)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(found, text=form.cleaned_data["text"], actor=request.actor)
        except Invalid as fault:
            put_faults(form, fault)
        else:
            messages.success(request, _("Your appeal has been handed in."))
            return redirect("application", application_id)
    context = {"application": found, "form": form, "above": mine.body_above(found)}
    return render(request, "programmes/tracking/appeal.html", context, status=422 if form.is_bound else 200)


def withdraw(request: ActorRequest, application_id: int) -> HttpResponse:
    """Take an application back, after one question."""
    found = mine.my_application(request.actor, application_id)
    permit = can_withdraw(request.actor, found)
    if not permit:
        return redirect("application", application_id)
    if request.method == "POST":
        actions.withdraw_application(found, actor=request.actor)
        messages.success(request, _("The application has been taken back."))
        return redirect("applications")
    return render(request, "programmes/tracking/withdraw.html", {"application": found})


def showcase_choice(request: ActorRequest, application_id: int) -> HttpResponse:
    """Be named in the public showcase, or no longer."""
    found = mine.my_application(request.actor, application_id)
    if request.method == "POST":
        standing = mine.showcase_consent(request.actor)
        if request.POST.get("choice") == "show" and standing is None:
            wording = _("My name may be shown in full beside my title in the public showcase.")
            people.give_consent(found.person, purpose=mine.SHOWCASE, notice=wording, actor=request.actor)
        elif request.POST.get("choice") == "hide" and standing is not None:
            people.withdraw_consent(standing, actor=request.actor)
    return redirect("application", application_id)
