"""Steps: everybody who acts exists, every kind has what it needs, and nothing comes too early or too late."""

from __future__ import annotations

import re
from collections.abc import Iterator

from niangjia.kit.actor import Office
from niangjia.programmes.definition.parts import AgreementDef, RankKey, StepDef, Who
from niangjia.programmes.definition.reading import Loc
from niangjia.programmes.definition.sheet import Sheet, guess, listed

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
FILLED_IN = ("applicant", "union", "number", "date")
UNION_OFFICES = (Office.CHAIR, Office.HANDLER, Office.JUDGE, Office.FINANCE)
PARTNER_OFFICES = (Office.PARTNER, Office.HR)
HANDS_OUT = ("grant", "award")
DECIDES = ("review", "visit", "survey", "score", "rank", "notice")
MANY_SIDED = ("survey", "sign", "visit", "deliver")
MAY_RETURN = ("review", "visit", "survey")


def check(sheet: Sheet) -> None:
    for loc, who, step in sheet.actors():
        _who(sheet, loc, who, step)
    for loc, step in sheet.steps():
        _needs(sheet, loc, step)
        _sides(sheet, loc, step)
    _partners_used(sheet)
    _order(sheet)
    _ranking(sheet)
    _agreement(sheet)


def _who(sheet: Sheet, loc: Loc, who: Who, step: StepDef | None) -> None:
    if who.level == "partner":
        if who.partner is None:
            sheet.note("who_partner", loc)
        else:
            sheet.know("partners", sheet.definition.partners, who.partner, "unknown_partner", (*loc, "partner"))
    elif who.partner is not None:
        sheet.note("who_no_partner", (*loc, "partner"))
    if who.level == "applicant":
        if step is not None and step.kind != "sign":
            sheet.note("who_applicant", loc, kind=step.kind)
        return
    allowed = PARTNER_OFFICES if who.level == "partner" else UNION_OFFICES
    if who.office not in allowed:
        sheet.note(
            "who_office", (*loc, "office"), level=who.level, office=str(who.office), known=listed(map(str, allowed))
        )


def _needs(sheet: Sheet, loc: Loc, step: StepDef) -> None:
    if step.kind == "notice" and step.notice_workdays is None:
        sheet.note("notice_days", loc)
    if step.kind != "notice" and step.notice_workdays is not None:
        sheet.note_name("only_for", (*loc, "notice_workdays"), name="notice_workdays", kinds="notice")
    if step.kind == "score":
        _scoring(sheet, loc, step)
    elif step.criteria or step.judges_min:
        name = "criteria" if step.criteria else "judges_min"
        sheet.note_name("only_for", (*loc, name), name=name, kinds="score")
    if step.returns and step.kind not in MAY_RETURN:
        sheet.note("returns_where", (*loc, "returns"), kind=step.kind)


def _scoring(sheet: Sheet, loc: Loc, step: StepDef) -> None:
    if not step.criteria:
        sheet.note("score_criteria", loc)
    elif (total := sum(one.weight for one in step.criteria)) != 100:
        sheet.note("score_weights", (*loc, "criteria"), sum=total)
    if step.judges_min < 1:
        sheet.note("score_judges", loc)


def _sides(sheet: Sheet, loc: Loc, step: StepDef) -> None:
    if step.kind == "survey" and len(step.sides) < 2:
        sheet.note("survey_sides", loc)
    if step.sides and step.kind not in MANY_SIDED:
        sheet.note("sides_only", (*loc, "sides"), kind=step.kind)
    if step.sides and isinstance(step.policy, int):
        sheet.note("policy_sides", (*loc, "policy"), policy=step.policy)
    names = [_party(side) for side in step.sides]
    for n, name in enumerate(names):
        if name in names[:n]:
            sheet.note("sides_twice", (*loc, "sides", n))


def _party(who: Who) -> str:
    """The party for which somebody signs: the engine knows one union side, and each partner by its key."""
    return {"partner": f"partner.{who.partner}", "applicant": "applicant"}.get(who.level, "union")


def _partners_used(sheet: Sheet) -> None:
    acting = {who.partner for _, who, _ in sheet.actors()}
    for name in sheet.definition.partners:
        if name not in acting and not sheet.is_blurred("steps"):
            sheet.note_name("partner_unused", ("partners", name), name=name)


def _order(sheet: Sheet) -> None:
    granted: tuple[Loc, StepDef] | None = None
    decided = False
    for loc, step in sheet.steps():
        if step.kind in (*HANDS_OUT, "deliver") and not decided:
            sheet.note("before_decision", (*loc, "kind"), kind=step.kind)
        if granted is not None and step.kind in (*DECIDES, "sign"):
            sheet.note("after_grant", (*loc, "kind"), kind=step.kind, line=sheet.line(granted[0]), grant=granted[1].key)
        decided = decided or step.kind in DECIDES
        if step.kind in HANDS_OUT and granted is None:
            granted = loc, step


