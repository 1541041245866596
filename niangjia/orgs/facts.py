"""What the unions know that a rule may ask for: membership, employment, hardship."""

from __future__ import annotations

from niangjia.kit.divisions import place_name
from niangjia.rules.schema import Fact, FactType
from niangjia.rules.sources import FactSource, Touch

MEMBERSHIP = FactSource(
    name="orgs.membership",
    said_by_zh="工会会员名册",
    said_by_en="membership roll",
    facts=(
        Fact(
            "worker.union.member", FactType.BOOL, label_zh="工会会员", label_en="union member",
            ask_zh="您是工会会员吗？", ask_en="Are you a union member?",
        ),
        Fact(
            "worker.union.joined", FactType.DATE, label_zh="入会日期", label_en="day of joining the union",
            ask_zh="您是哪一天加入工会的？", ask_en="When did you join the union?",
        ),
        Fact(
            "worker.region", FactType.TEXT, named=place_name, likely=("330624", "330109"),
            label_zh="会籍所在县（市、区）", label_en="county of the union",
            ask_zh="您的会籍在哪个县（市、区）？", ask_en="In which county is your union?",
        ),
    ),
    sql="""
        SELECT wanted.id AS person_id, roll.id IS NOT NULL AS worker_union_member,
               COALESCE(roll.joined_on, roll.since) AS worker_union_joined,
               NULLIF(LEFT(body.division_code, 6), '') AS worker_region
        FROM wanted
        LEFT JOIN orgs_membership roll
          ON roll.person_id = wanted.id AND NOT roll.service_only
         AND roll.state IN ('member', 'transferring', 'retained') AND (roll.since IS NULL OR roll.since <= %(as_of)s)
        LEFT JOIN orgs_organisation body ON body.id = roll.union_id
    """,
    changed_by=(
        Touch(
            "orgs_membership",
            ("person_id", "union_id", "state", "service_only", "joined_on", "since"),
            days=("since",),
        ),
        Touch(
            "orgs_organisation",
            ("id", "division_code"),
            "SELECT roll.person_id FROM touched JOIN orgs_membership roll ON roll.union_id = touched.id",
        ),
    ),
)  # fmt: skip

EMPLOYMENT = FactSource(
    name="orgs.employment",
    said_by_zh="就业登记",
    said_by_en="employment record",
    facts=(
        Fact(
            "worker.employment.known", FactType.BOOL, label_zh="有就业登记", label_en="employment on record",
            ask_zh="您现在有工作吗？", ask_en="Are you working now?",
        ),
        Fact(
            "worker.employment.form", FactType.CODE, column="worker_employment_form",
            values={"contract": ("劳动合同", "labour contract"), "dispatch": ("劳务派遣", "labour dispatch"),
                    "platform": ("平台就业", "platform work"), "self": ("自由职业", "self-employed")},
            label_zh="用工形式", label_en="form of work",
            ask_zh="您是哪种用工形式？", ask_en="In which form do you work?",
        ),
        Fact(
            "worker.employment.nature", FactType.CODE,
            values={"enterprise": ("企业", "enterprise"), "institution": ("事业单位", "public institution"),
                    "government": ("机关", "government body"), "self_employed": ("个体工商户", "sole trader"),
                    "other": ("其他", "other")},
            label_zh="单位性质", label_en="nature of the employer",
            ask_zh="您的单位是什么性质？", ask_en="What kind of employer is yours?",
        ),
        Fact(
            "worker.employment.post", FactType.CODE,
            values={"front_line": ("一线岗位", "front-line post"), "technical": ("技术岗位", "technical post"),
                    "team_leader": ("班组长", "team leader"), "workshop_head": ("车间主任", "workshop head"),
                    "manager": ("管理岗位", "managerial post")},
            label_zh="岗位", label_en="post", ask_zh="您在什么岗位？", ask_en="What is your post?",
        ),
        Fact(
            "worker.employment.since", FactType.DATE, label_zh="入职日期", label_en="start at the present employer",
            ask_zh="您是哪一天到现在单位的？", ask_en="Since when do you work there?",
        ),
        Fact(
            "worker.front_line", FactType.BOOL, label_zh="一线职工", label_en="front-line worker",
            ask_zh="您是一线职工吗（含技术岗位、班组长、车间主任）？", ask_en="Do you work on the front line?",
        ),
        Fact(
            "worker.new_form", FactType.BOOL, label_zh="新就业形态劳动者", label_en="new-form worker",
            ask_zh="您是通过平台接单工作的吗（如快递、外卖、网约车、货车）？", ask_en="Do you work through a platform?",
        ),
    ),
    sql="""
        SELECT wanted.id AS person_id, job.person_id IS NOT NULL AS worker_employment_known,
               job.form AS worker_employment_form, job.nature AS worker_employment_nature,
               NULLIF(job.post, '') AS worker_employment_post, job.since AS worker_employment_since,
               CASE WHEN job.post <> '' THEN job.post IN ('front_line', 'technical', 'team_leader', 'workshop_head') END
                   AS worker_front_line,
               job.form = 'platform' AS worker_new_form
        FROM wanted
        LEFT JOIN (
            SELECT DISTINCT ON (work.person_id) work.person_id, work.form, work.post, work.since, firm.nature
            FROM wanted JOIN orgs_employment work ON work.person_id = wanted.id
            LEFT JOIN orgs_employer firm ON firm.id = work.employer_id
            WHERE (work.since IS NULL OR work.since <= %(as_of)s) AND (work.until IS NULL OR work.until > %(as_of)s)
            ORDER BY work.person_id, work.since DESC NULLS LAST, work.id DESC
        ) job ON job.person_id = wanted.id
    """,
    changed_by=(
        Touch(
            "orgs_employment",
            ("person_id", "employer_id", "form", "post", "since", "until"),
            days=("since", "until"),
        ),
        Touch(
            "orgs_employer",
            ("id", "nature"),
            "SELECT work.person_id FROM touched JOIN orgs_employment work ON work.employer_id = touched.id",
        ),
    ),
)  # fmt: skip

