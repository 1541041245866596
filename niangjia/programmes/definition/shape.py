"""Values into parts: what pydantic refuses, told in words; and a repaired copy, so that later checks still run."""

from __future__ import annotations

import difflib
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from niangjia.programmes.definition.faults import DefinitionFault, fault
from niangjia.programmes.definition.parts import Bilingual, Definition
from niangjia.programmes.definition.reading import Loc, Written

KINDS: dict[str, tuple[str, str]] = {  # pydantic's error -> what was wanted
    "string_type": ("文字", "a text"),
    "int_type": ("整数", "a whole number"),
    "int_from_float": ("整数", "a whole number"),
    "bool_type": ("true 或 false", "true or false"),
    "date_type": ("日期，如 2026-03-01", "a date like 2026-03-01"),
    "list_type": ("清单（每项以“- ”开头）", "a list (each item begins with “- ”)"),
    "dict_type": ("“名称: 值”的对照表", "a table of “name: value”"),
    "model_type": ("“名称: 值”的对照表", "a table of “name: value”"),
}
FOUND: tuple[tuple[type, tuple[str, str]], ...] = (
    (NoneType, ("空的", "empty")),
    (bool, ("true/false", "true/false")),
    (int, ("数字", "a number")),
    (float, ("小数", "a decimal")),
    (date, ("日期", "a date")),
    (str, ("文字", "a text")),
    (list, ("清单", "a list")),
    (dict, ("对照表", "a table")),
)
Shape = tuple[Definition | None, list[DefinitionFault], set[Loc]]


def shape(written: Written) -> Shape:
    """The definition, the faults of its shape, and the places that were filled with a stand-in to go on checking."""
    if not isinstance(written.data, dict):
        return None, [fault("not_table", written.mark(()))], set()
    try:
        return Definition.model_validate(written.data), [], set()
    except ValidationError as refused:
        errors = _in_file(refused.errors(include_url=False), written.data)
    faults = [_told(error, loc, written) for loc, error in errors.items()]
    data = _copy(written.data)
    for loc, error in errors.items():
        _repair(data, loc, error)
    try:
        return Definition.model_validate(data), faults, set(errors)
    except ValidationError:
        return None, faults, set(errors)


def _in_file(errors: list[ErrorDetails], data: Any) -> dict[Loc, ErrorDetails]:
    """One error for each place of the file; the branches pydantic tried for one value are one place."""
    placed: dict[Loc, ErrorDetails] = {}
    for error in errors:
        loc: Loc = ()
        here = data
        for step in error["loc"]:
            if isinstance(here, dict) and (step in here or (error["type"] == "missing" and step == error["loc"][-1])):
                here = here.get(step)
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
                here = here[step]
            else:
                continue
            loc = (*loc, step)
        known = placed.get(loc)
        if known is None or known["type"].endswith("_type"):
            placed[loc] = error
    return placed


def _told(error: ErrorDetails, loc: Loc, written: Written) -> DefinitionFault:
    kind, value, context = error["type"], error.get("input"), error.get("ctx", {})
    mark = written.mark(loc)
    shown = str(value)[:60]
    match kind:
        case "missing":
            return fault(
                "missing", written.name_mark(loc[:-1]) if loc[:-1] in written.names else mark, loc, name=str(loc[-1])
            )
        case "extra_forbidden":
            return _unknown(loc, written)
        case "literal_error" | "enum":
            return _choice(_annotation(loc), shown, mark, loc)
        case "string_type" if isinstance(value, bool | int | date):
            return fault("quote_it", mark, loc, found=_found(value), value=shown)
        case "string_pattern_mismatch":
            return fault("bad_name", mark, loc, value=shown)
        case "string_too_short":
            return fault("empty_text", mark, loc)
        case "string_too_long":
            return fault("long_text", mark, loc, limit=int(context["max_length"]))
        case "too_short":
            return fault("empty_list", mark, loc)
        case "greater_than_equal":
            return fault("too_small", mark, loc, value=shown, limit=int(context["ge"]))
        case "less_than_equal":
            return fault("too_big", mark, loc, value=shown, limit=int(context["le"]))
    wanted = KINDS.get(kind)
    if wanted is None:
        return fault("bad_value", mark, loc, problem=error["msg"])
    return fault("wrong_type", mark, loc, wanted=wanted, found=_found(value))


def _found(value: Any) -> tuple[str, str]:
    return next(words for kind, words in FOUND if isinstance(value, kind))


def _unknown(loc: Loc, written: Written) -> DefinitionFault:
    name, mark = str(loc[-1]), written.name_mark(loc)
    model = _model(_annotation(loc[:-1]))
    if model is Bilingual and written.value(loc) is None:
        return fault("comma", mark, loc, name=name)
    known = [field.alias or key for key, field in model.model_fields.items()] if model else []
    close = difflib.get_close_matches(name, known, 1)
    if close:
        return fault("unknown_key_guess", mark, loc, name=name, guess=close[0])
    return fault("unknown_key", mark, loc, name=name, known=("、".join(known), ", ".join(known)))


def _choice(annotation: Any, value: str, mark: Any, loc: Loc) -> DefinitionFault:
    known = [str(one) for one in _literals(annotation)]
    close = difflib.get_close_matches(value, known, 1)
    if close:
        return fault("choice_guess", mark, loc, value=value, guess=close[0])
    return fault("choice", mark, loc, value=value, known=("、".join(known), ", ".join(known)))


# --- walking the annotations ----------------------------------------------------------------------------------------


def _annotation(loc: Loc) -> Any:
    """What is declared for a place; None when the place itself is unknown."""
    here: Any = Definition
    for step in loc:
        here = _bare(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or key: field for key, field in here.model_fields.items()}
            if step not in fields:
                return None
            here = fields[str(step)].annotation
        else:
            here = get_args(here)[-1] if get_args(here) else None
    return here


def _bare(annotation: Any) -> Any:
    """Without Annotated and without the None of an optional part."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            kept = [one for one in get_args(annotation) if one is not NoneType]
            if len(kept) != 1:
                return annotation
            annotation = kept[0]
        else:
            return annotation


def _model(annotation: Any) -> type[BaseModel] | None:
    bare = _bare(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _literals(annotation: Any) -> list[Any]:
    bare = _bare(annotation)
    if get_origin(bare) is Literal:
        return list(get_args(bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return [one.value for one in bare]
    if get_origin(bare) in (list, dict):
        return _literals(get_args(bare)[0])  # the names of a table
    return [one for part in get_args(bare) for one in _literals(part)]


# --- stand-ins ------------------------------------------------------------------------------------------------------


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(value) for value in data] if isinstance(data, list) else data


def _repair(data: Any, loc: Loc, error: ErrorDetails) -> None:
    """Take out what is too much, put a stand-in for what is missing or wrong."""
    here = data
    for step in loc[:-1]:
        here = here[step]
    if error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",):
        here.pop(loc[-1], None)
    elif loc:
        here[loc[-1]] = _stand_in(_annotation(loc))


def _stand_in(annotation: Any) -> Any:
    if annotation is None or NoneType in get_args(annotation):
        return None
    bare = _bare(annotation)
    if model := _model(bare):
        return {
            field.alias or key: _stand_in(field.annotation)
            for key, field in model.model_fields.items()
            if field.is_required()
        }
    if get_origin(bare) is list:
        return [_stand_in(get_args(bare)[0])]
    if get_origin(bare) is dict:
        return {}
    literals = _literals(bare)
    if literals:
        return literals[0]
    return {int: 1, bool: False, date: date(2026, 1, 1)}.get(bare, "stand")
