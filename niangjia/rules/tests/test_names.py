"""Codes called by the names people use, in the language of the page."""

from __future__ import annotations

import re
from datetime import date

from niangjia.rules import Clause, Fact, FactType, ParameterStore, Schema, compile_clauses, weigh

HAN = re.compile(r"[\u4e00-\u9fff]")
PLACES = {"3306": ("绍兴市", "Shaoxing"), "330109": ("杭州市萧山区", "Xiaoshan District, Hangzhou")}


def place(code: str, lang: str) -> str:
    return PLACES[code][0 if lang == "zh" else 1]


SCHEMA = Schema(
    [
        Fact(
            "worker.form", FactType.CODE,
            values={"contract": ("劳动合同", "labour contract"), "self": ("自由职业", "")},
            label_zh="用工形式", label_en="form of work",
        ),
        Fact("worker.region", FactType.TEXT, named=place, label_zh="会籍所在地", label_en="place of the union"),
    ]
)  # fmt: skip


def change(rule: str, **facts: str) -> tuple[str, str]:
    clauses = compile_clauses([Clause("one", "require", "一", "one", rule)], SCHEMA)
    known = {f"worker.{name}": value for name, value in facts.items()}
    finding = weigh(clauses, known, as_of=date(2026, 3, 1), parameters=ParameterStore([]))
    told = finding.clauses[0].nearest_change
    assert told is not None
    return told.zh, told.en


def test_a_code_is_called_by_its_name_in_each_language() -> None:
    zh, en = change('worker.form == "contract"', form="self")
    assert zh == "用工形式为“劳动合同”（现为“自由职业”）"
    assert en == 'form of work: "labour contract" (now "self")'  # a name nobody gave: the code


def test_a_place_is_called_by_its_name_and_its_first_digits_by_the_place_around_it() -> None:
    zh, en = change('worker.region.startsWith("3306")', region="330109")
    assert zh == "会籍所在地在“绍兴市”（现为“杭州市萧山区”）"
    assert en == 'place of the union within "Shaoxing" (now "Xiaoshan District, Hangzhou")'
    assert not HAN.search(en)
