"""The rivals of `bench match`, each run in a process of its own: ours, SQL by hand, numpy by hand, OpenFisca.

What they answer is compared: the two lists of every programme, person by person.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from niangjia.web.benches.match_rules import AS_OF, Written, programmes
from niangjia.web.benches.match_world import CITIES

if TYPE_CHECKING:
    from niangjia.matching.engines import Job

# A column as the rules by hand call it, and where it stands in the snapshot; with the days it stays fresh.
COLUMNS: dict[str, tuple[str, int]] = {
    "birth_date": ("worker_birth_date", 0), "sex": ("worker_sex", 0), "hukou": ("worker_hukou", 0),
    "region": ("worker_region", 0), "member": ("worker_union_member", 0), "joined": ("worker_union_joined", 0),
    "form": ("worker_employment_form", 0), "nature": ("worker_employment_nature", 0),
    "post": ("worker_employment_post", 0), "since": ("worker_employment_since", 0),
    "front_line": ("worker_front_line", 0), "new_form": ("worker_new_form", 0), "size": ("household_size", 0),
    "hardship": ("household_hardship", 0), "income": ("household_income", 365),
    "skill_level": ("worker_skill_level", 0), "skill_since": ("worker_skill_since", 0), "titles": ("worker_titles", 0),
    "enrolment": ("worker_enrolment", 365), "education": ("worker_education", 0), "home": ("worker_home", 730),
    "trade_years": ("worker_trade_years", 365), "unit_head": ("worker_unit_head", 365),
}  # fmt: skip
PATHS = {column: stored.replace("_", ".", 1) for column, (stored, _) in COLUMNS.items()} | {
    "member": "worker.union.member", "joined": "worker.union.joined", "form": "worker.employment.form",
    "nature": "worker.employment.nature", "post": "worker.employment.post", "since": "worker.employment.since",
}  # fmt: skip
NUMBERS = {column: number for number, column in enumerate(COLUMNS, 1)}
YES = 255
EVERYBODY = 2**62


def people_sql(files: str) -> str:
    """The people as a rule's author sees them: stale values gone, the line of the person's city beside them."""
    columns = ["person_id"]
    for column, (stored, days) in COLUMNS.items():
        oldest = f"DATE '{(AS_OF - timedelta(days=days)).isoformat()}'"
        stale = f"CASE WHEN {stored}_on < {oldest} THEN NULL ELSE {stored} END" if days else stored
        columns.append(f"{stale} AS {column}")
    lines = ", ".join(f"('33{city:02}', {90_000 + 1_000 * city})" for city in range(1, CITIES - 1))
    return (
        f"SELECT {', '.join(columns)}, line FROM read_parquet('{files}')"
        f" LEFT JOIN (VALUES {lines}) AS l(city, line) ON city = substr(worker_region, 1, 4)"
    )


# --- ours -----------------------------------------------------------------------------------------------------------


def ours(job: Job, snapshot: Path, out: Path, reasons: bool) -> float:
    """Seconds from compiled programmes to lists, counts and, when asked for, everybody's reasons."""
    from niangjia.matching.engines.duckdb import DuckEngine

    began = time.perf_counter()
    DuckEngine().match(job, snapshot, out, reasons=reasons)
    return time.perf_counter() - began


def ours_in_memory(job: Job, snapshot: Path, people: int) -> float:
    """Seconds to everybody's verdicts on all programmes, unknown among them, from facts held in memory.

    Each holds the facts as it likes them, ready before its clock starts: OpenFisca as arrays of numbers, DuckDB in
    compressed columns. Which fact is missing is not asked here, for OpenFisca cannot be asked.
    """
    from niangjia.matching.engines.duckdb import DuckEngine

    bulk = job.bulk("duckdb")
    with DuckEngine(memory_mb=8192).opened(job, bulk, snapshot, snapshot) as connection:
        connection.execute("ATTACH ':memory:' AS held (COMPRESS)")
        connection.execute(
            f"CREATE TABLE held.people AS SELECT * FROM read_parquet('{snapshot}/*.parquet') WHERE person_id < {people}"
        )
        connection.execute("CHECKPOINT held")
        began = time.perf_counter()
        connection.execute(f"CREATE TEMP TABLE bulk_cells AS {bulk.cells('held.people')}")
        connection.execute(
            f"CREATE TEMP TABLE verdicts AS SELECT person_id, COLUMNS('^(yes|one|open)_') FROM ({bulk.judged()})"
        )
        return time.perf_counter() - began


