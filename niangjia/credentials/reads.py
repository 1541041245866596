"""What pages and other packages ask of certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from niangjia.credentials import badge
from niangjia.credentials.models import Achievement, Credential, HolderKind
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.parts import Stair
from niangjia.kit.refusal import NotFound, Sentence
from niangjia.people.models import Person

FIRST_ACCREDITED_RANK = 1


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the skill ladder and how the person stands to it: done, now, next or later."""

    rank: int
    code: str
    name: str
    obtained: str
    state: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where somebody stands on the eight steps, by what certificate, and what comes next."""

    rungs: tuple[Rung, ...]
    holds: Credential | None

    @property
    def now(self) -> Rung | None:
        return next((rung for rung in self.rungs if rung.state == "now"), None)

    @property
    def next(self) -> Rung | None:
        return next((rung for rung in self.rungs if rung.state == "next"), None)

    @property
    def is_checked(self) -> bool:
        """False while the step rests on nobody's word but the holder's."""
        return self.holds is not None and self.holds.standing != Credential.Standing.DECLARED


def ladder_of(person_id: int) -> Ladder:
    """Where this person stands: by the highest certificate that counts today, whatever its trade. Two queries."""
    rungs = Achievement.objects.filter(kind=Achievement.Kind.SKILL_LEVEL).order_by("rank_order")
    held = (
        Credential.objects.held_by(person_id)
        .standing_on(clock.today())
        .filter(achievement__kind=Achievement.Kind.SKILL_LEVEL)
        .select_related("achievement")
        .order_by("-achievement__rank_order", "issued_on")
        .first()
    )
    rank = held.achievement.rank_order if held is not None else None
    return Ladder(tuple(_rung(rung, rank) for rung in rungs), held)


def _rung(achievement: Achievement, held: int | None) -> Rung:
    rank = achievement.rank_order or 0
    following = FIRST_ACCREDITED_RANK if held is None else held + 1
    if held is not None and rank <= held:
        state = "now" if rank == held else "done"
    else:
        state = "next" if rank == following else "later"
    return Rung(rank, achievement.code, achievement.name, achievement.obtained, state)


def credentials_of(person_id: int) -> list[Credential]:
    """Everything recorded for this person, the newest first. One query."""
    return list(Credential.objects.held_by(person_id).select_related("achievement", "issuer", "person"))


@dataclass(frozen=True, slots=True)
class Mine:
    """A worker's page of certificates."""

    stairs: tuple[Stair, ...]
    ladder: Ladder
    standing: tuple[Credential, ...]
    over: tuple[Credential, ...]  # revoked or run out


STAIRS = {"done": "done", "now": "now", "next": "next", "later": "next"}


def mine(actor: Actor) -> Mine:
    """Where I stand and what I hold. Three queries."""
    assert actor.person_id is not None, "the route lets nobody else in"
    held, ladder = credentials_of(actor.person_id), ladder_of(actor.person_id)
    return Mine(
        stairs=tuple(Stair(rung.name, STAIRS[rung.state]) for rung in ladder.rungs),
        ladder=ladder,
        standing=tuple(one for one in held if not one.is_over),
        over=tuple(one for one in held if one.is_over),
    )


def holder(actor: Actor) -> Person:
    """The person behind the actor."""
    assert actor.person_id is not None, "the route lets nobody else in"
    return Person.objects.get(pk=actor.person_id)


def recordable() -> list[tuple[str, str]]:
    """What a worker may record a certificate for, the skill ladder first."""
    kinds = (Achievement.Kind.SKILL_LEVEL, Achievement.Kind.TITLE, Achievement.Kind.HONOUR)
    open_to_people = Achievement.objects.filter(holder_kind=HolderKind.PERSON, kind__in=kinds)
    ranked = sorted(
        open_to_people, key=lambda one: (kinds.index(Achievement.Kind(one.kind)), one.rank_order or 0, one.code)
    )
    return [(one.code, one.name) for one in ranked]


def signed_text(credential: Credential) -> str:
    """The signed credential of one issued here."""
    if not credential.signed:
        raise NotFound(_("This certificate was issued elsewhere, so there is no file of ours to keep."))
    return credential.signed


def credential_for(actor: Actor, credential_id: int) -> Credential:
    """The certificate, if this actor may see it."""
    visible = Credential.objects.visible_to(actor).select_related("achievement", "issuer", "person", "body")
    credential = visible.filter(pk=credential_id).first()
    if credential is None:
        raise NotFound(_("There is no such certificate, or it is not yours to see."))
    return credential


SENTENCES: dict[str, Sentence] = {
    "valid": gettext_lazy("This certificate is genuine and valid."),
    "expired": gettext_lazy("This certificate is genuine but has run out."),
    "revoked": gettext_lazy("This certificate was revoked and counts no longer."),
    "tampered": gettext_lazy("This record does not match its signature. Do not rely on it."),
    "unknown": gettext_lazy("No certificate was issued here under this number."),
}


TONES = {"valid": "good", "expired": "wait", "revoked": "bad", "tampered": "bad", "unknown": "bad"}


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody who asks about a number is told: no more than stands on the paper, the name masked."""

    state: str
    number: str
    achievement: str = ""
    holder: str = ""
    issuer: str = ""
    occupation: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None

    @property
    def sentence(self) -> Sentence:
        return SENTENCES[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_known(self) -> bool:
        return self.state not in ("unknown", "tampered")

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "sentence": str(self.sentence),
            "number": self.number,
            "achievement": self.achievement,
            "holder": self.holder,
            "issuer": self.issuer,
            "occupation": self.occupation,
            "issuedOn": self.issued_on,
            "validUntil": self.valid_until,
            "revokedOn": self.revoked_on,
        }


def verify(number: str) -> Verification:
    """Whether a certificate counts: known, signed by us and unchanged since, not revoked, not run out. One query."""
    number = number.strip().upper()
    issued = Credential.objects.issued().select_related("achievement", "person", "body", "issuer")
    credential = issued.filter(number=number).first()
    if credential is None:
        return Verification("unknown", number)
    if not badge.is_untouched(credential):
        return Verification("tampered", number)
    return Verification(
        state=_state(credential),
        number=number,
        achievement=credential.achievement.name,
        holder=credential.masked_holder,
        issuer=credential.issuer_name,
        occupation=credential.occupation,
        issued_on=credential.issued_on,
        valid_until=credential.valid_until,
        revoked_on=credential.revoked_on,
    )


def _state(credential: Credential) -> str:
    if credential.is_revoked:
        return "revoked"
    return "expired" if credential.has_run_out else "valid"


def revoked_in_list(number: int) -> list[int]:
    """The status bits that are set in one list."""
    first = number * badge.STATUS_BITS
    within = Credential.objects.filter(status_index__gte=first, status_index__lt=first + badge.STATUS_BITS)
    if number and not within.exists():
        raise NotFound
    bits = within.exclude(revoked_on=None).order_by("status_index").values_list("status_index", flat=True)
    return [bit for bit in bits if bit is not None]
