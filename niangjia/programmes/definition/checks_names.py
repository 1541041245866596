"""Names: each once, and each reference to something that is there."""

from __future__ import annotations

from collections.abc import Iterable

from niangjia.kit import icons
from niangjia.programmes.declared import DECLARED_FACTS
from niangjia.programmes.definition.parts import Field
from niangjia.programmes.definition.reading import Loc
from niangjia.programmes.definition.sheet import Pair, Sheet, listed
from niangjia.rules.schema import Fact, FactType

TELLS = {  # what kinds of answer can tell a fact of a kind
    FactType.BOOL: ("yes_no",),
    FactType.CODE: ("choice",),
    FactType.NUM: ("number",),
    FactType.MONEY: ("money",),
    FactType.DATE: ("date",),
    FactType.TEXT: ("text", "choice"),
    FactType.TAGS: (),
}
KINDS_OF: dict[str, tuple[str, ...]] = {
    "choices": ("choice",),
    "accept": ("file",),
    "max_mb": ("file",),
    "max_length": ("text", "long_text", "address"),
    "min": ("number", "money"),
    "max": ("number", "money"),
}
PERSON_PREFILLS = ("person.name", "person.phone")


def check(sheet: Sheet) -> None:
    _doubles(sheet)
    earlier: list[Field] = []
    for loc, one in sheet.fields():
        _field(sheet, loc, one)
        _shown(sheet, loc, one, earlier)
        _facts(sheet, loc, one)
        earlier.append(one)
    for loc, one in sheet.records():
        _field(sheet, loc, one)
        if one.type == "file":
            sheet.note("record_file", (*loc, "type"))
    if not icons.exists(sheet.definition.icon):
        sheet.note("unknown_icon", ("icon",), name=sheet.definition.icon)
    for n, check_ in enumerate(sheet.definition.manual_checks):
        sheet.step_named(check_.step, ("manual_checks", n, "step"))


def _doubles(sheet: Sheet) -> None:
    of = sheet.definition
    _once(sheet, ("条件", "condition"), _keyed("require", of.require), _keyed("exclude", of.exclude))
    _once(sheet, ("核对事项", "check"), _keyed("manual_checks", of.manual_checks))
    _once(sheet, ("表单页", "page"), _keyed("form", of.form))
    _once(sheet, ("填写项", "field"), ((one.key, (*loc, "key")) for loc, one in sheet.fields()))
    _once(sheet, ("步骤", "step"), _keyed("steps", of.steps))
    _once(sheet, ("统计项", "count"), _keyed("counts", of.counts))
    _once(sheet, ("例子", "example"), ((one.name, ("examples", n, "name")) for n, one in enumerate(of.examples)))
    if of.rank:
        _once(
            sheet,
            ("名额要求", "quota"),
            ((one.key, ("rank", "quotas", n, "key")) for n, one in enumerate(of.rank.quotas)),
        )
    for loc, step in sheet.steps():
        _once(
            sheet, ("记录项", "record"), ((one.key, (*loc, "records", n, "key")) for n, one in enumerate(step.records))
        )
        criteria = ((one.key, (*loc, "criteria", n, "key")) for n, one in enumerate(step.criteria))
        _once(sheet, ("评分项", "criterion"), criteria)
    for loc, one in [*sheet.fields(), *sheet.records()]:
        answers = ((choice.value, (*loc, "choices", n, "value")) for n, choice in enumerate(one.choices))
        _once(sheet, ("选项", "answer"), answers)


def _keyed(section: str, parts: Iterable[object]) -> list[tuple[str, Loc]]:
    return [(str(getattr(part, "key")), (section, n, "key")) for n, part in enumerate(parts)]  # noqa: B009


def _once(sheet: Sheet, what: Pair, *groups: Iterable[tuple[str, Loc]]) -> None:
    first: dict[str, Loc] = {}
    for group in groups:
        for name, loc in group:
            if name in first:
                sheet.note("key_twice", loc, what=what, key=name, first=sheet.line(first[name]))
            first.setdefault(name, loc)


def _field(sheet: Sheet, loc: Loc, one: Field) -> None:
    if one.type == "choice" and len(one.choices) < 2 and "choices" not in {part[-1] for part in sheet.stand_ins}:
        sheet.note("choices_missing", (*loc, "type"))
    for name in sorted(one.model_fields_set & KINDS_OF.keys()):
        if one.type not in KINDS_OF[name] and getattr(one, name) not in (None, []):
            sheet.note_name("only_for", (*loc, name), name=name, kinds=listed(KINDS_OF[name]))
    if one.min is not None and one.max is not None and one.min > one.max:
        sheet.note("min_max", (*loc, "max"), low=one.min, high=one.max)


def _shown(sheet: Sheet, loc: Loc, one: Field, earlier: list[Field]) -> None:
    if one.show_if is None:
        return
    name, place = one.show_if.field, (*loc, "show_if", "field")
    asked = sheet.field_named(name, place)
    if asked is None:
        return
    if asked not in earlier:
        sheet.note("show_if_later", place, name=name)
    answers = [choice.value for choice in asked.choices] or (["true", "false"] if asked.type == "yes_no" else [])
    for n, value in enumerate(one.show_if.is_):
        said = str(value).lower() if isinstance(value, bool) else str(value)
        if answers and said not in answers:
            sheet.note("show_if_value", (*loc, "show_if", "is", n), name=name, value=said, known=listed(answers))


def _facts(sheet: Sheet, loc: Loc, one: Field) -> None:
    if one.prefill is not None and one.prefill not in PERSON_PREFILLS:
        sheet.fact_named(one.prefill, (*loc, "prefill"))
    if one.declares is None or not sheet.fact_named(one.declares, (*loc, "declares")):
        return
    place, known = (*loc, "declares"), [fact.path for fact in DECLARED_FACTS]
    if one.declares not in known:
        sheet.note("declares_register", place, name=one.declares, known=listed(known))
        return
    fact = sheet.schema.facts[one.declares]
    if one.type not in TELLS[fact.type]:
        sheet.note("declares_kind", place, name=fact.path, kind=one.type, wanted=listed(TELLS[fact.type]))
    elif fact.type is FactType.CODE:
        _codes(sheet, loc, one, fact)


def _codes(sheet: Sheet, loc: Loc, one: Field, fact: Fact) -> None:
    for n, choice in enumerate(one.choices):
        if choice.value not in fact.values:
            place: Loc = (*loc, "choices", n, "value")
            sheet.note("declares_code", place, name=fact.path, value=choice.value, known=listed(fact.values))
