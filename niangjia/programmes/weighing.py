"""A programme's conditions held against one person, and what the answer means for an application."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.programmes import facts, loading
from niangjia.programmes.definition import Definition, packs
from niangjia.programmes.models import Application, Finding
from niangjia.rules import Finding as Weighed
from niangjia.rules import Known, Verdict, weigh

REGION = "worker.region"


def weigh_person(text: str, known: dict[str, Known]) -> Weighed:
    """This person's facts against a programme text, today."""
    return weigh(loading.clauses_of(text), known, as_of=clock.today(), parameters=packs().store, region_path=REGION)


def find(application: Application, *, keep_revision: int) -> Weighed:
    """Weigh an application and keep the finding, so that it can be cited."""
    known = facts.facts_of(application.person_id)
    weighed = weigh_person(application.round.version.text, known)
    Finding.objects.create(
        application=application,
        version=application.round.version,
        revision=keep_revision,
        verdict=weighed.verdict.value,
        as_of=weighed.as_of,
        facts_digest=weighed.facts_digest,
        told=weighed.to_json(),
    )
    return weighed


def require_not_refused(weighed: Weighed, definition: Definition) -> None:
    """Stop an application that certainly does not meet a condition, saying which, and what would change it.

    What is unknown goes to the reviewers, unless its clause says that not knowing is a no.
    """
    language = (get_language() or "zh")[:2]
    stopped = [
        one
        for one in weighed.clauses
        if one.verdict is Verdict.FALSE or (one.verdict is Verdict.UNKNOWN and one.if_unknown == "refuse")
    ]
    if not stopped:
        return
    texts = {clause.key: clause.text.text(language) for clause in [*definition.require, *definition.exclude]}
    sentences = []
    for one in stopped:
        change = one.nearest_change.sentence(language) if one.nearest_change else ""
        sentences.append(f"{texts[one.key]}{': ' if change else ''}{change}")
    raise Invalid(
        _("You do not meet: %s") % "; ".join(sentences),
        code="not_eligible",
        remedy=_("If the record is wrong, ask your union to correct it; your answers are saved."),
    )
