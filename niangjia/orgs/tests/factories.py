"""Unions, members and officers for tests, made by the house's own verbs on a small tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count

from niangjia.kit.actor import Actor, Office
from niangjia.orgs import actions
from niangjia.orgs.models import Employer, HardshipFile, Kind, Membership, Organisation
from niangjia.orgs.reads import actor_for
from niangjia.people.models import Household, Person
from niangjia.people.tests.factories import make_account, make_household, make_person

REGISTRY = Actor.system("registry")
_numbers = count(1)

__all__ = [
    "REGISTRY", "Officer", "Tree", "make_account", "make_actor", "make_employer", "make_hardship_file",
    "make_household", "make_member", "make_officer", "make_partner", "make_person", "make_tree", "make_union",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tree:
    """Zhejiang – Shaoxing – Xinchang – Yulin street, with Jiaxing – Nanhu beside it."""

    province: Organisation
    city: Organisation
    county: Organisation
    township: Organisation
    other_city: Organisation
    other_county: Organisation


def make_tree() -> Tree:
    """Six federations, whether planted by this call or before."""
    codes = ("330000", "330600", "330624", "330624001", "330400", "330402")
    actions.plant_tree(actor=REGISTRY, only=("330624001", "330402"))
    standing = {body.code: body for body in Organisation.objects.filter(code__in=codes)}
    return Tree(*(standing[code] for code in codes))


def make_union(
    parent: Organisation | None = None, name: str = "", *, kind: str = Kind.GRASSROOTS_UNION, trade: str = "",
    members: int | None = None, committee_seats: int | None = None, founded_on: date | None = None,
) -> Organisation:  # fmt: skip
    """A union below `parent`, or below Xinchang county."""
    parent = parent or make_tree().county
    return actions.found_union(
        actor=REGISTRY, parent=parent, kind=kind, name=name or f"测试厂工会{next(_numbers)}", trade=trade,
        members=members, committee_seats=committee_seats, founded_on=founded_on or date(2020, 1, 1),
    )  # fmt: skip


def make_member(
    union: Organisation, person: Person | None = None, *, since: date | None = None, name: str = ""
) -> Membership:
    """A member in good standing."""
    person = person or make_person(name)
    return actions.join_batch([person], actor=REGISTRY, union=union, since=since or date(2022, 3, 1))[0]


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who holds an office, and the actor they are."""

    person: Person
    actor: Actor


def make_officer(
    union: Organisation, office: str = Office.HANDLER, person: Person | None = None, *, name: str = ""
) -> Officer:
    """Somebody who holds this office in this body today."""
    person = person or make_person(name)
    actions.appoint(actor=REGISTRY, person=person, organisation=union, office=office, since=date(2020, 1, 1))
    return Officer(person, actor_for(person))


def make_actor(person: Person) -> Actor:
    """This person acting, with the powers they hold today."""
    return actor_for(person)


def make_employer(host: Organisation, name: str = "", *, headcount: int | None = None) -> Employer:
    return actions.register_employer(
        actor=REGISTRY, host=host, name=name or f"测试厂{next(_numbers)}", headcount=headcount
    )


def make_partner(host: Organisation, name: str = "", *, kind: str = Kind.BUREAU) -> Organisation:
    return actions.register_partner(actor=REGISTRY, host=host, kind=kind, name=name or f"测试局{next(_numbers)}")


def make_hardship_file(
    union: Organisation, household: Household, hardship: str = "relative", *, yearly_income_fen: int | None = None
) -> HardshipFile:
    return actions.open_hardship_file(
        household, actor=REGISTRY, union=union, hardship=hardship, yearly_income_fen=yearly_income_fen
    )
