"""One question at a time: of all that is not known about a worker, the one whose answer settles most for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.matching import reads as matching
from niangjia.programmes import consenting
from niangjia.programmes.models import PutOff
from niangjia.programmes.reads.offers import Offer, askable, offers_for
from niangjia.rules import Known, Verdict
from niangjia.rules.schema import Fact


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for: the offers its answer settles by itself, and those it brings nearer."""

    fact: Fact
    settles: tuple[Offer, ...]
    brings_nearer: tuple[Offer, ...]
    asks_consent: bool = False

    @property
    def ask(self) -> str:
        language = get_language() or "zh"
        return (self.fact.ask_zh if language.startswith("zh") else self.fact.ask_en) or self.fact.label(language)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question as its own page shows it: still open, or what became of the offers that read the fact."""

    fact: Fact
    question: Question | None
    known: Known | None
    offers: tuple[Offer, ...]
    next: Question | None


def open_question(actor: Actor, offers: Iterable[Offer]) -> Question | None:
    """The most valuable question nobody has answered and the worker has not put off."""
    found = _questions(offers)
    if not found:
        return None
    put_off = set(PutOff.objects.standing().filter(person=actor.person_id).values_list("fact", flat=True))
    left = [one for one in found if one.fact.path not in put_off]
    return _with_consent(left[0], actor) if left else None


def question_about(actor: Actor, path: str) -> Answered:
    """One question by the name of its fact; also when it is answered already, with what came of it."""
    fact = matching.schema().facts.get(path)
    if fact is None or not askable(fact) or actor.person_id is None:
        raise NotFound
    offers = offers_for(actor)
    asked = next((one for one in _questions(offers) if one.fact is fact), None)
    if asked is not None:
        return Answered(fact, _with_consent(asked, actor), None, (), None)
    reading = tuple(offer for offer in offers if _reads(offer, path))
    return Answered(fact, None, matching.facts_of(actor.person_id).get(path), reading, open_question(actor, offers))


def _questions(offers: Iterable[Offer]) -> list[Question]:
    """Most settled first; then most brought nearer; the same question order for everybody after that."""
    settles: dict[str, list[Offer]] = {}
    nearer: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.verdict is not Verdict.UNKNOWN or offer.application is not None:
            continue
        alone = offer.weighed.one_fact_away
        for path in offer.weighed.missing:
            (settles if path == alone else nearer).setdefault(path, []).append(offer)
    facts = matching.schema().facts
    found = [
        Question(facts[path], tuple(settles.get(path, ())), tuple(nearer.get(path, ())))
        for path in {*settles, *nearer}
        if path in facts and askable(facts[path])
    ]
    return sorted(found, key=lambda one: (-len(one.settles), -len(one.brings_nearer), one.fact.path))


def _with_consent(question: Question, actor: Actor) -> Question:
    needed = consenting.is_needed(question.fact.path, actor.person_id or 0)
    return Question(question.fact, question.settles, question.brings_nearer, needed)


def _reads(offer: Offer, path: str) -> bool:
    return any(used.path == path for clause in offer.weighed.clauses for used in clause.facts)
