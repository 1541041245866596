"""Recording a person, correcting the record, proving who they are."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.guard import keeping
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.people import identifiers
from niangjia.people.models import Person, Sex
from niangjia.people.names import sort_key
from niangjia.people.permissions import can_register, can_reveal, can_update
from niangjia.trail import actions as trail


def set_name(person: Person, name: str) -> None:
    name = " ".join(name.split())
    if not name:
        sentence = _("A person needs a name.")
        raise Invalid(sentence, remedy=_("Type the name as it stands on the identity card."), faults={"name": sentence})
    person.name = name[:64]
    person.name_key = sort_key(person.name)


def _set_identity(person: Person, typed: str) -> None:
    """Take the number, and from it what it says: kind of document, date of birth, sex."""
    read = identifiers.identity(typed)
    person.set_id_number(read.number)
    person.id_kind = read.kind
    person.birth_date = read.birth_date or person.birth_date
    person.sex = read.sex or person.sex


def _set_places(person: Person, residence_code: str | None, hukou_code: str | None) -> None:
    for field, code in (("residence_code", residence_code), ("hukou_code", hukou_code)):
        if code is None:
            continue
        if code and not (code.isdigit() and len(code) in (6, 9, 12)):
            sentence = _("A division code has 6, 9 or 12 digits.")
            raise Invalid(sentence, remedy=_("Choose the place from the list."), faults={field: sentence})
        setattr(person, field, code)


@transaction.atomic
def register_person(
    *, actor: Actor, name: str, phone: str = "", id_number: str = "", sex: str = "", birth_date: date | None = None,
    residence_code: str = "", hukou_code: str = "",
) -> Person:  # fmt: skip
    """Record a natural person. One identity number is one person, however often it is typed."""
    can_register(actor).require()
    person = Person(sex=sex, birth_date=birth_date)
    set_name(person, name)
    if phone:
        person.set_phone(identifiers.phone(phone))
    if id_number:
        _set_identity(person, id_number)
    _set_places(person, residence_code, hukou_code)
    with keeping(Person):
        person.save(force_insert=True)
    trail.record(actor, "register_person", person)
    return person


@transaction.atomic
def update_person(
    person: Person, *, actor: Actor, over: str = "", name: str | None = None, phone: str | None = None,
    sex: str | None = None, birth_date: date | None = None, residence_code: str | None = None,
    hukou_code: str | None = None,
) -> Person:  # fmt: skip
    """Correct a record. What an identity number has proved is not overwritten by hand."""
    person = Person.objects.lock(person.pk)
    can_update(actor, person, over).require()
    if person.identity_proved_on and (name or sex or birth_date):
        raise Conflict(
            _("Name, sex and date of birth were proved by the identity card and cannot be changed here."),
            remedy=_("If the card itself has changed, ask your union to check it and correct the record."),
        )
    if name is not None:
        set_name(person, name)
    if phone is not None:
        person.set_phone(identifiers.phone(phone) if phone else "")
    if sex is not None:
        person.sex = Sex(sex) if sex else ""
    if birth_date is not None:
        person.birth_date = birth_date
    _set_places(person, residence_code, hukou_code)
    person.save()
    given = {"name": name, "phone": phone, "sex": sex, "birth_date": birth_date,
             "residence_code": residence_code, "hukou_code": hukou_code}  # fmt: skip
    changed = [field for field, value in given.items() if value is not None]
    trail.record(actor, "update_person", person, fields=changed)
    return person


@transaction.atomic
def verify_identity(person: Person, *, actor: Actor, name: str, id_number: str, over: str = "") -> Person:
    """Prove who a person is: the number is sound, the name is theirs, and nobody else holds the number."""
    person = Person.objects.lock(person.pk)
    can_update(actor, person, over).require()
    read = identifiers.identity(id_number)
    if " ".join(name.split()) != person.name:
        sentence = _("The name is not the one on this record.")
        remedy = _("Type it as on the card, or correct the record first.")
        raise Invalid(sentence, remedy=remedy, faults={"name": sentence})
    if person.id_number and person.id_number != read.number:
        sentence = _("The identity number is not the one on this record.")
        raise Invalid(sentence, remedy=_("Ask your union to compare the card."), faults={"id_number": sentence})
    _set_identity(person, id_number)
    person.identity_proved_on = clock.today()
    with keeping(Person):
        person.save()
    trail.record(actor, "verify_identity", person)
    return person


@transaction.atomic
def reveal(person: Person, *, actor: Actor, purpose: str, over: str = "") -> dict[str, str]:
    """Show the sealed numbers once, for a stated purpose; the person can see that it happened (PIPL art. 44)."""
    can_reveal(actor, person, over).require()
    purpose = " ".join(purpose.split())
    if not purpose:
        sentence = _("Say what you need the number for.")
        remedy = _("The person will see your name and this purpose.")
        raise Invalid(sentence, remedy=remedy, faults={"purpose": sentence})
    person = Person.objects.get(pk=person.pk)
    trail.record_look(actor, person, purpose=purpose[:200])
    return {"id_number": person.id_number, "phone": person.phone}
