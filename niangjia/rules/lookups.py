"""What every cell says to every programme at once: a programme is a bit, and the cells of a fact carry words of bits.

A condition that many programmes share is judged once. One that reads facts by ranges and codes is judged by the single
interpreter on the values that stand for the cells; one that ties facts together (an income for each head of a household
against the line of the place) is written out by `sql` and leaves a flag in a row's small number instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from math import prod

from sqlglot import exp

from niangjia.rules import fragments, single
from niangjia.rules.cells import Cells, Entangled, cells_of, marks
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.fragments import Dialect
from niangjia.rules.lowering import Lowering
from niangjia.rules.parameters import Figure, InForce, ParameterStore
from niangjia.rules.schema import Fact, Parameter, Stored
from niangjia.rules.sql import Writer

MOST_CELLS = 256  # of one lookup
FLAGS = 8  # of one lookup
FACTS, PLACES = "f", "r"  # the aliases of the facts and of the table of places


@dataclass(slots=True)
class Cell:
    """What one cell says: a bit for each programme, and a bit for each answer (see Answer)."""

    fails: int = 0
    lacks: dict[str, int] = field(default_factory=dict)
    answers: int = 0


@dataclass(slots=True)
class Lookup:
    """What each cell says. A row's cell is numbered by the `keys`, the last counting fastest: SQL, and how many values.

    A key that names a column stands for the number of that fact's cell.
    """

    keys: list[tuple[str, int]]
    cells: list[Cell]
    answers: int = 0  # how many answer bits are taken

    def take(self) -> int:
        self.answers += 1
        return self.answers - 1

    def joined(self, other: Lookup) -> Lookup:
        """One lookup that says what both say; the other's answers come after one's own."""
        cells = [
            Cell(mine.fails | its.fails, _lacks(mine, its), mine.answers | its.answers << self.answers)
            for mine in self.cells
            for its in other.cells
        ]
        return Lookup([*self.keys, *other.keys], cells, self.answers + other.answers)


@dataclass(frozen=True, slots=True)
class At:
    """Where an answer bit stands: the lookup's number and the bit in its cells."""

    lookup: int
    bit: int

    def moved(self, firsts: Mapping[int, At]) -> At:
        """Where it stands after its lookup was joined to another."""
        first = firsts[self.lookup]
        return At(first.lookup, first.bit + self.bit)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where to read what a condition says of a person; neither bit set: it is satisfied."""

    fails: At
    open: At


@dataclass(slots=True)
class Condition:
    """A clause's rule once, with the programmes that ask for it, as bits."""

    clause: CompiledClause
    programmes: int = 0


