"""What a person decides about their own data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.people.happenings import ConsentWithdrawn, DataCopying, PersonErasing
from niangjia.people.models import Account, Consent, Declaration, HouseholdMember, Person
from niangjia.people.permissions import can_declare, can_speak_for
from niangjia.trail import actions as trail

ERASED_NAME = "—"


@transaction.atomic
def give_consent(person: Person, *, actor: Actor, purpose: str, notice: str) -> Consent:
    """Agree to one purpose, in the wording that was shown (PIPL art. 14)."""
    can_speak_for(actor, person).require()
    standing = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if standing is not None and standing.notice == notice:
        return standing
    if standing is not None:
        standing.withdrawn_at = clock.now()
        standing.save(update_fields=["withdrawn_at"])
    with keeping(Consent):
        consent = Consent.objects.create(person=person, purpose=purpose, notice=notice)
    trail.record(actor, "give_consent", consent, purpose=purpose)
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, actor: Actor) -> Consent:
    """Take consent back, as easily as it was given (PIPL art. 15)."""
    consent = Consent.objects.select_for_update(of=("self",)).select_related("person").get(pk=consent.pk)
    can_speak_for(actor, consent.person).require()
    if consent.withdrawn_at is None:
        consent.withdrawn_at = clock.now()
        consent.save(update_fields=["withdrawn_at"])
        trail.record(actor, "withdraw_consent", consent, purpose=consent.purpose)
        announce(ConsentWithdrawn(person_id=consent.person_id, purpose=consent.purpose))
    return consent


@dataclass(frozen=True, slots=True)
class Told:
    """One fact somebody tells about a person; `over` is the union path under which an officer may speak for them."""

    person: Person
    fact: str
    value: Any
    over: str = ""
    on: date | None = None


@transaction.atomic
def declare_facts(told: Sequence[Told], *, actor: Actor) -> list[Declaration]:
    """Keep what people tell us about themselves, in one statement. The newest word counts."""
    for one in told:
        can_declare(actor, one.person, one.over).require()
    kept = Declaration.objects.bulk_create(
        [
            Declaration(person=one.person, fact=one.fact, value=one.value, declared_on=one.on or clock.today())
            for one in told
        ],
        update_conflicts=True,
        unique_fields=["person", "fact"],
        update_fields=["value", "declared_on"],
        batch_size=1000,
    )
    trail.record_many(actor, "declare_facts", kept)
    return kept


def declare_fact(
    person: Person, *, actor: Actor, fact: str, value: Any, over: str = "", declared_on: date | None = None
) -> Declaration:
    """Keep one fact a person tells us about themselves."""
    return declare_facts([Told(person, fact, value, over, declared_on)], actor=actor)[0]


@transaction.atomic
def take_back_facts(person_id: int, *, facts: Sequence[str], actor: Actor) -> int:
    """Forget what a person told us under these names. How many there were."""
    person = Person.objects.lock(person_id)
    can_speak_for(actor, person).require()
    told = Declaration.objects.filter(person=person, fact__in=facts)
    names = list(told.values_list("fact", flat=True).order_by("fact"))
    if names:
        told.delete()
        trail.record(actor, "take_back_facts", person, facts=names)
    return len(names)


@transaction.atomic
def export_my_data(person: Person, *, actor: Actor) -> dict[str, object]:
    """Everything the house holds about a person, for the person (PIPL art. 45)."""
    can_speak_for(actor, person).require()
    person = Person.objects.get(pk=person.pk)
    parts: dict[str, object] = {
        "taken_at": clock.now().isoformat(),
        "person": {
            "name": person.name, "sex": person.sex, "birth_date": person.birth_date and person.birth_date.isoformat(),
            "identity_number": person.id_number, "phone": person.phone,
            "residence_code": person.residence_code, "hukou_code": person.hukou_code,
        },
        "consents": [
            {"purpose": consent.purpose, "notice": consent.notice, "given_at": consent.given_at.isoformat(),
             "withdrawn_at": consent.withdrawn_at and consent.withdrawn_at.isoformat()}
            for consent in person.consents.all()
        ],
        "declarations": [
            {"fact": told.fact, "value": told.value, "declared_on": told.declared_on.isoformat()}
            for told in person.declarations.order_by("fact")
        ],
        "households": [
            {"relation": place.relation, "since": place.since.isoformat(),
             "until": place.until and place.until.isoformat(), "address": place.household.address}
            for place in person.household_places.select_related("household").order_by("pk")
        ],
    }  # fmt: skip
    announce(DataCopying(person_id=person.pk, parts=parts))
    trail.record(actor, "export_my_data", person)
    return parts


@transaction.atomic
def erase(person: Person, *, actor: Actor) -> Person:
    """Empty a record for good (PIPL art. 47). Refused, with the reason, while anything is still owed either way."""
    person = Person.objects.lock(person.pk)
    can_speak_for(actor, person).require()
    announce(PersonErasing(person_id=person.pk))
    trail.record(actor, "erase", person)
    Declaration.objects.filter(person=person).delete()
    Consent.objects.filter(person=person, withdrawn_at=None).update(withdrawn_at=clock.now())
    HouseholdMember.objects.filter(person=person, until=None).update(until=clock.today())
    Account.objects.filter(person=person).update(is_active=False, phone="", phone_hash=None, phone_verified=False)
    person.name, person.name_key, person.sex, person.id_kind = ERASED_NAME, "", "", ""
    person.birth_date = person.identity_proved_on = None
    person.residence_code = person.hukou_code = ""
    person.set_id_number("")
    person.set_phone("")
    person.erased_on = clock.today()
    person.save()
    return person
