"""Forms of the worker's and the public pages. A programme's own form is built from its file, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.kit import money
from niangjia.kit.refusal import Invalid
from niangjia.programmes import answers, consenting
from niangjia.programmes.definition import Field
from niangjia.rules.schema import Fact, FactType

FEW = 7  # more choices than this become a list to pick from
MEDIA = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
CAMERA = "camera"


class ManyFiles(forms.FileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class Answer(forms.CharField):
    """One question of a programme's form. What is wrong with an answer is said by `answers`, as at handing in."""

    def __init__(self, spec: Field, **more: Any) -> None:
        self.spec = spec
        super().__init__(widget=_widget(spec), **more, **_said(spec))

    def clean(self, value: Any) -> Any:
        try:
            return answers.typed(self.spec, value)
        except Invalid as fault:
            raise forms.ValidationError(str(fault.sentence)) from fault


class Files(forms.FileField):
    """A place for files. What they really are is looked at when they are attached."""

    def __init__(self, spec: Field) -> None:
        super().__init__(widget=ManyFiles({"accept": accepted(spec), "multiple": True}), **_said(spec))

    def clean(self, data: Any, initial: Any = None) -> None:
        """Nothing to say yet: whether one is needed depends on those that already stand."""


def _said(spec: Field) -> dict[str, Any]:
    language = get_language() or "zh"
    help_text = spec.help.text(language) if spec.help else ""
    return {"label": spec.label.text(language), "help_text": help_text, "required": spec.required}


def _widget(spec: Field) -> forms.Widget:
    language = (get_language() or "zh")[:2]
    if spec.type == "choice":
        offered = [(choice.value, choice.label.text(language)) for choice in spec.choices]
        return forms.RadioSelect(choices=offered) if len(offered) < FEW else forms.Select(choices=[("", "—"), *offered])
    if spec.type == "yes_no":
        return forms.RadioSelect(choices=[("yes", _("yes")), ("no", _("no"))])
    if spec.type in ("long_text", "address"):
        return forms.Textarea({"rows": 5 if spec.type == "long_text" else 2, **_hints(spec)})
    if spec.type == "date":
        return forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.TextInput(_hints(spec))


def _hints(spec: Field) -> dict[str, Any]:
    """The right keyboard on a phone, and what the browser may fill in by itself."""
    hints: dict[str, dict[str, Any]] = {
        "number": {"inputmode": "numeric", "autocomplete": "off"},
        "money": {"inputmode": "decimal", "autocomplete": "off"},
        "bank_card": {"inputmode": "numeric", "autocomplete": "off"},
        "phone": {"type": "tel", "inputmode": "tel", "autocomplete": "tel"},
        "address": {"autocomplete": "street-address"},
    }
    hint = hints.get(spec.type, {"autocomplete": "name" if spec.prefill == "person.name" else "on"})
    return hint | ({"maxlength": spec.max_length} if spec.max_length else {})


def typed_again(spec: Field, stored: Any) -> str:
    """A stored answer as it would be typed: yuan for fen, yes or no for a truth."""
    if stored is None:
        return ""
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    if spec.type == "money" and isinstance(stored, int):
        return money.yuan(stored).replace("¥", "").replace(",", "")
    return str(stored)