# --- SQL by hand ----------------------------------------------------------------------------------------------------


def by_hand(snapshot: Path, out: Path) -> float:
    """One scan that sorts everybody out clause by clause, programme by programme, then the lists: no reasons or counts.

    This is the fastest of four ways tried: verdicts by one long AND took 1.4 times as long, a pass for each programme
    twice as long.
    """
    import duckdb

    (out / "lists").mkdir(parents=True, exist_ok=True)
    written = programmes()
    began = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    missing = ", ".join(f"({column} IS NULL)::TINYINT AS no_{column}" for column in COLUMNS)
    codes = ", ".join(f"({_code(clauses)})::UTINYINT AS c{number}" for number, clauses in enumerate(written.values()))
    listed = " UNION ALL ".join(
        f"SELECT person_id, '{key}' AS programme, c{number} AS c FROM codes WHERE c{number} <> 0"
        for number, key in enumerate(written)
    )
    paths = " ".join(f"WHEN {number} THEN '{PATHS[column]}'" for column, number in NUMBERS.items())
    for file in sorted(snapshot.glob("*.parquet")):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE codes AS SELECT person_id, {codes} FROM (SELECT *, {missing},"
            f" 2 * (line IS NULL AND region IS NOT NULL)::TINYINT AS no_line FROM ({people_sql(str(file))}))"
        )
        connection.execute(
            f"COPY (SELECT person_id, programme, CASE c WHEN {YES} THEN 'yes' ELSE 'one_fact' END AS verdict,"
            f" CASE c {paths} ELSE '' END AS missing FROM ({listed}))"
            f" TO '{out / 'lists' / file.name}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return time.perf_counter() - began


def _code(clauses: list[Written]) -> str:
    """0 for no, YES, or the number of the one thing missing."""
    needs = sorted({column for each in clauses for column in each.needs} - {"line"})
    flags = {f"no_{column}": NUMBERS[column] for column in needs}
    for each in clauses:
        whole = " OR ".join(sql for _, _, sql in each.either)
        flags |= {f"(no_{column} AND ({whole}) IS NULL)::TINYINT": NUMBERS[column] for column, _, _ in each.either}
    count = " + ".join([*flags, *(["no_line"] if any("line" in each.needs for each in clauses) else [])])
    which = " + ".join(f"{flag} * {number}" for flag, number in flags.items())
    fails = " ".join(f"WHEN NOT ({each.sql}) THEN 0" for each in clauses)
    return f"CASE {fails} ELSE CASE {count} WHEN 0 THEN {YES} WHEN 1 THEN {which} ELSE 0 END END"


# --- numpy by hand --------------------------------------------------------------------------------------------------

DAYS = ("birth_date", "joined", "since", "skill_since")
PLACES = ("hukou", "region")
TEXTS = (*PLACES, "sex", "form", "nature", "post", "hardship", "titles", "enrolment", "education", "home")


class Arrays(Mapping[str, Any]):
    """The columns of some people as arrays, what is known of each, and the few questions a rule by hand asks of them.

    Texts are numbers into a sorted list of codes; the counties of `hukou` and `region` are numbered alike.
    """

    def __init__(self, files: str, below: int) -> None:
        import duckdb
        import numpy as np

        connection = duckdb.connect()
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"CREATE TEMP VIEW people AS SELECT * FROM ({people_sql(files)}) WHERE person_id < {below}")
        columns = [f"{day} - DATE '1970-01-01' AS {day}" for day in DAYS]
        self.codes: dict[str, list[str]] = {}
        for text in TEXTS:
            union = " UNION ".join(f"SELECT {each} FROM people" for each in (PLACES if text in PLACES else (text,)))
            connection.execute(
                f"CREATE TYPE {text}_codes AS ENUM (SELECT * FROM ({union}) AS c(x) WHERE x <> '~' ORDER BY x)"
            )
            ((codes,),) = connection.execute(f"SELECT enum_range(NULL::{text}_codes)").fetchall()
            self.codes[text] = codes
            columns.append(f"enum_code({text}::{text}_codes)::SMALLINT AS {text}")
        found = connection.execute(f"SELECT * REPLACE ({', '.join(columns)}) FROM people").fetchnumpy()
        self.knowns = {name: ~np.ma.getmaskarray(column) for name, column in found.items()}
        self.arrays: dict[str, Any] = {name: np.ma.getdata(column) for name, column in found.items()}
        self.arrays |= {"isin": self.isin, "tagged": self.tagged, "known": self.knowns.__getitem__}

    def __getitem__(self, name: str) -> Any:
        return self.arrays[name]

    def __iter__(self) -> Any:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    def among(self, column: str, codes: tuple[str, ...]) -> Any:
        """For each code whether it is one of these."""
        import numpy as np

        return np.array([code in codes for code in self.codes[column]])

    def tags(self, title: str) -> Any:
        """For each set of titles whether it holds this one."""
        import numpy as np

        return np.array([f"|{title}|" in held for held in self.codes["titles"]])

    def isin(self, column: str, codes: tuple[str, ...]) -> Any:
        return self.among(column, codes)[self.arrays[column]]

    def tagged(self, title: str) -> Any:
        return self.tags(title)[self.arrays["titles"]]