class Lookups:
    """The lookups of many programmes for one day."""

    def __init__(
        self,
        programmes: Mapping[str, ClauseSet],
        *,
        as_of: date,
        parameters: ParameterStore,
        dialect: Dialect,
        place: Fact | None,
    ) -> None:
        self.schema = next(iter(programmes.values())).schema
        self.as_of = as_of
        self.store = parameters
        self.figures = InForce(parameters, as_of)
        self.dialect: Dialect = dialect
        self.place = place
        self.lookups: list[Lookup] = []
        self.answers: dict[tuple[str, str], Answer] = {}
        self.conditions = conditions(programmes)
        self.facts = {fact.column: fact for each in self.conditions.values() for fact in each.clause.facts}
        if place is not None:
            self.facts[place.column] = place
        self.cells: dict[str, Cells] = {}
        together, apart = self.sorted_out()
        for columns, group in together.items():
            self.by_cells(columns, group)
        self.by_flags(apart)
        self.joined()

    def answer(self, clause: CompiledClause) -> Answer:
        return self.answers[signature(clause)]

    # --- conditions that cells answer -------------------------------------------------------------------------------

    def sorted_out(self) -> tuple[dict[tuple[str, ...], list[Condition]], list[Condition]]:
        """The conditions by the columns whose cells answer them, and those that cells do not answer."""
        marked: dict[str, set[int | str]] = {}
        groups: dict[tuple[str, ...], list[Condition]] = {}
        apart: list[Condition] = []
        for each in self.conditions.values():
            clause = each.clause
            try:
                if clause.is_regional:
                    raise Entangled
                found = list(marks(Lowering(clause.source, self.as_of, self.figures).condition(clause.test)))
            except Entangled:
                apart.append(each)
                continue
            columns = tuple(sorted(fact.column for fact in clause.facts))
            for column in columns:
                marked.setdefault(column, set())
            for column, mark in found:
                marked[column].add(mark)
            groups.setdefault(columns, []).append(each)
        self.cells = {column: cells_of(self.facts[column], found) for column, found in marked.items()}
        for columns in [columns for columns in groups if self.size(columns) > MOST_CELLS]:
            apart += groups.pop(columns)
        used = {column for columns in groups for column in columns}
        self.cells = {column: cells for column, cells in self.cells.items() if column in used}
        return groups, apart

    def size(self, columns: Iterable[str]) -> int:
        return prod(len(self.cells[column].values) for column in columns)

    def by_cells(self, columns: tuple[str, ...], group: Sequence[Condition]) -> None:
        lookup = self.lookup([(column, len(self.cells[column].values)) for column in columns])
        kinds = [self.cells[column] for column in columns]
        places = [(each, lookup.take(), lookup.take()) for each in group]
        for each, fails, opens in places:
            number = len(self.lookups) - 1
            self.answers[signature(each.clause)] = Answer(At(number, fails), At(number, opens))
        for cell, values in zip(lookup.cells, product(*(kind.values for kind in kinds)), strict=True):
            known: dict[str, Stored] = {kind.fact.path: value for kind, value in zip(kinds, values, strict=True)}
            case = single.Case(known, self.as_of, self.national)
            for each, fails, opens in places:
                holds = single.truth(each.clause.test, case)
                if holds is None:
                    cell.answers |= 1 << opens
                    facts, parameters = single.missing(each.clause.test, case)
                    for path in (*facts, *(parameter.path for parameter in parameters)):
                        cell.lacks[path] = cell.lacks.get(path, 0) | each.programmes
                elif holds is each.clause.excludes:
                    cell.answers |= 1 << fails
                    cell.fails |= each.programmes

    def national(self, parameter: Parameter) -> Figure | None:
        return self.store.at(parameter.path, self.as_of)

    # --- conditions that are written out ----------------------------------------------------------------------------

    def by_flags(self, apart: Sequence[Condition]) -> None:
        """Each condition leaves one flag where it fails and one where it is open, and what it lacks leaves its own."""
        failing: dict[str, list[Condition]] = {}
        lacking: dict[tuple[str, tuple[str, ...]], list[Condition]] = {}
        for each in apart:
            writer = self.writer(each.clause)
            failing.setdefault(f"NOT ({self.sql(writer.clause(each.clause))})", []).append(each)
            lacking.setdefault((f"({self.sql(writer.mask(each.clause))})", writer.missing_paths), []).append(each)
        opening: dict[str, list[Condition]] = {}
        for (mask, _), group in lacking.items():  # the same bits may stand for other paths in another condition
            opening.setdefault(f"{mask} <> 0", []).extend(group)
        fails = self.flagged([(flag, group, True) for flag, group in failing.items()])
        opens = self.flagged([(flag, group, False) for flag, group in opening.items()])
        self.answers |= {key: Answer(fails[key], opens[key]) for key in fails}
        for (mask, paths), group in lacking.items():
            for first in range(0, len(paths), FLAGS):
                self.lacking(mask, first, paths[first : first + FLAGS], _together(group))

    def flagged(self, flags: Sequence[tuple[str, list[Condition], bool]]) -> dict[tuple[str, str], At]:
        """Lookups of eight flags each, and where each condition's answer stands; a flag may say that they fail."""
        found: dict[tuple[str, str], At] = {}
        for first in range(0, len(flags), FLAGS):
            some = flags[first : first + FLAGS]
            key = " + ".join(f"CASE WHEN {flag} THEN {1 << bit} ELSE 0 END" for bit, (flag, _, _) in enumerate(some))
            lookup = self.lookup([(key, 1 << len(some))])
            for bit, (_, group, fails) in enumerate(some):
                answer = lookup.take()
                found |= {signature(each.clause): At(len(self.lookups) - 1, answer) for each in group}
                for number, cell in enumerate(lookup.cells):
                    if number >> bit & 1:
                        cell.answers |= 1 << answer
                        cell.fails |= _together(group) if fails else 0
        return found

    def lacking(self, mask: str, first: int, paths: Sequence[str], programmes: int) -> None:
        """A lookup over some bits of what is missing in conditions that miss the same things."""
        most = (1 << len(paths)) - 1
        lookup = self.lookup([(f"({mask} >> {first}) & {most}", most + 1)])
        for number, cell in enumerate(lookup.cells):
            cell.lacks = {path: programmes for bit, path in enumerate(paths) if number >> bit & 1}

    def writer(self, clause: CompiledClause) -> Writer:
        alone = ClauseSet((clause,), self.schema)
        return Writer(alone, self.as_of, self.figures, self.dialect, FACTS, PLACES, self.place, as_stored=True)

    def sql(self, of: exp.Expr) -> str:
        return fragments.written(of, self.dialect)

    def lookup(self, keys: list[tuple[str, int]]) -> Lookup:
        made = Lookup(keys, [Cell() for _ in range(prod(size for _, size in keys))])
        self.lookups.append(made)
        return made

    # --- fewer and larger -------------------------------------------------------------------------------------------

    def joined(self) -> None:
        """Join small lookups as long as the product stays small: a row then looks up a few numbers instead of many."""
        bins: list[tuple[Lookup, list[int]]] = []
        for number in sorted(range(len(self.lookups)), key=lambda each: -len(self.lookups[each].cells)):
            lookup = self.lookups[number]
            for place, (into, numbers) in enumerate(bins):
                if len(into.cells) * len(lookup.cells) <= MOST_CELLS:
                    bins[place] = (into.joined(lookup), [*numbers, number])
                    break
            else:
                bins.append((lookup, [number]))
        moved: dict[int, At] = {}
        for place, (_, numbers) in enumerate(bins):
            first = 0
            for number in numbers:
                moved[number] = At(place, first)
                first += self.lookups[number].answers
        self.lookups = [lookup for lookup, _ in bins]
        self.answers = {
            key: Answer(answer.fails.moved(moved), answer.open.moved(moved)) for key, answer in self.answers.items()
        }


def signature(clause: CompiledClause) -> tuple[str, str]:
    """Clauses with the same signature say the same of everybody."""
    return (clause.clause.kind, clause.clause.rule)


def conditions(programmes: Mapping[str, ClauseSet]) -> dict[tuple[str, str], Condition]:
    """Every condition once, in the order met."""
    found: dict[tuple[str, str], Condition] = {}
    for number, clauses in enumerate(programmes.values()):
        for clause in clauses.clauses:
            found.setdefault(signature(clause), Condition(clause)).programmes |= 1 << number
    return found


def _lacks(one: Cell, other: Cell) -> dict[str, int]:
    both = dict(one.lacks)
    for path, programmes in other.lacks.items():
        both[path] = both.get(path, 0) | programmes
    return both


def _together(group: Iterable[Condition]) -> int:
    programmes = 0
    for each in group:
        programmes |= each.programmes
    return programmes
