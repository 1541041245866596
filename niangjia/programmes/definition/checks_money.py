"""Money, quotas, limits and counts: sums that can be worked out, floors that fit under ceilings."""

from __future__ import annotations

from niangjia.programmes.definition.parts import Amount, AmountTable, Field, Quota
from niangjia.programmes.definition.reading import Loc
from niangjia.programmes.definition.sheet import Sheet, listed

AMOUNT: Loc = ("grant", "amount")
COUNTED_IN = {
    "applied": ("people", "households", "person_times"),
    "entitled": ("people", "households", "person_times"),
    "refused": ("people", "households", "person_times"),
    "paid_fen": ("fen",),
    "titles": ("titles",),
}


def check(sheet: Sheet) -> None:
    _grant(sheet)
    _budget(sheet)
    _limits(sheet)
    _quotas(sheet)
    for n, count in enumerate(sheet.definition.counts):
        if count.unit not in COUNTED_IN[count.of]:
            loc: Loc = ("counts", n, "unit")
            sheet.note("count_unit", loc, of=count.of, unit=count.unit, known=listed(COUNTED_IN[count.of]))


def _grant(sheet: Sheet) -> None:
    grant, kinds = sheet.definition.grant, {step.kind for step in sheet.definition.steps}
    if grant.kind == "money" and grant.amount is None:
        sheet.note("amount_missing", ("grant",))
    if grant.kind == "money" and grant.unit != "fen":
        sheet.note("unit_fen", ("grant", "unit"), unit=grant.unit)
    if grant.kind != "money" and grant.unit == "fen":
        sheet.note("unit_not_fen", ("grant", "unit"))
    if grant.kind == "title" and grant.achievement is None:
        sheet.note("achievement_missing", ("grant",))
    if grant.kind != "title" and grant.achievement is not None:
        sheet.note_name("only_for", ("grant", "achievement"), name="achievement", kinds="title")
    if not sheet.is_blurred("steps"):
        if grant.amount is not None and "grant" not in kinds:
            sheet.note_name("no_step_of_kind", AMOUNT, what=("金额", "an amount"), kind="grant")
        if grant.kind == "title" and "award" not in kinds:
            sheet.note("no_step_of_kind", ("grant", "kind"), what=("称号", "a title"), kind="award")
        if grant.kind == "goods" and not kinds & {"deliver", "grant"}:
            sheet.note("no_step_of_kind", ("grant", "kind"), what=("物品", "goods"), kind="deliver")
    if grant.amount is not None:
        _amount(sheet, grant.amount)


def _amount(sheet: Sheet, amount: Amount) -> None:
    share = [amount.field, amount.percent, amount.cap_fen]
    forms = [amount.fixed_fen is not None, any(part is not None for part in share), amount.table is not None]
    if sum(forms) != 1:
        sheet.note("amount_forms", AMOUNT)
        return
    if amount.table is not None:
        _table(sheet, amount.table)
    elif amount.fixed_fen is None and any(part is None for part in share):
        sheet.note("amount_share", AMOUNT)
    elif amount.field is not None:
        _amount_field(sheet, amount.field, (*AMOUNT, "field"), "money")
    if amount.fixed_fen == 0 or amount.cap_fen == 0 or (amount.table and not any(amount.table.rows.values())):
        sheet.note("amount_zero", AMOUNT)


def _amount_field(sheet: Sheet, name: str, loc: Loc, wanted: str) -> Field | None:
    asked = sheet.field_named(name, loc)
    if asked is None:
        return None
    if asked.type != wanted:
        sheet.note("amount_field", loc, name=name, kind=asked.type, wanted=wanted)
        return None
    if not asked.required or asked.show_if is not None:
        sheet.note("amount_optional", loc, name=name)
    return asked


def _table(sheet: Sheet, table: AmountTable) -> None:
    loc: Loc = (*AMOUNT, "table")
    asked = _amount_field(sheet, table.field, (*loc, "field"), "choice")
    if asked is None:
        return
    answers = [choice.value for choice in asked.choices]
    for value in table.rows:
        if value not in answers:
            sheet.note_name("table_row_unknown", (*loc, "rows", value), name=table.field, value=value)
    for value in answers:
        if value not in table.rows:
            sheet.note("table_row_missing", (*loc, "rows"), value=value)


def _budget(sheet: Sheet) -> None:
    budget, grant = sheet.definition.budget, sheet.definition.grant
    if budget is None:
        if grant.amount is not None and ("budget",) not in sheet.stand_ins:
            sheet.note("budget_missing", ("grant", "amount"))
        return
    loc: Loc = ("budget", "reserve_at")
    if grant.amount is None and ("grant", "amount") not in sheet.stand_ins:
        sheet.note_name("budget_idle", ("budget",))
    if sheet.step_named(budget.reserve_at, loc):
        keys = [step.key for step in sheet.definition.steps]
        given = [n for n, step in enumerate(sheet.definition.steps) if step.kind in ("grant", "award")]
        if given and keys.index(budget.reserve_at) > given[0]:
            sheet.note("reserve_late", loc, name=budget.reserve_at)


def _limits(sheet: Sheet) -> None:
    limits = sheet.definition.limits
    for n, other in enumerate(limits.exclusive_with):
        if other == sheet.definition.id:
            sheet.note("exclusive_self", ("limits", "exclusive_with", n))
    if limits.once_per_field is None:
        return
    loc: Loc = ("limits", "once_per_field")
    asked = sheet.field_named(limits.once_per_field, loc)
    if asked is not None and (asked.type != "choice" or not asked.required):
        sheet.note("once_kind", loc, name=asked.key)


# --- quotas ---------------------------------------------------------------------------------------------------------


def _quotas(sheet: Sheet) -> None:
    quotas = sheet.definition.rank.quotas if sheet.definition.rank else []
    for n, quota in enumerate(quotas):
        loc: Loc = ("rank", "quotas", n)
        floors, ceilings = (quota.at_least, quota.at_least_percent), (quota.at_most, quota.at_most_percent)
        if {*floors, *ceilings} == {None}:
            sheet.note("quota_empty", loc)
        if None not in floors:
            sheet.note("quota_twice", (*loc, "at_least"), what=("下限", "the floor"))
        if None not in ceilings:
            sheet.note("quota_twice", (*loc, "at_most"), what=("上限", "the ceiling"))
        for low, high in _contradictions(quota, quota):
            sheet.note("quota_contradiction", loc, low=low, high=high)
        for m, other in enumerate(quotas[:n]):
            if _same_group(quota, other):
                for low, high in [*_contradictions(quota, other), *_contradictions(other, quota)]:
                    line = sheet.line(("rank", "quotas", m))
                    sheet.note("quota_conflict", loc, line=line, other=other.key, low=low, high=high)


def _contradictions(floor: Quota, ceiling: Quota) -> list[tuple[str, str]]:
    pairs = [(floor.at_least, ceiling.at_most, ""), (floor.at_least_percent, ceiling.at_most_percent, "%")]
    return [
        (f"{low}{mark}", f"{high}{mark}")
        for low, high, mark in pairs
        if low is not None and high is not None and low > high
    ]


def _same_group(one: Quota, other: Quota) -> bool:
    return "".join(one.rule.split()) == "".join(other.rule.split())