def by_numpy(snapshot: Path) -> tuple[float, dict[str, tuple[int, int, int]]]:
    """Seconds, and for each programme how many suit, how many are one fact away, and a sum over who they are."""
    import numpy as np

    found: dict[str, Any] = {}
    seconds = 0.0
    for file in sorted(snapshot.glob("*.parquet")):
        arrays = Arrays(str(file), EVERYBODY)
        began = time.perf_counter()
        for key, (yes, one) in judged(arrays).items():
            ids = arrays["person_id"]
            counted = np.array([yes.sum(), one.sum(), ids[yes].sum() + 3 * ids[one].sum()])
            found[key] = found.get(key, 0) + counted
        seconds += time.perf_counter() - began
    return seconds, {key: (int(each[0]), int(each[1]), int(each[2])) for key, each in found.items()}


def judged(arrays: Arrays) -> dict[str, tuple[Any, Any]]:
    """For each programme whom it suits and who is one fact away; equal clauses are worked out once."""
    import numpy as np

    known = arrays.knowns
    no_line = 2 * (~known["line"] & known["region"]).astype(np.int8)
    once: dict[str, tuple[Any, Any]] = {}

    def clause(each: Written) -> tuple[Any, Any]:
        """Where it fails, and (for an "or") how many of its two facts are missing."""
        if each.rule not in once:
            holds = each.vector(arrays)
            if each.either:
                halves = [(column, vector(arrays) & known[column]) for column, vector, _ in each.either]
                true = halves[0][1] | halves[1][1]
                lacks = sum((~known[column] & ~true).astype(np.int8) for column, _ in halves)
                once[each.rule] = (~true & (lacks == 0), lacks)
            else:
                all_known = np.logical_and.reduce([known[column] for column in each.needs]) if each.needs else True
                # A conjunction of two facts fails when the one that is known does, so it is taken apart.
                once[each.rule] = (_fails(each, arrays, holds, all_known), None)
        return once[each.rule]

    answers = {}
    for key, clauses in programmes().items():
        fails = np.zeros(len(no_line), dtype=bool)
        needs = {column for each in clauses for column in each.needs}
        count = np.zeros(len(no_line), dtype=np.int8)
        for each in clauses:
            failed, lacks = clause(each)
            fails |= failed
            if lacks is not None:
                count += lacks
        for column in needs - {"line"}:
            count += ~known[column]
        if "line" in needs:
            count += no_line
        answers[key] = (~fails & (count == 0), ~fails & (count == 1))
    return answers


