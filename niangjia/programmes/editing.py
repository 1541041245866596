"""A programme file edited through fields: what is typed goes into the text, and the faults of the text come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.kit import money
from niangjia.kit.refusal import Invalid, Sentence
from niangjia.programmes.definition import Bilingual, Definition, DefinitionFault, DefinitionFaults, write_file
from niangjia.programmes.definition.labels import LABELS, WORDS

Path = tuple[str | int, ...]
WHOLE = re.compile(r"-?\d{1,15}")
STEP = re.compile(r"[^.\[\]]+")
UNKNOWN = ("ask", "review", "refuse")
VERDICTS = ("true", "false", "unknown")
PERIODS = ("round", "year", "ever")
# No phone may mend what is typed: a rule is spelled as it is spelled.
WRITING = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "off", "autocorrect": "off"}


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
        Section("steps", _("Steps"), tuple(_steps(definition))),
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
        items: list[Item] = []
        for f, field in enumerate(page.fields):
            here: Path = ("form", p, "fields", f)
            items += both(*here, "label")
            items += both(*here, "help") if field.help else ()
            items += [Item((*here, "required"), "bool")]
        yield Card(_said(page.title), (*both("form", p, "title"), *items))


def _steps(definition: Definition) -> Iterator[Card]:
    for at, step in enumerate(definition.steps):
        clocks = [
            Item(("steps", at, name), "int") for name in ("due_workdays", "notice_workdays") if getattr(step, name)
        ]
        offices = (Item(("steps", at, "who", "office"), "choice", ("chair", "handler", "judge", "finance", "partner")),)
        who = offices if not step.sides and step.who.level != "partner" else ()
        yield Card(_said(step.title), (*both("steps", at, "title"), *both("steps", at, "public"), *who, *clocks))


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


class EditForm(forms.Form):
    """Every field of the sections. The loader judges what was typed; here it is only carried into the text."""

    use_required_attribute = False

    def __init__(self, text: str, definition: Definition, data: Any = None) -> None:
        super().__init__(data)
        self.text_before = text
        self.definition = definition
        self.parts = definition.model_dump(by_alias=True, exclude_defaults=True)
        self.sections = sections(definition)
        self.excerpts: dict[str, str] = {}
        self.kept: dict[str, list[int]] = {}
        for section in self.sections:
            for card in section.cards:
                for item in card.items:
                    self.fields[item.name] = _field(item)
                    self.initial[item.name] = self._standing(item)
                if card.remove:
                    self.fields[card.remove] = forms.BooleanField(label=_("Take it out"), required=False)

    def shown(self) -> list[tuple[Section, list[tuple[Card, list[tuple[BoundField, str]], BoundField | None]]]]:
        """Sections with their cards and fields, each with the drawing of its fault."""
        return [
            (
                section,
                [
                    (
                        card,
                        [(self[item.name], self.excerpts.get(item.name, "")) for item in card.items],
                        self[card.remove] if card.remove else None,
                    )
                    for card in section.cards
                ],
            )
            for section in self.sections
        ]

    def _standing(self, item: Item) -> Any:
        """The value as it stands in the file, as it would be typed."""
        if item.path[0] == "add":
            return UNKNOWN[0] if item.kind == "choice" else ""
        here: Any = self.definition
        for step in item.path:
            here = getattr(here, step) if isinstance(step, str) and not isinstance(here, dict) else here[step]
        if item.kind == "yuan":
            return _plain_yuan(here) if here is not None else ""
        if item.kind == "bool":
            return bool(here)
        return "" if here is None else " ".join(str(here).split("\n")).strip()

    def text(self) -> str:
        """The file with what was typed; the very same text when nothing was changed."""
        typed = {
            item: self.cleaned_data.get(item.name, "")
            for section in self.sections
            for card in section.cards
            for item in card.items
            if item.name not in self.errors
        }
        changed = [item for item, value in typed.items() if value != self._standing(item)]
        removed = [name for name, value in self.cleaned_data.items() if name.startswith("remove-") and value]
        for section in ("require", "exclude", "examples"):
            count = len(self.parts.get(section, []))
            self.kept[section] = [at for at in range(count) if f"remove-{section}-{at}" not in removed]
        if not changed and not removed:
            return self.text_before
        for item in changed:
            if item.path[0] != "add":
                _put(self.parts, item.path, _value(item, typed[item]))
        for section, kept in self.kept.items():
            if section in self.parts:
                self.parts[section] = [self.parts[section][at] for at in kept]
        self._add({item.name: typed[item] for item in changed if item.path[0] == "add"})
        return write_file(self.parts)

    def _add(self, typed: dict[str, Any]) -> None:
        for kind in ("require", "exclude"):
            said = {
                name.removeprefix(f"add-{kind}-"): value
                for name, value in typed.items()
                if name.startswith(f"add-{kind}-")
            }
            if not any(value for name, value in said.items() if name != "if_unknown"):
                continue
            taken = {part["key"] for one in ("require", "exclude") for part in self.parts.get(one, [])}
            number = next(n for n in range(1, len(taken) + 2) if f"condition_{n}" not in taken)
            part = {
                "key": f"condition_{number}",
                "text": {"zh": said.get("text-zh", ""), "en": said.get("text-en", "")},
            }
            part |= {name: said[name] for name in ("rule", "basis", "if_unknown") if said.get(name)}
            self.parts.setdefault(kind, []).append(part)

    def put(self, faults: DefinitionFaults) -> None:
        """Every fault beside the field it is about; one that has no field stands above with its line."""
        for one in faults.faults:
            name = self._field_of(one)
            if name is None:
                self.add_error(None, one.sentence(get_language() or "zh"))
            else:
                self.add_error(name, plain(one))
                if one.excerpt:
                    self.excerpts[name] = one.excerpt

    def _field_of(self, fault: DefinitionFault) -> str | None:
        steps = STEP.findall(fault.path)
        if len(steps) > 1 and steps[0] in self.kept and steps[1].isdigit():
            kept, at = self.kept[steps[0]], int(steps[1])
            steps = [steps[0], str(kept[at]), *steps[2:]] if at < len(kept) else ["add", steps[0], *steps[2:]]
        while steps:
            name = "-".join(steps)
            found = next((each for each in self.fields if each == name or each.startswith(f"{name}-")), None)
            if found is not None:
                return found
            steps = steps[:-1] if len(steps) > 2 else []
        return None


def plain(fault: DefinitionFault) -> str:
    """A fault without its line and path, for where its place is plain to see."""
    if fault.code == "missing":
        return str(_("This must be filled in."))
    said = fault.sentence(get_language() or "zh")
    return re.split("：|: ", said, maxsplit=1)[-1]


def numbered(text: str, faults: Iterable[DefinitionFault]) -> list[tuple[int, str, bool]]:
    """The lines of a text with their numbers, and whether something is wrong on them."""
    wrong = {one.line for one in faults}
    return [(number, line, number in wrong) for number, line in enumerate(text.split("\n"), 1)]


def _field(item: Item) -> forms.Field:
    if item.kind == "bool":
        return forms.BooleanField(label=item.label, required=False)
    zh = 0 if (get_language() or "zh").startswith("zh") else 1
    widget: forms.Widget = forms.TextInput({"autocomplete": "off"})
    if item.kind == "choice":
        widget = forms.Select(choices=[(value, WORDS[value][zh]) for value in item.choices])
    elif item.kind == "long":
        widget = forms.Textarea({"rows": 3})
    elif item.kind == "rule":
        widget = forms.Textarea({"rows": 2, "data-rule": "field", "class": "mono rule", **WRITING})
    elif item.kind == "date":
        widget = forms.DateInput({"type": "date"})
    elif item.kind in ("int", "yuan"):
        widget = forms.TextInput({"inputmode": "decimal" if item.kind == "yuan" else "numeric", "autocomplete": "off"})
    made = _Yuan if item.kind == "yuan" else _Carried
    label = f"{item.label}（{_('yuan')}）" if item.kind == "yuan" and not zh else item.label
    return made(label=label, required=not item.may_be_empty, max_length=4000, widget=widget)


def _plain_yuan(fen: int) -> str:
    """An amount as people type it."""
    return money.yuan(fen).replace("¥", "").replace(",", "")


class _Carried(forms.CharField):
    """Told to be needed, but never refused here: the loader says what is missing, with its place."""

    def validate(self, value: Any) -> None:
        """Nothing to say yet."""


class _Yuan(_Carried):
    """Stays as typed, so that an unchanged amount is no change; only what is no amount is refused."""

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        try:
            return _plain_yuan(money.fen(typed)) if typed else ""
        except Invalid as fault:
            raise forms.ValidationError(str(fault.sentence)) from fault


def _value(item: Item, typed: Any) -> Any:
    """What the file holds for what was typed; what cannot be read stays a text, and the loader says so."""
    if item.kind == "bool":
        return bool(typed)
    if item.kind == "yuan":
        return money.fen(typed) if typed else None
    if item.kind == "int" and WHOLE.fullmatch(typed):
        return int(typed)
    if item.kind == "date":
        try:
            return date.fromisoformat(typed)
        except ValueError:
            return typed
    return str(typed).replace("\r\n", "\n")


def _put(parts: dict[str, Any], path: Path, value: Any) -> None:
    here: Any = parts
    for step in path[:-1]:
        here = here.setdefault(step, {}) if isinstance(here, dict) else here[int(step)]
    if value in ("", None):
        here.pop(path[-1], None)
    else:
        here[path[-1]] = value


class FileForm(forms.Form):
    """The whole file as text."""

    use_required_attribute = False
    text = _Carried(
        label=_("The whole file"),
        strip=False,
        widget=forms.Textarea({"rows": 32, "data-rule": "file", "class": "mono", **WRITING}),
    )

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class SavingForm(forms.Form):
    """What goes with either: which text was on the screen, and why it is changed."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    note = forms.CharField(
        label=_("What is changed, and why"),
        required=False,
        max_length=300,
        error_messages={"max_length": _("The note is too long: 300 characters at most.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
