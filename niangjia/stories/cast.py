"""Unions, officers and members of a story, made by the house's own verbs."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from niangjia.credentials import actions as credentials
from niangjia.credentials.models import Achievement
from niangjia.kit.actor import Actor, Office
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Employer, Kind, Membership, Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.roster import actions as rosters
from niangjia.people import actions as people
from niangjia.people.models import Person
from niangjia.stories.people import Synthetic
from niangjia.stories.people import people as invented

REGISTRY = Actor.system("registry")
LONG_AGO = date(2015, 1, 1)


def federation(code: str) -> Organisation:
    """The federation of a county, with the tree above it and the achievements planted, unless they stand."""
    if not Achievement.objects.exists():
        credentials.plant_achievements(actor=REGISTRY)
    if not Organisation.objects.filter(code=code).exists():
        orgs.plant_tree(actor=REGISTRY, only=(code,))
    return Organisation.objects.get(code=code)


def union(parent: Organisation, name: str, *, kind: Kind = Kind.GRASSROOTS_UNION, trade: str = "") -> Organisation:
    """A union below a federation; the one that stands already, if it does."""
    standing = Organisation.objects.filter(parent=parent, name=name).first()
    return standing or orgs.found_union(
        actor=REGISTRY, parent=parent, kind=kind, name=name, trade=trade, founded_on=LONG_AGO
    )


def firm_union(parent: Organisation, name: str) -> Organisation:
    """A grassroots union with its firm, an enterprise of the same name, which it covers."""
    of = union(parent, name)
    firm = name.removesuffix("工会")
    if not Employer.objects.filter(organisation__name=firm, coverages__union=of).exists():
        employer = orgs.register_employer(actor=REGISTRY, host=of, name=firm)
        orgs.cover(of, employer, actor=REGISTRY, since=LONG_AGO)
    return of


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


def enrol(
    unions: Sequence[Organisation], workers: Sequence[Synthetic], *, since: date, started: date | None, actor: Actor
) -> list[Person]:
    """Each union hands in its spreadsheet, as unions do; the people are those the import made.

    Without `started` they are platform workers, who have no employer.
    """
    for nth, of in enumerate(unions):
        share = workers[nth :: len(unions)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{of.name}.csv"
            path.write_text(_sheet(of, share, since, started), encoding="utf-8-sig")
            batch = rosters.preview_roster(path, actor=actor, union=of)
            rosters.apply_roster(batch, actor=actor)
    joined = Membership.objects.filter(union__in=unions, since=since).select_related("person").order_by("pk")
    return [one.person for one in joined]


def workforce(
    unions: Sequence[Organisation], seed: str, count: int, *, since: date, actor: Actor, started: date | None = None
) -> list[Person]:
    """So many invented members of these unions, those of one union together."""
    place = unions[0].division_code[:6]
    enrol(unions, list(islice(invented(place, seed), count)), since=since, started=started, actor=actor)
    joined = Membership.objects.members().filter(union__in=unions).select_related("person").order_by("union", "pk")
    return [one.person for one in joined]


def pressing(person: Person) -> Actor:
    """Somebody who presses for themselves and holds no office: nothing needs to be looked up."""
    return Actor(kind="person", name=person.name, person_id=person.pk)


def _sheet(of: Organisation, workers: Sequence[Synthetic], since: date, started: date | None) -> str:
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["姓名", "身份证号", "手机", "入会时间", "工作单位", "职务", "用工形式", "入职时间"])
    for one in workers:
        work = (
            [of.name.removesuffix("工会"), one.post, "劳动合同", started]
            if started
            else ["", one.post, "新就业形态", ""]
        )
        sheet.writerow([one.name, one.id_number, one.phone, since, *work])
    return out.getvalue()


def member(of: Organisation, one: Synthetic, *, since: date, place: str = "") -> Person:
    person = register(one, place=place)
    orgs.join_batch([person], actor=REGISTRY, union=of, since=since)
    return person
