"""The workers a round is for, noted in batches of people and kept true: who suits, who nearly does, who no more.

A batch is one range of people and one statement, judged when it is written: two who match at once cannot leave an old
answer behind. A run that was broken off is simply begun again: lines that are right already are not touched, and nobody
is told twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from niangjia.kit import clock
from niangjia.kit.happenings import announce
from niangjia.matching import reads as facts
from niangjia.matching.reads import MEMBERS_BELOW
from niangjia.programmes import loading
from niangjia.programmes.happenings import PeopleFound
from niangjia.programmes.limits import LIVE
from niangjia.programmes.models import Match, Round

BATCH = 20_000
LAST = 2**62
RANGE = "BETWEEN %(first)s AND %(last)s"


@dataclass(frozen=True, slots=True)
class Noted:
    """What a run changed: how many lines are new or say something else, and how many suit no more."""

    found: int = 0
    gone: int = 0

    def __add__(self, other: Noted) -> Noted:
        return Noted(self.found + other.found, self.gone + other.gone)


@dataclass(frozen=True, slots=True)
class Listed:
    """A piece of a list that an engine made: people in ascending order, verdicts, what each lacks, and up to whom."""

    people: Sequence[int]
    verdicts: Sequence[str]
    missing: Sequence[str]
    first: int
    last: int

    @classmethod
    def of(cls, rows: Sequence[tuple[int, str, str]], first: int, last: int) -> Listed:
        return cls([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], first, last)


class Invitation:
    """One round to be held against the workers below it: all, or those changed since a count of the facts table."""

    def __init__(self, of: Round, *, as_of: date, since: int | None = None) -> None:
        self.round = of
        self.as_of = as_of
        self.since = since
        limits, practice = of.definition.limits, of.version.programme.practice
        self.practices = [*limits.exclusive_with]
        if limits.per == "ever" and not limits.once_per_field and limits.per_person == 1:
            self.practices.append(practice)
        self.given: dict[str, Any] = {
            "round": of.pk,
            "path": f"{of.organisation.path}%",
            "practices": self.practices,
            "live": list(LIVE),
            "now": clock.now(),
        }

    @property
    def whom(self) -> str:
        """A SELECT of the people looked at: who changed, and who has asked for something that may stand in the way."""
        if self.since is None:
            return "SELECT id AS person_id FROM people_person"
        return f"""
            {facts.changed_since(self.since)} UNION
            SELECT a.person_id FROM programmes_application a JOIN programmes_round r ON r.id = a.round_id
            JOIN programmes_programmeversion v ON v.id = r.version_id
            JOIN programmes_programme p ON p.id = v.programme_id WHERE p.practice = ANY(%(practices)s)
        """

    def batches(self) -> Iterator[tuple[int, int]]:
        """Ranges of people, each of at most BATCH workers; together they are everybody."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT id FROM (
                  SELECT id, row_number() OVER (ORDER BY id) AS place FROM ({MEMBERS_BELOW}) w
                  WHERE id IN ({self.whom})
                ) placed WHERE place %% {BATCH} = 0 ORDER BY id
                """,
                self.given,
            )
            ends = [end for (end,) in cursor.fetchall()]
        return zip([0, *(end + 1 for end in ends)], [*ends, LAST], strict=True)

    def note(self, first: int, last: int) -> Noted:
        """Judge the workers of one range and note what came of it."""
        people = f"{MEMBERS_BELOW} AND m.person_id {RANGE}"
        if self.since is not None:
            people += f" AND m.person_id IN ({self.whom})"
        parts, verdicts = facts.judged(loading.clauses_of(self.round.version.text), people=people, as_of=self.as_of)
        asked = [path for path in verdicts.missing_paths if path in facts.schema().facts]
        missing = " ".join(f"WHEN {verdicts.bit(path)} THEN '{path}'" for path in asked)
        lacks = f"CASE missing {missing} END" if missing else "NULL"
        judged = f"""
            {parts},
            listed AS (
              SELECT person_id, CASE verdict WHEN 'true' THEN 'yes' ELSE 'one_fact' END AS verdict,
                     CASE verdict WHEN 'true' THEN '' ELSE {lacks} END AS missing
              FROM judged WHERE verdict = 'true' OR (verdict = 'unknown' AND {lacks} IS NOT NULL)
            )
        """
        return self._keep(judged, self.whom, {"first": first, "last": last})

    def note_listed(self, listed: Listed, generation: int) -> Noted:
        """Note a piece of a list made of the facts as they stood at a count; who changed since is left alone."""
        unnested = f"""
            listed AS (
              SELECT l.* FROM unnest(%(people)s::bigint[], %(verdicts)s::text[], %(lacking)s::text[])
                AS l (person_id, verdict, missing)
              WHERE person_id IN ({MEMBERS_BELOW}) AND person_id NOT IN ({facts.changed_since(generation)})
            )
        """
        whom = f"SELECT id AS person_id FROM people_person EXCEPT {facts.changed_since(generation)}"
        given = {"people": listed.people, "verdicts": listed.verdicts, "lacking": listed.missing}
        return self._keep(unnested, whom, {**given, "first": listed.first, "last": listed.last})

    @transaction.atomic
    def _keep(self, listed: str, whom: str, given: dict[str, Any]) -> Noted:
        """Write the lines of one range, one transaction, and announce whom it found."""
        Round.objects.select_for_update(of=("self",), no_key=True).get(pk=self.round.pk)
        statement = f"""
            WITH {listed},
            served AS (
              SELECT a.person_id FROM programmes_application a JOIN programmes_round r ON r.id = a.round_id
              JOIN programmes_programmeversion v ON v.id = r.version_id
              JOIN programmes_programme p ON p.id = v.programme_id
              WHERE p.practice = ANY(%(practices)s) AND a.state = ANY(%(live)s)
            ),
            suited AS MATERIALIZED (
              SELECT * FROM listed WHERE person_id NOT IN (SELECT person_id FROM served)
            ),
            found AS (
              INSERT INTO programmes_match AS kept (round_id, person_id, verdict, missing, found_at)
              SELECT %(round)s, person_id, verdict, missing, %(now)s FROM suited
              ON CONFLICT (round_id, person_id) DO UPDATE SET verdict = excluded.verdict, missing = excluded.missing
              WHERE (kept.verdict, kept.missing) IS DISTINCT FROM (excluded.verdict, excluded.missing)
              RETURNING person_id
            ),
            gone AS (
              UPDATE programmes_match SET verdict = '{Match.Verdict.NO}', missing = ''
              WHERE round_id = %(round)s AND person_id {RANGE} AND verdict <> '{Match.Verdict.NO}'
                AND person_id IN ({whom}) AND person_id NOT IN (SELECT person_id FROM suited)
              RETURNING person_id
            )
            SELECT (SELECT coalesce(array_agg(person_id), '{{}}') FROM found), (SELECT count(*) FROM gone)
        """
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self.given, **given})
            found, gone = cursor.fetchone()
        if found:
            announce(PeopleFound(self.round.pk, tuple(found)))
        return Noted(len(found), gone)

    def finish(self, generation: int) -> None:
        """Everybody has been looked at with the facts as they stood at this count, or later."""
        Round.objects.filter(pk=self.round.pk).update(matched_generation=generation, matched_on=self.as_of)


def counts(of: Round) -> dict[str, int]:
    """How many suit, and how many are one fact away."""
    by_verdict = dict(Match.objects.filter(round=of).order_by().values_list("verdict").annotate(count=Count("pk")))
    return {str(verdict): by_verdict.get(verdict, 0) for verdict in (Match.Verdict.YES, Match.Verdict.ONE_FACT)}
