"""A text held against what was really decided in the past year, on the facts that stood in each case's finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.matching import reads as matching
from niangjia.programmes import loading
from niangjia.programmes.definition import Definition
from niangjia.programmes.models import Application, Finding, Programme
from niangjia.rules import ClauseFinding, Known, Verdict, weigh
from niangjia.rules import Finding as Weighed

DAYS = 365
MOST_CASES = 1000
AGREED, REFUSED, GRANTED, BY_PEOPLE, UNSURE = "agreed", "refused", "granted", "by_people", "unsure"
OUTCOMES = (AGREED, REFUSED, GRANTED, BY_PEOPLE, UNSURE)


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition that makes the difference, and what stood in the finding about it."""

    text: str
    seen: str


@dataclass(frozen=True, slots=True)
class Case:
    """A decided application and what the text says of it."""

    application: Application
    outcome: str
    reasons: tuple[Reason, ...]
    amount_then: int
    amount_now: int


@dataclass(frozen=True)
class Backtest:
    """All of them: how many agree, and those that differ."""

    since: date
    cases: tuple[Case, ...]
    left_out: int  # older cases beyond the most that are weighed

    @cached_property
    def counts(self) -> Mapping[str, int]:
        counted = Counter(case.outcome for case in self.cases)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def differing(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.outcome in (REFUSED, GRANTED))

    @property
    def unsure(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.outcome == UNSURE)

    @property
    def granted_then(self) -> int:
        return sum(case.amount_then for case in self.cases)

    @property
    def granted_now(self) -> int:
        """What the text would have cost: those it keeps and those it adds; who cannot be told is kept as decided."""
        return sum(case.amount_now for case in self.cases)


def backtest(actor: Actor, programme: Programme, text: str) -> Backtest:
    """A text against the decided applications of this practice that the actor may see, of the last year."""
    since = clock.today() - timedelta(days=DAYS)
    decided = _decided(actor, programme, since)
    found = list(decided[:MOST_CASES])
    told = _findings(found)
    definition = loading.sketch_of(text)
    weighing = _Weighing(text, definition)
    cases = tuple(weighing.case(one, told[one.last_finding]) for one in found)  # type: ignore[attr-defined]
    return Backtest(since, cases, decided.count() - len(found))


def _decided(actor: Actor, programme: Programme, since: date) -> QuerySet[Application]:
    last = Finding.objects.filter(application=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    settled = (Application.State.GRANTED, Application.State.REFUSED)
    return (
        Application.objects.visible_to(actor)
        .filter(
            round__version__programme__practice=programme.practice,
            union__path__startswith=programme.organisation.path,
            state__in=settled,
            settled_at__gte=clock.start_of(since),
        )
        .exclude(person=actor.person_id)
        .annotate(last_finding=Subquery(last))
        .filter(last_finding__isnull=False)
        .select_related("person", "union", "entitlement")
        .order_by("-settled_at", "-pk")
        .distinct()
    )


def _findings(found: Iterable[Application]) -> dict[int, Weighed]:
    wanted = [one.last_finding for one in found]  # type: ignore[attr-defined]
    return {one.pk: Weighed.from_json(one.told) for one in Finding.objects.filter(pk__in=wanted).order_by()}


class _Weighing:
    """One text, weighed for one case after another."""

    def __init__(self, text: str, definition: Definition) -> None:
        self.clauses = loading.clauses_of(text)
        self.definition = definition
        self.language = (get_language() or "zh")[:2]
        self.texts = {one.key: one.text.text(self.language) for one in [*definition.require, *definition.exclude]}

    def case(self, application: Application, then: Weighed) -> Case:
        now = weigh(
            self.clauses,
            facts_in(then),
            as_of=then.as_of,
            parameters=matching.packs().store,
            region_path=matching.REGION,
        )
        was_granted = application.state == Application.State.GRANTED
        outcome = _outcome(was_granted, then.verdict, now.verdict)
        before = self._promised(application)
        keeps = (was_granted and outcome != REFUSED) or outcome == GRANTED
        after = self.definition.grant.amount_of(application.answers) if keeps else 0
        if outcome == UNSURE:
            after = before
        return Case(application, outcome, tuple(self._reasons(now, then, outcome)), before, after)

    def _promised(self, application: Application) -> int:
        if application.state != Application.State.GRANTED or not hasattr(application, "entitlement"):
            return 0
        return int(application.entitlement.amount_fen)

    def _reasons(self, now: Weighed, then: Weighed, outcome: str) -> Iterable[Reason]:
        if outcome == REFUSED:
            yield from (self._reason(one) for one in now.clauses if one.verdict is Verdict.FALSE)
        elif outcome == UNSURE:
            yield from (self._reason(one) for one in now.clauses if one.verdict is Verdict.UNKNOWN)
        elif outcome == GRANTED:
            kept = {one.key for one in now.clauses}
            open_then = [one for one in then.clauses if one.verdict is not Verdict.TRUE]
            for one in open_then:
                label = self.texts.get(one.key) or _("a condition that is gone (%s)") % one.key
                yield Reason(label, _said(one) if one.key in kept else "")

    def _reason(self, clause: ClauseFinding) -> Reason:
        return Reason(self.texts[clause.key], _said(clause))


def _outcome(was_granted: bool, then: Verdict, now: Verdict) -> str:
    """Past decision and present answer side by side. A no that the conditions did not ask for is people's own."""
    if now is Verdict.UNKNOWN:
        return UNSURE
    if was_granted:
        return AGREED if now is Verdict.TRUE else REFUSED
    if now is Verdict.FALSE:
        return AGREED
    return BY_PEOPLE if then is Verdict.TRUE else GRANTED


def facts_in(finding: Weighed) -> dict[str, Known]:
    """The facts a finding rests on, as they stood; what it did not ask for is not known."""
    return {
        used.path: Known(used.value, used.source, used.as_of)
        for clause in finding.clauses
        for used in clause.facts
        if used.value is not None and used.path in matching.schema().facts
    }


def _said(clause: ClauseFinding) -> str:
    known = matching.schema().facts
    language = get_language() or "zh"
    told = [
        f"{known[used.path].label(language)} {matching.say(known[used.path], used.value)}"
        if used.value is not None
        else _("%s not known") % known[used.path].label(language)
        for used in clause.facts
        if used.path in known
    ]
    return _("; ").join(told)