class PageForm(forms.Form):
    """One page of an application, built from the programme's fields, its file fields included.

    The browser is not asked to insist on anything: half a page can be kept. `attached` counts the files that already
    stand, by field: a file handed in once is not asked for again.
    """

    use_required_attribute = False

    def __init__(
        self,
        specs: Sequence[Field],
        stored: Mapping[str, Any],
        *,
        attached: Mapping[str, int],
        data: Mapping[str, Any] | None = None,
        files: Any = None,
    ) -> None:
        self.specs = {spec.key: spec for spec in specs}
        self.attached = attached
        initial = {spec.key: typed_again(spec, stored.get(spec.key)) for spec in specs if spec.type != "file"}
        super().__init__(data, files, initial=initial)
        for spec in specs:
            if spec.type == "file":
                self.fields[spec.key] = Files(spec)
            else:
                self.fields[spec.key] = Answer(spec)

    def uploads(self, key: str) -> list[Any]:
        """The files chosen for a field, from the picker and from the camera."""
        return [*self.files.getlist(key), *self.files.getlist(f"{key}.{CAMERA}")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for key, spec in self.specs.items():
            if not spec.required or key in self.errors:
                continue
            if spec.type == "file":
                is_given = bool(self.attached.get(key) or self.uploads(key))
            else:
                is_given = cleaned.get(key) is not None
            if not is_given:
                label = answers.label(spec)
                self.add_error(
                    key,
                    _("%s: please attach a file.") % label if spec.type == "file" else _("%s is needed.") % label,
                )
        return cleaned

    def given(self) -> dict[str, Any]:
        """Every answer in its stored form, and as typed where it cannot be read: nothing is lost."""
        self.full_clean()
        return {
            key: self.cleaned_data[key] if key in self.cleaned_data else self.data.get(key, "")
            for key, spec in self.specs.items()
            if spec.type != "file"
        }


def accepted(spec: Field) -> str:
    return ",".join(MEDIA[kind] for kind in spec.accept or MEDIA)


def takes_photos(spec: Field) -> bool:
    return not spec.accept or "jpeg" in spec.accept


class FactForm(forms.Form):
    """The one question that is open. What is sensitive is asked with the consent it needs."""

    use_required_attribute = False

    def __init__(
        self, fact: Fact, *, round_id: int = 0, asks_consent: bool = False, data: Mapping[str, Any] | None = None
    ) -> None:
        # A page may hold several of these: their ids must differ.
        super().__init__(data, auto_id=f"ask-{round_id}-{fact.column}-%s")
        language = get_language() or "zh"
        chinese = language.startswith("zh")
        asked = (fact.ask_zh if chinese else fact.ask_en) or fact.label(language)
        self.choices = _fact_choices(fact, language)
        self.fields["answer"] = forms.CharField(label=asked, widget=_fact_widget(fact, self.choices))
        if asks_consent:
            self.fields["agreed"] = forms.BooleanField(label=consenting.notice())

    @property
    def has_buttons(self) -> bool:
        """Whether every answer has a button of its own."""
        return 0 < len(self.choices) < FEW


def _fact_choices(fact: Fact, language: str) -> list[tuple[str, str]]:
    if fact.type is FactType.BOOL:
        return [("yes", str(_("yes"))), ("no", str(_("no")))]
    return [(code, fact.name_of(code, language)) for code in fact.values]


def _fact_widget(fact: Fact, choices: list[tuple[str, str]]) -> forms.Widget:
    if choices:
        return forms.RadioSelect(choices=choices) if len(choices) < FEW else forms.Select(choices=[("", "—"), *choices])
    if fact.type is FactType.DATE:
        return forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    keyboard = {FactType.NUM: "numeric" if not fact.scale else "decimal", FactType.MONEY: "decimal"}
    return forms.TextInput({"inputmode": keyboard.get(fact.type, "text"), "autocomplete": "off"})


class HandInForm(forms.Form):
    """The last word before handing in; `revision` and `answers` name what was on the screen."""

    agreed = forms.BooleanField(error_messages={"required": _("Please confirm before you hand it in.")})
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    answers = forms.CharField(widget=forms.HiddenInput, max_length=64)


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why do you think the decision is wrong?"),
        help_text=_("Say it in your own words. You can name papers you hold; the union above will ask for them."),
        max_length=4000,
        error_messages={"required": _("Say in a sentence why the decision is wrong.")},
        widget=forms.Textarea({"rows": 6}),
    )


class AgreeForm(forms.Form):
    """Reading and signing: the digest names the text that was on the screen."""

    agreed = forms.BooleanField(
        label=_("I have read this agreement and agree to it"),
        error_messages={"required": _("Tick the box if you agree; without it nothing is signed.")},
    )
    digest = forms.CharField(widget=forms.HiddenInput)


class ObjectionForm(forms.Form):
    """An objection to a public notice, or to one line of it."""

    run = forms.TypedChoiceField(
        label=_("What is it about?"), coerce=int, required=False, empty_value=None, widget=forms.Select
    )
    name = forms.CharField(label=_("Your name"), max_length=64)
    contact = forms.CharField(
        label=_("How can we answer you?"),
        help_text=_("A phone number or an e-mail address. Only the officer who looks into it sees it."),
        max_length=64,
    )
    text = forms.CharField(label=_("What is wrong?"), max_length=4000, widget=forms.Textarea({"rows": 5}))

    def __init__(self, lines: Iterable[tuple[int, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        chosen = self.fields["run"]
        assert isinstance(chosen, forms.TypedChoiceField)
        chosen.choices = [("", _("The notice as a whole")), *lines]
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class ResultForm(forms.Form):
    """One's own result, without signing in."""

    number = forms.CharField(
        label=_("Application number"),
        max_length=24,
        help_text=_("It begins with NJ and stands in every message about the application."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    last_four = forms.RegexField(
        r"^\d{4}$",
        label=_("Last four digits of your phone number"),
        widget=forms.TextInput({"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"}),
        error_messages={"invalid": _("Four digits, please.")},
    )

    def clean_number(self) -> str:
        return "".join(str(self.cleaned_data["number"]).split()).upper()


def put_faults(form: forms.Form, fault: Invalid) -> None:
    """Show a refusal beside the fields it names; the rest above the form."""
    for key, sentence in fault.faults.items():
        form.add_error(key if key in form.fields else None, str(sentence))
    if not fault.faults:
        form.add_error(None, str(fault))
