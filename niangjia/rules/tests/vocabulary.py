"""The small vocabulary the readable tests speak: one person of a union, one household, a few figures."""

from __future__ import annotations

from datetime import date

from niangjia.rules import (
    Clause,
    ClauseSet,
    Fact,
    FactType,
    Finding,
    Parameter,
    ParameterRow,
    ParameterStore,
    Schema,
    Scope,
    Stored,
    Verdict,
    compile_clauses,
    weigh,
)

DAY = date(2026, 11, 10)
REGION = "person.region"
SCHEMA = Schema(
    [
        Fact("person.birth_date", FactType.DATE, label_zh="出生日期", label_en="birth"),
        Fact(
            "person.age",
            FactType.NUM,
            derive=("years", "person.birth_date"),
            label_zh="年龄",
            label_en="age",
            unit="岁",
        ),
        Fact(REGION, FactType.TEXT, label_zh="所在地区", label_en="place"),
        Fact("person.member", FactType.BOOL, label_zh="是工会会员", label_en="union member"),
        Fact("person.joined", FactType.DATE, label_zh="入会日期", label_en="joining"),
        Fact("person.contract_end", FactType.DATE, label_zh="合同到期日", label_en="end of contract"),
        Fact(
            "person.employment",
            FactType.CODE,
            values={"formal": ("正式", "formal"), "gig": ("灵活就业", "gig"), "none": ("失业", "out of work")},
            label_zh="用工形式",
            label_en="employment",
        ),
        Fact(
            "person.tags",
            FactType.TAGS,
            values={"crane": ("塔吊证", "crane"), "nurse": ("护士证", "nurse")},
            label_zh="证书",
            label_en="papers",
        ),
        Fact("person.skill_level", FactType.NUM, lo=0, hi=8, label_zh="技能等级", label_en="skill level"),
        Fact(
            "person.wage",
            FactType.MONEY,
            lo=0,
            hi=10**8,
            label_zh="月工资",
            label_en="monthly wage",
            fresh_days=90,
            ask_zh="上个月到手工资多少元？",
            ask_en="What was last month's pay?",
        ),
        Fact("household.income", FactType.MONEY, lo=0, hi=10**9, level="household", label_zh="家庭年收入"),
        Fact("household.size", FactType.NUM, lo=1, hi=20, level="household", label_zh="家庭人口"),
        Fact("household.disabled_members", FactType.NUM, lo=0, hi=20, level="household", label_zh="残疾家庭成员数"),
    ],
    [
        Parameter("param.line", FactType.MONEY, Scope.REGION, label_zh="低保标准", label_en="subsistence line"),
        Parameter("param.cap", FactType.MONEY, label_zh="上限", label_en="cap"),
        Parameter("param.flexible", FactType.TAGS),
        Parameter("param.least_months", FactType.NUM, hi=600),
    ],
)
STORE = ParameterStore(
    [
        ParameterRow("param.line", "33", date(2024, 1, 1), 100_000, "省通知一"),
        ParameterRow("param.line", "3306", date(2025, 7, 1), 110_000, "市通知二"),
        ParameterRow("param.line", "330624", date(2027, 1, 1), 120_000, "县通知三"),
        ParameterRow("param.cap", None, date(2020, 1, 1), 500_000, "全国通知"),
        ParameterRow("param.flexible", None, date(2020, 1, 1), ("gig", "none"), "目录"),
        ParameterRow("param.least_months", None, date(2020, 1, 1), 6, "章程"),
    ]
)


def rules(*texts: str, kind: str = "require") -> ClauseSet:
    """A set of clauses k0, k1, … with these rules."""
    clauses = [Clause(f"k{index}", kind, "", "", text) for index, text in enumerate(texts)]  # type: ignore[arg-type]
    return compile_clauses(clauses, SCHEMA)


def judge(rule: str, facts: dict[str, Stored], *, kind: str = "require", as_of: date = DAY) -> Finding:
    """One person against one rule."""
    return weigh(rules(rule, kind=kind), facts, as_of=as_of, parameters=STORE, region_path=REGION)


def verdict(rule: str, facts: dict[str, Stored], as_of: date = DAY) -> Verdict:
    return judge(rule, facts, as_of=as_of).verdict
