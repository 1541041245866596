"""The parts of a programme file as cards of fields, in the order people think of them; any list may grow and shrink."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Sentence
from niangjia.programmes.definition import Bilingual, Definition
from niangjia.programmes.definition.labels import LABELS

Path = tuple[str | int, ...]
UNKNOWN = ("ask", "review", "refuse")
VERDICTS = ("true", "false", "unknown")
PERIODS = ("round", "year", "ever")
OFFICES = ("chair", "handler", "judge", "finance", "partner")
# What can be asked or done without anything more to be said; the others are written in the whole file.
QUESTIONS = ("text", "long_text", "number", "money", "date", "yes_no", "phone", "address", "file")
NEW_STEPS = ("review", "visit")
NEW_LEVELS = ("own", "township", "county", "city", "launcher")


@dataclass(frozen=True, slots=True)
class Item:
    """One value of the file that has a field of its own; its kind says how it is typed."""

    path: Path
    kind: str
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return "-".join(map(str, self.path))

    @property
    def may_be_empty(self) -> bool:
        return self.path[0] == "add" or self.path[-1] == "basis"

    @property
    def label(self) -> str:
        zh = (get_language() or "zh").startswith("zh")
        last = str(self.path[-1])
        if last in ("zh", "en"):
            tongue = {"zh": _("in Chinese"), "en": _("in English")}[last]
            return f"{LABELS[str(self.path[-2])][0 if zh else 1]}（{tongue}）" if zh else f"{self._of(-2)} ({tongue})"
        return self._of(-1)

    def _of(self, at: int) -> str:
        names = LABELS.get(str(self.path[at]))
        return names[0 if (get_language() or "zh").startswith("zh") else 1] if names else str(self.path[at])


@dataclass(frozen=True, slots=True)
class Card:
    """Fields that belong together; `remove` names the box that takes the whole part out."""

    title: str
    items: tuple[Item, ...]
    remove: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: Sentence
    cards: tuple[Card, ...]
    note: Sentence = ""


def both(*path: str | int, long: bool = False) -> tuple[Item, ...]:
    kind = "long" if long else "text"
    return Item((*path, "zh"), kind), Item((*path, "en"), kind)


def sections(definition: Definition) -> tuple[Section, ...]:
    """The file as cards of fields, in the order people think of it."""
    return (
        Section("about", _("About"), (_about(definition),)),
        Section(
            "require", _("Conditions"), tuple(_conditions(definition, "require")), _("All of these must be met.")
        ),
        Section(
            "exclude", _("What rules out"), tuple(_conditions(definition, "exclude")), _("None of these may hold.")
        ),
        Section("form", _("The form"), tuple(_fields(definition))),
        Section(
            "steps", _("Steps"), tuple(_steps(definition)),
            _("A new step comes before the first that signs, hands out or pays; move it in the whole file."),
        ),
        Section("grant", _("What is given"), (_grant(definition),)),
        Section(
            "examples", _("Examples"), tuple(_examples(definition)),
            _("Made-up people the rules are tried on at every save. Change a rule, and its examples must follow."),
        ),
    )  # fmt: skip


def _said(of: Bilingual) -> str:
    return of.text(get_language() or "zh")


def _about(definition: Definition) -> Card:
    items = (*both("title"), *both("summary", long=True), *both("audience", long=True))
    return Card(_said(definition.title), (*items, Item(("valid_from",), "date"), Item(("retention_years",), "int")))


def _condition(*path: str | int) -> tuple[Item, ...]:
    rule, basis = Item((*path, "rule"), "rule"), Item((*path, "basis"), "text")
    return (*both(*path, "text"), rule, basis, Item((*path, "if_unknown"), "choice", UNKNOWN))


def _conditions(definition: Definition, kind: str) -> Iterator[Card]:
    for at, clause in enumerate(getattr(definition, kind)):
        yield Card(_said(clause.text), _condition(kind, at), f"remove-{kind}-{at}")
    yield Card(str(_("One more condition")), _condition("add", kind))


def _fields(definition: Definition) -> Iterator[Card]:
    for p, page in enumerate(definition.form):
        yield Card(_said(page.title), both("form", p, "title"))
        for f, field in enumerate(page.fields):
            here: Path = ("form", p, "fields", f)
            kinds = QUESTIONS if field.type in QUESTIONS else (field.type, *QUESTIONS)
            asked = Item((*here, "type"), "choice", kinds), Item((*here, "required"), "bool")
            items = (*both(*here, "label"), *(both(*here, "help") if field.help else ()), *asked)
            yield Card(f"{_said(page.title)} › {_said(field.label)}", items, f"remove-form-{p}-fields-{f}")
        new: Path = ("add", "form", p, "fields")
        title = f"{_said(page.title)} › {_('One more question')}"
        yield Card(title, (*both(*new, "label"), Item((*new, "type"), "choice", QUESTIONS)))


def _steps(definition: Definition) -> Iterator[Card]:
    for at, step in enumerate(definition.steps):
        clocks = [
            Item(("steps", at, name), "int") for name in ("due_workdays", "notice_workdays") if getattr(step, name)
        ]
        offices = (Item(("steps", at, "who", "office"), "choice", OFFICES),)
        who = offices if not step.sides and step.who.level != "partner" else ()
        items = (*both("steps", at, "title"), *both("steps", at, "public"), *who, *clocks)
        yield Card(_said(step.title), items, f"remove-steps-{at}")
    new: Path = ("add", "steps")
    chosen = (("kind", NEW_STEPS), ("level", NEW_LEVELS), ("office", OFFICES[:2]))
    items = (*both(*new, "title"), *both(*new, "public"), *(Item((*new, name), "choice", of) for name, of in chosen))
    yield Card(str(_("One more step")), (*items, Item((*new, "due_workdays"), "int")))


def _grant(definition: Definition) -> Card:
    amount, items = definition.grant.amount, [*both("grant", "label")]
    for name, kind in (("fixed_fen", "yuan"), ("percent", "int"), ("cap_fen", "yuan")):
        if amount is not None and getattr(amount, name) is not None:
            items.append(Item(("grant", "amount", name), kind))
    if amount is not None and amount.table is not None:
        items += [Item(("grant", "amount", "table", "rows", code), "yuan") for code in amount.table.rows]
    limits = (Item(("limits", "per_person"), "int"), Item(("limits", "per"), "choice", PERIODS))
    return Card(_said(definition.grant.label), (*items, *limits))


def _examples(definition: Definition) -> Iterator[Card]:
    for at, example in enumerate(definition.examples):
        money_ = (Item(("examples", at, "amount_fen"), "yuan"),) if example.amount_fen is not None else ()
        yield Card(
            example.name, (Item(("examples", at, "verdict"), "choice", VERDICTS), *money_), f"remove-examples-{at}"
        )
