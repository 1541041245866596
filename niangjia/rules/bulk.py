"""Many programmes against a whole population in one scan, three-valued and with reasons, in SQL of any dialect.

Programmes are bits. Each fact is looked at once: the cell it stands in says which programmes it rules out and which it
leaves open (see `lookups`), and a few ORs of words give every programme's verdict at once. What is missing is added
bit by bit, so that a programme with exactly one missing fact stands out together with the number of that fact.

The statements build on one another, each made into a table or view of the name given here:

    tables -> bulk_words_0 …, bulk_programmes, bulk_paths    what cells say; names; and the places (`region_table_sql`)
    cells  -> bulk_cells     one row per person: the numbers of their cells
    judged -> bulk_judged    one row per person: words of verdicts
    listed -> bulk_listed    one row per person and programme that suits, or would with one more fact
    lists, reasons           what is kept
    count_…                  what `tally` adds up

A large population may be taken in pieces: the tables from `cells` on are then made anew for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import prod

from sqlglot import exp

from niangjia.rules import fragments
from niangjia.rules.clauses import ClauseSet, CompiledClause
from niangjia.rules.errors import RuleFault
from niangjia.rules.fragments import DIALECTS, Dialect
from niangjia.rules.lookups import FACTS, PLACES, Answer, At, Cell, Lookups
from niangjia.rules.parameters import ParameterStore
from niangjia.rules.sql import MOST_BITS, REGION_COLUMN, REGION_TABLE, fresh

PERSON = "person_id"
ZERO = "CAST(0 AS BIGINT)"
YES = -1  # in the place of a missing path's number
CHUNK = 12  # bits counted together


class Bulk:
    """The statements that hold programmes against a population on one day."""

    def __init__(
        self,
        programmes: Mapping[str, ClauseSet],
        *,
        as_of: date,
        parameters: ParameterStore,
        dialect: Dialect,
        region_path: str | None = None,
    ) -> None:
        if dialect not in DIALECTS:
            raise RuleFault("dialect", name=str(dialect), known=", ".join(DIALECTS))
        places = [clauses.place_fact(region_path) for clauses in programmes.values()]
        for clauses in programmes.values():
            parameters.require_fit(clauses.parameters)
        self.programmes = dict(programmes)
        self.as_of = as_of
        self.dialect: Dialect = dialect
        regional = any(clauses.is_regional for clauses in programmes.values())
        self.place = places[0] if regional else None  # the fact with the place, when figures differ by place
        self._made = Lookups(self.programmes, as_of=as_of, parameters=parameters, dialect=dialect, place=self.place)
        lacking = {path for lookup in self._made.lookups for cell in lookup.cells for path in cell.lacks}
        known = {fact.path for fact in self._made.facts.values()}
        self.paths = sorted(lacking & known)  # what somebody could tell us; a figure that nobody has set is not among
        self._words = range(-(-len(self.programmes) // MOST_BITS))
        self._said = [self._columns(lookup.cells, lookup.answers) for lookup in self._made.lookups]

    # --- what is made once ------------------------------------------------------------------------------------------

    def tables(self, dialect: Dialect | None = None) -> Iterator[tuple[str, str]]:
        """Name and SELECT of the small tables that the others join, for whoever makes them; the rows are the same."""
        for number, said in enumerate(self._said):
            cells = range(len(self._made.lookups[number].cells))
            yield f"bulk_words_{number}", _values(("cell", *said), zip(cells, *said.values(), strict=True))
        programmes = (
            (number, number // MOST_BITS, _mark(number), self._text(key, dialect))
            for number, key in enumerate(self.programmes)
        )
        yield "bulk_programmes", _values(("number", "word", "mark", "name"), programmes)
        paths = [(YES, ""), *enumerate(self.paths)]
        yield "bulk_paths", _values(("number", "name"), ((number, self._text(path, dialect)) for number, path in paths))

    def _columns(self, cells: Sequence[Cell], answers: int) -> dict[str, list[int]]:
        """The words a lookup says: f fails, m lacks a figure, u lacks a fact, a answers; what is silent is left out."""
        numbers = {path: number for number, path in enumerate(self.paths)}
        columns: dict[str, list[int]] = {}
        for word in self._words:
            columns[f"f_{word}"] = [_word(cell.fails, word) for cell in cells]
            for path in {path: None for cell in cells for path in cell.lacks}:
                name = f"u_{numbers[path]}_{word}" if path in numbers else f"m_{word}"
                said = [_word(cell.lacks.get(path, 0), word) for cell in cells]
                before = columns.get(name, [0] * len(cells))
                columns[name] = [one | other for one, other in zip(said, before, strict=True)]
        columns = {name: said for name, said in columns.items() if any(said)}
        for word in range(-(-answers // MOST_BITS)):
            columns[f"a_{word}"] = [_word(cell.answers, word) for cell in cells]
        return columns

    # --- what is made for every piece of the population -------------------------------------------------------------

    def cells(self, source: str, places: str = REGION_TABLE) -> str:
        """One row per row of the source, a table or a relation in parentheses: person_id and the numbers of cells."""
        made = self._made
        facts = [self._sql(fragments.named(fresh(fact, self.as_of), fact.column)) for fact in made.facts.values()]
        where = f"(SELECT {', '.join([PERSON, *facts])} FROM {source}) {FACTS}"
        if self.place is not None:
            place = self._sql(fragments.column(self.place.column, FACTS))
            code = self._sql(fragments.column(REGION_COLUMN, PLACES))
            where += f" LEFT JOIN {places} {PLACES} ON {code} = {place}"
        numbered = {column: f"c_{number}" for number, column in enumerate(made.cells)}
        inner = [f"{FACTS}.{PERSON}"]
        inner += [
            f"{self._sql(cells.number(fragments.column(column, FACTS)))} AS {numbered[column]}"
            for column, cells in made.cells.items()
        ]
        outer = [PERSON]
        for number, lookup in enumerate(made.lookups):
            terms, steps = [], [size for _, size in lookup.keys]
            for at, (key, _) in enumerate(lookup.keys):
                name = numbered.get(key) or f"k_{number}_{at}"
                if key not in numbered:
                    inner.append(f"{key} AS {name}")
                terms.append(f"{name} * {prod(steps[at + 1 :])}")
            outer.append(f"CAST({' + '.join(terms) or '0'} AS INT) AS k_{number}")
        return f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {where}) x"

    def judged(self) -> str:
        """One row per person: the programmes that suit, those one fact away, those open otherwise, and which fact."""
        leaves, joins = [f"k.{PERSON}"], []
        for number, said in enumerate(self._said):
            if any(not name.startswith("a_") for name in said):
                joins.append(_join(number))
        names = dict.fromkeys(name for said in self._said for name in said if not name.startswith("a_"))
        leaves += [
            _either(f"t_{n}.{name}" for n, said in enumerate(self._said) if name in said) + f" AS {name}"
            for name in names
        ]
        summed, told = [PERSON], [PERSON]
        for word in self._words:
            unknown = [f"u_{path}_{word}" for path in range(len(self.paths)) if f"u_{path}_{word}" in names]
            once, twice = _added(unknown)
            more = f"m_{word}" if f"m_{word}" in names else ZERO
            fails = f"f_{word}" if f"f_{word}" in names else ZERO
            summed += [f"{fails} AS no_{word}", f"{once} AS some_{word}", f"({twice} | {more}) AS more_{word}"]
            for bit in self._path_bits:
                marked = (f"u_{path}_{word}" for path in range(len(self.paths)) if path >> bit & 1)
                summed.append(f"{_either(name for name in marked if name in names)} AS at_{bit}_{word}")
                told.append(f"at_{bit}_{word}")
            every = _word((1 << len(self.programmes)) - 1, word)
            told += [
                f"({every} & ~(no_{word} | some_{word} | more_{word})) AS yes_{word}",
                f"(some_{word} & ~(no_{word} | more_{word})) AS one_{word}",
                f"(more_{word} & ~no_{word}) AS open_{word}",
            ]
        inner = f"SELECT {', '.join(leaves)} FROM bulk_cells k {' '.join(joins)}"
        return f"SELECT {', '.join(told)} FROM (SELECT {', '.join(summed)} FROM ({inner}) leaves) summed"

    def listed(self) -> str:
        """One row per person and programme that suits, or would with one more fact: the number of that fact, or YES."""
        return " UNION ALL ".join(
            f"SELECT j.{PERSON}, p.number AS programme,"
            f" CASE WHEN (j.yes_{word} & p.mark) <> 0 THEN {YES} ELSE {self._path(word)} END AS lacks"
            f" FROM bulk_judged j JOIN bulk_programmes p"
            f" ON p.word = {word} AND ((j.yes_{word} | j.one_{word}) & p.mark) <> 0"
            for word in self._words
        )

    @property
    def _path_bits(self) -> range:
        return range(max(len(self.paths) - 1, 0).bit_length())

    def _path(self, word: int) -> str:
        bits = [f"CASE WHEN (j.at_{bit}_{word} & p.mark) <> 0 THEN {1 << bit} ELSE 0 END" for bit in self._path_bits]
        return " + ".join(bits) or "0"

    # --- what is kept -----------------------------------------------------------------------------------------------

    def lists(self) -> str:
        """The lists in words: person_id, programme, verdict ('yes' or 'one_fact'), missing (the one path, or '')."""
        return (
            f"SELECT l.{PERSON}, p.name AS programme,"
            f" CASE WHEN l.lacks = {YES} THEN 'yes' ELSE 'one_fact' END AS verdict, q.name AS missing"
            f" FROM bulk_listed l JOIN bulk_programmes p ON p.number = l.programme"
            f" JOIN bulk_paths q ON q.number = l.lacks"
        )

    @property
    def reason_columns(self) -> tuple[str, ...]:
        """The columns of `reasons` after the person's."""
        return tuple(_reason(number, int(name[2:])) for number, name in self._answer_words)

    @property
    def _answer_words(self) -> list[tuple[int, str]]:
        return [(number, name) for number, said in enumerate(self._said) for name in said if name.startswith("a_")]

    def reasons(self) -> str:
        """What every condition says of everybody, in words of bits; `reason_bits` tells which is which."""
        said = self._answer_words
        words = (f"t_{number}.{name} AS {_reason(number, int(name[2:]))}" for number, name in said)
        joined = {
            number: f"JOIN bulk_words_{number} t_{number} ON t_{number}.cell = k.k_{number}" for number, _ in said
        }
        return f"SELECT {', '.join([f'k.{PERSON}', *words])} FROM bulk_cells k {' '.join(joined.values())}"

    def reason_bits(self) -> dict[str, dict[str, dict[str, tuple[str, int]]]]:
        """Programme -> clause -> the column and bit that say it fails, and is open; where neither does, it holds."""

        def bit(at: At) -> tuple[str, int]:
            return _reason(at.lookup, at.bit // MOST_BITS), at.bit % MOST_BITS

        return {
            key: {
                clause.key: {"fails": bit(answer.fails), "open": bit(answer.open)}
                for clause in clauses.clauses
                for answer in (self._made.answer(clause),)
            }
            for key, clauses in self.programmes.items()
        }

    # --- what is counted --------------------------------------------------------------------------------------------

    def count_cells(self) -> str:
        """lookup, cell, people."""
        return " UNION ALL ".join(
            f"SELECT {number} AS lookup, k_{number} AS cell, count(*) AS people FROM bulk_cells GROUP BY k_{number}"
            for number, lookup in enumerate(self._made.lookups)
            if lookup.answers
        )

    def count_listed(self) -> str:
        """programme, lacks, people."""
        return "SELECT programme, lacks, count(*) AS people FROM bulk_listed GROUP BY programme, lacks"

    def count_asked(self) -> str:
        """lacks, people: each person once, however many programmes wait for the fact."""
        return f"SELECT lacks, count(DISTINCT {PERSON}) AS people FROM bulk_listed WHERE lacks <> {YES} GROUP BY lacks"

    def count_open(self) -> str:
        """first, then a count for each of CHUNK programmes: how many people it is open for by more than one fact."""
        sums = ", ".join(f"sum(CASE WHEN (bits & {1 << bit}) <> 0 THEN people ELSE 0 END)" for bit in range(CHUNK))
        return " UNION ALL ".join(
            f"SELECT {word * MOST_BITS + first} AS first, {sums} FROM (SELECT bits, count(*) AS people FROM"
            f" (SELECT (open_{word} >> {first}) & {(1 << CHUNK) - 1} AS bits FROM bulk_judged) b GROUP BY bits) c"
            for word in self._words
            for first in range(0, min(MOST_BITS, len(self.programmes) - word * MOST_BITS), CHUNK)
        )

    def answer(self, clause: CompiledClause) -> Answer:
        """Where the cells say what a clause's rule is for them."""
        return self._made.answer(clause)

    def answered(self, at: At, cell: int) -> bool:
        """Whether the cell of a lookup says this answer."""
        return bool(self._made.lookups[at.lookup].cells[cell].answers >> at.bit & 1)

    def _text(self, of: str, dialect: Dialect | None) -> str:
        return fragments.written(fragments.text(of), dialect or self.dialect)

    def _sql(self, of: exp.Expr) -> str:
        return fragments.written(of, self.dialect)


def _join(lookup: int) -> str:
    return f"JOIN bulk_words_{lookup} t_{lookup} ON t_{lookup}.cell = k.k_{lookup}"


def _mark(number: int) -> int:
    return 1 << number % MOST_BITS


def _word(bits: int, word: int) -> int:
    return bits >> word * MOST_BITS & ((1 << MOST_BITS) - 1)


def _reason(lookup: int, word: int) -> str:
    return f"r_{lookup}_{word}"


def _either(names: Iterable[str]) -> str:
    return f"({' | '.join(names) or ZERO})"


def _added(names: Sequence[str]) -> tuple[str, str]:
    """The bits set in at least one of the words, and those set in at least two."""
    if not names:
        return ZERO, ZERO
    if len(names) == 1:
        return names[0], ZERO
    (first, doubly), (second, twice) = _added(names[: len(names) // 2]), _added(names[len(names) // 2 :])
    parts = [part for part in (doubly, twice) if part != ZERO]
    return f"({first} | {second})", f"({' | '.join([*parts, f'({first} & {second})'])})"


def _values(names: Iterable[str], rows: Iterable[Sequence[int | str]]) -> str:
    """Rows as a SELECT: whole numbers as BIGINT, but the first column and texts as they are."""
    columns = list(names)
    (first, *others) = list(rows)
    kinds = [
        f"CAST({value} AS BIGINT)" if isinstance(value, int) and n else str(value) for n, value in enumerate(first)
    ]
    listed = [kinds, *([str(value) for value in row] for row in others)]
    written = ", ".join(f"({', '.join(row)})" for row in listed)
    return f"SELECT * FROM (VALUES {written}) AS v ({', '.join(columns)})"
