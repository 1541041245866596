"""Answers to a programme's form: prefilled from what the house knows, typed, checked, and turned into facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit import money
from niangjia.kit.refusal import Invalid, Sentence
from niangjia.matching import reads as facts
from niangjia.people import identifiers
from niangjia.people.models import Person
from niangjia.programmes.definition import Definition, Field
from niangjia.programmes.models import Application
from niangjia.rules.schema import Fact, FactType

YES_NO = {"yes": True, "no": False, "true": True, "false": False, "True": True, "False": False}
FULL_WIDTH = str.maketrans("０１２３４５６７８９－　", "0123456789- ")


def prefill(definition: Definition, person_id: int | None) -> dict[str, Any]:
    """What need not be asked again (Zhejiang “run once” rule 2018), by field."""
    asked = {key: field.prefill for key, field in definition.fields().items() if field.prefill}
    if not asked or person_id is None:
        return {}
    known: dict[str, Any] = {}
    if any(not path.startswith("person.") for path in asked.values()):
        known |= {path: fact.value for path, fact in facts.facts_of(person_id).items()}
    person = Person.objects.get(pk=person_id)
    known |= {"person.name": person.name, "person.phone": person.phone}
    found = {key: _as_answer(known.get(path)) for key, path in asked.items()}
    return {key: value for key, value in found.items() if value not in (None, "")}


def _as_answer(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def is_shown(field: Field, answers: Mapping[str, Any]) -> bool:
    if field.show_if is None:
        return True
    return _comparable(answers.get(field.show_if.field, "")) in [_comparable(value) for value in field.show_if.is_]


def _comparable(answer: Any) -> str | bool:
    """A yes is a yes as the browser sends it, as it is stored and as a programme file writes it."""
    return YES_NO.get(str(answer), str(answer))


def label(field: Field) -> str:
    return field.label.text(get_language() or "zh")


def typed(field: Field, raw: Any) -> Any:
    """One answer as it is stored: money in fen, dates as ISO text, None when empty. Raises Invalid."""
    if isinstance(raw, str):
        raw = raw.strip()
    if raw in (None, "", []):
        return None
    return TYPED[field.type](field, raw)


def _text(field: Field, raw: Any) -> str:
    most = field.max_length or 200
    text = str(raw)
    if len(text) > most:
        raise Invalid(_("At most %(most)d characters; this has %(has)d.") % {"most": most, "has": len(text)})
    return text


def _number(field: Field, raw: Any) -> int:
    try:
        value = int(str(raw).translate(FULL_WIDTH).replace(",", "").replace(" ", ""))
    except ValueError as fault:
        raise Invalid(_("A whole number, please.")) from fault
    return _bounded(field, value, str)


def _money(field: Field, raw: Any) -> int:
    value = raw if isinstance(raw, int) and not isinstance(raw, bool) else money.fen(str(raw))
    if value < 0:
        raise Invalid(_("An amount cannot be below zero."))
    return _bounded(field, value, money.yuan)


def _bounded(field: Field, value: int, show: Any) -> int:
    if field.min is not None and value < field.min:
        raise Invalid(_("At least %s.") % show(field.min))
    if field.max is not None and value > field.max:
        raise Invalid(_("At most %s.") % show(field.max))
    return value


def _date(_field: Field | None, raw: Any) -> str:
    text = str(raw).translate(FULL_WIDTH)
    for mark in ("年", "月", ".", "/"):  # zh: how people write dates
        text = text.replace(mark, "-")
    parts = text.replace("日", "").strip("-").split("-")  # zh: how people write dates
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day).isoformat()
    except ValueError as fault:
        raise Invalid(_("A date like 2026-03-01, please.")) from fault


def _choice(field: Field, raw: Any) -> str:
    if str(raw) not in {choice.value for choice in field.choices}:
        raise Invalid(_("Choose one of the answers offered."))
    return str(raw)


def _yes_no(_field: Field | None, raw: Any) -> bool:
    if str(raw) not in YES_NO:
        raise Invalid(_("Choose yes or no."))
    return YES_NO[str(raw)]


def _phone(_field: Field, raw: Any) -> str:
    return identifiers.phone(str(raw))


def _bank_card(_field: Field, raw: Any) -> str:
    """Digits with a Luhn check: a mistyped card sends help to a stranger."""
    digits = "".join(str(raw).translate(FULL_WIDTH).split())
    if not (digits.isascii() and digits.isdigit()) or not 12 <= len(digits) <= 19:
        raise Invalid(_("A bank card number has 12 to 19 digits."))
    doubled = [int(d) * (2 - (n % 2 == 0)) for n, d in enumerate(reversed(digits))]
    if sum(d - 9 if d > 9 else d for d in doubled) % 10:
        raise Invalid(_("This card number has a mistyped digit; please compare it with the card."))
    return digits


TYPED: dict[str, Any] = {
    "text": _text,
    "long_text": lambda field, raw: _text(field.model_copy(update={"max_length": field.max_length or 2000}), raw),
    "address": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
    "phone": _phone,
    "bank_card": _bank_card,
}


def typed_all(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """All answers typed. Raises Invalid with every fault at once, by field."""
    listed = [field for field in fields if field.type != "file"]
    faults: dict[str, Sentence] = {}
    values: dict[str, Any] = {}
    for field in listed:
        if not is_shown(field, given):
            continue
        try:
            values[field.key] = typed(field, given.get(field.key))
        except Invalid as fault:
            faults[field.key] = f"{label(field)}: {fault.sentence}"
            continue
        if field.required and values[field.key] is None:
            faults[field.key] = _("%s is needed.") % label(field)
    if faults:
        raise Invalid(_("Something is missing or cannot be right."), faults=faults)
    return {key: value for key, value in values.items() if value is not None}


def digest_of(application: Application) -> str:
    """The fingerprint of everything an applicant sees before handing in: answers and files."""
    files = application.attachments.filter(removed_at=None).values_list("field", "sha256").order_by("field", "sha256")
    seen = json.dumps([application.answers, list(files)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()


def require_complete(application: Application) -> None:
    """Type the draft's answers in place. Raises Invalid with one full list of all that is missing, files included."""
    fields = application.definition.fields()
    faults: dict[str, Sentence] = {}
    values: dict[str, Any] = {}
    try:
        values = typed_all(fields.values(), application.answers)
    except Invalid as fault:
        faults |= fault.faults
    needed = [one for one in fields.values() if one.type == "file" and one.required]
    needed = [one for one in needed if is_shown(one, application.answers)]
    if needed:
        standing = application.attachments.filter(removed_at=None)
        attached = set(standing.values_list("field", flat=True).order_by("field"))
        faults |= {one.key: _("%s: please attach a file.") % label(one) for one in needed if one.key not in attached}
    if faults:
        raise Invalid(
            _("Before handing in, %d things need your attention.") % len(faults),
            remedy=_("Everything else is saved."),
            faults=faults,
        )
    application.answers = values


