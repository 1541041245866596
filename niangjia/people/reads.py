"""What the pages of people show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from niangjia.kit.actor import Actor
from niangjia.kit.divisions import place_name
from niangjia.kit.refusal import NotFound
from niangjia.people.models import Account, Consent, Person
from niangjia.trail.actions import LOOKED
from niangjia.trail.models import Line

LOOKS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened sensitive parts of a record."""

    at: datetime
    who: str
    purpose: str
    myself: bool


@dataclass(frozen=True, slots=True)
class MyRecord:
    """A person's own record, as the page shows it: numbers masked."""

    person: Person
    looks: tuple[Look, ...]
    consents: tuple[Consent, ...]

    @property
    def residence(self) -> str:
        return place_name(self.person.residence_code)

    @property
    def hukou(self) -> str:
        return place_name(self.person.hukou_code)


def looks_at(person_id: int) -> tuple[Look, ...]:
    """Who opened this person's sealed numbers, when and what for; the newest first."""
    lines = Line.objects.filter(thing_type="people.person", thing_id=person_id, verb=LOOKED).order_by("-id")
    return tuple(
        Look(line.at, line.actor_name, str(line.detail.get("purpose", "")), line.actor_id == person_id)
        for line in lines[:LOOKS_SHOWN]
    )


def me(actor: Actor) -> Person:
    """The actor's own record."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise NotFound
    return person


def my_record(actor: Actor) -> MyRecord:
    person = me(actor)
    return MyRecord(person, looks_at(person.pk), tuple(person.consents.all()))


def my_consent(actor: Actor, consent_id: int) -> Consent:
    consent = Consent.objects.filter(pk=consent_id, person=actor.person_id, person__isnull=False).first()
    if consent is None:
        raise NotFound
    return consent


def account_of(user: AbstractBaseUser | AnonymousUser) -> Account | None:
    """The account of a request, as ours."""
    return user if isinstance(user, Account) else None
