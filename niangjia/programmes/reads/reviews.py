"""One case as the desk shows it. What stands in it depends on the side one looks from: union, judge or partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from niangjia.kit.actor import Actor, Office
from niangjia.kit.permit import Permit, no
from niangjia.kit.refusal import Forbidden, NotFound
from niangjia.ledger.reads import Progress, progress
from niangjia.programmes import records
from niangjia.programmes.definition import Definition, Field, StepDef
from niangjia.programmes.models import Application, Attachment, Decision, Look, StepRun
from niangjia.programmes.permissions import can_act, can_reveal, can_sign, seats_of
from niangjia.programmes.reads.mine import Party, Signing, signing_of
from niangjia.programmes.reads.offers import ClauseLine, clause_lines
from niangjia.programmes.reads.summaries import AnswerLine, AnswerPage, say, summary
from niangjia.programmes.reads.tracks import find_application
from niangjia.rules import Finding as Weighed

UNION, JUDGE, PARTNER = "union", "judge", "partner"
REVEALED = ("phone", "id_number", "bank_card")
# What a visit or an installation needs. No free words, no money, no facts about the person: hardship stays inside.
FOR_PARTNERS = ("address", "phone", "number", "date", "choice", "yes_no", "file")
SEALED_FOR_PARTNERS = ("address", "phone")  # sealed, and still needed to find the house


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One decision as colleagues see it: with the officer's name and what was put down."""

    at: datetime
    step: str
    verdict: str
    who: str
    reason: str
    record: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One answer that is not what it was when this officer last looked."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Money:
    """What the case costs, and the budget before and after this decision."""

    amount_fen: int
    budget: Progress | None
    left_before: int
    left_after: int

    @property
    def is_enough(self) -> bool:
        return self.left_after >= 0


@dataclass(frozen=True, slots=True)
class Signer:
    """A party of the agreement, and whether this actor may sign for it."""

    party: Party
    permit: Permit


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A case at its step, from one side."""

    application: Application
    definition: Definition
    run: StepRun
    step: StepDef
    side: str
    permit: Permit
    answered: tuple[AnswerPage, ...]
    files: tuple[Attachment, ...]
    clauses: tuple[ClauseLine, ...]
    history: tuple[HistoryLine, ...]
    since: int | None
    changes: tuple[ChangeLine, ...]
    new_files: tuple[Attachment, ...]
    awaited: tuple[str, ...]
    standing_record: tuple[tuple[str, str], ...]
    checks: tuple[str, ...]
    money: Money | None
    signing: Signing | None
    signers: tuple[Signer, ...]
    revealable: tuple[tuple[str, str], ...]
    mine: Decision | None

    @property
    def asks_record(self) -> bool:
        """Whether something has to be put down: the second person of a visit confirms what the first put down."""
        return bool(self.step.records) and not self.standing_record


def find_case(actor: Actor, pk: int) -> Application:
    """A handed-in application this actor works on; one's own is looked at as every applicant does."""
    found = find_application(actor, pk)
    if found.person_id == actor.person_id:
        raise Forbidden(
            _("This is your own application; nobody works on their own case."),
            remedy=_("You find it among your own cases."),
        )
    return found


def side_of(actor: Actor, application: Application) -> str:
    """From which side this actor looks at the case."""
    for path in (application.union.path, application.round.organisation.path):
        if any(power.is_union and power.office is not Office.JUDGE and power.covers(path) for power in actor.powers):
            return UNION
    if any(seat.person_id == actor.person_id for seat in application.round.judges.all()):
        return JUDGE
    if any(body.organisation_id in _held(actor) for run in application.runs.all() for body in run.bodies.all()):
        return PARTNER
    raise NotFound


def _held(actor: Actor) -> set[int]:
    return {power.organisation_id for power in actor.powers if not power.is_union}


def _own_runs(actor: Actor, application: Application, side: str) -> list[StepRun]:
    """The runs this side may know of: a partner those of its own body, a judge those it judges, the union all."""
    runs = list(application.runs.all())
    if side == JUDGE:
        return [run for run in runs if any(seat.person_id == actor.person_id for seat in seats_of(run))]
    if side == PARTNER:
        return [run for run in runs if any(body.organisation_id in _held(actor) for body in run.bodies.all())]
    return runs


