"""How many workers a programme reaches: certain yes, certain no, or one fact away and which; counted by PostgreSQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from niangjia.kit import clock
from niangjia.matching import reads as facts
from niangjia.matching.reads import REGION, packs
from niangjia.orgs.models import Membership, Organisation
from niangjia.programmes import loading
from niangjia.rules.schema import Fact
from niangjia.rules.sql import VerdictSql, region_table_sql, select_verdicts

KINDS = ("yes", "one_fact", "open", "no")
# The workers of a subtree: its main members; a slice of them is counted when there are very many.
BELONGING = """
    SELECT m.person_id, m.union_id, o.name FROM orgs_membership m JOIN orgs_organisation o ON o.id = m.union_id
    WHERE o.path LIKE %(path)s AND NOT m.service_only AND m.state IN ('member', 'transferring', 'retained')
      AND m.person_id %% %(slices)s = %(slice)s
"""


@dataclass(frozen=True, slots=True)
class Slice:
    """One of so many equal parts of the workers."""

    number: int = 0
    of: int = 1


WHOLE = Slice()


@dataclass(frozen=True, slots=True)
class UnionReach:
    """The workers of one union: how many suit, how many do not, how many are one fact or more away."""

    union: str
    yes: int
    one_fact: int
    open: int
    no: int
    pk: int = 0  # of the union; none for several together

    @property
    def all(self) -> int:
        return self.yes + self.one_fact + self.open + self.no


@dataclass(frozen=True, slots=True)
class ClauseReach:
    """One condition in the order of the file: whom it lets through, and who is left after it and all before it."""

    key: str
    yes: int
    unknown: int
    no: int
    left: int


@dataclass(frozen=True, slots=True)
class Reach:
    unions: tuple[UnionReach, ...]
    questions: tuple[tuple[Fact, int], ...]  # the missing fact, and how many it alone would settle
    clauses: tuple[ClauseReach, ...]

    def total(self, what: str) -> int:
        return sum(getattr(one, what) for one in self.unions)

    @property
    def all(self) -> int:
        return sum(one.all for one in self.unions)


def workers_of(under: Organisation) -> int:
    """How many workers a subtree has."""
    return Membership.objects.members().main().filter(union__path__startswith=under.path).count()


def reach(text: str, under: Organisation, part: Slice = WHOLE) -> Reach:
    """A programme text held against all workers of a subtree today, by union; or against a slice of them."""
    verdicts = _verdicts(text)
    keys = list(verdicts.clauses)
    answers = [f'j."c_{key}"' for key in keys] or ["true"]
    rows = run(
        f"""
        , told AS (
            SELECT b.union_id, b.name, {kind_sql("j", text)} AS kind,
                   CASE WHEN j.verdict = 'unknown' THEN j.missing END AS lacks,
                   ARRAY[{", ".join(answers)}] AS answers
            FROM judged_0 j JOIN belonging b USING (person_id)
        )
        SELECT union_id, name, kind, lacks, answers, count(*) FROM told
        GROUP BY GROUPING SETS ((union_id, name, kind), (kind, lacks, answers))
        """,
        (text,),
        under,
        part=part,
    )
    return _told(rows, verdicts, keys)


def suited(text: str, under: Organisation) -> frozenset[int]:
    """The workers of a subtree who certainly suit a text today; two texts compared tell who gains and who loses."""
    select = "SELECT j.person_id FROM judged_0 j WHERE j.verdict = 'true'"
    return frozenset(person for (person,) in run(select, (text,), under))


def kind_sql(judged: str, text: str) -> str:
    """The kind of a judged row: yes, no, one answer away, or more. A figure nobody has set is no answer of theirs."""
    verdicts = _verdicts(text)
    bits = [str(verdicts.bit(path)) for path in verdicts.missing_paths if path in facts.schema().facts]
    return (
        f"CASE {judged}.verdict WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no' "
        f"ELSE CASE WHEN {judged}.missing IN ({', '.join(bits) or 'NULL'}) THEN 'one_fact' ELSE 'open' END END"
    )


def _told(rows: list[tuple[Any, ...]], verdicts: VerdictSql, keys: list[str]) -> Reach:
    by_union: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    questions: Counter[str] = Counter()
    clauses: dict[str, Counter[bool | None]] = {key: Counter() for key in keys}
    left: Counter[str] = Counter()
    for union, name, kind, lacks, answers, count in rows:
        if union is not None:
            by_union[union, name][kind] += count
            continue
        if kind == "one_fact":
            questions[verdicts.paths_in(lacks)[0]] += count
        for key, answer in zip(keys, answers, strict=False):
            clauses[key][answer] += count
        for key, answer in zip(keys, answers, strict=False):
            if answer is False:
                break
            left[key] += count
    unions = [_union(pk, name, got) for (pk, name), got in by_union.items()]
    return Reach(
        unions=_largest_first(unions),
        questions=_asked(questions),
        clauses=tuple(ClauseReach(key, got[True], got[None], got[False], left[key]) for key, got in clauses.items()),
    )


def joined(one: Reach, other: Reach) -> Reach:
    """Two slices of the workers as one."""
    unions: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    asked: Counter[str] = Counter()
    for part in (one, other):
        for union in part.unions:
            unions[union.pk, union.union].update({kind: getattr(union, kind) for kind in KINDS})
        asked.update({fact.path: count for fact, count in part.questions})
    return Reach(
        _largest_first(_union(pk, name, got) for (pk, name), got in unions.items()),
        _asked(asked),
        tuple(
            ClauseReach(a.key, a.yes + b.yes, a.unknown + b.unknown, a.no + b.no, a.left + b.left)
            for a, b in zip(one.clauses, other.clauses, strict=True)
        ),
    )


def to_json(counted: Reach) -> dict[str, Any]:
    """What was counted so far, as it is carried to the next slice."""
    return {
        "unions": [[one.pk, one.union, *(getattr(one, kind) for kind in KINDS)] for one in counted.unions],
        "questions": [[fact.path, count] for fact, count in counted.questions],
        "clauses": [[one.key, one.yes, one.unknown, one.no, one.left] for one in counted.clauses],
    }


def from_json(carried: Mapping[str, Any]) -> Reach:
    return Reach(
        _largest_first(
            _union(pk, name, dict(zip(KINDS, counts, strict=True))) for pk, name, *counts in carried["unions"]
        ),
        _asked(Counter(dict(carried["questions"]))),
        tuple(ClauseReach(*clause) for clause in carried["clauses"]),
    )


def _union(pk: int, name: str, counts: Mapping[str, int]) -> UnionReach:
    return UnionReach(name, counts["yes"], counts["one_fact"], counts["open"], counts["no"], pk)


def _largest_first(unions: Iterable[UnionReach]) -> tuple[UnionReach, ...]:
    return tuple(sorted(unions, key=lambda one: (-one.yes, -one.all, one.union)))


def _asked(questions: Counter[str]) -> tuple[tuple[Fact, int], ...]:
    known = facts.schema().facts
    return tuple((known[path], count) for path, count in sorted(questions.items(), key=lambda one: (-one[1], one[0])))


def _verdicts(text: str) -> VerdictSql:
    return select_verdicts(
        loading.clauses_of(text), as_of=clock.today(), parameters=packs().store, dialect="postgres", region_path=REGION
    )


def run(
    select: str,
    texts: Sequence[str],
    under: Organisation,
    *,
    more_facts: Sequence[str] = (),
    part: Slice = WHOLE,
    **more: Any,
) -> list[tuple[Any, ...]]:
    """A SELECT over `belonging`, `facts`, and each text judged as `judged_0`, `judged_1`, in one statement."""
    regions = Organisation.objects.exclude(division_code="").values_list("division_code", flat=True).order_by()
    codes = {code[:6] for code in regions.distinct()}
    table = packs().store.snapshot(clock.today(), codes, packs().parameters)
    paths = {fact.path for text in texts for fact in loading.clauses_of(text).facts} | {REGION, *more_facts}
    people = "SELECT person_id AS id FROM belonging"
    judged = [
        f"judged_{at} AS MATERIALIZED ({_verdicts(text).query('facts', ['person_id']).replace('%', '%%')})"
        for at, text in enumerate(texts)
    ]
    statement = f"""
        WITH belonging AS MATERIALIZED ({BELONGING}),
        facts AS MATERIALIZED ({facts.facts_relation(sorted(paths), people=people, as_of=clock.today())}),
        region_parameters AS ({region_table_sql(table, "postgres").replace("%", "%%")}),
        {", ".join(judged)}
        {select}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"path": f"{under.path}%", "slice": part.number, "slices": part.of, **more})
        return cursor.fetchall() if cursor.description else []
