"""What changed between two versions of a programme, in words an officer understands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from niangjia.kit import money
from niangjia.programmes.definition.labels import LABELS, WORDS
from niangjia.programmes.definition.parts import Bilingual, Choice, Definition, Part, RankKey, ShowIf, Who

NONE = Bilingual(zh="（无）", en="(none)")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different. `path` names the part; the rest is for reading."""

    path: str
    label: Bilingual
    before: Bilingual
    after: Bilingual


def diff_definitions(old: Definition, new: Definition) -> list[Change]:
    """Every difference, in the order of the file. Nothing when the two mean the same."""
    return list(_parts(old, new, "", ("", "")))


def _parts(old: Part, new: Part, path: str, label: Pair) -> Iterator[Change]:
    for name in type(old).model_fields:
        here = f"{path}.{name}" if path else name
        yield from _values(name, getattr(old, name), getattr(new, name), here, _under(label, LABELS[name.rstrip("_")]))


def _values(name: str, old: Any, new: Any, path: str, label: Pair) -> Iterator[Change]:
    if old == new:
        return
    if _is_keyed(old) or _is_keyed(new):
        yield from _listed(old, new, path, label)
    elif isinstance(old, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _values(
                name, old.get(key), new.get(key), f"{path}.{key}", _under(label, (f"“{key}”", f"“{key}”"))
            )
    elif isinstance(old, Part) and type(old) is type(new) and not isinstance(old, Bilingual | Who | ShowIf):
        yield from _parts(old, new, path, label)
    else:
        yield Change(path, _both(label), say(name, old), say(name, new))


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Part) and bool(_key(value[0]))


def _key(part: Part) -> str:
    return str(getattr(part, "key", "") or getattr(part, "name", ""))


def _listed(old: Sequence[Part], new: Sequence[Part], path: str, label: Pair) -> Iterator[Change]:
    before, after = {_key(part): part for part in old}, {_key(part): part for part in new}
    for key in dict.fromkeys([*before, *after]):
        here, was, now = f"{path}.{key}", before.get(key), after.get(key)
        called = _under(label, _called((now or was), key))
        if was is not None and now is not None:
            yield from _parts(was, now, here, called)
        else:
            yield Change(here, _both(label), _name_of(was), _name_of(now))
    kept_before, kept_after = [key for key in before if key in after], [key for key in after if key in before]
    if kept_before != kept_after:
        order = _under(label, ("顺序", "order"))
        names = [[_called(of[key], key) for key in keys] for of, keys in ((before, kept_before), (after, kept_after))]
        yield Change(path, _both(order), *(_joined(each, " → ") for each in names))


def _called(part: Part | None, key: str) -> Pair:
    """A part by its title, as people know it; by its key when it has none."""
    for name in ("title", "label", "text"):
        if isinstance(said := getattr(part, name, None), Bilingual):
            return f"“{said.zh}”", f"“{said.en}”"
    return f"“{key}”", f"“{key}”"


def _name_of(part: Part | None) -> Bilingual:
    return NONE if part is None else _both(_called(part, _key(part)))


def _under(label: Pair, name: Pair) -> Pair:
    """`步骤` + `“联合勘察”` reads on; a property is set off by a dot."""
    if not label[0]:
        return name
    mark = "" if name[0].startswith("“") else " · "
    space = " " if name[0].startswith("“") else " · "
    return f"{label[0]}{mark}{name[0]}", f"{label[1]}{space}{name[1]}"


def _both(said: Pair) -> Bilingual:
    return Bilingual(zh=said[0], en=said[1])


def _joined(said: Sequence[Pair], mark: str = "、") -> Bilingual:
    if not said:
        return NONE
    return _both((mark.join(zh for zh, _ in said), (mark if mark != "、" else ", ").join(en for _, en in said)))


# --- values in words ------------------------------------------------------------------------------------------------


def say(name: str, value: Any) -> Bilingual:
    """A value under a name, as people read it."""
    if value in (None, "", [], {}):
        return NONE
    if isinstance(value, Bilingual):
        return value
    if isinstance(value, list):
        return _joined([(one.zh, one.en) for one in (say(name, item) for item in value)])
    said = _single(name, value)
    return _both(said)


def _single(name: str, value: Any) -> Pair:
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if isinstance(value, int) and (name.endswith("_fen") or name == "rows"):
        return money.yuan(value), money.yuan(value)
    if isinstance(value, int) and "percent" in name:
        return f"{value}%", f"{value}%"
    if isinstance(value, Who):
        return _who(value)
    if isinstance(value, Choice):
        return value.label.zh, value.label.en
    if isinstance(value, RankKey):
        return _measure(value)
    if isinstance(value, ShowIf):
        listed = "、".join(map(str, value.is_))
        return f"{value.field} 为 {listed}", f"{value.field} is {listed}"
    if isinstance(value, Part):
        return _called(value, name)
    return WORDS.get(str(value), (str(value), str(value)))


def _who(who: Who) -> Pair:
    level, office = WORDS[who.level], WORDS[str(who.office)]
    if who.level == "applicant":
        return level
    of = f"“{who.partner}”" if who.partner else ""
    return f"{level[0]}{of}{office[0]}", f"{level[1]} {of} {office[1]}".replace("  ", " ")


def _measure(measure: RankKey) -> Pair:
    by, way = WORDS[measure.by], WORDS[measure.direction]
    of = f" {measure.path}" if measure.path else ""
    codes = f"（{'、'.join(measure.codes)}）" if measure.codes else ""
    return f"{by[0]}{of}{codes}{way[0]}", f"{by[1]}{of} {', '.join(measure.codes)} {way[1]}".replace("  ", " ")
