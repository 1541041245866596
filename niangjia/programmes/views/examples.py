"""The worked examples of a draft: the author looks at what the rules say at each boundary, and confirms it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from niangjia.kit.refusal import Conflict
from niangjia.kit.routes import ActorRequest
from niangjia.programmes import actions
from niangjia.programmes.permissions import can_edit_programme
from niangjia.programmes.reads import programmes as reads
from niangjia.programmes.reads.trying import trial_cards


def examples(request: ActorRequest, programme_id: int) -> HttpResponse:
    """People at every boundary of the draft's conditions, and what it says of each."""
    programme = reads.find_programme(request.actor, programme_id)
    can_edit_programme(request.actor, programme).require()
    draft, _standing = reads.draft_and_standing(programme)
    if draft is None:
        messages.info(request, _("There is no draft; make a new version to change the programme."))
        return redirect("programme", programme.pk)
    moved, cards = None, trial_cards(draft)
    if request.method == "POST":
        whole = [line.key for card in cards if card.key == request.POST.get("all") for line in card.lines]
        chosen = whole or request.POST.getlist("example")
        try:
            kept = actions.confirm_examples(
                draft, keys=chosen, seen_digest=request.POST.get("seen", ""), actor=request.actor
            )
        except Conflict as fault:
            moved = fault
        else:
            count = len(kept.definition.examples) - len(draft.definition.examples)
            said = ngettext("%d example is kept in the file.", "%d examples are kept in the file.", count)
            messages.success(request, said % count if count else _("Tick those that are right, then confirm them."))
            return redirect("programme_examples", programme.pk)
    context = {
        "programme": programme,
        "draft": draft,
        "cards": cards,
        "open": sum(card.open_count for card in cards),
        "refusal": moved,
    }
    return render(request, "programmes/gallery/examples.html", context, status=409 if moved else 200)
