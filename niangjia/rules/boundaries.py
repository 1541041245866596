"""Worked examples at the boundaries of a rule: made-up people on which it shows where exactly it turns.

For every condition: somebody on the threshold, somebody a unit below and a unit above (a fen, a day by the calendar,
one code inside the list and one outside, with a tag and without), and somebody of whom the fact is not known; as far as
it can be had, everything else about them satisfies the programme. The verdicts are the interpreter's own: whoever wrote
the rule looks at them and says whether that is what was meant. A rule off by one decides some of them otherwise.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from niangjia.rules import boundary_words as words
from niangjia.rules import single, tree
from niangjia.rules.boundary_values import Demand, Person, Population, Varied
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.findings import Finding
from niangjia.rules.parameters import ParameterStore
from niangjia.rules.schema import Fact, Stored
from niangjia.rules.weighing import weigh

MOST_TRIALS = 400  # people tried in one search; what needs more is left to the rule's author
DEEPEST = 3  # facts changed at once


@dataclass(frozen=True, slots=True)
class BoundaryExample:
    """One made-up person, named by what they try, and what the rules say of them. `clause` is the condition tried."""

    clause: str
    zh: str
    en: str
    facts: Mapping[str, Stored]
    finding: Finding


def boundary_examples(
    clauses: ClauseSet, *, as_of: date, parameters: ParameterStore, region_path: str | None = None
) -> tuple[BoundaryExample, ...]:
    """The examples of a programme, clause by clause, no person twice; the first satisfies all of it if anybody can."""
    population = Population(clauses, as_of, parameters, clauses.place_fact(region_path))
    author = _Author(population)
    examples: dict[frozenset[tuple[str, Stored]], BoundaryExample] = {}
    named: dict[str, int] = {}
    for clause, varied in author.people():
        facts = {path: value for path, value in varied.person.items() if value is not None}
        same = frozenset(facts.items())
        if same in examples:
            continue
        finding = weigh(clauses, facts, as_of=as_of, parameters=parameters, region_path=region_path)
        count = named[varied.zh] = named.get(varied.zh, 0) + 1
        zh, en = (varied.zh, varied.en) if count == 1 else (f"{varied.zh}（{count}）", f"{varied.en} ({count})")
        examples[same] = BoundaryExample(clause, zh, en, facts, finding)
    return tuple(examples.values())


class _Author:
    """Looks for the people; every search starts from somebody who satisfies as much as possible."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.clauses = population.clauses.clauses
        self.base = self._satisfying()

    def people(self) -> Iterator[tuple[str, Varied]]:
        if self.clauses:
            yield self.clauses[0].key, Varied(self.base, *words.BASE)
        for clause in self.clauses:
            yield from ((clause.key, varied) for varied in self._of(clause))

    def _of(self, clause: CompiledClause) -> Iterator[Varied]:
        """The people of one clause: around each of its conditions, then without each of its facts."""
        seen: list[Person] = [self.base]
        deciding: dict[str, Person] = {}
        for leaf in tree.leaves(clause.test):
            person = self._deciding(clause, leaf)
            if person is None:
                continue
            for fact in _read(leaf):
                deciding.setdefault(fact.path, person)
                around = self.population.around(clause, leaf, fact, person)
                seen += [varied.person for varied in around]
                yield from around
            yield from self._slips(clause, leaf, person, seen)
        for fact in self.population.facts_of(clause):
            person = deciding.get(fact.path, self.base)
            yield Varied({**person, fact.path: None}, *words.not_known(fact))

    def _satisfying(self) -> Person:
        """Somebody who meets all clauses, or as many of them as can be met one after the other."""
        wanted = [demand for clause in self.clauses for demand in demands(clause, clause.test, not clause.excludes)]
        return self._meeting(self.population.somebody(), wanted, [])

    def _deciding(self, clause: CompiledClause, leaf: tree.Leaf) -> Person | None:
        """Somebody for whom this one condition decides the clause; all other clauses satisfied if that can be."""
        others = [Demand(one, one.test, not one.excludes) for one in self.clauses if one is not clause]
        kept = [demand for demand in others if self.population.meets(demand, self.base)]
        wanted = list(deciding(clause, clause.test, leaf))
        holds, fails = (with_leaf(clause.test, leaf, tree.Always(value, leaf.span)) for value in (True, False))

        def decides(person: Person) -> bool:
            case = self.population.case(person)
            return single.truth(holds, case) is not single.truth(fails, case)

        found = (self._meeting(self.base, wanted, rest) for rest in (kept, []))
        anybody = self._trials(Demand(clause, clause.test, wanted=True), self.base)
        return next(filter(decides, itertools.chain(found, anybody)), None)

    def _meeting(self, person: Person, wanted: list[Demand], kept: list[Demand]) -> Person:
        """Somebody who meets as many of these as can be met one after the other, and still all that was kept."""
        met = [*kept]
        for demand in wanted:
            found = self._find(demand, person, [*met, demand]) or self._left_open(demand, person, met)
            if found is not None:
                person = found
                met.append(demand if self.population.meets(demand, person) else replace(demand, at_least_open=True))
        return person

    def _left_open(self, demand: Demand, start: Person, met: list[Demand]) -> Person | None:
        """What cannot be had as wanted may at least be not known: then it decides nothing by itself."""
        paths = [fact.path for fact in self.population.facts_of(demand.part)]
        goal = [*met, replace(demand, at_least_open=True)]
        trials = ({**start, path: None} for path in paths)
        return next((one for one in trials if all(self.population.meets(each, one) for each in goal)), None)

    def _slips(self, clause: CompiledClause, leaf: tree.Leaf, start: Person, seen: list[Person]) -> Iterator[Varied]:
        """Somebody for each figure written one off in this condition whom nobody seen so far tells apart."""
        for slipped in slips(leaf):
            other = with_leaf(clause.test, leaf, slipped)

            def differs(person: Person, other: tree.Test = other) -> bool:
                case = self.population.case(person)
                return single.truth(clause.test, case) is not single.truth(other, case)

            if any(differs(person) for person in seen):
                continue
            both = Demand(clause, tree.Either((leaf, slipped), leaf.span), wanted=True)
            found = next(filter(differs, self._trials(both, start)), None)
            if found is not None:
                seen.append(found)
                yield Varied(found, *words.values(_read(leaf), found))

    def _find(self, demand: Demand, start: Person, goal: list[Demand]) -> Person | None:
        """The first person met who meets all demands, changing as few of the facts of one as will do."""
        meets = self.population.meets
        return next((one for one in self._trials(demand, start) if all(meets(each, one) for each in goal)), None)

    def _trials(self, demand: Demand, start: Person) -> Iterator[Person]:
        part = demand.part
        facts = self.population.facts_of(part)
        changed = (self._changed(part, start, facts, count) for count in range(DEEPEST + 1))
        return itertools.islice(itertools.chain.from_iterable(changed), MOST_TRIALS)

    def _changed(self, part: CompiledClause, start: Person, facts: tuple[Fact, ...], count: int) -> Iterator[Person]:
        if count == 0:
            yield start
            return
        for fact in facts:
            rest = tuple(other for other in facts if other is not fact)
            for value in self.population.candidates(part, fact, start):
                if value != start.get(fact.path):
                    yield from self._changed(part, {**start, fact.path: value}, rest, count - 1)


