"""The gallery: practices proven elsewhere, what they need, and the unions this officer can launch them for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.orgs.models import UNION_KINDS, Kind, Organisation
from niangjia.orgs.reads import bodies_of
from niangjia.programmes.definition import Definition, Figure, FormPage, Practice, StepDef, Who, catalogue
from niangjia.programmes.definition.labels import WORDS
from niangjia.programmes.models import Programme
from niangjia.programmes.reads.policies import Condition, amounts, figure_words

TONES = ("red", "gold", "green", "blue", "violet", "teal")
TEN_THOUSAND = 10_000
MOST_PARTNERS = 500


@dataclass(frozen=True, slots=True)
class PracticeCard:
    """A practice as one card: where it was proven, with which figures, and how often it runs here."""

    practice: Practice
    key: str
    title: str
    summary: str
    place: str
    icon: str
    tone: str
    figures: tuple[tuple[str, str], ...]
    rounds: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as staff read it: what, by whom, and how long it may take."""

    title: str
    who: tuple[str, ...]
    days: str


@dataclass(frozen=True, slots=True)
class PracticePage:
    card: PracticeCard
    definition: Definition
    told: str
    audience: str
    conditions: tuple[Condition, ...]
    gives: str
    amounts: tuple[str, ...]
    steps: tuple[StepLine, ...]
    form: tuple[FormPage, ...]
    partners: tuple[str, ...]
    basis: tuple[str, ...]


def gallery(actor: Actor) -> tuple[PracticeCard, ...]:
    """Every practice of the catalogue; one query whatever their number."""
    rounds = _rounds(actor)
    return tuple(_card(found, at, rounds) for at, found in enumerate(catalogue()))


def practice_page(actor: Actor, key: str) -> PracticePage:
    """One practice with all an officer wants to know before launching it."""
    rounds = _rounds(actor)
    for at, found in enumerate(catalogue()):
        if found.definition.id == key:
            return _page(_card(found, at, rounds))
    raise NotFound


def _rounds(actor: Actor) -> Mapping[str, int]:
    launched = Programme.objects.visible_to(actor).order_by().values_list("practice")
    return dict(launched.annotate(rounds=Count("versions__rounds")))


def _card(found: Practice, at: int, rounds: Mapping[str, int]) -> PracticeCard:
    definition, language = found.definition, _language()
    return PracticeCard(
        practice=found,
        key=definition.id,
        title=definition.title.text(language),
        summary=definition.summary.text(language),
        place=definition.source.place.text(language),
        icon=definition.icon,
        tone=TONES[at % len(TONES)],
        figures=tuple((one.label.text(language), published(one)) for one in definition.source.figures),
        rounds=rounds.get(definition.id, 0),
    )


def _page(card: PracticeCard) -> PracticePage:
    definition, language = card.practice.definition, _language()
    return PracticePage(
        card=card,
        definition=definition,
        told=definition.source.told.text(language),
        audience=definition.audience.text(language),
        conditions=conditions_of(definition),
        gives=definition.grant.label.text(language),
        amounts=amounts(definition, language),
        steps=steps_of(definition),
        form=tuple(definition.form),
        partners=tuple(one.text(language) for one in definition.partners.values()),
        basis=tuple(one.text(language) for one in definition.basis),
    )


def conditions_of(definition: Definition) -> tuple[Condition, ...]:
    language = _language()
    return tuple(
        Condition(clause.text.text(language), clause.basis, clause in definition.exclude)
        for clause in [*definition.require, *definition.exclude]
    )


def steps_of(definition: Definition) -> tuple[StepLine, ...]:
    """The way of an application through all its steps, inner ones too."""
    language = _language()
    return tuple(
        StepLine(
            title=step.title.text(language),
            who=tuple(dict.fromkeys(who_in_words(who, definition) for who in step.sides or [step.who])),
            days=_days(step),
        )
        for step in definition.steps
    )


def who_in_words(who: Who, definition: Definition) -> str:
    """The office in the body that acts; a partner by what it is."""
    language = _language()
    if who.level == "partner":
        return definition.partners[who.partner or ""].text(language)
    at = 0 if language == "zh" else 1
    if who.level == "applicant":
        return WORDS["applicant"][at]
    return (" " if at else "").join((WORDS[who.level][at], WORDS[str(who.office)][at]))


def _days(step: StepDef) -> str:
    if step.notice_workdays:
        return _("public for %d working days") % step.notice_workdays
    return _("within %d working days") % step.due_workdays if step.due_workdays else ""


def published(figure: Figure) -> str:
    """A printed figure with its comparator, large round ones in ten thousands as Chinese papers print them."""
    if _language() != "zh" or figure.unit == "fen" or figure.published < TEN_THOUSAND:
        return figure_words(figure)
    if figure.published % TEN_THOUSAND:
        return figure_words(figure)
    rounded = figure.model_copy(update={"published": figure.published // TEN_THOUSAND})
    return figure_words(rounded) + "万"  # zh: only said in Chinese


def _language() -> str:
    return (get_language() or "zh")[:2]


# --- what an officer can choose -------------------------------------------------------------------------------------


def body_to_launch(actor: Actor, organisation_id: str) -> Organisation:
    """One of them, by what the form or the address says."""
    for body in bodies_of(actor):
        if str(body.pk) == organisation_id:
            return body
    raise NotFound


def bodies_to_partner(actor: Actor) -> tuple[Organisation, ...]:
    """The bureaus, schools and enterprises this officer's unions brought in; enterprises, the many, come last."""
    beside = Organisation.objects.visible_to(actor).active_on(clock.today()).exclude(kind__in=UNION_KINDS)
    found = beside.order_by(ExpressionWrapper(Q(kind=Kind.ENTERPRISE), BooleanField()), "name", "pk")[:MOST_PARTNERS]
    return tuple(found)
