"""A county with its finance officer, a budget and a handful of people."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import pytest

from niangjia.kit.actor import Actor, Office
from niangjia.ledger import actions
from niangjia.ledger.models import Account, Transfer, Unit
from niangjia.orgs.models import Organisation
from niangjia.orgs.tests.factories import make_officer, make_person, make_tree
from niangjia.people.models import Person

_keys = count(1)


def a_key() -> str:
    return f"key-{next(_keys)}"


@dataclass
class Books:
    """A union with somebody who keeps its money."""

    county: Organisation
    keeper: Actor
    people: list[Person] = field(default_factory=list)

    def budget(
        self, granted: int = 0, *, unit: Unit = Unit.FEN, name: str = "光FU行", kind=Account.Kind.BUDGET
    ) -> Account:
        account = actions.open_account(
            organisation=self.county, kind=kind, unit=unit, name=name, programme="solar-aid", actor=self.keeper
        )
        if granted:
            actions.fund_account(account, amount=granted, key=a_key(), actor=self.keeper)
            account.refresh_from_db()
        return account

    def purse(self, person: Person | None = None, *, unit: Unit = Unit.FEN) -> Account:
        person = person or self.person()
        return actions.open_person_accounts([person], unit=unit, actor=self.keeper)[person.pk]

    def person(self) -> Person:
        made = make_person()
        self.people.append(made)
        return made

    def reserve(self, debit: Account, credit: Account, amount: int, **rest) -> Transfer:
        return actions.reserve(
            debit, credit, amount=amount, actor=self.keeper, key=rest.pop("key", "") or a_key(), **rest
        )


def open_books() -> Books:
    county = make_tree().county
    return Books(county, make_officer(county, Office.FINANCE).actor)


@pytest.fixture
def books(db: None) -> Books:
    return open_books()
