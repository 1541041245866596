"""The worked examples of a file, run each time it is read: a rule that no longer says what it said is a fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from niangjia.kit import money
from niangjia.matching.reads import REGION
from niangjia.programmes.definition.parts import Example, Field
from niangjia.programmes.definition.reading import Loc
from niangjia.programmes.definition.sheet import Sheet, listed
from niangjia.rules import ClauseSet, Finding, RuleFault, RuleFaults, Stored, Verdict, compile_clauses, weigh
from niangjia.rules.schema import FactType

SAID = {Verdict.TRUE: ("符合", "yes"), Verdict.FALSE: ("不符合", "no"), Verdict.UNKNOWN: ("还不知道", "not known yet")}


def check(sheet: Sheet) -> None:
    """Run the examples of a file that has no other fault."""
    try:
        clauses = compile_clauses(sheet.definition.clauses(), sheet.schema)
    except RuleFaults:
        return  # told at their own place
    for n, example in enumerate(sheet.definition.examples):
        loc: Loc = ("examples", n)
        if _can_run(sheet, loc, example, clauses):
            _run(sheet, loc, example, clauses)


def _can_run(sheet: Sheet, loc: Loc, example: Example, clauses: ClauseSet) -> bool:
    before = len(sheet.faults)
    for path, value in example.facts.items():
        place: Loc = (*loc, "facts", path)
        if not sheet.fact_named(path, place):
            continue
        fact = sheet.schema.facts[path]
        if fact.type is FactType.CODE and value not in fact.values:
            sheet.note("declares_code", place, name=path, value=str(value), known=listed(fact.values))
    for key in example.clauses:
        sheet.know("clauses", [one.key for one in clauses.clauses], key, "unknown_clause", (*loc, "clauses", key))
    for key, answer in example.answers.items():
        asked = sheet.field_named(key, (*loc, "answers", key))
        if asked is not None:
            _answer(sheet, (*loc, "answers", key), asked, answer)
    return len(sheet.faults) == before


def _answer(sheet: Sheet, loc: Loc, asked: Field, answer: object) -> None:
    known = [choice.value for choice in asked.choices]
    if known and answer not in known:
        sheet.note("example_answer", loc, name=asked.key, value=str(answer), known=listed(known))
    if asked.type in ("money", "number") and not isinstance(answer, int):
        sheet.note("wrong_type", loc, wanted=("整数", "a whole number"), found=("文字", "a text"))


def _run(sheet: Sheet, loc: Loc, example: Example, clauses: ClauseSet) -> None:
    definition = sheet.definition
    region = REGION if REGION in sheet.schema.facts else None
    as_of = example.as_of or definition.valid_from
    try:
        finding = weigh(clauses, stored(example.facts), as_of=as_of, parameters=sheet.packs.store, region_path=region)
    except RuleFaults as refused:
        for one in refused.faults:
            _refused(sheet, loc, one)
        return
    except RuleFault as one:
        _refused(sheet, loc, one)
        return
    if finding.verdict.value != example.verdict:
        why = _why(finding, {clause.key: (clause.text_zh, clause.text_en) for clause in definition.clauses()})
        wanted, found = SAID[Verdict(example.verdict)], SAID[finding.verdict]
        sheet.note("example_verdict", (*loc, "verdict"), name=example.name, wanted=wanted, found=found, why=why)
    for key, verdict in example.clauses.items():
        if (judged := finding.clause(key).verdict).value != verdict:
            wanted, found, place = SAID[Verdict(verdict)], SAID[judged], (*loc, "clauses", key)
            sheet.note("example_clause", place, name=example.name, clause=key, wanted=wanted, found=found)
    amount = definition.grant.amount_of(example.answers)
    if example.amount_fen is not None and amount != example.amount_fen:
        wanted_fen, found_fen = money.yuan(example.amount_fen), money.yuan(amount)
        sheet.note("example_amount", (*loc, "amount_fen"), name=example.name, wanted=wanted_fen, found=found_fen)


def _refused(sheet: Sheet, loc: Loc, one: RuleFault) -> None:
    sheet.note("rule", (*loc, "facts"), problem=(one.zh, one.en))


def _why(finding: Finding, texts: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The conditions that stand in the way, so that the author sees which one to look at."""
    open_ = [one.key for one in finding.clauses if one.verdict is finding.verdict and one.verdict is not Verdict.TRUE]
    if not open_:
        return "所有条件都满足。", "Every condition is met."
    zh, en = "；".join(texts[key][0] for key in open_), "; ".join(texts[key][1] for key in open_)
    return f"原因：{zh}。", f"Because of: {en}."


def stored(facts: Mapping[str, str | int | bool | date | list[str]]) -> dict[str, Stored]:
    """Facts as written in a file, as the rules take them."""
    return {path: frozenset(value) if isinstance(value, list) else value for path, value in facts.items()}
