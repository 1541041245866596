"""From a proven practice to an open round: adopt, adjust, publish, open, find the people it is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict, Invalid, Sentence
from niangjia.ledger import actions as ledger
from niangjia.ledger.models import Account, Unit
from niangjia.orgs.models import Organisation
from niangjia.programmes import loading
from niangjia.programmes.actions.inviting import find_people
from niangjia.programmes.models import Programme, ProgrammeVersion, Round, RoundPartner
from niangjia.programmes.permissions import can_edit_programme, can_run_programmes, can_run_round
from niangjia.trail import actions as trail


@transaction.atomic
def adopt_practice(practice: str, *, organisation: Organisation, actor: Actor) -> Programme:
    """Take a practice of the catalogue into a union's hands: a programme whose draft is the catalogue's text.

    Taken twice, it is the same draft as long as nobody has worked on it.
    """
    can_run_programmes(actor, organisation).require()
    found = loading.practice(practice)
    _one_at_a_time(organisation)
    untouched = Programme.objects.filter(
        organisation=organisation,
        practice=practice,
        versions__number=1,
        versions__digest=found.digest,
        versions__published_at=None,
    )
    if (standing := untouched.first()) is not None:
        return standing
    programme = Programme.objects.create(
        organisation=organisation, practice=practice, title=found.definition.title.text("zh")
    )
    ProgrammeVersion.objects.create(programme=programme, number=1, text=found.text, digest=found.digest)
    trail.record(actor, "adopt_practice", programme, practice=practice)
    return programme


@transaction.atomic
def draft_version(programme: Programme, *, actor: Actor) -> ProgrammeVersion:
    """The draft to work on: the one there is, or a copy of the newest published text."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    can_edit_programme(actor, programme).require()
    newest = programme.versions.order_by("-number")[0]
    if newest.published_at is None:
        return newest
    draft = ProgrammeVersion.objects.create(
        programme=programme, number=newest.number + 1, text=newest.text, digest=newest.digest
    )
    trail.record(actor, "draft_version", programme, number=draft.number)
    return draft


def _locked(version: ProgrammeVersion) -> ProgrammeVersion:
    found = ProgrammeVersion.objects.select_for_update(of=("self",)).select_related("programme__organisation")
    return found.get(pk=version.pk)


@transaction.atomic
def edit_draft(
    version: ProgrammeVersion, *, text: str, note: str = "", seen_digest: str = "", actor: Actor
) -> ProgrammeVersion:
    """Keep a new text for a draft. The text must load: `DefinitionFaults` tells every fault with its place."""
    version = _locked(version)
    can_edit_programme(actor, version.programme).require()
    if version.published_at is not None:
        raise Conflict(
            _("Version %d is published and stays as it is.") % version.number,
            remedy=_("Make a new version to change it."),
        )
    if seen_digest and seen_digest != version.digest:
        raise Conflict(
            _("Somebody else changed this draft while you were editing."),
            remedy=_("Open it again; your text is still in your browser's form."),
        )
    definition = loading.load(text)
    version.text, version.digest, version.note = text, loading.digest(text), note[:300]
    version.save(update_fields=["text", "digest", "note"])
    Programme.objects.filter(pk=version.programme_id).update(title=definition.title.text("zh"))
    trail.record(actor, "edit_draft", version.programme, number=version.number, digest=version.digest)
    return version


@transaction.atomic
def discard_draft(version: ProgrammeVersion, *, actor: Actor) -> None:
    """Throw a draft away. A programme that was never published goes with it."""
    version = _locked(version)
    programme = version.programme
    can_edit_programme(actor, programme).require()
    if version.published_at is not None:
        raise Conflict(_("Version %d is published and stays as it is.") % version.number)
    trail.record(actor, "discard_draft", programme, number=version.number)
    version.delete()
    if not programme.versions.exists():
        programme.delete()


@transaction.atomic
def publish_version(version: ProgrammeVersion, *, actor: Actor) -> ProgrammeVersion:
    """Make a draft final: rounds may be opened with it, and nobody can change it any more."""
    version = _locked(version)
    can_edit_programme(actor, version.programme).require()
    if version.published_at is not None:
        return version
    loading.load(version.text)
    version.published_at = clock.now()
    version.save(update_fields=["published_at"])
    trail.record(actor, "publish_version", version.programme, number=version.number, digest=version.digest)
    return version


