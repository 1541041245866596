"""Every write of certificates: plant the achievements, issue, revoke, record those issued elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection, transaction
from django.utils.translation import gettext as _

from niangjia.credentials import badge
from niangjia.credentials.happenings import CredentialRevoked, CredentialsIssued
from niangjia.credentials.models import Achievement, Credential, HolderKind
from niangjia.credentials.permissions import can_check, can_issue, can_plant_achievements, can_record, can_revoke
from niangjia.credentials.signing import sign
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Membership, Organisation
from niangjia.people.models import Person
from niangjia.trail import actions as trail

DATA = Path(__file__).parent / "data"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
ISSUING = 7_001  # the advisory lock under which numbers and status bits are given out
TIERS = ("enterprise", "township", "county", "city", "province", "nation")
TIER_OF_LEVEL = {"grassroots": "enterprise"}
EARLIEST_YEAR = 1949  # nobody at work today holds an older certificate


@dataclass(frozen=True, slots=True)
class Team:
    """A team that holds an honour: a name within a body."""

    body: Organisation
    name: str


Holder = Person | Organisation | Team


@transaction.atomic
def plant_achievements(*, actor: Actor) -> int:
    """Bring the list of achievements to what the data files say; how many are new."""
    can_plant_achievements(actor).require()
    born = 0
    for row in _rows():
        achievement, is_new = Achievement.objects.update_or_create(code=row["code"], defaults=row)
        if is_new:
            born += 1
            trail.record(actor, "plant_achievements", achievement)
    return born


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, Any], ...]:
    ladder = [
        {
            "code": rung["code"], "kind": Achievement.Kind.SKILL_LEVEL, "rank_order": rung["rank"],
            "name_zh": rung["zh"], "name_en": rung["en"], "obtained_zh": rung["how_zh"], "obtained_en": rung["how_en"],
        }
        for rung in yaml.safe_load((DATA / "ladder.yaml").read_text(encoding="utf-8"))
    ]  # fmt: skip
    titles = [
        {
            "code": f"{family['code']}_{tier}", "kind": family["kind"], "tier": tier,
            "rank_order": TIERS.index(tier) + 1, "name_zh": names["zh"], "name_en": names["en"],
            "holder_kind": family.get("holder", HolderKind.PERSON), "cycle_years": family.get("cycle_years"),
        }
        for family in yaml.safe_load((DATA / "titles.yaml").read_text(encoding="utf-8"))
        for tier, names in family["tiers"].items()
    ]  # fmt: skip
    return (*ladder, *titles)


@transaction.atomic
def issue_credential(
    achievement: str | Achievement, *, holder: Holder, issuer: Organisation, actor: Actor, occupation: str = "",
    issued_on: date | None = None, valid_until: date | None = None, evidence: str = "",
) -> Credential:  # fmt: skip
    """Issue a signed certificate to one person, team or body."""
    return issue_many(
        achievement, holders=[holder], issuer=issuer, actor=actor, occupation=occupation, issued_on=issued_on,
        valid_until=valid_until, evidence=[evidence],
    )[0]  # fmt: skip


@transaction.atomic
def issue_many(
    achievement: str | Achievement, *, holders: Sequence[Holder], issuer: Organisation, actor: Actor,
    occupation: str = "", issued_on: date | None = None, valid_until: date | None = None,
    evidence: Sequence[str] = (),
) -> list[Credential]:  # fmt: skip
    """Issue the same certificate to many, all or none, in the order given. `evidence` names a thing for each."""
    given = _achievement(achievement)
    can_issue(actor, given, issuer).require()
    _check_level(given, issuer)
    reasons = evidence or [""] * len(holders)
    numbers, bits = _numbers(len(holders))
    issued = []
    for holder, reason, number, bit in zip(holders, reasons, numbers, bits, strict=True):
        credential = Credential(
            number=number, achievement=given, standing=Credential.Standing.ISSUED, issuer=issuer,
            issuer_name=issuer.name, occupation=occupation, issued_on=issued_on or clock.today(),
            valid_until=valid_until, evidence=reason, status_index=bit, **_holder(given, holder),
        )  # fmt: skip
        credential.signed = sign(badge.document(credential))
        issued.append(credential)
    with keeping(Credential):
        Credential.objects.bulk_create(issued, batch_size=1000)
    trail.record_many(actor, "issue_credential", issued, achievement=given.code)
    announce(CredentialsIssued(tuple(credential.pk for credential in issued)))
    return issued


def _achievement(named: str | Achievement) -> Achievement:
    if isinstance(named, Achievement):
        return named
    found = Achievement.objects.filter(code=named).first()
    if found is None:
        raise Invalid(
            _("There is no achievement called “%s”.") % named,
            remedy=_("Choose one from the list of achievements."),
        )
    return found


def _check_level(achievement: Achievement, issuer: Organisation) -> None:
    """A title of the province is the province's to give."""
    level = TIER_OF_LEVEL.get(issuer.level, issuer.level)
    if achievement.tier and issuer.is_union and level != achievement.tier:
        raise Invalid(
            _("“%(title)s” is given on another level than that of %(body)s.") % {"title": achievement, "body": issuer},
            remedy=_("Recommend the holder to the union that gives it."),
        )


