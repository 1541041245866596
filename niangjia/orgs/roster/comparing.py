"""Every comparison a row cannot make alone: with the other rows, with the people, unions and employers on record.

Set by set in SQL over `roster_stage`; each statement adds its fault to all rows it concerns at once. Written to be
repeatable: what was found at the preview is found again at the import, when other facts may hold.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from niangjia.orgs.models import UNION_KINDS
from niangjia.orgs.roster.faults import Note
from niangjia.orgs.roster.staging import SAID
from niangjia.orgs.roster.verdicts import REFUSES

LIVE = "s.verdict IN ('ok', 'warned')"


def _blame(code: str, field: str, row: str = "") -> str:
    """The SET clause that adds one fault; `row` is SQL for the other row it names."""
    names = f", 'names', jsonb_build_object('row', {row})" if row else ""
    fault = f"jsonb_build_array(jsonb_build_object('code', '{code}', 'field', '{field}'{names}))"
    verdict = "'refused'" if code in REFUSES else "'warned'"
    return f"verdict = {verdict}, faults = CASE WHEN s.faults @> {fault} THEN s.faults ELSE s.faults || {fault} END"


def _row_of(other: str) -> str:
    """How a row of the same sheet, or of another one, is named."""
    return (
        f"CASE WHEN {other}.sheet = s.sheet THEN {other}.row::text "
        f"ELSE {other}.row || ' (' || (%(sheets)s::text[])[{other}.sheet + 1] || ')' END"
    )


WITHIN_THE_FILE = (
    f"""
    CREATE TEMPORARY TABLE roster_twice ON COMMIT DROP AS
    SELECT id_hash, array_agg(number ORDER BY number) AS numbers, min(name) <> max(name) AS differ
    FROM roster_stage s JOIN (
        SELECT id_hash FROM roster_stage s WHERE {LIVE} AND id_hash <> '' GROUP BY id_hash HAVING count(*) > 1
    ) more USING (id_hash)
    WHERE {LIVE} GROUP BY id_hash""",
    f"""UPDATE roster_stage s SET {_blame("same_id_other_name", "id_number", _row_of("o"))}
    FROM roster_twice t, roster_stage o
    WHERE s.id_hash = t.id_hash AND {LIVE} AND t.differ
      AND o.number = CASE WHEN s.number = t.numbers[1] THEN t.numbers[2] ELSE t.numbers[1] END""",
    f"""UPDATE roster_stage s SET {_blame("repeated", "", _row_of("o"))}
    FROM roster_twice t, roster_stage o
    WHERE s.id_hash = t.id_hash AND {LIVE} AND NOT t.differ AND s.number <> t.numbers[1] AND o.number = t.numbers[1]""",
    "DROP TABLE roster_twice",
    f"""
    CREATE TEMPORARY TABLE roster_phones ON COMMIT DROP AS
    SELECT s.number, s.sheet, s.row, s.phone_hash, s.name, s.id_hash = '' AS alone
    FROM roster_stage s JOIN (
        SELECT phone_hash FROM roster_stage s WHERE {LIVE} AND phone_hash <> '' GROUP BY phone_hash HAVING count(*) > 1
    ) more USING (phone_hash)
    WHERE {LIVE}""",
    f"""
    UPDATE roster_stage s SET {_blame("repeated", "", _row_of("o"))}
    FROM (
        SELECT number, first_value(number) OVER (PARTITION BY phone_hash, name ORDER BY alone, number) AS first
        FROM roster_phones
    ) t, roster_phones o
    WHERE s.number = t.number AND s.id_hash = '' AND t.first <> s.number AND o.number = t.first""",
    "DELETE FROM roster_phones p USING roster_stage s WHERE s.number = p.number AND s.verdict = 'refused'",
    """
    CREATE TEMPORARY TABLE roster_shared ON COMMIT DROP AS
    SELECT number, alone, coalesce(lag(number) OVER w, lead(number) OVER w) AS other
    FROM roster_phones WINDOW w AS (PARTITION BY phone_hash ORDER BY number)""",
    f"""UPDATE roster_stage s SET {_blame("phone_shared_alone", "phone", _row_of("o"))}
    FROM roster_shared t, roster_phones o WHERE s.number = t.number AND t.alone AND o.number = t.other""",
    f"""UPDATE roster_stage s SET {_blame("phone_shared", "phone", _row_of("o"))}, phone_hash = ''
    FROM roster_shared t, roster_phones o WHERE s.number = t.number AND NOT t.alone AND o.number = t.other""",
    "DROP TABLE roster_phones, roster_shared",
)

WITH_THE_PEOPLE = (
    f"""UPDATE roster_stage s SET person_id = coalesce(p.merged_into_id, p.id)
    FROM people_person p WHERE p.id_hash = s.id_hash AND p.id_hash <> '' AND {LIVE}""",
    f"""UPDATE roster_stage s SET {_blame("name_differs", "name")}
    FROM people_person p
    WHERE p.id = s.person_id AND {LIVE} AND replace(p.name, ' ', '') <> replace(s.name, ' ', '')""",
    f"""
    CREATE TEMPORARY TABLE roster_known ON COMMIT DROP AS
    SELECT s.number, s.person_id AS by_id, count(*) FILTER (WHERE p.name = s.name) AS same,
        min(p.id) FILTER (WHERE p.name = s.name) AS person_id,
        min(p.id_hash) FILTER (WHERE p.name = s.name) AS id_hash,
        count(*) FILTER (WHERE p.name <> s.name) AS others
    FROM roster_stage s JOIN people_person p ON p.phone_hash = s.phone_hash AND p.merged_into_id IS NULL
    WHERE {LIVE} AND s.phone_hash <> '' AND p.id IS DISTINCT FROM s.person_id
    GROUP BY s.number, s.person_id""",
    f"""UPDATE roster_stage s SET {_blame("several_match", "phone")}
    FROM roster_known k WHERE s.number = k.number AND {LIVE} AND k.by_id IS NULL AND k.same > 1""",
    f"""UPDATE roster_stage s SET {_blame("id_differs", "id_number")}
    FROM roster_known k WHERE s.number = k.number AND {LIVE} AND k.by_id IS NULL AND k.same = 1
      AND s.id_hash <> '' AND k.id_hash <> ''""",
    f"""UPDATE roster_stage s SET person_id = k.person_id
    FROM roster_known k WHERE s.number = k.number AND {LIVE} AND k.by_id IS NULL AND k.same = 1""",
    f"""UPDATE roster_stage s SET {_blame("phone_of_another", "phone")}
    FROM roster_known k WHERE s.number = k.number AND {LIVE} AND s.person_id IS NULL AND s.id_hash = ''""",
    f"""UPDATE roster_stage s SET {_blame("phone_of_other", "phone")}, phone_hash = ''
    FROM roster_known k WHERE s.number = k.number AND {LIVE} AND s.id_hash <> ''
      AND (k.by_id IS NOT NULL OR s.person_id IS NULL)""",
    "DROP TABLE roster_known",
)
# From here on only rows of people on record are concerned: for a first roster none of it is asked.
_ANYBODY_KNOWN = "SELECT EXISTS (SELECT 1 FROM roster_stage WHERE person_id IS NOT NULL)"
OF_THE_KNOWN = (
    f"""
    WITH twice AS (
        SELECT person_id, min(number) AS first FROM roster_stage s
        WHERE {LIVE} AND person_id IS NOT NULL GROUP BY person_id HAVING count(*) > 1
    )
    UPDATE roster_stage s SET {_blame("repeated", "", _row_of("o"))}
    FROM twice t, roster_stage o
    WHERE s.person_id = t.person_id AND {LIVE} AND s.number <> t.first AND o.number = t.first""",
    f"""UPDATE roster_stage s SET {_blame("phone_differs", "phone")}, phone_hash = ''
    FROM people_person p WHERE p.id = s.person_id AND {LIVE} AND s.phone_hash <> '' AND p.phone_hash <> ''
      AND p.phone_hash <> s.phone_hash""",
    f"""UPDATE roster_stage s SET filled = array_remove(ARRAY[
        CASE WHEN s.id_hash <> '' AND p.id_hash = '' THEN 'id' END,
        CASE WHEN s.phone_hash <> '' AND p.phone_hash = '' THEN 'phone' END,
        CASE WHEN s.sex <> '' AND p.sex = '' THEN 'sex' END,
        CASE WHEN s.birth_date IS NOT NULL AND p.birth_date IS NULL THEN 'birth' END], NULL)
    FROM people_person p WHERE p.id = s.person_id AND {LIVE} AND (
        (s.id_hash <> '' AND p.id_hash = '') OR (s.phone_hash <> '' AND p.phone_hash = '')
        OR (s.sex <> '' AND p.sex = '') OR (s.birth_date IS NOT NULL AND p.birth_date IS NULL))""",
)

_STANDING = f"""
    FROM orgs_membership m WHERE m.person_id = s.person_id AND {LIVE} AND NOT m.service_only
    AND m.state IN ('applicant', 'member', 'transferring', 'retained')
