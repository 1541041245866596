"""The gallery of proven practices: look, adjust, or launch in one step."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from niangjia.kit.refusal import Invalid
from niangjia.kit.routes import ActorRequest
from niangjia.orgs.models import Organisation
from niangjia.orgs.reads import bodies_of
from niangjia.programmes import actions
from niangjia.programmes.definition import FormPage
from niangjia.programmes.forms import PageForm, put_faults
from niangjia.programmes.practiceforms import OpeningForm, UnionForm
from niangjia.programmes.reads import effects
from niangjia.programmes.reads import practices as reads
from niangjia.programmes.reads.reach import reach

ADJUST = "adjust"
SHOW_REACH = "reach"


def practices(request: ActorRequest) -> HttpResponse:
    """What others have proven, ready to be launched here."""
    return render(request, "programmes/gallery/list.html", {"cards": reads.gallery(request.actor)})


def practice(request: ActorRequest, key: str) -> HttpResponse:
    """One practice, with its launch in one step; or taken over to be adjusted first."""
    page = reads.practice_page(request.actor, key)
    unions = bodies_of(request.actor)
    data = request.POST if request.method == "POST" else None
    choice = UnionForm(unions, data)
    form = OpeningForm(page.definition, reads.bodies_to_partner(request.actor), data)
    if data is not None and unions:
        answer = _adopt(request, key, choice) if data.get("then") == ADJUST else _launch(request, key, choice, form)
        if answer is not None:
            return answer
    wanted = request.GET.get("union", "")
    union = next((one for one in unions if str(one.pk) == wanted), unions[0] if unions else None)
    if data is None and union is not None:
        choice.initial["union"] = union.pk
    context = {
        "page": page,
        "choice": choice,
        "form": form,
        "unions": unions,
        "union": union,
        "pages": [(one, preview(one)) for one in page.form],
        "faults": faults_of(choice, form),
        "reach": _reach(page, union) if union and SHOW_REACH in request.GET else None,
    }
    return render(request, "programmes/gallery/practice.html", context, status=422 if data is not None else 200)


def _launch(request: ActorRequest, key: str, choice: UnionForm, form: OpeningForm) -> HttpResponse | None:
    if not (choice.is_valid() & form.is_valid()):
        return None
    try:
        opened = actions.launch(key, organisation=choice.chosen(), actor=request.actor, **form.opening())
    except Invalid as fault:
        put_faults(form, fault)
        return None
    messages.success(request, _("The round is open, and the workers it suits have been found and told."))
    return redirect("round", opened.pk)


def _adopt(request: ActorRequest, key: str, choice: UnionForm) -> HttpResponse | None:
    if not choice.is_valid():
        return None
    programme = actions.adopt_practice(key, organisation=choice.chosen(), actor=request.actor)
    messages.success(request, _("The practice is now your union's own draft. Change what is different with you."))
    return redirect("programme_edit", programme.pk)


def practice_reach(request: ActorRequest, key: str) -> HttpResponse:
    """How many workers of a union this practice suits as it stands: the part beside the launch form."""
    page = reads.practice_page(request.actor, key)
    union = reads.body_to_launch(request.actor, request.GET.get("union", ""))
    return render(request, "programmes/gallery/_reach.html", {"reach": _reach(page, union), "union": union})


def _reach(page: reads.PracticePage, union: Organisation) -> effects.ReachShown:
    return effects.shown(reach(page.card.practice.text, union), page.definition)


def preview(page: FormPage) -> PageForm:
    """A page of the application as a worker will see it; its fields are named apart from the form beside it."""
    form = PageForm(page.fields, {}, attached={})
    form.prefix = f"preview_{page.key}"
    return form


def faults_of(*forms: Form) -> list[tuple[str, str, str]]:
    """What is wrong in several forms sent as one: where, the field's name, and the sentence."""
    told = []
    for form in forms:
        if not form.is_bound or not form.errors:
            continue
        told += [("", "", str(said)) for said in form.non_field_errors()]
        told += [(field.id_for_label, str(field.label), str(said)) for field in form for said in field.errors]
    return told