def demands(clause: CompiledClause, test: tree.Test, wanted: bool) -> Iterator[Demand]:
    """What must be so, one after the other, for a test to come out as wanted."""
    match test:
        case tree.Not():
            yield from demands(clause, test.of, not wanted)
        case tree.All() if wanted:
            yield from itertools.chain.from_iterable(demands(clause, part, wanted) for part in test.of)
        case tree.Either() if not wanted:
            yield from itertools.chain.from_iterable(demands(clause, part, wanted) for part in test.of)
        case _:
            yield Demand(clause, test, wanted)


def deciding(clause: CompiledClause, test: tree.Test, leaf: tree.Leaf) -> Iterator[Demand]:
    """What must be so for one condition to decide: its fellows under "and" hold, under "or" fail, the rest is known."""
    if not isinstance(test, tree.Join):
        return
    for part in tree.kids(test):
        if any(one is leaf for one in tree.leaves(part)):
            yield from deciding(clause, part, leaf)
        else:
            yield from demands(clause, part, not isinstance(test, tree.Either))


def with_leaf(test: tree.Test, leaf: tree.Leaf, other: tree.Leaf) -> tree.Test:
    """The same rule with one condition replaced."""
    match test:
        case tree.Not():
            return replace(test, of=with_leaf(test.of, leaf, other))
        case tree.SameTruth():
            return replace(test, left=with_leaf(test.left, leaf, other), right=with_leaf(test.right, leaf, other))
        case tree.All() | tree.Either():
            return replace(test, of=tuple(with_leaf(part, leaf, other) for part in test.of))
    return other if test is leaf else test


def slips(leaf: tree.Leaf) -> Iterator[tree.Leaf]:
    """The same condition with one written figure a unit more or less: the commonest slips of a hand."""
    unit = words.unit_of(leaf)
    match leaf:
        case tree.CompareNumbers(left=left, right=right):
            for step in (-unit, unit):
                if _is_written(right):
                    yield replace(leaf, right=tree.Arithmetic("+", right, tree.Constant(step, leaf.span), leaf.span))
                if _is_written(left):
                    yield replace(leaf, left=tree.Arithmetic("+", left, tree.Constant(step, leaf.span), leaf.span))
        case tree.AmongNumbers(items=items):
            for item, step in itertools.product(sorted(items), (-unit, unit)):
                yield replace(leaf, items=(items - {item}) | {item + step})
        case tree.AmongCodes(items=items):
            for code in sorted(items) if len(items) > 1 else ():
                yield replace(leaf, items=items - {code})
        case _:
            return


def _is_written(side: tree.Value) -> bool:
    """A figure in the rule itself, also one below zero."""
    return isinstance(side.of if isinstance(side, tree.Negative) else side, tree.Constant)


def _read(leaf: tree.Leaf) -> tuple[Fact, ...]:
    reads = tree.reads(leaf)
    return (*reads.needed, *reads.optional)


__all__ = ["BoundaryExample", "boundary_examples", "slips", "with_leaf"]