def review_page(actor: Actor, pk: int, *, run_id: int | None = None, since: int | None = None) -> ReviewPage:
    """The case at the named step (at its newest without one). `since` names the revision that was on the screen."""
    application = find_case(actor, pk)
    side = side_of(actor, application)
    definition = application.definition
    language = (get_language() or "zh")[:2]
    runs = _own_runs(actor, application, side)
    run = next((one for one in reversed(runs) if run_id in (None, one.pk)), None)
    if run is None:
        raise NotFound
    step = definition.step(run.step)
    decided = list(run.decisions.all())
    last = Look.objects.filter(application=application, person=actor.person_id).first()
    since = since if since is not None else last.revision if last else None
    visible = {key for key, field in definition.fields().items() if is_for(side, field)}
    files = [one for one in application.attachments.filter(removed_at=None).order_by("pk") if one.field in visible]
    signing = signing_of(application) if step.kind == "sign" else None
    return ReviewPage(
        application=application,
        definition=definition,
        run=run,
        step=step,
        side=side,
        permit=can_act(actor, run),
        answered=_answered(definition, application.answers, files, visible),
        files=tuple(files),
        clauses=_clauses(application, definition) if side == UNION else (),
        history=_history(actor, runs, definition, side, language),
        since=since,
        changes=_changes(application, since, visible, language) if since is not None else (),
        new_files=tuple(one for one in files if last is not None and one.uploaded_at > last.at),
        awaited=_awaited(run, step, decided),
        standing_record=_standing_record(step, decided, language),
        checks=tuple(one.text.text(language) for one in definition.manual_checks if one.step == run.step),
        money=_money(application, step) if side == UNION else None,
        signing=signing,
        signers=_signers(actor, signing) if signing else (),
        revealable=_revealable(actor, application, run),
        mine=next((one for one in decided if one.person_id == actor.person_id), None),
    )


def is_for(side: str, field: Field) -> bool:
    """Whether an answer is shown from this side at all."""
    if side == UNION:
        return True
    sealed = field.sensitivity in ("L3", "L4")
    if side == JUDGE:
        return field.type not in ("phone", "bank_card") and not sealed
    if field.type not in FOR_PARTNERS or field.declares:
        return False
    return not sealed or (field.type in SEALED_FOR_PARTNERS and field.sensitivity != "L4")


def _answered(
    definition: Definition, answers: Mapping[str, Any], files: Sequence[Attachment], visible: set[str]
) -> tuple[AnswerPage, ...]:
    fields = definition.fields()
    pages = []
    for page in summary(definition, answers, files):
        lines = tuple(_hidden_in_part(fields[line.key], line) for line in page.lines if line.key in visible)
        if lines:
            pages.append(AnswerPage(page.key, page.title, lines))
    return tuple(pages)


def _hidden_in_part(field: Field, line: AnswerLine) -> AnswerLine:
    if field.type != "phone" or not line.value:
        return line
    return AnswerLine(line.key, line.label, mask_phone(line.value), line.required, line.files)


def mask_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"


def _clauses(application: Application, definition: Definition) -> tuple[ClauseLine, ...]:
    kept = application.findings.first()
    return clause_lines(definition, Weighed.from_json(kept.told)) if kept else ()


def _history(
    actor: Actor, runs: Iterable[StepRun], definition: Definition, side: str, language: str
) -> tuple[HistoryLine, ...]:
    lines = []
    for run in runs:
        step = definition.step(run.step)
        bodies = {body.side: body.organisation for body in run.bodies.all()}
        decided = list(run.decisions.all())
        for one in decided:
            body = bodies.get(one.side)
            if side == PARTNER and (body is None or body.pk not in _held(actor)):
                continue
            if step.kind == "score" and one.person_id != actor.person_id and not _may_compare(actor, run, decided):
                continue
            lines.append(
                HistoryLine(
                    at=one.made_at,
                    step=step.title.text(language),
                    verdict=one.verdict,
                    who=" · ".join(filter(None, [body.name if body else "", one.by_name])),
                    reason=one.reason,
                    record=record_lines(step, one.record, language),
                )
            )
    backwards = reversed(lines)  # what happened in the same second stays in its order
    return tuple(sorted(backwards, key=lambda line: line.at, reverse=True))