def _fails(each: Written, arrays: Arrays, holds: Any, all_known: Any) -> Any:
    failed = ~holds & all_known
    for column, vector in each.apart:
        failed |= ~vector(arrays) & arrays.knowns[column]
    return failed


# --- OpenFisca ------------------------------------------------------------------------------------------------------


def by_openfisca(snapshot: Path, people: int) -> tuple[float, int, int]:
    """Seconds to calculate every programme for so many people in memory, the bytes held, and how many verdicts differ.

    OpenFisca knows no missing facts: who lacks one that a programme needs is left out of the comparison.
    """
    import numpy as np
    from openfisca_core import periods
    from openfisca_core.simulations import SimulationBuilder

    arrays = Arrays(f"{snapshot}/*.parquet", people)
    written = programmes()
    simulation = SimulationBuilder().build_default_simulation(_system(written, arrays), people)
    period = periods.period(f"{AS_OF:%Y-%m}")
    for name in (*COLUMNS, "line"):
        simulation.set_input(name, period, arrays[name])
    began = time.perf_counter()
    told = {key: simulation.calculate(key.replace("-", "_"), period) for key in written}
    seconds = time.perf_counter() - began
    held = simulation.get_memory_usage()["total_nb_bytes"]
    differing = 0
    for key, (yes, _) in judged(arrays).items():
        needs = {column for each in written[key] for column in (*each.needs, *(half for half, _, _ in each.either))}
        complete = np.logical_and.reduce([arrays.knowns[column] for column in needs])
        differing += int(((told[key] != yes) & complete).sum())
    return seconds, held, differing


def _system(written: dict[str, list[Written]], arrays: Arrays) -> Any:
    """The rules as OpenFisca's users write them: a variable for each fact, and a formula for each programme."""
    from openfisca_core import entities
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem

    system = TaxBenefitSystem([entities.Entity("person", "persons", "", "")])
    for name in (*COLUMNS, "line"):
        kind = bool if arrays[name].dtype == bool else int if name != "line" else float
        system.add_variable(_variable(system, name, kind, None))
    for key, clauses in written.items():
        system.add_variable(_variable(system, key.replace("-", "_"), bool, _formula(clauses, arrays)))
    return system


def _variable(system: Any, name: str, kind: type, formula: Any) -> Any:
    from openfisca_core import periods
    from openfisca_core.variables import Variable

    body = {"value_type": kind, "entity": system.person_entity, "definition_period": periods.DateUnit.MONTH}
    return type(name, (Variable,), {**body, "label": name, **({"formula": formula} if formula else {})})


def _formula(clauses: list[Written], arrays: Arrays) -> Any:
    def formula(person: Any, period: Any) -> Any:
        asked = _Asked(person, period, arrays)
        suits = clauses[0].vector(asked)
        for each in clauses[1:]:
            suits = suits * each.vector(asked)
        return suits

    return formula


class _Asked(Mapping[str, Any]):
    """A rule by hand reads its columns from the simulation."""

    def __init__(self, person: Any, period: Any, arrays: Arrays) -> None:
        self.person, self.period, self.arrays = person, period, arrays

    def __getitem__(self, name: str) -> Any:
        if name == "isin":
            return lambda column, codes: self.arrays.among(column, codes)[self[column]]
        if name == "tagged":
            return lambda title: self.arrays.tags(title)[self["titles"]]
        return self.arrays[name] if name == "known" else self.person(name, self.period)

    def __iter__(self) -> Any:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)
