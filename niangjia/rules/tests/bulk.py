"""Hold a world's programmes against its people in bulk, and compare everything told with the single interpreter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from niangjia.rules import ClauseSet, Finding, Verdict, weigh
from niangjia.rules.bulk import Bulk
from niangjia.rules.fragments import Dialect
from niangjia.rules.tally import Counts, Tally
from niangjia.rules.tests.engines import Execute, loaded
from niangjia.rules.tests.worlds import REGION, World


@dataclass(frozen=True)
class Run:
    """All that a bulk run tells, and of which programmes: compiled anew they are others and say the same."""

    programmes: dict[str, ClauseSet] = field(compare=False)
    lists: list[tuple[Any, ...]]
    reasons: list[dict[str, Any]]
    bits: dict[str, dict[str, dict[str, tuple[str, int]]]]
    counts: Counts


def programmes(world: World, at_least: int = 1) -> dict[str, ClauseSet]:
    """The world's programmes; taken again under other names until there are so many."""
    sets = world.sets
    return {f"p{number}": sets[number % len(sets)] for number in range(max(at_least, len(sets)))}


def run_bulk(world: World, execute: Execute, dialect: Dialect, mark: str, *, at_least: int = 1) -> Run:
    loaded(world, execute, dialect, mark)
    asked = programmes(world, at_least)
    bulk = Bulk(asked, as_of=world.as_of, parameters=world.store, dialect=dialect, region_path=REGION)
    made = [*bulk.tables(), ("bulk_cells", bulk.cells("people_facts", "places"))]
    made += [("bulk_judged", bulk.judged()), ("bulk_listed", bulk.listed())]
    for name, select in made:
        execute(f"DROP TABLE IF EXISTS {name}", ())
        execute(f"CREATE TEMPORARY TABLE {name} AS {select}", ())
    tally = Tally(bulk)
    counted = (bulk.count_cells(), bulk.count_listed(), bulk.count_asked(), bulk.count_open())
    tally.add(len(world.rows), *(execute(statement, ()) for statement in counted))
    names = ["person_id", *bulk.reason_columns]
    reasons = [dict(zip(names, row, strict=True)) for row in execute(f"{bulk.reasons()} ORDER BY 1", ())]
    return Run(asked, sorted(execute(bulk.lists(), ())), reasons, bulk.reason_bits(), tally.counts())


def bulk_differences(world: World, found: Run) -> list[str]:
    """Everything bulk said otherwise than the single interpreter, person by person and in its counts."""
    alone = {
        (row["person_id"], clauses): weigh(
            clauses, world.facts_of(row), as_of=world.as_of, parameters=world.store, region_path=REGION
        )
        for row in world.rows
        for clauses in dict.fromkeys(found.programmes.values())
    }
    findings = {
        (row["person_id"], key): alone[row["person_id"], clauses]
        for row in world.rows
        for key, clauses in found.programmes.items()
    }
    told = {(person, key): (verdict, missing) for person, key, verdict, missing in found.lists}
    wrong = [f"listed twice: {len(found.lists) - len(told)}"] if len(told) < len(found.lists) else []
    for at, finding in findings.items():
        if told.get(at, ("", "")) != expected(finding):
            wrong.append(f"{at}: single {expected(finding)}, bulk {told.get(at)}")
    wrong += list(_reason_differences(findings, found))
    return wrong + list(_count_differences(findings, found.counts))


def expected(finding: Finding) -> tuple[str, str]:
    if finding.verdict is Verdict.TRUE:
        return ("yes", "")
    return ("one_fact", finding.one_fact_away) if finding.one_fact_away else ("", "")


def _reason_differences(findings: dict[tuple[Any, str], Finding], found: Run) -> Iterator[str]:
    rows = {row["person_id"]: row for row in found.reasons}
    for (person, key), finding in findings.items():
        for clause in finding.clauses:
            (failed, fail_bit), (opened, open_bit) = found.bits[key][clause.key].values()
            fails, opens = rows[person][failed] >> fail_bit & 1, rows[person][opened] >> open_bit & 1
            said = {(0, 0): Verdict.TRUE, (1, 0): Verdict.FALSE, (0, 1): Verdict.UNKNOWN}.get((fails, opens))
            if said is not clause.verdict:
                yield f"{person} {key}.{clause.key}: single {clause.verdict}, bulk {said}"


def _count_differences(findings: dict[tuple[Any, str], Finding], counts: Counts) -> Iterator[str]:
    asked: dict[str, list[Any]] = {}
    for key, told in counts.programmes.items():
        mine = {person: finding for (person, of), finding in findings.items() if of == key}
        kinds = Counter(_kind(finding) for finding in mine.values())
        if (told.yes, told.one_fact, told.open, told.no) != tuple(kinds[k] for k in ("yes", "one_fact", "open", "no")):
            yield f"{key}: single {dict(kinds)}, bulk {told}"
        for clause in told.clauses:
            answers = Counter(finding.clause(clause.key).verdict for finding in mine.values())
            single = tuple(answers[verdict] for verdict in (Verdict.TRUE, Verdict.UNKNOWN, Verdict.FALSE))
            if single != (clause.yes, clause.unknown, clause.no):
                yield f"{key}.{clause.key}: single {single}, bulk {clause}"
        for person, finding in mine.items():
            if finding.one_fact_away:
                asked.setdefault(finding.one_fact_away, []).append(person)
    single_asked = {path: (len(set(people)), len(people)) for path, people in asked.items()}
    if single_asked != {each.path: (each.people, each.answers) for each in counts.questions}:
        yield f"questions: single {single_asked}, bulk {counts.questions}"
    answers_in_order = [each.answers for each in counts.questions]
    if answers_in_order != sorted(answers_in_order, reverse=True):
        yield "questions out of order"


def _kind(finding: Finding) -> str:
    if finding.verdict is Verdict.UNKNOWN:
        return "one_fact" if finding.one_fact_away else "open"
    return "yes" if finding.verdict is Verdict.TRUE else "no"