"""
WITH_THE_UNIONS = (
    f"""UPDATE roster_stage s SET {_blame("already_member", "")}, joins = false
    {_STANDING} AND m.union_id = %(union)s AND m.state <> 'applicant'""",
    f"""UPDATE roster_stage s SET {_blame("applies_here", "")}
    {_STANDING} AND m.union_id = %(union)s AND m.state = 'applicant'""",
    f"""UPDATE roster_stage s SET {_blame("applies_elsewhere", "")}
    {_STANDING} AND m.union_id <> %(union)s AND m.state = 'applicant'""",
    f"""UPDATE roster_stage s SET {_blame("member_elsewhere", "")}
    {_STANDING} AND m.union_id <> %(union)s""",
)

_UNITS = f"""
CREATE TEMPORARY TABLE roster_units ON COMMIT DROP AS
WITH said AS (SELECT DISTINCT unit, credit_code FROM roster_stage s WHERE {LIVE} AND (unit <> '' OR credit_code <> '')),
fits AS (
    SELECT said.unit, said.credit_code, e.id,
        e.uscc = said.credit_code AND e.uscc <> '' AS by_code,
        EXISTS (SELECT 1 FROM orgs_coverage c WHERE c.employer_id = e.id AND c.union_id = %(union)s AND c.until IS NULL)
            AS covered
    FROM said JOIN orgs_organisation o ON o.kind <> ALL(%(unions)s) AND o.closed_on IS NULL
    JOIN orgs_employer e ON e.organisation_id = o.id
        AND (translate(replace(o.name, ' ', ''), '（）', '()') = said.unit
             OR (e.uscc <> '' AND e.uscc = said.credit_code))
), ranked AS (
    SELECT *, rank() OVER (PARTITION BY unit, credit_code ORDER BY by_code DESC, covered DESC) AS place FROM fits
)
SELECT said.unit, said.credit_code, min(r.id) AS employer_id, count(r.id) AS fits
FROM said LEFT JOIN ranked r ON r.unit = said.unit AND r.credit_code = said.credit_code AND r.place = 1
GROUP BY said.unit, said.credit_code
"""

_WORKS = "s.trade <> '' OR s.post <> '' OR s.form <> '' OR s.started_on IS NOT NULL"
# Where a row names no employer and the union stands for one alone, it is that one.
_EMPLOYERS = """
    LEFT JOIN roster_units u ON u.unit = s.unit AND u.credit_code = s.credit_code AND u.fits = 1
    LEFT JOIN (
        SELECT min(employer_id) AS employer_id FROM orgs_coverage WHERE union_id = %(union)s AND until IS NULL
        HAVING count(*) = 1
    ) c ON s.unit = '' AND s.credit_code = ''"""
# What people on record have: in one pass over the bench, for each further one would write it anew.
_FOUND = f"""
UPDATE roster_stage s SET employer_id = f.employer_id, employment_id = f.employment_id,
    new_employment = f.works AND f.employment_id IS NULL
