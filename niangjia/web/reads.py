"""What the first screens show, gathered from the packages below."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.credentials.reads import Ladder, ladder_of
from niangjia.kit.actor import Actor
from niangjia.kit.parts import Stair
from niangjia.orgs.models import Membership
from niangjia.programmes.models import Application
from niangjia.programmes.reads.offers import Offer, offers_for
from niangjia.programmes.reads.questions import Question, open_question
from niangjia.programmes.reads.tracks import Brief, briefs
from niangjia.rules import Verdict

SUITS_ON_HOME = 4
CASES_ON_HOME = 3
STAIRS = {"done": "done", "now": "done", "next": "now", "later": "next"}
ENDED = (Membership.State.MOVED, Membership.State.LEFT, Membership.State.DECLINED)


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A round on the first screen: what it is, and why it suits or what is still open."""

    offer: Offer
    title: str
    why: str | Promise
    label: str | Promise
    tone: str


@dataclass(frozen=True, slots=True)
class WorkerHome:
    """One worker's first screen: where I stand, what suits me and why, and how my applications are doing."""

    name: str
    membership: Membership | None
    stairs: tuple[Stair, ...]
    ladder_note: str | Promise
    question: Question | None
    offers: tuple[OfferLine, ...]
    cases: tuple[Brief, ...]


def worker_home(actor: Actor) -> WorkerHome:
    assert actor.person_id is not None, "the route lets nobody else in"
    offers = [offer for offer in offers_for(actor) if offer.verdict is not Verdict.FALSE]
    asked = open_question(actor, offers)
    mine = Application.objects.mine(actor).exclude(state=Application.State.WITHDRAWN)
    belonging = Membership.objects.main().filter(person=actor.person_id).exclude(state__in=ENDED)
    ladder = ladder_of(actor.person_id)
    return WorkerHome(
        name=actor.name,
        membership=belonging.select_related("union").first(),
        stairs=tuple(Stair(_short(rung.name), STAIRS[rung.state]) for rung in ladder.rungs if rung.rank > 0),
        ladder_note=_ladder_note(ladder),
        question=asked,
        offers=tuple(_line(offer, asked) for offer in offers[:SUITS_ON_HOME]),
        cases=briefs(mine[:CASES_ON_HOME]),
    )


def _short(name: str) -> str:
    """A rung's name without the level in brackets: seven stand side by side on a phone."""
    return re.sub(r"\s*[(\uff08].*", "", name)


def _ladder_note(ladder: Ladder) -> str | Promise:
    if ladder.next is None:
        return _("You stand on the highest step.")
    return _("Next: %(name)s. %(how)s") % {"name": ladder.next.name, "how": ladder.next.obtained}


def _line(offer: Offer, asked: Question | None) -> OfferLine:
    language = (get_language() or "zh")[:2]
    title = offer.definition.title.text(language)
    if offer.application is not None:
        state = offer.application.get_state_display()
        return OfferLine(offer, title, offer.definition.summary.text(language), state, "doing")
    if offer.verdict is Verdict.TRUE:
        return OfferLine(offer, title, _("By our records you meet every condition."), _("suits you"), "good")
    if asked is not None and offer in asked.settles:
        return OfferLine(offer, title, _("Your answer to the question above decides it."), _("one question"), "wait")
    question = offer.question
    if question is not None:
        ask = question.ask_zh if language == "zh" else question.ask_en
        return OfferLine(offer, title, ask, _("one question"), "wait")
    return OfferLine(offer, title, _("Some things we do not know about you yet."), _("perhaps"), "wait")
