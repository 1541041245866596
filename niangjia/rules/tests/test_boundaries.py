"""The examples at a rule's boundaries: each threshold is stood upon, and a rule off by one is found out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from niangjia.rules import (
    Clause,
    Fact,
    FactType,
    Figure,
    Parameter,
    ParameterRow,
    ParameterStore,
    RuleFaults,
    Schema,
    Scope,
    Stored,
    Verdict,
    compile_clause,
    compile_clauses,
    single,
    weigh,
)
from niangjia.rules.boundaries import BoundaryExample, boundary_examples

DAY = date(2026, 3, 1)
HAN = re.compile(r"[\u4e00-\u9fff]")
FORMS = {
    "contract": ("劳动合同", "labour contract"),
    "platform": ("平台就业", "platform work"),
    "self": ("自由", "free"),
}
SCHEMA = Schema(
    [
        Fact("worker.joined", FactType.DATE, label_zh="入会日期", label_en="day of joining"),
        Fact("worker.born", FactType.DATE, label_zh="出生日期", label_en="date of birth"),
        Fact("worker.age", FactType.NUM, derive=("years", "worker.born"), label_zh="年龄", label_en="age", unit="岁"),
        Fact("worker.form", FactType.CODE, values=FORMS, label_zh="用工形式", label_en="form of work"),
        Fact("worker.member", FactType.BOOL, label_zh="工会会员", label_en="union member"),
        Fact("worker.titles", FactType.TAGS, label_zh="称号", label_en="titles"),
        Fact("worker.region", FactType.TEXT, label_zh="地区", label_en="place"),
        Fact("household.income", FactType.MONEY, level="household", lo=0, label_zh="家庭年收入", label_en="income"),
        Fact("household.size", FactType.NUM, level="household", lo=1, hi=20, label_zh="人口", label_en="size"),
    ],
    [Parameter("param.line", FactType.MONEY, Scope.REGION)],
)
STORE = ParameterStore([ParameterRow("param.line", "330624", date(2026, 1, 1), 1_210_00, "notice")])


def examples(*rules: str, kind: str = "require") -> tuple[BoundaryExample, ...]:
    clauses = [Clause(f"c{n}", kind, rule, rule, rule) for n, rule in enumerate(rules)]  # type: ignore[arg-type]
    compiled = compile_clauses(clauses, SCHEMA)
    return boundary_examples(compiled, as_of=DAY, parameters=STORE, region_path="worker.region")


def told(*rules: str, kind: str = "require") -> dict[str, str]:
    return {one.zh: one.finding.clause(one.clause).verdict.value for one in examples(*rules, kind=kind)}


def test_months_are_tried_on_the_day_they_are_complete_and_a_day_to_either_side() -> None:
    found = {one.zh: one for one in examples("months_since(worker.joined) >= 6")}
    assert found["入会满6个月差1天"].facts["worker.joined"] == date(2025, 9, 2)
    assert found["入会满6个月差1天"].finding.verdict is Verdict.FALSE
    assert found["入会日期：还不知道"].finding.verdict is Verdict.UNKNOWN
    days = {one.facts.get("worker.joined"): one.finding.verdict for one in found.values()}
    assert days[date(2025, 9, 1)] is Verdict.TRUE
    assert days[date(2025, 8, 31)] is Verdict.TRUE


def test_an_age_is_called_by_its_name() -> None:
    assert told("worker.age >= 18 && worker.age < 60")["年龄满60岁差1天"] == "true"
    assert told("worker.age >= 18 && worker.age < 60")["正好年龄满60岁"] == "false"


def test_money_is_tried_a_fen_to_either_side() -> None:
    found = told("household.income <= 50000")
    assert found["家庭年收入正好50,000.00元"] == "true"
    assert found["家庭年收入比50,000.00元多1分"] == "false"


def test_every_code_of_a_list_is_tried_and_one_outside() -> None:
    found = told('worker.form in ["contract", "platform"]')
    assert found == {
        "样样都合适": "true", "用工形式：平台就业": "true", "用工形式：自由": "false", "用工形式：还不知道": "unknown",
    }  # fmt: skip


def test_a_tag_is_tried_with_and_without_and_an_exclusion_is_met_without() -> None:
    found = told('"model" in worker.titles', kind="exclude")
    assert found == {"样样都合适": "true", "称号：有“model”": "false", "称号：还不知道": "unknown"}


def test_a_place_with_a_figure_is_found_when_figures_differ_by_place() -> None:
    found = {one.zh: one for one in examples("household.income / household.size <= 12 * param.line")}
    assert found["样样都合适"].facts["worker.region"] == "330624"
    assert found["地区：还不知道"].finding.verdict is Verdict.UNKNOWN
    assert set(told("household.income <= param.line").values()) == {"true", "false", "unknown"}


def test_everything_else_about_the_person_satisfies_the_programme() -> None:
    for one in examples("worker.member", 'worker.form == "contract"', "worker.age >= 18", "household.income < 100"):
        others = [clause.verdict for clause in one.finding.clauses if clause.key != one.clause]
        assert set(others) == {Verdict.TRUE}, one.zh


def test_either_side_of_an_or_is_tried_where_it_decides() -> None:
    found = told("worker.age >= 60 || household.income < 100")
    assert found["年龄满60岁差1天"] == "false"
    assert found["家庭年收入正好100.00元"] == "false"


def test_names_are_english_on_english_pages_and_no_two_are_the_same() -> None:
    found = examples("worker.age >= 18", "months_since(worker.joined) >= 6", 'worker.form in ["contract"]',
                     "household.income <= 50000", "household.income >= 50000")  # fmt: skip
    assert not [one.en for one in found if HAN.search(one.en)]
    assert len({one.zh for one in found}) == len({one.en for one in found}) == len(found)


def test_a_rule_nobody_can_satisfy_still_gives_examples_and_the_first_says_so() -> None:
    found = examples("worker.age >= 60", "worker.age < 18")
    assert found[0].finding.verdict is Verdict.FALSE


# --- a rule that is off by one ----------------------------------------------------------------------------------------

WRITTEN = re.compile(r"(?P<sign><=|>=|==|!=|<|>) (?P<number>-?\d+(?:\.\d+)?)(?![\d.]*\s*[*/+-])")


def off_by_one(clause: Clause, schema: Schema) -> Iterator[Clause]:
    """The same clause with one written threshold one more or one less; in yuan for money."""
    for found in WRITTEN.finditer(clause.rule):
        for step in (-1, 1):
            number = f"{Decimal(found['number']) + step:f}"
            rule = clause.rule[: found.start("number")] + number + clause.rule[found.end("number") :]
            slipped = replace(clause, rule=rule)
            try:
                compile_clause(slipped, schema)
            except RuleFaults:
                continue
            yield slipped


def answers(clause: Clause, people: Sequence[Mapping[str, Stored]]) -> list[bool | None]:
    """What the interpreter says of each, without the reasons that take most of the time."""
    test = compile_clause(clause, SCHEMA).test

    def figures(parameter: Parameter, region: object) -> Figure | None:
        return STORE.at(parameter.path, DAY, region) if isinstance(region, str) else None

    def case(facts: Mapping[str, Stored]) -> single.Case:
        return single.Case(facts, DAY, lambda parameter: figures(parameter, facts.get("worker.region")))

    return [single.truth(test, case(facts)) for facts in people]


def number(least: int, most: int) -> st.SearchStrategy[str]:
    return st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.integers(least, most))


ATOMS = [  # one condition about one fact
    st.builds("worker.age {}".format, number(1, 99)),
    st.builds("years_since(worker.joined) {}".format, number(1, 40)),
    st.builds("months_since(worker.joined) {}".format, number(1, 300)),
    st.builds("days_since(worker.joined) {}".format, number(1, 4000)),
    st.builds("household.income {}".format, number(1, 200000)),
    st.builds("household.income / 2 - 100 {}".format, number(1, 200000)),
    st.builds("2 * household.income + 3 * param.line {}".format, number(40000, 200000)),
    st.builds("household.size {}".format, number(2, 19)),
    st.just("worker.member"),
    st.just('worker.form in ["contract", "platform"]'),
    st.just('"model" in worker.titles'),
]
FACTS = re.compile(r"(?:worker|household)\.[a-z]+")


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Conditions joined and nested the way policies are; each fact is asked about once."""
    atoms: list[str] = []
    used: set[str] = set()
    for atom in draw(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=5)):
        text = draw(atom)
        fact = FACTS.findall(text)[0]
        if fact not in used:
            used.add(fact)
            atoms.append(f"!({text})" if draw(st.integers(0, 4)) == 0 else text)
    while len(atoms) > 1:
        last, before = atoms.pop(), atoms.pop()
        atoms.append(f"({before} {draw(st.sampled_from(['&&', '||']))} {last})")
    return atoms[0]