# --- ranking --------------------------------------------------------------------------------------------------------


def _ranking(sheet: Sheet) -> None:
    kinds = [step.kind for step in sheet.definition.steps]
    ranked = kinds.index("rank") if "rank" in kinds else None
    rank = sheet.definition.rank
    scored = kinds.index("score") if "score" in kinds else None
    if rank is None:
        if ranked is not None and ("rank",) not in sheet.stand_ins:
            sheet.note("rank_missing", ("steps", ranked, "kind"))
    elif ranked is None and not sheet.is_blurred("steps"):
        sheet.note_name("rank_unused", ("rank",))
    if scored is not None and "rank" not in kinds[scored:]:
        sheet.note("score_unranked", ("steps", scored, "kind"))
    for n, measure in enumerate(rank.order if rank else ()):
        _measure(sheet, ("rank", "order", n), measure, scored is not None and scored < (ranked or 0))


def _measure(sheet: Sheet, loc: Loc, measure: RankKey, has_scores: bool) -> None:
    if measure.by == "score" and not has_scores:
        sheet.note("rank_score", (*loc, "by"))
    if measure.by in ("score", "submitted"):
        for name in ("path", "codes"):
            if getattr(measure, name):
                sheet.note_name("rank_no_path", (*loc, name), by=measure.by, name=name)
    elif measure.path is None:
        sheet.note("rank_path", loc, by=measure.by)
    elif measure.by == "answer":
        sheet.field_named(measure.path, (*loc, "path"))
    elif sheet.fact_named(measure.path, (*loc, "path")):
        values = sheet.schema.facts[measure.path].values
        for n, code in enumerate(measure.codes):
            if values and code not in values:
                place: Loc = (*loc, "codes", n)
                sheet.note("declares_code", place, name=measure.path, value=code, known=listed(values))


# --- the agreement --------------------------------------------------------------------------------------------------


def _agreement(sheet: Sheet) -> None:
    signing = [(loc, step) for loc, step in sheet.steps() if step.kind == "sign"]
    agreement = sheet.definition.agreement
    if agreement is None:
        for loc, _step in signing:
            if ("agreement",) not in sheet.stand_ins:
                sheet.note("agreement_missing", (*loc, "kind"))
        return
    for loc, _step in signing[1:]:
        sheet.note("agreement_signs", (*loc, "kind"))
    if sheet.step_named(agreement.step, ("agreement", "step")):
        step = sheet.definition.step(agreement.step)
        if step.kind != "sign":
            sheet.note("agreement_no_sign", ("agreement", "step"), name=step.key)
        elif not any(stand[:2] == ("agreement", "parties") for stand in sheet.stand_ins):
            _parties(sheet, agreement, step)
    _placeholders(sheet, agreement)


def _parties(sheet: Sheet, agreement: AgreementDef, step: StepDef) -> None:
    sides = [_party(who) for who in step.sides or [step.who]]
    for n, party in enumerate(agreement.parties):
        loc: Loc = ("agreement", "parties", n)
        if party.startswith("partner."):
            name = party.removeprefix("partner.")
            if not sheet.know("partners", sheet.definition.partners, name, "unknown_partner", loc):
                continue
        elif party not in ("applicant", "union"):
            sheet.note("party", loc, name=party)
            continue
        if party != "applicant" and party not in sides:
            sheet.note("party_no_side", loc, name=party, step=step.key)
    at = next(loc for loc, one in sheet.steps() if one.key == step.key)
    for n, side in enumerate(sides):
        if side not in agreement.parties:
            sheet.note("side_no_party", (*at, "sides", n) if step.sides else (*at, "who"), name=side)


def _placeholders(sheet: Sheet, agreement: AgreementDef) -> None:
    known = [*FILLED_IN, *(f"partner.{name}" for name in sheet.definition.partners)]
    known += [f"field.{name}" for name in sheet.definition.fields()]
    used = {lang: list(_used(agreement.text.text(lang))) for lang in ("zh", "en")}
    for lang, names in used.items():
        for name, offset in names:
            if name not in known and not (name.startswith("field.") and sheet.is_blurred("form")):
                loc: Loc = ("agreement", "text", lang)
                mark, hint = sheet.written.inside(loc, offset), guess(name, known)
                sheet.note_at("placeholder", mark, loc, "", name=name, guess=hint)
    apart = {name for name, _ in used["zh"]} ^ {name for name, _ in used["en"]}
    if apart:
        sheet.note("placeholder_differs", ("agreement", "text"), names=listed(f"{{{name}}}" for name in sorted(apart)))


def _used(text: str) -> Iterator[tuple[str, int]]:
    return ((found.group(1), found.start()) for found in PLACEHOLDER.finditer(text))
