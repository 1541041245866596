"""What the register of persons knows that a rule may ask for."""

from __future__ import annotations

from niangjia.kit.divisions import place_name
from niangjia.rules.schema import Fact, FactType
from niangjia.rules.sources import FactSource, Touch

PERSON = FactSource(
    name="people.person",
    said_by_zh="个人档案",
    said_by_en="personal record",
    facts=(
        Fact(
            "worker.birth_date", FactType.DATE, label_zh="出生日期", label_en="date of birth",
            ask_zh="您的出生日期是哪一天？", ask_en="What is your date of birth?",
        ),
        Fact(
            "worker.age", FactType.NUM, derive=("years", "worker.birth_date"), label_zh="年龄", label_en="age",
            unit="岁", ask_zh="您今年多大年龄？", ask_en="How old are you?",
        ),
        Fact(
            "worker.sex", FactType.CODE, values={"F": ("女", "female"), "M": ("男", "male")},
            label_zh="性别", label_en="sex",
            ask_zh="您的性别是？", ask_en="What is your sex?",
        ),
        Fact(
            "worker.hukou", FactType.TEXT, named=place_name, likely=("330624", "330109"),
            label_zh="户籍所在地", label_en="place of household registration",
            ask_zh="您的户口在哪个县（市、区）？", ask_en="Where is your household registered?",
        ),
        Fact(
            "worker.residence", FactType.TEXT, named=place_name, likely=("330624", "330109"),
            label_zh="现居住地", label_en="place of residence",
            ask_zh="您现在住在哪个县（市、区）？", ask_en="Where do you live now?",
        ),
    ),
    sql="""
        SELECT person.id AS person_id, birth_date AS worker_birth_date, NULLIF(sex, '') AS worker_sex,
               NULLIF(LEFT(hukou_code, 6), '') AS worker_hukou,
               NULLIF(LEFT(residence_code, 6), '') AS worker_residence
        FROM wanted JOIN people_person person ON person.id = wanted.id
    """,
    changed_by=(
        Touch(
            "people_person",
            ("id", "birth_date", "sex", "hukou_code", "residence_code", "merged_into_id", "erased_on"),
            "SELECT id AS person_id FROM touched UNION ALL SELECT merged_into_id FROM touched",
        ),
    ),
)  # fmt: skip

# Who comes or goes changes what is true of everybody they share the household with.
MY_HOUSEHOLD = Touch(
    "people_householdmember",
    ("household_id", "person_id", "since", "until"),
    """
        SELECT person_id FROM touched UNION ALL
        SELECT other.person_id FROM touched JOIN people_householdmember other USING (household_id)
    """,
    days=("since", "until"),
)
HOUSEHOLD = FactSource(
    name="people.household",
    said_by_zh="家庭登记",
    said_by_en="household record",
    facts=(
        Fact(
            "household.size", FactType.NUM, level="household", lo=1, hi=50, unit="人",
            label_zh="家庭人口", label_en="people in the household",
            ask_zh="您家里一起生活的有几口人？", ask_en="How many people share your home?",
        ),
    ),
    sql="""
        SELECT mine.person_id, COUNT(*)::int AS household_size
        FROM wanted JOIN people_householdmember mine ON mine.person_id = wanted.id
        JOIN people_householdmember every ON every.household_id = mine.household_id
        WHERE mine.since <= %(as_of)s AND (mine.until IS NULL OR mine.until > %(as_of)s)
          AND every.since <= %(as_of)s AND (every.until IS NULL OR every.until > %(as_of)s)
        GROUP BY mine.person_id, mine.household_id
    """,
    changed_by=(MY_HOUSEHOLD,),
)  # fmt: skip

SOURCES = (PERSON, HOUSEHOLD)