@settings(max_examples=150, deadline=None)
@given(rules(), st.sampled_from(["require", "exclude"]))
def test_every_threshold_off_by_one_is_found_out_by_some_example(rule: str, kind: str) -> None:
    clause = Clause("c0", kind, "", "", rule)  # type: ignore[arg-type]
    people = [one.facts for one in examples(rule, kind=kind)]
    for slipped in off_by_one(clause, SCHEMA):
        assert answers(clause, people) != answers(slipped, people), f"{rule}  →  {slipped.rule}"


@pytest.mark.parametrize(
    ("rule", "slipped"),
    [
        ("household.income <= 50000", "household.income < 50000"),
        ("months_since(worker.joined) >= 6", "months_since(worker.joined) > 6"),
        ("months_since(worker.joined) >= 6", "days_since(worker.joined) >= 180"),
        ("worker.age >= 18 && worker.age <= 60", "worker.age >= 18 && worker.age < 60"),
        ('worker.form in ["contract", "platform"]', 'worker.form in ["contract"]'),
        ('"a" in worker.titles || "b" in worker.titles', '"a" in worker.titles'),
        ("worker.member && worker.age >= 50", "worker.member || worker.age >= 50"),
        ("household.income / household.size < 1000", "household.income < 1000"),
        ("has(worker.joined)", "true"),
    ],
)
def test_what_hands_get_wrong_shows_in_some_example(rule: str, slipped: str) -> None:
    people = [dict(one.facts) for one in examples(rule)]

    def judged(text: str) -> list[Verdict]:
        clauses = compile_clauses([Clause("c0", "require", "", "", text)], SCHEMA)
        return [weigh(clauses, facts, as_of=DAY, parameters=STORE).verdict for facts in people]

    assert judged(rule) != judged(slipped)
