"""Values and changes in words, Chinese and English, for people who never saw a rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from niangjia.rules.dates import CountUnit
from niangjia.rules.schema import Fact, FactType, Parameter, Stored

ZH_UNITS: dict[CountUnit, str] = {"years": "年", "months": "个月", "days": "天"}
ZH_DATE_ENDINGS = ("日期", "时间", "年月")
TURNS_ZH = {
    "at_least": "{label}达到{to}（现为{now}）",
    "at_most": "{label}不超过{to}（现为{now}）",
    "on_or_after": "{label}在{to}或以后（现为{now}）",
    "on_or_before": "{label}在{to}或以前（现为{now}）",
    "is": "{label}为{to}（现为{now}）",
    "starts_with": "{label}以{to}开头（现为{now}）",
    "within": "{label}在{to}（现为{now}）",
    "has": "{label}中有{to}",
    "lacks": "{label}中没有{to}",
}
TURNS_EN = {
    "at_least": "{label} at least {to} (now {now})",
    "at_most": "{label} at most {to} (now {now})",
    "on_or_after": "{label} on or after {to} (now {now})",
    "on_or_before": "{label} on or before {to} (now {now})",
    "is": "{label}: {to} (now {now})",
    "starts_with": "{label} beginning with {to} (now {now})",
    "within": "{label} within {to} (now {now})",
    "has": "{label} including {to}",
    "lacks": "{label} without {to}",
}


def say_value(fact: Fact, value: Stored, lang: str) -> str:
    """A stored value as people write it."""
    chinese = lang == "zh"
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    if isinstance(value, date):
        return say_day(value, lang)
    if isinstance(value, int):
        return _say_number(fact, value, chinese)
    if isinstance(value, frozenset | tuple):
        return ("、" if chinese else ", ").join(say_value(fact, code, lang) for code in sorted(value))
    name = fact.name_of(value or "", lang)
    return f"“{name}”" if chinese else f'"{name}"'


def _say_number(fact: Fact, value: int, chinese: bool) -> str:
    if str(value) in fact.values:  # a rung, not a quantity
        return fact.name_of(str(value), "zh" if chinese else "en")
    number = Decimal(value).scaleb(-fact.scale)
    if fact.type is FactType.MONEY:
        return f"{number:,.2f}元" if chinese else f"¥{number:,.2f}"
    return f"{number:f}{fact.unit}" if chinese else f"{number:f}"


def say_figure(parameter: Parameter, value: Stored, lang: str) -> str:
    """A figure of policy as people write it."""
    return say_value(Fact(parameter.path, parameter.type, scale=parameter.scale, unit=parameter.unit), value, lang)


def say_day(day: date, lang: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else day.isoformat()


def say_reached(day: date, unit: CountUnit, count: int, fact: Fact, named: Fact | None) -> tuple[str, str]:
    """From a day on, because so many years, months or days are then complete."""
    if named is not None:
        suffix = named.unit or ZH_UNITS[unit]
        zh = f"{say_day(day, 'zh')}起，{named.label('zh')}满{count}{suffix}"
        return zh, f"from {day}, when {named.label('en')} reaches {count}"
    label = fact.label("zh")
    for ending in ZH_DATE_ENDINGS:
        label = label.removesuffix(ending) or label
    zh = f"{say_day(day, 'zh')}起，{label}满{count}{ZH_UNITS[unit]}"
    return zh, f"from {day}, when {unit} since {fact.label('en')} reach {count}"


def say_from(day: date, parameter: Parameter | None) -> tuple[str, str]:
    """From a day on, because that day comes or a figure changes on it."""
    zh, en = f"{say_day(day, 'zh')}起", f"from {day}"
    if parameter is None:
        return zh, en
    return f"{zh}，{parameter.label('zh')}调整", f"{en}, when {parameter.label('en')} changes"


def say_turn(fact: Fact, how: str, now: Stored, to: tuple[Stored, ...]) -> tuple[str, str]:
    """What a fact would have to be."""

    def words(lang: str) -> dict[str, str]:
        joiner = "或" if lang == "zh" else " or "
        options = joiner.join([say_value(fact, value, lang) for value in to])
        return {"label": fact.label(lang), "now": say_value(fact, now, lang), "to": options}

    if how == "starts_with" and fact.named:  # the first digits of a place are the place around it
        how = "within"
    return TURNS_ZH[how].format(**words("zh")), TURNS_EN[how].format(**words("en"))


def say_question(fact: Fact, stale: bool) -> tuple[str, str]:
    """The one question that would settle a missing fact."""
    if stale:
        zh, en = f"请更新：{fact.label('zh')}", f"please bring up to date: {fact.label('en')}"
    else:
        zh, en = f"请补充：{fact.label('zh')}", f"please tell us: {fact.label('en')}"
    return fact.ask_zh or zh, fact.ask_en or en
