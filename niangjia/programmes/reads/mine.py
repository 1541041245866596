"""The applicant's own side: the draft page by page, what handing in would say, the track, the agreement to sign."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Invalid, NotFound, Sentence
from niangjia.matching import reads as facts
from niangjia.orgs.models import Organisation
from niangjia.people.models import Consent
from niangjia.programmes import answers as answering
from niangjia.programmes.definition import Definition, Field, FormPage
from niangjia.programmes.models import Agreement, Appeal, Application, Attachment, Decision, StepRun
from niangjia.programmes.reads.offers import ClauseLine, clause_lines
from niangjia.programmes.reads.tracks import Brief, briefs, find_application
from niangjia.programmes.weighing import weigh_person
from niangjia.rules import Finding as Weighed
from niangjia.rules import Known
from niangjia.rules.schema import FactType

SHOWCASE = "showcase"


def my_applications(actor: Actor) -> tuple[Brief, ...]:
    """Everything this worker ever began and did not take back."""
    return briefs(Application.objects.mine(actor).exclude(state=Application.State.WITHDRAWN))


def my_application(actor: Actor, pk: int) -> Application:
    """The applicant's own application; an officer of the same house looks at it from the desk instead."""
    found = find_application(actor, pk)
    if actor.person_id is None or found.person_id != actor.person_id:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Draft:
    """An application being written: the pages that ask something, the files, and what was filled in for them."""

    application: Application
    definition: Definition
    pages: tuple[FormPage, ...]
    files: dict[str, list[Attachment]]
    prefilled: frozenset[str]
    asked_for: str = ""  # what the reviewers still need, when it was sent back

    def page(self, key: str) -> FormPage:
        for page in self.pages:
            if page.key == key:
                return page
        raise NotFound

    def place(self, key: str) -> int:
        """From 1; the check page comes last."""
        keys = [page.key for page in self.pages]
        return keys.index(key) + 1 if key in keys else len(keys) + 1

    def before(self, key: str) -> str:
        """The key of the page before this one; empty on the first."""
        place = self.place(key) - 1
        return self.pages[place - 1].key if place else ""

    def after(self, key: str) -> str:
        """The key of the page after this one; empty when the check page follows."""
        place = self.place(key)
        return self.pages[place].key if place < len(self.pages) else ""

    def shown(self, page: FormPage) -> list[Field]:
        return [field for field in page.fields if answering.is_shown(field, self.application.answers)]

    @property
    def all_files(self) -> list[Attachment]:
        return [file for files in self.files.values() for file in files]


