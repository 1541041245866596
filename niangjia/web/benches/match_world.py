"""The world of `bench match`: synthetic workers in Parquet, and a hundred programmes as the catalogue writes them.

Everything is made from a worker's number, so the same files come out everywhere. People are skewed and their facts hang
together (form of work with age, income with hardship, certificates with post); facts are missing as they are in real
registers, and some people stand exactly on a line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from niangjia.rules import ClauseSet, Parameter, ParameterRow, ParameterStore, Schema, Scope, compile_clauses
from niangjia.rules.schema import FactType
from niangjia.web.benches.match_rules import AS_OF, LINE, programmes_as_written

FILE_ROWS = 1_000_000
CITIES = 40
VERSION = 1  # of the files: raise it when what is made changes

U = "(hash(i * 64 + {salt}) % 1000003 / 1000003.0)"
PEOPLE = """
WITH drawn AS (
    SELECT i AS person_id, {u}
    FROM range({first}, {last}) t(i)
), base AS (
    SELECT *,
        (17 + 48 * (u1 * 0.55 + u2 * 0.45))::INT AS age,
        CASE WHEN u3 < 0.62 THEN 'contract' WHEN u3 < 0.70 THEN 'dispatch'
             WHEN u3 < 0.70 + 0.20 * (1.2 - u1) THEN 'platform' WHEN u3 < 0.94 THEN 'self' END AS form,
        '33' || lpad((1 + (pow(u4, 2) * {cities})::INT % {cities})::VARCHAR, 2, '0')
             || lpad((1 + (pow(u5, 2) * 12)::INT)::VARCHAR, 2, '0') AS home_county,
        CASE WHEN u6 < 0.935 THEN 'none' WHEN u6 < 0.962 THEN 'near' WHEN u6 < 0.985 THEN 'relative'
             WHEN u6 < 0.994 THEN 'deep' ELSE 'accident' END AS hardship,
        1 + (u7 * u8 * 8)::INT AS heads
    FROM drawn
), told AS (
    SELECT *, u9 < 0.30 + 0.5 * coalesce(form = 'contract', false)::INT AS member FROM base
)
SELECT
    person_id,
    CASE WHEN u10 > 0.02 THEN
        CASE WHEN u11 < 0.03 THEN (DATE '{as_of}' - to_years(age))::DATE
             ELSE (DATE '{as_of}' - to_years(age))::DATE - (u11 * 365)::INT END END AS worker_birth_date,
    CASE WHEN u12 > 0.01 THEN CASE WHEN u12 < 0.46 THEN 'F' ELSE 'M' END END AS worker_sex,
    CASE WHEN u13 > 0.08 THEN CASE WHEN u14 < 0.7 THEN home_county
         ELSE '33' || lpad((1 + (u14 * {cities})::INT % {cities})::VARCHAR, 2, '0') || '01' END END AS worker_hukou,
    CASE WHEN member THEN home_county END AS worker_region,
    member AS worker_union_member,
    CASE WHEN member AND u15 > 0.05 THEN
        DATE '{as_of}' - CASE WHEN u15 < 0.09 THEN to_months(6) ELSE to_days((pow(u16, 3) * 9000)::INT) END
    END::DATE AS worker_union_joined,
    form AS worker_employment_form,
    CASE WHEN form IN ('contract', 'dispatch') THEN CASE WHEN u17 < 0.78 THEN 'enterprise'
         WHEN u17 < 0.9 THEN 'institution' WHEN u17 < 0.96 THEN 'government' ELSE 'other' END
         WHEN form = 'self' THEN 'self_employed' END
        AS worker_employment_nature,
    CASE WHEN u18 > 0.25 THEN CASE WHEN u18 < 0.68 THEN 'front_line' WHEN u18 < 0.82 THEN 'technical'
         WHEN u18 < 0.9 THEN 'team_leader' WHEN u18 < 0.93 THEN 'workshop_head' ELSE 'manager' END END
        AS worker_employment_post,
    CASE WHEN form IS NOT NULL AND u19 > 0.1 THEN
        DATE '{as_of}' - CASE WHEN u19 < 0.13 THEN to_months(12) ELSE to_days((pow(u20, 2) * 7000)::INT) END
    END::DATE AS worker_employment_since,
    CASE WHEN u18 > 0.25 THEN u18 < 0.93 END AS worker_front_line,
    form = 'platform' AS worker_new_form,
    CASE WHEN u21 > 0.2 THEN heads END::BIGINT AS household_size,
    hardship AS household_hardship,
    CASE WHEN u22 > CASE WHEN hardship = 'none' THEN 0.45 ELSE 0.05 END THEN
        CASE WHEN u23 < 0.04 THEN heads * 12 * (90000 + 1000 * (substr(home_county, 3, 2)::INT)) * 3 // 2
             ELSE (exp(11.0 + 1.1 * (u24 + u25 + u26 - 1.5)
                   - CASE WHEN hardship = 'none' THEN 0 ELSE 0.8 END))::BIGINT * 100
        END END::BIGINT AS household_income,
    CASE WHEN u22 > 0.05 THEN DATE '{as_of}' - (u27 * 500)::INT END AS household_income_on,
    CASE WHEN u28 < 0.42 THEN least(5, (u29 * u30 * 9)::INT) END::BIGINT AS worker_skill_level,
    CASE WHEN u28 < 0.41 THEN DATE '{as_of}' - (u31 * 6000)::INT END AS worker_skill_since,
    CASE WHEN u32 < 0.05 THEN '|' || CASE WHEN u33 < 0.5 THEN 'craftsman_county' WHEN u33 < 0.7 THEN 'model_worker_city'
         WHEN u33 < 0.9 THEN 'craftsman_city|model_worker_city' ELSE 'model_worker_province' END || '|' ELSE '' END
        AS worker_titles,
    CASE WHEN u34 < 0.25 THEN CASE WHEN u34 < 0.05 THEN 'college' WHEN u34 < 0.08 THEN 'bachelor' ELSE 'none' END END
        AS worker_enrolment,
    CASE WHEN u34 < 0.25 THEN DATE '{as_of}' - (u35 * 450)::INT END AS worker_enrolment_on,
    CASE WHEN u36 < 0.5 THEN CASE WHEN u36 < 0.15 THEN 'junior' WHEN u36 < 0.3 THEN 'senior'
         WHEN u36 < 0.4 THEN 'college' WHEN u36 < 0.48 THEN 'bachelor' ELSE 'master' END END AS worker_education,
    CASE WHEN u37 < 0.4 THEN CASE WHEN u37 < 0.18 THEN 'own' WHEN u37 < 0.28 THEN 'family' WHEN u37 < 0.38 THEN 'rented'
         ELSE 'other' END END AS worker_home,
    CASE WHEN u37 < 0.4 THEN DATE '{as_of}' - (u38 * 900)::INT END AS worker_home_on,
    CASE WHEN u39 < 0.45 THEN least(age - 16, (u40 * 30)::INT) END::BIGINT AS worker_trade_years,
    CASE WHEN u39 < 0.45 THEN DATE '{as_of}' - (u41 * 430)::INT END AS worker_trade_years_on,
    CASE WHEN u42 < 0.3 THEN u42 < 0.01 END AS worker_unit_head,
    CASE WHEN u42 < 0.3 THEN DATE '{as_of}' - (u43 * 430)::INT END AS worker_unit_head_on
