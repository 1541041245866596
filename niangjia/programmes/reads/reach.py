"""How many workers a programme reaches: certain yes, certain no, or one fact away and which; counted by PostgreSQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from niangjia.kit import clock
from niangjia.matching import reads as facts
from niangjia.matching.reads import REGION, packs
from niangjia.orgs.models import Organisation
from niangjia.programmes import loading
from niangjia.programmes.limits import LIVE
from niangjia.programmes.models import Application, Match, Round
from niangjia.rules.schema import Fact
from niangjia.rules.sql import VerdictSql, region_table_sql, select_verdicts

# The workers of a subtree: its main members.
WORKERS_UNDER = """
    SELECT m.person_id AS id FROM orgs_membership m JOIN orgs_organisation o ON o.id = m.union_id
    WHERE o.path LIKE %(path)s AND NOT m.service_only AND m.state IN ('member', 'transferring', 'retained')
"""


@dataclass(frozen=True, slots=True)
class UnionReach:
    """The workers of one union: how many suit, how many do not, how many are one fact or more away."""

    union: str
    yes: int
    one_fact: int
    open: int
    no: int

    @property
    def all(self) -> int:
        return self.yes + self.one_fact + self.open + self.no


@dataclass(frozen=True, slots=True)
class Reach:
    unions: tuple[UnionReach, ...]
    questions: tuple[tuple[Fact, int], ...]  # the missing fact, and how many it alone would settle
    clauses: tuple[tuple[str, int, int, int], ...]  # key, yes, unknown, no

    def total(self, what: str) -> int:
        return sum(getattr(one, what) for one in self.unions)


def reach(text: str, under: Organisation) -> Reach:
    """A programme text held against all workers of a subtree today, by union."""
    verdicts = _verdicts(text)
    keys = list(verdicts.clauses)
    rows = _run(
        f"""
        SELECT b.name, j.verdict, j.missing, {", ".join(f'j."c_{key}"' for key in keys) or "1"}, count(*)
        FROM judged j JOIN belonging b ON b.person_id = j.person_id
        GROUP BY {", ".join(str(n + 1) for n in range(3 + max(len(keys), 1)))}
        """,
        text,
        verdicts,
        under,
    )
    return _told(rows, verdicts, keys)


def suited(text: str, under: Organisation) -> frozenset[int]:
    """The workers of a subtree who certainly suit a text today; two texts compared tell who gains and who loses."""
    select = "SELECT j.person_id FROM judged j WHERE j.verdict = 'true'"
    return frozenset(person for (person,) in _run(select, text, _verdicts(text), under))


def _told(rows: list[tuple[Any, ...]], verdicts: VerdictSql, keys: list[str]) -> Reach:
    by_union: dict[str, Counter[str]] = defaultdict(Counter)
    questions: Counter[str] = Counter()
    clauses: dict[str, Counter[bool | None]] = {key: Counter() for key in keys}
    for name, verdict, missing, *answers, count in rows:
        paths = verdicts.paths_in(missing) if verdict == "unknown" else ()
        kind = {"true": "yes", "false": "no"}.get(verdict) or ("one_fact" if len(paths) == 1 else "open")
        by_union[name][kind] += count
        if kind == "one_fact":
            questions[paths[0]] += count
        for key, answer in zip(keys, answers, strict=False):
            clauses[key][answer] += count
    unions = [UnionReach(name, got["yes"], got["one_fact"], got["open"], got["no"]) for name, got in by_union.items()]
    known = facts.schema().facts
    return Reach(
        unions=tuple(sorted(unions, key=lambda one: (-one.yes, -one.all, one.union))),
        questions=tuple((known[path], count) for path, count in questions.most_common()),
        clauses=tuple((key, got[True], got[None], got[False]) for key, got in clauses.items()),
    )


def _verdicts(text: str) -> VerdictSql:
    return select_verdicts(
        loading.clauses_of(text), as_of=clock.today(), parameters=packs().store, dialect="postgres", region_path=REGION
    )


def _run(select: str, text: str, verdicts: VerdictSql, under: Organisation, **more: Any) -> list[tuple[Any, ...]]:
    regions = Organisation.objects.exclude(division_code="").values_list("division_code", flat=True).order_by()
    codes = {code[:6] for code in regions.distinct()}
    table = packs().store.snapshot(clock.today(), codes, packs().parameters)
    paths = [fact.path for fact in loading.clauses_of(text).facts] + [REGION]
    statement = f"""
        WITH belonging AS MATERIALIZED (
            SELECT m.person_id, o.name FROM orgs_membership m JOIN orgs_organisation o ON o.id = m.union_id
            WHERE o.path LIKE %(path)s AND NOT m.service_only AND m.state IN ('member', 'transferring', 'retained')
        ), facts AS MATERIALIZED ({facts.facts_relation(paths, people=WORKERS_UNDER, as_of=clock.today())}),
        region_parameters AS ({region_table_sql(table, "postgres").replace("%", "%%")}),
        judged AS ({verdicts.query("facts", ["person_id"]).replace("%", "%%")})
        {select}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"path": f"{under.path}%", **more})
        return cursor.fetchall() if cursor.description else []


def _served(of: Round) -> list[int]:
    """People whose share of this programme is used up already: nobody is invited to what they cannot get."""
    limits = of.definition.limits
    practices = [*limits.exclusive_with]
    if limits.per == "ever" and not limits.once_per_field and limits.per_person == 1:
        practices.append(of.version.programme.practice)
    used = Application.objects.filter(round__version__programme__practice__in=practices, state__in=LIVE)
    return list(used.values_list("person", flat=True).order_by())


def insert_matches(of: Round) -> dict[str, int]:
    """Note the workers a round is for: those who suit, and those one fact away. Finding again loses nobody."""
    verdicts = _verdicts(of.version.text)
    missing = " ".join(f"WHEN {verdicts.bit(path)} THEN '{path}'" for path in verdicts.missing_paths)
    case = f"CASE j.missing {missing} END" if missing else "NULL"
    _run(
        f"""
        INSERT INTO programmes_match (round_id, person_id, verdict, missing, found_at)
        SELECT %(round)s, j.person_id, CASE j.verdict WHEN 'true' THEN 'yes' ELSE 'one_fact' END, coalesce({case}, ''),
               %(now)s
        FROM judged j
        WHERE (j.verdict = 'true' OR (j.verdict = 'unknown' AND {case} IS NOT NULL))
          AND NOT j.person_id = ANY(%(served)s)
        ON CONFLICT (round_id, person_id) DO UPDATE SET verdict = excluded.verdict, missing = excluded.missing
        """,
        of.version.text,
        verdicts,
        of.organisation,
        round=of.pk,
        now=clock.now(),
        served=_served(of),
    )
    matches: Mapping[str, int] = Counter(Match.objects.filter(round=of).values_list("verdict", flat=True).order_by())
    return {"yes": matches.get("yes", 0), "one_fact": matches.get("one_fact", 0)}
