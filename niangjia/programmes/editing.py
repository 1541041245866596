"""A programme file edited through fields: what is typed goes into the text, and the faults of the text come back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.kit import money
from niangjia.kit.refusal import Invalid
from niangjia.programmes.cards import Card, Item, Path, Section, sections
from niangjia.programmes.definition import Definition, DefinitionFault, DefinitionFaults, write_file
from niangjia.programmes.definition.labels import WORDS

WHOLE = re.compile(r"-?\d{1,15}")
STEP = re.compile(r"[^.\[\]]+")
GIVING = ("sign", "deliver", "grant", "award")
# What only some kinds of question have; when the kind changes, what no longer belongs to it goes.
DETAILS = ("choices", "min", "max", "max_length", "accept", "max_mb")
# No phone may mend what is typed: a rule is spelled as it is spelled.
WRITING = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "off", "autocorrect": "off"}


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
            return item.choices[0] if item.kind == "choice" else ""
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
        self.kept = {
            name: [at for at in range(len(parts)) if f"remove-{name}-{at}" not in removed]
            for name, parts in self._lists()
        }
        if not changed and not removed:
            return self.text_before
        for item in changed:
            if item.path[0] != "add":
                _put(self.parts, item.path, _value(item, typed[item]))
            if item.path[0] == "form" and item.path[-1] == "type":
                _drop_details(self.parts, item.path[:-1])
        for name, parts in self._lists():
            parts[:] = [parts[at] for at in self.kept[name]]
            self._add(name, parts, typed)
        empty = [name for name in ("require", "exclude", "examples", "steps") if not self.parts[name]]
        return write_file({name: part for name, part in self.parts.items() if name not in empty})

    def _lists(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Every list that may grow and shrink, under the name its boxes have."""
        plain = [(name, self.parts.setdefault(name, [])) for name in ("require", "exclude", "examples", "steps")]
        pages = self.parts.get("form", [])
        return [*plain, *((f"form-{at}-fields", page["fields"]) for at, page in enumerate(pages))]

    def _add(self, name: str, parts: list[dict[str, Any]], typed: dict[Item, Any]) -> None:
        """What was typed under “one more”, put where it belongs; the choices alone say nothing."""
        start = f"add-{name}-"
        said = {
            item.name.removeprefix(start): (item, value) for item, value in typed.items() if item.name.startswith(start)
        }
        if not any(value for item, value in said.values() if item.kind != "choice"):
            return
        values = {key: _value(item, value) for key, (item, value) in said.items() if value != ""}
        if name == "steps":
            at = next((n for n, step in enumerate(parts) if step.get("kind") in GIVING), len(parts))
            parts.insert(at, _a_step(values, self._free("step")))
        elif name.startswith("form-"):
            parts.append(
                {"key": self._free("question"), "type": values.get("type", ""), "label": _both(values, "label")}
            )
        else:
            part = {"key": self._free("condition"), "text": _both(values, "text")}
            parts.append(part | {key: values[key] for key in ("rule", "basis", "if_unknown") if values.get(key)})

    def _free(self, stem: str) -> str:
        """A key of this kind that nothing in the file has."""
        taken = set(re.findall(r"\b\w+\b", self.text_before))
        return next(f"{stem}_{n}" for n in range(1, len(taken) + 2) if f"{stem}_{n}" not in taken)

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
        steps = self._as_typed(STEP.findall(fault.path))
        while steps:
            name = "-".join(steps)
            found = next((each for each in self.fields if each == name or each.startswith(f"{name}-")), None)
            if found is not None:
                return found
            steps = steps[:-1] if len(steps) > 2 else []
        return None

    def _as_typed(self, steps: list[str]) -> list[str]:
        """Where a part of the new text was typed: parts before it may be gone, and one beyond all is the added one."""
        for end in range(len(steps) - 1, 0, -1):
            kept = self.kept.get("-".join(steps[:end]))
            if kept is None or not steps[end].isdigit():
                continue
            at = int(steps[end])
            new = self._added_at("-".join(steps[:end]))
            if at == new:
                return ["add", *steps[:end], *(step for step in steps[end + 1 :] if step != "who")]
            return [*steps[:end], str(kept[at - (new is not None and at > new)]), *steps[end + 1 :]]
        return steps

    def _added_at(self, name: str) -> int | None:
        """The place in a list at which a part was added just now."""
        parts = dict(self._lists()).get(name, [])
        if len(parts) == len(self.kept[name]):
            return None
        if name != "steps":
            return len(parts) - 1
        return next((n for n, step in enumerate(parts) if step.get("kind") in GIVING), len(parts)) - 1


def _both(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {tongue: values.get(f"{name}-{tongue}", "") for tongue in ("zh", "en")}


def _a_step(values: dict[str, Any], key: str) -> dict[str, Any]:
    made = {
        "key": key,
        "kind": values.get("kind", ""),
        "title": _both(values, "title"),
        "public": _both(values, "public"),
        "who": {"level": values.get("level", ""), "office": values.get("office", "")},
    }
    return made | ({"due_workdays": values["due_workdays"]} if "due_workdays" in values else {})


def _drop_details(parts: dict[str, Any], path: Path) -> None:
    here: Any = parts
    for step in path:
        here = here[step]
    for name in DETAILS:
        here.pop(name, None)


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
