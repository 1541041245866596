"""What a programme file holds, part by part. Nothing here can be changed after it was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import get_language
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic import Field as Held

from niangjia.kit.actor import Office
from niangjia.rules import Clause
from niangjia.rules.schema import Sensitivity

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,62}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Fen = Annotated[int, Held(ge=0, le=10**12)]
Count_ = Annotated[int, Held(ge=0, le=10**6)]
Percent = Annotated[int, Held(ge=0, le=100)]

FieldType = Literal[
    "text", "long_text", "number", "money", "date", "choice", "yes_no", "file", "phone", "bank_card", "address"
]
StepKind = Literal["review", "visit", "survey", "score", "rank", "notice", "sign", "deliver", "grant", "award"]
Level = Literal["own", "township", "county", "city", "province", "launcher", "partner", "applicant"]
Moment = Literal["found", "question", "submitted", "step", "returned", "refused", "granted"]


def _as_word(value: object) -> object:
    """`verdict: true` is a truth to YAML and a word to us."""
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


Verdict = Annotated[Literal["true", "false", "unknown"], BeforeValidator(_as_word)]


class Part(BaseModel):
    """Strict: a number is not a text, and a name nobody knows is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Bilingual(Part):
    """One sentence in Chinese and in English."""

    zh: Text
    en: Text

    def text(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en

    def __str__(self) -> str:
        return self.text(get_language() or "zh")


class Figure(Part):
    """A figure the newspaper printed, to be counted again from records. `comparator` is how the page words it."""

    name: Key
    label: Bilingual
    unit: Text
    published: int
    comparator: Literal["=", ">", ">=", "<=", "~"] = "="


class Source(Part):
    """Where the practice was proven: rows of the domain dossier, the place, and what happened, in our own words."""

    rows: list[Annotated[int, Held(ge=1, le=121)]] = Held(min_length=1)
    place: Bilingual
    told: Bilingual
    figures: list[Figure] = []


class ClauseDef(Part):
    """One condition, as people read it and as the rule language judges it."""

    key: Key
    text: Bilingual
    rule: Text
    basis: str = ""
    if_unknown: Literal["ask", "refuse", "review"] = "ask"
    appeal_to: Bilingual | None = None

    def compiled_from(self, kind: Literal["require", "exclude"]) -> Clause:
        to = self.appeal_to.zh if self.appeal_to else ""
        return Clause(self.key, kind, self.text.zh, self.text.en, self.rule, self.basis, self.if_unknown, to)


class Check(Part):
    """What a person must look at with their own eyes at a step, because no record can say it."""

    key: Key
    text: Bilingual
    step: Key


class Choice(Part):
    """One answer that can be chosen."""

    value: Code
    label: Bilingual


class ShowIf(Part):
    """Ask only when an earlier answer is one of these."""

    field: Key
    is_: list[str | int | bool] = Held(alias="is", min_length=1)


class Field(Part):
    """One question. `prefill` names a fact that answers it; `declares` the fact about the person that it tells us."""

    key: Key
    type: FieldType
    label: Bilingual
    help: Bilingual | None = None
    required: bool = True
    min: int | None = None
    max: int | None = None
    max_length: Annotated[int, Held(ge=1, le=20_000)] | None = None
    choices: list[Choice] = []
    prefill: Path | None = None
    declares: Path | None = None
    show_if: ShowIf | None = None
    accept: list[Literal["pdf", "jpeg", "png"]] = ["pdf", "jpeg", "png"]
    max_mb: Annotated[int, Held(ge=1, le=50)] = 10
    sensitivity: Sensitivity = "L2"


class FormPage(Part):
    """A screen of questions."""

    key: Key
    title: Bilingual
    fields: list[Field] = Held(min_length=1)


class Who(Part):
    """Who acts: an office, in the body found at a level of the applicant's own line, or in a partner."""

    level: Level
    office: Annotated[Office, Held(strict=False)] = Office.HANDLER
    partner: Key | None = None


class Criterion(Part):
    """What a judge gives points for; the weights of a step come to 100."""

    key: Key
    label: Bilingual
    max: Annotated[int, Held(ge=1, le=1000)]
    weight: Annotated[int, Held(ge=1, le=100)]


class StepDef(Part):
    """One step on the way. `title` is for staff; `public` is what the applicant sees, several steps may share it."""

    key: Key
    kind: StepKind
    title: Bilingual
    public: Bilingual
    who: Who
    policy: Literal["any", "all"] | Annotated[int, Held(ge=1, le=50)] = "any"
    sides: list[Who] = []
    due_workdays: Annotated[int, Held(ge=1, le=400)] | None = None
    notice_workdays: Annotated[int, Held(ge=1, le=60)] | None = None
    records: list[Field] = []
    returns: bool = False
    criteria: list[Criterion] = []
    judges_min: Annotated[int, Held(ge=0, le=50)] = 0


class RankKey(Part):
    """One measure of the order: points, a fact, an answer, or the time of handing in."""

    by: Literal["score", "fact", "answer", "submitted"]
    path: str | None = None
    direction: Literal["asc", "desc"] = "asc"
    codes: list[Code] = []


class Quota(Part):
    """A floor or a ceiling for one group among those selected."""

    key: Key
    label: Bilingual
    rule: Text
    at_least_percent: Percent | None = None
    at_most_percent: Percent | None = None
    at_least: Count_ | None = None
    at_most: Count_ | None = None


class Rank(Part):
    """How many who wait are put in order, and which groups must be among the selected."""

    order: list[RankKey] = Held(min_length=1)
    tie_break: Literal["submitted", "draw"] = "submitted"
    quotas: list[Quota] = []


class AmountTable(Part):
    """An amount for each answer of a choice."""

    field: Key
    rows: dict[Code, Fen] = Held(min_length=1)


class Amount(Part):
    """How much: one sum for all, a share of an answered sum up to a cap, or a table by an answer. One of the three."""

    fixed_fen: Fen | None = None
    field: Key | None = None
    percent: Annotated[int, Held(ge=1, le=100)] | None = None
    cap_fen: Fen | None = None
    table: AmountTable | None = None

    def of(self, answers: Mapping[str, Any]) -> int:
        """In fen; a share is rounded down and never above its cap."""
        if self.fixed_fen is not None:
            return self.fixed_fen
        if self.table is not None:
            return self.table.rows.get(str(answers.get(self.table.field)), 0)
        base = answers.get(self.field or "")
        if not isinstance(base, int) or isinstance(base, bool) or base <= 0:
            return 0
        share = base * (self.percent or 0) // 100
        return share if self.cap_fen is None else min(share, self.cap_fen)


class Grant(Part):
    """What somebody gets in the end, and who pays for it."""

    kind: Literal["money", "goods", "title", "service"]
    label: Bilingual
    unit: Literal["fen", "packs", "sets", "places", "titles"]
    amount: Amount | None = None
    achievement: Code | None = None
    payer: Who

    def amount_of(self, answers: Mapping[str, Any]) -> int:
        """What these answers bring, in fen; nothing when the grant is not a matter of money."""
        return self.amount.of(answers) if self.amount is not None else 0


class Budget(Part):
    """The step whose passing sets the money aside."""

    reserve_at: Key


class Limits(Part):
    """How often one person may receive, and what rules out what."""

    per_person: Annotated[int, Held(ge=1, le=1000)] = 1
    per: Literal["round", "year", "ever"] = "round"
    exclusive_with: list[Slug] = []
    once_per_field: Key | None = None


class AgreementDef(Part):
    """The text to be signed, and by whom. Its {placeholders} are filled in when it is drawn up."""

    step: Key
    title: Bilingual
    text: Bilingual
    parties: list[str] = Held(min_length=1)


class Count(Part):
    """A figure of the programme, counted from its records. People, households and person-times are never mixed."""

    key: Key
    label: Bilingual
    unit: Literal["people", "households", "person_times", "fen", "titles"]
    of: Literal["applied", "entitled", "paid_fen", "refused", "titles"]


class Example(Part):
    """A made-up person with the verdict and the amount they must get; run every time the file is read."""

    name: Text
    facts: dict[str, str | int | bool | date | list[str]] = {}
    answers: dict[str, str | int | bool] = {}
    as_of: date | None = None
    verdict: Verdict
    clauses: dict[str, Verdict] = {}
    amount_fen: int | None = None


class Definition(Part):
    """A whole programme file."""

    id: Slug
    title: Bilingual
    summary: Bilingual
    icon: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    audience: Bilingual
    valid_from: date
    source: Source
    basis: list[Bilingual] = []
    partners: dict[Key, Bilingual] = {}
    parameters: list[str] = []
    require: list[ClauseDef] = Held(min_length=1)
    exclude: list[ClauseDef] = []
    manual_checks: list[Check] = []
    form: list[FormPage] = Held(min_length=1)
    steps: list[StepDef] = Held(min_length=1)
    rank: Rank | None = None
    grant: Grant
    budget: Budget | None = None
    limits: Limits = Limits()
    agreement: AgreementDef | None = None
    notify: dict[Moment, Bilingual] = {}
    counts: list[Count] = []
    retention_years: Annotated[int, Held(ge=1, le=100)]
    examples: list[Example] = Held(min_length=1)

    def step(self, key: str) -> StepDef:
        """The step with this key."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def step_after(self, key: str | None) -> StepDef | None:
        """The step that follows; the first one for None, and None after the last."""
        if key is None:
            return self.steps[0]
        at = [step.key for step in self.steps].index(key) + 1
        return self.steps[at] if at < len(self.steps) else None

    def fields(self) -> dict[str, Field]:
        """Every question of the form by its key, in the order asked."""
        return {field.key: field for page in self.form for field in page.fields}

    def clauses(self) -> list[Clause]:
        """The conditions in the form the rule language takes."""
        return [
            *(one.compiled_from("require") for one in self.require),
            *(one.compiled_from("exclude") for one in self.exclude),
        ]
