"""A crowd whose lives go on: random deeds by the house's own verbs, each of which may change what is known."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from django.db import IntegrityError

from niangjia.credentials import actions as credentials
from niangjia.credentials.models import Achievement, Credential
from niangjia.kit import clock
from niangjia.kit.refusal import Refusal
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Employment, HardshipFile, Membership, Organisation
from niangjia.orgs.roster import actions as rosters
from niangjia.orgs.roster.tests.factories import someone, workbook
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_employer,
    make_hardship_file,
    make_household,
    make_member,
    make_person,
    make_tree,
    make_union,
)
from niangjia.people import actions as people
from niangjia.people.models import HouseholdMember, Person

SKILLS = ("L5", "L4", "L3", "L1")
POSTS = ("", "front_line", "technical", "manager")
HARDSHIPS = ("deep", "relative", "accident", "near")
TOLD = {
    "worker.education": ("junior_college", "bachelor", "high_school"),
    "worker.trade_years": (0, 7, 61, 10_000_000_000),  # the last is out of bounds: unknown, and never in the way
    "worker.unit_head": (True, False),
    "worker.enrolment": ("college",),
}


class Crowd:
    """A county with two unions, a firm and some people; `deed` does one thing to it, whatever the dice say."""

    def __init__(self, seed: int, folder: Path, people_first: int = 8) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        tree = make_tree()
        self.county, self.elsewhere = tree.county, (tree.county, tree.other_county)
        credentials.plant_achievements(actor=REGISTRY)
        self.unions = [make_union(self.county), make_union(self.county)]
        self.firm = make_employer(self.county)
        self.number = 0
        for _ in range(people_first):
            self.join()

    def deed(self, name: str) -> None:
        """Do it, or be refused like anybody."""
        # Somebody who joins from next week on and leaves today is stopped by the database.
        with suppress(Refusal, IntegrityError):
            DEEDS[name](self)

    def somebody(self) -> Person:
        return self.chance.choice(list(Person.objects.order_by("pk")))

    def member(self) -> Membership:
        """Somebody's membership; when all have left, a new one."""
        if not Membership.objects.members().exists():
            self.join()
        return self.chance.choice(list(Membership.objects.members().order_by("pk")))

    def day(self) -> date:
        """A day around today: some begin or end things tomorrow."""
        return clock.today() + timedelta(days=self.chance.randint(-400, 3))

    def join(self) -> None:
        person = make_person(sex=self.chance.choice(["", "F", "M"]), born=self.chance.choice([None, date(1980, 5, 1)]))
        make_member(self.chance.choice(self.unions), person, since=self.day())

    def register(self) -> None:
        make_person()

    def transfer(self) -> None:
        membership = self.member()
        target = next(union for union in self.unions if union.pk != membership.union_id)
        asked = orgs.request_transfer(membership, target=target, actor=REGISTRY)
        orgs.accept_transfer(asked, union=target, actor=REGISTRY)

    def leave(self) -> None:
        orgs.leave(self.member(), actor=REGISTRY)

    def employ(self) -> None:
        orgs.employ(
            self.somebody(), employer=self.chance.choice([None, self.firm]), post=self.chance.choice(POSTS),
            form=self.chance.choice(["contract", "platform"]), since=self.day(), actor=REGISTRY,
        )  # fmt: skip

    def end_employment(self) -> None:
        work = self.chance.choice(list(Employment.objects.order_by("pk")) or [None])
        if work is not None:
            orgs.end_employment(work, on=clock.today() + timedelta(days=self.chance.randint(0, 3)), actor=REGISTRY)

    def correct(self) -> None:
        people.update_person(
            self.somebody(), sex=self.chance.choice(["F", "M"]), name=f"改名{self.number}",
            residence_code=self.chance.choice(["330624", "330402"]), actor=REGISTRY,
        )  # fmt: skip

    def tell(self) -> None:
        path = self.chance.choice(sorted(TOLD))
        people.declare_fact(self.somebody(), fact=path, value=self.chance.choice(TOLD[path]), actor=REGISTRY)

    def form_household(self) -> None:
        make_household(self.somebody())

    def add_to_household(self) -> None:
        places = list(HouseholdMember.objects.filter(until=None).order_by("pk"))
        if places:
            people.add_household_member(
                self.chance.choice(places).household, self.somebody(), relation="spouse", since=self.day(),
                actor=REGISTRY,
            )  # fmt: skip

    def open_file(self) -> None:
        places = list(HouseholdMember.objects.filter(until=None).order_by("pk"))
        if places:
            make_hardship_file(
                self.unions[0], self.chance.choice(places).household, self.chance.choice(HARDSHIPS),
                yearly_income_fen=self.chance.choice([None, 100_000, 9_000_000]),
            )  # fmt: skip

    def close_file(self) -> None:
        file = self.chance.choice(list(HardshipFile.objects.order_by("pk")) or [None])
        if file is not None:
            orgs.close_hardship_file(file, reason="已脱困", actor=REGISTRY)

    def certify(self) -> None:
        self.number += 1
        credentials.record_outside_certificate(
            self.somebody(), achievement=self.chance.choice(SKILLS), number=f"S{self.number}", issuer_name="鉴定中心",
            issued_on=min(self.day(), clock.today()), actor=REGISTRY,
            valid_until=self.chance.choice([None, clock.today() + timedelta(days=2)]),
        )  # fmt: skip

    def honour(self) -> None:
        title = Achievement.objects.filter(kind="title", tier="county").order_by("code")[0]
        credentials.issue_credential(title, holder=self.somebody(), issuer=self.county, actor=REGISTRY)

    def revoke(self) -> None:
        given = self.chance.choice(list(Credential.objects.order_by("pk")) or [None])
        if given is not None:
            credentials.revoke_credential(given, reason="错发", actor=REGISTRY)

    def merge(self) -> None:
        kept, gone = self.somebody(), self.somebody()
        for standing in Membership.objects.members().filter(person=gone):
            orgs.leave(standing, actor=REGISTRY)
        people.merge_people(kept, gone, actor=REGISTRY)

    def erase(self) -> None:
        person = self.somebody()
        for standing in Membership.objects.members().filter(person=person):
            orgs.leave(standing, actor=REGISTRY)
        people.erase(person, actor=REGISTRY)

    def move_place(self) -> None:
        """A union's place is corrected: its members' county with it."""
        code = self.chance.choice(["330624001", "330402"])
        Organisation.objects.filter(pk=self.chance.choice(self.unions).pk).update(division_code=code)

    def import_roster(self) -> None:
        path = workbook(self.folder / "roster.xlsx", [someone() for _ in range(3)])
        self.number += 1
        batch = rosters.preview_roster(path, union=self.chance.choice(self.unions), actor=REGISTRY)
        rosters.apply_roster(batch, actor=REGISTRY)
        if self.chance.random() < 0.3:
            rosters.undo_roster(batch, actor=REGISTRY)


DEEDS: dict[str, Callable[[Crowd], None]] = {
    name: deed
    for name, deed in vars(Crowd).items()
    if callable(deed) and not name.startswith("_") and name not in {"deed", "somebody", "member", "day"}
}