def declared_facts(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts about themselves that these answers tell us."""
    told = {field.declares: values.get(key) for key, field in definition.fields().items() if field.declares}
    return {path: value for path, value in told.items() if value is not None}


def typed_fact(path: str, raw: Any) -> Any:
    """An answer to a fact's question, in the fact's stored form; None when empty. Raises Invalid with a sentence."""
    fact = facts.schema().facts[path]
    text = str(raw if raw is not None else "").strip()
    if not text:
        return None
    if fact.type is FactType.BOOL:
        return _yes_no(None, text)
    if fact.type is FactType.DATE:
        return _date(None, text)
    if fact.type is FactType.CODE and text not in fact.values:
        raise Invalid(_("Choose one of the answers offered."))
    if fact.type in (FactType.MONEY, FactType.NUM):
        return _fact_number(fact, text)
    return text[:200]


def _fact_number(fact: Fact, text: str) -> int:
    if fact.type is FactType.MONEY:
        value = money.fen(text)
    else:
        try:
            exact = Decimal(text.translate(FULL_WIDTH)).scaleb(fact.scale)
            value = int(exact)
        except (ArithmeticError, ValueError) as fault:
            raise Invalid(_("A number, please.")) from fault
        if value != exact:
            raise Invalid(_("A whole number, please.") if not fact.scale else _("Fewer decimals, please."))
    least, most = fact.bounds
    if not least <= value <= most:
        raise Invalid(_("This number cannot be right."))
    return value
