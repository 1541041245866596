"""A programme's conditions held against one person, and what the answer means for an application."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.refusal import Invalid
from niangjia.matching import reads as facts
from niangjia.matching.reads import REGION, packs
from niangjia.programmes import loading
from niangjia.programmes.definition import Definition
from niangjia.programmes.models import Application, Finding
from niangjia.rules import Finding as Weighed
from niangjia.rules import Known, Verdict, weigh


def weigh_person(text: str, known: dict[str, Known]) -> Weighed:
    """This person's facts against a programme text, today."""
    return weigh(loading.clauses_of(text), known, as_of=clock.today(), parameters=packs().store, region_path=REGION)


def find(applications: Sequence[Application]) -> list[Weighed]:
    """Weigh applications that are about to be handed in, and keep the findings so that they can be cited."""
    known = facts.facts_of_many([application.person_id for application in applications])
    weighed = [weigh_person(one.round.version.text, known.get(one.person_id, {})) for one in applications]
    Finding.objects.bulk_create(
        Finding(
            application=application,
            version=application.round.version,
            revision=application.revision,
            verdict=found.verdict.value,
            as_of=found.as_of,
            facts_digest=found.facts_digest,
            told=found.to_json(),
        )
        for application, found in zip(applications, weighed, strict=True)
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