@transaction.atomic
def open_round(
    version: ProgrammeVersion,
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    quota: int | None = None,
    budget_fen: int = 0,
    partners: Mapping[str, int] | None = None,
    actor: Actor,
) -> Round:
    """Open a window for applications, pinned to one published version, with its places, money and partners."""
    programme = version.programme
    can_edit_programme(actor, programme).require()
    if version.published_at is None:
        raise Conflict(_("Version %d is still a draft.") % version.number, remedy=_("Publish it, then open a round."))
    if closes_at <= opens_at:
        raise Invalid(_("A round must close after it opens."), faults={"closes_at": _("Later than the opening.")})
    named = _named_partners(version, partners or {})
    budget = _budget(programme, title, budget_fen, actor) if budget_fen else None
    opened = Round.objects.create(
        version=version,
        organisation=programme.organisation,
        title=title.strip() or programme.title,
        opens_at=opens_at,
        closes_at=closes_at,
        quota=quota,
        budget=budget,
    )
    RoundPartner.objects.bulk_create(
        RoundPartner(round=opened, key=key, organisation=body) for key, body in named.items()
    )
    trail.record(actor, "open_round", opened, version=version.number, quota=quota, budget_fen=budget_fen)
    return opened


def _named_partners(version: ProgrammeVersion, given: Mapping[str, int]) -> dict[str, Organisation]:
    needed = version.definition.partners
    bodies = {body.pk: body for body in Organisation.objects.filter(pk__in=given.values())}
    named = {key: bodies[given[key]] for key in needed if given.get(key) in bodies}
    unnamed = [key for key in needed if key not in named]
    missing: dict[str, Sentence] = {f"partner_{key}": _("Choose which body this is.") for key in unnamed}
    if missing:
        raise Invalid(_("This programme needs partners that have not been named."), faults=missing)
    return named


def _budget(programme: Programme, title: str, budget_fen: int, actor: Actor) -> Account:
    account = ledger.open_account(
        organisation=programme.organisation,
        kind=Account.Kind.BUDGET,
        unit=Unit.FEN,
        name=title.strip() or programme.title,
        programme=programme.practice,
        actor=actor,
    )
    ledger.fund_account(account, amount=budget_fen, key=f"budget-of-account-{account.pk}", actor=actor)
    return account


def _one_at_a_time(organisation: Organisation) -> None:
    """Two presses of one button wait for each other here, and the second finds what the first made."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def launch(practice: str, *, organisation: Organisation, actor: Actor, **opening: Any) -> Round:
    """A proven practice in one step: adopt it as it stands, publish, open the round and find its people.

    Pressed twice, it is one round: the same title and window for the same practice.
    """
    can_run_programmes(actor, organisation).require()
    _one_at_a_time(organisation)
    same = {name: opening[name] for name in ("title", "opens_at", "closes_at")}
    opened = Round.objects.filter(organisation=organisation, version__programme__practice=practice, **same).first()
    if opened is not None:
        return opened
    programme = adopt_practice(practice, organisation=organisation, actor=actor)
    version = publish_version(programme.versions.get(), actor=actor)
    return open_and_find(version, actor=actor, **opening)


@transaction.atomic
def open_and_find(version: ProgrammeVersion, *, actor: Actor, **opening: Any) -> Round:
    """Open a round of a published version and find its people. Pressed twice, it is one round."""
    can_edit_programme(actor, version.programme).require()
    _one_at_a_time(version.programme.organisation)
    same = {name: opening[name] for name in ("title", "opens_at", "closes_at")}
    if (standing := Round.objects.filter(version=version, **same).first()) is not None:
        return standing
    opened = open_round(version, actor=actor, **opening)
    find_people(opened, actor=actor)
    return opened


@transaction.atomic
def close_round(of: Round, *, actor: Actor) -> Round:
    """Take no more applications. Those handed in go on."""
    of = Round.objects.select_for_update(of=("self",)).select_related("organisation", "version").get(pk=of.pk)
    can_run_round(actor, of).require()
    of.state = Round.State.CLOSED
    of.save(update_fields=["state"])
    trail.record(actor, "close_round", of)
    return of