def _may_compare(actor: Actor, run: StepRun, decided: Sequence[Decision]) -> bool:
    """A judge sees what the others gave only after giving their own points."""
    seated = any(seat.person_id == actor.person_id for seat in seats_of(run))
    return not seated or run.state != StepRun.State.OPEN or any(one.person_id == actor.person_id for one in decided)


def record_lines(step: StepDef, record: Mapping[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    """What was put down, in words; the points with their total."""
    if step.kind == "score" and record:
        points = [(one.label.text(language), f"{record.get(one.key, 0)} / {one.max}") for one in step.criteria]
        return (*points, (_("Total"), f"{records.hundredths(step, record) / 100:.2f}"))
    return tuple(
        (field.label.text(language), say(field, record[field.key], language))
        for field in step.records
        if field.key in record
    )


def _standing_record(step: StepDef, decided: Sequence[Decision], language: str) -> tuple[tuple[str, str], ...]:
    """On a visit the first puts down what was seen, and the others confirm it."""
    first = next((one for one in decided if one.record), None)
    return record_lines(step, first.record, language) if step.kind == "visit" and first else ()


def _changes(application: Application, since: int, visible: set[str], language: str) -> tuple[ChangeLine, ...]:
    if since >= application.revision:
        return ()
    seen = application.revisions.filter(number=since).first()
    before = seen.answers if seen else {}
    return tuple(
        ChangeLine(
            field.label.text(language), _told(field, before, language), _told(field, application.answers, language)
        )
        for key, field in application.definition.fields().items()
        if key in visible and field.type != "file" and before.get(key) != application.answers.get(key)
    )


def _told(field: Field, answers: Mapping[str, Any], language: str) -> str:
    said = say(field, answers.get(field.key), language)
    return mask_phone(said) if said and field.type == "phone" else said


def _awaited(run: StepRun, step: StepDef, decided: Sequence[Decision]) -> tuple[str, ...]:
    """Who must still come before the step is done."""
    if run.state != StepRun.State.OPEN:
        return ()
    if step.kind == "score":
        missing = len(seats_of(run)) - len(decided)
        return (_("%d more judges") % missing,) if missing > 0 else ()
    if step.kind == "sign":
        return ()
    if step.sides:
        done = {one.side for one in decided}
        return tuple(body.organisation.name for body in run.bodies.all() if body.side not in done)
    needed = step.policy if isinstance(step.policy, int) else 1
    missing = needed - len(decided)
    names = ", ".join(body.organisation.name for body in run.bodies.all())
    return (_("%(count)d of %(body)s") % {"count": missing, "body": names},) if needed > 1 and missing > 0 else ()


def _money(application: Application, step: StepDef) -> Money | None:
    """The cost where money is set aside or paid out."""
    definition = application.definition
    budget = application.round.budget
    reserves = definition.budget is not None and definition.budget.reserve_at == step.key
    if budget is None or not (reserves or step.kind == "grant"):
        return None
    used = progress(budget)
    promised = getattr(application, "entitlement", None)
    if promised is not None and promised.state == promised.State.PROMISED:
        return Money(promised.amount_fen, used, used.left + promised.amount_fen, used.left)
    amount = definition.grant.amount_of(application.answers)
    return Money(amount, used, used.left, used.left - amount)


def _signers(actor: Actor, signing: Signing) -> tuple[Signer, ...]:
    signed = no(_("This party has already signed."))
    return tuple(
        Signer(party, signed if party.signed_by else can_sign(actor, signing.agreement, party.key))
        for party in signing.parties
    )


def _revealable(actor: Actor, application: Application, run: StepRun) -> tuple[tuple[str, str], ...]:
    """The sealed numbers this actor may open, each with its name."""
    names = {"phone": _("phone number"), "id_number": _("identity number"), "bank_card": _("bank card")}
    held = {
        "phone": application.person.phone,
        "id_number": application.person.id_number,
        "bank_card": any(field.type == "bank_card" for field in application.definition.fields().values()),
    }
    return tuple((what, names[what]) for what in REVEALED if held[what] and can_reveal(actor, run, what))


def case_file(actor: Actor, pk: int, attachment_id: int) -> Attachment:
    """A file of a case, if this side may see its field."""
    application = find_case(actor, pk)
    side = side_of(actor, application)
    found = application.attachments.filter(pk=attachment_id, removed_at=None).first()
    field = application.definition.fields().get(found.field) if found else None
    if found is None or field is None or not is_for(side, field):
        raise NotFound
    return found
