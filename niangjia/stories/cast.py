"""Unions, officers and members of a story, made by the house's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from niangjia.kit.actor import Actor, Office
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Kind, Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.stories.people import Synthetic

REGISTRY = Actor.system("registry")
LONG_AGO = date(2015, 1, 1)


def federation(code: str) -> Organisation:
    """The federation of a county, with the tree above it planted."""
    orgs.plant_tree(actor=REGISTRY, only=(code,))
    return Organisation.objects.get(code=code)


def union(parent: Organisation, name: str) -> Organisation:
    """A grassroots union; the one that stands already, if it does."""
    standing = Organisation.objects.filter(parent=parent, name=name).first()
    return standing or orgs.found_union(
        actor=REGISTRY, parent=parent, kind=Kind.GRASSROOTS_UNION, name=name, founded_on=LONG_AGO
    )


def partner(host: Organisation, name: str) -> Organisation:
    standing = Organisation.objects.filter(name=name, kind=Kind.BUREAU).first()
    return standing or orgs.register_partner(actor=REGISTRY, host=host, kind=Kind.BUREAU, name=name)


def register(one: Synthetic, *, place: str = "") -> Person:
    """An invented person in the register, living and registered at `place`."""
    return people.register_person(
        actor=REGISTRY,
        name=one.name,
        phone=one.phone,
        id_number=one.id_number,
        sex=one.sex,
        birth_date=one.born,
        residence_code=place,
        hukou_code=place,
    )


@dataclass(frozen=True, slots=True)
class Officer:
    person: Person
    actor: Actor


def officer(body: Organisation, office: Office, one: Synthetic) -> Officer:
    """Somebody who holds an office in a body; the one who holds it already, if anybody does."""
    held = body.appointments.filter(office=office, until=None, person__name=one.name).select_related("person").first()
    if held is None:
        person = register(one)
        held = orgs.appoint(actor=REGISTRY, person=person, organisation=body, office=office, since=LONG_AGO)
    return Officer(held.person, actor_for(held.person))


def member(of: Organisation, one: Synthetic, *, since: date, place: str = "") -> Person:
    person = register(one, place=place)
    orgs.join_batch([person], actor=REGISTRY, union=of, since=since)
    return person
