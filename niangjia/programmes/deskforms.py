"""Forms of the officer's and the partner's desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from niangjia.programmes.definition import Definition, StepDef
from niangjia.programmes.forms import PageForm
from niangjia.programmes.models import Decision

Verdict = Decision.Verdict
RECORD = "record"
WHY = {"required": _("Say why in a sentence: the applicant will read it.")}
OTHER_CODES = (
    ("untrue", _("What was handed in is not true")),
    ("helped_elsewhere", _("Already helped by another programme")),
    ("not_feasible", _("Not possible on the spot")),
    ("other", _("Another reason")),
)


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class Deciding(forms.Form):
    """One way to decide: what it makes of the typed input."""

    use_required_attribute = False

    def reason(self) -> str:
        return str(self.cleaned_data.get("reason", ""))

    def record(self) -> dict[str, Any]:
        return {}


class RecordForm(PageForm):
    """What a step asks its actor to put down; files are looked at on the spot, not stored here."""

    def __init__(self, step: StepDef, data: Mapping[str, Any] | None = None) -> None:
        specs = [field for field in step.records if field.type != "file"]
        super().__init__(specs, {}, attached={}, data=data)
        self.prefix = RECORD  # a step may ask for something called `run` or `seen`

    def reason(self) -> str:
        return ""

    def record(self) -> dict[str, Any]:
        return {key: value for key, value in self.cleaned_data.items() if value is not None}


class PointsForm(Deciding):
    """Points for each criterion; the browser's own number field keeps them in range, the record is checked again."""

    def __init__(self, step: StepDef, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=RECORD)
        language = (get_language() or "zh")[:2]
        for one in step.criteria:
            most = {"most": one.max, "weight": one.weight}
            self.fields[one.key] = forms.IntegerField(
                label=one.label.text(language),
                help_text=_("0 to %(most)d points, weight %(weight)d%%") % most,
                min_value=0,
                max_value=one.max,
                widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
            )

    def record(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReturnForm(Deciding):
    """Everything that is missing, in one list, so that nobody is sent back twice."""

    missing = forms.MultipleChoiceField(
        label=_("What is missing or has to be corrected"), required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(label=_("In your own words"), required=False, max_length=2000, widget=_lines())

    def __init__(self, definition: Definition, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="return-%s")
        language = (get_language() or "zh")[:2]
        self.labels = {key: field.label.text(language) for key, field in definition.fields().items()}
        self.fields["missing"].choices = list(self.labels.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("missing") and not str(cleaned.get("words", "")).strip():
            self.add_error("words", _("Tick what is missing, or say it: the applicant will read it."))
        return cleaned

    def reason(self) -> str:
        labels = [label for key, label in self.labels.items() if key in self.cleaned_data["missing"]]
        told = [_("Please complete or correct: %s") % "、".join(labels)] if labels else []
        return "\n".join([*told, *filter(None, [str(self.cleaned_data["words"]).strip()])])


class RefuseForm(Deciding):
    """A no, with the ground it rests on and the sentence the applicant reads."""

    code = forms.ChoiceField(label=_("Ground"), error_messages={"required": _("Choose the ground of the refusal.")})
    reason_text = forms.CharField(label=_("Reason"), max_length=2000, error_messages=WHY, widget=_lines())

    def __init__(self, definition: Definition, data: Mapping[str, Any] | None = None, *, clauses: bool = True) -> None:
        super().__init__(data, auto_id="refuse-%s")
        self.fields["code"].choices = [("", "—"), *grounds(definition, clauses=clauses)]  # type: ignore[attr-defined]

    def reason(self) -> str:
        return str(self.cleaned_data["reason_text"])

    def record(self) -> dict[str, Any]:
        return {"code": self.cleaned_data["code"]}


def grounds(definition: Definition, *, clauses: bool = True) -> list[tuple[str, str]]:
    """The grounds of a refusal: the programme's own conditions, then what lies outside them."""
    language = (get_language() or "zh")[:2]
    stated = [*definition.require, *definition.exclude] if clauses else []
    own = [(one.key, _("Condition: %s") % one.text.text(language)) for one in stated]
    return [*own, *((code, str(label)) for code, label in OTHER_CODES)]


class RecuseForm(Deciding):
    """A judge steps aside; the reason stays inside."""

    reason_text = forms.CharField(
        label=_("Why you step aside"),
        help_text=_("For example a relative or a colleague of yours. The applicant does not see it."),
        max_length=300,
        error_messages={"required": _("Say why in a sentence.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="recuse-%s")

    def reason(self) -> str:
        return str(self.cleaned_data["reason_text"])


class RevealForm(forms.Form):
    """Open one sealed number for a purpose."""

    what = forms.ChoiceField(label=_("Which number"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("What do you need it for?"),
        help_text=_("The applicant can read your name and this purpose."),
        max_length=200,
        error_messages={"required": _("Say what you need the number for.")},
    )

    def __init__(self, offered: Sequence[tuple[str, str]], data: Mapping[str, Any] | None = None) -> None:
        first = {"what": offered[0][0]} if len(offered) == 1 else {}
        super().__init__(data, auto_id="reveal-%s", initial=first)
        self.fields["what"].choices = offered  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The answer to an objection or an appeal."""

    upheld = forms.ChoiceField(
        label=_("Finding"), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    answer = forms.CharField(
        label=_("What was found and why"),
        max_length=4000,
        error_messages={"required": _("Say what was found.")},
        widget=_lines(5),
    )

    def __init__(self, offered: Sequence[tuple[str, str]], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["upheld"].choices = offered  # type: ignore[attr-defined]


class BatchRowForm(forms.Form):
    """One row of a batch: its own verdict and its own reason."""

    use_required_attribute = False
    verdict = forms.ChoiceField(label=_("Decision"), error_messages={"required": _("Choose a decision.")})
    code = forms.ChoiceField(label=_("Ground"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000, widget=_lines(2))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, step: StepDef, definition: Definition, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offered = [(Verdict.APPROVE.value, Verdict.APPROVE.label)]
        if step.returns:
            offered.append((Verdict.RETURN.value, Verdict.RETURN.label))
        offered.append((Verdict.REFUSE.value, Verdict.REFUSE.label))
        self.fields["verdict"].choices = [("", "—"), *offered]  # type: ignore[attr-defined]
        self.fields["code"].choices = [("", "—"), *grounds(definition)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        verdict = cleaned.get("verdict")
        if verdict in (Verdict.REFUSE, Verdict.RETURN) and not str(cleaned.get("reason", "")).strip():
            self.add_error("reason", WHY["required"])
        if verdict == Verdict.REFUSE and not cleaned.get("code"):
            self.add_error("code", _("Choose the ground of the refusal."))
        return cleaned