def _holder(achievement: Achievement, holder: Holder) -> dict[str, Any]:
    fields: dict[str, Any]
    match holder:
        case Person():
            kind, fields = HolderKind.PERSON, {"person": holder}
        case Team():
            kind, fields = HolderKind.TEAM, {"body": holder.body, "team": holder.name}
        case Organisation():
            kind, fields = HolderKind.ORGANISATION, {"body": holder}
    if kind != achievement.holder_kind:
        raise Invalid(
            _("“%(title)s” is given to a %(kind)s.")
            % {"title": achievement, "kind": HolderKind(achievement.holder_kind).label}
        )
    return fields


def _numbers(count: int) -> tuple[list[str], list[int]]:
    """Fresh numbers that nobody can guess, and status bits in no order, given out under one lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ISSUING])
    # A list is filled to one half, so that a free bit is found at once.
    number_of_list = Credential.objects.issued().count() // (badge.STATUS_BITS // 2)
    first = number_of_list * badge.STATUS_BITS
    taken = set(
        Credential.objects.filter(status_index__gte=first, status_index__lt=first + badge.STATUS_BITS)
        .order_by()
        .values_list("status_index", flat=True)
    )
    bits: list[int] = []
    while len(bits) < count:
        bit = first + secrets.randbelow(badge.STATUS_BITS)
        if bit not in taken:
            taken.add(bit)
            bits.append(bit)
    return [_number() for _bit in bits], bits


def _number() -> str:
    letters = "".join(secrets.choice(LETTERS) for _place in range(12))
    return f"NJ{clock.today():%y}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


@transaction.atomic
def revoke_credential(credential: Credential, *, reason: str, actor: Actor) -> Credential:
    """Take a certificate back. From now on whoever verifies its number is told so."""
    credential = Credential.objects.lock(credential.pk)
    can_revoke(actor, credential).require()
    if credential.is_revoked:
        raise Conflict(_("This certificate has been revoked already."))
    if not credential.achievement.revocable:
        raise Invalid(_("“%s” is given for good and cannot be revoked.") % credential.achievement)
    if not reason.strip():
        raise Invalid(_("Say why the certificate is revoked."), faults={"reason": _("Write one sentence.")})
    credential.revoked_on, credential.revoked_reason = clock.today(), reason.strip()
    credential.save(update_fields=["revoked_on", "revoked_reason"])
    trail.record(actor, "revoke_credential", credential)
    announce(CredentialRevoked(credential.pk))
    return credential


@transaction.atomic
def record_outside_certificate(
    person: Person, *, achievement: str | Achievement, number: str, issuer_name: str, actor: Actor,
    issued_on: date, occupation: str = "", valid_until: date | None = None,
) -> Credential:  # fmt: skip
    """Record a certificate issued elsewhere: stated by its holder, or checked by an officer who saw the original."""
    path = _union_path(person.pk)
    can_record(actor, person.pk, path).require()
    given = _achievement(achievement)
    if given.holder_kind != HolderKind.PERSON:
        raise Invalid(_("“%s” is not given to persons.") % given)
    _check_outside(number, issuer_name, issued_on)
    checked = bool(can_check(actor, person.pk, path))
    with keeping(Credential):
        credential = Credential.objects.create(
            number=number.strip(), achievement=given, person=person, issuer_name=issuer_name.strip(),
            standing=Credential.Standing.CHECKED if checked else Credential.Standing.DECLARED,
            occupation=occupation.strip(), issued_on=issued_on, valid_until=valid_until,
        )  # fmt: skip
    trail.record(actor, "record_outside_certificate", credential, achievement=given.code)
    return credential


def _check_outside(number: str, issuer_name: str, issued_on: date) -> None:
    faults = {}
    if not number.strip():
        faults["number"] = _("Copy the number from the certificate.")
    if not issuer_name.strip():
        faults["issuer_name"] = _("Write who issued it, as it stands in the seal.")
    if issued_on > clock.today():
        faults["issued_on"] = _("This day has not come yet.")
    elif issued_on.year < EARLIEST_YEAR:
        faults["issued_on"] = _("This is too long ago to be right; look at the year again.")
    if faults:
        raise Invalid(_("Something is missing or wrong on this form."), faults=dict(faults))


@transaction.atomic
def check_outside_certificate(credential: Credential, *, actor: Actor) -> Credential:
    """Confirm that the original of a stated certificate was seen: from now on rules count it."""
    credential = Credential.objects.lock(credential.pk)
    can_check(actor, credential.person_id, _union_path(credential.person_id)).require()
    if credential.standing != Credential.Standing.DECLARED:
        raise Conflict(_("This certificate needs no checking any more."))
    credential.standing = Credential.Standing.CHECKED
    with keeping(Credential):
        credential.save(update_fields=["standing"])
    trail.record(actor, "check_outside_certificate", credential)
    return credential


def _union_path(person_id: int | None) -> str:
    """Where the holder is a member; an empty path reaches no officer."""
    belonging = Membership.objects.members().main().filter(person=person_id).select_related("union").first()
    return belonging.union.path if belonging is not None else ""
