"""Rules: each condition and quota in the rule language, its faults told at their place in the file."""

from __future__ import annotations

from collections.abc import Iterator

from niangjia.programmes.definition.reading import Loc
from niangjia.programmes.definition.sheet import Sheet
from niangjia.rules import Clause, ClauseSet, Parameter, RuleFaults, compile_clause, require_dialects
from niangjia.rules.errors import RuleFault


def check(sheet: Sheet) -> None:
    used: set[str] = set()
    for loc, clause in _rules(sheet):
        if any(loc[: len(stand)] == stand for stand in sheet.stand_ins):
            continue
        try:
            compiled = compile_clause(clause, sheet.schema)
            require_dialects(ClauseSet((compiled,), sheet.schema))
        except RuleFaults as found:
            for one in found.faults:
                _tell(sheet, loc, clause, one)
            continue
        for parameter in compiled.parameters:
            used.add(_listed(sheet, loc, parameter))
    for n, name in enumerate(sheet.definition.parameters):
        loc = ("parameters", n)
        if sheet.know("packs", sheet.packs.names, name, "unknown_pack", loc) and name not in used and not sheet.faults:
            sheet.note("pack_unused", loc, pack=name)


def _rules(sheet: Sheet) -> Iterator[tuple[Loc, Clause]]:
    for n, one in enumerate(sheet.definition.require):
        yield ("require", n, "rule"), one.compiled_from("require")
    for n, one in enumerate(sheet.definition.exclude):
        yield ("exclude", n, "rule"), one.compiled_from("exclude")
    for n, quota in enumerate(sheet.definition.rank.quotas if sheet.definition.rank else []):
        yield ("rank", "quotas", n, "rule"), Clause(quota.key, "require", quota.label.zh, quota.label.en, quota.rule)


def _tell(sheet: Sheet, loc: Loc, clause: Clause, found: RuleFault) -> None:
    place = found.place
    mark, excerpt = sheet.written.mark(loc), ""
    if place is not None:
        lines = clause.rule.split("\n")
        offset = sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1
        mark, excerpt = sheet.written.inside(loc, offset), place.caret()
    hint_zh = f"，应改为：{found.hint_zh}" if found.hint_zh else ""
    hint_en = f"; write instead: {found.hint_en}" if found.hint_en else ""
    problem = (f"“{clause.key}”的规则：{found.zh}{hint_zh}", f"the rule of “{clause.key}”: {found.en}{hint_en}")
    sheet.note_at("rule", mark, loc, excerpt, problem=problem)


def _listed(sheet: Sheet, loc: Loc, parameter: Parameter) -> str:
    pack = sheet.packs.pack_of(parameter.path)
    if pack not in sheet.definition.parameters:
        sheet.note("pack_unlisted", loc, name=parameter.path, pack=pack)
    return pack