FROM told
"""


def people_files(directory: Path, people: int, tell: Callable[[str], None] = lambda _: None) -> Path:
    """The snapshot of so many synthetic workers; made when it is not there."""
    import duckdb

    snapshot = directory / f"workers-{people}-{VERSION}"
    if (snapshot / "snapshot.json").exists():
        return snapshot
    snapshot.mkdir(parents=True, exist_ok=True)
    drawn = ", ".join(f"{U.format(salt=salt)} AS u{salt}" for salt in range(1, 44))
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    for number, first in enumerate(range(0, people, FILE_ROWS)):
        last = min(first + FILE_ROWS, people)
        tell(f"{last:,} workers")
        rows = PEOPLE.format(u=drawn, first=first, last=last, as_of=AS_OF.isoformat(), cities=CITIES)
        connection.execute(f"COPY ({rows}) TO '{snapshot / f'{number:05}.parquet'}' (FORMAT parquet)")
    columns = [name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM '{snapshot}/*.parquet'").fetchall()]
    told = {"as_of": AS_OF.isoformat(), "rows": people, "columns": columns, "made_by": f"bench match {VERSION}"}
    (snapshot / "snapshot.json").write_text(json.dumps(told) + "\n", "utf-8")
    return snapshot


def policies() -> tuple[dict[str, ClauseSet], ParameterStore]:
    """The hundred programmes compiled, and their figures: those of the packs, and a line for every city but two."""
    from niangjia.matching.reads import packs
    from niangjia.rules.sources import vocabulary

    line = Parameter(LINE, FactType.MONEY, Scope.REGION, hi=10**7, label_en="subsistence line")
    rows = [
        ParameterRow(LINE, f"33{city:02}", date(2026, 7, 1), 90_000 + 1_000 * city, f"city notice {city}")
        for city in range(1, CITIES - 1)  # the last two have set none
    ]
    known = packs()
    schema: Schema = vocabulary([*known.parameters, line])
    programmes = {key: compile_clauses(clauses, schema) for key, clauses in programmes_as_written().items()}
    return programmes, ParameterStore([*(row for pack in known.packs for row in pack.rows), *rows])
