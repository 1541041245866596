"""What certificates say about a person to the rules: the skill level, since when, and the titles held."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from niangjia.rules.schema import Fact, FactType
from niangjia.rules.sources import FactSource, Touch

DATA = Path(__file__).parent / "data"


@cache
def _titles() -> dict[str, tuple[str, str]]:
    told = yaml.safe_load((DATA / "titles.yaml").read_text(encoding="utf-8"))
    return {
        f"{family['code']}_{tier}": (names["zh"], names["en"])
        for family in told
        for tier, names in family["tiers"].items()
    }


def title_name(code: str, lang: str) -> str:
    """What people call a title; the code itself when it is none of ours."""
    return _titles().get(code, (code, code))[0 if lang.startswith("zh") else 1]


# Certificates that count on the day and somebody other than the holder stands for; a merged record's are its heir's.
_COUNTING = """
    SELECT record.person_id, a.kind, a.code, a.rank_order, c.issued_on
    FROM (
      SELECT id AS person_id, id FROM wanted UNION ALL
      SELECT heir.id, merged.id FROM wanted heir JOIN people_person merged ON merged.merged_into_id = heir.id
    ) record
    JOIN credentials_credential c ON c.person_id = record.id
    JOIN credentials_achievement a ON a.id = c.achievement_id
    WHERE c.standing <> 'declared' AND c.issued_on <= %(as_of)s
      AND (c.valid_until IS NULL OR c.valid_until >= %(as_of)s)
      AND (c.revoked_on IS NULL OR c.revoked_on > %(as_of)s)
"""
_CHANGED_BY = (
    Touch(
        "credentials_credential",
        ("person_id", "achievement_id", "standing", "issued_on", "valid_until", "revoked_on"),
        """
            SELECT COALESCE(p.merged_into_id, p.id) AS person_id FROM touched
            JOIN people_person p ON p.id = touched.person_id
        """,
        days=("issued_on", "valid_until", "revoked_on"),
    ),
    Touch(
        "credentials_achievement",
        ("id", "kind", "code", "rank_order"),
        """
            SELECT COALESCE(p.merged_into_id, p.id) AS person_id FROM touched
            JOIN credentials_credential c ON c.achievement_id = touched.id JOIN people_person p ON p.id = c.person_id
        """,
    ),
    # a merged record's certificates are its heir's
    Touch("people_person", ("id", "merged_into_id"), "SELECT merged_into_id AS person_id FROM touched"),
)

SKILL = FactSource(
    name="skill",
    facts=(
        Fact(
            "worker.skill_level",
            FactType.NUM,
            lo=0,
            hi=7,
            # the ranks of data/ladder.yaml: they run up, certificate levels run down
            values={
                "0": ("学徒工", "apprentice"),
                "1": ("初级工", "junior worker"),
                "2": ("中级工", "intermediate worker"),
                "3": ("高级工", "senior worker"),
                "4": ("技师", "technician"),
                "5": ("高级技师", "senior technician"),
                "6": ("特级技师", "special-grade technician"),
                "7": ("首席技师", "chief technician"),
            },
            label_zh="技能等级",
            label_en="skill level",
            ask_zh="您的职业技能等级是哪一级？",
            ask_en="Which skill level do you hold?",
        ),
        Fact(
            "worker.skill_since",
            FactType.DATE,
            label_zh="取得现有技能等级的日期",
            label_en="date of the present skill level",
            ask_zh="您的技能等级证书是哪天发的？",
            ask_en="When was your skill certificate issued?",
        ),
    ),
    sql=f"""
        SELECT DISTINCT ON (person_id) person_id, rank_order AS worker_skill_level, issued_on AS worker_skill_since
        FROM ({_COUNTING}) counting WHERE kind = 'skill_level'
        ORDER BY person_id, rank_order DESC, issued_on
    """,  # noqa: S608 - our own constants
    changed_by=_CHANGED_BY,
    said_by_zh="技能证书登记",
    said_by_en="the register of skill certificates",
)
TITLES = FactSource(
    name="titles",
    facts=(
        Fact(
            "worker.titles",
            FactType.TAGS,
            label_zh="已获的称号和荣誉",
            label_en="titles and honours held",
            named=title_name,
        ),
    ),
    # Everybody has a row: whom no title is recorded for holds none, and that is known.
    sql=f"""
        SELECT wanted.id AS person_id, COALESCE(held.titles, '') AS worker_titles
        FROM wanted LEFT JOIN (
          SELECT person_id, '|' || string_agg(DISTINCT code, '|' ORDER BY code) || '|' AS titles
          FROM ({_COUNTING}) counting WHERE kind IN ('title', 'honour') GROUP BY person_id
        ) held ON held.person_id = wanted.id
    """,  # noqa: S608 - our own constants
    changed_by=_CHANGED_BY,
    said_by_zh="荣誉称号登记",
    said_by_en="the register of titles",
)
SOURCES = (SKILL, TITLES)