FROM (
    SELECT s.number, coalesce(u.employer_id, c.employer_id) AS employer_id, e.id AS employment_id,
        coalesce(u.employer_id, c.employer_id) IS NOT NULL OR {_WORKS} AS works
    FROM roster_stage s {_EMPLOYERS}
    LEFT JOIN LATERAL (
        SELECT e.id FROM orgs_employment e WHERE e.person_id = s.person_id AND e.until IS NULL
            AND e.employer_id IS NOT DISTINCT FROM coalesce(u.employer_id, c.employer_id)
        ORDER BY e.since DESC NULLS LAST, e.id DESC LIMIT 1
    ) e ON true
    WHERE {LIVE} AND s.person_id IS NOT NULL
) f WHERE f.number = s.number"""
# What each row makes, worked out where it is read: a first roster is not written anew for it.
_MADE = f"""
CREATE TEMPORARY VIEW roster_made AS
SELECT {", ".join(f"s.{each}" for each in SAID)}, s.filled, s.joins, s.employment_before,
    made.is_new AS new_person, coalesce(s.person_id, CASE WHEN made.is_new THEN s.next_person END) AS person_id,
    CASE WHEN {LIVE} AND s.joins THEN s.next_membership END AS membership_id,
    made.employer_id, made.new_employment,
    CASE WHEN made.new_employment THEN s.next_employment ELSE s.employment_id END AS employment_id
