"""A policy in plain words: what a round offers, to whom, by which way and until when. No person in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import money
from niangjia.kit.refusal import NotFound
from niangjia.programmes.definition import Definition, Field, Figure, Grant, StepDef, Who
from niangjia.programmes.models import Round


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as the policy words it."""

    text: str
    basis: str
    excludes: bool


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One public step: who acts, and within how many working days (none: no clock)."""

    label: str
    who: tuple[str, ...]
    workdays: int | None
    notice_workdays: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    round: Round
    definition: Definition
    title: str
    summary: str
    audience: str
    conditions: tuple[Condition, ...]
    gives: str
    amounts: tuple[str, ...]
    questions: tuple[str, ...]
    papers: tuple[Field, ...]
    steps: tuple[PolicyStep, ...]
    place: str
    told: str
    figures: tuple[tuple[str, str], ...]
    basis: tuple[str, ...]

    @property
    def workdays(self) -> int:
        """The longest the steps with a clock may take together."""
        return sum((step.workdays or 0) + (step.notice_workdays or 0) for step in self.steps)


def public_policy(round_id: int) -> Policy:
    """The policy of a round, for anybody."""
    found = Round.objects.select_related("version__programme", "organisation").filter(pk=round_id).first()
    if found is None:
        raise NotFound
    return policy_of(found)


def policy_of(of: Round) -> Policy:
    """The policy behind a round; reads the partners' names once."""
    definition = of.definition
    language = (get_language() or "zh")[:2]
    fields = definition.fields().values()
    return Policy(
        round=of,
        definition=definition,
        title=definition.title.text(language),
        summary=definition.summary.text(language),
        audience=definition.audience.text(language),
        conditions=tuple(
            Condition(clause.text.text(language), clause.basis, clause in definition.exclude)
            for clause in [*definition.require, *definition.exclude]
        ),
        gives=definition.grant.label.text(language),
        amounts=amounts(definition, language),
        questions=tuple(field.label.text(language) for field in fields if field.type != "file"),
        papers=tuple(field for field in fields if field.type == "file"),
        steps=_steps(of, definition, language),
        place=definition.source.place.text(language),
        told=definition.source.told.text(language),
        figures=tuple((one.label.text(language), figure_words(one)) for one in definition.source.figures),
        basis=tuple(one.text(language) for one in definition.basis),
    )


def amounts(definition: Definition, language: str) -> tuple[str, ...]:
    """How much is given, a sentence for each case; nothing for goods and services, whose cost is the union's."""
    grant = definition.grant
    if grant.amount is None or grant.kind != "money":
        return ()
    amount = grant.amount
    if amount.fixed_fen is not None:
        return (money.yuan(amount.fixed_fen),)
    if amount.table is not None:
        return _by_table(definition, grant, language)
    asked = definition.fields()[amount.field or ""].label.text(language)
    said = {"percent": amount.percent, "field": asked, "most": money.yuan(amount.cap_fen or 0)}
    if amount.cap_fen is None:
        return (_("%(percent)s%% of “%(field)s”") % said,)
    return (_("%(percent)s%% of “%(field)s”, at most %(most)s") % said,)


def _by_table(definition: Definition, grant: Grant, language: str) -> tuple[str, ...]:
    assert grant.amount is not None
    assert grant.amount.table is not None
    table = grant.amount.table
    labels = {choice.value: choice.label.text(language) for choice in definition.fields()[table.field].choices}
    return tuple(f"{labels.get(code, code)}: {money.yuan(fen)}" for code, fen in table.rows.items())


def figure_words(figure: Figure) -> str:
    """A published figure with its comparator in words; money in yuan."""
    shown = money.yuan(figure.published) if figure.unit == "fen" else f"{figure.published:,}"
    words = {
        "=": "%s",
        ">": _("more than %s"),
        ">=": _("at least %s"),
        "<=": _("at most %s"),
        "~": _("about %s"),
    }
    return words[figure.comparator] % shown


def _steps(of: Round, definition: Definition, language: str) -> tuple[PolicyStep, ...]:
    named = {one.key: one.organisation.name for one in of.partners.select_related("organisation").order_by("pk")}
    merged: list[PolicyStep] = []
    for step in definition.steps:
        made = _one(step, of, definition, named, language)
        if merged and merged[-1].label == made.label:
            merged[-1] = _joined(merged[-1], made)
        else:
            merged.append(made)
    return tuple(merged)


def _one(step: StepDef, of: Round, definition: Definition, named: dict[str, str], language: str) -> PolicyStep:
    who = tuple(dict.fromkeys(_who(one, of, definition, named, language) for one in step.sides or [step.who]))
    return PolicyStep(step.public.text(language), who, step.due_workdays, step.notice_workdays)


def _who(who: Who, of: Round, definition: Definition, named: dict[str, str], language: str) -> str:
    if who.level == "partner":
        key = who.partner or ""
        return named.get(key) or definition.partners[key].text(language)
    if who.level == "launcher":
        return of.organisation.name
    levels = {
        "own": _("your own union"),
        "township": _("the township union"),
        "county": _("the county federation"),
        "city": _("the city federation"),
        "province": _("the provincial federation"),
        "applicant": _("you"),
    }
    return levels[who.level]


def _joined(earlier: PolicyStep, later: PolicyStep) -> PolicyStep:
    """Two inner steps under one public label: their clocks add up."""

    def both(one: int | None, other: int | None) -> int | None:
        return None if one is None and other is None else (one or 0) + (other or 0)

    return PolicyStep(
        earlier.label,
        tuple(dict.fromkeys([*earlier.who, *later.who])),
        both(earlier.workdays, later.workdays),
        both(earlier.notice_workdays, later.notice_workdays),
    )
