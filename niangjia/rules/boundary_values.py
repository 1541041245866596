"""Made-up people: what is assumed of them, and the values of one fact around a condition's threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from niangjia.rules import boundary_words as words
from niangjia.rules import single, tree
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.dates import latest_date_with
from niangjia.rules.parameters import Figure, InForce, ParameterStore
from niangjia.rules.schema import Fact, FactType, Parameter, Scope, Stored
from niangjia.rules.turning import (
    ONE_DAY,
    Situation,
    around,
    date_limits,
    date_turns,
    elapsed_counts,
    gap_counts,
    number_roots,
    number_turns,
)

Person = dict[str, Stored]
ELSEWHERE = ("000000", "000001")  # texts that no list and no prefix of a rule has
SHOWN_LISTED = 2  # of a list that policy sets, so many codes are tried; it is not this rule's to get wrong
PLACE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Varied:
    """Somebody, and in words what is particular about them."""

    person: Person
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Demand:
    """How a part of a clause must come out; `at_least_open` is content if it is not known."""

    clause: CompiledClause
    test: tree.Test
    wanted: bool
    at_least_open: bool = False

    @property
    def part(self) -> CompiledClause:
        """The clause narrowed to what this part of it reads."""
        read = {
            fact.path
            for leaf in tree.leaves(self.test)
            for fact in (*tree.reads(leaf).needed, *tree.reads(leaf).optional)
        }
        return replace(
            self.clause, test=self.test, facts=tuple(fact for fact in self.clause.facts if fact.path in read)
        )


class Population:
    """Everybody who may be made up for one set of clauses on one day."""

    def __init__(self, clauses: ClauseSet, as_of: date, store: ParameterStore, place: Fact | None) -> None:
        self.clauses = clauses
        self.as_of = as_of
        self.store = store
        self.place = place if clauses.is_regional else None
        self.figures: dict[tuple[str, date, str | None], Figure | None] = {}
        self.known: dict[tuple[tree.Test, str, tuple[Stored, ...]], tuple[Stored, ...]] = {}

    def facts_of(self, clause: CompiledClause) -> tuple[Fact, ...]:
        """What a clause reads, the place among it where figures differ by place."""
        if self.place is None or not clause.is_regional or self.place in clause.facts:
            return clause.facts
        return (*clause.facts, self.place)

    def somebody(self) -> Person:
        """A value for every fact, as a place to start from."""
        facts = {fact.path: fact for clause in self.clauses.clauses for fact in self.facts_of(clause)}
        return {path: next(self._plain(fact)) for path, fact in facts.items()}

    def case(self, person: Person) -> single.Case:
        return single.Case(person, self.as_of, self._figures_on(person)(self.as_of))

    def meets(self, demand: Demand, person: Person) -> bool:
        found = single.truth(demand.test, self.case(person))
        return found is demand.wanted or (demand.at_least_open and found is None)

    def situation(self, clause: CompiledClause, person: Person) -> Situation:
        return Situation(clause, person, self.as_of, self.store, self._figures_on(person))

    def _figures_on(self, person: Person) -> Callable[[date], single.Figures]:
        region = person.get(self.place.path) if self.place else None
        place = region if isinstance(region, str) else None

        def on(day: date) -> single.Figures:
            def figure(parameter: Parameter) -> Figure | None:
                if parameter.scope is Scope.REGION and place is None:
                    return None
                key = (parameter.path, day, place if parameter.scope is Scope.REGION else None)
                if key not in self.figures:
                    self.figures[key] = self.store.at(*key)
                return self.figures[key]

            return figure

        return on

    # --- what a fact might be ---------------------------------------------------------------------------------------

    def candidates(self, clause: CompiledClause, fact: Fact, person: Person) -> tuple[Stored, ...]:
        """The values worth trying of a fact: those around every threshold, then any other."""
        key = (clause.test, fact.path, tuple(person.get(one.path) for one in self.facts_of(clause)))
        if key not in self.known:
            turning = self._turning(clause, fact, person)
            allowed = [value for value in turning if single.fits(value, fact.type, fact.bounds)]
            self.known[key] = tuple(dict.fromkeys([*allowed, *self._plain(fact), *self._absent(clause, fact)]))
        return self.known[key]

    def _turning(self, clause: CompiledClause, fact: Fact, person: Person) -> Iterator[Stored]:
        situation = self.situation(clause, person)
        for leaf in tree.leaves(clause.test):
            if fact not in (reads := tree.reads(leaf)).needed and fact not in reads.optional:
                continue
            match fact.type:
                case FactType.NUM | FactType.MONEY:
                    yield from sorted(number_turns(situation, leaf, fact))
                case FactType.DATE:
                    yield from sorted(date_turns(situation, leaf, fact))
                    yield from (varied[0] for varied in self._elapsed(situation, leaf, fact))
                    yield from (varied[0] for varied in self._gap(situation, leaf, fact))
                case FactType.CODE | FactType.TEXT:
                    yield from self._codes(leaf)
                case FactType.TAGS if isinstance(leaf, tree.HasTag):
                    held = person.get(fact.path)
                    yield (held if isinstance(held, frozenset) else frozenset()) ^ {leaf.tag}
                case _:
                    pass

    def _codes(self, leaf: tree.Leaf) -> Iterator[str]:
        match leaf:
            case tree.CompareCodes(right=tree.Constant(value=str() as text)):
                yield text
            case tree.AmongCodes(items=items):
                yield from sorted(items)
            case tree.AmongListed(parameter=parameter):
                listed = InForce(self.store, self.as_of).national(parameter)
                yield from listed if isinstance(listed, tuple) else ()
            case tree.StartsWith(fact=fact, prefix=prefix):
                yield prefix.ljust(PLACE_DIGITS, "0") if fact.named else prefix
            case _:
                return

    def _plain(self, fact: Fact) -> Iterator[Stored]:
        low, high = fact.bounds
        match fact.type:
            case FactType.NUM | FactType.MONEY:
                yield from (value for value in (0, 1, low, high) if low <= value <= high)
            case FactType.BOOL:
                yield from (True, False)
            case FactType.DATE:
                yield from (self.as_of - timedelta(days=days) for days in (3650, 0))
            case FactType.CODE:
                yield from fact.values
            case FactType.TAGS:
                yield frozenset()
            case FactType.TEXT:
                yield from self._places(fact)
                yield from fact.likely
                yield from ELSEWHERE

    def _places(self, fact: Fact) -> Iterable[str]:
        if fact is not self.place:
            return ()
        return [code.ljust(PLACE_DIGITS, "0") for code in self.store.places(self.clauses.parameters)]

    def _absent(self, clause: CompiledClause, fact: Fact) -> tuple[None, ...]:
        """Not knowing is an answer to rules that ask whether something is known."""
        optional = any(fact in tree.reads(leaf).optional for leaf in tree.leaves(clause.test))
        return (None,) if optional else ()

    # --- around one condition ---------------------------------------------------------------------------------------

    def around(self, clause: CompiledClause, leaf: tree.Leaf, fact: Fact, person: Person) -> list[Varied]:
        """The same person with this fact on, just below and just above where the condition turns."""
        situation = self.situation(clause, person)
        told = [
            (value, said)
            for value, said in self._values(situation, leaf, fact)
            if single.fits(value, fact.type, fact.bounds)
        ]
        if fact in tree.reads(leaf).optional:
            told.append((None, words.not_known(fact)))
        return [Varied({**person, fact.path: value}, *said) for value, said in told]

    def _values(self, situation: Situation, leaf: tree.Leaf, fact: Fact) -> Iterator[tuple[Stored, tuple[str, str]]]:
        match fact.type:
            case FactType.NUM | FactType.MONEY:
                for root in number_roots(situation, leaf, fact):
                    yield from ((value, words.number(fact, value, Fraction(*root))) for value in sorted(around(root)))
            case FactType.DATE:
                for limit in date_limits(situation, leaf, fact):
                    days = (limit - ONE_DAY, limit, limit + ONE_DAY)
                    yield from ((day, words.day(fact, day, limit)) for day in days)
                yield from self._elapsed(situation, leaf, fact)
                yield from self._gap(situation, leaf, fact)
            case FactType.BOOL:
                yield from ((value, words.plain(fact, value)) for value in (True, False))
            case FactType.TAGS if isinstance(leaf, tree.HasTag):
                held = situation.values.get(fact.path)
                tags = held if isinstance(held, frozenset) else frozenset()
                yield tags | {leaf.tag}, words.tag(fact, leaf.tag, has=True)
                yield tags - {leaf.tag}, words.tag(fact, leaf.tag, has=False)
            case _:
                yield from (
                    (code, words.plain(fact, code, others=ELSEWHERE))
                    for code in self._in_and_out(situation, leaf, fact)
                )

    def _in_and_out(self, situation: Situation, leaf: tree.Leaf, fact: Fact) -> list[str]:
        """Every code that the condition names, and one that it does not."""
        named = list(self._codes(leaf))
        if isinstance(leaf, tree.AmongListed):
            named = named[:SHOWN_LISTED]
        if isinstance(leaf, tree.CompareCodes) and not named:
            assert isinstance(leaf.right, tree.FactValue | tree.FactOr)
            other = leaf.left.fact if leaf.right.fact is fact else leaf.right.fact
            held = situation.values.get(other.path)
            named = [held] if isinstance(held, str) else []
        everything = {*named, *self._codes(leaf)}
        others = [code for code in fact.values or (*fact.likely, *ELSEWHERE) if code not in everything]
        return [*named, *others[:1]]

    def _elapsed(self, situation: Situation, leaf: tree.Leaf, fact: Fact) -> Iterator[tuple[Stored, tuple[str, str]]]:
        """Days on which so much time is just complete, a day short of it, a day over: only where the answer turns."""
        for part in tree.parts(leaf):
            if not isinstance(part, tree.Since) or part.fact is not fact:
                continue
            for count in elapsed_counts(situation, leaf, part):
                try:
                    exact = latest_date_with(part.unit, count, self.as_of)
                    days = (exact + ONE_DAY, exact, exact - ONE_DAY)
                except OverflowError:
                    continue  # nobody is that old
                case = [self.case({**situation.values, fact.path: day}) for day in days]
                if single.truth(leaf, case[0]) is not single.truth(leaf, case[1]):
                    yield from ((day, words.elapsed(part, count, (exact - day).days)) for day in days)

    def _gap(self, situation: Situation, leaf: tree.Leaf, fact: Fact) -> Iterator[tuple[Stored, tuple[str, str]]]:
        for part in tree.parts(leaf):
            if not isinstance(part, tree.DaysBetween) or fact not in (part.first, part.last):
                continue
            other, sign = (part.last, -1) if fact is part.first else (part.first, 1)
            known = situation.values.get(other.path)
            if not isinstance(known, date):
                continue
            for count in gap_counts(situation, leaf, part):
                try:
                    yield known + timedelta(days=sign * count), words.gap(part, count)
                except OverflowError:
                    continue