def my_draft(actor: Actor, pk: int) -> Draft:
    """The draft of this applicant, whatever its state: whether it can be edited is the permit's business."""
    found = (
        Application.objects.mine(actor)
        .select_related("round__version__programme", "round__organisation", "person", "union")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    definition = found.definition
    known = answering.prefill(definition, found.person_id)
    return Draft(
        application=found,
        definition=definition,
        pages=tuple(
            page for page in definition.form if any(answering.is_shown(field, found.answers) for field in page.fields)
        ),
        files=files_by_field(found),
        prefilled=frozenset(key for key, value in known.items() if found.answers.get(key) == value),
        asked_for=_asked_for(found),
    )


def _asked_for(application: Application) -> str:
    if application.state != Application.State.RETURNED:
        return ""
    sent_back = Decision.objects.filter(run__application=application, verdict=Decision.Verdict.RETURN)
    return sent_back.order_by("-pk").values_list("reason", flat=True).first() or ""


def files_by_field(application: Application) -> dict[str, list[Attachment]]:
    """The files that stand, by the field they were handed in for."""
    by_field: dict[str, list[Attachment]] = defaultdict(list)
    for file in application.attachments.filter(removed_at=None).order_by("pk"):
        by_field[file.field].append(file)
    return by_field


def my_file(actor: Actor, application_id: int, attachment_id: int) -> Attachment:
    """A file of the applicant's own application; another's does not exist for them."""
    mine = Application.objects.mine(actor).filter(pk=application_id)
    found = (
        Attachment.objects.filter(pk=attachment_id, application__in=mine, removed_at=None)
        .select_related("application")
        .first()
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Ahead:
    """What handing in now would say: everything missing at once, and the conditions with these answers counted in."""

    faults: dict[str, Sentence]
    weighed: Weighed
    clauses: tuple[ClauseLine, ...]


def ahead_of(draft: Draft) -> Ahead:
    """Judge the draft as handing in will judge it; changes nothing."""
    application = draft.application
    faults: dict[str, Sentence] = {}
    standing = application.answers
    try:
        answering.require_complete(application)
    except Invalid as fault:
        faults = fault.faults
    values, application.answers = application.answers, standing
    told = answering.declared_facts(draft.definition, values)
    known = facts.facts_of(application.person_id) | {path: _known(path, value) for path, value in told.items()}
    weighed = weigh_person(application.round.version.text, known)
    return Ahead(faults, weighed, clause_lines(draft.definition, weighed))


def _known(path: str, value: Any) -> Known:
    """An answer not handed in yet, in the stored form of its fact; a wrongly typed one is not known."""
    fact = facts.schema().facts.get(path)
    if fact is not None and fact.type is FactType.DATE:
        try:
            return Known(date.fromisoformat(str(value)), as_of=clock.today())
        except ValueError:
            return Known(None)
    wanted: dict[FactType, type] = {FactType.NUM: int, FactType.MONEY: int, FactType.BOOL: bool}
    if fact is not None and not isinstance(value, wanted.get(fact.type, str)):
        return Known(None)
    return Known(value, as_of=clock.today())


@dataclass(frozen=True, slots=True)
class Party:
    """One party of an agreement; `signed_by` is empty until it has signed."""

    key: str
    name: str
    signed_by: str = ""
    signed_at: Any = None


@dataclass(frozen=True, slots=True)
class Signing:
    agreement: Agreement
    parties: tuple[Party, ...]
    is_open: bool

    @property
    def mine(self) -> Party:
        return next(party for party in self.parties if party.key == "applicant")

    @property
    def awaits_me(self) -> bool:
        return self.is_open and any(party.key == "applicant" and not party.signed_by for party in self.parties)


def signing_of(application: Application) -> Signing | None:
    """The newest agreement of an application with its parties; expects it from `find_application`."""
    runs = [run for run in application.runs.all() if hasattr(run, "agreement")]
    terms = application.definition.agreement
    if not runs or terms is None:
        return None
    run = runs[-1]
    names = {f"partner.{one.key}": one.organisation.name for one in application.round.partners.all()}
    names |= {"applicant": application.person.name, "union": application.round.organisation.name}
    made = {signature.party: signature for signature in run.agreement.signatures.all()}
    parties = [Party(key, names.get(key, key)) for key in terms.parties]
    return Signing(
        agreement=run.agreement,
        parties=tuple(
            replace(party, signed_by=made[party.key].by_name, signed_at=made[party.key].signed_at)
            if party.key in made
            else party
            for party in parties
        ),
        is_open=run.state == StepRun.State.OPEN,
    )


def appeals_of(application: Application) -> QuerySet[Appeal]:
    return application.appeals.select_related("body").order_by("pk")


def body_above(application: Application) -> Organisation:
    """The union one level above the body that refused; the launcher itself when nobody stands above."""
    refused = application.runs.filter(state=StepRun.State.REFUSED).order_by("-pk").first()
    body = refused.bodies.select_related("organisation__parent").order_by("pk").first() if refused else None
    decided = body.organisation if body and body.organisation.is_union else application.round.organisation
    return decided.parent or decided


def showcase_consent(actor: Actor) -> Consent | None:
    """The standing consent to be named in the public showcase."""
    return Consent.objects.filter(person=actor.person_id, purpose=SHOWCASE, withdrawn_at=None).first()
