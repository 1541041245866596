"""What suits me, and why: the open rounds held against one worker's own facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import NotFound
from niangjia.matching import reads as matching
from niangjia.orgs.models import Membership, Organisation
from niangjia.people.models import Person
from niangjia.programmes import limits
from niangjia.programmes.declared import DECLARED_FACTS
from niangjia.programmes.definition import Definition
from niangjia.programmes.models import Application, Round
from niangjia.programmes.weighing import weigh_person
from niangjia.rules import ClauseFinding, Known, Verdict
from niangjia.rules import Finding as Weighed
from niangjia.rules.schema import Fact
from niangjia.rules.wording import say_figure

ORDER = {Verdict.TRUE: 0, Verdict.UNKNOWN: 1, Verdict.FALSE: 2}


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact or a figure that a condition looked at, with where it comes from and of which day."""

    label: str
    value: str
    source: str = ""
    day: date | None = None
    is_figure: bool = False
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One condition as the worker reads it."""

    text: str
    verdict: Verdict
    change: str
    basis: str
    appeal_to: str
    ask: Fact | None  # what is missing; of a no, what the worker told us and may tell anew
    shown: tuple[Shown, ...] = ()

    @property
    def can_tell(self) -> bool:
        """Whether the worker's own word would count."""
        return self.ask is not None and askable(self.ask)


@dataclass(frozen=True, slots=True)
class Offer:
    """A round, what the rules say of this worker, and their application in it if there is one."""

    round: Round
    definition: Definition
    weighed: Weighed
    clauses: tuple[ClauseLine, ...]
    application: Application | None
    used_by: Application | None = None  # an earlier one that uses up this person's share

    @property
    def verdict(self) -> Verdict:
        return Verdict.FALSE if self.used_by is not None else self.weighed.verdict

    @property
    def deciding(self) -> ClauseLine | None:
        """What certainly stands in the way: a share already used, else the first condition that is not met."""
        if self.used_by is not None:
            text = _("You already have application %s for this.") % self.used_by.number
            return ClauseLine(text=text, verdict=Verdict.FALSE, change="", basis="", appeal_to="", ask=None)
        return next((line for line in self.clauses if line.verdict is Verdict.FALSE), None)

    @property
    def open_points(self) -> tuple[str, ...]:
        """What is not known yet, by name."""
        language = get_language() or "zh"
        known = matching.schema().facts
        return tuple(known[path].label(language) for path in self.weighed.missing if path in known)

    @property
    def question(self) -> Fact | None:
        """The one question whose answer would settle it."""
        path = self.weighed.one_fact_away
        return matching.schema().facts.get(path) if path else None


def home_path(person_id: int) -> str:
    """The union path a worker belongs to; without a membership, the county where they live."""
    belonging = Membership.objects.members().main().filter(person=person_id).select_related("union").first()
    if belonging is not None:
        return belonging.union.path
    code = Person.objects.values_list("residence_code", flat=True).get(pk=person_id)
    county = Organisation.objects.filter(kind="federation", division_code=code[:6]).first() if code else None
    return county.path if county else ""


def offers_for(actor: Actor) -> list[Offer]:
    """The open rounds within reach of this worker: those that suit first, then those one answer away, then the rest."""
    if actor.person_id is None:
        return []
    path = home_path(actor.person_id)
    if not path:
        return []
    rounds = (
        Round.objects.open_now()
        .offered_within(path)
        .select_related("version__programme", "organisation")
        .order_by("closes_at")
    )
    known = matching.facts_of(actor.person_id)
    mine = {
        one.round_id: one for one in Application.objects.mine(actor).exclude(state="withdrawn").filter(round__in=rounds)
    }
    live = _live(actor)
    offers = [_offer(one, known, mine.get(one.pk), live) for one in rounds]
    return sorted(offers, key=lambda offer: ORDER[offer.verdict])


def offer_of(actor: Actor, round_id: int) -> Offer:
    """One round for this worker. Out of their reach it cannot be opened, and they read whose it is: it is no secret."""
    found = Round.objects.filter(pk=round_id).select_related("version__programme", "organisation").first()
    if found is None or actor.person_id is None:
        raise NotFound
    mine = Application.objects.mine(actor).filter(round=found).exclude(state="withdrawn").first()
    path = home_path(actor.person_id)
    if mine is None and not (path and path.startswith(found.organisation.path)):
        raise NotFound(
            _("This is offered by %(union)s, for workers within its area. By our records you are not among them.")
            % {"union": found.organisation.name},
            remedy=_("If you have moved or changed jobs, put that right under “Me”."),
        )
    return _offer(found, matching.facts_of(actor.person_id), mine, _live(actor))


def _live(actor: Actor) -> list[Application]:
    """This person's applications that count against limits."""
    mine = Application.objects.mine(actor).filter(state__in=limits.LIVE)
    return list(mine.select_related("round__version__programme").defer("answers").order_by("pk"))


def _offer(of: Round, known: dict[str, Known], mine: Application | None, live: list[Application]) -> Offer:
    weighed = weigh_person(of.version.text, known)
    practice = of.version.programme.practice
    used = limits.used_up(practice, of.definition.limits, live) if mine is None else None
    return Offer(of, of.definition, weighed, clause_lines(of.definition, weighed), mine, used)


def clause_lines(definition: Definition, weighed: Weighed) -> tuple[ClauseLine, ...]:
    """The conditions in the programme's order, each with its answer and what would change it."""
    language = (get_language() or "zh")[:2]
    told = {clause.key: clause for clause in [*definition.require, *definition.exclude]}
    lines = []
    for one in weighed.clauses:
        clause = told[one.key]
        lines.append(
            ClauseLine(
                text=_worded(one, clause.text.text(language)),
                verdict=one.verdict,
                change=one.nearest_change.sentence(language) if one.nearest_change else "",
                basis=clause.basis,
                appeal_to=clause.appeal_to.text(language) if clause.appeal_to else "",
                ask=_question(one),
                shown=_shown(one, language),
            )
        )
    return tuple(lines)


def _worded(one: ClauseFinding, text: str) -> str:
    """An exclusion is met when it does not apply, and must read so."""
    return _("Does not apply to you: %s") % text if one.kind == "exclude" else text


def askable(fact: Fact) -> bool:
    """Whether a worker's own word counts for this fact; what a register knows is for the union to correct."""
    return is_for_workers(fact.path)


def is_for_workers(path: str) -> bool:
    """The same of a fact's name."""
    return any(told.path == path for told in DECLARED_FACTS)


def _question(one: ClauseFinding) -> Fact | None:
    known = matching.schema().facts
    if one.missing:
        return known.get(one.missing[0])
    if one.verdict is not Verdict.FALSE:
        return None
    told = [known[used.path] for used in one.facts if used.path in known]
    return next((fact for fact in told if askable(fact)), None)


def _shown(one: ClauseFinding, language: str) -> tuple[Shown, ...]:
    """The facts looked at, then the figures policy has set, with values people can read."""
    schema = matching.schema()
    facts = [(schema.facts[used.path], used) for used in one.facts if used.path in schema.facts]
    figures = [(schema.parameters[used.path], used) for used in one.parameters if used.path in schema.parameters]
    return (
        *(
            Shown(fact.label(language), matching.say(fact, used.value), used.source, used.as_of, is_stale=used.stale)
            for fact, used in facts
            if used.value is not None
        ),
        *(
            Shown(figure.label(language), say_figure(figure, used.value, language), used.cite, used.valid_from, True)
            if used.value is not None
            else Shown(figure.label(language), _("nobody has set it yet"))
            for figure, used in figures
        ),
    )
