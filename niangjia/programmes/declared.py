"""What workers tell us about themselves: facts that no register holds, each with the one question that settles it."""

from __future__ import annotations

from niangjia.rules.schema import Fact, FactType

DECLARED_FACTS: tuple[Fact, ...] = (
    Fact(
        "worker.enrolment", FactType.CODE, fresh_days=365, stamp_column="worker_enrolment_on",
        values={"college": ("大专在读", "a college degree"), "bachelor": ("本科在读", "a bachelor's degree"),
                "none": ("没有在读", "not studying")},
        label_zh="在读学历", label_en="studying for",
        ask_zh="您现在在读大专或本科吗？", ask_en="Are you studying for a college or a bachelor's degree now?",
    ),
    Fact(
        "worker.education", FactType.CODE,
        values={"junior": ("初中及以下", "junior middle school or below"),
                "senior": ("高中、中专、技校", "senior middle or vocational school"),
                "college": ("大专", "college"), "bachelor": ("本科", "bachelor"), "master": ("研究生", "postgraduate")},
        label_zh="最高学历", label_en="highest degree",
        ask_zh="您现在的最高学历是什么？", ask_en="What is your highest degree?",
    ),
    Fact(
        "worker.home", FactType.CODE, sensitivity="L3", fresh_days=730, stamp_column="worker_home_on",
        values={"own": ("自己的", "my own"), "family": ("家人的", "my family's"), "rented": ("租的", "rented"),
                "other": ("其他", "other")},
        label_zh="住房", label_en="home",
        ask_zh="您现在住的房子是谁的？", ask_en="Who owns the home you live in?",
    ),
    Fact(
        "worker.trade_years", FactType.NUM, lo=0, hi=60, unit="年",
        fresh_days=365, stamp_column="worker_trade_years_on",
        label_zh="本工种工作年限", label_en="years in the trade",
        ask_zh="您在现在的工种干了几年？", ask_en="For how many years have you worked in your trade?",
    ),
    Fact(
        "worker.unit_head", FactType.BOOL, fresh_days=365, stamp_column="worker_unit_head_on",
        label_zh="单位负责人", label_en="head of the unit",
        ask_zh="您是单位的负责人吗（法定代表人、厂长、经理）？",
        ask_en="Are you the head of your unit (legal representative, director)?",
    ),
)  # fmt: skip
