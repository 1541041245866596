"""What is particular about a made-up person, in words: "exactly 6 months in the union", "a fen above the line"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from niangjia.rules import tree
from niangjia.rules.schema import Fact, FactType, Stored
from niangjia.rules.wording import ZH_DATE_ENDINGS, ZH_UNITS, say_day, say_value

Both = tuple[str, str]
BASE: Both = ("样样都合适", "everything as it should be")
ONE_UNIT = {"years": "year", "months": "month", "days": "day"}


def not_known(fact: Fact) -> Both:
    return f"{fact.label('zh')}：还不知道", f"{fact.label('en')}: not known"


def plain(fact: Fact, value: Stored, others: tuple[str, ...] = ()) -> Both:
    """A fact with its value; a made-up code is called another."""
    if value in others:
        return f"{fact.label('zh')}：其他", f"{fact.label('en')}: another"
    return f"{fact.label('zh')}：{bare(fact, value, 'zh')}", f"{fact.label('en')}: {bare(fact, value, 'en')}"


def bare(fact: Fact, value: Stored, lang: str) -> str:
    """A value without the quotes it wears inside a sentence."""
    return say_value(fact, value, lang).strip('“”"')


def tag(fact: Fact, code: str, *, has: bool) -> Both:
    zh, en = (fact.name_of(code, lang) for lang in ("zh", "en"))
    if has:
        return f"{fact.label('zh')}：有“{zh}”", f'{fact.label("en")}: with "{en}"'
    return f"{fact.label('zh')}：没有“{zh}”", f'{fact.label("en")}: without "{en}"'


def number(fact: Fact, value: int, root: Fraction) -> Both:
    """A number beside the threshold it is tried on."""
    step = value - root
    if str(value) in fact.values or abs(step) not in (0, 1):
        return plain(fact, value)
    limit = {lang: say_value(fact, int(root), lang) for lang in ("zh", "en")}
    if step == 0:
        return f"{fact.label('zh')}正好{limit['zh']}", f"{fact.label('en')} exactly {limit['en']}"
    one_zh, one_en = ("1分", "¥0.01") if fact.type is FactType.MONEY else _one(fact)
    zh = f"{fact.label('zh')}比{limit['zh']}{'多' if step > 0 else '少'}{one_zh}"
    return zh, f"{fact.label('en')} {one_en} {'above' if step > 0 else 'below'} {limit['en']}"


def _one(fact: Fact) -> Both:
    one = f"{Decimal(1).scaleb(-fact.scale):f}"
    return f"{one}{fact.unit}", one


def elapsed(part: tree.Since, count: int, over: int) -> Both:
    """Time since a date beside the count it is tried on; `over` days more than just complete."""
    fact, named = part.fact, part.named
    if named is not None:
        zh, en = f"{named.label('zh')}满{count}{named.unit or ZH_UNITS[part.unit]}", f"{named.label('en')} {count}"
    else:
        label = fact.label("zh")
        for ending in ZH_DATE_ENDINGS:
            label = label.removesuffix(ending) or label
        zh = f"{label}满{count}{ZH_UNITS[part.unit]}"
        en = f"{count} {ONE_UNIT[part.unit] if count == 1 else part.unit} since {fact.label('en')}"
    said = {0: ("正好", "exactly"), 1: ("多1天", "and a day over"), -1: ("差1天", "a day short")}[over]
    if over == 0:
        return f"正好{zh}", f"{en}, {said[1]}"
    return f"{zh}{said[0]}", f"{en}, {said[1]}"


def gap(part: tree.DaysBetween, count: int) -> Both:
    zh = f"从{part.first.label('zh')}到{part.last.label('zh')}{count}天"
    return zh, f"{count} days from {part.first.label('en')} to {part.last.label('en')}"


def day(fact: Fact, value: date, limit: date) -> Both:
    step = (value - limit).days
    zh, en = say_day(limit, "zh"), say_day(limit, "en")
    if step == 0:
        return f"{fact.label('zh')}正好{zh}", f"{fact.label('en')} exactly {en}"
    zh = f"{fact.label('zh')}比{zh}{'晚' if step > 0 else '早'}1天"
    return zh, f"{fact.label('en')} a day {'after' if step > 0 else 'before'} {en}"


def values(facts: Iterable[Fact], person: Mapping[str, Stored]) -> Both:
    """Some facts with their values."""
    known = [fact for fact in facts if person.get(fact.path) is not None]
    said = [plain(fact, person[fact.path]) for fact in known]
    return "，".join(zh for zh, _ in said), ", ".join(en for _, en in said)


def unit_of(leaf: tree.Leaf) -> Fraction:
    """The smallest step of the figures in a condition: a fen, a scaled number's last digit, else one."""
    scales = [0]
    for part in tree.parts(leaf):
        match part:
            case tree.FactValue(fact=fact) | tree.FactOr(fact=fact):
                scales.append(fact.scale)
            case tree.ParameterValue(parameter=parameter):
                scales.append(parameter.scale)
            case _:
                pass
    return Fraction(1, 10 ** max(scales))