FROM roster_stage s {_EMPLOYERS}
CROSS JOIN LATERAL (
    SELECT {LIVE} AND s.person_id IS NULL AND s.next_person IS NOT NULL AS is_new
) one
CROSS JOIN LATERAL (
    SELECT one.is_new,
        CASE WHEN one.is_new THEN coalesce(u.employer_id, c.employer_id) ELSE s.employer_id END AS employer_id,
        CASE WHEN one.is_new THEN coalesce(u.employer_id, c.employer_id) IS NOT NULL OR {_WORKS}
            ELSE s.new_employment END AS new_employment
) made"""
WITH_THE_EMPLOYMENTS = (
    f"""UPDATE roster_stage s SET {_blame("also_employed", "")}
    WHERE {LIVE} AND new_employment
      AND EXISTS (SELECT 1 FROM orgs_employment e WHERE e.person_id = s.person_id AND e.until IS NULL)""",
    f"""UPDATE roster_stage s SET employment_before = jsonb_build_object(
        'occupation', e.occupation, 'post', e.post, 'form', e.form, 'since', e.since)
    FROM orgs_employment e WHERE e.id = s.employment_id AND {LIVE} AND NOT s.new_employment AND (
        (s.trade <> '' AND s.trade <> e.occupation) OR (s.post <> '' AND s.post <> e.post)
        OR (s.form <> '' AND s.form <> e.form) OR (s.started_on IS NOT NULL AND e.since IS NULL))""",
)


# An employer we do not know, or know twice, is one matter for the register and not a fault of a thousand rows.
_UNFIT = """
SELECT CASE WHEN u.fits = 0 THEN 'unit_unknown' ELSE 'unit_several' END, coalesce(nullif(u.unit, ''), u.credit_code),
    count(*) FROM roster_units u JOIN roster_stage s ON s.unit = u.unit AND s.credit_code = u.credit_code
WHERE u.fits <> 1 AND s.verdict IN ('ok', 'warned') GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""
UNITS_NAMED = 20


def compare(union_id: int, sheets: list[str]) -> tuple[list[Note], bool]:
    """Judge the staged rows against each other and the records; notes about employers, and whether anybody was known.

    What the rows will make is read from `roster_made` afterwards.
    """
    values: dict[str, Any] = {
        "union": union_id, "sheets": sheets, "unions": [str(kind) for kind in UNION_KINDS],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '192MB'")
        cursor.execute("ANALYZE roster_stage (verdict, id_hash, phone_hash, unit, credit_code)")
        for statement in (*WITHIN_THE_FILE, *WITH_THE_PEOPLE):
            cursor.execute(statement, values)
        cursor.execute(_ANYBODY_KNOWN)
        (known,) = cursor.fetchone()
        for statement in (*OF_THE_KNOWN, *WITH_THE_UNIONS) if known else ():
            cursor.execute(statement, values)
        cursor.execute(_UNITS, values)
        cursor.execute("ANALYZE roster_units")
        for statement in (_FOUND, *WITH_THE_EMPLOYMENTS) if known else ():
            cursor.execute(statement, values)
        cursor.execute(_MADE, values)
        cursor.execute(_UNFIT)
        unfit = cursor.fetchall()
    notes: list[Note] = [
        {"code": code, "names": {"unit": unit, "count": str(rows)}} for code, unit, rows in unfit[:UNITS_NAMED]
    ]
    if len(unfit) > UNITS_NAMED:
        notes.append({"code": "units_more", "names": {"count": str(len(unfit) - UNITS_NAMED)}})
    return notes, known
