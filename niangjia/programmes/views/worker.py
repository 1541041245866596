"""What suits a worker and why; one policy held against oneself; the one open question answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions, consenting
from niangjia.programmes.forms import FactForm, put_faults
from niangjia.programmes.permissions import can_apply, can_edit
from niangjia.programmes.reads.offers import Offer, askable, offer_of, offers_for
from niangjia.programmes.reads.policies import policy_of
from niangjia.programmes.views import parts
from niangjia.rules.schema import Fact


def services(request: ActorRequest) -> HttpResponse:
    """Everything open within my reach: what suits me first."""
    return _services(request)


def _services(request: ActorRequest, faulty: FactForm | None = None, at: int = 0) -> HttpResponse:
    cards = []
    for offer in offers_for(request.actor):
        asked = offer.question if offer.question and askable(offer.question) else None
        form = _form(request, asked, offer.round.pk) if asked else None
        if faulty is not None and offer.round.pk == at:
            form = faulty
        cards.append({"offer": offer, "asked": asked, "form": form})
    context = {"cards": cards}
    return render(request, "programmes/worker/services.html", context, status=422 if faulty else 200)


def offer(request: ActorRequest, round_id: int) -> HttpResponse:
    """One policy, and what it says of me, condition by condition."""
    return _offer(request, offer_of(request.actor, round_id))


def _offer(request: ActorRequest, found: Offer, faulty: FactForm | None = None, path: str = "") -> HttpResponse:
    questions = []
    for fact in _questions(found):
        is_faulty = faulty is not None and fact.path == path
        questions.append({"fact": fact, "form": faulty if is_faulty else _form(request, fact, found.round.pk)})
    mine = found.application
    context = {
        "offer": found,
        "policy": policy_of(found.round),
        "clauses": parts.clauses(found.clauses),
        "questions": questions,
        "can_apply": can_apply(request.actor, found.round),
        "can_edit": can_edit(request.actor, mine) if mine else None,
    }
    return render(request, "programmes/worker/offer.html", context, status=422 if faulty else 200)


def _questions(found: Offer) -> list[Fact]:
    """What the worker could tell us, each once, in the order of the conditions."""
    asked = {line.ask.path: line.ask for line in found.clauses if line.ask is not None and line.can_tell}
    return list(asked.values())


def _form(request: ActorRequest, fact: Fact, round_id: int, data: Mapping[str, Any] | None = None) -> FactForm:
    needed = consenting.is_needed(fact.path, request.actor.person_id or 0)
    return FactForm(fact, round_id=round_id, asks_consent=needed, data=data)


def answer_question(request: ActorRequest, round_id: int) -> HttpResponse:
    """Keep the answer to one question, and go back to where it was asked: the card says now what it makes of it."""
    found = offer_of(request.actor, round_id)
    on_list = request.POST.get("from") == "services"
    back = reverse("services") + f"#round-{round_id}" if on_list else reverse("offer", args=[round_id])
    if request.method != "POST":
        return redirect(back)
    path = request.POST.get("path", "")
    try:
        agreed = request.POST.get("agreed") == "on"
        actions.tell_fact(path, answer=request.POST.get("answer", ""), agreed=agreed, actor=request.actor)
    except Invalid as fault:
        asked = [one for one in [found.question, *_questions(found)] if one is not None and one.path == path]
        if not asked:
            raise  # not a question of this page: nothing to show it beside
        fact = asked[0]
        form = _form(request, fact, round_id, request.POST)
        put_faults(form, fault if fault.faults else Invalid(fault.sentence, faults={"answer": fault.sentence}))
        return _services(request, form, round_id) if on_list else _offer(request, found, form, path)
    return redirect(back)
