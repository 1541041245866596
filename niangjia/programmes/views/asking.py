"""The one open question: asked by itself, answered with one press, and what came of the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.matching import reads as matching
from niangjia.programmes import actions
from niangjia.programmes.forms import FactForm, put_faults
from niangjia.programmes.reads.questions import Answered, question_about


def question(request: ActorRequest, fact: str) -> HttpResponse:
    """Ask for one fact, or say what its answer has settled."""
    found = question_about(request.actor, fact)
    if request.method != "POST":
        return _show(request, found)
    if "later" in request.POST:
        put_off = actions.put_off_question(fact, actor=request.actor)
        messages.info(request, _("We do not ask you this again before %s.") % put_off.until)
        return redirect("home")
    try:
        agreed = request.POST.get("agreed") == "on"
        actions.tell_fact(fact, answer=request.POST.get("answer", ""), agreed=agreed, actor=request.actor)
    except Invalid as fault:
        if found.question is None:
            raise  # nobody asked: nothing to show it beside
        form = FactForm(found.fact, asks_consent=found.question.asks_consent, data=request.POST)
        put_faults(form, fault if fault.faults else Invalid(fault.sentence, faults={"answer": fault.sentence}))
        return _show(request, found, form, 422)
    return redirect("question", fact)


def _show(request: ActorRequest, found: Answered, form: FactForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "found": found,
        "form": form,
        "label": found.fact.label(get_language() or "zh"),
        "answer": matching.say(found.fact, found.known.value) if found.known else "",
    }
    return render(request, "programmes/worker/question.html", context, status=status)