HARDSHIP = FactSource(
    name="orgs.hardship",
    said_by_zh="困难职工档案",
    said_by_en="hardship file",
    facts=(
        Fact(
            "household.hardship", FactType.CODE, level="household", sensitivity="L3",
            values={"deep": ("深度困难", "deep hardship"), "relative": ("相对困难", "relative hardship"),
                    "accident": ("意外致困", "hardship after an accident"), "near": ("临界困难", "near hardship"),
                    "none": ("未建档", "no file")},
            label_zh="困难职工建档类别", label_en="class of hardship on file",
            ask_zh="您家在工会建了困难职工档案吗？", ask_en="Does your household have a hardship file?",
        ),
        Fact(
            "household.income", FactType.MONEY, level="household", sensitivity="L3", lo=0, fresh_days=365,
            stamp_column="household_income_on", unit="元/年", label_zh="家庭年收入", label_en="household income a year",
            ask_zh="您家一年的收入一共多少元？", ask_en="What is your household's income a year?",
        ),
    ),
    sql="""
        SELECT wanted.id AS person_id, COALESCE(file.hardship, 'none') AS household_hardship,
               file.yearly_income_fen AS household_income,
               CASE WHEN file.yearly_income_fen IS NOT NULL THEN file.opened_on END AS household_income_on
        FROM wanted
        LEFT JOIN (
            SELECT DISTINCT ON (place.person_id) place.person_id, kept.hardship, kept.yearly_income_fen, kept.opened_on
            FROM wanted JOIN people_householdmember place ON place.person_id = wanted.id
            JOIN orgs_hardshipfile kept ON kept.household_id = place.household_id
            WHERE place.since <= %(as_of)s AND (place.until IS NULL OR place.until > %(as_of)s)
              AND kept.opened_on <= %(as_of)s AND (kept.closed_on IS NULL OR kept.closed_on > %(as_of)s)
            ORDER BY place.person_id, kept.opened_on DESC, kept.id DESC
        ) file ON file.person_id = wanted.id
    """,
    changed_by=(
        Touch("people_householdmember", ("household_id", "person_id", "since", "until"), days=("since", "until")),
        Touch(
            "orgs_hardshipfile",
            ("household_id", "hardship", "yearly_income_fen", "opened_on", "closed_on"),
            "SELECT place.person_id FROM touched JOIN people_householdmember place USING (household_id)",
            days=("opened_on", "closed_on"),
        ),
    ),
)  # fmt: skip

SOURCES = (MEMBERSHIP, EMPLOYMENT, HARDSHIP)
